"""Public counters: sales, bills, refunds, and the numbered sheets of the days."""

from typing import Annotated

import orjson
from fastapi import APIRouter, File, Path, Query, Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool

from api.authority import Name
from api.council_shapes import NewBill, NewSale, NewSheet, SaleRefund
from api.dependencies import (
    EMPTY,
    Asking,
    Books,
    Importing,
    Writing,
    ledger_of,
    post,
    unit_minor,
)
from api.documents import DOCUMENTS, PDF_TYPE, SUFFIXES, accepted, attached
from api.paging import Limit, Told, page
from api.payment_request import RequestId, request_url
from ledger.books.context import Context
from ledger.documents.sheet import sheet_csv, sheet_pdf
from ledger.documents.sheets import CSV_TYPE
from ledger.operations.bill_import import import_bills
from ledger.operations.counter_refund import refunding
from ledger.operations.counter_sale import AskBill, AskSale, CancelBill, list_bills
from ledger.operations.ledger import Operation
from ledger.operations.sheet import CloseDays, find_sheet, list_sheets, sheet_paper
from ledger.rules.sheet import shown

router = APIRouter(prefix="/v1/{currency}/authorities/{id}", tags=["public services"])

Number = Annotated[int, Path(ge=1, le=10**9)]


@router.post("/services/{service}/sales", status_code=201)
async def sell(
    request: Request, currency: str, id: Name, service: Name, body: NewSale, context: Writing
) -> Response:
    """Ask for what is on the price list; the answer's `url` goes into the QR."""
    items = tuple((sold.item, sold.count) for sold in body.items)
    return await _asked(request, currency, AskSale(id, service, items, body.reference), context)


@router.post("/services/{service}/refunds", status_code=201)
async def refund(
    request: Request,
    currency: str,
    id: Name,
    service: Name,
    body: SaleRefund,
    context: Writing,
) -> Response:
    """Give back a part of a payment, under one of its revenue codes."""
    operation = await run_in_threadpool(
        refunding,
        ledger_of(request),
        currency,
        context,
        authority=id,
        slug=service,
        payment=body.entry,
        units=unit_minor(request, currency, body.units, "/units"),
        revenue=body.revenue or "",
        reason=body.reason,
    )
    return await post(request, currency, operation, context)


@router.post("/bills", status_code=201)
async def bill(
    request: Request, currency: str, id: Name, body: NewBill, context: Writing
) -> Response:
    """Write a bill; it is paid by the QR of its `url`."""
    lines = tuple(
        (line.revenue, unit_minor(request, currency, line.units, f"/lines/{place}/units"))
        for place, line in enumerate(body.lines)
    )
    operation = AskBill(id, body.service, body.reference, lines, body.due_on)
    return await _asked(request, currency, operation, context)


@router.get("/bills")
def bills(
    request: Request,
    currency: str,
    id: Name,
    context: Asking,
    ledger: Books,
    limit: Limit = 50,
    after: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """List bills with their state."""
    found = list_bills(ledger, currency, context, id, after=after, limit=limit)
    told = [{**each, "url": request_url(request, str(each["id"]))} for each in found]
    return page(request, told, "id", limit)


@router.post("/bills/import", status_code=201)
async def import_(
    request: Request,
    currency: str,
    id: Name,
    context: Importing,
    file: Annotated[UploadFile, File()],
) -> Told:
    """Write the bills of a CSV file (`service;reference;revenue;units;due_on`), each once."""
    data = await file.read()
    return await run_in_threadpool(import_bills, ledger_of(request), currency, context, id, data)


@router.post("/bills/{bill}/cancel", status_code=201, dependencies=EMPTY)
async def cancel(
    request: Request, currency: str, id: Name, bill: RequestId, context: Writing
) -> Response:
    """Withdraw a bill that nobody has paid."""
    return await post(request, currency, CancelBill(id, bill), context)


@router.post("/sheets", status_code=201)
async def close(
    request: Request, currency: str, id: Name, body: NewSheet, context: Writing
) -> Response:
    """Close the days of a service: its next sheet; a day closed again gives the same one."""
    return await post(request, currency, CloseDays(id, body.service, body.until), context)


@router.get("/sheets")
def sheets(currency: str, id: Name, context: Asking, ledger: Books) -> Told:
    """List sheets, the newest first."""
    return {"items": list_sheets(ledger, currency, context, id)}


@router.get("/sheets/{service}/{number}", responses=DOCUMENTS)
def sheet(
    request: Request,
    currency: str,
    id: Name,
    service: Name,
    number: Number,
    context: Asking,
    ledger: Books,
) -> Response:
    """Read a sheet, as JSON, PDF or CSV."""
    found, its = find_sheet(ledger, currency, context, id, service, number)
    wanted = accepted(request)
    book, _ = ledger.reads.rulebook(currency)
    if wanted not in {PDF_TYPE, CSV_TYPE}:
        told = orjson.dumps(shown(found, its, book.unit))
        return Response(told, 200, media_type="application/json")
    paper = sheet_paper(ledger, currency, found, its)
    name = f"{id}-{service}-{number}.{SUFFIXES[wanted]}"
    if wanted == CSV_TYPE:
        return attached(sheet_csv(paper), wanted, name)
    return attached(sheet_pdf(paper, language=context.language), wanted, name)


async def _asked(
    request: Request, currency: str, operation: Operation, context: Context
) -> Response:
    """Post what asks for units, and name the address that its QR holds."""
    answer = await post(request, currency, operation, context)
    if answer.status_code >= 400:  # noqa: PLR2004 - a problem document goes out as it is
        return answer
    told = orjson.loads(answer.body)
    told["url"] = request_url(request, str(told["id"]))
    headers = {k: v for k, v in answer.headers.items() if k == "idempotent-replay"}
    return Response(orjson.dumps(told), answer.status_code, headers, "application/json")
