"""Payments between wallets, and their refunds."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.dependencies import Writing, ledger_of, post, unit_minor
from api.shapes import NewPayment, NewRefund
from ledger.operations.payment import Pay
from ledger.operations.refund import refund

router = APIRouter(prefix="/v1/{currency}", tags=["payments"])

EntryNumber = Annotated[int, Path(ge=1, le=2**53, description="The entry's number")]


@router.post("/payments", status_code=201)
async def pay(request: Request, currency: str, body: NewPayment, context: Writing) -> Response:
    """Pay units from the wallet of the token to another."""
    units = unit_minor(request, currency, body.units, "/units")
    return await post(request, currency, Pay(body.from_, body.to, units, body.reference), context)


@router.post("/payments/{entry}/refunds", status_code=201)
async def refund_payment(
    request: Request, currency: str, entry: EntryNumber, body: NewRefund, context: Writing
) -> Response:
    """Give back what was received, whole or in part, to the pockets it came from."""
    units = unit_minor(request, currency, body.units, "/units")
    operation = await run_in_threadpool(
        refund,
        ledger_of(request),
        currency,
        context,
        payment=entry,
        units=units,
        reason=body.reason,
    )
    return await post(request, currency, operation, context)
