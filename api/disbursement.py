"""An authority's runs: consents of persons, rows with their fates, one transfer, each row once."""

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, Query, Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool

from api.dependencies import EMPTY, Asking, Books, Writing, cents, ledger_of, post
from api.disbursement_shapes import NewAnnouncement, NewConsent, NewRun, NewWageRule
from api.documents import DOCUMENTS, accepted, attached
from api.paging import Limit, Told, page
from ledger.books.disbursements import RowAsked
from ledger.documents.sheets import CSV_TYPE, XLSX_TYPE
from ledger.documents.voucher import slips_csv, voucher_csv, voucher_pdf
from ledger.operations.announcement import AnnounceWages, list_announcements
from ledger.operations.consent import (
    DeclareWageRule,
    RecordConsent,
    WithdrawConsent,
    list_consents,
)
from ledger.operations.disbursement import (
    approving,
    cancelling,
    checking,
    crediting,
    list_runs,
    told_run,
)
from ledger.operations.run import TakeLeftOver
from ledger.operations.voucher import voucher_of

router = APIRouter(prefix="/v1/{currency}/authorities/{id}", tags=["disbursements"])

Authority = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
RunId = Annotated[str, Path(max_length=64, pattern=r"^[0-9a-z-]+$")]
CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "CSV"}
}
After = Annotated[str, Query(max_length=64)]


@router.post("/consents", status_code=201)
async def consent(
    request: Request, currency: str, id: Authority, body: NewConsent, context: Writing
) -> Response:
    """Record a person's written consent; it holds from today unless it says otherwise."""
    amounts = {
        name: cents(text, f"/{name}")
        for name in ("amount_euros", "minimum_euros", "cap_euros")
        if (text := getattr(body, name)) is not None
    }
    operation = RecordConsent(
        authority=id,
        member=body.member,
        status=body.status,
        share_bps=body.share_bps,
        euros=amounts.get("amount_euros"),
        least=amounts.get("minimum_euros", 0),
        cap=amounts.get("cap_euros"),
        kinds=body.kinds,
        since=body.from_,
        until=body.until,
        signed_on=body.signed_on,
    )
    return await post(request, currency, operation, context)


@router.get("/consents")
def consents(
    request: Request,
    currency: str,
    id: Authority,
    context: Asking,
    ledger: Books,
    limit: Limit = 50,
    after: After = "",
) -> Response:
    """List the consents given to an authority; a person sees its own."""
    found = list_consents(ledger, currency, context, authority=id, after=after, limit=limit)
    return page(request, found, "id", limit)


@router.post("/consents/{consent}/withdraw", status_code=201, dependencies=EMPTY)
async def withdraw(
    request: Request, currency: str, id: Authority, consent: RunId, context: Writing
) -> Response:
    """Withdraw a consent: nothing is taken under it from now on, in no run."""
    return await post(request, currency, WithdrawConsent(id, consent), context)


@router.post("/wage-rule", status_code=201)
async def wage_rule(
    request: Request, currency: str, id: Authority, body: NewWageRule, context: Writing
) -> Response:
    """Declare the law under which an authority's civil servants are paid through its mandate."""
    operation = DeclareWageRule(id, body.legal_basis, body.from_, body.ended)
    return await post(request, currency, operation, context)


@router.post("/announcements", status_code=201)
async def announce(
    request: Request, currency: str, id: Authority, body: NewAnnouncement, context: Writing
) -> Response:
    """Announce what employees convert by their own means (L3241-1): nothing moves."""
    rows = tuple(
        (row.member, cents(row.euros, f"/rows/{place}/euros"))
        for place, row in enumerate(body.rows)
    )
    return await post(request, currency, AnnounceWages(id, body.month, rows), context)


@router.get("/announcements")
def announcements(
    request: Request,
    currency: str,
    id: Authority,
    context: Asking,
    ledger: Books,
    limit: Limit = 50,
    after: Annotated[str, Query(max_length=160)] = "",
) -> Response:
    """List what an employer announced; the association sees what arrived beside it."""
    found = list_announcements(ledger, currency, context, authority=id, after=after, limit=limit)
    return page(request, found, "id", limit)


