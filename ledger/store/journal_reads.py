"""Questions about the journal: entries with their arrows, what became of a key, checkpoints."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import Column, Connection, Select, Table, select

from ledger.books.journal import Entry, Posting, Tally
from ledger.money import EUR, Asset
from ledger.store.engines import Database
from ledger.store.papers import read_instant
from ledger.store.sql import CURRENCY, Row
from ledger.store.tables import CheckpointRow, EntryRow, MemoRow, OperationRow, PostingRow

_CHECKPOINT: Final[Table] = CheckpointRow.__table__  # type: ignore[attr-defined]  # SQLModel sets it
_ENTRY: Final[Table] = EntryRow.__table__  # type: ignore[attr-defined]  # as above
_MEMO: Final[Table] = MemoRow.__table__  # type: ignore[attr-defined]  # as above
_OPERATION: Final[Table] = OperationRow.__table__  # type: ignore[attr-defined]  # as above
_POSTING: Final[Table] = PostingRow.__table__  # type: ignore[attr-defined]  # as above


@dataclass(frozen=True, slots=True)
class Remembered:
    """What became of a request, by its key."""

    status: int
    answer: bytes
    entry: int | None
    at: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are looked for; what is empty is not asked."""

    first: int
    """The first number of the stretch that is looked through; the last is included too."""
    last: int
    kind: str = ""
    about: str = ""
    """An id that the entry's facts name: a member, a redemption, a bank line."""
    person: str = ""
    actors: tuple[str, ...] = ()
    """Under which names the person acted."""


class CheckpointColumns(NamedTuple):
    """A checkpoint as stored."""

    currency: str
    size: int
    root: bytes
    head_hash: bytes
    peaks: bytes
    at: str
    key_id: str
    signature: bytes


