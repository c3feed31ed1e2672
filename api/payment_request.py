"""Payment requests: what a till asks for, as a QR code, and how it learns that it was paid."""

from collections.abc import AsyncIterator
from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from api.dependencies import EMPTY, Asking, Writing, clock, ledger_of, post, unit_minor
from api.paging import Told
from api.shapes import NewPaymentRequest, RequestPayment
from ledger.books.context import Context
from ledger.operations.access import MEMBER, OFFICER, SHOP, TILL, require
from ledger.operations.counter_sale import paying
from ledger.operations.ledger import Ledger
from ledger.operations.payment_request import (
    AskPayment,
    CancelRequest,
    find_request,
    qr_svg,
    shown_at,
)
from ledger.operations.watch import Watch  # noqa: TC001 - names the watch that the app holds

router = APIRouter(prefix="/v1/{currency}/payment-requests", tags=["payment requests"])

RequestId = Annotated[str, Path(max_length=64, pattern=r"^[0-9a-z-]+$")]


def request_url(request: Request, id_: str) -> str:
    """Give the address that the QR code holds."""
    base = request.app.state.settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}/p/{id_}"


@router.post("", status_code=201)
async def ask(
    request: Request, currency: str, body: NewPaymentRequest, context: Writing
) -> Response:
    """Ask for units; the answer's id goes into the QR code."""
    units = unit_minor(request, currency, body.units, "/units")
    operation = AskPayment(body.to, units, body.reference, body.expires_in)
    answer = await post(request, currency, operation, context)
    if answer.status_code >= 400:  # noqa: PLR2004 - a problem document goes out as it is
        return answer
    told = orjson.loads(answer.body)
    told["url"] = request_url(request, str(told["id"]))
    told["reference"] = body.reference
    headers = {k: v for k, v in answer.headers.items() if k == "idempotent-replay"}
    return Response(orjson.dumps(told), answer.status_code, headers, "application/json")


@router.get("/{id}")
def read(request: Request, currency: str, id: RequestId, context: Asking) -> Told:
    """Read a request: what is asked, and its state now."""
    return _shown(request, currency, id, context)


@router.post("/{id}/pay", status_code=201)
async def pay(
    request: Request,
    currency: str,
    id: RequestId,
    context: Writing,
    body: RequestPayment | None = None,
) -> Response:
    """Pay a request from the wallet of the token."""
    require(context, MEMBER, SHOP, OFFICER)
    ledger = ledger_of(request)
    found = await run_in_threadpool(find_request, ledger, currency, id)
    payer = (body.from_ if body else None) or context.holder
    return await post(request, currency, paying(found, payer), context)


@router.post("/{id}/cancel", status_code=201, dependencies=EMPTY)
async def cancel(
    request: Request,
    currency: str,
    id: RequestId,
    context: Writing,
) -> Response:
    """Withdraw a request that nobody has paid."""
    found = await run_in_threadpool(find_request, ledger_of(request), currency, id)
    return await post(request, currency, CancelRequest(found.id, found.to), context)


@router.get("/{id}/qr.svg", response_class=Response)
def qr(request: Request, currency: str, id: RequestId, context: Asking) -> Response:
    """Draw the QR code of a request; it holds an https link that any phone's camera opens."""
    _shown(request, currency, id, context)
    return Response(qr_svg(request_url(request, id)), media_type="image/svg+xml")


@router.get("/{id}/events", response_class=StreamingResponse)
async def events(
    request: Request,
    currency: str,
    id: RequestId,
    context: Asking,
) -> StreamingResponse:
    """Follow a request (server-sent events): its state now and at each change, to the last."""
    require(context, MEMBER, SHOP, TILL, OFFICER)
    ledger = ledger_of(request)
    found = await run_in_threadpool(find_request, ledger, currency, id)
    scale = await run_in_threadpool(_scale, ledger, currency)
    watch: Watch = request.app.state.watch

    async def stream() -> AsyncIterator[bytes]:
        async for current, state in watch.follow(currency, found):
            told = orjson.dumps(shown_at(current, state, scale))
            yield b"event: " + state.encode() + b"\ndata: " + told + b"\n\n"

    return StreamingResponse(
        stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


def _scale(ledger: Ledger, currency: str) -> int:
    return ledger.reads.rulebook(currency)[0].unit.scale


def _shown(request: Request, currency: str, id_: str, context: Context) -> Told:
    require(context, MEMBER, SHOP, TILL, OFFICER)
    ledger = ledger_of(request)
    found = find_request(ledger, currency, id_)
    told = shown_at(found, found.state_at(clock()), _scale(ledger, currency))
    return {**told, "url": request_url(request, id_)}
