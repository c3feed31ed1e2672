"""For the accountant: who keeps the books by which chart, exports, and closed years."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from api.dependencies import EMPTY, Asking, Books, Writing, post
from api.documents import attached
from api.paging import Told
from api.shapes import NewBookkeeping, NewYearClosing
from ledger.documents.sheets import CSV_TYPE, XLSX_TYPE
from ledger.operations.bookkeeping import SetBookkeeping, list_bookkeeping
from ledger.operations.export import exported
from ledger.operations.year_closing import (
    ConfirmYearClosing,
    ProposeYearClosing,
    list_closings,
)

router = APIRouter(prefix="/v1/{currency}", tags=["bookkeeping"])

KINDS: Final = {
    "fec": "text/plain; charset=utf-8",
    "hledger": "text/plain; charset=utf-8",
    "csv": CSV_TYPE,
    "xlsx": XLSX_TYPE,
}

Form = Annotated[Literal["fec", "hledger", "csv", "xlsx"], Path(description="The kind of file")]
Year = Annotated[int | None, Query(ge=2000, le=2999, description="One year; else everything")]
ClosedYear = Annotated[int, Path(ge=2000, le=2999)]


@router.get("/exports/{form}", response_class=Response)
def export(
    currency: str, form: Form, context: Asking, ledger: Books, year: Year = None
) -> Response:
    """Download a year of the books: FEC (else this year's), hledger, CSV or XLSX."""
    made = exported(ledger, currency, context, form, year)
    return attached(made.pieces, KINDS[form], made.name)


@router.get("/bookkeeping")
def read_bookkeeping(currency: str, context: Asking, ledger: Books) -> Told:
    """Read SIREN and chart of accounts, by the year from which they hold."""
    return {"items": list_bookkeeping(ledger, currency, context)}


@router.post("/bookkeeping", status_code=201)
async def tell_bookkeeping(
    request: Request, currency: str, body: NewBookkeeping, context: Writing
) -> Response:
    """Tell SIREN and chart of accounts from a year on; not of a year that is closed."""
    operation = SetBookkeeping(body.year, body.siren, body.chart, tuple(body.changes))
    return await post(request, currency, operation, context)


@router.get("/closings")
def read_closings(currency: str, context: Asking, ledger: Books) -> Told:
    """List the years: open, proposed or closed, with what was unexplained at their end."""
    return {"items": list_closings(ledger, currency, context)}


@router.post("/closings", status_code=201)
async def propose_closing(
    request: Request, currency: str, body: NewYearClosing, context: Writing
) -> Response:
    """Propose to close a year that is over; another person confirms."""
    return await post(request, currency, ProposeYearClosing(body.year), context)


@router.post("/closings/{year}/confirm", status_code=201, dependencies=EMPTY)
async def confirm_closing(
    request: Request,
    currency: str,
    year: ClosedYear,
    context: Writing,
) -> Response:
    """Close the year, as another person than who proposed it: nothing counts in it any more."""
    return await post(request, currency, ConfirmYearClosing(year), context)
