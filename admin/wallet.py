"""The wallet: what is left, what is offered until when, and paying what somebody asks."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import (
    Visitor,
    book_of,
    context_of,
    fresh_key,
    ledger_of,
    posted,
    someone,
    visitor_of,
)
from admin.people import name_of
from ledger.books.accounts import Fund
from ledger.books.papers import Member, PaymentRequest
from ledger.money import parse_minor
from ledger.operations.counter_sale import paying
from ledger.operations.iban_change import open_change
from ledger.operations.payment_request import find_request
from ledger.operations.wallet import statement
from ledger.operations.wallet import wallet as read_wallet
from ledger.refusals import Refusal

HOLDERS: Final = ("member", "shop", "officer")
LINES: Final = 15

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


@routes.get("/wallet")
def wallet(request: Request) -> Response:
    """Show what a member holds and where it came from."""
    return _wallet(request)


@routes.get("/wallet/code")
def typed_code() -> Response:
    """Lead back to where codes are typed."""
    return pages.see_other("/wallet")


@routes.post("/wallet/code")
def by_code(request: Request, fields: Fields) -> Response:
    """Lead to the request whose six characters were typed."""
    visitor = someone(request, *HOLDERS)
    code = "".join(fields.get("code", "").upper().split()).replace("-", "")
    found = ledger_of(request).reads.having(PaymentRequest, visitor.currency, "code", [code])
    for asked in found:
        if asked.state_at(request.state.at) == "pending":
            return pages.see_other(f"/p/{asked.id}")
    return _wallet(request, code=code)


def _wallet(request: Request, code: str = "") -> Response:
    visitor = someone(request, *HOLDERS)
    ledger, book = ledger_of(request), book_of(request)
    context = context_of(request, visitor, preview=True)
    held = read_wallet(ledger, visitor.currency, context, visitor.holder)
    lines = statement(ledger, visitor.currency, context, visitor.holder, before=0, limit=LINES)
    member = ledger.reads.paper(Member, visitor.currency, visitor.holder)
    return pages.render(
        request,
        "wallet.html",
        HTTPStatus.NOT_FOUND if code else HTTPStatus.OK,
        held=held,
        called={other: name_of(request, other) for other in {*_others(lines)}},
        name=name_of(request, visitor.holder),
        gifts=_gifts(held),
        moving=open_change(ledger, visitor.currency, visitor.holder),
        key=fresh_key(),
        lines=lines,
        tops_up=book.fund_account(Fund("digital", member.issuer if member else "")) is not None,
        code=code,
    )


def _others(lines: list[dict[str, Any]]) -> list[str]:
    return [line["counterparty"] for line in lines if line["counterparty"]]


def _gifts(held: dict[str, Any]) -> list[tuple[str, date | None]]:
    return [
        (gift["units"], date.fromisoformat(gift["expires_on"]) if gift["expires_on"] else None)
        for gift in held["gifts"]
    ]


@routes.get("/p/{id_}")
def asked_of(request: Request, id_: str) -> Response:
    """Show what is asked, by whom, and what will be left; or what became of it."""
    return _asked(request, id_)


@routes.post("/p/{id_}")
def pay(request: Request, id_: str, fields: Fields) -> Response:
    """Pay what is asked."""
    visitor = someone(request, *HOLDERS)
    asked = _request(request, id_)
    try:
        acts.confirm(
            request,
            paying(asked, visitor.holder),
            fields.get("key", ""),
        )
    except Refusal as refusal:
        return _asked(request, id_, refusal)
    return pages.see_other(f"/p/{id_}")


def _asked(request: Request, id_: str, refusal: Refusal | None = None) -> Response:
    asked = _request(request, id_)
    visitor = visitor_of(request)
    state = asked.state_at(request.state.at)
    facts: dict[str, object] = {"plan": None, "left": None, "at": None}
    may_pay = visitor is not None and visitor.role in HOLDERS and visitor.holder != asked.to
    mine = visitor is not None and visitor.holder in {asked.payer, asked.to}
    if visitor is not None and may_pay and state == "pending":
        facts, refusal = _outlook(request, visitor, asked, refusal)
    if mine and asked.entry is not None:
        entry = ledger_of(request).reads.entry(book_of(request).code, asked.entry)
        facts["at"] = entry.at if entry else None
    return pages.render(
        request,
        "pay.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        asked=asked,
        payee=name_of(request, asked.to),
        state=state,
        mine=mine,
        may_pay=may_pay,
        key=fresh_key(),
        refusal=pages.said(request, refusal),
        **facts,
    )


def _outlook(
    request: Request, visitor: Visitor, asked: PaymentRequest, refusal: Refusal | None
) -> tuple[dict[str, object], Refusal | None]:
    context = context_of(request, visitor, preview=True)
    held = read_wallet(ledger_of(request), visitor.currency, context, visitor.holder)
    spendable = str(held["units"])
    scale = book_of(request).unit.scale
    have = parse_minor(spendable, scale) if spendable.strip("0.") else 0
    facts: dict[str, object] = {"plan": None, "left": None, "at": None}
    try:
        facts["plan"] = acts.preview(request, paying(asked, visitor.holder))
        facts["left"] = have - asked.units
    except Refusal as met:
        refusal = refusal or met
    return facts, refusal


def _request(request: Request, id_: str) -> PaymentRequest:
    return find_request(ledger_of(request), book_of(request).code, id_)
