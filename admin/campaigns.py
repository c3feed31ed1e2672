"""Campaigns as sponsor and treasurer read them: what was granted, came back and is left."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.dependencies import Visitor, book_of, ledger_of, someone
from ledger.books.accounts import sponsor
from ledger.books.papers import Campaign
from ledger.rules.campaign import expired_tally, granted_tally

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Budget:
    """A campaign's money in euro cents."""

    campaign: Campaign
    granted: int
    expired: int
    """Came back from gifts that nobody spent in time."""
    unspent: int
    """What its sponsor has paid in and not spent, for all its campaigns."""

    @property
    def left(self) -> int:
        """What may still be granted."""
        return self.campaign.budget - self.granted


def budgets(request: Request, visitor: Visitor, of: str = "") -> list[Budget]:
    """Give the budgets of all campaigns, or of one sponsor's."""
    book, reads = book_of(request), ledger_of(request).reads
    campaigns = [each for each in book.campaigns.values() if of in {"", each.sponsor}]
    names = [name(each.id) for each in campaigns for name in (granted_tally, expired_tally)]
    counts = reads.tallies(visitor.currency, names)
    paid_in = reads.balances(visitor.currency, [sponsor(each.sponsor) for each in campaigns])
    return [
        Budget(
            campaign=each,
            granted=counts[granted_tally(each.id)],
            expired=counts[expired_tally(each.id)],
            unspent=-paid_in[sponsor(each.sponsor)],
        )
        for each in campaigns
    ]


@routes.get("/sponsor")
def report(request: Request) -> Response:
    """Show a sponsor its campaigns."""
    visitor = someone(request, "sponsor")
    return pages.render(request, "sponsor.html", budgets=budgets(request, visitor, visitor.holder))
