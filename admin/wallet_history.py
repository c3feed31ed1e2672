"""A wallet's statement as a file, over the days that its holder chooses."""

from datetime import date
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.dependencies import context_of, ledger_of, someone
from admin.downloads import PDF_TYPE, download
from ledger.documents.sheets import CSV_TYPE, XLSX_TYPE
from ledger.documents.wallet import wallet_csv, wallet_pdf, wallet_xlsx
from ledger.operations.wallet_history import wallet_history
from ledger.refusals import Malformed

HOLDERS: Final = ("member", "shop", "officer")

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)


@routes.get("/wallet/statement")
def statement(request: Request) -> Response:
    """Download one's own statement as PDF, CSV or XLSX."""
    visitor = someone(request, *HOLDERS)
    context = context_of(request, visitor, preview=True)
    form = request.query_params.get("form", "pdf")
    history = wallet_history(
        ledger_of(request),
        visitor.currency,
        context,
        visitor.holder,
        since=_day(request, "from"),
        until=_day(request, "until"),
        on_paper=form == "pdf",
    )
    name = f"{visitor.currency}-{visitor.holder}-{history.since}-{history.until}.{form}"
    if form == "pdf":
        made = wallet_pdf(history, language=context.language, at=context.at)
        return download(made, PDF_TYPE, name)
    if form == "csv":
        return download(wallet_csv(history), CSV_TYPE, name)
    if form == "xlsx":
        sheet = wallet_xlsx(history, language=context.language, at=context.at)
        return download(sheet, XLSX_TYPE, name)
    raise Malformed([{"pointer": "/form", "detail": "one of pdf, csv, xlsx"}])


def _day(request: Request, name: str) -> date | None:
    text = request.query_params.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        detail = "write a day as YYYY-MM-DD"
        raise Malformed([{"pointer": f"/{name}", "detail": detail}]) from error
