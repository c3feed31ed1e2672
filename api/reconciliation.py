"""Reconciliations: prepared by one treasurer, signed by another, then a certificate."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.dependencies import EMPTY, Asking, Books, Writing, answered, ledger_of, post
from api.documents import PDF_TYPE, attached
from api.paging import Limit, Told, page
from api.shapes import ItemNote, NewReconciliation
from ledger.documents.certificate import certificate_pdf
from ledger.operations.access import AUDITOR, TREASURER, require
from ledger.operations.reconciliation import (
    NoteItem,
    SignReconciliation,
    certificate,
    list_reconciliations,
    prepare,
    reconcile,
)

router = APIRouter(prefix="/v1/{currency}/fund", tags=["fund"])
Day = Annotated[date, Path(ge=date(2000, 1, 1), le=date(2999, 12, 31))]


@router.get("/reconciliations")
def list_(
    request: Request,
    currency: str,
    context: Asking,
    ledger: Books,
    limit: Limit = 50,
    after: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """List the days that were prepared or signed."""
    require(context, TREASURER, AUDITOR)
    found = list_reconciliations(ledger, currency, after=after, limit=limit)
    return page(request, found, "on", limit)


@router.post("/reconciliations", status_code=201)
async def prepare_(
    request: Request, currency: str, body: NewReconciliation, context: Writing
) -> Response:
    """Prepare a day for the second signature; refused while a euro is unexplained."""
    ledger = ledger_of(request)
    return answered(await run_in_threadpool(prepare, ledger, currency, context, body.on))


@router.get("/reconciliations/{day}")
def read(currency: str, day: Day, context: Asking, ledger: Books) -> Told:
    """Compare banks and books of a day as they stand now; what was signed is in the list."""
    require(context, TREASURER, AUDITOR)
    return reconcile(ledger, currency, day)[2]


@router.post("/reconciliations/{day}/sign", status_code=201, dependencies=EMPTY)
async def sign(request: Request, currency: str, day: Day, context: Writing) -> Response:
    """Sign what another person prepared; the period up to that day is closed from then on."""
    return await post(request, currency, SignReconciliation(day), context)


@router.get("/reconciliations/{day}/certificate")
def certify(currency: str, day: Day, context: Asking, ledger: Books) -> Response:
    """Give the signed certificate of a day, the same bytes each time."""
    require(context, TREASURER, AUDITOR)
    name = f"attachment; filename={currency}-{day}.json"
    told = certificate(ledger, currency, context, day)
    return Response(told, 200, {"Content-Disposition": name}, "application/json")


@router.get(
    "/reconciliations/{day}/certificate.pdf",
    response_class=Response,
    responses={200: {"content": {PDF_TYPE: {}}}},
)
def certify_on_paper(currency: str, day: Day, context: Asking, ledger: Books) -> Response:
    """Give the certificate of a day as a tagged PDF, which states the hash of the signed file."""
    require(context, TREASURER, AUDITOR)
    told = certificate(ledger, currency, context, day)
    printed = certificate_pdf(told, language=context.language)
    return attached(printed, PDF_TYPE, f"{currency}-{day}.pdf")


@router.post("/remarks", status_code=201)
async def note(request: Request, currency: str, body: ItemNote, context: Writing) -> Response:
    """Note who looks after an item of a difference, or what it comes from."""
    return await post(request, currency, NoteItem(body.item, body.owner, body.cause), context)
