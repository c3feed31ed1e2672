"""Forget who a member is: its key is destroyed, and the books stay whole under the pseudonym.

One treasurer asks, which closes the member; another agrees. What is sealed for the member can then
be opened by nobody, and what people wrote beside its entries is taken out; the chain keeps hashes.
"""

from dataclasses import dataclass, replace
from typing import Final

from ledger.books import accounts
from ledger.books.context import Context
from ledger.books.iban_change import CANCELLED, IbanChange
from ledger.books.journal import Json, Plan
from ledger.books.papers import (
    Credential,
    Identity,
    Member,
    PaymentRequest,
    Redemption,
    Rulebook,
)
from ledger.books.people import Grant, Person
from ledger.books.sealing import Erasure, SubjectKey
from ledger.money import format_minor
from ledger.operations.access import AUDITOR, MEMBER, TREASURER, require
from ledger.operations.challenge import Agreement, agreed
from ledger.operations.ledger import Answer, Ledger
from ledger.refusals import Malformed, NotInState, SamePerson, StillHolds, Unknown
from ledger.rules.standing import present
from ledger.store.engines import scour
from ledger.store.shelf import Needs, Shelf

REASONS: Final = ("request", "left", "deceased", "mistake")
"""Why somebody is forgotten. A choice, because what one writes freely could name the person."""
ASKED: Final = "asked"
DONE: Final = "done"
OPEN_REDEMPTIONS: Final = ("requested", "approved", "sent", "bounced")


@dataclass(frozen=True, slots=True)
class Traces:
    """What there is of a member, read before; once it is closed, nothing is added."""

    redemptions: tuple[str, ...] = ()
    """Those that are not over."""
    requests: tuple[str, ...] = ()
    """Payment requests with words in them."""
    credentials: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """Those who acted for this member only."""
    memos: tuple[int, ...] = ()
    """Entries of its accounts beside which somebody wrote."""


@dataclass(frozen=True, slots=True)
class AskErasure:
    """Ask to forget who a member is, for one of `REASONS`; closes the member."""

    member: str
    reason: str
    traces: Traces

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return _needs(self.member, self.traces)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        if self.reason not in REASONS:
            raise Malformed([{"pointer": "/reason", "detail": f"one of {', '.join(REASONS)}"}])
        member = _settled(shelf, self.member, self.traces)
        known = shelf.paper(Erasure, self.member)
        if known is not None and known.state == DONE:
            raise NotInState(what="member", id=self.member, state="forgotten", needed="known")
        erasure = Erasure(self.member, self.reason, shelf.at, context.person)
        return Plan(
            kind="erasure-request",
            papers=(replace(member, status="closed"), erasure),
            facts={"member": self.member, "reason": self.reason},
            sealed=True,
            answer=shown(erasure),
        )


@dataclass(frozen=True, slots=True)
class ApproveErasure:
    """Agree, as another person than who asked: destroys the key and what is beside it."""

    member: str
    traces: Traces

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return _needs(self.member, self.traces)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        erasure = shelf.paper(Erasure, self.member)
        if erasure is None:
            raise Unknown(what="erasure", id=self.member)
        if erasure.state != ASKED:
            raise NotInState(what="erasure", id=self.member, state=erasure.state, needed=ASKED)
        if erasure.asked_by == context.person:
            raise SamePerson
        member = _settled(shelf, self.member, self.traces)
        if member.status != "closed":
            raise NotInState(what="member", id=member.id, state=member.status, needed="closed")
        done = replace(erasure, approved_by=context.person, state=DONE)
        plan = Plan(
            kind="erasure",
            papers=(
                replace(member, commune="", born_on=None, donates_to=""),
                done,
                *_forgotten(shelf, self.member, self.traces),
            ),
            facts={"member": self.member, "reason": erasure.reason},
            sealed=True,
            answer=shown(done),
            forgets=self.traces.memos,
        )
        return agreed(shelf, context, plan, Agreement("erasure", self.member, "", ""))


def erasure_traces(ledger: Ledger, currency: str, context: Context, member: str) -> Traces:
    """Look up what there is of a member, for the operation that forgets it."""
    require(context, TREASURER)
    reads = ledger.reads
    present(reads.paper(Member, currency, member), member)
    redemptions = reads.having(Redemption, currency, "member", [member])
    grants = reads.having(Grant, currency, "holder", [member])
    names = [accounts.member(member), *reads.wallet(currency, member)]
    return Traces(
        redemptions=tuple(r.id for r in redemptions if r.state in OPEN_REDEMPTIONS),
        requests=tuple(
            r.id for r in reads.having(PaymentRequest, currency, "to", [member]) if r.reference
        ),
        credentials=tuple(c.id for c in reads.having(Credential, currency, "holder", [member])),
        grants=tuple(grant.id for grant in grants),
        people=_only_for(ledger, currency, grants),
        memos=reads.noted(currency, names),
    )


