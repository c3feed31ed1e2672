"""Campaigns: who earns how much bonus on a conversion, and what of it returns unspent.

The bonus is the least of: the rate on the euros still under the member's cap, the budget left,
and the money that the sponsor has paid in and not spent. It is rounded down, so that what was
announced is never exceeded. If less than the full rate is given, the first rule that bound is
named, in the order of `REASONS`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ledger.books import accounts
from ledger.books.accounts import Fund, campaign_of
from ledger.books.journal import Plan, Posting, Tally
from ledger.books.papers import Campaign, Member
from ledger.money import BPS, EUR, Asset, share_rounded_down
from ledger.rules.parity import cents_at_par, units_at_par, whole_cents

REASONS: Final = (
    "not-eligible",
    "campaign-not-open",
    "cap-reached",
    "budget-exhausted",
    "sponsor-unfunded",
)


@dataclass(frozen=True, slots=True)
class Bonus:
    """What one campaign gives to one conversion; amounts in euro cents."""

    campaign: Campaign
    granted: int
    full: int
    """What the rate alone would have given."""
    earning: int
    """The euros that earned it, which count against the cap."""
    reason: str | None
    """Why it is less than full."""


def granted_tally(campaign: str) -> str:
    """Name the count of what a campaign has granted (euro cents)."""
    return f"granted:{campaign}"


def expired_tally(campaign: str) -> str:
    """Name the count of what came back from a campaign's expired gifts (euro cents)."""
    return f"expired:{campaign}"


def earned_tally(campaign: Campaign, member: str, day: date) -> str:
    """Name the count of a member's euros that earned a bonus, in the period of `day`."""
    period = day.strftime("%Y-%m") if campaign.cap_period == "month" else "all"
    return f"earned:{campaign.id}:{member}:{period}"


def expiry(campaign: Campaign, day: date) -> str | None:
    """Give the day on which a gift granted on `day` can last be spent, or None for never."""
    if campaign.gift_expires_days is None:
        return None
    return (day + timedelta(days=campaign.gift_expires_days)).isoformat()


def eligible(campaign: Campaign, member: Member, day: date) -> bool:
    """Say whether a campaign is for this member: kind, commune, age on the day, list of ids."""
    if campaign.kinds and member.kind not in campaign.kinds:
        return False
    if campaign.communes and member.commune not in campaign.communes:
        return False
    if campaign.members and member.id not in campaign.members:
        return False
    if campaign.age_from is None and campaign.age_to is None:
        return True
    if member.born_on is None:
        return False
    had_birthday = (day.month, day.day) >= (member.born_on.month, member.born_on.day)
    age = day.year - member.born_on.year - (not had_birthday)
    return (campaign.age_from or 0) <= age and (campaign.age_to is None or age <= campaign.age_to)


def open_on(campaign: Campaign, day: date) -> bool:
    """Say whether a campaign grants on a Paris day; both ends are included."""
    return campaign.state == "open" and campaign.since <= day <= campaign.until


