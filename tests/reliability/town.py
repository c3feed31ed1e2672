"""The demo town opened in process, and contexts to act in it."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.books.context import OPERATOR, Context
from ledger.operations.demo import CODE, fill_demo
from ledger.operations.ledger import Keyring, Ledger, open_ledger
from ledger.proof.reader import open_source
from ledger.proof.verifier import Report, verify

KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
RING: Final = Keyring(Path("memory"), bytes(range(32)))
"""Keys that are in no file, the same in every test."""
START: Final = datetime(2027, 1, 4, 9, tzinfo=UTC)
_numbers = itertools.count()


def context(  # noqa: PLR0913 - the parts of a request
    role: str = OPERATOR,
    holder: str = "",
    *,
    person: str = "",
    at: datetime = START,
    key: str = "",
    fresh_id: str = "",
    preview: bool = False,
) -> Context:
    """Make a context; key and fresh id are new unless given."""
    number = next(_numbers)
    return Context(
        at=at,
        actor="operator",
        person=person or role,
        role=role,
        holder=holder,
        key=key or f"key-{number}",
        fresh_id=fresh_id or f"f{number:015d}",
        salt=number.to_bytes(16),
        preview=preview,
    )


def nothing() -> None:
    """Prepare nothing: a writing process calls it first."""


@contextmanager
def demo(url: str) -> Iterator[Ledger]:
    """Open a fresh database with the demo town in it."""
    ledger = open_ledger(url, KEY, RING)
    try:
        tokens = (f"token-{number}" for number in itertools.count())
        fill_demo(ledger, context(fresh_id="demo"), lambda: next(tokens))
        yield ledger
    finally:
        ledger.close()


def verified(url: str) -> Report:
    """Let the independent auditor read a database."""
    with open_source(url) as source:
        return verify(source, KEY.public_key())


__all__ = ["CODE", "KEY", "RING", "START", "context", "demo", "nothing", "verified"]
