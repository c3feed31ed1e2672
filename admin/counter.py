"""The counter of an exchange office: cash becomes units, with arrows before and a receipt after."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import book_of, fresh_key, posted, someone
from admin.naming import bonus_said
from admin.people import name_of
from admin.words import amount_typed
from ledger.money import UnreadableAmountError
from ledger.operations.conversion import Convert
from ledger.refusals import Refusal

ROLES: Final = ("office", "treasurer")

routes = APIRouter(prefix="/counter", route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


@routes.get("")
def counter(request: Request) -> Response:
    """Ask for the member and the euros."""
    return _counter(request, {})


@routes.post("")
def convert(request: Request, fields: Fields) -> Response:
    """Preview a conversion in cash, or confirm the one that was previewed."""
    visitor = someone(request, *ROLES)
    office = visitor.holder if visitor.role == "office" else fields.get("office", "")
    member = fields.get("member", "").strip().lower()
    try:
        operation = Convert(member, amount_typed(fields.get("euros", "")), "cash", office)
        if fields.get("step") == "confirm":
            acts.confirm(request, operation, fields.get("key", ""))
            return pages.see_other(f"/done/{fields['key']}?back=/counter")
        plan = acts.preview(request, operation)
    except UnreadableAmountError:
        return _counter(request, fields, unread=True)
    except Refusal as refusal:
        return _counter(request, fields, refusal=refusal)
    reason = plan["bonus"]["reason"]
    return pages.render(
        request,
        "conversion.html",
        plan=plan,
        fields=fields,
        office=office,
        name=name_of(request, member),
        key=fields.get("key") or fresh_key(),
        reason=bonus_said(pages.spoken_to(request), reason) if reason else "",
    )


def _counter(
    request: Request,
    fields: Mapping[str, str],
    *,
    unread: bool = False,
    refusal: Refusal | None = None,
) -> Response:
    someone(request, *ROLES)
    status = pages.UNREADABLE if unread or refusal else HTTPStatus.OK
    return pages.render(
        request,
        "counter.html",
        status,
        offices=list(book_of(request).offices.values()),
        fields=fields,
        key=fresh_key(),
        unread=unread,
        refusal=pages.said(request, refusal),
    )
