"""The audit desk: the journal, entry by entry, each drawn as arrows."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import Number, Visitor, book_of, fresh_key, ledger_of, posted, someone
from ledger.books.journal import Entry
from ledger.books.papers import Correction
from ledger.money import EUR, Asset, Money
from ledger.operations.identity_opening import OpenIdentity
from ledger.operations.journal import receipt_of
from ledger.operations.journal import shown as shown_entry
from ledger.operations.member import identity_of
from ledger.refusals import Refusal, Unknown

ROLES: Final = ("auditor", "treasurer")
PAGE: Final = 40

routes = APIRouter(prefix="/audit", route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


@routes.get("")
def journal(request: Request, before: int = 0) -> Response:
    """List the journal, the newest entry first."""
    return _journal(request, before)


def _journal(request: Request, before: int = 0, refusal: Refusal | None = None) -> Response:
    visitor = someone(request, *ROLES)
    reads = ledger_of(request).reads
    entries = reads.entries(visitor.currency, after=before, limit=PAGE, newest=True)
    more = entries[-1].number if len(entries) == PAGE and entries[-1].number > 1 else 0
    unit = book_of(request).unit
    moved = {each.number: total(each, unit) for each in entries}
    return pages.render(
        request,
        "journal.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        entries=entries,
        moved=moved,
        more=more,
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )


def total(entry: Entry, unit: Asset) -> Money | None:
    """Sum what an entry moved: its units where it moved any, else its euros."""
    units = sum(arrow.amount for arrow in entry.postings if arrow.asset == unit)
    euros = sum(arrow.amount for arrow in entry.postings if arrow.asset == EUR)
    if units:
        return Money(units, unit)
    return Money(euros, EUR) if euros else None


@routes.get("/identities")
def identities() -> Response:
    """Lead back to the journal."""
    return pages.see_other("/audit")


@routes.post("/identities")
def identity(request: Request, fields: Fields) -> Response:
    """Open who a member is, with a reason that the journal keeps."""
    visitor = someone(request, "auditor")
    operation = OpenIdentity(
        fields.get("member", "").strip(), fields.get("reason", "").strip()[:140]
    )
    try:
        opened = acts.confirm(request, operation, fields.get("key", ""))
    except Refusal as refusal:
        return _journal(request, refusal=refusal)
    known = identity_of(ledger_of(request), visitor.currency, opened["id"], request.state.at)
    return pages.render(request, "identity.html", opened=opened, known=known)


@routes.get("/{number}")
def entry(request: Request, number: Number) -> Response:
    """Show one entry: its arrows, its place in the chain, its receipt."""
    visitor = someone(request, *ROLES)
    reads = ledger_of(request).reads
    found = reads.entry(visitor.currency, number)
    if found is None:
        raise Unknown(what="entry", id=str(number))
    _, head = reads.rulebook(visitor.currency)
    return pages.render(
        request,
        "entry.html",
        entry=found,
        last=head.number,
        told=shown_entry(found),
        receipt=receipt_of(ledger_of(request), found),
        corrections=_corrections(request, visitor, number),
        key=fresh_key(),
    )


def _corrections(request: Request, visitor: Visitor, number: int) -> list[Correction]:
    reads = ledger_of(request).reads
    return reads.having(Correction, visitor.currency, "corrects", [number], order="proposed_at")
