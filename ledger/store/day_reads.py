"""Questions about a past day: what accounts stood at, and what has moved since.

An entry counts on its accounting day: the Paris day on which it was written, or an earlier one
that was sealed with it (`ledger.books.closings`). Numbers and instants rise together, so what was
written up to a day is found by halving, and the arrows' own running balances give what stood then;
only the few entries that were written later and count earlier are added up.
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Table, func, or_, select

from ledger.books.closings import Move
from ledger.books.context import TOWN, town_day
from ledger.store.closing_tables import EntryDayRow
from ledger.store.journal_reads import JournalReads
from ledger.store.papers import instant_text, read_instant
from ledger.store.tables import EntryRow, PostingRow

_ENTRY: Final[Table] = EntryRow.__table__  # type: ignore[attr-defined]  # SQLModel sets it
_ENTRY_DAY: Final[Table] = EntryDayRow.__table__  # type: ignore[attr-defined]  # as above
_POSTING: Final[Table] = PostingRow.__table__  # type: ignore[attr-defined]  # as above


class DayReads(JournalReads):
    """Answers questions about past days."""

    def first_after(self, currency: str, day: date) -> int:
        """Give the number of the first entry written after a Paris day, or the next one's."""
        midnight = datetime.combine(day + timedelta(days=1), time(), TOWN)
        return self.first_since(currency, midnight)

    def first_since(self, currency: str, instant: datetime) -> int:
        """Give the number of the first entry written at or after an instant, or the next one's."""
        wanted = instant_text(instant)
        column = _ENTRY.c.number
        with self._database.reading() as connection:
            last = connection.execute(
                select(func.max(column)).where(_ENTRY.c.currency == currency)
            ).scalar()

            def at(number: int) -> str:
                one = _ENTRY.c.currency == currency, column == number
                return str(connection.execute(select(_ENTRY.c.at).where(*one)).scalar())

            return bisect_left(range(1, (last or 0) + 1), wanted, key=at) + 1

    def balances_on(
        self, currency: str, names: Iterable[str], day: date, *, upto: int
    ) -> dict[str, int]:
        """Give what accounts stood at when an accounting day ended, as entry `upto` knew it."""
        wanted = list(names)
        first = min(self.first_after(currency, day), upto + 1)
        stood = self.balances_before(currency, wanted, first)
        with self._database.reading() as connection:
            for sign, side in ((-1, _POSTING.c.source), (1, _POSTING.c.target)):
                for name, amount in connection.execute(
                    select(side, func.sum(_POSTING.c.amount))
                    .join(_ENTRY_DAY, _same_entry(_ENTRY_DAY))
                    .where(_POSTING.c.currency == currency, side.in_(wanted))
                    .where(_ENTRY_DAY.c.number.between(first, upto))
                    .where(_ENTRY_DAY.c.day <= day.isoformat())
                    .group_by(side)
                ):
                    stood[name] += sign * int(amount)
        return stood

    def moves_after(
        self, currency: str, names: Iterable[str], day: date, *, upto: int
    ) -> list[Move]:
        """List what has moved accounts by entries that count after a day, in order, up to one."""
        wanted = list(names)
        first = self.first_after(currency, day)
        question = (
            select(
                _POSTING.c.number,
                _ENTRY.c.at,
                _ENTRY_DAY.c.day,
                _ENTRY.c.kind,
                _ENTRY.c.facts,
                _POSTING.c.source,
                _POSTING.c.target,
                _POSTING.c.amount,
            )
            .join(_ENTRY, _same_entry(_ENTRY))
            .outerjoin(_ENTRY_DAY, _same_entry(_ENTRY_DAY))
            .where(_POSTING.c.currency == currency)
            .where(_POSTING.c.number.between(first, upto))
            .where(or_(_POSTING.c.source.in_(wanted), _POSTING.c.target.in_(wanted)))
            .where(or_(_ENTRY_DAY.c.day.is_(None), _ENTRY_DAY.c.day > day.isoformat()))
            .order_by(_POSTING.c.number, _POSTING.c.ordinal)
        )
        found = []
        for number, at, counted, kind, facts, source, target, amount in self._rows(question):
            on = date.fromisoformat(counted) if counted else town_day(read_instant(at))
            for name, change in ((source, -amount), (target, amount)):
                if name in wanted:
                    found.append(Move(number, on, kind, orjson.loads(facts), name, change))
        return found

    def sums_of(  # noqa: PLR0913 - which arrows, from when to when, and what is large
        self, currency: str, kind: str, account: str, since: int, until: int, *, above: int
    ) -> tuple[int, list[tuple[int, int]]]:
        """Add up the arrows to accounts like `account` of entries of a kind, `since` to `until`.

        Gives the sum, and the entries (number, minor units) that move more than `above`.
        """
        moved = func.sum(_POSTING.c.amount)
        question = (
            select(_POSTING.c.number, moved)
            .join(_ENTRY, _same_entry(_ENTRY))
            .where(_POSTING.c.currency == currency, _ENTRY.c.kind == kind)
            .where(_POSTING.c.number.between(since, until))
            .where(_POSTING.c.target.startswith(account, autoescape=True))
            .group_by(_POSTING.c.number)
        ).subquery()
        columns = question.c
        with self._database.reading() as connection:
            total = connection.execute(select(func.sum(columns[1]))).scalar()
            large = connection.execute(select(question).where(columns[1] > above).limit(100))
            return int(total or 0), [(number, int(amount)) for number, amount in large]

    def days_of(self, currency: str, numbers: Iterable[int]) -> dict[int, date]:
        """Give the accounting days of entries."""
        wanted = list(numbers)
        question = (
            select(_ENTRY.c.number, _ENTRY.c.at, _ENTRY_DAY.c.day)
            .outerjoin(
                _ENTRY_DAY,
                (_ENTRY_DAY.c.currency == _ENTRY.c.currency)
                & (_ENTRY_DAY.c.number == _ENTRY.c.number),
            )
            .where(_ENTRY.c.currency == currency, _ENTRY.c.number.in_(wanted))
        )
        return {
            number: date.fromisoformat(day) if day else town_day(read_instant(at))
            for number, at, day in self._rows(question)
        }


def _same_entry(table: Table) -> Any:  # noqa: ANN401 - an SQL condition
    return (table.c.currency == _POSTING.c.currency) & (table.c.number == _POSTING.c.number)
