"""Units issued by hand: one person proposes above the terms' amount, another sees it and issues."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import context_of, fresh_key, ledger_of, posted, someone
from admin.people import name_of
from admin.words import amount_typed
from ledger.books.conversions import HandConversion
from ledger.money import EUR, UnreadableAmountError
from ledger.operations.access import TREASURER
from ledger.operations.conversion import Convert
from ledger.operations.hand_conversion import WithdrawConversion, approving_conversion
from ledger.refusals import Refusal

ROOT: Final = "/treasury/conversions"
CHANNELS: Final = ("bank", "card", "direct-debit")
LONGEST: Final = 140

routes = APIRouter(prefix=ROOT, route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


@routes.get("")
def waiting(request: Request) -> Response:
    """Show what waits for a second person, and the form for another one."""
    return _waiting(request, {})


@routes.post("")
def ask(request: Request, fields: Fields) -> Response:
    """Preview a conversion by hand, or confirm the one that was previewed."""
    someone(request, TREASURER)
    try:
        operation = Convert(
            fields.get("member", "").strip().lower()[:LONGEST],
            amount_typed(fields.get("euros", ""), EUR.scale),
            fields.get("channel", ""),
            reference=fields.get("reference", "").strip()[:LONGEST],
        )
        if fields.get("step") == "confirm":
            acts.confirm(request, operation, fields.get("key", ""))
            return pages.see_other(f"/done/{fields['key']}?back={ROOT}")
        plan = acts.preview(request, operation)
    except UnreadableAmountError:
        return _waiting(request, fields, unread=True)
    except Refusal as refusal:
        return _waiting(request, fields, refusal)
    return pages.render(
        request,
        "hand-conversion.html",
        plan=plan,
        name=name_of(request, operation.member),
        fields=fields,
        key=fields.get("key") or fresh_key(),
    )


@routes.post("/{id_}/approve")
def approve(request: Request, id_: str, fields: Fields) -> Response:
    """Issue what another person proposed."""
    visitor = someone(request, TREASURER)
    try:
        asked = approving_conversion(
            ledger_of(request), visitor.currency, context_of(request, visitor), id_
        )
        acts.confirm(request, asked, fields.get("key", ""))
    except Refusal as refusal:
        return _waiting(request, {}, refusal)
    return pages.see_other(f"/done/{fields['key']}?back={ROOT}")


@routes.post("/{id_}/withdraw")
def withdraw(request: Request, id_: str, fields: Fields) -> Response:
    """Let a proposal come to nothing."""
    someone(request, TREASURER)
    try:
        acts.confirm(request, WithdrawConversion(id_), fields.get("key", ""))
    except Refusal as refusal:
        return _waiting(request, {}, refusal)
    return pages.see_other(ROOT)


def _waiting(
    request: Request,
    fields: dict[str, str],
    refusal: Refusal | None = None,
    *,
    unread: bool = False,
) -> Response:
    visitor = someone(request, TREASURER)
    found = ledger_of(request).reads.having(
        HandConversion, visitor.currency, "state", ["proposed"], order="proposed_at", limit=100
    )
    bad = refusal.status if refusal else pages.UNREADABLE
    return pages.render(
        request,
        "hand-conversions.html",
        bad if refusal or unread else HTTPStatus.OK,
        found=found,
        names={each.member: name_of(request, each.member) for each in found},
        channels=CHANNELS,
        fields=fields,
        unread=unread,
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )
