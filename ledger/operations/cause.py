"""Causes: what a bank line, or a part of it, can be; each looks at the books and plans arrows.

`place` is where the euros of the line stand: the bank account for a line still unbooked, else
suspense. A part of a line is planned like a line of its own.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from typing import Final

from ledger.books import accounts
from ledger.books.accounts import BANK_FEES, INTEREST, PAYABLE_REDEMPTIONS, SUSPENSE, TRANSIT, bank
from ledger.books.closings import LAST, Backdated, accounting_day
from ledger.books.context import Context
from ledger.books.disbursements import Run, free_tally
from ledger.books.journal import Entry, Plan
from ledger.books.papers import (
    BankLine,
    FundOrder,
    Member,
    Notice,
    Outstanding,
    Redemption,
    Rulebook,
)
from ledger.books.standing import Collection, member_of
from ledger.money import EUR, format_minor
from ledger.operations.collected import collected
from ledger.operations.conversion import conversion_needs, converted
from ledger.operations.redemption import known
from ledger.operations.reference import reference_for
from ledger.refusals import LineDoesNotFit, Unknown
from ledger.rules.disbursement import plan_received, plan_returned
from ledger.rules.fund import (
    cover_reason,
    covered,
    plan_bank_fee,
    plan_card_settlement,
    plan_deposit,
    plan_interest,
    plan_known,
    plan_order_seen,
    plan_repayment,
    plan_unexplained,
)
from ledger.rules.redemption import plan_bounce, plan_paid
from ledger.rules.returned import plan_return
from ledger.rules.reversal import corrected_tally
from ledger.rules.standing import active
from ledger.store.shelf import Needs, Shelf

CAUSES: Final = (
    "conversion",
    "collection",
    "deposit",
    "redemption",
    "bounce",
    "return",
    "repayment",
    "order",
    "transfer",
    "entry",
    "disbursement",
    "disbursement-return",
    "card",
    "bank-fee",
    "interest",
)
SUSPEND: Final = "suspense"
_LONGEST_NAME: Final = 80
_NAME: Final = re.compile(r"[0-9A-Za-z@:._-]{0,80}", re.ASCII)
DISBURSEMENTS: Final = frozenset({"disbursement", "disbursement-return"})
"""Causes that move what an authority has sent."""
RECOGNISES: Final = "recognises"
"""The fact that names the entry made by hand which a line turned out to be."""
_PAPERS: Final[dict[str, type]] = {
    "conversion": Member,
    "collection": Collection,
    "repayment": Member,
    "redemption": Redemption,
    "bounce": Redemption,
    "order": FundOrder,
    "entry": Outstanding,
    "disbursement": Run,
}


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause and what it names; a return holds the conversion's entry, which never changes."""

    kind: str
    id: str = ""
    entry: Entry | None = None
    authority: str = ""
    """Of a run, which never changes it either."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """Name what the plan looks at, the bank account and suspense apart."""
        if self.kind == "conversion":
            return conversion_needs(book, context, self.id)
        if self.kind == "collection":
            needs = conversion_needs(book, context, member_of(self.id))
            return replace(needs, papers=(*needs.papers, (Collection, self.id)))
        names = {TRANSIT, BANK_FEES, INTEREST, PAYABLE_REDEMPTIONS}
        tallies: set[str] = set()
        if self.kind == "deposit":
            names.add(accounts.sponsor(self.id))
        if self.kind == "repayment":
            names.add(accounts.receivable(self.id))
        if self.kind in DISBURSEMENTS:
            names.add(accounts.mandate(self.authority))
            tallies.add(free_tally(self.authority))
        if self.entry is not None:
            names |= {name for p in self.entry.postings for name in (p.source, p.target)}
            names.add(accounts.receivable(str(self.entry.facts.get("member", ""))))
            tallies = {tally.name for tally in self.entry.tallies}
            tallies.add(corrected_tally(self.entry.number))
        paper = _PAPERS.get(self.kind)
        return Needs(
            accounts=tuple(sorted(names)),
            # Whose redemption it is stands in it: what is owed to every authority is looked at.
            wallets=(accounts.TREASURY,) if paper is Redemption else (),
            tallies=tuple(sorted(tallies)),
            papers=((paper, self.id),) if paper else (),
        )

    def plan(self, shelf: Shelf, line: BankLine, place: str) -> Plan:
        """Plan what the line is; raises LineDoesNotFit, Unknown, and what each rule raises."""
        if not _NAME.fullmatch(self.id):  # it is sealed in the journal, where no words belong
            raise Unknown(what=self.kind, id=self.id[:_LONGEST_NAME])
        plans = {
            "conversion": self._converted,
            "collection": self._collected,
            "deposit": self._deposited,
            "redemption": self._redeemed,
            "bounce": self._redeemed,
            "return": self._returned,
            "repayment": self._repaid,
            "order": self._moved,
            "transfer": self._moved,
            "entry": self._recognised,
            "disbursement": self._sent,
            "disbursement-return": self._sent_back,
            "bank-fee": _fee,
        }
        if self.kind in plans:
            return plans[self.kind](shelf, line, place)
        if self.kind == "card":
            return plan_card_settlement(line, place)
        if self.kind == "interest":
            return plan_interest(line, place)
        return plan_unexplained(line, shelf.book.bank_accounts[line.account])

    def _converted(self, shelf: Shelf, line: BankLine, place: str) -> Plan:
        _must_come_in(line)
        member = active(shelf.paper(Member, self.id), self.id)
        return converted(shelf, member, line.amount, place, "bank", "")

    def _collected(self, shelf: Shelf, line: BankLine, place: str) -> Plan:
        return collected(shelf, line, place, self.id)

    def _repaid(self, shelf: Shelf, line: BankLine, place: str) -> Plan:
        if shelf.paper(Member, self.id) is None:
            raise Unknown(what="member", id=self.id)
        return plan_repayment(self.id, line, place)

    def _moved(self, shelf: Shelf, line: BankLine, place: str) -> Plan:
        ordered = self.kind == "order"
        order = shelf.paper(FundOrder, self.id) if ordered else self._seen_first(shelf, line)
        if order is None:
            raise Unknown(what="fund order", id=self.id)
        return plan_order_seen(order, line, shelf.book.bank_accounts[line.account], place)

    def _deposited(self, shelf: Shelf, line: BankLine, place: str) -> Plan:
        _must_come_in(line)
        sponsor = shelf.book.sponsors.get(self.id)
        if sponsor is None:
            raise Unknown(what="sponsor", id=self.id)
        return plan_deposit(sponsor, euros=line.amount, place=place)

    def _sent(self, shelf: Shelf, line: BankLine, place: str) -> Plan:
        run = shelf.paper(Run, self.id)
        if run is None or run.authority != self.authority:
            raise Unknown(what="run", id=self.id)
        return plan_received(run, line, place)

    def _sent_back(self, shelf: Shelf, line: BankLine, place: str) -> Plan:
        free = shelf.tally(free_tally(self.authority))
        return plan_returned(self.authority, line, place, free)

    def _redeemed(self, shelf: Shelf, line: BankLine, place: str) -> Plan:
        redemption, unit = known(shelf, self.id), shelf.book.unit
        came_back = self.kind == "bounce"
        if abs(line.amount) != redemption.euros or (line.amount > 0) != came_back:
            way = "come back" if came_back else "go out"
            amount = format_minor(redemption.euros, EUR.scale)
            raise LineDoesNotFit(id=line.id, why=f"{amount} EUR must {way} for {redemption.id}.")
        if not came_back:
            return plan_paid(redemption, place=place, unit=unit)
        notice = _notice(shelf, line, redemption.member, "redemption-bounced", redemption.id)
        return plan_bounce(redemption, place=place, unit=unit, notice=notice)

    def _returned(self, shelf: Shelf, line: BankLine, place: str) -> Plan:
        if self.entry is None:
            raise Unknown(what="entry", id=self.id)
        if line.amount > 0:
            raise LineDoesNotFit(id=line.id, why="what is taken back goes out.")
        touched = {name for p in self.entry.postings for name in (p.source, p.target)}
        plan = plan_return(
            self.entry,
            euros=-line.amount,
            place=place,
            unit=shelf.book.unit,
            balances={name: shelf.balance(name) for name in touched},
        )
        member = str(plan.facts["member"])
        notice = _notice(shelf, line, member, "conversion-returned", str(self.entry.number))
        plan = replace(plan, papers=(*plan.papers, notice))
        return _covering(shelf, line, plan, int(plan.facts["missing"]))

    def _seen_first(self, shelf: Shelf, line: BankLine) -> FundOrder:
        """Make the order that nobody gave, for a transfer that the bank shows all the same."""
        here, there = shelf.book.bank_accounts[line.account], shelf.book.bank_accounts.get(self.id)
        if there is None or there == here:
            raise Unknown(what="bank account", id=self.id)
        ends = (here, there) if line.amount < 0 else (there, here)
        return _order(shelf, line, (ends[0].account, ends[1].account), "seen at the bank")

    def _recognised(self, shelf: Shelf, line: BankLine, place: str) -> Plan:
        waiting = shelf.paper(Outstanding, self.id)
        if waiting is None or waiting.state != "open":
            raise Unknown(what="outstanding entry", id=self.id)
        if (waiting.account, waiting.amount) != (line.account, line.amount):
            why = f"entry {self.id} moved {format_minor(waiting.amount, 2)} on {waiting.account}."
            raise LineDoesNotFit(id=line.id, why=why)
        plan = plan_known(line, shelf.book.bank_accounts[line.account], place)
        facts = {**plan.facts, RECOGNISES: waiting.number}
        return replace(plan, papers=(replace(waiting, state="matched", line=line.id),), facts=facts)


def counted_when_booked(shelf: Shelf, plan: Plan, line: BankLine) -> Plan:
    """Let an entry about a bank line count on the day on which the bank booked the line.

    The operation needs the paper `(Backdated, LAST)`.
    """
    closed = shelf.book.closed_until
    day = accounting_day(line.booked_on, today=shelf.today, closed_until=closed)
    if not plan.leaves_entry or day == shelf.today:
        return plan
    return replace(plan, day=day, papers=(*plan.papers, Backdated(LAST, shelf.next_number)))


def joint_needs(
    book: Rulebook, context: Context, line: str, account: str, causes: tuple[Cause, ...]
) -> Needs:
    """Name what the causes of a line look at together, the line and its two places included."""
    every = [cause.needs(book, context) for cause in causes]
    names = {bank(account), SUSPENSE} | {name for needs in every for name in needs.accounts}
    own: list[tuple[type, str]] = [(BankLine, line), (Backdated, LAST)]
    return Needs(
        accounts=tuple(sorted(names)),
        wallets=tuple(dict.fromkeys(name for needs in every for name in needs.wallets)),
        tallies=tuple(dict.fromkeys(name for needs in every for name in needs.tallies)),
        papers=tuple(dict.fromkeys([*own, *(p for n in every for p in n.papers)])),
    )


def _fee(shelf: Shelf, line: BankLine, place: str) -> Plan:
    return _covering(shelf, line, plan_bank_fee(line, place), max(-line.amount, 0))


def _covering(shelf: Shelf, line: BankLine, plan: Plan, cents: int) -> Plan:
    """Ask operating for what a line takes from a fund, where there is such an account."""
    book = shelf.book.bank_accounts
    operating = next((a for a in book.values() if a.medium == "operating"), None)
    own = book[line.account]
    if not cents or operating is None or own.medium == "operating":
        return plan
    ends = (operating.account, own.account)
    reason = cover_reason(line.id)
    return covered(plan, replace(_order(shelf, line, ends, reason), euros=cents))


def _order(shelf: Shelf, line: BankLine, ends: tuple[str, str], reason: str) -> FundOrder:
    id_ = _id_from(shelf, line)
    return FundOrder(
        id=id_,
        source=ends[0],
        target=ends[1],
        euros=abs(line.amount),
        reason=reason,
        reference=reference_for(shelf.book.code, "order", id_),
        ordered_at=shelf.at,
        ordered_by="",
    )


def _notice(shelf: Shelf, line: BankLine, member: str, kind: str, about: str) -> Notice:
    return Notice(
        id=_id_from(shelf, line),
        subject=member,
        at=shelf.at,
        kind=kind,
        facts={
            "about": about,
            "euros": format_minor(abs(line.amount), EUR.scale),
            "reason": line.returned,
        },
    )


def _id_from(shelf: Shelf, line: BankLine) -> str:
    """Name what an explanation makes: one name for each line and entry."""
    said = f"{shelf.book.code}\n{line.id}\n{shelf.next_number}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _must_come_in(line: BankLine) -> None:
    if line.amount < 0:
        raise LineDoesNotFit(id=line.id, why="its euros went out.")
