"""Grants: a person may act in a role for a holder; strong ones take a second person's word."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ledger.books.context import OPERATOR, Context
from ledger.books.journal import Plan
from ledger.books.papers import Member, Rulebook
from ledger.books.people import Grant, Person
from ledger.operations.access import (
    ADMIN,
    APPROVER,
    MEMBER,
    SHOP,
    TILL,
    TREASURER,
    require,
    require_own,
)
from ledger.operations.challenge import Agreement, agreed
from ledger.operations.holder import check_holder
from ledger.refusals import Malformed, NotInState, RoleMayNot, SamePerson, Unknown
from ledger.store.shelf import Found, Needs, Shelf

STRONG: Final = frozenset({ADMIN, APPROVER, TREASURER})
"""Roles that let others in or let money out: giving one takes two people."""
STATES: Final = ("active", "suspended", "revoked")


@dataclass(frozen=True, slots=True)
class Given:
    """What a grant is to say."""

    role: str
    holder: str = ""
    until: date | None = None
    scopes: tuple[str, ...] = ()
    ceiling: int | None = None
    """Units (minor) that a till may be paid in a day."""
    guardian: bool = False
    """For a member who cannot act alone: always until a day, and with a second person's word."""


@dataclass(frozen=True, slots=True)
class GiveGrant:
    """Let a person act in a role for a holder; a strong role waits for a second person."""

    person: str
    grant: Given

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return grant_needs(self.grant, self.person)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, ADMIN, SHOP)
        person = shelf.paper(Person, self.person)
        if person is None or person.status == "closed":
            raise Unknown(what="person", id=self.person)
        return _told(given(shelf, context, self.person, self.grant))


@dataclass(frozen=True, slots=True)
class ApproveGrant:
    """Agree to a strong grant, as another person than who gave it and than whom it is for.

    The person must have come in first: what was agreed to for somebody who is only invited would be
    whose who opens the link (NotInState).
    """

    grant: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        whose = Found(Grant, "id", self.grant, of=(Person, "person"))
        return Needs(papers=((Grant, self.grant),), found=(whose,))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, ADMIN, TREASURER)
        grant = known_grant(shelf, self.grant)
        if grant.state != "proposed":
            raise NotInState(what="grant", id=grant.id, state=grant.state, needed="proposed")
        if context.person in {grant.given_by, grant.person}:
            raise SamePerson
        person = shelf.paper(Person, grant.person)
        if person is None or person.status != "active":
            state = person.status if person else "unknown"
            raise NotInState(what="person", id=grant.person, state=state, needed="active")
        plan = _told(replace(grant, state="active", approved_by=context.person))
        agreement = Agreement("grant", f"{grant.role} {grant.holder}".strip(), "", grant.person)
        return agreed(shelf, context, plan, agreement)


@dataclass(frozen=True, slots=True)
class ChangeGrant:
    """Suspend a grant, let it be used again, or revoke it for good: at once, in every session."""

    grant: str
    holder: str
    """Whom it is for: read before and checked, so that a shop's owner changes its own tills."""
    state: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Grant, self.grant),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, ADMIN, SHOP)
        require_own(context, "grant", self.holder, all_of=(ADMIN,), named=self.grant)
        grant = known_grant(shelf, self.grant)
        if grant.holder != self.holder or (context.role == SHOP and grant.role != TILL):
            raise Unknown(what="grant", id=self.grant)
        if self.state not in STATES:
            raise Malformed([{"pointer": "/state", "detail": f"one of {', '.join(STATES)}"}])
        if grant.state == "revoked" or (grant.state == "proposed" and self.state != "revoked"):
            raise NotInState(what="grant", id=grant.id, state=grant.state, needed="active")
        return _told(replace(grant, state=self.state))


def grant_needs(grant: Given, person: str) -> Needs:
    """Name what giving a grant looks at."""
    return Needs(papers=((Member, grant.holder), (Person, person)))


def given(shelf: Shelf, context: Context, person: str, wanted: Given) -> Grant:
    """Make a grant, or refuse it: a shop's owner gives its own till only.

    Whoever gives something to oneself needs a second person too; the machine's operator is asked
    for no second one, because whoever holds the machine holds everything.
    """
    if context.role == SHOP and (wanted.role, wanted.holder) != (TILL, context.holder):
        raise RoleMayNot(role=context.role)
    check_holder(shelf, wanted.role, wanted.holder)
    if wanted.until is not None and wanted.until < shelf.today:
        raise Malformed([{"pointer": "/until", "detail": "that day is past"}])
    if wanted.ceiling is not None and (wanted.ceiling <= 0 or wanted.role != TILL):
        raise Malformed([{"pointer": "/ceiling", "detail": "a till's, more than zero"}])
    _check_guardian(wanted)
    alone = context.role == OPERATOR
    waits = not alone and (wanted.role in STRONG or wanted.guardian or person == context.person)
    return Grant(
        id=f"g{context.fresh_id}",
        person=person,
        role=wanted.role,
        holder=wanted.holder,
        state="proposed" if waits else "active",
        since=shelf.today,
        until=wanted.until,
        given_by=context.person,
        guardian=wanted.guardian,
        scopes=wanted.scopes,
        ceiling=wanted.ceiling,
    )


def _check_guardian(wanted: Given) -> None:
    """Refuse a guardian of anything but a member's wallet, and one without a last day."""
    if not wanted.guardian:
        return
    if wanted.role != MEMBER:
        raise Malformed([{"pointer": "/role", "detail": "a guardian acts as a member"}])
    if wanted.until is None:
        raise Malformed([{"pointer": "/until", "detail": "a guardian is named until a day"}])


def known_grant(shelf: Shelf, id_: str) -> Grant:
    """Give the grant on the shelf, or refuse an unknown one."""
    grant = shelf.paper(Grant, id_)
    if grant is None:
        raise Unknown(what="grant", id=id_)
    return grant


def _told(grant: Grant) -> Plan:
    facts = {
        "grant": grant.id,
        "person": grant.person,
        "role": grant.role,
        "holder": grant.holder,
        "state": grant.state,
    }
    if grant.guardian:
        facts |= {"guardian": grant.person, "until": str(grant.until)}
    return Plan(
        kind="grant",
        papers=(grant,),
        facts=facts,
        sealed=True,
        answer={"id": grant.id, "role": grant.role, "holder": grant.holder, "state": grant.state},
    )
