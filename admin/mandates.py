"""Standing conversions as the treasurer sees them: mandates, debits, under which identifier."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import book_of, fresh_key, ledger_of, posted, someone
from ledger.books.standing import Collection, StandingConversion
from ledger.operations.ledger import Operation
from ledger.operations.standing import AcceptStanding, EndStanding, MakeCollections, SetCreditor
from ledger.refusals import Refusal

ROLES: Final = ("treasurer",)
ROOT: Final = "/treasury/mandates"
AT_ONCE: Final = 50

routes = APIRouter(prefix=ROOT, route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


@routes.get("")
def mandates(request: Request) -> Response:
    """Show mandates in force or proposed, and the debits under way."""
    return _mandates(request)


@routes.post("/creditor")
def creditor(request: Request, fields: Fields) -> Response:
    """Name the identifier under which an account debits members."""
    named = SetCreditor(fields.get("account", ""), fields.get("creditor", ""))
    return _do(request, fields, named)


@routes.post("/file")
def make(request: Request, fields: Fields) -> Response:
    """Make the file of the debits that are due."""
    return _do(request, fields, MakeCollections(fields.get("account", "")))


@routes.post("/{id_}/accept")
def accept(request: Request, id_: str, fields: Fields) -> Response:
    """Put a mandate in force that a member signed."""
    return _do(request, fields, AcceptStanding(id_))


@routes.post("/{id_}/end")
def end(request: Request, id_: str, fields: Fields) -> Response:
    """Revoke a mandate for its member."""
    return _do(request, fields, EndStanding(id_))


def _do(request: Request, fields: dict[str, str], operation: Operation) -> Response:
    someone(request, *ROLES)
    try:
        acts.confirm(request, operation, fields.get("key", ""))
    except Refusal as refusal:
        return _mandates(request, refusal)
    return pages.see_other(ROOT)


def _mandates(request: Request, refusal: Refusal | None = None) -> Response:
    visitor = someone(request, *ROLES)
    reads = ledger_of(request).reads
    found = reads.page(
        StandingConversion,
        visitor.currency,
        {"state": ("proposed", "active")},
        after=request.query_params.get("after", "")[:64],
        limit=AT_ONCE + 1,
    )
    accounts = book_of(request).bank_accounts.values()
    return pages.render(
        request,
        "mandates.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        mandates=found[:AT_ONCE],
        after=found[AT_ONCE - 1].id if len(found) > AT_ONCE else "",
        debits=reads.having(Collection, visitor.currency, "state", ["due", "sent"]),
        accounts=[each for each in accounts if each.medium == "digital"],
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )
