"""Long readings of the journal in order, a page at a time, so that memory stays flat.

What is behind an entry never changes, so pages read one after the other still fit together; the
last number is named at the start, and what is written meanwhile is left out.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from sqlalchemy import Column, Select, Table, func, select

from ledger.books.journal import Entry
from ledger.store.closing_tables import EntryDayRow
from ledger.store.engines import Database
from ledger.store.journal_reads import read_entries
from ledger.store.tables import EntryRow, PostingRow

PAGE: Final = 1_000

_ENTRY: Final[Table] = EntryRow.__table__  # type: ignore[attr-defined]  # SQLModel sets it
_ENTRY_DAY: Final[Table] = EntryDayRow.__table__  # type: ignore[attr-defined]  # as above
_POSTING: Final[Table] = PostingRow.__table__  # type: ignore[attr-defined]  # as above


class Streams:
    """Reads the journal of one database from an entry to another."""

    def __init__(self, database: Database) -> None:
        """Take the database to read."""
        self._database = database

    def between(
        self, currency: str, after: int, last: int, names: Iterable[str] | None = None
    ) -> Iterator[Entry]:
        """Hand on the entries behind `after` up to `last`, in order, each with all its arrows.

        With `names`, only those that touch one of these accounts.
        """
        wanted = None if names is None else sorted(names)
        while after < last:
            page = self._page(currency, after, last, wanted)
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1].number

    def _page(self, currency: str, after: int, last: int, wanted: list[str] | None) -> list[Entry]:
        column = _ENTRY.c.number
        question = (
            select(_ENTRY)
            .where(_ENTRY.c.currency == currency, column > after, column <= last)
            .order_by(column)
            .limit(PAGE)
        )
        if wanted is not None:
            sides = [
                select(_POSTING.c.number)
                .distinct()
                .where(_POSTING.c.currency == currency, side.in_(wanted))
                .where(_POSTING.c.number > after, _POSTING.c.number <= last)
                .order_by(_POSTING.c.number)
                .limit(PAGE)
                .subquery()
                for side in (_POSTING.c.source, _POSTING.c.target)
            ]
            numbers = select(sides[0].c.number).union(select(sides[1].c.number)).subquery()
            question = question.where(column.in_(select(numbers.c.number)))
        with self._database.reading() as connection:
            rows = [tuple(row) for row in connection.execute(question)]
            return read_entries(connection, currency, rows)

    def backdated(self, currency: str, after: int, last: int) -> Iterator[Entry]:
        """Hand on the entries behind `after` that count on an earlier day than they were written.

        They are few: what a bank told of days that were over.
        """
        question = (
            select(_ENTRY_DAY.c.number)
            .where(_ENTRY_DAY.c.currency == currency)
            .where(_ENTRY_DAY.c.number > after, _ENTRY_DAY.c.number <= last)
            .order_by(_ENTRY_DAY.c.number)
        )
        with self._database.reading() as connection:
            numbers = list(connection.execute(question).scalars())
        for number in numbers:
            yield from self._page(currency, number - 1, number, None)

    def moved(self, currency: str, last: int) -> dict[str, int]:
        """Add up what the entries up to `last` left on each account, in minor units; no zeros."""
        left: dict[str, int] = {}
        with self._database.reading() as connection:
            for side, sign in ((_POSTING.c.target, 1), (_POSTING.c.source, -1)):
                for row in connection.execute(_sums(currency, side, last)):
                    left[row[0]] = left.get(row[0], 0) + sign * int(row[1])
        return {name: amount for name, amount in sorted(left.items()) if amount}


def _sums(currency: str, side: Column[str], last: int) -> Select[str, Any]:
    return (
        select(side, func.sum(_POSTING.c.amount))
        .where(_POSTING.c.currency == currency, _POSTING.c.number <= last)
        .group_by(side)
    )
