"""A real server with the demo currency, and what a test asks of it."""

import itertools
import secrets
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import uvicorn

from api.app import create_app
from api.dependencies import clock, operator
from api.settings import Settings
from ledger.books.context import Context
from ledger.operations.campaign import OpenCampaign
from ledger.operations.conversion import Convert
from ledger.operations.demo import fill_demo
from ledger.operations.ledger import Ledger, Operation, open_ledger, secret_keys, signing_key
from ledger.operations.member import RegisterMember
from ledger.operations.token import CreateToken, token_hash
from tests.banking import camt_files

PATIENCE: Final = 10
_numbers: Final = itertools.count(1)


@dataclass
class Service:
    """A running server: its address, the demo people's tokens, and the books behind it."""

    address: str
    tokens: dict[str, str]
    ledger: Ledger
    http: httpx.Client
    credentials: dict[str, str] = field(default_factory=dict)

    def send(  # noqa: PLR0913 - the parts of a request
        self,
        method: str,
        path: str,
        who: str | None = None,
        *,
        body: object = None,
        key: str | None = None,
        headers: Mapping[str, str | bytes] | None = None,
        **more: Any,  # noqa: ANN401 - what httpx takes
    ) -> httpx.Response:
        """Send a request to the demo currency as somebody (a name of the token list)."""
        told: dict[str, str | bytes] = {}
        if who is not None:
            told["Authorization"] = f"Bearer {self.tokens[who]}"
        if key is not None:
            told["Idempotency-Key"] = key
        if body is not None:
            more["json"] = body
        where = path if path.startswith("/") else f"/v1/roue/{path}"
        # Bytes, because a test may send what is not ASCII.
        sent = {
            name.encode(): value.encode() if isinstance(value, str) else value
            for name, value in {**told, **(headers or {})}.items()
        }
        return self.http.request(method, where, headers=sent, **more)

    def get(self, path: str, who: str | None = None, **more: Any) -> httpx.Response:  # noqa: ANN401 - as above
        """Ask for something."""
        return self.send("GET", path, who, **more)

    def post(self, path: str, who: str | None, body: object = None, **more: Any) -> httpx.Response:  # noqa: ANN401 - as above
        """Post under a new key, unless one is given."""
        return self.send("POST", path, who, body=body, **{"key": new_key(), **more})

    def head(self) -> int:
        """Give the number of the newest entry."""
        return self.ledger.reads.rulebook("roue")[1].number

    def do(self, operation: Operation) -> dict[str, Any]:
        """Do something behind the server's back, as the operator of the machine."""
        answer = self.ledger.post_and_wait("roue", operation, operator())
        assert not answer.refused, answer.body
        return dict(answer.json())

    def join(self, kind: str = "person", role: str = "member", *, units: int = 0) -> str:
        """Register a member with units (minor) and a token under `<role>:<id>`; gives the id."""
        id_ = f"{kind}-{next(_numbers)}"
        self.do(RegisterMember(id_, kind, f"The {kind} {id_}"))
        self.token(role, id_)
        if units:
            self.do(Convert(id_, units, "bank"))
        return id_

    def now(self) -> datetime:
        """Tell the instant, as the server does."""
        return clock()

    def operator(self) -> Context:
        """Make the context of the machine's operator."""
        return operator()

    def bank_file(self, euros: str, reference: str = "") -> bytes:
        """Write a camt.053 of the account nef with one line that came in."""
        number = next(_numbers)
        iban = self.ledger.reads.rulebook("roue")[0].bank_accounts["nef"].iban
        words = f"<RmtInf><Ustrd>{reference or 'hello'}</Ustrd></RmtInf>"
        details = camt_files.detail(words)
        line = camt_files.entry(euros, reference=f"line-{number}", details=details)
        holder = camt_files.account(f"<IBAN>{iban}</IBAN>")
        whole = camt_files.statement(line, identifier=f"S-{number}", holder=holder)
        return camt_files.message(whole).encode()

    def campaign(self, id_: str, sponsor: str, *, rate_bps: int, budget: int = 100) -> None:
        """Open a campaign for associations that stacks and never ends."""
        terms = OpenCampaign(
            id=id_,
            sponsor=sponsor,
            rate_bps=rate_bps,
            budget=budget,
            since=date(2020, 1, 1),
            until=date(2100, 1, 1),
            cap=None,
            cap_period="month",
            kinds=("association",),
            communes=(),
            members=(),
            age_from=None,
            age_to=None,
            gift_expires_days=None,
            stackable=True,
        )
        self.do(terms)

    def token(self, role: str, holder: str) -> str:
        """Make another token for a holder; gives its name in the list."""
        name = f"{role}:{holder}"
        self.tokens[name] = secrets.token_urlsafe(16)
        told = self.do(CreateToken(token_hash(self.tokens[name]), role, holder, name))
        self.credentials[name] = str(told["id"])
        return name


def new_key() -> str:
    """Make a key that nobody has used."""
    return f"key-{next(_numbers)}"


@contextmanager
def serving(database_url: str, folder: Path) -> Iterator[Service]:
    """Serve a fresh database with the demo currency on the loopback, in a thread."""
    settings = Settings(
        database_url=database_url,
        signing_key_file=folder / "key.pem",
        secret_key_file=folder / "secret-key",
    )
    ring = secret_keys(settings.secret_key_file)
    ledger = open_ledger(database_url, signing_key(settings.signing_key_file), ring)
    tokens = fill_demo(ledger, operator(), lambda: secrets.token_urlsafe(16))
    ledger.close()
    app = create_app(settings)
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{plug.getsockname()[1]}"
        thread = threading.Thread(target=server.run, kwargs={"sockets": [plug]}, daemon=True)
        thread.start()
        _wait_until_ready(server, thread)
        try:
            with httpx.Client(base_url=address, timeout=PATIENCE, trust_env=False) as http:
                yield Service(address, tokens, app.state.ledger, http)
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


def _wait_until_ready(server: uvicorn.Server, thread: threading.Thread) -> None:
    ends = time.monotonic() + PATIENCE
    while not server.started:
        assert thread.is_alive(), "the server stopped while starting"
        assert time.monotonic() < ends, "the server does not start"
        time.sleep(0.01)


def is_problem(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """Check that an answer is the problem document of a slug; gives its members."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["type"] == f"/problems/{slug}"
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    assert isinstance(told["retryable"], bool)
    return told
