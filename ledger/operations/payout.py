"""Payouts: what is due goes into one file for the bank, once; the bank's answers are applied."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.banking.pain001 import SCHEMA, Transfer, write_pain001
from ledger.banking.references import end_to_end_id, message_id
from ledger.banking.target_days import on_or_after
from ledger.books.context import TOWN, Context
from ledger.books.iban_change import IbanChange
from ledger.books.journal import Json, Plan
from ledger.books.papers import BankAccount, FundOrder, Identity, PaymentFile, Redemption, Rulebook
from ledger.books.standing import Collection
from ledger.money import EUR, format_minor
from ledger.operations.access import AUDITOR, TREASURER, require
from ledger.operations.challenge import Agreement, agreed
from ledger.operations.due import Due, list_dues
from ledger.operations.ledger import Ledger
from ledger.operations.redemption import known
from ledger.refusals import NothingToPay, NotInState, Unknown
from ledger.rules.payout import (
    CANCELLED,
    COLLECTIONS,
    DRAFTED,
    LIVE,
    ORDERS,
    REDEMPTIONS,
    Outgoing,
    Payable,
    plan_cancel,
    plan_collection_again,
    plan_file,
    plan_order_again,
    plan_release,
    shown,
)
from ledger.rules.redemption import plan_again
from ledger.store.shelf import Found, Needs, Shelf

_KINDS: Final[dict[str, type]] = {ORDERS: FundOrder, COLLECTIONS: Collection}


@dataclass(frozen=True, slots=True)
class MakePaymentFile:
    """Put all that is due from a bank account, of a kind, into one file for the bank.

    What is due is found under the lock, so the same request stays the same however often it is
    sent, and no payment is in two files whoever asks at the same time.
    """

    account: str
    kind: str = REDEMPTIONS

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        if self.kind == ORDERS:
            return Needs(found=(Found(FundOrder, "state", "ordered"),))
        approved = Found(Redemption, "state", "approved")
        payees = Found(Redemption, "state", "approved", of=(Identity, "member"))
        moving = Found(Redemption, "state", "approved", of=(IbanChange, "member"))
        return Needs(found=(approved, payees, moving))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        account = shelf.book.bank_accounts.get(self.account)
        if account is None:
            raise Unknown(what="bank account", id=self.account)
        papers: Sequence[Outgoing] = (
            shelf.at_hand(FundOrder) if self.kind == ORDERS else shelf.at_hand(Redemption)
        )
        who, moving = shelf.at_hand(Identity), shelf.at_hand(IbanChange)
        found = list_dues(shelf.book, papers, who, moving, shelf.at)
        due = [each for each in found if each.account == account.slug]
        payable = [each for each in due if not each.block]
        if not payable:
            raise NothingToPay(account=account.slug, blocked=len(due))
        file = _file(shelf, context, account, self.kind, payable)
        return plan_file(file, [each.paper for each in payable])


def _file(
    shelf: Shelf, context: Context, account: BankAccount, kind: str, payable: Sequence[Due]
) -> PaymentFile:
    book, id_ = shelf.book, context.fresh_id
    execute_on = on_or_after(shelf.today)
    content = write_pain001(
        message_id=message_id(book.code, id_),
        made_at=shelf.at.astimezone(TOWN),
        name=book.name,
        iban=account.iban,
        execute_on=execute_on,
        transfers=[_transfer(book, each) for each in payable],
    )
    second = book.terms_on(shelf.today).payouts_need_second
    return PaymentFile(
        id=id_,
        kind=kind,
        account=account.slug,
        format=SCHEMA,
        message_id=message_id(book.code, id_),
        payments=len(payable),
        euros=sum(each.paper.euros for each in payable),
        execute_on=execute_on,
        content=content.decode(),
        content_hash=hashlib.sha256(content).hexdigest(),
        made_at=shelf.at,
        made_by=context.person,
        state=DRAFTED if second else LIVE,
    )


def _transfer(book: Rulebook, due: Due) -> Transfer:
    paper = due.paper
    if isinstance(paper, Redemption):
        why = f"Bordereau {paper.sheet}" if paper.sheet else f"Reconversion {book.name}"
    else:
        why = paper.reason
    return Transfer(
        name=due.name,
        iban=due.iban,
        cents=paper.euros,
        end_to_end_id=end_to_end_id(paper.reference),
        text=f"{paper.reference} {why}",
    )


@dataclass(frozen=True, slots=True)
class ReleasePaymentFile:
    """Let a drafted file go to the bank, as another person than who made it."""

    file: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((PaymentFile, self.file),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        file = known_file(shelf, self.file)
        plan = plan_release(file, person=context.person)
        euros = f"{format_minor(file.euros, EUR.scale)} {EUR.code}"
        return agreed(shelf, context, plan, Agreement("payment-file", file.id, euros, file.account))


@dataclass(frozen=True, slots=True)
class CancelPaymentFile:
    """Say that a file never reaches the bank: what was in it is due again."""

    file: str
    reason: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return file_needs(self.file)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        file = known_file(shelf, self.file)
        papers = papers_in(shelf, file.id)
        return plan_cancel(file, papers, person=context.person, reason=self.reason)


@dataclass(frozen=True, slots=True)
class PayAgain:
    """Let a payment that came back, or that the bank refused, go into the next file."""

    id: str
    kind: str = REDEMPTIONS

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((_KINDS.get(self.kind, Redemption), self.id),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        if self.kind == ORDERS:
            order = shelf.paper(FundOrder, self.id)
            if order is None:
                raise Unknown(what="fund order", id=self.id)
            return plan_order_again(order)
        if self.kind == COLLECTIONS:
            collection = shelf.paper(Collection, self.id)
            if collection is None:
                raise Unknown(what="collection", id=self.id)
            return plan_collection_again(collection)
        return plan_again(known(shelf, self.id), unit=shelf.book.unit)


def file_needs(file: str) -> Needs:
    """Name what the steps of a file look at: itself, and every payment in it."""
    inside = tuple(Found(kind, "file", file) for kind in (Redemption, FundOrder, Collection))
    return Needs(papers=((PaymentFile, file),), found=inside)


def papers_in(shelf: Shelf, file: str) -> list[Payable]:
    """Give the payments of a file, those that a bank line has shown too."""
    papers: list[Payable] = [*shelf.at_hand(Redemption), *shelf.at_hand(FundOrder)]
    papers += shelf.at_hand(Collection)
    return [paper for paper in papers if paper.file == file]


def known_file(shelf: Shelf, id_: str) -> PaymentFile:
    """Give the file on the shelf, or refuse an unknown one."""
    return _present(shelf.paper(PaymentFile, id_), id_)


def _present(file: PaymentFile | None, id_: str) -> PaymentFile:
    if file is None:
        raise Unknown(what="payment file", id=id_)
    return file


def read_file(ledger: Ledger, currency: str, context: Context, id_: str) -> PaymentFile:
    """Read a file, content and all, for whoever pays; see `shown` for others."""
    require(context, TREASURER, AUDITOR)
    return _present(ledger.reads.paper(PaymentFile, currency, id_), id_)


def file_content(ledger: Ledger, currency: str, context: Context, id_: str) -> tuple[str, bytes]:
    """Give a file's name and its bytes, the same each time.

    Raises NotInState while it waits for its second person, and once it is cancelled.
    """
    require(context, TREASURER)
    file = read_file(ledger, currency, context, id_)
    if file.state in {DRAFTED, CANCELLED}:
        raise NotInState(what="payment file", id=file.id, state=file.state, needed=LIVE)
    return f"{file.message_id}.xml", file.content.encode()


def list_files(
    ledger: Ledger, currency: str, context: Context, *, after: str, limit: int
) -> list[dict[str, Json]]:
    """List payment files by id behind `after`, without the people in them."""
    require(context, TREASURER, AUDITOR)
    ledger.reads.rulebook(currency)
    return [
        shown(f) for f in ledger.reads.page(PaymentFile, currency, {}, after=after, limit=limit)
    ]
