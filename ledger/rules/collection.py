"""Standing conversions: when a month's debit is due, and how a mandate begins and ends."""

from dataclasses import replace
from datetime import date, timedelta

from ledger.books.journal import Json, Plan
from ledger.books.standing import StandingConversion
from ledger.money import EUR, format_minor
from ledger.refusals import NotInState, SamePerson


def month_of(day: date) -> str:
    """Name the month of a day: 2026-12."""
    return day.isoformat()[:7]


def due_day(standing: StandingConversion, *, today: date, horizon: date) -> date | None:
    """Give the day on which the next debit is due, if it lies between this month and `horizon`.

    A month is debited once; one that was missed is made up for while it lasts.
    """
    if standing.state != "active":
        return None
    this = today.replace(day=standing.day)
    following = (today.replace(day=28) + timedelta(days=4)).replace(day=standing.day)
    for day in (this, following):
        wanted = standing.since <= day and (standing.until is None or day <= standing.until)
        if wanted and month_of(day) > standing.last_month and day <= horizon:
            return day
    return None


def plan_propose(standing: StandingConversion) -> Plan:
    """Plan a mandate: a member's own waits for the treasurer, a signed one on paper is in force."""
    return _plan("standing", standing)


def plan_accept(standing: StandingConversion, *, person: str) -> Plan:
    """Plan that a member's proposal is in force; the second person is never who proposed it."""
    if standing.state != "proposed":
        raise _wrong(standing, "proposed")
    if person == standing.proposed_by:
        raise SamePerson
    return _plan("standing-accept", replace(standing, state="active", accepted_by=person))


def plan_end(standing: StandingConversion) -> Plan:
    """Plan that a mandate is revoked: nothing more is debited; what is at the bank goes on."""
    if standing.state == "ended":
        raise _wrong(standing, "active")
    return _plan("standing-end", replace(standing, state="ended"))


def shown(standing: StandingConversion) -> dict[str, Json]:
    """Show a mandate as the outside reads it, without its account."""
    return {
        "id": standing.id,
        "member": standing.member,
        "euros": format_minor(standing.euros, EUR.scale),
        "day": standing.day,
        "from": standing.since.isoformat(),
        "until": standing.until.isoformat() if standing.until else None,
        "mandate": standing.mandate,
        "signed_on": standing.signed_on.isoformat(),
        "state": standing.state,
        "last_month": standing.last_month or None,
    }


def _wrong(standing: StandingConversion, needed: str) -> NotInState:
    return NotInState(
        what="standing conversion", id=standing.id, state=standing.state, needed=needed
    )


def _plan(kind: str, standing: StandingConversion) -> Plan:
    return Plan(
        kind=kind,
        papers=(standing,),
        facts={"standing": standing.id, "member": standing.member, "euros": standing.euros},
        sealed=True,
        answer=shown(standing),
    )
