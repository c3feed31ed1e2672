"""A change of where a member is paid: asked, approved by another, waited for, or withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from ledger.banking.references import normalise_iban
from ledger.books.context import Context
from ledger.books.iban_change import APPROVED, IbanChange
from ledger.books.journal import Json, Plan
from ledger.books.papers import Identity, Member, Notice, Rulebook
from ledger.operations.access import AUDITOR, MEMBER, SHOP, TREASURER, require, require_own
from ledger.operations.challenge import Agreement, agreed
from ledger.operations.ledger import Ledger
from ledger.refusals import NotInState, Unknown
from ledger.rules.iban_change import (
    Contacts,
    iban_at,
    plan_approval,
    plan_ask,
    plan_cancel,
    plan_settle,
    shown,
)
from ledger.rules.standing import present
from ledger.store.papers import instant_text
from ledger.store.shelf import Found, Needs, Shelf


@dataclass(frozen=True, slots=True)
class AskIbanChange:
    """Ask that a member be paid elsewhere: a treasurer for anyone, a member for itself."""

    member: str
    iban: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return iban_needs(self.member)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER, MEMBER, SHOP)
        require_own(context, "member", self.member, all_of=(TREASURER,))
        member = present(shelf.paper(Member, self.member), self.member)
        return asked(shelf, context, member, self.iban)


@dataclass(frozen=True, slots=True)
class ApproveIbanChange:
    """Agree as another person than who asked: it takes effect 48 hours later."""

    member: str
    asked_at: datetime | None = None
    """When the change that is agreed to was asked for; None where a confirmation binds it."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return iban_needs(self.member)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        change, contacts = _known(shelf, self.member)
        if self.asked_at not in {None, change.asked_at}:
            state = f"asked {instant_text(change.asked_at)}"
            raise NotInState(what="iban", id=self.member, state=state, needed="as it was read")
        plan = plan_approval(
            change, contacts, person=context.person, at=shelf.at, notice=context.fresh_id
        )
        # Its last four signs and the instant of asking: what is agreed to is kept in the open, and
        # another IBAN asked for meanwhile must not be the one that is confirmed.
        about = f"{change.iban[-4:]} · {instant_text(change.asked_at)}"
        agreement = Agreement("iban-change", about, "", change.member)
        return agreed(shelf, context, plan, agreement)


@dataclass(frozen=True, slots=True)
class CancelIbanChange:
    """Withdraw a change that is not in force yet: a treasurer, or the member that says no."""

    member: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return iban_needs(self.member)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER, MEMBER, SHOP)
        require_own(context, "member", self.member, all_of=(TREASURER,))
        return plan_cancel(
            *_known(shelf, self.member), person=context.person, at=shelf.at, notice=context.fresh_id
        )


@dataclass(frozen=True, slots=True)
class SettleIbanChange:
    """Write an IBAN that is in force over the old one."""

    member: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return iban_needs(self.member)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context)
        change, contacts = _known(shelf, self.member)
        return plan_settle(change, contacts.identity, person=context.person, at=shelf.at)


def iban_needs(member: str) -> Needs:
    """Name what a change of an IBAN looks at."""
    return Needs(
        papers=((Member, member), (Identity, member), (IbanChange, member)),
        found=(Found(Notice, "subject", member),),
    )


def asked(shelf: Shelf, context: Context, member: Member, iban: str) -> Plan:
    """Plan the asking for a member, whoever asks and by which door."""
    change = IbanChange(member.id, normalise_iban(iban), shelf.at, context.person)
    before = shelf.paper(IbanChange, member.id)
    identity = shelf.paper(Identity, member.id) or Identity(member.id)
    identity = replace(identity, iban=iban_at(identity, before, shelf.at))
    plan = plan_ask(before, _contacts(shelf, identity), change, notice=context.fresh_id)
    # What the night has not written yet must not be lost under the new row.
    return replace(plan, papers=(*plan.papers, identity))


def _contacts(shelf: Shelf, identity: Identity) -> Contacts:
    return Contacts(identity, tuple(shelf.at_hand(Notice)))


def _known(shelf: Shelf, member: str) -> tuple[IbanChange, Contacts]:
    change = shelf.paper(IbanChange, member)
    if change is None:
        raise Unknown(what="iban change", id=member)
    return change, _contacts(shelf, shelf.paper(Identity, member) or Identity(member))


def read_iban_change(ledger: Ledger, currency: str, context: Context, id_: str) -> dict[str, Json]:
    """Tell how far a change of a member's IBAN is, and its last four; an auditor sees no figure."""
    require(context, TREASURER, AUDITOR, MEMBER, SHOP)
    require_own(context, "member", id_, all_of=(TREASURER, AUDITOR))
    found = open_change(ledger, currency, id_)
    if found is None:
        raise Unknown(what="iban change", id=id_)
    told = shown(found)
    return told if context.role == AUDITOR else {**told, "iban_ends": found.iban[-4:]}


def open_change(ledger: Ledger, currency: str, member: str) -> IbanChange | None:
    """Give the change that waits for somebody or for its hour, if there is one."""
    found = ledger.reads.paper(IbanChange, currency, member)
    return found if found is not None and found.open else None


def settle_ibans(
    ledger: Ledger, currency: str, context: Context, step: Callable[[str], Context]
) -> int:
    """Write what is in force over what was; gives how many. `step` makes the key of each."""
    approved = ledger.reads.having(IbanChange, currency, "state", [APPROVED])
    due = [each.member for each in approved if each.effective(context.at)]
    answers = [
        ledger.post_and_wait(currency, SettleIbanChange(id_), step(f"iban:{id_}")) for id_ in due
    ]
    return sum(not answer.refused for answer in answers)
