"""Convert: a member's euros become units, with the bonus of the campaigns that apply."""

from dataclasses import dataclass, replace
from datetime import timedelta

from ledger.books import accounts
from ledger.books.accounts import Fund
from ledger.books.context import Context
from ledger.books.conversions import HandConversion
from ledger.books.journal import Plan
from ledger.books.papers import Campaign, Member, Outstanding, Rulebook
from ledger.operations.access import OFFICE, TREASURER, require, require_own
from ledger.refusals import Malformed
from ledger.rules.campaign import (
    Bonus,
    allot,
    bonus_of,
    earned_tally,
    expiry,
    granted_tally,
)
from ledger.rules.conversion import CHANNELS, place_of_euros, plan_conversion
from ledger.rules.hand_conversion import needs_second, plan_proposal
from ledger.rules.standing import active
from ledger.store.shelf import Needs, Shelf


@dataclass(frozen=True, slots=True)
class Convert:
    """Convert `euros` (cents) of a member that arrived by a channel."""

    member: str
    euros: int
    channel: str
    office: str = ""
    reference: str = ""
    medium: str = "digital"

    def authorise(self, context: Context) -> None:
        """Treasurers convert by hand; an office only cash, and at its own till."""
        require(context, TREASURER, OFFICE)
        if context.role == OFFICE:
            if self.channel != "cash":
                raise Malformed([{"pointer": "/channel", "detail": "an office changes cash only"}])
            require_own(context, "office", self.office)
        if self.channel not in CHANNELS:
            detail = f"one of {', '.join(CHANNELS)}"
            raise Malformed([{"pointer": "/channel", "detail": detail}])
        if self.medium != "digital":
            detail = "only digital units are converted here; notes are sold at an office"
            raise Malformed([{"pointer": "/medium", "detail": detail}])

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return conversion_needs(book, context, self.member)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        self.authorise(context)
        plan = by_hand(shelf, self)
        # An office counts its till each day; what nobody counts is for two people above an amount.
        if context.role == OFFICE or not needs_second(shelf.book.terms_on(shelf.today), self.euros):
            return plan
        proposal = HandConversion(
            id=context.fresh_id,
            member=self.member,
            euros=self.euros,
            channel=self.channel,
            office=self.office,
            reference=self.reference,
            proposed_at=shelf.at,
            proposed_by=context.person,
        )
        return plan_proposal(proposal, plan)


def by_hand(shelf: Shelf, asked: Convert) -> Plan:
    """Plan a conversion whose euros somebody says are there; at a bank, its line is expected."""
    member = active(shelf.paper(Member, asked.member), asked.member)
    fund = Fund(asked.medium, member.issuer)
    place = place_of_euros(shelf.book, fund, asked.channel, asked.office)
    plan = converted(shelf, member, asked.euros, place, asked.channel, asked.reference)
    if not place.startswith("bank:"):
        return plan
    expected = Outstanding(
        id=str(shelf.next_number),
        account=place.removeprefix("bank:"),
        amount=asked.euros,
        day=shelf.today,
        member=member.id,
    )
    return replace(plan, papers=(*plan.papers, expected))


def conversion_needs(book: Rulebook, context: Context, member: str) -> Needs:
    """Name what a member's conversion looks at: wallet, fund, campaigns and their counts.

    The day decides which pockets and cap periods are touched. A batch's instant may lie after the
    request's (never before), so the next day is named too.
    """
    today = context.day
    days = (today, today + timedelta(days=1))
    names = {accounts.member(member), accounts.TRANSIT, accounts.SUSPENSE, accounts.DONATIONS}
    tallies: set[str] = set()
    issuers = {account.issuer for account in book.bank_accounts.values()} | {""}
    for issuer in issuers:
        fund = Fund("digital", issuer)
        names |= {fund.issued, fund.backing}
    names |= {account.account for account in book.bank_accounts.values()}
    names |= {accounts.till(office) for office in book.offices}
    names |= {accounts.sponsor(sponsor) for sponsor in book.sponsors}
    for campaign in book.campaigns.values():
        tallies.add(granted_tally(campaign.id))
        for day in days:
            tallies.add(earned_tally(campaign, member, day))
            names.add(accounts.gift(campaign.id, member, expiry(campaign, day)))
    return Needs(
        accounts=tuple(sorted(names)),
        tallies=tuple(sorted(tallies)),
        wallets=(accounts.DONATIONS_OWED,),
        papers=((Member, member),),
    )


def converted(  # noqa: PLR0913, PLR0917 - what a conversion is made of
    shelf: Shelf, member: Member, euros: int, place: str, channel: str, reference: str
) -> Plan:
    """Plan a member's conversion with the state that the shelf holds."""
    day = shelf.today
    sponsored = {id_: -shelf.balance(accounts.sponsor(id_)) for id_ in shelf.book.sponsors}

    def judge(campaign: Campaign, money: int) -> Bonus:
        return bonus_of(
            campaign,
            member,
            euros=euros,
            day=day,
            unit=shelf.book.unit,
            earned=shelf.tally(earned_tally(campaign, member.id, day)),
            granted=shelf.tally(granted_tally(campaign.id)),
            sponsored=money,
        )

    return plan_conversion(
        member=member,
        euros=euros,
        place=place,
        fund=Fund("digital", member.issuer),
        unit=shelf.book.unit,
        day=day,
        terms=shelf.book.terms_on(day),
        bonuses=allot(shelf.book.campaigns.values(), sponsored, judge),
        channel=channel,
        reference=reference,
    )
