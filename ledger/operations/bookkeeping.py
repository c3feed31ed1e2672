"""What the accountant needs: the association's SIREN and its chart of accounts, from a year on."""

from dataclasses import dataclass
from typing import Final

from stdnum.fr import siren as siren_numbers

from ledger.books.bookkeeping import Bookkeeping, YearClosing
from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import Redemption, Rulebook
from ledger.operations.access import AUDITOR, TREASURER, require
from ledger.operations.ledger import Ledger
from ledger.refusals import BookkeepingMissing, Malformed, PeriodClosed
from ledger.rules.bookkeeping import Chart, changed
from ledger.rules.charts import CHARTS
from ledger.store.shelf import Needs, Shelf

EARLIEST: Final = 2000
LATEST: Final = 2999


@dataclass(frozen=True, slots=True)
class SetBookkeeping:
    """Tell the SIREN and the chart of accounts for a year and those after it."""

    year: int
    siren: str
    chart: str
    changes: tuple[str, ...] = ()

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        years = range(self.year, context.day.year + 1)
        closings = tuple((YearClosing, str(year)) for year in years)
        return Needs(papers=((Bookkeeping, str(self.year)), *closings))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        plausible_year(self.year)
        if not siren_numbers.is_valid(self.siren) or not self.siren.isascii():
            detail = "nine digits of which the last one checks the others"
            raise Malformed([{"pointer": "/siren", "detail": detail}])
        if self.chart not in CHARTS:
            detail = f"one of {', '.join(CHARTS)}"
            raise Malformed([{"pointer": "/chart", "detail": detail}])
        changed(CHARTS[self.chart], self.changes)
        for year in range(self.year, context.day.year + 1):
            closing = shelf.paper(YearClosing, str(year))
            if closing is not None and closing.state == "closed":
                day = closing.last_day.isoformat()
                raise PeriodClosed(day=f"{self.year}-01-01", until=day)
        told = Bookkeeping(str(self.year), self.siren, self.chart, self.changes)
        return Plan(
            kind="bookkeeping",
            papers=(told,),
            facts={"year": self.year, "siren": self.siren, "chart": self.chart},
            sealed=True,
            answer=shown(told),
        )


def plausible_year(year: int) -> None:
    """Refuse (Malformed) a year that no books are of."""
    if not EARLIEST <= year <= LATEST:
        detail = f"a year between {EARLIEST} and {LATEST}"
        raise Malformed([{"pointer": "/year", "detail": detail}])


def shown(told: Bookkeeping) -> dict[str, Json]:
    """Show the settings as the outside reads them."""
    return {
        "year": int(told.year),
        "siren": told.siren,
        "chart": told.chart,
        "changes": list(told.changes),
    }


def bookkeeping_of(ledger: Ledger, currency: str, year: int) -> Bookkeeping:
    """Give what is in force for a year: the newest told for it or one before.

    BookkeepingMissing when nothing was.
    """
    told = ledger.reads.papers(Bookkeeping, currency)
    known = [each for each in told if int(each.year) <= year]
    if not known:
        raise BookkeepingMissing(year=year)
    return known[-1]


def list_bookkeeping(ledger: Ledger, currency: str, context: Context) -> list[dict[str, Json]]:
    """List what was told, by year."""
    require(context, TREASURER, AUDITOR)
    return [shown(told) for told in ledger.reads.papers(Bookkeeping, currency)]


def chart_of(ledger: Ledger, book: Rulebook, told: Bookkeeping) -> Chart:
    """Give the chart of accounts of a year's books."""
    held = [name.partition(":")[2] for name in ledger.reads.accounts_like(book.code, "held:")]
    redemptions = ledger.reads.having(Redemption, book.code, "id", held) if held else []
    return Chart(
        heads=changed(CHARTS[told.chart], told.changes),
        media={slug: account.medium for slug, account in book.bank_accounts.items()},
        holders={redemption.id: redemption.member for redemption in redemptions},
    )
