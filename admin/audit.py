"""The audit desk: the journal, entry by entry, each drawn as arrows."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import (
    Number,
    Visitor,
    book_of,
    context_of,
    fresh_key,
    ledger_of,
    posted,
    someone,
)
from admin.naming import KINDS
from ledger.books.journal import Entry
from ledger.books.papers import Correction
from ledger.money import EUR, Asset, Money
from ledger.operations.identity_opening import OpenIdentity
from ledger.operations.journal import receipt_of
from ledger.operations.journal import shown as shown_entry
from ledger.operations.member import identity_of
from ledger.operations.trail import Question, search_trail
from ledger.refusals import Refusal, Unknown

ROLES: Final = ("auditor", "treasurer")
PAGE: Final = 40
LONGEST: Final = 64
MOST_DIGITS: Final = 15

routes = APIRouter(prefix="/audit", route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


@routes.get("")
def journal(request: Request) -> Response:
    """List the journal, or what of it is asked for, the newest entry first."""
    return _journal(request)


def _asked(fields: Mapping[str, str]) -> Question:
    """Read what is asked of the journal; what cannot be read is not asked."""

    def day(name: str) -> date | None:
        try:
            return date.fromisoformat(fields.get(name, ""))
        except ValueError:
            return None

    before = fields.get("before", "")
    numbered = before.isascii() and before.isdigit() and len(before) <= MOST_DIGITS
    return Question(
        since=day("since"),
        until=day("until"),
        kind=fields.get("kind", "")[:LONGEST],
        about=fields.get("about", "").strip()[:LONGEST],
        person=fields.get("person", "").strip()[:LONGEST],
        before=int(before) if numbered else 0,
    )


def _journal(request: Request, refusal: Refusal | None = None) -> Response:
    visitor = someone(request, *ROLES)
    asked = _asked(dict(request.query_params))
    context = context_of(request, visitor, preview=True)
    found = search_trail(ledger_of(request), visitor.currency, context, asked, limit=PAGE)
    unit = book_of(request).unit
    moved = {each.number: total(each, unit) for each in found.entries}
    return pages.render(
        request,
        "journal.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        entries=found.entries,
        moved=moved,
        more=found.before,
        asked=asked,
        kinds=KINDS,
        query=_query(asked),
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )


def _query(asked: Question) -> str:
    """Write a question again, for the page behind this one."""
    said = {
        "since": asked.since,
        "until": asked.until,
        "kind": asked.kind,
        "about": asked.about,
        "person": asked.person,
    }
    return urlencode({name: str(value) for name, value in said.items() if value})


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