class JournalReads:
    """Answers questions about the journals of one database."""

    def __init__(self, database: Database) -> None:
        """Take the database to read."""
        self._database = database

    def _rows(self, question: Select[Any]) -> list[Row]:
        with self._database.reading() as connection:
            return [tuple(row) for row in connection.execute(question)]

    def entry(self, currency: str, number: int) -> Entry | None:
        """Give one entry with its arrows, or None."""
        found = self.entries(currency, after=number - 1, limit=1)
        return found[0] if found and found[0].number == number else None

    def entries(
        self, currency: str, *, after: int = 0, limit: int = 50, newest: bool = False
    ) -> list[Entry]:
        """List entries behind `after` in ascending order, or before it from the newest on."""
        column = _ENTRY.c.number
        question = select(_ENTRY).where(_ENTRY.c.currency == currency).limit(limit)
        if newest:
            question = question.where(column < after) if after else question
            question = question.order_by(column.desc())
        else:
            question = question.where(column > after).order_by(column)
        with self._database.reading() as connection:
            rows = connection.execute(question).all()
            return read_entries(connection, currency, [tuple(row) for row in rows])

    def search(self, currency: str, wanted: Wanted, *, limit: int) -> list[Entry]:
        """List the newest entries of a stretch of the journal that are what is wanted."""
        number, facts = _ENTRY.c.number, _ENTRY.c.facts
        question = select(_ENTRY).where(
            _ENTRY.c.currency == currency, number >= wanted.first, number <= wanted.last
        )
        if wanted.kind:
            question = question.where(_ENTRY.c.kind == wanted.kind)
        if wanted.about:
            named = facts.contains(f':"{wanted.about}"', autoescape=True)
            question = question.where(named)
        if wanted.person:
            named = facts.contains(f':"{wanted.person}"', autoescape=True)
            question = question.where(_ENTRY.c.actor.in_(wanted.actors) | named)
        with self._database.reading() as connection:
            rows = connection.execute(question.order_by(number.desc()).limit(limit)).all()
            return read_entries(connection, currency, [tuple(row) for row in rows])

    def noted(self, currency: str, names: Iterable[str]) -> tuple[int, ...]:
        """Give the entries of these accounts beside which somebody wrote something."""
        wanted = list(names)
        sides = _POSTING.c.source.in_(wanted) | _POSTING.c.target.in_(wanted)
        touching = select(_POSTING.c.number).where(_POSTING.c.currency == currency, sides)
        question = select(_MEMO.c.number).where(
            _MEMO.c.currency == currency, _MEMO.c.number.in_(touching)
        )
        return tuple(int(row[0]) for row in self._rows(question))

    def statement(
        self, currency: str, names: Iterable[str], *, before: int = 0, limit: int = 50
    ) -> list[Entry]:
        """List the entries that touch some accounts, the newest first, before a number if given.

        Each has all its arrows.
        """
        wanted = list(names)
        sides = [
            select(_POSTING.c.number)
            .distinct()
            .where(
                _POSTING.c.currency == currency,
                column.in_(wanted),
                *([_POSTING.c.number < before] if before else []),
            )
            .order_by(_POSTING.c.number.desc())
            .limit(limit)
            .subquery()
            for column in (_POSTING.c.source, _POSTING.c.target)
        ]
        numbers = select(sides[0].c.number).union(select(sides[1].c.number)).subquery()
        question = (
            select(_ENTRY)
            .where(_ENTRY.c.currency == currency)
            .where(_ENTRY.c.number.in_(select(numbers.c.number)))
            .order_by(_ENTRY.c.number.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(question).all()
            return read_entries(connection, currency, [tuple(row) for row in rows])

    def balances_before(self, currency: str, names: Iterable[str], number: int) -> dict[str, int]:
        """Give what accounts stood at before an entry, from the arrows' own running balances."""
        before: dict[str, int] = {}
        with self._database.reading() as connection:
            for name in names:
                last: tuple[int, int, int] | None = None
                for side, after in (
                    (_POSTING.c.source, _POSTING.c.source_after),
                    (_POSTING.c.target, _POSTING.c.target_after),
                ):
                    row = connection.execute(
                        select(_POSTING.c.number, _POSTING.c.ordinal, after)
                        .where(_POSTING.c.currency == currency, side == name)
                        .where(_POSTING.c.number < number)
                        .order_by(_POSTING.c.number.desc(), _POSTING.c.ordinal.desc())
                        .limit(1)
                    ).first()
                    if row is not None and (last is None or tuple(row) > last):
                        last = (row[0], row[1], row[2])
                before[name] = 0 if last is None else last[2]
        return before

    def hashes(self, currency: str, *, after: int = 0, limit: int = 10_000) -> list[bytes]:
        """List entry hashes behind a number, in order."""
        rows = self._rows(
            select(_ENTRY.c.hash)
            .where(_ENTRY.c.currency == currency, _ENTRY.c.number > after)
            .order_by(_ENTRY.c.number)
            .limit(limit)
        )
        return [row[0] for row in rows]

    def operation(self, currency: str, credential: str, key: str) -> Remembered | None:
        """Tell what became of a credential's request, or None when the key was never seen."""
        rows = self._rows(
            select(
                _OPERATION.c.status, _OPERATION.c.answer, _OPERATION.c.entry, _OPERATION.c.at
            ).where(
                _OPERATION.c.currency == currency,
                _OPERATION.c.key == key,
                _OPERATION.c.credential == credential,
            )
        )
        if not rows:
            return None
        status, answer, entry, at = rows[0]
        return Remembered(status, answer.encode(), entry, at)

    def checkpoints(
        self, currency: str, *, after: int = 0, limit: int = 50
    ) -> list[CheckpointColumns]:
        """List checkpoints behind a size, in order."""
        rows = self._rows(
            select(_CHECKPOINT)
            .where(_CHECKPOINT.c.currency == currency, _CHECKPOINT.c.size > after)
            .order_by(_CHECKPOINT.c.size)
            .limit(limit)
        )
        return [CheckpointColumns(*row) for row in rows]

    def latest_checkpoint(self, currency: str) -> CheckpointColumns | None:
        """Give the newest checkpoint, or None."""
        rows = self._rows(
            select(_CHECKPOINT)
            .where(_CHECKPOINT.c.currency == currency)
            .order_by(_CHECKPOINT.c.size.desc())
            .limit(1)
        )
        return CheckpointColumns(*rows[0]) if rows else None


def read_entries(connection: Connection, currency: str, rows: list[Row]) -> list[Entry]:
    """Join entries with their arrows and words, in the order of the rows."""
    numbers = [row[1] for row in rows]
    arrows = _arrows(connection, currency, numbers)
    memos = _by_number(connection, _MEMO.c.words, currency, numbers)
    previous = _by_number(connection, _ENTRY.c.hash, currency, [n - 1 for n in numbers])
    return [
        Entry(
            currency=currency,
            number=row[1],
            at=read_instant(row[3]),
            kind=row[4],
            actor=row[5],
            facts=orjson.loads(row[6]),
            postings=tuple(arrows[row[1]]),
            tallies=tuple(Tally(*tally) for tally in orjson.loads(row[7])),
            memo=memos.get(row[1], ""),
            previous_hash=previous.get(row[1] - 1, bytes(32)),
            hash=row[9],
        )
        for row in rows
    ]


def _arrows(connection: Connection, currency: str, numbers: list[int]) -> dict[int, list[Posting]]:
    code, scale = connection.execute(
        select(CURRENCY.c.asset, CURRENCY.c.scale).where(CURRENCY.c.code == currency)
    ).one()
    unit = Asset(code, scale)
    arrows: dict[int, list[Posting]] = {number: [] for number in numbers}
    for posting in connection.execute(
        select(_POSTING)
        .where(_POSTING.c.currency == currency, _POSTING.c.number.in_(numbers))
        .order_by(_POSTING.c.number, _POSTING.c.ordinal)
    ):
        asset = EUR if posting.asset == EUR.code else unit
        arrow = Posting(posting.source, posting.target, posting.amount, asset)
        arrows[posting.number].append(arrow)
    return arrows


def _by_number(
    connection: Connection, column: Column[Any], currency: str, numbers: list[int]
) -> dict[int, Any]:
    """Read one column of rows that bear an entry's number."""
    table = column.table
    question = select(table.c.number, column).where(
        table.c.currency == currency, table.c.number.in_(numbers)
    )
    return {row[0]: row[1] for row in connection.execute(question)}
