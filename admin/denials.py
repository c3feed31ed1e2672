"""At the audit desk: who was turned away, and from where somebody came, opened with a reason."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import context_of, fresh_key, ledger_of, posted, someone
from ledger.operations.denial import read_denials
from ledger.operations.origin import OpenOrigin, address_of
from ledger.refusals import Refusal, all_refusals

LONGEST: Final = 64

routes = APIRouter(prefix="/audit", route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


@routes.get("/denials")
def denials(request: Request) -> Response:
    """List what was refused, counted by the hour."""
    return _denials(request)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _denials(request: Request, refusal: Refusal | None = None) -> Response:
    visitor = someone(request, "auditor")
    asked, context = request.query_params, context_of(request, visitor, preview=True)
    ledger, person = ledger_of(request), asked.get("person", "").strip()[:LONGEST]
    request.app.state.denials.flush()
    since, until = _day(asked.get("since", "")), _day(asked.get("until", ""))
    found = read_denials(ledger, visitor.currency, context, since=since, until=until, person=person)
    return pages.render(
        request,
        "denials.html",
        200 if refusal is None else refusal.status,
        denials=found,
        titles={kind.slug: kind.title for kind in all_refusals()},
        since=since,
        until=until,
        person=person,
        origin=asked.get("origin", "")[:LONGEST],
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )


@routes.get("/origins")
def origins() -> Response:
    """Lead back to what was refused."""
    return pages.see_other("/audit/denials")


@routes.post("/origins")
def origin(request: Request, fields: Fields) -> Response:
    """Open from where somebody came, with a reason that the journal keeps."""
    visitor = someone(request, "auditor")
    named, reason = fields.get("origin", "").strip(), fields.get("reason", "").strip()
    operation = OpenOrigin(named[:LONGEST], reason[:140])
    try:
        opened = acts.confirm(request, operation, fields.get("key", ""))
    except Refusal as refusal:
        return _denials(request, refusal)
    address = address_of(ledger_of(request), visitor.currency, opened["id"])
    return pages.render(request, "origin.html", opened=opened, address=address)
