"""People: invited under a login, let in, kept out.

A login is a person's own choice of name and can be erased, so neither entries nor stored answers
hold it: they say the person's id.
"""

from dataclasses import dataclass, replace
from typing import Final

from ledger.books.context import OPERATOR, Context
from ledger.books.journal import Plan
from ledger.books.papers import Identity, Member, Rulebook
from ledger.books.people import Person
from ledger.operations.access import ADMIN, SHOP, TILL, require
from ledger.operations.currency import SLUG
from ledger.operations.grant import Given, given, grant_needs
from ledger.operations.invitation import invitation
from ledger.operations.ledger import Ledger
from ledger.refusals import AlreadyExists, Malformed, RoleMayNot, Unknown
from ledger.store.shelf import Needs, Shelf

STATUSES: Final = ("active", "suspended", "closed")


@dataclass(frozen=True, slots=True)
class InvitePerson:
    """Make a person known under a login that is free, with a first grant.

    A shop's owner invites to its own till only.
    """

    login: str
    name: str
    email: str
    grant: Given
    kind: str = "human"
    link: str = ""
    """Hex SHA-256 of the token of a link by which it chooses how to sign in."""
    id: str = ""
    """Chosen by the machine's operator alone, for the demo's people, who are let in at once."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        id_ = self.id or context.fresh_id
        needs = grant_needs(self.grant, id_)
        return replace(needs, papers=(*needs.papers, (Person, id_), (Member, id_), (Identity, id_)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, ADMIN, SHOP)
        if context.role == SHOP and self.grant.role != TILL:
            raise RoleMayNot(role=context.role)
        if not SLUG.fullmatch(self.login):
            detail = "lower-case letters, digits and hyphens, at most 64"
            raise Malformed([{"pointer": "/login", "detail": detail}])
        person = self._person(shelf, context)
        grant = given(shelf, context, person.id, self.grant)
        link = [invitation(self.link, person.id, context, shelf.at)] if self.link else []
        return Plan(
            kind="person",
            papers=(person, Identity(person.id, self.name, self.email), grant, *link),
            facts={
                "person": person.id,
                "status": person.status,
                "grant": grant.id,
                "role": grant.role,
                "holder": grant.holder,
                "state": grant.state,
            },
            sealed=True,
            answer={"id": person.id, "status": person.status, "grant": grant.id},
        )

    def _person(self, shelf: Shelf, context: Context) -> Person:
        if self.id and context.role != OPERATOR:
            raise RoleMayNot(role=context.role)
        id_ = self.id or context.fresh_id
        for kind in (Member, Person):
            if shelf.paper(kind, id_) is not None:
                raise AlreadyExists(what=kind.__name__.lower(), id=id_)
        return Person(
            id=id_,
            login=self.login,
            kind=self.kind,
            status="active" if self.id else "invited",
            made_at=shelf.at,
            sessions_from=shelf.at,
        )


@dataclass(frozen=True, slots=True)
class ChangePerson:
    """Suspend a person, let it in again, or close it for good: at once, in every session."""

    person: str
    status: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Person, self.person),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, ADMIN)
        person = known_person(shelf, self.person)
        if self.status not in STATUSES:
            raise Malformed([{"pointer": "/status", "detail": f"one of {', '.join(STATUSES)}"}])
        changed = replace(person, status=self.status, sessions_from=shelf.at)
        return Plan(
            kind="person",
            papers=(changed,),
            facts={"person": person.id, "status": changed.status},
            sealed=True,
            answer={"id": person.id, "status": changed.status},
        )


def known_person(shelf: Shelf, id_: str) -> Person:
    """Give the person on the shelf; one that is closed is as unknown as one that never was."""
    person = shelf.paper(Person, id_)
    if person is None or person.status == "closed":
        raise Unknown(what="person", id=id_)
    return person


def inviting(ledger: Ledger, currency: str, operation: InvitePerson) -> InvitePerson:
    """Check that a login is free before it is asked for; AlreadyExists otherwise.

    The database has the last word: of two invitations at the same instant it takes one.
    """
    if person_of_login(ledger, currency, operation.login) is not None:
        raise AlreadyExists(what="login", id=operation.login)
    return operation


def person_of_login(ledger: Ledger, currency: str, login: str) -> Person | None:
    """Find a person by login."""
    found = ledger.reads.having(Person, currency, "login", [login])
    return found[0] if found else None
