"""The desk of a council, on each engine in turn."""

from collections.abc import Iterator

import pytest

from tests.councils.desk import Desk, desk


@pytest.fixture
def council(database_url: str) -> Iterator[Desk]:
    """Open the demo currency with two authorities."""
    with desk(database_url) as made:
        yield made
