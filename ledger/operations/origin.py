"""From where somebody came: opened by an auditor with a reason, and forgotten after a year."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from ledger.books.context import Context
from ledger.books.journal import Plan
from ledger.books.papers import Rulebook
from ledger.books.sealing import SubjectKey
from ledger.books.trail import Origin, month_of
from ledger.operations.access import AUDITOR, require
from ledger.operations.identity_opening import check_reason
from ledger.operations.ledger import Ledger
from ledger.refusals import Unknown
from ledger.store.shelf import Needs, Shelf

KEPT: Final = timedelta(days=366)
"""So long an address can be opened; then the key of its month is destroyed."""
_LOOKED_BACK: Final = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class OpenOrigin:
    """Record that an auditor opens an address; whoever posts it then reads that."""

    origin: str
    reason: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Origin, self.origin),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, AUDITOR)
        if shelf.paper(Origin, self.origin) is None:
            raise Unknown(what="origin", id=self.origin)
        check_reason(self.reason)
        return Plan(
            kind="origin-opened",
            facts={"origin": self.origin},
            memo=self.reason,
            sealed=True,
            answer={"id": self.origin},
        )


def address_of(ledger: Ledger, currency: str, origin: str) -> str:
    """Give an address; empty once it was forgotten. Only behind an OpenOrigin that was booked."""
    found = ledger.reads.paper(Origin, currency, origin)
    key = ledger.reads.paper(SubjectKey, currency, f"origin:{found.month}") if found else None
    # A process may still have in its memory a key that was destroyed since.
    return found.address if found and key and key.wrapped else ""


@dataclass(frozen=True, slots=True)
class ForgetOrigins:
    """Destroy the keys of months whose addresses are older than they may be."""

    subjects: tuple[str, ...]

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=tuple((SubjectKey, subject) for subject in self.subjects))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context)
        keys = (shelf.paper(SubjectKey, subject) for subject in self.subjects)
        return Plan(kind="origins", papers=tuple(replace(k, wrapped=b"") for k in keys if k))


def forget_origins(ledger: Ledger, currency: str, context: Context) -> int:
    """Forget the addresses of months that are over for a year; gives how many months."""
    last = month_of(context.at - KEPT)
    day, months = context.at - _LOOKED_BACK, set[str]()
    while month_of(day) < last:
        months.add(f"origin:{month_of(day)}")
        day += timedelta(days=27)
    known = ledger.reads.having(SubjectKey, currency, "subject", sorted(months))
    over = tuple(key.subject for key in known if key.wrapped)
    if over:
        ledger.note(currency, ForgetOrigins(over), context)
    return len(over)
