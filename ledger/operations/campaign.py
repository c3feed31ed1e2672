"""Campaigns and sponsors: who pays bonuses, how much, to whom, and until when."""

from dataclasses import dataclass, replace
from datetime import date

from ledger.books import accounts
from ledger.books.accounts import bank
from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import Campaign, Outstanding, Rulebook, Sponsor
from ledger.money import EUR, format_minor
from ledger.operations.access import AUDITOR, SPONSOR, TREASURER, require, require_own
from ledger.operations.ledger import Ledger
from ledger.operations.reference import reference_for
from ledger.refusals import AlreadyExists, Malformed, NotInState, Unknown
from ledger.rules.campaign import expired_tally, granted_tally
from ledger.rules.fund import plan_deposit
from ledger.store.shelf import Needs, Shelf


@dataclass(frozen=True, slots=True)
class RegisterSponsor:
    """Register a body that pays bonuses."""

    id: str
    name: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs()

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        if self.id in shelf.book.sponsors:
            raise AlreadyExists(what="sponsor", id=self.id)
        reference = reference_for(shelf.book.code, "sponsor", self.id)
        answer: dict[str, Json] = {"id": self.id, "name": self.name, "reference": reference}
        return Plan(
            kind="sponsor",
            papers=(Sponsor(self.id, self.name, reference),),
            facts={"sponsor": self.id},
            sealed=True,
            answer=answer,
        )


@dataclass(frozen=True, slots=True)
class Deposit:
    """Book what a sponsor paid in on a bank account, before or without the bank's own line."""

    sponsor: str
    euros: int
    bank: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(accounts=(accounts.sponsor(self.sponsor), bank(self.bank)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        sponsor = shelf.book.sponsors.get(self.sponsor)
        if sponsor is None:
            raise Unknown(what="sponsor", id=self.sponsor)
        if self.bank not in shelf.book.bank_accounts:
            raise Unknown(what="bank account", id=self.bank)
        plan = plan_deposit(sponsor, euros=self.euros, place=bank(self.bank))
        expected = Outstanding(
            id=str(shelf.next_number),
            account=self.bank,
            amount=self.euros,
            day=shelf.today,
            member="",
        )
        return replace(plan, papers=(expected,))


@dataclass(frozen=True, slots=True)
class OpenCampaign:
    """Open a campaign; its terms never change afterwards. Amounts in euro cents."""

    id: str
    sponsor: str
    rate_bps: int
    budget: int
    since: date
    until: date
    cap: int | None
    cap_period: str
    kinds: tuple[str, ...]
    communes: tuple[str, ...]
    members: tuple[str, ...]
    age_from: int | None
    age_to: int | None
    gift_expires_days: int | None
    stackable: bool

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Campaign, self.id),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        if self.until < self.since:
            raise Malformed([{"pointer": "/until", "detail": "the end lies before the beginning"}])
        if self.age_to is not None and self.age_to < (self.age_from or 0):
            detail = "the highest age lies below the lowest"
            raise Malformed([{"pointer": "/eligible/ages/to", "detail": detail}])
        if shelf.paper(Campaign, self.id) is not None:
            raise AlreadyExists(what="campaign", id=self.id)
        if self.sponsor not in shelf.book.sponsors:
            raise Unknown(what="sponsor", id=self.sponsor)
        terms = {name: getattr(self, name) for name in self.__slots__}
        campaign = Campaign(**terms, opened_at=shelf.at)
        return Plan(
            kind="campaign",
            papers=(campaign,),
            facts={
                "campaign": self.id,
                "sponsor": self.sponsor,
                "rate_bps": self.rate_bps,
                "budget": self.budget,
                "since": self.since.isoformat(),
                "until": self.until.isoformat(),
            },
            sealed=True,
            answer=shown(campaign),
        )


@dataclass(frozen=True, slots=True)
class CloseCampaign:
    """Close a campaign before its end: nothing more is granted, gifts stay until they expire."""

    id: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Campaign, self.id),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        campaign = shelf.paper(Campaign, self.id)
        if campaign is None:
            raise Unknown(what="campaign", id=self.id)
        if campaign.state != "open":
            raise NotInState(what="campaign", id=self.id, state=campaign.state, needed="open")
        closed = replace(campaign, state="closed")
        return Plan(
            kind="campaign-close",
            papers=(closed,),
            facts={"campaign": self.id},
            sealed=True,
            answer=shown(closed),
        )


def shown(campaign: Campaign) -> dict[str, Json]:
    """Show a campaign's terms and state."""
    return {
        "id": campaign.id,
        "sponsor": campaign.sponsor,
        "rate_bps": campaign.rate_bps,
        "budget_euros": format_minor(campaign.budget, EUR.scale),
        "from": campaign.since.isoformat(),
        "until": campaign.until.isoformat(),
        "eligible": {
            "kinds": list(campaign.kinds),
            "communes": list(campaign.communes),
            "ages": {"from": campaign.age_from, "to": campaign.age_to},
            "list": list(campaign.members),
        },
        "cap_euros_per_member": (
            None if campaign.cap is None else format_minor(campaign.cap, EUR.scale)
        ),
        "cap_period": campaign.cap_period,
        "gift_expires_days": campaign.gift_expires_days,
        "stackable": campaign.stackable,
        "state": campaign.state,
    }


def campaign_report(ledger: Ledger, currency: str, context: Context, id_: str) -> dict[str, Json]:
    """Give a campaign's terms with granted, expired and left (euros), and members reached."""
    require(context, TREASURER, AUDITOR, SPONSOR)
    book, _ = ledger.reads.rulebook(currency)
    campaign = book.campaigns.get(id_)
    if campaign is None:
        raise Unknown(what="campaign", id=id_)
    require_own(context, "campaign", campaign.sponsor, all_of=(TREASURER, AUDITOR), named=id_)
    return _report(ledger, currency, campaign)


def list_campaigns(
    ledger: Ledger, currency: str, context: Context, *, after: str, limit: int
) -> list[dict[str, Json]]:
    """List campaign reports by id behind `after`; a sponsor its own."""
    require(context, TREASURER, AUDITOR, SPONSOR)
    book, _ = ledger.reads.rulebook(currency)
    mine = [
        campaign
        for id_, campaign in sorted(book.campaigns.items())
        if id_ > after and context.holder in {"", campaign.sponsor}
    ]
    return [_report(ledger, currency, campaign) for campaign in mine[:limit]]


def _report(ledger: Ledger, currency: str, campaign: Campaign) -> dict[str, Json]:
    names = granted_tally(campaign.id), expired_tally(campaign.id)
    counts = ledger.reads.tallies(currency, names)
    granted, expired = (counts[name] for name in names)
    return {
        **shown(campaign),
        "granted": format_minor(granted, EUR.scale),
        "expired": format_minor(expired, EUR.scale),
        "left": format_minor(campaign.budget - granted, EUR.scale),
        "members": ledger.reads.owners(currency, f"gift:{campaign.id}:"),
    }
