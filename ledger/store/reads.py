"""Questions to the books: each opens its own reading connection and sees one committed state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar

import orjson
from sqlalchemy import Connection, Select, Table, func, select

from ledger.books.journal import Entry, Posting, Tally
from ledger.books.papers import Credential, Rulebook
from ledger.money import EUR, Asset
from ledger.refusals import Unknown
from ledger.store.engines import Database
from ledger.store.papers import SHELFMARKS, read_instant
from ledger.store.rulebook import ASKS, rulebook_of
from ledger.store.sql import CURRENCY, Row
from ledger.store.tables import (
    AccountRow,
    CheckpointRow,
    EntryRow,
    MemoRow,
    OperationRow,
    PostingRow,
    TallyRow,
)

PaperT = TypeVar("PaperT")

_ACCOUNT: Final[Table] = AccountRow.__table__  # type: ignore[attr-defined]  # SQLModel sets it
_CHECKPOINT: Final[Table] = CheckpointRow.__table__  # type: ignore[attr-defined]  # as above
_ENTRY: Final[Table] = EntryRow.__table__  # type: ignore[attr-defined]  # as above
_MEMO: Final[Table] = MemoRow.__table__  # type: ignore[attr-defined]  # as above
_OPERATION: Final[Table] = OperationRow.__table__  # type: ignore[attr-defined]  # as above
_POSTING: Final[Table] = PostingRow.__table__  # type: ignore[attr-defined]  # as above
_TALLY: Final[Table] = TallyRow.__table__  # type: ignore[attr-defined]  # as above


@dataclass(frozen=True, slots=True)
class Head:
    """Where a journal stands."""

    number: int
    hash: bytes
    at: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """What became of a request, by its key."""

    status: int
    answer: bytes
    entry: int | None
    at: str


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


class Reads:
    """Answers questions about one database."""

    def __init__(self, database: Database) -> None:
        """Take the database to read."""
        self._reader = database.reader

    def _rows(self, question: Select[Any]) -> list[Row]:
        with self._reader.connect() as connection:
            return [tuple(row) for row in connection.execute(question)]

    # -- currencies -----------------------------------------------------------------------------

    def currencies(self) -> list[str]:
        """List the codes of the currencies here."""
        return [row[0] for row in self._rows(select(CURRENCY.c.code).order_by(CURRENCY.c.code))]

    def rulebook(self, currency: str) -> tuple[Rulebook, Head]:
        """Give a currency's rulebook and the head of its journal; Unknown when there is none."""
        with self._reader.connect() as connection:
            head = connection.execute(select(CURRENCY).where(CURRENCY.c.code == currency)).first()
            if head is None:
                raise Unknown(what="currency", id=currency)
            answers = [
                [
                    tuple(row)
                    for row in connection.execute(
                        select(ask.table).where(ask.table.c.currency == currency)
                    )
                ]
                for ask in ASKS
            ]
        return rulebook_of(tuple(head), answers), Head(head[6], head[7], head[8])

    # -- papers ---------------------------------------------------------------------------------

    def paper(self, kind: type[PaperT], currency: str, key: str) -> PaperT | None:
        """Give one paper by its key, or None."""
        mark = SHELFMARKS[kind]
        found = self.papers(kind, currency, mark.table.c[mark.key] == key)
        return found[0] if found else None

    def papers(
        self,
        kind: type[PaperT],
        currency: str,
        *conditions: Any,  # noqa: ANN401 - SQL conditions on the table's columns
        order: str = "",
        newest: bool = False,
        limit: int | None = None,
    ) -> list[PaperT]:
        """List papers that meet all conditions, by `order` (the key by default)."""
        mark = SHELFMARKS[kind]
        table = mark.table
        by = [table.c[order or mark.key], table.c[mark.key]]
        question = (
            select(table)
            .where(table.c.currency == currency, *conditions)
            .order_by(*(column.desc() if newest else column for column in by))
        )
        if limit is not None:
            question = question.limit(limit)
        return [mark.read(row) for row in self._rows(question)]

    def having(
        self,
        kind: type[PaperT],
        currency: str,
        column: str,
        values: Iterable[object],
        *,
        order: str = "",
        newest: bool = False,
        limit: int | None = None,
    ) -> list[PaperT]:
        """List papers whose `column` is one of `values`."""
        condition = SHELFMARKS[kind].table.c[column].in_(list(values))
        return self.papers(kind, currency, condition, order=order, newest=newest, limit=limit)

    def page(
        self,
        kind: type[PaperT],
        currency: str,
        wanted: Mapping[str, object],
        *,
        after: str = "",
        limit: int = 50,
    ) -> list[PaperT]:
        """List papers by key, behind the key `after`, whose columns are what is `wanted`.

        A tuple wants any of its values.
        """
        mark = SHELFMARKS[kind]
        conditions = [
            mark.table.c[column].in_(value if isinstance(value, tuple) else (value,))
            for column, value in wanted.items()
        ]
        return self.papers(kind, currency, *conditions, mark.table.c[mark.key] > after, limit=limit)

    def credential(self, token_hash: str) -> tuple[str, Credential] | None:
        """Find a credential by the hash of its token: its currency and itself."""
        mark = SHELFMARKS[Credential]
        rows = self._rows(select(mark.table).where(mark.table.c.token_hash == token_hash))
        return (rows[0][0], mark.read(rows[0])) if rows else None

    # -- balances and counts --------------------------------------------------------------------

    def balances(self, currency: str, names: Iterable[str]) -> dict[str, int]:
        """Give the balances of accounts by name; one that was never opened stands at zero."""
        wanted = list(names)
        rows = self._rows(
            select(_ACCOUNT.c.name, _ACCOUNT.c.balance).where(
                _ACCOUNT.c.currency == currency, _ACCOUNT.c.name.in_(wanted)
            )
        )
        return dict.fromkeys(wanted, 0) | dict(rows)

    def wallet(self, currency: str, member: str) -> dict[str, int]:
        """Give the balances of all accounts of a member, gift pockets included."""
        rows = self._rows(
            select(_ACCOUNT.c.name, _ACCOUNT.c.balance).where(
                _ACCOUNT.c.currency == currency, _ACCOUNT.c.owner == member
            )
        )
        return dict(rows)

    def accounts_like(self, currency: str, prefix: str) -> dict[str, int]:
        """Give the balances of all accounts whose name begins with a prefix."""
        rows = self._rows(
            select(_ACCOUNT.c.name, _ACCOUNT.c.balance)
            .where(_ACCOUNT.c.currency == currency)
            .where(_ACCOUNT.c.name.startswith(prefix, autoescape=True))
        )
        return dict(rows)

    def owners(self, currency: str, prefix: str) -> int:
        """Count the members who own an account whose name begins with a prefix."""
        rows = self._rows(
            select(func.count(func.distinct(_ACCOUNT.c.owner)))
            .where(_ACCOUNT.c.currency == currency)
            .where(_ACCOUNT.c.name.startswith(prefix, autoescape=True))
        )
        return int(rows[0][0])

    def tallies(self, currency: str, names: Iterable[str]) -> dict[str, int]:
        """Give counts by name; one that was never made stands at zero."""
        wanted = list(names)
        rows = self._rows(
            select(_TALLY.c.name, _TALLY.c.amount).where(
                _TALLY.c.currency == currency, _TALLY.c.name.in_(wanted)
            )
        )
        return dict.fromkeys(wanted, 0) | dict(rows)

    # -- the journal ----------------------------------------------------------------------------

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
        with self._reader.connect() as connection:
            rows = connection.execute(question).all()
            return _entries(connection, currency, [tuple(row) for row in rows])

    def statement(
        self, currency: str, names: Iterable[str], *, before: int = 0, limit: int = 50
    ) -> list[Entry]:
        """List the entries that touch some accounts, the newest first, before a number if given.

        Each has all its arrows.
        """
        wanted = list(names)
        sides = [
            select(_POSTING.c.number)
            .where(
                _POSTING.c.currency == currency,
                column.in_(wanted),
                *([_POSTING.c.number < before] if before else []),
            )
            .order_by(_POSTING.c.number.desc())
            .limit(limit * 4)
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
        with self._reader.connect() as connection:
            rows = connection.execute(question).all()
            return _entries(connection, currency, [tuple(row) for row in rows])

    def balances_before(self, currency: str, names: Iterable[str], number: int) -> dict[str, int]:
        """Give what accounts stood at before an entry, from the arrows' own running balances."""
        before: dict[str, int] = {}
        with self._reader.connect() as connection:
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


def _entries(connection: Connection, currency: str, rows: list[Row]) -> list[Entry]:
    """Join entries with their arrows and words, in the order of the rows."""
    numbers = [row[1] for row in rows]
    unit = connection.execute(
        select(CURRENCY.c.asset, CURRENCY.c.scale, CURRENCY.c.code).where(
            CURRENCY.c.code == currency
        )
    ).one()
    asset = Asset(unit[0], unit[1])
    arrows: dict[int, list[Posting]] = {number: [] for number in numbers}
    for posting in connection.execute(
        select(_POSTING)
        .where(_POSTING.c.currency == currency, _POSTING.c.number.in_(numbers))
        .order_by(_POSTING.c.number, _POSTING.c.ordinal)
    ):
        held = EUR if posting.asset == EUR.code else asset
        arrow = Posting(posting.source, posting.target, posting.amount, held)
        arrows[posting.number].append(arrow)
    memos = dict(
        connection.execute(
            select(_MEMO.c.number, _MEMO.c.words).where(
                _MEMO.c.currency == currency, _MEMO.c.number.in_(numbers)
            )
        )
        .tuples()
        .all()
    )
    previous = dict(
        connection.execute(
            select(_ENTRY.c.number, _ENTRY.c.hash).where(
                _ENTRY.c.currency == currency, _ENTRY.c.number.in_([n - 1 for n in numbers])
            )
        )
        .tuples()
        .all()
    )
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
