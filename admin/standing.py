"""A member's standing conversion: consent to be debited each month, and take it back."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import fresh_key, ledger_of, posted, someone
from admin.words import amount_typed
from ledger.books.standing import StandingConversion
from ledger.money import UnreadableAmountError
from ledger.operations.standing import EndStanding, ProposeStanding
from ledger.refusals import Refusal

ROLES: Final = ("member", "shop")

routes = APIRouter(prefix="/wallet/standing", route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


@routes.get("")
def standing(request: Request) -> Response:
    """Show one's mandates, and the form of a new one."""
    return _standing(request, {})


@routes.post("")
def propose(request: Request, fields: Fields) -> Response:
    """Sign a mandate; the association puts it in force."""
    visitor = someone(request, *ROLES)
    day = fields.get("day", "")
    try:
        operation = ProposeStanding(
            member=visitor.holder,
            euros=amount_typed(fields.get("euros", "")),
            day=int(day) if day.isascii() and day.isdigit() else 0,
            iban=fields.get("iban", ""),
        )
        acts.confirm(request, operation, fields.get("key", ""))
    except UnreadableAmountError:
        return _standing(request, fields, unread=True)
    except Refusal as refusal:
        return _standing(request, fields, refusal=refusal)
    return pages.see_other("/wallet/standing")


@routes.post("/{id_}/end")
def end(request: Request, id_: str, fields: Fields) -> Response:
    """Take a mandate back."""
    someone(request, *ROLES)
    try:
        acts.confirm(request, EndStanding(id_), fields.get("key", ""))
    except Refusal as refusal:
        return _standing(request, {}, refusal=refusal)
    return pages.see_other("/wallet/standing")


def _standing(
    request: Request,
    fields: dict[str, str],
    *,
    unread: bool = False,
    refusal: Refusal | None = None,
) -> Response:
    visitor = someone(request, *ROLES)
    status = refusal.status if refusal else pages.UNREADABLE if unread else HTTPStatus.OK
    mine = ledger_of(request).reads.having(
        StandingConversion, visitor.currency, "member", [visitor.holder], order="proposed_at"
    )
    return pages.render(
        request,
        "standing.html",
        status,
        mine=[each for each in mine if each.state != "ended"],
        fields=fields,
        key=fresh_key(),
        unread=unread,
        refusal=pages.said(request, refusal),
    )
