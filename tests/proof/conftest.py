"""One town, built once through the real door; each test gets a copy of its file."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.proof.checkpoint import Checkpoint
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.proof.town import build


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Checkpoint]]:
    """Build the town; gives its file, closed and whole, and a checkpoint kept elsewhere."""
    with SqliteDatabases(tmp_path_factory.mktemp("town")).fresh() as url:
        kept = build(url)
        yield Path(url.removeprefix("sqlite:///")), kept


@pytest.fixture
def kept(built: tuple[Path, Checkpoint]) -> Checkpoint:
    """Give the checkpoint that somebody kept elsewhere."""
    return built[1]


@pytest.fixture
def town(built: tuple[Path, Checkpoint], tmp_path: Path) -> str:
    """Copy the town; gives the copy's address."""
    return f"sqlite:///{shutil.copy(built[0], tmp_path / 'town.db')}"


@pytest.fixture
def postgres_town(postgres_url: str) -> Iterator[str]:
    """Build a town on PostgreSQL; gives its address."""
    databases = PostgresDatabases(postgres_url)
    with databases.fresh() as url:
        build(url)
        yield url
    databases.close()
