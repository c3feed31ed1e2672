"""Redemption: a professional's units go back to euros; asked by one person, approved by another."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from ledger.books import accounts
from ledger.books.accounts import REDEMPTION_FEES, Fund
from ledger.books.journal import Json, Plan, Posting
from ledger.books.papers import Member, Notice, Redemption
from ledger.books.terms import Terms
from ledger.money import EUR, Asset, format_minor, share_rounded_down
from ledger.refusals import InsufficientUnits, NotInState, RedemptionNotAllowed, SamePerson
from ledger.rules.parity import cents_at_par

RETURNED: Final = "returned"
"""Why a transfer that came back is not sent again by itself."""


def fee_on(cents: int, terms: Terms) -> int:
    """Work out the fee on a redemption of so many euro cents, rounded down."""
    return share_rounded_down(cents, terms.redemption_fee_bps)


def may_redeem(member: Member, terms: Terms) -> None:
    """Refuse a member whose kind the terms do not name (RedemptionNotAllowed)."""
    if member.kind not in terms.redemption_kinds:
        raise not_allowed(member, terms)


def not_allowed(member: Member, terms: Terms) -> RedemptionNotAllowed:
    """Say that the terms do not let this kind of member redeem."""
    return RedemptionNotAllowed(
        allowed=", ".join(terms.redemption_kinds), member=member.id, kind=member.kind
    )


def plan_request(redemption: Redemption, *, own: int, unit: Asset) -> Plan:
    """Plan the request: the units are held, from the wallet's own units and never from gifts.

    Raises InsufficientUnits.
    """
    if redemption.units > own:
        raise InsufficientUnits(
            units=format_minor(redemption.units, unit.scale),
            available=format_minor(own, unit.scale),
        )
    arrow = Posting(
        accounts.member(redemption.member), accounts.held(redemption.id), redemption.units, unit
    )
    return _plan("redemption-request", redemption, (arrow,), unit)


def redemption_of(  # noqa: PLR0913 - the parts of a redemption, each named at the call
    *,
    id_: str,
    member: Member,
    units: int,
    unit: Asset,
    terms: Terms,
    reference: str,
    at: datetime,
    person: str,
) -> Redemption:
    """Price a redemption that a person asks for at an instant: at par less the fee.

    Raises RedemptionNotAllowed or NotAtPar.
    """
    may_redeem(member, terms)
    cents = cents_at_par(units, unit)
    fee = fee_on(cents, terms)
    return Redemption(
        id=id_,
        member=member.id,
        units=units,
        euros=cents - fee,
        fee=fee,
        reference=reference,
        issuer=member.issuer,
        requested_at=at,
        requested_by=person,
    )


def plan_approval(redemption: Redemption, *, approver: str, unit: Asset) -> Plan:
    """Plan the approval: the units leave circulation, the euros are owed to the member.

    Raises NotInState, or SamePerson when the approver is who asked.
    """
    _must_be(redemption, "requested")
    if approver == redemption.requested_by:
        raise SamePerson
    fund = Fund("digital", redemption.issuer)
    arrows = [Posting(accounts.held(redemption.id), fund.issued, redemption.units, unit)]
    if redemption.euros:
        arrows.append(Posting(redemption.payable, fund.backing, redemption.euros, EUR))
    if redemption.fee:
        arrows.append(Posting(REDEMPTION_FEES, fund.backing, redemption.fee, EUR))
    approved = replace(redemption, state="approved", approved_by=approver)
    return _plan("redemption-approval", approved, tuple(arrows), unit)


def plan_cancel(redemption: Redemption, *, unit: Asset) -> Plan:
    """Plan the withdrawal of a request: the held units are free again (or NotInState)."""
    _must_be(redemption, "requested")
    arrow = Posting(
        accounts.held(redemption.id), accounts.member(redemption.member), redemption.units, unit
    )
    return _plan("redemption-cancel", replace(redemption, state="cancelled"), (arrow,), unit)


def plan_paid(redemption: Redemption, *, place: str, unit: Asset) -> Plan:
    """Plan what the bank's line of the transfer settles; `place` is the bank or suspense."""
    _must_be(redemption, "approved", "sent", "bounced")
    arrow = Posting(place, redemption.payable, redemption.euros, EUR)
    paid = replace(redemption, state="paid", stopped="")
    plan = _plan("redemption-paid", paid, (arrow,), unit)
    return replace(plan, facts={**plan.facts, "was": redemption.state})


def plan_bounce(redemption: Redemption, *, place: str, unit: Asset, notice: Notice) -> Plan:
    """Plan a transfer that came back: the euros are owed again, and its member is told.

    The units stay out of circulation. Raises NotInState.
    """
    _must_be(redemption, "paid")
    arrow = Posting(redemption.payable, place, redemption.euros, EUR)
    bounced = replace(redemption, state="bounced", stopped=RETURNED)
    plan = _plan("redemption-bounce", bounced, (arrow,), unit)
    return replace(plan, papers=(*plan.papers, notice))


def plan_again(redemption: Redemption, *, unit: Asset) -> Plan:
    """Plan that a transfer which came back or was refused may go out once more (NotInState).

    Nothing moves: its euros have been owed all the while.
    """
    if not redemption.stopped:
        _must_be(redemption, "bounced")
    _must_be(redemption, "approved", "bounced")
    again = replace(redemption, state="approved", stopped="")
    return replace(_plan("redemption-again", again, (), unit), sealed=True)


def shown(redemption: Redemption, unit: Asset) -> dict[str, Json]:
    """Show a redemption as the outside reads it."""
    return {
        "id": redemption.id,
        "member": redemption.member,
        "units": format_minor(redemption.units, unit.scale),
        "euros": format_minor(redemption.euros, EUR.scale),
        "fee": format_minor(redemption.fee, EUR.scale),
        "state": redemption.state,
        "reference": redemption.reference,
        "sheet": redemption.sheet or None,
    }


def _must_be(redemption: Redemption, *states: str) -> None:
    if redemption.state not in states:
        raise NotInState(
            what="redemption",
            id=redemption.id,
            state=redemption.state,
            needed=" / ".join(states),
        )


def _plan(kind: str, redemption: Redemption, arrows: tuple[Posting, ...], unit: Asset) -> Plan:
    return Plan(
        kind=kind,
        postings=arrows,
        papers=(redemption,),
        facts={"redemption": redemption.id, "member": redemption.member},
        answer={
            **shown(redemption, unit),
            "postings": [posting.shown() for posting in arrows],
        },
    )
