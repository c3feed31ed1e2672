"""The council's runs: a sheet becomes a table of fates, is approved, paid for, and credited."""

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import (
    ROWS,
    Upload,
    Visitor,
    book_of,
    context_of,
    fresh_key,
    ledger_of,
    posted,
    someone,
    uploaded,
)
from admin.downloads import PDF_TYPE, download
from admin.drawing import transfer_code
from ledger.banking.row_sheets import read_rows
from ledger.books.accounts import Fund
from ledger.books.disbursements import RowAsked
from ledger.documents.sheets import CSV_TYPE
from ledger.documents.voucher import slips_csv, voucher_csv, voucher_pdf
from ledger.operations.disbursement import (
    approving,
    cancelling,
    checking,
    left_over,
    list_runs,
    read_run,
    told_run,
)
from ledger.operations.ledger import Operation
from ledger.operations.run import TakeLeftOver
from ledger.operations.voucher import voucher_of
from ledger.refusals import Refusal, Unknown

OFFICER: Final = "officer"
ROLES: Final = (OFFICER, "approver")
SHOWN: Final = 100

routes = APIRouter(prefix="/council/runs", route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]
Uploaded = Annotated[Upload, Depends(uploaded)]
RunId = Annotated[str, Path(max_length=64, pattern=r"^[0-9a-z-]+$")]


@routes.get("")
def overview(request: Request) -> Response:
    """List the runs, and ask for the sheet of a new one."""
    return _overview(request)


@routes.post("")
def check(request: Request, upload: Uploaded) -> Response:
    """Show each row's fate, or keep the rows that were shown as a run."""
    visitor = someone(request, OFFICER)
    fields = upload.fields
    rows = fields.get(ROWS, "")
    try:
        asked = read_rows(upload.content or rows.encode())
        context = context_of(request, visitor, preview=True)
        operation = checking(
            ledger_of(request),
            visitor.currency,
            context,
            authority=visitor.holder,
            rows=asked,
            words=fields.get("words", ""),
            drop=fields.get("drop") == "yes",
        )
        rows = rows if not upload.content else _written(asked)
        if fields.get("step") == "keep":
            made = acts.confirm(request, operation, fields.get("key", ""))
            return pages.see_other(f"/council/runs/{made['id']}")
        return _overview(request, rows=rows, plan=acts.preview(request, operation))
    except Refusal as refusal:
        return _overview(request, refusal, rows=rows)


def _written(rows: list[RowAsked]) -> str:
    """Write the rows of a sheet as text, to be corrected on the page."""
    head = "member\teuros\tkind"
    return "\n".join([head, *(f"{row.member}\t{row.euros}\t{row.kind}" for row in rows)])


def _overview(
    request: Request,
    refusal: Refusal | None = None,
    *,
    rows: str = "",
    plan: dict[str, Any] | None = None,
) -> Response:
    visitor = someone(request, *ROLES)
    ledger, context = ledger_of(request), context_of(request, visitor, preview=True)
    fields: dict[str, str] = getattr(request.state, "fields", {})
    return pages.render(
        request,
        "runs.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        runs=list_runs(ledger, visitor.currency, context, authority=visitor.holder, limit=SHOWN),
        left=left_over(ledger, visitor.currency, visitor.holder),
        officer=visitor.role == OFFICER,
        rows=rows,
        words=fields.get("words", ""),
        plan=plan,
        key=fields.get("key") or fresh_key(),
        refusal=pages.said(request, refusal),
    )


@routes.get("/{id_}")
def one(request: Request, id_: RunId) -> Response:
    """Show a run: its rows, and what is to be done next."""
    return _one(request, id_)


@routes.post("/{id_}")
def act(request: Request, id_: RunId, fields: Fields) -> Response:
    """Approve a run, give it up, or use for it what is left over."""
    visitor = someone(request, *ROLES)
    try:
        operation = _operation(request, visitor, id_, fields.get("step", ""))
        acts.confirm(request, operation, fields.get("key", ""))
    except Refusal as refusal:
        return _one(request, id_, refusal)
    return pages.see_other(f"/council/runs/{id_}")


def _operation(request: Request, visitor: Visitor, id_: str, step: str) -> Operation:
    context = context_of(request, visitor, preview=True)
    ledger, asked = ledger_of(request), (visitor.currency, context, visitor.holder, id_)
    if step == "approve":
        return approving(ledger, *asked)
    if step == "cancel":
        return cancelling(ledger, *asked)
    return TakeLeftOver(visitor.holder, id_)


@routes.get("/{id_}/{form}")
def voucher(request: Request, id_: RunId, form: str) -> Response:
    """Hand out the voucher (`voucher.pdf`, `voucher.csv`) or the pay slips' lines (`slips.csv`)."""
    visitor = someone(request, *ROLES)
    context = context_of(request, visitor, preview=True)
    paper = voucher_of(ledger_of(request), visitor.currency, context, visitor.holder, id_)
    name = f"{id_}-{form}"
    if form == "voucher.pdf":
        made = voucher_pdf(paper, language=context.language, at=context.at)
        return download(made, PDF_TYPE, name)
    if form == "voucher.csv":
        return download(voucher_csv(paper), CSV_TYPE, name)
    if form == "slips.csv":
        return download(slips_csv(paper, language=context.language), CSV_TYPE, name)
    raise Unknown(what="page", id=form)


def _one(request: Request, id_: str, refusal: Refusal | None = None) -> Response:
    visitor = someone(request, *ROLES)
    ledger, context = ledger_of(request), context_of(request, visitor, preview=True)
    run, _ = read_run(ledger, visitor.currency, context, visitor.holder, id_)
    account = book_of(request).fund_account(Fund("digital"))
    awaited = run.state == "awaiting" and account is not None
    code = ""
    if awaited and account is not None:
        code = transfer_code(book_of(request).name, account.iban, run.missing, run.reference)
    return pages.render(
        request,
        "run.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        run=run,
        told=told_run(ledger, visitor.currency, context, visitor.holder, id_),
        code=code,
        account=account,
        approver=visitor.role != OFFICER and context.person != run.proposed_by,
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )
