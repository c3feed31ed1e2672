"""For the accountant: every year with its files, its closing, and whose books by which chart."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import context_of, fresh_key, ledger_of, posted, someone
from admin.downloads import download
from ledger.documents.sheets import CSV_TYPE, XLSX_TYPE
from ledger.operations.bookkeeping import SetBookkeeping, list_bookkeeping
from ledger.operations.export import exported
from ledger.operations.year_closing import (
    ConfirmYearClosing,
    ProposeYearClosing,
    list_closings,
)
from ledger.refusals import Malformed, Refusal
from ledger.rules.charts import CHARTS

ROLES: Final = ("treasurer", "auditor")
KINDS: Final = {"fec": "text/plain", "hledger": "text/plain", "csv": CSV_TYPE, "xlsx": XLSX_TYPE}

routes = APIRouter(prefix="/books", route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]
Year = Annotated[int, Path(ge=2000, le=2999)]


@routes.get("")
def overview(request: Request) -> Response:
    """Show every year: its state, its files, what to do next."""
    return _overview(request)


@routes.get("/{year}/{form}")
def export(request: Request, year: Year, form: str) -> Response:
    """Download a year in one form."""
    visitor = someone(request, *ROLES)
    if form not in KINDS:
        raise Malformed([{"pointer": "/form", "detail": f"one of {', '.join(KINDS)}"}])
    context = context_of(request, visitor, preview=True)
    try:
        made = exported(ledger_of(request), visitor.currency, context, form, year)
    except Refusal as refusal:
        return _overview(request, refusal)
    return download(made.pieces, KINDS[form], made.name)


@routes.post("")
def tell(request: Request, fields: Fields) -> Response:
    """Tell the SIREN and the chart of accounts from a year on."""
    someone(request, "treasurer")
    changes = tuple(line.strip() for line in fields.get("changes", "").split(";") if line.strip())
    operation = SetBookkeeping(
        year=_year(fields),
        siren=fields.get("siren", "").replace(" ", "")[:20],
        chart=fields.get("chart", "")[:20],
        changes=changes,
    )
    return _done(request, operation, fields)


@routes.post("/{year}")
def close(request: Request, year: Year, fields: Fields) -> Response:
    """Propose to close a year, or confirm what another person proposed."""
    someone(request, "treasurer")
    proposed = fields.get("step") == "confirm"
    operation = ConfirmYearClosing(year) if proposed else ProposeYearClosing(year)
    return _done(request, operation, fields)


def _done(
    request: Request,
    operation: SetBookkeeping | ConfirmYearClosing | ProposeYearClosing,
    fields: dict[str, str],
) -> Response:
    try:
        acts.confirm(request, operation, fields.get("key", ""))
    except Refusal as refusal:
        return _overview(request, refusal)
    return pages.see_other("/books")


def _year(fields: dict[str, str]) -> int:
    text = fields.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == len("2026") else 0


def _overview(request: Request, refusal: Refusal | None = None) -> Response:
    visitor = someone(request, *ROLES)
    ledger, context = ledger_of(request), context_of(request, visitor, preview=True)
    return pages.render(
        request,
        "books.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        years=list_closings(ledger, visitor.currency, context)[::-1],
        told=list_bookkeeping(ledger, visitor.currency, context)[::-1],
        charts=tuple(CHARTS),
        this_year=context.day.year,
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )
