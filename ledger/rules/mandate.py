"""Collection mandates: outside its dates, its object or its ceiling, nothing is done under one.

The fields of a mandate, and that it binds, come from CGCT D1611-32-3. What was used of a ceiling is
a count sealed with each entry that uses some, so that two runs at once cannot pass it together.
"""

from dataclasses import replace
from datetime import date
from typing import Final

from ledger.books.authorities import GRANTED, PROPOSED, REVOKED, CollectionMandate
from ledger.books.journal import Json, Plan, Tally
from ledger.money import EUR, format_minor
from ledger.refusals import (
    MandateCeiling,
    MandateNotInForce,
    MandateObject,
    NotInState,
    SamePerson,
)

ARTICLE: Final = "CGCT D1611-32-3"


def must_allow(
    mandate: CollectionMandate, operation: str, day: date, cents: int, used: int = 0
) -> None:
    """Let an operation of so many euro cents pass on a Paris day, `used` cents gone already.

    Raises MandateNotInForce, MandateObject or MandateCeiling, in this order, with the article.
    """
    if not mandate.holds(day):
        raise MandateNotInForce(
            mandate=mandate.id,
            state=mandate.state,
            since=mandate.since.isoformat(),
            until=mandate.until.isoformat(),
            day=day.isoformat(),
            article=ARTICLE,
        )
    if operation not in mandate.operations:
        raise MandateObject(
            mandate=mandate.id,
            operations=", ".join(mandate.operations),
            operation=operation,
            article=ARTICLE,
        )
    left = mandate.ceiling - used
    if cents > left:
        raise MandateCeiling(
            mandate=mandate.id,
            ceiling=format_minor(mandate.ceiling, EUR.scale),
            left=format_minor(left, EUR.scale),
            euros=format_minor(cents, EUR.scale),
            article=ARTICLE,
        )


def mandate_tally(mandate: str) -> str:
    """Name the count of the euro cents used under a mandate."""
    return f"mandate:{mandate}"


def used_under(mandate: CollectionMandate, cents: int) -> Tally:
    """Count cents as used under a mandate, or as given back when negative."""
    return Tally(mandate_tally(mandate.id), cents, mandate.ceiling)


def plan_proposal(mandate: CollectionMandate) -> Plan:
    """Keep a mandate as one person of the authority wrote it; it allows nothing yet."""
    return _plan("mandate-proposal", mandate, used=0)


def plan_grant(mandate: CollectionMandate, *, person: str) -> Plan:
    """Let another person of the authority put it in force (NotInState, SamePerson)."""
    _must_be(mandate, PROPOSED)
    if person == mandate.proposed_by:
        raise SamePerson
    return _plan("mandate-grant", replace(mandate, state=GRANTED, granted_by=person), used=0)


def plan_revocation(mandate: CollectionMandate, *, day: date, used: int) -> Plan:
    """End a mandate from a Paris day on; what was done under it stays (NotInState)."""
    _must_be(mandate, PROPOSED, GRANTED)
    return _plan("mandate-revocation", replace(mandate, state=REVOKED, revoked_on=day), used=used)


def _must_be(mandate: CollectionMandate, *states: str) -> None:
    if mandate.state not in states:
        raise NotInState(
            what="mandate", id=mandate.id, state=mandate.state, needed=" / ".join(states)
        )


def _plan(kind: str, mandate: CollectionMandate, *, used: int) -> Plan:
    return Plan(
        kind=kind,
        papers=(mandate,),
        facts={
            "mandate": mandate.id,
            "authority": mandate.authority,
            "operations": " ".join(mandate.operations),
            "since": mandate.since.isoformat(),
            "until": mandate.until.isoformat(),
            "ceiling": mandate.ceiling,
        },
        sealed=True,
        answer=shown(mandate, used),
    )


def shown(mandate: CollectionMandate, used: int) -> dict[str, Json]:
    """Show a mandate, with what is used and left of its ceiling as euro strings."""
    return {
        "id": mandate.id,
        "authority": mandate.authority,
        "operations": list(mandate.operations),
        "from": mandate.since.isoformat(),
        "until": mandate.until.isoformat(),
        "ceiling": format_minor(mandate.ceiling, EUR.scale),
        "used": format_minor(used, EUR.scale),
        "left": format_minor(mandate.ceiling - used, EUR.scale),
        "powers": mandate.powers,
        "remuneration": mandate.remuneration,
        "remittance": mandate.remittance,
        "accounts_rendered": mandate.accounts_rendered,
        "controls": mandate.controls,
        "article": ARTICLE,
        "proposed_by": mandate.proposed_by,
        "granted_by": mandate.granted_by,
        "state": mandate.state,
        "revoked_on": mandate.revoked_on.isoformat() if mandate.revoked_on else None,
    }
