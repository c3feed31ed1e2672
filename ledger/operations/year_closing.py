"""Closing a year: one person proposes, another confirms, and nothing counts in it any more."""

from dataclasses import dataclass, replace

from ledger.books.accounts import SUSPENSE
from ledger.books.bookkeeping import Bookkeeping, YearClosing
from ledger.books.closings import CLOSES, Closing
from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import Rulebook
from ledger.money import EUR, format_minor
from ledger.operations.access import AUDITOR, TREASURER, require
from ledger.operations.bookkeeping import EARLIEST, plausible_year
from ledger.operations.challenge import Agreement, agreed
from ledger.operations.ledger import Ledger
from ledger.refusals import (
    AlreadyExists,
    BookkeepingMissing,
    NotInState,
    PeriodNotOver,
    SamePerson,
    Unknown,
)
from ledger.store.shelf import Needs, Shelf


@dataclass(frozen=True, slots=True)
class ProposeYearClosing:
    """Propose to close a year that is over."""

    year: int

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        told = tuple((Bookkeeping, str(year)) for year in range(EARLIEST, self.year + 1))
        return Needs(papers=((YearClosing, str(self.year)), *told))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        plausible_year(self.year)
        closing = YearClosing(str(self.year), shelf.at, context.person)
        if shelf.paper(YearClosing, closing.id) is not None:
            raise AlreadyExists(what="closing", id=closing.id)
        if closing.last_day >= shelf.today:
            raise PeriodNotOver(day=closing.last_day.isoformat())
        known = range(EARLIEST, self.year + 1)
        if not any(shelf.paper(Bookkeeping, str(year)) for year in known):
            raise BookkeepingMissing(year=self.year)
        return Plan(
            kind="year-proposal",
            papers=(closing,),
            facts={"year": self.year},
            sealed=True,
            answer=shown(closing),
        )


@dataclass(frozen=True, slots=True)
class ConfirmYearClosing:
    """Close a year that another person proposed to close."""

    year: int

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((YearClosing, str(self.year)),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        closing = shelf.paper(YearClosing, str(self.year))
        if closing is None:
            raise Unknown(what="closing", id=str(self.year))
        if closing.state != "proposed":
            raise NotInState(what="closing", id=closing.id, state=closing.state, needed="proposed")
        if closing.proposed_by == context.person:
            raise SamePerson
        closed = replace(
            closing,
            state="closed",
            confirmed_at=shelf.at,
            confirmed_by=context.person,
            entry=shelf.next_number,
        )
        papers: tuple[object, ...] = (closed,)
        facts: dict[str, str | int] = {"year": self.year}
        until = shelf.book.closed_until
        # A month that was signed may have closed its last day, or one behind it, already.
        if until is None or until < closing.last_day:
            papers = (Closing(closing.last_day, shelf.next_number, "year"), closed)
            facts[CLOSES] = closing.last_day.isoformat()
        plan = Plan(
            kind="year-closing", papers=papers, facts=facts, sealed=True, answer=shown(closed)
        )
        return agreed(shelf, context, plan, Agreement("year-closing", closing.id, "", ""))


def shown(closing: YearClosing) -> dict[str, Json]:
    """Show a closing as the outside reads it."""
    return {"year": int(closing.id), "state": closing.state, "closed_by_entry": closing.entry}


def list_closings(ledger: Ledger, currency: str, context: Context) -> list[dict[str, Json]]:
    """List the years from the first entry on: open, proposed or closed, and what is unexplained.

    `suspense` are the euros that nobody had explained when the year ended; None while it goes on.
    """
    require(context, TREASURER, AUDITOR)
    reads = ledger.reads
    _, head = reads.rulebook(currency)
    first = reads.entry(currency, 1)
    if first is None:
        return []
    known = {closing.id: closing for closing in reads.papers(YearClosing, currency)}
    years: list[dict[str, Json]] = []
    for year in range(first.day.year, context.day.year + 1):
        closing = known.get(str(year)) or YearClosing(str(year), context.at, "", "open")
        over = closing.last_day < context.day
        suspense: str | None = None
        if over:
            left = reads.balances_on(currency, [SUSPENSE], closing.last_day, upto=head.number)
            suspense = format_minor(-left[SUSPENSE], EUR.scale)
        years.append({**shown(closing), "over": over, "suspense": suspense})
    return years
