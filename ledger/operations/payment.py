"""Pay: units from one wallet to another."""

from dataclasses import dataclass

from ledger.books import accounts
from ledger.books.context import Context
from ledger.books.journal import Plan
from ledger.books.papers import Member, Rulebook
from ledger.money import format_minor
from ledger.operations.access import WALLET_HOLDERS, require, require_own
from ledger.operations.challenge import Agreement, agreed
from ledger.rules.payment import plan_payment
from ledger.rules.standing import active
from ledger.store.shelf import Needs, Shelf


@dataclass(frozen=True, slots=True)
class Pay:
    """Pay `units` (minor) from `payer` to `payee`."""

    payer: str
    payee: str
    units: int
    reference: str = ""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return payment_needs(self.payer, self.payee)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, *WALLET_HOLDERS)
        require_own(context, "member", self.payer)
        plan = paid(shelf, self.payer, self.payee, self.units, self.reference)
        return confirmed_payment(shelf, context, plan, units=self.units, payee=self.payee)


def confirmed_payment(
    shelf: Shelf, context: Context, plan: Plan, *, units: int, payee: str
) -> Plan:
    """Ask for a second factor above what the terms let pass; ConfirmFirst until it is shown."""
    above = shelf.book.terms_on(shelf.today).confirm_above
    if above is None or units <= above:
        return plan
    unit = shelf.book.unit
    agreement = Agreement("payment", "", f"{format_minor(units, unit.scale)} {unit.code}", payee)
    return agreed(shelf, context, plan, agreement)


def payment_needs(payer: str, payee: str) -> Needs:
    """Name what a payment looks at: both members, the payer's whole wallet."""
    return Needs(
        accounts=(accounts.member(payer), accounts.member(payee)),
        wallets=(payer,),
        papers=((Member, payer), (Member, payee)),
    )


def paid(shelf: Shelf, payer: str, payee: str, units: int, reference: str) -> Plan:
    """Plan a payment with the state that the shelf holds."""
    return plan_payment(
        payer=active(shelf.paper(Member, payer), payer),
        payee=active(shelf.paper(Member, payee), payee),
        units=units,
        unit=shelf.book.unit,
        own=shelf.balance(accounts.member(payer)),
        pockets=shelf.pockets(payer),
        today=shelf.today,
        reference=reference,
    )
