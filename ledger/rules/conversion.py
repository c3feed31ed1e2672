"""Conversion: euros become units at par, with the bonus that campaigns add; one entry, or none."""

from datetime import date
from typing import Final

from ledger.books import accounts
from ledger.books.accounts import Fund
from ledger.books.journal import Json, Plan, Posting
from ledger.books.papers import Member, Rulebook
from ledger.books.terms import Terms
from ledger.money import EUR, Asset, format_minor, share_rounded_down
from ledger.refusals import FundAccountMissing, Malformed, Unknown
from ledger.rules.campaign import Bonus, bonus_tallies, gift_postings, reason_of
from ledger.rules.parity import units_at_par

CHANNELS: Final = ("bank", "cash", "card", "direct-debit")


def place_of_euros(book: Rulebook, fund: Fund, channel: str, office: str) -> str:
    """Name the account that the euros of a conversion reach first.

    Bank transfers and direct debits are on the fund's account, cash in the office's till, card
    payments on their way from the card company.

    Raises FundAccountMissing; Malformed or Unknown for cash at no office or an unknown one.
    """
    if channel == "card":
        return accounts.TRANSIT
    if channel == "cash":
        if not office:
            raise Malformed([{"pointer": "/office", "detail": "cash is changed at an office"}])
        if office not in book.offices:
            raise Unknown(what="office", id=office)
        return accounts.till(office)
    account = book.fund_account(fund)
    if account is None:
        raise FundAccountMissing(medium=fund.medium)
    return account.account


def plan_conversion(  # noqa: PLR0913 - the parts of a conversion, each named at the call
    *,
    member: Member,
    euros: int,
    place: str,
    fund: Fund,
    unit: Asset,
    day: date,
    terms: Terms,
    bonuses: tuple[Bonus, ...] = (),
    channel: str,
    reference: str = "",
) -> Plan:
    """Plan a conversion of `euros` cents that lie at `place` (or leave suspense), with its bonuses.

    The donation that the terms add accrues to the association that a person chose, if any.

    Raises NotAtPar when the euros have no exact counterpart.
    """
    units = units_at_par(euros, unit)
    postings = [
        Posting(fund.backing, place, euros, EUR),
        Posting(fund.issued, accounts.member(member.id), units, unit),
    ]
    for bonus in bonuses:
        postings += gift_postings(bonus, member.id, fund, day, unit)
    gives = member.kind == "person" and member.donates_to
    donation = share_rounded_down(euros, terms.donation_bps) if gives else 0
    if donation:
        owed = accounts.donation(member.donates_to)
        postings.append(Posting(owed, accounts.DONATIONS, donation, EUR))
    given = units_at_par(sum(bonus.granted for bonus in bonuses), unit)
    reason = reason_of(bonuses)
    return Plan(
        kind="conversion",
        postings=tuple(postings),
        tallies=tuple(t for bonus in bonuses for t in bonus_tallies(bonus, member.id, day)),
        facts={"member": member.id, "channel": channel, "day": day.isoformat()}
        | ({"reason": reason} if reason else {}),
        memo=reference,
        answer={
            "member": member.id,
            "euros": format_minor(euros, EUR.scale),
            "units": format_minor(units + given, unit.scale),
            "bonus": _shown_bonus(bonuses, given, unit, reason),
            "donation": format_minor(donation, EUR.scale),
            "postings": [posting.shown() for posting in postings],
        },
    )


def _shown_bonus(
    bonuses: tuple[Bonus, ...], given: int, unit: Asset, reason: str | None
) -> dict[str, Json]:
    return {
        "units": format_minor(given, unit.scale),
        "campaigns": [bonus.campaign.id for bonus in bonuses if bonus.granted],
        "reason": reason,
    }
