"""The opened books: one object that posts operations and answers questions."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from ledger.banking.csv_profiles import SHIPPED, CsvProfile
from ledger.books.context import Context
from ledger.refusals import KeyMissing
from ledger.store.apart import Apart, Charge
from ledger.store.asking import Asking
from ledger.store.batch import Answer, Request
from ledger.store.engines import Database, UnfitDatabaseError, guard, migrate, open_database
from ledger.store.guards import guard_journals, guard_keys
from ledger.store.keyring import Keyring, UnfitKeyError
from ledger.store.reads import Reads
from ledger.store.shelf import Operation
from ledger.store.vault import Vault
from ledger.store.writer import Writer

__all__ = [
    "Answer",
    "Keyring",
    "Ledger",
    "Operation",
    "UnfitDatabaseError",
    "migrate",
    "open_ledger",
    "secret_keys",
    "signing_key",
]

LONGEST_KEY = 255
_FIRST_ASKED = ("ledger.operations.payment",)
"""What is loaded before anybody asks: the payment is what people wait for."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The books of every currency in one database."""

    database: Database
    writer: Asking
    reads: Reads
    key: Ed25519PrivateKey
    profiles: tuple[CsvProfile, ...]
    """The tables of banks that are read, the association's own first."""
    vault: Vault

    async def post(self, currency: str, operation: Operation, context: Context) -> Answer:
        """Post an operation and answer once it is durable; see Asking.post for what it raises."""
        return await self.writer.post(currency, _request(operation, context))

    def post_and_wait(self, currency: str, operation: Operation, context: Context) -> Answer:
        """Do as `post`, from a thread that may block."""
        return self.writer.post_and_wait(currency, _request(operation, context))

    def post_many(self, currency: str, asked: Iterable[tuple[Operation, Context]]) -> list[Answer]:
        """Post operations that do not wait for each other, many in one commit; answers in order."""
        return self.writer.post_many(currency, (_request(*one) for one in asked))

    def note(self, currency: str, operation: Operation, context: Context) -> Answer:
        """Write what is no client's request, so that no key is kept: a guess, a session seen."""
        return self.note_many(currency, [operation], context)[0]

    def note_many(
        self, currency: str, operations: Iterable[Operation], context: Context
    ) -> list[Answer]:
        """Write the steps of a chore, many in one commit; answers in order, without receipts.

        Each must be harmless when asked again: what the books hold says that it is done.
        """
        return self.writer.post_many(currency, _unkeyed(operations, context))

    def begin_many(
        self, currency: str, operations: Iterable[Operation], context: Context
    ) -> list[Future[Answer]]:
        """Do as `note_many` with few, and give what will hold the answers, without waiting.

        They take their places in the queue all at once: a long chore is for `note_many`.
        """
        return self.writer.hand_on(currency, list(_unkeyed(operations, context)))

    def close(self) -> None:
        """Write what waits and let the database go."""
        self.writer.close()
        self.database.close()


def open_ledger(  # noqa: PLR0913 - each is named at the call
    url: str,
    key: Ed25519PrivateKey,
    ring: Keyring,
    *,
    at: datetime | None = None,
    profiles: tuple[CsvProfile, ...] = (),
    apart: Callable[[], object] | None = None,
) -> Ledger:
    """Open migrated books; raises UnfitDatabaseError when a guard fails.

    `ring` holds the master key of the sealed identities, made now if nothing is sealed yet.
    With the instant `at`, journals that end later are refused: the clock was set back. `profiles`
    are those of the association's own banks, asked before those shipped. With `apart`, a process of
    its own writes, which begins by calling it: for servers, whose interpreter is busy reading.
    """
    database = open_database(url)
    try:
        guard(database)
        guard_journals(database, at)
        guard_keys(database, ring)
    except BaseException:
        database.close()
        raise
    vault = Vault(ring)
    writer: Asking
    if apart is None:
        writer = Writer(database, key, vault)
    else:
        writer = Apart(Charge(url, key.private_bytes_raw(), ring.path, apart, _FIRST_ASKED))
    return Ledger(database, writer, Reads(database, vault), key, (*profiles, *SHIPPED), vault)


def secret_keys(path: Path) -> Keyring:
    """Give the keys of the sealed identities that a file holds, or will hold."""
    try:
        return Keyring(path)
    except UnfitKeyError as error:
        raise UnfitDatabaseError(str(error)) from error


def signing_key(path: Path) -> Ed25519PrivateKey:
    """Load the signing key, or make it once (readable by its owner only, public half beside it)."""
    if path.exists():
        key = load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            message = f"{path} holds no Ed25519 key"
            raise ValueError(message)
        return key
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path.with_suffix(".pub.pem").write_bytes(public)
    return key


def _unkeyed(operations: Iterable[Operation], context: Context) -> Iterator[Request]:
    said = replace(context, key="", preview=False)
    return (Request(operation, said, b"") for operation in operations)


def _request(operation: Operation, context: Context) -> Request:
    """Bind an operation to its context; the hash tells the same request from another one."""
    key = context.key
    if not context.preview and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise KeyMissing
    said = type(operation).__qualname__.encode() + b"\n" + orjson.dumps(operation, default=str)
    return Request(operation, context, hashlib.sha256(said).digest())
