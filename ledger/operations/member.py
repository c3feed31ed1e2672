"""Members: registered by the association, known to the books by a pseudonym."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ledger.books import accounts
from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import Identity, Member, Rulebook
from ledger.operations.access import TREASURER, require
from ledger.operations.reference import reference_for
from ledger.refusals import AlreadyExists
from ledger.rules.standing import present
from ledger.store.shelf import Needs, Shelf

KINDS: Final = ("person", "pro", "association", "authority")
STATUSES: Final = ("active", "invited", "suspended", "closed")


@dataclass(frozen=True, slots=True)
class RegisterMember:
    """Register a member; without an id it gets a random one."""

    id: str
    kind: str
    name: str = ""
    email: str = ""
    iban: str = ""
    status: str = "active"
    commune: str = ""
    born_on: date | None = None
    issuer: str = ""
    donates_to: str = ""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        id_ = self.id or context.fresh_id
        return Needs(papers=((Member, id_), (Identity, id_)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        id_ = self.id or context.fresh_id
        if shelf.paper(Member, id_) is not None:
            raise AlreadyExists(what="member", id=id_)
        member = Member(
            id=id_,
            kind=self.kind,
            status=self.status,
            reference=reference_for(shelf.book.code, "member", id_),
            commune=self.commune,
            born_on=self.born_on,
            issuer=self.issuer,
            donates_to=self.donates_to,
        )
        identity = Identity(id_, self.name, self.email, self.iban)
        return Plan(
            kind="member",
            papers=(member, identity),
            facts={"member": id_, "kind": self.kind, "status": self.status},
            sealed=True,
            answer=shown(member, identity),
        )


@dataclass(frozen=True, slots=True)
class ChangeMember:
    """Change a member's status or particulars; None leaves a field as it is."""

    id: str
    status: str | None = None
    name: str | None = None
    email: str | None = None
    iban: str | None = None
    commune: str | None = None
    donates_to: str | None = None

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Member, self.id), (Identity, self.id)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        member = present(shelf.paper(Member, self.id), self.id)
        identity = shelf.paper(Identity, self.id) or Identity(self.id)
        for field in ("status", "commune", "donates_to"):
            value = getattr(self, field)
            if value is not None:
                member = replace(member, **{field: value})
        for field in ("name", "email", "iban"):
            value = getattr(self, field)
            if value is not None:
                identity = replace(identity, **{field: value})
        return Plan(
            kind="member",
            papers=(member, identity),
            facts={"member": self.id, "kind": member.kind, "status": member.status},
            sealed=True,
            answer=shown(member, identity),
        )


def shown(member: Member, identity: Identity | None) -> dict[str, Json]:
    """Show a member; without an identity for whoever may not see it."""
    body: dict[str, Json] = {
        "id": member.id,
        "kind": member.kind,
        "status": member.status,
        "reference": member.reference,
        "commune": member.commune,
        "account": accounts.member(member.id),
    }
    if identity is not None:
        body |= {"name": identity.name, "email": identity.email, "iban": identity.iban}
    return body