def bonus_of(  # noqa: PLR0913 - what the rule looks at, each named at the call
    campaign: Campaign,
    member: Member,
    *,
    euros: int,
    day: date,
    unit: Asset,
    earned: int,
    granted: int,
    sponsored: int,
) -> Bonus:
    """Work out one campaign's bonus on `euros` cents.

    `earned` and `granted` are its counts so far, `sponsored` what the sponsor has paid in and not
    spent; all in euro cents.
    """
    full = whole_cents(share_rounded_down(euros, campaign.rate_bps), unit)
    if not eligible(campaign, member, day):
        return Bonus(campaign, 0, full, 0, REASONS[0])
    if not open_on(campaign, day):
        return Bonus(campaign, 0, full, 0, REASONS[1])
    under_cap = euros if campaign.cap is None else max(min(euros, campaign.cap - earned), 0)
    capped = whole_cents(share_rounded_down(under_cap, campaign.rate_bps), unit)
    limits = (capped, campaign.budget - granted, max(sponsored, 0))
    given = whole_cents(min(limits), unit)
    reason = next(
        (why for why, limit in zip(REASONS[2:], limits, strict=True) if limit < full), None
    )
    # Where budget or sponsor cut the bonus, only the euros behind what was given have earned it.
    earning = under_cap if given == capped else min(under_cap, -(-given * BPS // campaign.rate_bps))
    return Bonus(campaign, given, full, earning if given else 0, reason)


def best(bonuses: Sequence[Bonus]) -> tuple[Bonus, ...]:
    """Choose what a member gets: the stackable campaigns together, or the one that gives most.

    A tie goes to the older (the order of `bonuses`); among campaigns that give nothing, to the one
    whose reason lies furthest along, because it was nearest to giving.
    """
    together = tuple(bonus for bonus in bonuses if bonus.campaign.stackable)
    choices: list[tuple[Bonus, ...]] = [
        (bonus,) for bonus in bonuses if not bonus.campaign.stackable
    ]
    if together:
        first = bonuses.index(together[0])
        place = sum(1 for bonus in bonuses[:first] if not bonus.campaign.stackable)
        choices.insert(place, together)
    if not choices:
        return ()
    return max(choices, key=_worth)


def reason_of(chosen: Iterable[Bonus]) -> str | None:
    """Name the first rule that kept a bonus below its full rate, in the order of REASONS."""
    reasons = [bonus.reason for bonus in chosen if bonus.reason]
    return min(reasons, key=REASONS.index, default=None)


def _worth(choice: tuple[Bonus, ...]) -> tuple[int, int]:
    """Rank a choice by what it gives; only where it gives nothing, by how near it was to giving."""
    given = sum(bonus.granted for bonus in choice)
    if given:
        return given, 0
    nearness = (len(REASONS) if b.reason is None else REASONS.index(b.reason) for b in choice)
    return 0, max(nearness)


def plan_expiry(*, pocket: str, balance: int, campaign: Campaign, fund: Fund, unit: Asset) -> Plan:
    """Plan a gift pocket's end: its units leave circulation, its sponsor has the money back."""
    cents = cents_at_par(balance, unit)
    postings = (
        Posting(pocket, fund.issued, balance, unit),
        Posting(accounts.sponsor(campaign.sponsor), fund.backing, cents, EUR),
    )
    return Plan(
        kind="expiry",
        postings=postings,
        tallies=(Tally(expired_tally(campaign.id), cents, campaign.budget),),
        facts={"campaign": campaign_of(pocket)},
        answer={"postings": [posting.shown() for posting in postings]},
    )


def allot(
    campaigns: Iterable[Campaign],
    sponsored: dict[str, int],
    judge: Callable[[Campaign, int], Bonus],
) -> tuple[Bonus, ...]:
    """Judge every campaign and choose, spending a sponsor's money once where campaigns share it.

    `sponsored` is what each sponsor has left; `judge` works out one campaign's bonus with so much
    of it. Stackable campaigns draw one after the other, the others each on the whole.
    """
    left = dict(sponsored)
    bonuses: list[Bonus] = []
    for campaign in campaigns:
        money = (left if campaign.stackable else sponsored)[campaign.sponsor]
        bonus = judge(campaign, money)
        if campaign.stackable:
            left[campaign.sponsor] -= bonus.granted
        bonuses.append(bonus)
    return best(bonuses)


def gift_postings(bonus: Bonus, member: str, fund: Fund, day: date, unit: Asset) -> list[Posting]:
    """Draw the two arrows of a bonus: the sponsor's euros now back units, the member has them."""
    if not bonus.granted:
        return []
    pocket = accounts.gift(bonus.campaign.id, member, expiry(bonus.campaign, day))
    return [
        Posting(fund.backing, accounts.sponsor(bonus.campaign.sponsor), bonus.granted, EUR),
        Posting(fund.issued, pocket, units_at_par(bonus.granted, unit), unit),
    ]


def bonus_tallies(bonus: Bonus, member: str, day: date) -> list[Tally]:
    """Count a bonus against the budget, and its euros against the member's cap."""
    if not bonus.granted:
        return []
    campaign = bonus.campaign
    tallies = [Tally(granted_tally(campaign.id), bonus.granted, campaign.budget)]
    if campaign.cap is not None:
        tallies.append(Tally(earned_tally(campaign, member, day), bonus.earning, campaign.cap))
    return tallies
