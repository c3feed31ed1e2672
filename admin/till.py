"""The till: an amount, a QR, and the green that says paid; then refunds, for the shop's owner."""

from collections.abc import AsyncIterator
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from admin import acts, movements, pages
from admin.dependencies import (
    Number,
    book_of,
    context_of,
    fresh_key,
    ledger_of,
    posted,
    someone,
    watch_of,
)
from admin.drawing import link_code
from admin.people import name_of
from admin.words import amount_typed
from ledger.books.papers import PaymentRequest
from ledger.money import UnreadableAmountError
from ledger.operations.payment_request import AskPayment, CancelRequest, find_request
from ledger.operations.refund import refund
from ledger.refusals import Refusal, RequestNotPayable, Unknown
from ledger.rules.refund import paid_units, refunded_tally

ROLES: Final = ("shop", "till")
LISTED: Final = 8

routes = APIRouter(prefix="/till", route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


@routes.get("")
def till(request: Request) -> Response:
    """Ask for the amount."""
    return _till(request)


@routes.post("")
def ask(request: Request, fields: Fields) -> Response:
    """Make a payment request of the amount typed."""
    visitor = someone(request, *ROLES)
    typed = fields.get("units", "")
    try:
        units = amount_typed(typed, book_of(request).unit.scale)
        operation = AskPayment(visitor.holder, units, fields.get("reference", "").strip()[:140])
        made = acts.confirm(request, operation, fields.get("key", ""))
    except UnreadableAmountError:
        return _till(request, typed=typed, unread=True)
    except Refusal as refusal:
        return _till(request, typed=typed, refusal=refusal)
    return pages.see_other(f"/till/{made['id']}")


def _till(
    request: Request, *, typed: str = "", unread: bool = False, refusal: Refusal | None = None
) -> Response:
    visitor = someone(request, *ROLES)
    today = movements.of_today(
        ledger_of(request), visitor.currency, visitor.holder, request.state.at
    )
    came = [each for each in today if each.kind in {"payment", "refund"}]
    status = pages.UNREADABLE if unread or refusal else HTTPStatus.OK
    return pages.render(
        request,
        "till.html",
        status,
        name=name_of(request, visitor.holder),
        typed=typed,
        unread=unread,
        refusal=pages.said(request, refusal),
        key=fresh_key(),
        came=came[:LISTED],
        total=sum(each.change for each in came),
    )


@routes.get("/payments/{number}")
def payment(request: Request, number: Number) -> Response:
    """Show a payment that was received, and how to give it back."""
    return _payment(request, number)


@routes.post("/payments/{number}")
def give_back(request: Request, number: Number, fields: Fields) -> Response:
    """Preview a refund, or confirm the one that was previewed."""
    visitor = someone(request, "shop")
    typed, reason = fields.get("units", ""), fields.get("reason", "").strip()[:140]
    try:
        operation = refund(
            ledger_of(request),
            visitor.currency,
            context_of(request, visitor, preview=True),
            payment=number,
            units=amount_typed(typed, book_of(request).unit.scale),
            reason=reason,
        )
        if fields.get("step") == "confirm":
            acts.confirm(request, operation, fields.get("key", ""))
            return pages.see_other(f"/done/{fields['key']}?back=/till")
        plan = acts.preview(request, operation)
    except UnreadableAmountError:
        return _payment(request, number, typed=typed, unread=True)
    except Refusal as refusal:
        return _payment(request, number, typed=typed, refusal=refusal)
    return pages.render(
        request,
        "refund.html",
        plan=plan,
        number=number,
        typed=typed,
        reason=reason,
        key=fields.get("key") or fresh_key(),
    )


def _payment(
    request: Request,
    number: int,
    *,
    typed: str = "",
    unread: bool = False,
    refusal: Refusal | None = None,
) -> Response:
    visitor = someone(request, *ROLES)
    reads = ledger_of(request).reads
    entry = reads.entry(visitor.currency, number)
    if entry is None or entry.kind != "payment" or entry.facts.get("to") != visitor.holder:
        raise Unknown(what="payment", id=str(number))
    tally = refunded_tally(number)
    back = reads.tallies(visitor.currency, [tally])[tally]
    status = pages.UNREADABLE if unread or refusal else HTTPStatus.OK
    return pages.render(
        request,
        "payment.html",
        status,
        entry=entry,
        key=fresh_key(),
        paid=paid_units(entry),
        back=back,
        left=paid_units(entry) - back,
        typed=typed,
        unread=unread,
        refusal=pages.said(request, refusal),
    )


@routes.get("/{id_}")
def waiting(request: Request, id_: str) -> Response:
    """Show a request: its QR while it waits, then what became of it."""
    asked = _own(request, id_)
    state = asked.state_at(request.state.at)
    address = pages.public_address(request, f"/p/{asked.id}")
    return pages.render(
        request,
        "request.html",
        asked=asked,
        state=state,
        address=address,
        code=f"{asked.code[:3]}-{asked.code[3:]}",
        qr=link_code(address) if state == "pending" else "",
        entry=_entry_time(request, asked),
    )


@routes.post("/{id_}/cancel")
def cancel(request: Request, id_: str, fields: Fields) -> Response:
    """Withdraw a request; if somebody paid meanwhile, show that instead."""
    asked = _own(request, id_)
    try:
        acts.confirm(request, CancelRequest(asked.id, asked.to), fields.get("key", ""))
    except RequestNotPayable:
        return pages.see_other(f"/till/{asked.id}")
    return pages.see_other("/till")


@routes.get("/{id_}/events")
async def events(request: Request, id_: str) -> Response:
    """Tell the till's screen when the request is no longer waiting (server-sent events)."""
    asked = await run_in_threadpool(_own, request, id_)
    watch = watch_of(request)

    async def stream() -> AsyncIterator[str]:
        async for _, state in watch.follow(book_of(request).code, asked):
            yield f"event: {state}\ndata: {state}\n\n"

    return StreamingResponse(
        stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


def _own(request: Request, id_: str) -> PaymentRequest:
    visitor = someone(request, *ROLES)
    asked = find_request(ledger_of(request), visitor.currency, id_)
    if asked.to != visitor.holder:
        raise Unknown(what="payment request", id=id_)
    return asked


def _entry_time(request: Request, asked: PaymentRequest) -> datetime | None:
    if asked.entry is None:
        return None
    entry = ledger_of(request).reads.entry(book_of(request).code, asked.entry)
    return entry.at if entry else None
