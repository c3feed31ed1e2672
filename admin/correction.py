"""Corrections: one treasurer proposes to reverse an entry, another sees the arrows and does it."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import Number, context_of, fresh_key, ledger_of, posted, someone
from ledger.books.papers import Correction
from ledger.operations.correction import correction_of, known_entry, proposing
from ledger.operations.journal import shown
from ledger.refusals import Refusal, Unknown

ROLES: Final = ("treasurer",)

routes = APIRouter(prefix="/corrections", route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


@routes.post("/{number}")
def propose(request: Request, number: Number, fields: Fields) -> Response:
    """Propose to reverse an entry, with a reason."""
    visitor = someone(request, *ROLES)
    context = context_of(request, visitor, preview=True)
    reason = fields.get("reason", "").strip()[:140]
    operation = proposing(
        ledger_of(request), visitor.currency, context, entry=number, reason=reason
    )
    made = acts.confirm(request, operation, fields.get("key", ""))
    return pages.see_other(f"/corrections/{number}/{made['id']}")


@routes.get("/{number}")
def proposed(number: Number) -> Response:
    """Lead to the entry that is to be corrected."""
    return pages.see_other(f"/audit/{number}")


@routes.get("/{number}/{id_}")
def one(request: Request, number: Number, id_: str) -> Response:
    """Show a proposal, and to another treasurer what it would move."""
    return _one(request, number, id_)


@routes.post("/{number}/{id_}")
def approve(request: Request, number: Number, id_: str, fields: Fields) -> Response:
    """Reverse the entry, as another person than who proposed it."""
    visitor = someone(request, *ROLES)
    context = context_of(request, visitor, preview=True)
    try:
        operation = correction_of(
            ledger_of(request), visitor.currency, context, entry=number, correction=id_
        )
        acts.confirm(request, operation, fields.get("key", ""))
    except Refusal as refusal:
        return _one(request, number, id_, refusal)
    return pages.see_other(f"/done/{fields['key']}?back=/treasury")


def _one(request: Request, number: int, id_: str, refusal: Refusal | None = None) -> Response:
    visitor = someone(request, *ROLES)
    ledger, context = ledger_of(request), context_of(request, visitor, preview=True)
    found = ledger.reads.paper(Correction, visitor.currency, id_)
    if found is None or found.corrects != number:
        raise Unknown(what="correction", id=id_)
    plan = None
    if found.state == "proposed" and found.proposed_by != visitor.credential.person:
        operation = correction_of(ledger, visitor.currency, context, entry=number, correction=id_)
        try:
            plan = acts.preview(request, operation)
        except Refusal as met:
            refusal = refusal or met
    return pages.render(
        request,
        "correction.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        found=found,
        entry=shown(known_entry(ledger, visitor.currency, number)),
        plan=plan,
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )
