"""Sessions: opened by what was shown at the door, narrowed to a grant, ended at will.

A token is made at the moment of signing in and of every change of rights, never taken from the
browser, so nobody can hand a session to somebody else beforehand.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ledger.books.context import GUEST, Context
from ledger.books.journal import Plan
from ledger.books.papers import Rulebook
from ledger.books.people import Challenge, Grant, Guess, Person, Session
from ledger.books.trail import Origin, month_of
from ledger.operations.access import (
    ADMIN,
    APPROVER,
    AUDITOR,
    OFFICE,
    OFFICER,
    SPONSOR,
    TILL,
    TREASURER,
    require,
)
from ledger.operations.factor import Proof, at_work, proof_needs, told, used
from ledger.operations.guess import forgiven, taken_back
from ledger.operations.ledger import Ledger
from ledger.refusals import NotSignedIn, RoleMayNot, Unknown
from ledger.store.shelf import Needs, Shelf

STAFF: Final = frozenset({TREASURER, ADMIN, AUDITOR, OFFICE, OFFICER, APPROVER, SPONSOR})
"""Roles that are acted in only after two factors."""
SEEN: Final = timedelta(minutes=1)
"""A session seen again within it is not written again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts, at most and without being seen."""

    most: timedelta
    idle_minutes: int


STAFF_LIMITS: Final = Limits(timedelta(hours=12), 60)
HOLDER_LIMITS: Final = Limits(timedelta(days=30), 7 * 24 * 60)
DEVICE_LIMITS: Final = Limits(timedelta(days=400), 31 * 24 * 60)
ENROLLING_LIMITS: Final = Limits(timedelta(minutes=30), 30)
MACHINE_LIMITS: Final = Limits(timedelta(hours=1), 60)


def limits_for(role: str, method: str) -> Limits:
    """Give the limits of a session in a role, by how it was opened."""
    if method == "secret":
        return MACHINE_LIMITS
    if not role:
        return ENROLLING_LIMITS
    if role in STAFF:
        return STAFF_LIMITS
    return DEVICE_LIMITS if role == TILL else HOLDER_LIMITS


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Open a session for whoever showed enough, under a grant if one is chosen."""

    hash: str
    person: str
    method: str
    factors: int
    device: str
    proofs: tuple[Proof, ...] = ()
    grant: str = ""
    kind: str = "browser"
    challenge: str = ""
    """The one that a passkey signed at the door."""
    guess: str = ""
    """The count that signing in clears."""
    place: str = ""
    """The count of its address, which the right answer does not use up."""
    scopes: tuple[str, ...] = ()
    address: str = ""
    """Where it is opened from, to be sealed; the entry has an id for it."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        chosen = ((Person, self.person), (Grant, self.grant), (Challenge, self.challenge))
        return Needs(papers=(*chosen, (Guess, self.place), *proof_needs(self.proofs)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, GUEST)
        person = shelf.paper(Person, self.person)
        if person is None or person.status != "active":
            raise NotSignedIn
        papers = self._shown(shelf)
        role = ""
        if self.grant:
            role = usable(shelf.paper(Grant, self.grant), person.id, self.factors, shelf.at).role
        limits = limits_for(role, self.method)
        origin = f"o{context.fresh_id}" if self.address else ""
        if origin:
            papers.append(Origin(origin, month_of(shelf.at), shelf.at, self.address))
        papers.append(
            Session(
                id=self.hash,
                person=person.id,
                grant=self.grant,
                kind=self.kind,
                method=self.method,
                factors=self.factors,
                signed_in_at=shelf.at,
                started_at=shelf.at,
                seen_at=shelf.at,
                ends_at=shelf.at + limits.most,
                idle_minutes=limits.idle_minutes,
                device=self.device,
                scopes=self.scopes,
                origin=origin,
            )
        )
        somebody = self.kind == "browser" and self.method != "demo"
        if somebody:
            papers.append(told(person.id, context, shelf.at, "signed-in", device=self.device))
        return Plan(
            kind="sign-in",
            papers=tuple(papers),
            facts={"person": person.id, "method": self.method, "grant": self.grant}
            | ({"origin": origin} if origin else {}),
            sealed=somebody,
            answer={"person": person.id},
        )

    def _shown(self, shelf: Shelf) -> list[object]:
        """Use up what was shown at the door, and clear what was counted of it."""
        papers: list[object] = [used(shelf, self.person, proof) for proof in self.proofs]
        if self.challenge:
            asked = shelf.paper(Challenge, self.challenge)
            if asked is None or asked.purpose != "sign-in" or not asked.good_at(shelf.at, "open"):
                raise NotSignedIn
            papers.append(replace(asked, state="used"))
        if self.guess:
            papers.append(forgiven(shelf, self.guess))
        if self.place:
            papers.append(taken_back(shelf, self.place))
        return papers


@dataclass(frozen=True, slots=True)
class SwitchGrant:
    """Go on under another grant of one's own: the old token ends, a new one begins."""

    hash: str
    grant: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Grant, self.grant),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        person, session = at_work(shelf, context)
        grant = usable(shelf.paper(Grant, self.grant), person.id, session.factors, shelf.at)
        limits = limits_for(grant.role, session.method)
        chosen = replace(
            session,
            id=self.hash,
            grant=grant.id,
            seen_at=shelf.at,
            ends_at=session.signed_in_at + limits.most,
            idle_minutes=limits.idle_minutes,
        )
        return Plan(
            kind="session",
            papers=(replace(session, ended_at=shelf.at), chosen),
            answer={"grant": grant.id, "role": grant.role},
        )


@dataclass(frozen=True, slots=True)
class SeeSession:
    """Note that a session was seen, so that it does not end for idleness."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs()

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        _, session = at_work(shelf, context)
        return Plan(kind="session", papers=(replace(session, seen_at=shelf.at),))


@dataclass(frozen=True, slots=True)
class EndSession:
    """End one of one's own sessions, this one or another; without an id, all of them."""

    hash: str = ""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Session, self.hash),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        person, _ = at_work(shelf, context)
        if not self.hash:
            # What began at this very instant is over too.
            later = shelf.at + timedelta(microseconds=1)
            return Plan(kind="session", papers=(replace(person, sessions_from=later),))
        session = shelf.paper(Session, self.hash)
        if session is None or session.person != person.id:
            raise Unknown(what="session", id=self.hash[:8])
        ended = replace(session, ended_at=session.ended_at or shelf.at)
        return Plan(kind="session", papers=(ended,))


def usable(grant: Grant | None, person: str, factors: int, at: datetime) -> Grant:
    """Give a grant that a session with so many factors may act under; refuse any other."""
    if grant is None or grant.person != person or not grant.good_at(at):
        raise Unknown(what="grant", id=grant.id if grant else "")
    if grant.role in STAFF and factors < 2:  # noqa: PLR2004 - two factors are two
        raise RoleMayNot(role=grant.role)
    return grant


def grants_of(
    ledger: Ledger, currency: str, person: str, at: datetime, *, factors: int
) -> list[Grant]:
    """List the grants that a person may act under now, with so many factors."""
    found = ledger.reads.having(Grant, currency, "person", [person])
    enough = factors > 1
    return [g for g in found if g.good_at(at) and (enough or g.role not in STAFF)]


def sessions_of(ledger: Ledger, currency: str, person: Person, at: datetime) -> list[Session]:
    """List a person's open sessions, the newest first."""
    found = ledger.reads.having(
        Session, currency, "person", [person.id], order="started_at", newest=True, limit=50
    )
    return [each for each in found if each.good_at(at) and person.begun_in_time(each)]
