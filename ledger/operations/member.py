"""Members: registered by the association, known to the books by a pseudonym.

The stored answer of an operation can never be erased, so it holds no name; whoever may see the
identity reads it beside the answer.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ledger.banking.references import normalise_iban
from ledger.books import accounts
from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import Identity, Member, Rulebook
from ledger.books.people import Person
from ledger.books.sealing import Erasure
from ledger.operations.access import (
    AUDITOR,
    TREASURER,
    WALLET_HOLDERS,
    require,
    require_own,
)
from ledger.operations.ledger import Ledger
from ledger.operations.reference import reference_for
from ledger.refusals import AlreadyExists, NotInState, Unknown
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
        return Needs(papers=((Member, id_), (Identity, id_), (Person, id_)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        id_ = self.id or context.fresh_id
        # Identities of members and of people lie under their ids, so neither takes the other's.
        if shelf.paper(Member, id_) is not None or shelf.paper(Person, id_) is not None:
            raise AlreadyExists(what="member", id=id_)
        issuers = {account.issuer for account in shelf.book.bank_accounts.values()} | {""}
        if self.issuer not in issuers:
            raise Unknown(what="issuer", id=self.issuer)
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
        identity = Identity(id_, self.name, self.email, normalise_iban(self.iban))
        return Plan(
            kind="member",
            papers=(member, identity),
            facts={"member": id_, "kind": self.kind, "status": self.status},
            sealed=True,
            answer=shown(member, None),
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
        return Needs(papers=((Member, self.id), (Identity, self.id), (Erasure, self.id)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        member = present(shelf.paper(Member, self.id), self.id)
        identity = shelf.paper(Identity, self.id) or Identity(self.id)
        erasure = shelf.paper(Erasure, self.id)
        if erasure is not None and erasure.state == "done":
            raise NotInState(what="member", id=self.id, state="forgotten", needed="known")
        for field in ("status", "commune", "donates_to"):
            value = getattr(self, field)
            if value is not None:
                member = replace(member, **{field: value})
        for field in ("name", "email", "iban"):
            value = getattr(self, field)
            if value is not None:
                value = normalise_iban(value) if field == "iban" else value
                identity = replace(identity, **{field: value})
        return Plan(
            kind="member",
            papers=(member, identity),
            facts={"member": self.id, "kind": member.kind, "status": member.status},
            sealed=True,
            answer=shown(member, None),
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


def read_member(ledger: Ledger, currency: str, context: Context, id_: str) -> dict[str, Json]:
    """Read a member: oneself, or anyone for treasurer and auditor, who sees no identity."""
    require(context, *WALLET_HOLDERS, TREASURER, AUDITOR)
    require_own(context, "member", id_, all_of=(TREASURER, AUDITOR))
    member = present(ledger.reads.paper(Member, currency, id_), id_)
    if context.role == AUDITOR:
        return shown(member, None)
    return shown(member, ledger.reads.paper(Identity, currency, id_))


def identity_of(ledger: Ledger, currency: str, id_: str) -> dict[str, Json]:
    """Give a member's identity, for whoever just wrote it."""
    found = ledger.reads.paper(Identity, currency, id_) or Identity(id_)
    return {"name": found.name, "email": found.email, "iban": found.iban}


def list_members(
    ledger: Ledger, currency: str, context: Context, *, after: str, limit: int
) -> list[dict[str, Json]]:
    """List members by id behind `after`, without their identities."""
    require(context, TREASURER, AUDITOR)
    found = ledger.reads.page(Member, currency, {}, after=after, limit=limit)
    return [shown(member, None) for member in found]
