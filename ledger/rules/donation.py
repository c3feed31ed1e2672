"""Donations of the year: what members' conversions gathered goes to associations that enough chose.

Each association keeps what its own supporters gathered. What was gathered for one with too few is
shared among the others in proportion to their own, by largest remainder, so that no cent is lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ledger.books import accounts
from ledger.books.accounts import Fund
from ledger.books.donations import EUROS, Distribution, DonationShare, share_id
from ledger.books.journal import Json, Plan, Posting
from ledger.books.papers import BankAccount, FundOrder, Member, Outstanding
from ledger.money import EUR, Asset, format_minor, split
from ledger.refusals import NothingToGive, NotInState, SamePerson
from ledger.rules.parity import units_at_par


def shares_of(
    distribution: Distribution, accrued: Mapping[str, int], supporters: Mapping[str, int]
) -> tuple[DonationShare, ...]:
    """Share what is owed (euro cents by association); who has too few supporters gets nothing.

    Raises NothingToGive when no association with donations has enough supporters.
    """
    owed = {name: amount for name, amount in sorted(accrued.items()) if amount > 0}
    eligible = [name for name in owed if supporters.get(name, 0) >= distribution.least]
    if not eligible:
        raise NothingToGive(least=distribution.least)
    rest = sum(amount for name, amount in owed.items() if name not in eligible)
    parts = dict(zip(eligible, split(rest, [owed[name] for name in eligible]), strict=True))
    return tuple(
        DonationShare(
            id=share_id(distribution.id, name),
            distribution=distribution.id,
            association=name,
            supporters=supporters.get(name, 0),
            accrued=amount,
            euros=amount + parts[name] if name in parts else 0,
        )
        for name, amount in owed.items()
    )


def plan_proposal(distribution: Distribution, shares: Sequence[DonationShare]) -> Plan:
    """Keep a proposal with its shares; nothing moves until another person approves."""
    return Plan(
        kind="donations-proposal",
        papers=(distribution, *shares),
        facts={"distribution": distribution.id, "counted_on": distribution.counted_on.isoformat()},
        sealed=True,
        answer=shown(distribution, shares),
    )


def plan_approval(
    distribution: Distribution, shares: Sequence[DonationShare], *, approver: str
) -> Plan:
    """Move what associations with too few supporters had to the others; each share is due then.

    Raises NotInState, or SamePerson for whoever proposed.
    """
    if distribution.state != "proposed":
        raise NotInState(
            what="distribution", id=distribution.id, state=distribution.state, needed="proposed"
        )
    if approver == distribution.proposed_by:
        raise SamePerson
    approved = replace(distribution, state="approved", approved_by=approver)
    decided = tuple(replace(s, state="due" if s.euros else "moved") for s in shares)
    postings = _moves(shares)
    return Plan(
        kind="donations-approval",
        postings=postings,
        papers=(approved, *decided),
        facts={"distribution": distribution.id, "counted_on": distribution.counted_on.isoformat()},
        sealed=True,
        answer={**shown(approved, decided), "postings": [each.shown() for each in postings]},
    )


def _moves(shares: Sequence[DonationShare]) -> tuple[Posting, ...]:
    """Draw arrows from who gains to who gave up, cent by cent in the order of their names."""
    gains = {share.association: share.euros - share.accrued for share in shares if share.euros}
    postings = []
    for share in shares:
        left = 0 if share.euros else share.accrued
        for name, gain in gains.items():
            amount = min(left, gain)
            if amount:
                # What is owed stands negative: who is owed more is the source.
                source, target = accounts.donation(name), accounts.donation(share.association)
                postings.append(Posting(source, target, amount, EUR))
                gains[name] -= amount
                left -= amount
    return tuple(postings)


def check_due(distribution: Distribution, share: DonationShare) -> None:
    """Let only a share of an approved distribution be paid, and once."""
    if distribution.state != "approved" or share.state != "due":
        raise NotInState(what="donation", id=share.id, state=share.state, needed="due")


def plan_in_units(  # noqa: PLR0913 - a payment in units and the transfer that covers it
    share: DonationShare,
    association: Member,
    *,
    fund: Fund,
    unit: Asset,
    order: FundOrder,
    number: int,
) -> Plan:
    """Pay a share as a conversion from the operating account: an order moves its euros to the fund.

    Raises NotAtPar when the euros have no exact counterpart.
    """
    units = units_at_par(share.euros, unit)
    return _paid(
        share,
        number,
        (
            Posting(fund.backing, accounts.donation(share.association), share.euros, EUR),
            Posting(fund.issued, accounts.member(association.id), units, unit),
        ),
        order,
        {"units": format_minor(units, unit.scale), "order": order.id},
    )


def plan_in_euros(share: DonationShare, account: BankAccount, awaited: Outstanding) -> Plan:
    """Pay a share by a transfer from the operating account, which the bank will show."""
    arrow = Posting(account.account, accounts.donation(share.association), share.euros, EUR)
    return _paid(share, awaited.number, (arrow,), awaited, {"account": account.slug})


def _paid(
    share: DonationShare,
    number: int,
    postings: tuple[Posting, ...],
    paper: object,
    answer: Mapping[str, Json],
) -> Plan:
    paid = replace(share, state="paid", entry=number)
    return Plan(
        kind="donation",
        postings=postings,
        papers=(paid, paper),
        facts={"distribution": share.distribution, "member": share.association},
        answer={
            **shown_share(paid),
            **answer,
            "postings": [posting.shown() for posting in postings],
        },
    )


def shown(distribution: Distribution, shares: Sequence[DonationShare]) -> dict[str, Json]:
    """Show a distribution with its shares."""
    return {
        "id": distribution.id,
        "counted_on": distribution.counted_on.isoformat(),
        "least": distribution.least,
        "paid_in": distribution.paid_in,
        "state": distribution.state,
        "euros": format_minor(sum(share.euros for share in shares), EUR.scale),
        "shares": [shown_share(share) for share in shares],
    }


def shown_share(share: DonationShare) -> dict[str, Json]:
    """Show a share; amounts as euro strings."""
    return {
        "association": share.association,
        "supporters": share.supporters,
        "eligible": share.euros > 0,
        "accrued": format_minor(share.accrued, EUR.scale),
        "euros": format_minor(share.euros, EUR.scale),
        "state": share.state,
        "entry": share.entry,
    }


def in_euros(distribution: Distribution) -> bool:
    """Say whether shares leave as bank transfers."""
    return distribution.paid_in == EUROS
