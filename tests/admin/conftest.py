"""A running house for the page tests."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from api.settings import Settings
from ledger.operations.ledger import migrate
from scripts.application import application
from tests.admin.town import Town, town


def wait_until(ready: Callable[[], bool], seconds: int = 20) -> None:
    give_up_at = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > give_up_at:
            pytest.fail("the server did not start")
        time.sleep(0.02)


@pytest.fixture(scope="session")
def roue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Found the demo town, whose books the tests of a session share."""
    with town(tmp_path_factory.mktemp("roue")) as made:
        yield made


@pytest.fixture(scope="session")
def house(roue: Town) -> Iterator[str]:
    """Address of a running house with the demo people."""
    with open_to_its_people(roue) as address:
        yield address


@pytest.fixture(scope="session")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a house where no currency lives yet."""
    folder = tmp_path_factory.mktemp("empty")
    migrate(f"sqlite:///{folder}/books.db")
    with serving(folder) as address:
        yield address


@contextmanager
def open_to_its_people(made: Town) -> Iterator[str]:
    """Serve a town whose demo people may come in."""
    (made.folder / "demo-tokens.json").write_text(json.dumps(made.tokens))
    with serving(made.folder) as address:
        yield address


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the application as it runs in a town hall, on a free port of this machine."""
    settings = Settings(
        database_url=f"sqlite:///{folder}/books.db",
        signing_key_file=folder / "key.pem",
        secret_key_file=folder / "secret-key",
    )
    app = application(settings)

    def fault() -> None:
        raise ZeroDivisionError

    app.get("/v1/fault", include_in_schema=False)(fault)
    app.get("/fault", include_in_schema=False)(fault)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def visitor(house: str) -> Iterator[httpx.Client]:
    """Give a browser without JavaScript, that has not signed in."""
    with httpx.Client(base_url=house, follow_redirects=False) as client:
        yield client


def sign_in(client: httpx.Client, person: str) -> None:
    answer = client.post("/demo", data={"person": person})
    assert answer.status_code == 303
