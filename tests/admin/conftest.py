"""A running house for the page tests."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from admin.app import mount
from ledger.operations.ledger import Ledger, migrate, open_ledger
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
def house(roue: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running house with the demo people."""
    path = tmp_path_factory.mktemp("var") / "demo-tokens.json"
    path.write_text(json.dumps(roue.tokens))
    yield from serving(path, roue.ledger)


@pytest.fixture(scope="session")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a house where no currency lives yet."""
    url = f"sqlite:///{tmp_path_factory.mktemp('empty')}/books.db"
    migrate(url)
    ledger = open_ledger(url, Ed25519PrivateKey.generate())
    yield from serving(None, ledger)
    ledger.close()


def serving(demo_tokens: Path | None, ledger: Ledger) -> Iterator[str]:
    app = FastAPI(title="Comptoir", version="1", docs_url=None, redoc_url=None)
    app.state.ledger = ledger

    @app.get("/v1/fault", include_in_schema=False)
    def fault() -> None:
        raise ZeroDivisionError

    app.get("/fault", include_in_schema=False)(fault)
    mount(app, demo_tokens)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1
        )
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
