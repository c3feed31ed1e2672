"""The last twelve months: what circulated and what the fund held, as a chart and as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.dependencies import book_of, ledger_of, someone
from ledger.books import accounts
from ledger.books.accounts import TRANSIT, Fund
from ledger.books.context import TOWN, town_day
from ledger.books.papers import Rulebook
from ledger.operations.ledger import Ledger

MONTHS: Final = 12
WIDTH: Final = 600
HEIGHT: Final = 200

routes = APIRouter(prefix="/treasury", route_class=pages.PageRoute, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Moment:
    """Where things stood at the start of a day; euro cents, units told at par."""

    day: date
    circulation: int
    fund: int


@routes.get("/history")
def history(request: Request) -> Response:
    """Draw circulation and fund at the turn of each month, and now."""
    someone(request, "treasurer")
    moments = _moments(ledger_of(request), book_of(request), request.state.at)
    top = max(max(each.circulation, each.fund) for each in moments) or 1
    return pages.render(
        request,
        "history.html",
        moments=moments,
        top=top,
        width=WIDTH,
        height=HEIGHT,
        circulation=line([each.circulation for each in moments], top),
        fund=line([each.fund for each in moments], top),
    )


def line(values: Sequence[int], top: int) -> str:
    """Place values on the chart: SVG points from left to right, `top` at the upper edge."""
    step = WIDTH // max(len(values) - 1, 1)
    points = (f"{i * step},{HEIGHT - value * HEIGHT // top}" for i, value in enumerate(values))
    return " ".join(points)


def turns(today: date) -> list[date]:
    """List the first days of this month and of those before it, the earliest first."""
    months = range(today.year * 12 + today.month - MONTHS, today.year * 12 + today.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def _moments(ledger: Ledger, book: Rulebook, now: datetime) -> list[Moment]:
    _, head = ledger.reads.rulebook(book.code)
    today = town_day(now)
    found = []
    for day in turns(today):
        midnight = datetime.combine(day, time(), TOWN).astimezone(UTC)
        first = ledger.reads.first_since(book.code, midnight)
        found.append(_moment(ledger, book, day, first))
    return [*found, _moment(ledger, book, today, head.number + 1)]


def _moment(ledger: Ledger, book: Rulebook, day: date, number: int) -> Moment:
    banks = [each for each in book.bank_accounts.values() if each.medium != "operating"]
    backing = {Fund(each.medium, each.issuer).backing for each in banks}
    places = [each.account for each in banks]
    places += [accounts.till(office) for office in book.offices] + [TRANSIT]
    stood = ledger.reads.balances_before(book.code, [*backing, *places], number)
    return Moment(
        day=day,
        circulation=-sum(stood[name] for name in backing),
        fund=sum(stood[name] for name in places),
    )
