"""One server a module and engine: starting it is dear, asking it is cheap."""

from collections.abc import Iterator

import pytest

from tests.api.service import Service, serving
from tests.databases import Databases


@pytest.fixture(scope="module")
def service(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Serve the demo currency to the tests of one module."""
    with databases.fresh() as url, serving(url, tmp_path_factory.mktemp("service")) as running:
        yield running
