"""Refund: a shop gives back what it received, whole or in part."""

from dataclasses import dataclass

from ledger.books import accounts
from ledger.books.context import Context
from ledger.books.journal import Entry, Plan
from ledger.books.papers import Rulebook
from ledger.operations.access import SHOP, require, require_own
from ledger.operations.ledger import Ledger
from ledger.refusals import Unknown
from ledger.rules.refund import plan_refund, refunded_tally
from ledger.rules.reversal import corrected_tally
from ledger.store.shelf import Needs, Shelf


@dataclass(frozen=True, slots=True)
class Refund:
    """Refund `units` (minor) of a payment; the entry was read before, because it never changes."""

    payment: Entry
    units: int
    reason: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        touched = {p.source for p in self.payment.postings} | {
            p.target for p in self.payment.postings
        }
        number = self.payment.number
        return Needs(
            accounts=tuple(sorted(touched)),
            tallies=(refunded_tally(number), corrected_tally(number)),
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        number = self.payment.number
        require(context, SHOP)
        require_own(context, "payment", str(self.payment.facts.get("to")), named=str(number))
        return plan_refund(
            payment=self.payment,
            refunded=shelf.tally(refunded_tally(number)),
            corrected=bool(shelf.tally(corrected_tally(number))),
            own=shelf.balance(accounts.member(str(self.payment.facts["to"]))),
            units=self.units,
            unit=shelf.book.unit,
            reason=self.reason,
        )


def refund(  # noqa: PLR0913 - the parts of a refund
    ledger: Ledger, currency: str, context: Context, *, payment: int, units: int, reason: str
) -> Refund:
    """Prepare a refund for the door: looks the payment up, and whether it was paid to this shop.

    Raises RoleMayNot, or Unknown for an entry that is not there or not this shop's.
    """
    require(context, SHOP)
    entry = ledger.reads.entry(currency, payment)
    if entry is None or entry.facts.get("to") != context.holder:
        raise Unknown(what="payment", id=str(payment))
    return Refund(entry, units, reason)