def leave_no_bytes(ledger: Ledger) -> None:
    """Rewrite the database's files, so that nothing of what was forgotten is left in them."""
    scour(ledger.database)


def forget(ledger: Ledger, currency: str, context: Context, member: str) -> Answer:
    """Agree to an erasure, and leave no bytes of it in the database's files."""
    traces = erasure_traces(ledger, currency, context, member)
    answer = ledger.post_and_wait(currency, ApproveErasure(member, traces), context)
    if not answer.refused and not context.preview:
        leave_no_bytes(ledger)
    return answer


def read_erasure(ledger: Ledger, currency: str, context: Context, member: str) -> dict[str, Json]:
    """Tell how far the erasure of a member is."""
    require(context, TREASURER, AUDITOR)
    found = ledger.reads.paper(Erasure, currency, member)
    if found is None:
        raise Unknown(what="erasure", id=member)
    return shown(found)


def shown(erasure: Erasure) -> dict[str, Json]:
    """Show an erasure."""
    return {
        "member": erasure.id,
        "reason": erasure.reason,
        "state": erasure.state,
        "asked_by": erasure.asked_by,
        "approved_by": erasure.approved_by,
    }


def _only_for(ledger: Ledger, currency: str, grants: list[Grant]) -> tuple[str, ...]:
    """Name the people who act as this member and in nothing else."""
    mine = {grant.person for grant in grants if grant.role == MEMBER and not grant.guardian}
    known = {grant.id for grant in grants}
    theirs = ledger.reads.having(Grant, currency, "person", mine)
    others = {grant.person for grant in theirs if grant.id not in known}
    return tuple(sorted(mine - others))


def _needs(member: str, traces: Traces) -> Needs:
    subjects = (member, *traces.people)
    papers: list[tuple[type, str]] = [(Member, member), (Erasure, member)]
    papers += [(IbanChange, member)]
    papers += [(SubjectKey, f"identity:{subject}") for subject in subjects]
    for kind, ids in (
        (Redemption, traces.redemptions),
        (PaymentRequest, traces.requests),
        (Credential, traces.credentials),
        (Grant, traces.grants),
        (Person, traces.people),
    ):
        papers += [(kind, id_) for id_ in ids]
    return Needs(accounts=(accounts.member(member),), wallets=(member,), papers=tuple(papers))


def _settled(shelf: Shelf, id_: str, traces: Traces) -> Member:
    """Give the member if nothing is owed either way, or refuse."""
    member = present(shelf.paper(Member, id_), id_)
    units = shelf.balance(accounts.member(id_)) + sum(held for _, held in shelf.pockets(id_))
    found = (shelf.paper(Redemption, each) for each in traces.redemptions)
    waiting = sum(one is not None and one.state in OPEN_REDEMPTIONS for one in found)
    if units or waiting:
        raise StillHolds(
            member=id_, units=format_minor(units, shelf.book.unit.scale), redemptions=waiting
        )
    return member


def _forgotten(shelf: Shelf, member: str, traces: Traces) -> list[object]:
    """Give the papers as they are once nobody is known: keys empty, words and access gone."""
    left: list[object] = [Identity(member), *map(Identity, traces.people)]
    moving = shelf.paper(IbanChange, member)
    left += [replace(moving, state=CANCELLED, iban="")] if moving and moving.open else []
    for subject in (member, *traces.people):
        key = shelf.paper(SubjectKey, f"identity:{subject}")
        left += [replace(key, wrapped=b"")] if key else []
    for id_ in traces.requests:
        request = shelf.paper(PaymentRequest, id_)
        left += [replace(request, reference="")] if request else []
    for id_ in traces.credentials:
        credential = shelf.paper(Credential, id_)
        left += [replace(credential, revoked_at=shelf.at)] if credential else []
    for id_ in traces.grants:
        grant = shelf.paper(Grant, id_)
        left += [replace(grant, state="revoked")] if grant else []
    for id_ in traces.people:
        person = shelf.paper(Person, id_)
        left += [replace(person, login=id_, status="closed")] if person else []
    return left
