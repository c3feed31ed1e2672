"""Dated terms are changed for days to come, by two people, and never for days that are over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ledger.books.journal import Json, Plan
from ledger.books.terms import Terms, TermsProposal, digest, terms_of, told
from ledger.money import EUR, Asset, format_minor
from ledger.refusals import AlreadyExists, Malformed, NotInState, SamePerson

MOST_BPS = 10_000
KINDS = ("person", "pro", "association", "authority")
LONGEST_REQUEST = 31 * 24 * 60


def plan_proposal(
    proposal: TermsProposal, versions: Sequence[Terms], *, today: date, unit: Asset
) -> Plan:
    """Plan a proposal (Malformed for what no terms can say, AlreadyExists for a taken day)."""
    _check(terms_of(proposal.values), versions, today)
    return _plan("terms-proposal", proposal, proposal.proposed_by, unit)


def plan_adoption(  # noqa: PLR0913 - who, when and where, each named at the call
    proposal: TermsProposal,
    versions: Sequence[Terms],
    *,
    person: str,
    today: date,
    number: int,
    unit: Asset,
) -> Plan:
    """Plan the second person's word: the terms are in the rulebook, in force from their day.

    Raises NotInState, SamePerson, and what `plan_proposal` raises if its day has come meanwhile.
    """
    _must_wait(proposal)
    if person == proposal.proposed_by:
        raise SamePerson
    terms = terms_of(proposal.values)
    _check(terms, versions, today)
    adopted = replace(proposal, state="adopted", approved_by=person, entry=number)
    plan = _plan("terms", adopted, person, unit)
    facts = {
        **plan.facts,
        "proposed_by": proposal.proposed_by,
        "before": digest([*map(told, versions)]),
    }
    return replace(plan, papers=(terms, adopted), facts=facts)


def plan_withdrawal(proposal: TermsProposal, *, person: str, unit: Asset) -> Plan:
    """Plan that a proposal comes to nothing (NotInState)."""
    _must_wait(proposal)
    return _plan("terms-withdrawal", replace(proposal, state="withdrawn"), person, unit)


def shown(proposal: TermsProposal, unit: Asset) -> dict[str, Json]:
    """Show a proposal as the outside reads it."""
    return {
        "id": proposal.id,
        "state": proposal.state,
        "terms": shown_terms(terms_of(proposal.values), unit),
        "proposed_by": proposal.proposed_by,
        "approved_by": proposal.approved_by,
        "entry_in_force": proposal.entry,
    }


def shown_terms(terms: Terms, unit: Asset) -> dict[str, Json]:
    """Show terms as the outside reads them."""
    above, by_hand = terms.confirm_above, terms.hand_conversions_above
    return {
        "since": terms.since.isoformat(),
        "redemption_fee_bps": terms.redemption_fee_bps,
        "redemption_kinds": list(terms.redemption_kinds),
        "donation_bps": terms.donation_bps,
        "donation_supporters": terms.donation_supporters,
        "request_minutes": terms.request_minutes,
        "corrections_need_second": terms.corrections_need_second,
        "exact_matches_post": terms.exact_matches_post,
        "payouts_need_second": terms.payouts_need_second,
        "confirm_above": None if above is None else format_minor(above, unit.scale),
        "hand_conversions_above": None if by_hand is None else format_minor(by_hand, EUR.scale),
    }


def _check(terms: Terms, versions: Sequence[Terms], today: date) -> None:
    wrong = {
        "/since": terms.since <= today,
        "/redemption_fee_bps": not 0 <= terms.redemption_fee_bps <= MOST_BPS,
        "/redemption_kinds": not set(terms.redemption_kinds) <= set(KINDS),
        "/donation_bps": not 0 <= terms.donation_bps <= MOST_BPS,
        "/donation_supporters": terms.donation_supporters < 0,
        "/confirm_above": terms.confirm_above is not None and terms.confirm_above < 0,
        "/hand_conversions_above": (terms.hand_conversions_above or 0) < 0,
        "/request_minutes": not 1 <= terms.request_minutes <= LONGEST_REQUEST,
    }
    details = {
        "/since": "a day to come: what is over is never decided anew",
        "/redemption_kinds": f"of {', '.join(KINDS)}",
        "/donation_supporters": "not below zero",
        "/confirm_above": "not below zero",
        "/hand_conversions_above": "not below zero",
        "/request_minutes": f"between 1 and {LONGEST_REQUEST}",
    }
    faults = [
        {"pointer": name, "detail": details.get(name, f"between 0 and {MOST_BPS}")}
        for name, is_wrong in wrong.items()
        if is_wrong
    ]
    if faults:
        raise Malformed(faults)
    if any(known.since == terms.since for known in versions):
        raise AlreadyExists(what="terms", id=terms.since.isoformat())


def _must_wait(proposal: TermsProposal) -> None:
    if proposal.state != "proposed":
        raise NotInState(what="terms", id=proposal.id, state=proposal.state, needed="proposed")


def _plan(kind: str, proposal: TermsProposal, person: str, unit: Asset) -> Plan:
    return Plan(
        kind=kind,
        papers=(proposal,),
        facts={**proposal.values, "proposal": proposal.id, "person": person},
        sealed=True,
        answer=shown(proposal, unit),
    )
