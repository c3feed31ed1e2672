"""Units issued by hand: above an amount of the terms one person proposes, another one issues."""

from dataclasses import replace

from ledger.books.conversions import HandConversion
from ledger.books.journal import Json, Plan
from ledger.books.terms import Terms
from ledger.money import EUR, format_minor
from ledger.refusals import NotInState, SamePerson


def needs_second(terms: Terms, euros: int) -> bool:
    """Say whether the terms want a second person for so many cents that no bank line shows."""
    above = terms.hand_conversions_above
    return above is not None and euros > above


def plan_proposal(proposal: HandConversion, conversion: Plan) -> Plan:
    """Plan that a conversion waits; what it would do is told, and nothing is moved."""
    told = {**conversion.answer, **shown(proposal)}
    return Plan(kind="conversion-proposal", papers=(proposal,), answer=told)


def plan_issue(proposal: HandConversion, conversion: Plan, *, approver: str, number: int) -> Plan:
    """Plan the second person's word: the conversion, which names both.

    Raises NotInState and SamePerson.
    """
    _must_wait(proposal)
    if approver == proposal.proposed_by:
        raise SamePerson
    done = replace(proposal, state="done", approved_by=approver, entry=number)
    return replace(
        conversion,
        papers=(*conversion.papers, done),
        facts={**conversion.facts, "proposal": done.id, "proposed_by": done.proposed_by},
        answer={**conversion.answer, **shown(done)},
    )


def plan_withdrawal(proposal: HandConversion) -> Plan:
    """Plan that a proposal comes to nothing (NotInState)."""
    _must_wait(proposal)
    gone = replace(proposal, state="withdrawn")
    return Plan(kind="conversion-withdrawal", papers=(gone,), answer=shown(gone))


def shown(proposal: HandConversion) -> dict[str, Json]:
    """Show a proposal as the outside reads it."""
    return {
        "id": proposal.id,
        "state": proposal.state,
        "member": proposal.member,
        "euros": format_minor(proposal.euros, EUR.scale),
        "channel": proposal.channel,
        "proposed_by": proposal.proposed_by,
        "approved_by": proposal.approved_by,
        "conversion": proposal.entry,
    }


def _must_wait(proposal: HandConversion) -> None:
    if proposal.state != "proposed":
        raise NotInState(what="conversion", id=proposal.id, state=proposal.state, needed="proposed")
