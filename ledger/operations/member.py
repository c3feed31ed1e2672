"""Members: registered by the association, known to the books by a pseudonym.

The stored answer of an operation can never be erased, so it holds no name; whoever may see the
identity reads it beside the answer.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from ledger.banking.references import normalise_iban
from ledger.books import accounts
from ledger.books.context import Context
from ledger.books.iban_change import IbanChange
from ledger.books.journal import Facts, Json, Plan
from ledger.books.papers import Identity, Member, Notice, Rulebook
from ledger.books.people import Person
from ledger.books.sealing import Erasure
from ledger.operations.access import (
    AUDITOR,
    TREASURER,
    WALLET_HOLDERS,
    require,
    require_own,
)
from ledger.operations.iban_change import asked, iban_needs
from ledger.operations.ledger import Ledger
from ledger.operations.reference import reference_for
from ledger.refusals import AlreadyExists, NotInState, Unknown
from ledger.rules.iban_change import iban_at
from ledger.rules.iban_change import shown as iban_shown
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
            answer=shown(member),
        )


@dataclass(frozen=True, slots=True)
class ChangeMember:
    """Change a member's status or particulars; None leaves a field as it is.

    Another IBAN than the one known is asked for here, and takes a second person and two days.
    """

    id: str
    status: str | None = None
    name: str | None = None
    email: str | None = None
    iban: str | None = None
    commune: str | None = None
    donates_to: str | None = None

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        needs = iban_needs(self.id)
        return replace(needs, papers=((Erasure, self.id), *needs.papers))

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
        papers, told = self._paid_where(shelf, context, member)
        known = next((paper for paper in papers if isinstance(paper, Identity)), identity)
        for field in ("name", "email"):
            value = getattr(self, field)
            if value is not None:
                known = replace(known, **{field: value})
        if identity.email not in {"", known.email}:
            papers.append(_moved(identity, context, shelf))
        rest = [paper for paper in papers if not isinstance(paper, Identity)]
        return Plan(
            kind="member",
            papers=(member, known, *rest),
            facts={"member": self.id, "kind": member.kind, "status": member.status, **told},
            sealed=True,
            answer=shown(member),
        )

    def _paid_where(
        self, shelf: Shelf, context: Context, member: Member
    ) -> tuple[list[object], Facts]:
        """Set a first IBAN at once; another than the one known is only asked for."""
        known = shelf.paper(Identity, self.id) or Identity(self.id)
        change = shelf.paper(IbanChange, self.id)
        if self.iban is None:
            return [], {}
        iban = normalise_iban(self.iban)
        if iban == iban_at(known, change, shelf.at):
            return [], {}
        if not known.iban and (change is None or not change.open):
            return [replace(known, iban=iban)], {}
        plan = asked(shelf, context, member, iban)
        return list(plan.papers), {"iban": "asked", "person": context.person}


def _moved(before: Identity, context: Context, shelf: Shelf) -> Notice:
    """Tell the old address that another one is used from now on."""
    return Notice(
        id=f"{context.fresh_id}-email",
        subject=before.id,
        at=shelf.at,
        kind="email-changed",
        facts={},
        address=before.email,
    )


def shown(member: Member) -> dict[str, Json]:
    """Show a member without its identity."""
    return {
        "id": member.id,
        "kind": member.kind,
        "status": member.status,
        "reference": member.reference,
        "commune": member.commune,
        "account": accounts.member(member.id),
    }


def read_member(ledger: Ledger, currency: str, context: Context, id_: str) -> dict[str, Json]:
    """Read a member: oneself, or anyone for treasurer and auditor, who sees no identity."""
    require(context, *WALLET_HOLDERS, TREASURER, AUDITOR)
    require_own(context, "member", id_, all_of=(TREASURER, AUDITOR))
    member = present(ledger.reads.paper(Member, currency, id_), id_)
    if context.role == AUDITOR:
        return shown(member)
    return shown(member) | identity_of(ledger, currency, id_, context.at)


def identity_name(ledger: Ledger, currency: str, id_: str) -> str:
    """Give a member's name, empty where none is known."""
    return (ledger.reads.paper(Identity, currency, id_) or Identity(id_)).name


def identity_of(ledger: Ledger, currency: str, id_: str, at: datetime) -> dict[str, Json]:
    """Give a member's identity, with the IBAN in force, for whoever wrote or may read it."""
    found = ledger.reads.paper(Identity, currency, id_) or Identity(id_)
    change = ledger.reads.paper(IbanChange, currency, id_)
    waits = change is not None and change.open and not change.effective(at)
    return {
        "name": found.name,
        "email": found.email,
        "iban": iban_at(found, change, at),
        "iban_change": iban_shown(change) if change is not None and waits else None,
    }


def list_members(
    ledger: Ledger, currency: str, context: Context, *, after: str, limit: int
) -> list[dict[str, Json]]:
    """List members by id behind `after`, without their identities."""
    require(context, TREASURER, AUDITOR)
    found = ledger.reads.page(Member, currency, {}, after=after, limit=limit)
    return [shown(member) for member in found]
