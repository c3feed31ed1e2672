"""Rotating the master key: what the old one wrapped is wrapped by a new one, a batch at a time.

The new key is in the file before anything uses it, and the old one stays there until nothing needs
it; what is still to do stands in the rows themselves. So a rotation that was killed goes on where
it stopped, and the books are read and written meanwhile.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from sqlalchemy import func, select

from ledger.books.sealing import SealingKey, SubjectKey
from ledger.store.engines import Database
from ledger.store.keyring import UnfitKeyError
from ledger.store.papers import SHELFMARKS, Shelfmark
from ledger.store.sql import Ask, Door, Put, open_door
from ledger.store.vault import IN_USE, RETIRING, Asker, Vault, unwrapped, wrapped

AT_ONCE: Final = 500
"""Subjects wrapped anew in one transaction, while payments wait."""
RETIRED: Final = "retired"
_SUBJECT: Final = SHELFMARKS[SubjectKey]
_SEALING: Final = SHELFMARKS[SealingKey]
_FOUND_AGAIN: Final = [mark for mark in SHELFMARKS.values() if mark.sealed and mark.sealed.known_by]


@dataclass(frozen=True, slots=True)
class Turned:
    """How far a rotation is in one currency."""

    currency: str
    done: int
    total: int


def rotate(database: Database, vault: Vault, currencies: Sequence[str]) -> Iterator[Turned]:
    """Rotate the master key of every currency, or finish a rotation that was cut short."""
    ring = vault.ring
    ring.refresh()
    if len(ring.keys) == 1:
        ring.add()
    with closing(open_door(database)) as door:
        for currency in currencies:
            yield from _rotate_one(database, door, vault, currency)
    ring.drop_old()


def _rotate_one(database: Database, door: Door, vault: Vault, currency: str) -> Iterator[Turned]:
    old = _announce(door, vault, currency)
    if not old:
        return
    total, done = _left(database, currency, old), 0
    yield Turned(currency, 0, total)
    while subjects := _some(database, currency, old):
        done += _turn(door, vault, currency, subjects)
        yield Turned(currency, done, max(total, done))
    door.begin(currency, [])
    door.commit([_registered(currency, [SealingKey(id_, RETIRED) for id_ in old])])


def _announce(door: Door, vault: Vault, currency: str) -> list[str]:
    """Put the new key in use for whoever seals from now on; gives the names of the old ones."""
    _, (rows,) = door.begin(currency, [Ask(_SEALING.table)])
    known: list[SealingKey] = [_SEALING.read(row) for row in rows]
    fresh = vault.ring.current.id
    old = [key.id for key in known if key.state != RETIRED and key.id != fresh]
    if not old:
        door.rollback()
        return []
    retiring = _registered(currency, [SealingKey(id_, RETIRING) for id_ in old])
    door.commit([retiring, _registered(currency, [SealingKey(fresh, IN_USE)])])
    return old


def _registered(currency: str, keys: Sequence[SealingKey]) -> Put:
    return Put(_SEALING.table, [_SEALING.row(currency, key) for key in keys], _SEALING.updating)


def _left(database: Database, currency: str, old: Sequence[str]) -> int:
    table = _SUBJECT.table
    with database.reading() as connection:
        question = select(func.count()).where(table.c.currency == currency, table.c.master.in_(old))
        return int(connection.execute(question).scalar_one())


def _some(database: Database, currency: str, old: Sequence[str]) -> tuple[str, ...]:
    """Name some subjects that are left; a statement comes alone, for its lines are many."""
    table = _SUBJECT.table
    question = (
        select(table.c.subject)
        .where(table.c.currency == currency, table.c.master.in_(old))
        .order_by(table.c.subject)
        .limit(AT_ONCE)
    )
    with database.reading() as connection:
        found = [str(row.subject) for row in connection.execute(question)]
    people = tuple(subject for subject in found if subject.startswith("identity:"))
    return people or tuple(found[:1])


def _turn(door: Door, vault: Vault, currency: str, subjects: tuple[str, ...]) -> int:
    """Wrap the keys of subjects anew and index again what they are found by, in one transaction."""
    _, (rows,) = door.begin(currency, [Ask(_SUBJECT.table, "subject", subjects)])
    try:
        fresh = vault.ring.current
        waiting = [key for key in map(_SUBJECT.read, rows) if key.master != fresh.id]
        again = [_rewrapped(vault, currency, key) for key in waiting]
        ask = partial(door.ask, currency)
        names = {key.subject for key in waiting if key.wrapped}
        puts = [put for mark in _FOUND_AGAIN for put in _reindexed(vault, mark, names, ask)]
    except BaseException:
        door.rollback()
        raise
    written = [_SUBJECT.row(currency, key) for key in again]
    puts.append(Put(_SUBJECT.table, written, ("master", "wrapped")))
    door.commit(puts)
    return len(again)


def _rewrapped(vault: Vault, currency: str, key: SubjectKey) -> SubjectKey:
    fresh = vault.ring.current
    if not key.wrapped:
        return replace(key, master=fresh.id)
    old = vault.ring.get(key.master)
    if old is None:
        message = f"the key {key.master} is not in {vault.ring.path}"
        raise UnfitKeyError(message)
    return wrapped(currency, key, fresh, unwrapped(currency, key, old))


def _reindexed(vault: Vault, mark: Shelfmark, subjects: set[str], ask: Asker) -> list[Put]:
    """Write what the rows of subjects are found by under the new key, and nothing else of them."""
    sealed = mark.sealed
    if sealed is None:
        return []
    kind = f"{sealed.subject}:"
    ids = tuple(sorted(s.removeprefix(kind) for s in subjects if s.startswith(kind)))
    (rows,) = ask([Ask(mark.table, sealed.of, ids)]) if ids else ([],)
    papers = vault.papers(mark, rows, ask)
    columns = mark.indices
    written = [
        (*row[: -len(columns)], *vault.indexed(row[0], paper, sealed.known_by))
        for row, paper in zip(rows, papers, strict=True)
    ]
    return [Put(mark.table, written, columns)] if written else []
