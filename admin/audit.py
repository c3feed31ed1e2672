"""The audit desk: the journal, entry by entry, each drawn as arrows."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.dependencies import Number, Visitor, book_of, fresh_key, ledger_of, someone
from ledger.books.journal import Entry
from ledger.books.papers import Correction
from ledger.money import EUR, Asset, Money
from ledger.operations.journal import receipt_of
from ledger.operations.journal import shown as shown_entry
from ledger.refusals import Unknown

ROLES: Final = ("auditor", "treasurer")
PAGE: Final = 40

routes = APIRouter(prefix="/audit", route_class=pages.PageRoute, include_in_schema=False)


@routes.get("")
def journal(request: Request, before: int = 0) -> Response:
    """List the journal, the newest entry first."""
    visitor = someone(request, *ROLES)
    reads = ledger_of(request).reads
    entries = reads.entries(visitor.currency, after=before, limit=PAGE, newest=True)
    more = entries[-1].number if len(entries) == PAGE and entries[-1].number > 1 else 0
    unit = book_of(request).unit
    moved = {each.number: total(each, unit) for each in entries}
    return pages.render(request, "journal.html", entries=entries, moved=moved, more=more)


def total(entry: Entry, unit: Asset) -> Money | None:
    """Sum what an entry moved: its units where it moved any, else its euros."""
    units = sum(arrow.amount for arrow in entry.postings if arrow.asset == unit)
    euros = sum(arrow.amount for arrow in entry.postings if arrow.asset == EUR)
    if units:
        return Money(units, unit)
    return Money(euros, EUR) if euros else None


@routes.get("/{number}")
def entry(request: Request, number: Number) -> Response:
    """Show one entry: its arrows, its place in the chain, its receipt."""
    visitor = someone(request, *ROLES)
    found = ledger_of(request).reads.entry(visitor.currency, number)
    if found is None:
        raise Unknown(what="entry", id=str(number))
    return pages.render(
        request,
        "entry.html",
        entry=found,
        told=shown_entry(found),
        receipt=receipt_of(ledger_of(request), found),
        corrections=_corrections(request, visitor, number),
        key=fresh_key(),
    )


def _corrections(request: Request, visitor: Visitor, number: int) -> list[Correction]:
    reads = ledger_of(request).reads
    return reads.having(Correction, visitor.currency, "corrects", [number], order="proposed_at")
