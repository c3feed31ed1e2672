"""Redemptions: a professional asks for euros, another person approves, the bank's line settles."""

from dataclasses import dataclass, replace

from ledger.books import accounts
from ledger.books.accounts import PAYABLE_REDEMPTIONS, REDEMPTION_FEES, Fund
from ledger.books.context import OPERATOR, Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import Member, Redemption, Rulebook
from ledger.money import EUR, format_minor
from ledger.operations.access import AUDITOR, MEMBER, SHOP, TREASURER, require, require_own
from ledger.operations.challenge import Agreement, agreed
from ledger.operations.ledger import Ledger
from ledger.operations.reference import reference_for
from ledger.refusals import Unknown
from ledger.rules.redemption import plan_approval, plan_cancel, plan_request, redemption_of, shown
from ledger.rules.standing import active
from ledger.store.shelf import Found, Needs, Shelf


@dataclass(frozen=True, slots=True)
class RequestRedemption:
    """Ask to turn `units` (minor) of a member back into euros."""

    member: str
    units: int

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(
            accounts=(accounts.member(self.member), accounts.held(context.fresh_id)),
            papers=((Member, self.member),),
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, SHOP, MEMBER, TREASURER)
        require_own(context, "member", self.member, all_of=(TREASURER,))
        redemption = redemption_of(
            id_=context.fresh_id,
            member=active(shelf.paper(Member, self.member), self.member),
            units=self.units,
            unit=shelf.book.unit,
            terms=shelf.book.terms_on(shelf.today),
            reference=reference_for(shelf.book.code, "redemption", context.fresh_id),
            at=shelf.at,
            person=context.person,
        )
        own = shelf.balance(accounts.member(self.member))
        return plan_request(redemption, own=own, unit=shelf.book.unit)


@dataclass(frozen=True, slots=True)
class ApproveRedemption:
    """Approve a requested redemption, as another person than who asked."""

    redemption: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        needs = redemption_needs(book, self.redemption)
        # Whose it is stands in the redemption, so the members of all that wait are looked at.
        waiting = Found(Redemption, "state", "requested", of=(Member, "member"))
        return replace(needs, found=(waiting,))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        redemption = known(shelf, self.redemption)
        if redemption.state == "requested":
            active(shelf.paper(Member, redemption.member), redemption.member)
        plan = plan_approval(redemption, approver=context.person, unit=shelf.book.unit)
        euros = f"{format_minor(redemption.euros, EUR.scale)} {EUR.code}"
        agreement = Agreement("redemption", redemption.id, euros, redemption.member)
        return agreed(shelf, context, plan, agreement)


@dataclass(frozen=True, slots=True)
class CancelRedemption:
    """Withdraw a redemption that nobody has approved; `member` was read before and is checked."""

    redemption: str
    member: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(
            accounts=(accounts.member(self.member), accounts.held(self.redemption)),
            papers=((Redemption, self.redemption),),
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, SHOP, TREASURER)
        require_own(context, "redemption", self.member, all_of=(TREASURER,), named=self.redemption)
        return plan_cancel(known(shelf, self.redemption), unit=shelf.book.unit)


def redemption_needs(book: Rulebook, redemption: str) -> Needs:
    """Name what the steps of a redemption look at, whoever issued its units."""
    names = {accounts.held(redemption), PAYABLE_REDEMPTIONS, REDEMPTION_FEES, accounts.SUSPENSE}
    for account in book.bank_accounts.values():
        fund = Fund("digital", account.issuer)
        names |= {fund.issued, fund.backing, account.account}
    fund = Fund("digital")
    names |= {fund.issued, fund.backing}
    return Needs(accounts=tuple(sorted(names)), papers=((Redemption, redemption),))


def known(shelf: Shelf, id_: str) -> Redemption:
    """Give the redemption on the shelf, or refuse an unknown one."""
    redemption = shelf.paper(Redemption, id_)
    if redemption is None:
        raise Unknown(what="redemption", id=id_)
    return redemption


def cancelling(ledger: Ledger, currency: str, context: Context, id_: str) -> CancelRedemption:
    """Prepare a withdrawal: looks up whose the redemption is."""
    require(context, SHOP, TREASURER)
    found = _find(ledger, currency, context, id_)
    return CancelRedemption(found.id, found.member)


def read_redemption(ledger: Ledger, currency: str, context: Context, id_: str) -> dict[str, Json]:
    """Read a redemption; a shop its own."""
    require(context, SHOP, MEMBER, TREASURER, AUDITOR)
    book, _ = ledger.reads.rulebook(currency)
    return shown(_find(ledger, currency, context, id_), book.unit)


def list_redemptions(  # noqa: PLR0913 - a filtered page
    ledger: Ledger, currency: str, context: Context, *, state: str | None, after: str, limit: int
) -> list[dict[str, Json]]:
    """List redemptions by id behind `after`, of one state if given; a shop its own."""
    require(context, SHOP, MEMBER, TREASURER, AUDITOR)
    book, _ = ledger.reads.rulebook(currency)
    wanted = {} if state is None else {"state": state}
    if context.role in {SHOP, MEMBER}:
        wanted["member"] = context.holder
    found = ledger.reads.page(Redemption, currency, wanted, after=after, limit=limit)
    return [shown(redemption, book.unit) for redemption in found]


def _find(ledger: Ledger, currency: str, context: Context, id_: str) -> Redemption:
    found = ledger.reads.paper(Redemption, currency, id_)
    if found is None:
        raise Unknown(what="redemption", id=id_)
    if context.holder != found.member and context.role not in {TREASURER, AUDITOR, OPERATOR}:
        raise Unknown(what="redemption", id=id_)
    return found
