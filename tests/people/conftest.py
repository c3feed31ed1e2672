"""One house a module and engine, and two processes' worth of servers before it."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from api.settings import Settings
from scripts.application import application
from tests.admin.conftest import wait_until
from tests.databases import Databases
from tests.people.house import House, opened_house


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the keys of the house lie."""
    return tmp_path_factory.mktemp("house")


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[str]:
    """Address of the house's database."""
    with databases.fresh() as url:
        yield url


@pytest.fixture(scope="module")
def house(database: str, folder: Path) -> Iterator[House]:
    """Open the demo town's books to the tests of one module."""
    with opened_house(database, folder) as made:
        yield made


@pytest.fixture(scope="module")
def doors(house: House, database: str, folder: Path) -> Iterator[list[str]]:
    """Serve the house twice, each with books of its own: as two processes do."""
    (folder / "demo-tokens.json").write_text(json.dumps(house.tokens))
    with serving(database, folder) as first, serving(database, folder) as second:
        yield [first, second]


@contextmanager
def serving(database: str, folder: Path) -> Iterator[str]:
    """Serve the application on a free port; by the name that passkeys are good for."""
    settings = Settings(
        database_url=database,
        signing_key_file=folder / "key.pem",
        secret_key_file=folder / "secret-key",
    )
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            application(settings), log_level="critical", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started)
        yield f"http://localhost:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()
