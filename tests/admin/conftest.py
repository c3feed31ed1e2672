"""A running house for the page tests."""

import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from admin.app import mount
from admin.dependencies import Overview
from ledger.books.journal import Entry
from ledger.books.papers import Credential
from ledger.proof.canonical import Receipt, sign_receipt

PEOPLE = (
    "treasurer",
    "treasurer-2",
    "admin",
    "auditor",
    "office:comptoir-halles",
    "officer:avignon",
    "approver:avignon",
    "sponsor:grand-avignon",
    "member:alice",
    "member:bruno",
    "shop:boulangerie",
    "shop:librairie",
    "shop:maraicher",
    "till:boulangerie",
)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@dataclass
class Stub:  # each method as `admin.dependencies.Ledger` says
    """A ledger of one entry, for pages that only look."""

    credentials: dict[str, Credential] = field(default_factory=dict)
    empty: bool = False

    async def overview(self, at: datetime) -> Overview | None:
        """Answer as promised."""
        return None if self.empty else Overview("roue", "La Roue", "Roues", 2, 123456789, 10043, at)

    async def credential(self, currency: str, token_hash: str) -> Credential | None:
        """Answer as promised."""
        return self.credentials.get(token_hash) if currency == "roue" else None

    async def entry(self, currency: str, number: int) -> Entry | None:
        """Answer as promised."""
        at = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
        made = Entry(currency, 1, at, "payment", "c", {}, (), (), "", bytes(32), b"\1" * 32)
        return made if number == 1 else None

    def signed_by_us(self, currency: str, receipt: str) -> bool:
        """Answer as promised."""
        return currency == "roue" and Receipt.parse(receipt).holds(KEY.public_key())


def receipt(number: int = 1, hash_: bytes = b"\1" * 32) -> str:
    return str(sign_receipt(KEY, "roue", number, hash_))


def wait_until(ready: Callable[[], bool], seconds: int = 20) -> None:
    give_up_at = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > give_up_at:
            pytest.fail("the server did not start")
        time.sleep(0.02)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running house with the demo people."""
    tokens = {person: f"token-of-{person}" for person in PEOPLE}
    path = tmp_path_factory.mktemp("var") / "demo-tokens.json"
    path.write_text(json.dumps(tokens))
    yield from serving(path, Stub(credentials_of(tokens)))


@pytest.fixture(scope="session")
def empty_house() -> Iterator[str]:
    """Address of a house where no currency lives yet."""
    yield from serving(None, Stub(empty=True))


def credentials_of(tokens: dict[str, str]) -> dict[str, Credential]:
    made: dict[str, Credential] = {}
    for person, token in tokens.items():
        role, _, holder = person.partition(":")
        digest = hashlib.sha256(token.encode()).hexdigest()
        made[digest] = Credential(person, digest, role.split("-")[0], holder, person)
    return made


def serving(demo_tokens: Path | None, ledger: object) -> Iterator[str]:
    app = FastAPI(title="Comptoir", version="1", docs_url=None, redoc_url=None)
    app.state.ledger = ledger

    @app.get("/v1/fault", include_in_schema=False)
    def fault() -> None:
        raise ZeroDivisionError

    app.get("/fault", include_in_schema=False)(fault)
    mount(app, demo_tokens)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="critical", lifespan="off")
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
