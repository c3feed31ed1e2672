"""The guarantee fund: where the euros are, bank files, bank lines, own transfers."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool

from api.dependencies import Asking, Books, Importing, Writing, cents, ledger_of, post
from api.paging import Limit, Told, page
from api.shapes import (
    LineAsked,
    LineMatch,
    LineSplit,
    NewBankAccount,
    NewCorrection,
    NewFundOrder,
    NewOffice,
)
from ledger.banking.references import normalise_iban
from ledger.operations.access import AUDITOR, TREASURER, require
from ledger.operations.fund import OpenBankAccount, OpenOffice, OrderTransfer, fund_position
from ledger.operations.line import AskAbout, explaining, splitting, undoing
from ledger.operations.matching import list_lines
from ledger.operations.statement import import_statement
from ledger.rules.split import Part

router = APIRouter(prefix="/v1/{currency}", tags=["fund"])

LineId = Annotated[str, Path(max_length=128, pattern=r"^[0-9a-z-]+$")]


@router.get("/fund")
def read(currency: str, context: Asking, ledger: Books) -> Told:
    """Read, per issuer and medium, what circulates, what must back it and where that is."""
    require(context, TREASURER, AUDITOR)
    return fund_position(ledger, currency)


@router.post("/fund/accounts", status_code=201)
async def open_account(
    request: Request, currency: str, body: NewBankAccount, context: Writing
) -> Response:
    """Declare a bank account of the association."""
    operation = OpenBankAccount(
        body.slug, body.medium, body.bank, normalise_iban(body.iban), body.issuer or ""
    )
    return await post(request, currency, operation, context)


@router.post("/offices", status_code=201)
async def open_office(
    request: Request, currency: str, body: NewOffice, context: Writing
) -> Response:
    """Declare an exchange office."""
    return await post(request, currency, OpenOffice(body.id, body.name), context)


@router.post("/fund/orders", status_code=201)
async def order(request: Request, currency: str, body: NewFundOrder, context: Writing) -> Response:
    """Order a transfer between own accounts; bank lines with its reference show it moving."""
    operation = OrderTransfer(body.source, body.target, cents(body.euros, "/euros"), body.reason)
    return await post(request, currency, operation, context)


@router.post("/fund/statements", status_code=201)
async def import_(
    request: Request,
    currency: str,
    context: Importing,
    file: Annotated[UploadFile, File()],
    account: Annotated[str, Form(max_length=64)],
) -> Told:
    """Import a bank file; the same file again, or one that overlaps, adds nothing twice."""
    data = await file.read()
    return await run_in_threadpool(
        import_statement,
        ledger_of(request),
        currency,
        context,
        account=account,
        data=data,
        name=file.filename or "",
    )


@router.get("/fund/lines")
def list_(
    request: Request,
    currency: str,
    context: Asking,
    ledger: Books,
    state: Annotated[str | None, Query(max_length=20)] = None,
    limit: Limit = 50,
    after: Annotated[str, Query(max_length=128)] = "",
) -> Response:
    """List bank lines, those that wait with what they may be."""
    require(context, TREASURER, AUDITOR)
    found = list_lines(
        ledger, currency, state=state, after=after, limit=limit, language=context.language
    )
    return page(request, found, "id", limit)


@router.post("/fund/lines/{id}/match", status_code=201)
async def match(
    request: Request,
    currency: str,
    id: LineId,
    body: LineMatch,
    context: Writing,
) -> Response:
    """Explain a bank line."""
    operation = await run_in_threadpool(
        explaining, ledger_of(request), currency, context, line=id, cause=body.cause, id_=body.id
    )
    return await post(request, currency, operation, context)


@router.post("/fund/lines/{id}/split", status_code=201)
async def split(
    request: Request, currency: str, id: LineId, body: LineSplit, context: Writing
) -> Response:
    """Share a bank line out over several causes, whose euros make it: all of them, or nothing."""
    parts = [
        Part(part.cause, part.id, cents(part.euros, f"/parts/{place}/euros"))
        for place, part in enumerate(body.parts)
    ]
    operation = await run_in_threadpool(
        splitting, ledger_of(request), currency, context, line=id, parts=parts
    )
    return await post(request, currency, operation, context)


@router.post("/fund/lines/{id}/undo", status_code=201)
async def undo(
    request: Request, currency: str, id: LineId, body: NewCorrection, context: Writing
) -> Response:
    """Propose to take an explanation back; another person approves, unless the terms need none."""
    operation = await run_in_threadpool(
        undoing, ledger_of(request), currency, context, line=id, reason=body.reason
    )
    return await post(request, currency, operation, context)


@router.post("/fund/lines/{id}/ask", status_code=201)
async def ask(
    request: Request, currency: str, id: LineId, body: LineAsked, context: Writing
) -> Response:
    """Leave a line for later: who finds out what it is, and what was asked."""
    return await post(request, currency, AskAbout(id, body.owner, body.note), context)
