"""The treasury: is every unit covered, what needs doing, and the bank's files."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.bank_lines import waiting_lines
from admin.campaigns import budgets
from admin.dependencies import (
    Upload,
    context_of,
    fresh_key,
    ledger_of,
    posted,
    someone,
    uploaded,
)
from admin.words import amount_typed
from ledger.books.conversions import HandConversion
from ledger.books.papers import Correction, Redemption
from ledger.money import UnreadableAmountError
from ledger.operations.campaign import Deposit
from ledger.operations.fund import fund_position
from ledger.operations.statement import import_statement
from ledger.refusals import Refusal

ROLES: Final = ("treasurer",)

routes = APIRouter(prefix="/treasury", route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]
Uploaded = Annotated[Upload, Depends(uploaded)]


@routes.get("")
def treasury(request: Request) -> Response:
    """Show the fund at a glance, and what waits for the treasurer."""
    return _treasury(request)


def _treasury(
    request: Request, refusal: Refusal | None = None, read: Mapping[str, Any] | None = None
) -> Response:
    visitor = someone(request, *ROLES)
    ledger = ledger_of(request)
    open_ = ledger.reads.having(
        Redemption,
        visitor.currency,
        "state",
        ["requested", "approved", "sent", "bounced"],
        order="requested_at",
    )
    status = HTTPStatus.OK if refusal is None else refusal.status
    return pages.render(
        request,
        "treasury.html",
        status,
        fund=fund_position(ledger, visitor.currency),
        asked=[each for each in open_ if each.state == "requested"],
        due=[each for each in open_ if each.state != "requested"],
        waiting=len(waiting_lines(request)),
        corrections=ledger.reads.having(Correction, visitor.currency, "state", ["proposed"]),
        proposals=ledger.reads.having(HandConversion, visitor.currency, "state", ["proposed"]),
        drop_key=fresh_key(),
        budgets=budgets(request, visitor),
        read=read,
        refusal=pages.said(request, refusal),
    )


@routes.get("/statements")
def dropped() -> Response:
    """Lead back to where files are dropped."""
    return pages.see_other("/treasury#drop")


@routes.post("/statements")
def drop(request: Request, upload: Uploaded) -> Response:
    """Read a bank file: what was read, and what became of its lines."""
    visitor = someone(request, *ROLES)
    context = context_of(request, visitor, upload.fields.get("key", fresh_key()), preview=False)
    try:
        read = import_statement(
            ledger_of(request),
            visitor.currency,
            context,
            account=upload.fields.get("account", ""),
            data=upload.content,
            name=upload.name,
        )
    except Refusal as refusal:
        return _treasury(request, refusal)
    return _treasury(request, read=read)


@routes.get("/deposits")
def deposits(request: Request) -> Response:
    """Ask what a sponsor paid in, and where."""
    return _deposits(request, {})


@routes.post("/deposits")
def deposit(request: Request, fields: Fields) -> Response:
    """Preview a sponsor's deposit, or confirm the one that was previewed."""
    someone(request, *ROLES)
    try:
        euros = amount_typed(fields.get("euros", ""))
        operation = Deposit(fields.get("sponsor", ""), euros, fields.get("bank", ""))
        if fields.get("step") == "confirm":
            acts.confirm(request, operation, fields.get("key", ""))
            return pages.see_other(f"/done/{fields['key']}?back=/treasury")
        plan = acts.preview(request, operation)
    except UnreadableAmountError:
        return _deposits(request, fields, unread=True)
    except Refusal as refusal:
        return _deposits(request, fields, refusal=refusal)
    return pages.render(
        request,
        "deposit-seen.html",
        plan=plan,
        fields=fields,
        euros=euros,
        key=fields.get("key") or fresh_key(),
    )


def _deposits(
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
        "deposit.html",
        status,
        fields=fields,
        key=fresh_key(),
        unread=unread,
        refusal=pages.said(request, refusal),
    )