@router.post("/disbursements", status_code=201)
async def check(
    request: Request, currency: str, id: Authority, body: NewRun, context: Writing
) -> Response:
    """Check rows and keep them as a run; a preview tells each row's fate and keeps nothing."""
    rows = [RowAsked(row.member, row.euros, row.kind) for row in body.rows]
    operation = await run_in_threadpool(
        checking,
        ledger_of(request),
        currency,
        context,
        authority=id,
        rows=rows,
        words=body.words,
        drop=body.drop_faulty,
        mandate=body.mandate or "",
    )
    return await post(request, currency, operation, context)


@router.post("/disbursements/files", status_code=201)
async def upload(
    request: Request,
    currency: str,
    id: Authority,
    context: Writing,
    file: Annotated[UploadFile, File()],
    words: Annotated[str, Form(max_length=140)] = "",
    mandate: Annotated[str, Form(max_length=64)] = "",
    drop_faulty: Annotated[bool, Form()] = False,  # noqa: FBT002 - a field of a form
) -> Response:
    """Check the rows of a sheet (CSV or XLSX with the headings member, euros, kind)."""
    content = await file.read()
    operation = await run_in_threadpool(
        checking,
        ledger_of(request),
        currency,
        context,
        authority=id,
        rows=content,
        words=words,
        drop=drop_faulty,
        mandate=mandate,
    )
    return await post(request, currency, operation, context)


@router.get("/disbursements")
def list_(
    request: Request,
    currency: str,
    id: Authority,
    context: Asking,
    ledger: Books,
    limit: Limit = 50,
    after: After = "",
) -> Response:
    """List an authority's runs, without their rows."""
    found = list_runs(ledger, currency, context, authority=id, after=after, limit=limit)
    return page(request, found, "id", limit)


@router.get("/disbursements/{run}", response_model=None, responses=DOCUMENTS)
def read(
    request: Request, currency: str, id: Authority, run: RunId, context: Asking, ledger: Books
) -> Told | Response:
    """Read a run with its rows; as PDF or CSV it is the voucher of a run that is closed."""
    kind = accepted(request)
    if not kind or kind == XLSX_TYPE:
        return told_run(ledger, currency, context, id, run)
    paper = voucher_of(ledger, currency, context, id, run)
    if kind == CSV_TYPE:
        return attached(voucher_csv(paper), kind, f"{run}.csv")
    made = voucher_pdf(paper, language=context.language, at=context.at)
    return attached(made, kind, f"{run}.pdf")


@router.get("/disbursements/{run}/pay-slips", response_class=Response, responses=CSV)
def slips(currency: str, id: Authority, run: RunId, context: Asking, ledger: Books) -> Response:
    """Read the line of each pay slip of a run that is closed, as CSV."""
    paper = voucher_of(ledger, currency, context, id, run)
    return attached(slips_csv(paper, language=context.language), CSV_TYPE, f"{run}-slips.csv")


@router.post("/disbursements/{run}/approve", status_code=201, dependencies=EMPTY)
async def approve(
    request: Request, currency: str, id: Authority, run: RunId, context: Writing
) -> Response:
    """Approve a run, as another person than who checked it; rows are looked at again."""
    operation = await run_in_threadpool(approving, ledger_of(request), currency, context, id, run)
    return await post(request, currency, operation, context)


@router.post("/disbursements/{run}/cancel", status_code=201, dependencies=EMPTY)
async def cancel(
    request: Request, currency: str, id: Authority, run: RunId, context: Writing
) -> Response:
    """Give a run up before its euros are all there."""
    operation = await run_in_threadpool(cancelling, ledger_of(request), currency, context, id, run)
    return await post(request, currency, operation, context)


@router.post("/disbursements/{run}/fund", status_code=201, dependencies=EMPTY)
async def fund(
    request: Request, currency: str, id: Authority, run: RunId, context: Writing
) -> Response:
    """Use for a run what earlier runs of the authority left over; a transfer does so by itself."""
    return await post(request, currency, TakeLeftOver(id, run), context)


@router.post("/disbursements/{run}/credit", status_code=201, dependencies=EMPTY)
async def credit(
    request: Request, currency: str, id: Authority, run: RunId, context: Writing
) -> Told:
    """Credit what is still due of a funded run; safe to repeat, each row is credited once."""
    return await run_in_threadpool(crediting, ledger_of(request), currency, context, id, run)
