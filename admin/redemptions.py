"""Units back to euros: a shop asks, with the fee before it decides; a treasurer approves."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import Visitor, book_of, fresh_key, ledger_of, posted, someone
from admin.people import name_of
from admin.words import amount_typed
from ledger.books.accounts import member
from ledger.books.context import town_day
from ledger.books.papers import Identity, Member, Redemption
from ledger.money import UnreadableAmountError
from ledger.operations.iban_change import open_change
from ledger.operations.redemption import ApproveRedemption, CancelRedemption, RequestRedemption
from ledger.refusals import Refusal, Unknown
from ledger.rules.redemption import not_allowed

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]

DESK_OF = {"shop": "/till/redemptions", "treasurer": "/treasury"}
HOLDERS = ("shop", "member")
"""Whom the terms may let redeem; whoever they leave out reads so, and not that a door is shut."""


@routes.get("/till/redemptions")
def mine(request: Request) -> Response:
    """Show what a shop can redeem, and what became of what it asked."""
    return _mine(request)


@routes.post("/till/redemptions")
def ask(request: Request, fields: Fields) -> Response:
    """Preview a redemption with its fee, or confirm the one that was previewed."""
    visitor = someone(request, *HOLDERS)
    typed = fields.get("units", "")
    try:
        units = amount_typed(typed, book_of(request).unit.scale)
        operation = RequestRedemption(visitor.holder, units)
        if fields.get("step") == "confirm":
            acts.confirm(request, operation, fields.get("key", ""))
            return pages.see_other(f"/done/{fields['key']}?back=/till/redemptions")
        plan = acts.preview(request, operation)
    except UnreadableAmountError:
        return _mine(request, typed=typed, unread=True)
    except Refusal as refusal:
        return _mine(request, typed=typed, refusal=refusal)
    return pages.render(
        request, "redeem.html", plan=plan, typed=typed, key=fields.get("key") or fresh_key()
    )


def _mine(
    request: Request, *, typed: str = "", unread: bool = False, refusal: Refusal | None = None
) -> Response:
    visitor = someone(request, *HOLDERS)
    reads = ledger_of(request).reads
    terms = book_of(request).terms_on(town_day(request.state.at))
    holder = reads.paper(Member, visitor.currency, visitor.holder)
    allowed = holder is not None and holder.kind in terms.redemption_kinds
    status = pages.UNREADABLE if unread or refusal else HTTPStatus.OK
    if holder is not None and not allowed:
        refusal = not_allowed(holder, terms)
    own = reads.balances(visitor.currency, [member(visitor.holder)])[member(visitor.holder)]
    asked = reads.having(
        Redemption,
        visitor.currency,
        "member",
        [visitor.holder],
        order="requested_at",
        newest=True,
        limit=20,
    )
    return pages.render(
        request,
        "redemptions.html",
        status,
        own=own,
        key=fresh_key(),
        asked=asked,
        typed=typed,
        unread=unread,
        moving=open_change(ledger_of(request), visitor.currency, visitor.holder),
        refusal=pages.said(request, refusal),
        allowed=allowed,
        home="/till" if visitor.role == "shop" else "/wallet",
        terms=terms,
    )


@routes.get("/redemptions/{id_}")
def one(request: Request, id_: str) -> Response:
    """Show a redemption, and to a treasurer what approving it would move."""
    return _one(request, id_)


@routes.post("/redemptions/{id_}/approve")
def approve(request: Request, id_: str, fields: Fields) -> Response:
    """Approve what another person asked."""
    someone(request, "treasurer")
    try:
        acts.confirm(request, ApproveRedemption(id_), fields.get("key", ""))
    except Refusal as refusal:
        return _one(request, id_, refusal)
    return pages.see_other(f"/done/{fields['key']}?back=/treasury")


@routes.post("/redemptions/{id_}/cancel")
def cancel(request: Request, id_: str, fields: Fields) -> Response:
    """Withdraw what nobody has approved."""
    visitor = someone(request, "shop", "treasurer")
    found = _found(request, visitor, id_)
    try:
        acts.confirm(request, CancelRedemption(id_, found.member), fields.get("key", ""))
    except Refusal as refusal:
        return _one(request, id_, refusal)
    return pages.see_other(f"/done/{fields['key']}?back={DESK_OF[visitor.role]}")


def _one(request: Request, id_: str, refusal: Refusal | None = None) -> Response:
    visitor = someone(request, "shop", "treasurer")
    found = _found(request, visitor, id_)
    status = HTTPStatus.OK if refusal is None else refusal.status
    plan = None
    if visitor.role == "treasurer" and found.state == "requested" and refusal is None:
        try:
            plan = acts.preview(request, ApproveRedemption(id_))
        except Refusal as met:
            refusal = met
    return pages.render(
        request,
        "redemption.html",
        status,
        found=found,
        name=name_of(request, found.member),
        plan=plan,
        payee=_payee(request, visitor, found),
        desk=DESK_OF[visitor.role],
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )


def _payee(request: Request, visitor: Visitor, found: Redemption) -> Identity | None:
    """Tell a treasurer whom to pay, once another person has agreed."""
    if visitor.role != "treasurer" or found.approved_by is None:
        return None
    return ledger_of(request).reads.paper(Identity, visitor.currency, found.member)


def _found(request: Request, visitor: Visitor, id_: str) -> Redemption:
    found = ledger_of(request).reads.paper(Redemption, visitor.currency, id_)
    if found is None or (visitor.role == "shop" and found.member != visitor.holder):
        raise Unknown(what="redemption", id=id_)
    return found
