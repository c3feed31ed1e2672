"""One house a module and engine."""

from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.people.house import House, opened_house


@pytest.fixture(scope="module")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Open the demo town's books to the tests of one module."""
    with databases.fresh() as url, opened_house(url, tmp_path_factory.mktemp("house")) as made:
        yield made
