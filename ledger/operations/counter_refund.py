"""At a public counter: giving back a part of what was paid, under one of its revenue codes."""

from dataclasses import dataclass

from ledger.books import accounts
from ledger.books.authorities import Service, service_id
from ledger.books.context import Context
from ledger.books.journal import Entry, Plan
from ledger.books.papers import Rulebook
from ledger.operations.access import OFFICER, require, require_own
from ledger.operations.counter_sale import service_days, takings_now
from ledger.operations.ledger import Ledger
from ledger.operations.service import known_service
from ledger.refusals import NotInState, Unknown
from ledger.rules.refund import plan_refund, refunded_tally
from ledger.rules.reversal import corrected_tally
from ledger.rules.service import given_back, revenue_tally, revenues_of
from ledger.store.shelf import Needs, Shelf


@dataclass(frozen=True, slots=True)
class RefundSale:
    """Give back a part of what a service was paid, under one of its revenue codes."""

    payment: Entry
    authority: str
    slug: str
    revenue: str
    units: int
    reason: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        service = service_id(self.authority, self.slug)
        touched = {name for p in self.payment.postings for name in (p.source, p.target)}
        number = self.payment.number
        return Needs(
            accounts=tuple(sorted(touched | {accounts.service(service)})),
            tallies=(
                refunded_tally(number),
                corrected_tally(number),
                revenue_tally(number, self.revenue),
            ),
            papers=((Service, service), *service_days(service, context)),
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, OFFICER)
        require_own(context, "authority", self.authority)
        service = known_service(shelf, self.authority, self.slug)
        number = self.payment.number
        plan = plan_refund(
            payment=self.payment,
            refunded=shelf.tally(refunded_tally(number)),
            corrected=bool(shelf.tally(corrected_tally(number))),
            own=shelf.balance(service.account),
            units=self.units,
            unit=shelf.book.unit,
            reason=self.reason,
        )
        return given_back(
            plan,
            self.payment,
            service,
            revenue=self.revenue,
            units=self.units,
            takings=takings_now(shelf, service),
            refunded=shelf.tally(revenue_tally(number, self.revenue)),
            unit=shelf.book.unit,
        )


def refunding(  # noqa: PLR0913 - the parts of a refund
    ledger: Ledger,
    currency: str,
    context: Context,
    *,
    authority: str,
    slug: str,
    payment: int,
    units: int,
    revenue: str,
    reason: str,
) -> RefundSale:
    """Prepare a refund: looks the payment up, and whether it was paid to this service.

    With an empty `revenue` the only one of the payment is meant; NotInState where it has several.
    """
    require(context, OFFICER)
    require_own(context, "authority", authority)
    entry = ledger.reads.entry(currency, payment)
    if entry is None or entry.facts.get("service") != service_id(authority, slug):
        raise Unknown(what="payment", id=str(payment))
    codes = sorted(revenues_of(entry))
    if not revenue and len(codes) != 1:
        raise NotInState(
            what="payment", id=str(payment), state=" + ".join(codes), needed="/revenue"
        )
    return RefundSale(entry, authority, slug, revenue or codes[0], units, reason)
