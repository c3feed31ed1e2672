"""Invitations: a link by which a person chooses how to sign in, and gets back in after a loss.

A link never goes round a second factor: whoever has one shows it before the link opens, or two
other people agree that everything starts anew.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ledger.books.context import GUEST, OPERATOR, Context
from ledger.books.journal import Plan
from ledger.books.papers import Rulebook
from ledger.books.people import Factor, Grant, Invitation, Person, Session
from ledger.operations.access import ADMIN, TILL, TREASURER, require
from ledger.operations.challenge import Agreement, agreed
from ledger.operations.factor import Proof, factors_of, proof_needs, told, used
from ledger.operations.ledger import Ledger
from ledger.operations.session import DEVICE_LIMITS, ENROLLING_LIMITS, usable
from ledger.refusals import Malformed, NotInState, NotSignedIn, SamePerson, Unknown
from ledger.store.shelf import Found, Needs, Shelf

LASTS: Final = timedelta(days=7)
SECOND: Final = frozenset({"totp", "recovery"})
"""What can be shown beside a link, on a page."""


@dataclass(frozen=True, slots=True)
class InviteAgain:
    """Make another link for a person who is known; one that `resets` waits for a second person.

    The operator of the machine names who agreed.
    """

    person: str
    hash: str
    resets: bool = False
    agreed_by: str = ""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Person, self.person),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, ADMIN)
        person = shelf.paper(Person, self.person)
        if person is None or person.status == "closed":
            raise Unknown(what="person", id=self.person)
        if self.agreed_by and context.role != OPERATOR:
            raise Malformed([{"pointer": "/agreed_by", "detail": "they agree themselves"}])
        if self.agreed_by in {OPERATOR, person.id}:
            raise SamePerson
        link = invitation(self.hash, person.id, context, shelf.at, resets=self.resets)
        link = replace(link, approved_by=self.agreed_by or None)
        return Plan(
            kind="invitation",
            papers=(link, told(person.id, context, shelf.at, "invited")),
            facts={"person": person.id, "resets": int(self.resets)},
            sealed=True,
            answer={"id": self.hash, "person": person.id, "resets": self.resets},
        )


@dataclass(frozen=True, slots=True)
class ApproveReset:
    """Agree, as another person, that somebody starts anew without the second factor of before."""

    hash: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Invitation, self.hash),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, ADMIN, TREASURER)
        link = shelf.paper(Invitation, self.hash)
        if link is None or not link.resets:
            raise Unknown(what="invitation", id=self.hash[:8])
        if link.approved_by is not None or link.used_at is not None:
            raise NotInState(what="invitation", id=link.id[:8], state="agreed", needed="asked")
        if context.person in {link.asked_by, link.person}:
            raise SamePerson
        plan = Plan(
            kind="invitation",
            papers=(
                replace(link, approved_by=context.person),
                told(link.person, context, shelf.at, "reset-agreed"),
            ),
            facts={"person": link.person, "resets": 1},
            sealed=True,
            answer={"id": link.id, "person": link.person},
        )
        return agreed(shelf, context, plan, Agreement("reset", link.id[:8], "", link.person))


@dataclass(frozen=True, slots=True)
class UseInvitation:
    """Open a link: the person is active from now on and chooses how to sign in.

    `kept` are the ways of signing in that it has, as they were read; a reset ends them all.
    """

    hash: str
    person: str
    session: str
    device: str
    kept: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()
    grant: str = ""
    """Of a till's device, which begins its work with the link and has no other way in."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        kept = tuple((Factor, id_) for id_ in self.kept)
        mine = ((Invitation, self.hash), (Person, self.person), (Grant, self.grant))
        return Needs(
            papers=(*mine, *kept, *proof_needs(self.proofs)),
            found=(Found(Invitation, "person", self.person),),
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, GUEST)
        link, person = shelf.paper(Invitation, self.hash), shelf.paper(Person, self.person)
        if link is None or person is None or link.person != person.id:
            raise NotSignedIn
        if not link.good_at(shelf.at) or person.status not in {"invited", "active"}:
            raise NotSignedIn
        # An older link that lies about in a mailbox opens nothing any more.
        links = [each for each in shelf.at_hand(Invitation) if each.person == person.id]
        papers: list[object] = [
            replace(each, used_at=shelf.at) for each in links if each.used_at is None
        ]
        papers += self._factors(shelf, person, link)
        papers.append(replace(person, status="active", sessions_from=shelf.at))
        limits = ENROLLING_LIMITS
        if self.grant:
            device = usable(shelf.paper(Grant, self.grant), person.id, 1, shelf.at)
            if (person.kind, device.role) != ("machine", TILL):
                raise NotSignedIn
            limits = DEVICE_LIMITS
        papers.append(
            Session(
                id=self.session,
                person=person.id,
                grant=self.grant,
                kind="browser",
                method="invitation",
                factors=1,
                signed_in_at=shelf.at,
                started_at=shelf.at,
                seen_at=shelf.at,
                ends_at=shelf.at + limits.most,
                idle_minutes=limits.idle_minutes,
                device=self.device,
            )
        )
        papers.append(told(person.id, context, shelf.at, "invitation-used", device=self.device))
        return Plan(
            kind="invitation-use",
            papers=tuple(papers),
            facts={"person": person.id, "resets": int(link.resets)},
            sealed=True,
            answer={"person": person.id},
        )

    def _factors(self, shelf: Shelf, person: Person, link: Invitation) -> list[object]:
        if link.resets:
            found = (shelf.paper(Factor, id_) for id_ in self.kept)
            return [replace(f, ended_at=shelf.at, secret="") for f in found if f]
        shown = [used(shelf, person.id, proof) for proof in self.proofs]
        if needs_second(self.kept) and not any(factor.kind in SECOND for factor in shown):
            raise NotSignedIn
        return list(shown)


def needs_second(kept: tuple[str, ...]) -> bool:
    """Say whether somebody with these ways of signing in has a second factor to show."""
    return any(id_.partition(":")[0] in {*SECOND, "passkey"} for id_ in kept)


def invitation(
    hashed: str, person: str, context: Context, at: datetime, *, resets: bool = False
) -> Invitation:
    """Make a link for a person, by the hash of its token."""
    return Invitation(hashed, person, context.person, at, at + LASTS, resets)


def read_invitation(
    ledger: Ledger, currency: str, hashed: str, at: datetime
) -> tuple[Invitation, Person, list[Factor]]:
    """Give a link that opens, whom it is for, and the ways of signing in it has. NotSignedIn."""
    link = ledger.reads.paper(Invitation, currency, hashed)
    person = ledger.reads.paper(Person, currency, link.person) if link else None
    if link is None or person is None or not link.good_at(at):
        raise NotSignedIn
    return link, person, factors_of(ledger, currency, person.id)
