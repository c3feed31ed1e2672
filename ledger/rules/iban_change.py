"""Where a member is paid does not change on one person's word, nor at once.

Who steals a treasurer's session or writes a convincing letter wants just this. So another person
agrees, 48 hours pass, the old contact is told each step, and meanwhile nothing is paid out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ledger.books.iban_change import APPROVED, ASKED, CANCELLED, DONE, WAIT, IbanChange
from ledger.books.journal import Json, Plan
from ledger.books.papers import Identity, Notice
from ledger.refusals import NotInState, SamePerson


@dataclass(frozen=True, slots=True)
class Contacts:
    """Who a member is, and the notices that told an address it is no longer written to."""

    identity: Identity
    moved: tuple[Notice, ...] = ()

    def before(self, at: datetime) -> list[str]:
        """List the addresses that were replaced in the WAIT before an instant, or since."""
        return [
            notice.address
            for notice in self.moved
            if notice.subject == self.identity.id
            and notice.kind == "email-changed"
            and notice.at > at - WAIT
        ]


def plan_ask(
    before: IbanChange | None, contacts: Contacts, change: IbanChange, *, notice: str
) -> Plan:
    """Plan the asking; NotInState while another change is open, or when it is the same IBAN."""
    identity = contacts.identity
    if before is not None and before.open and not before.effective(change.asked_at):
        raise NotInState(what="iban", id=change.member, state=before.state, needed="settled")
    if change.iban == identity.iban:
        raise NotInState(what="iban", id=change.member, state="in force", needed="another")
    told = _notices(change, contacts, notice, change.asked_at)
    return _plan(change, change.asked_by, (change, *told))


def plan_approval(
    change: IbanChange, contacts: Contacts, *, person: str, at: datetime, notice: str
) -> Plan:
    """Plan the second person's word: it takes effect after WAIT (NotInState, SamePerson)."""
    _must_be(change, ASKED)
    if person == change.asked_by:
        raise SamePerson
    agreed = replace(change, state=APPROVED, approved_by=person, effective_at=at + WAIT)
    return _plan(agreed, person, (agreed, *_notices(agreed, contacts, notice, at)))


def plan_cancel(
    change: IbanChange, contacts: Contacts, *, person: str, at: datetime, notice: str
) -> Plan:
    """Plan the withdrawal, until it is in force: what was to be is forgotten (NotInState)."""
    if not change.open or change.effective(at):
        state = DONE if change.open else change.state
        raise NotInState(what="iban", id=change.member, state=state, needed=f"{ASKED} / {APPROVED}")
    gone = replace(change, state=CANCELLED, iban="")
    return _plan(gone, person, (gone, *_notices(gone, contacts, notice, at)))


def plan_settle(change: IbanChange, identity: Identity, *, person: str, at: datetime) -> Plan:
    """Plan that what is in force already is written over the old one (NotInState before)."""
    if not change.effective(at):
        raise NotInState(what="iban", id=change.member, state=change.state, needed="in force")
    done = replace(change, state=DONE, iban="")
    return _plan(done, person, (done, replace(identity, iban=change.iban)))


def iban_at(identity: Identity, change: IbanChange | None, at: datetime) -> str:
    """Give the IBAN in force at an instant, whether the night has written it or not."""
    return change.iban if change is not None and change.effective(at) else identity.iban


def known_at(
    identities: Iterable[Identity], changes: Iterable[IbanChange], at: datetime
) -> dict[str, Identity]:
    """Give identities by member, each with the IBAN in force at an instant."""
    by_member = {change.member: change for change in changes}
    return {
        who.id: replace(who, iban=iban_at(who, by_member.get(who.id), at)) for who in identities
    }


def waiting_at(changes: Iterable[IbanChange], at: datetime) -> frozenset[str]:
    """Name the members whose IBAN is in doubt at an instant: nothing is paid to them."""
    return frozenset(each.member for each in changes if each.open and not each.effective(at))


def shown(change: IbanChange) -> dict[str, Json]:
    """Show a change without the IBAN: stored answers are never erased."""
    at = change.effective_at
    return {
        "member": change.member,
        "state": change.state,
        "asked_at": change.asked_at.isoformat().replace("+00:00", "Z"),
        "asked_by": change.asked_by,
        "approved_by": change.approved_by,
        "effective_at": at.isoformat().replace("+00:00", "Z") if at else None,
    }


def _notices(change: IbanChange, contacts: Contacts, id_: str, at: datetime) -> tuple[Notice, ...]:
    """Tell the contact of now, and each that was replaced in the two days before the asking.

    Who wants the money elsewhere may have moved the contact first, so that the notices go along.
    """
    facts: Mapping[str, str] = {"ends": change.iban[-4:], "state": change.state}
    addresses = dict.fromkeys((contacts.identity.email, *contacts.before(change.asked_at)))
    return tuple(
        Notice(
            id=f"{id_}-{number}" if number else id_,
            subject=change.member,
            at=at,
            kind=f"iban-change-{change.state}",
            facts=facts,
            address=address,
        )
        for number, address in enumerate(addresses)
    )


def _must_be(change: IbanChange, *states: str) -> None:
    if change.state not in states:
        needed = " / ".join(states)
        raise NotInState(what="iban", id=change.member, state=change.state, needed=needed)


def _plan(change: IbanChange, person: str, papers: tuple[object, ...]) -> Plan:
    return Plan(
        kind="iban-change",
        papers=papers,
        facts={"member": change.member, "state": change.state, "person": person},
        sealed=True,
        answer=shown(change),
    )
