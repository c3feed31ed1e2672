"""Start-up guards: what the journals must show before anything may be written behind them.

A restored backup, a file edited by hand or a clock that was set back would each make the next
entry a lie. Whoever starts the program is told in a sentence, and nothing is served.
"""

from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, Table, select

from ledger.proof.canonical import GENESIS, entry_hash, rebuilt_bytes
from ledger.store.engines import Database, UnfitDatabaseError
from ledger.store.keyring import Keyring
from ledger.store.papers import read_instant
from ledger.store.sealing_tables import SealingKeyRow
from ledger.store.sql import CURRENCY
from ledger.store.tables import CheckpointRow, EntryRow, PostingRow

LOOKED_BACK: Final = 20
"""How many of the last entries are recomputed; `comptoir verify` recomputes them all."""
CLOCK_SLACK: Final = timedelta(seconds=5)
"""Clocks of machines that share a database differ a little."""

_CHECKPOINT: Final[Table] = CheckpointRow.__table__  # type: ignore[attr-defined]  # SQLModel sets it
_ENTRY: Final[Table] = EntryRow.__table__  # type: ignore[attr-defined]  # as above
_SEALING_KEY: Final[Table] = SealingKeyRow.__table__  # type: ignore[attr-defined]  # as above
_POSTING: Final[Table] = PostingRow.__table__  # type: ignore[attr-defined]  # as above


def guard_journals(database: Database, at: datetime | None = None) -> None:
    """Refuse journals that do not hang together, or that end after `at` (UnfitDatabaseError)."""
    with database.reader.connect() as connection:
        # One snapshot: another process may be writing meanwhile.
        if database.embedded:
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ")
        for head in connection.execute(select(CURRENCY)):
            for problem in (
                _chain(connection, head),
                _checkpoint(connection, head),
                _clock(head, at) if at else None,
            ):
                if problem:
                    message = f"the journal of {head.code} {problem}"
                    raise UnfitDatabaseError(message)


def guard_keys(database: Database, ring: Keyring) -> None:
    """Refuse books whose identities the keys at hand do not open (UnfitDatabaseError).

    Where nothing is sealed yet, the first key is made.
    """
    with database.reader.connect() as connection:
        known = connection.execute(
            select(_SEALING_KEY.c.id).where(_SEALING_KEY.c.state != "retired").distinct()
        )
        names = {str(row.id) for row in known}
    try:
        if not names:
            ring.make()
    except OSError as error:
        message = f"the key file {ring.path} cannot be written: {error.strerror}"
        raise UnfitDatabaseError(message) from error
    if not ring.keys:
        message = (
            f"the key of the sealed identities is lost: {ring.path} is missing; restore the copy, "
            "because no new key opens them"
        )
        raise UnfitDatabaseError(message)
    missing = names - {key.id for key in ring.keys}
    if missing:
        message = f"{ring.path} holds another key than the one that sealed the identities"
        raise UnfitDatabaseError(message)


def _chain(connection: Connection, head: Row[Any]) -> str | None:
    """Say what is wrong between the head and the last entries, if anything."""
    entries = connection.execute(
        select(_ENTRY)
        .where(_ENTRY.c.currency == head.code)
        .order_by(_ENTRY.c.number.desc())
        .limit(LOOKED_BACK + 1)
    ).all()
    last = entries[0].number if entries else 0
    if last != head.head_number:
        return f"ends with entry {last}, and its head names entry {head.head_number}"
    if bytes(head.head_hash) != (bytes(entries[0].hash) if entries else GENESIS):
        return f"has a head that does not carry the hash of entry {last}"
    if entries and head.head_at < entries[0].at:
        return f"has a head that is older than entry {last}"
    for entry, before in zip(entries, [*entries[1:], None], strict=True):
        if before is None and entry.number > 1:
            break  # the last one looked at only lends its hash
        if not _continues(connection, head.code, entry, bytes(before.hash) if before else GENESIS):
            return f"is broken: the hash of entry {entry.number} does not fit what it says"
    return None


def _continues(connection: Connection, code: str, entry: Row[Any], previous: bytes) -> bool:
    postings = connection.execute(
        select(
            _POSTING.c.number,
            _POSTING.c.ordinal,
            _POSTING.c.source,
            _POSTING.c.target,
            _POSTING.c.amount,
            _POSTING.c.asset,
        )
        .where(_POSTING.c.currency == code, _POSTING.c.number == entry.number)
        .order_by(_POSTING.c.ordinal)
    ).all()
    try:
        said = rebuilt_bytes(code, entry, [tuple(posting) for posting in postings])
    except orjson.JSONEncodeError:
        return False
    return entry_hash(previous, said) == bytes(entry.hash)


def _checkpoint(connection: Connection, head: Row[Any]) -> str | None:
    """Say whether the journal is shorter than, or differs from, what was signed last."""
    signed = connection.execute(
        select(_CHECKPOINT)
        .where(_CHECKPOINT.c.currency == head.code)
        .order_by(_CHECKPOINT.c.size.desc())
        .limit(1)
    ).first()
    if signed is None:
        return None
    kept = connection.execute(
        select(_ENTRY.c.hash).where(_ENTRY.c.currency == head.code, _ENTRY.c.number == signed.size)
    ).scalar()
    if kept is None:
        return f"ends with entry {head.head_number}, behind the checkpoint of {signed.size} entries"
    if bytes(kept) != bytes(signed.head_hash):
        return f"differs from the checkpoint of {signed.size} entries"
    return None


def _clock(head: Row[Any], at: datetime) -> str | None:
    if at + CLOCK_SLACK >= read_instant(head.head_at):
        return None
    return (
        f"was last written at {head.head_at} and the clock of this machine says "
        f"{at:%Y-%m-%dT%H:%M:%SZ}: set the clock right"
    )
