"""Payouts: what is due, the files that pay it, and what another person must agree to."""

from typing import Annotated

from fastapi import APIRouter, File, Path, Query, Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool

from api.dependencies import EMPTY, Asking, Books, Importing, Writing, ledger_of, post
from api.paging import Limit, Told, page
from api.shapes import Cancelling, NewPayout
from ledger.operations.bank_answer import hear_bank
from ledger.operations.due import read_dues, shown_due
from ledger.operations.payout import (
    CancelPaymentFile,
    MakePaymentFile,
    PayAgain,
    ReleasePaymentFile,
    file_content,
    list_files,
    read_file,
)
from ledger.operations.standing import MakeCollections
from ledger.rules.payout import COLLECTIONS, ORDERS, shown

router = APIRouter(prefix="/v1/{currency}", tags=["payouts"])

PaperId = Annotated[str, Path(max_length=64, pattern=r"^[0-9a-z-]+$")]


@router.get("/payouts/due")
def due(currency: str, context: Asking, ledger: Books) -> Told:
    """List every payment that is due, from which account, and what blocks it."""
    return {"items": [shown_due(each, context) for each in read_dues(ledger, currency, context)]}


@router.post("/payouts", status_code=201)
async def make(request: Request, currency: str, body: NewPayout, context: Writing) -> Response:
    """Put all that is due into one file (pain.001, pain.008 for debits); each payment once."""
    if body.kind == COLLECTIONS:
        return await post(request, currency, MakeCollections(body.account), context)
    return await post(request, currency, MakePaymentFile(body.account, body.kind), context)


@router.get("/payouts")
def list_(
    request: Request,
    currency: str,
    context: Asking,
    ledger: Books,
    limit: Limit = 50,
    after: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """List the payment files."""
    found = list_files(ledger, currency, context, after=after, limit=limit)
    return page(request, found, "id", limit)


@router.post("/payouts/answers", status_code=201)
async def hear(
    request: Request, currency: str, context: Importing, file: Annotated[UploadFile, File()]
) -> Told:
    """Read the bank's answer to a file (pain.002); the same answer again changes nothing."""
    data = await file.read()
    return await run_in_threadpool(hear_bank, ledger_of(request), currency, context, data=data)


@router.get("/payouts/{id}")
def read(currency: str, id: PaperId, context: Asking, ledger: Books) -> Told:
    """Read how far a payment file is."""
    return shown(read_file(ledger, currency, context, id))


@router.get("/payouts/{id}/file", response_class=Response)
def download(currency: str, id: PaperId, context: Asking, ledger: Books) -> Response:
    """Download a payment file for the bank: the same bytes each time."""
    name, content = file_content(ledger, currency, context, id)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, headers, "application/xml")


@router.post("/payouts/{id}/release", status_code=201, dependencies=EMPTY)
async def release(
    request: Request,
    currency: str,
    id: PaperId,
    context: Writing,
) -> Response:
    """Let a drafted file go to the bank, as another person than who made it."""
    return await post(request, currency, ReleasePaymentFile(id), context)


@router.post("/payouts/{id}/cancel", status_code=201)
async def cancel(
    request: Request, currency: str, id: PaperId, body: Cancelling, context: Writing
) -> Response:
    """Say, as another person than who made it, that a file never reaches the bank."""
    return await post(request, currency, CancelPaymentFile(id, body.reason), context)


@router.post("/redemptions/{id}/again", status_code=201, dependencies=EMPTY)
async def redemption_again(
    request: Request,
    currency: str,
    id: PaperId,
    context: Writing,
) -> Response:
    """Let a redemption whose transfer came back, or was refused, go into the next file."""
    return await post(request, currency, PayAgain(id), context)


@router.post("/fund/orders/{id}/again", status_code=201, dependencies=EMPTY)
async def order_again(
    request: Request,
    currency: str,
    id: PaperId,
    context: Writing,
) -> Response:
    """Let a transfer between own accounts, which the bank refused, go into the next file."""
    return await post(request, currency, PayAgain(id, ORDERS), context)
