"""Corrections: one person proposes to reverse an entry, another one does it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from ledger.books import accounts
from ledger.books.closings import LAST, Backdated
from ledger.books.context import Context
from ledger.books.journal import Entry, Plan
from ledger.books.papers import (
    BankLine,
    Correction,
    FundOrder,
    Outstanding,
    Redemption,
    Rulebook,
)
from ledger.operations.access import TREASURER, require
from ledger.operations.cause import counted_when_booked
from ledger.operations.challenge import Agreement, agreed
from ledger.operations.ledger import Ledger
from ledger.refusals import CannotCorrect, Malformed, NotInState, Unknown
from ledger.rules.refund import refunded_tally
from ledger.rules.reversal import (
    Touched,
    causes_of,
    check_correctable,
    corrected_tally,
    plan_reversal,
)
from ledger.store.shelf import Needs, Shelf

SHORTEST_REASON = 3

PaperT = TypeVar("PaperT")


@dataclass(frozen=True, slots=True)
class ProposeCorrection:
    """Propose to reverse an entry, with a reason; the entry was read before, it never changes.

    Where the terms need no second person, it is reversed at once. `line` is the bank line that the
    entry is about.
    """

    entry: Entry
    reason: str
    line: str = ""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return _reversal_needs(book, self.entry, self.line)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        if len(self.reason.strip()) < SHORTEST_REASON:
            detail = f"say why in at least {SHORTEST_REASON} letters"
            raise Malformed([{"pointer": "/reason", "detail": detail}])
        _check(shelf, self.entry)
        correction = Correction(
            id=context.fresh_id,
            corrects=self.entry.number,
            reason=self.reason,
            proposed_at=shelf.at,
            proposed_by=context.person,
        )
        if not shelf.book.terms_on(shelf.today).corrections_need_second:
            return _reversed(shelf, context, self.entry, correction, self.line)
        return Plan(
            kind="correction-proposal",
            papers=(correction,),
            answer={
                "id": correction.id,
                "corrects": self.entry.number,
                "state": correction.state,
                "line": self.line or None,
            },
        )


@dataclass(frozen=True, slots=True)
class ApproveCorrection:
    """Reverse an entry that another person proposed to; `line` is the bank line that it booked."""

    entry: Entry
    correction: str
    line: str = ""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        needs = _reversal_needs(book, self.entry, self.line)
        return replace(needs, papers=(*needs.papers, (Correction, self.correction)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        correction = shelf.paper(Correction, self.correction)
        if correction is None or correction.corrects != self.entry.number:
            raise Unknown(what="correction", id=self.correction)
        if correction.state != "proposed":
            raise NotInState(
                what="correction", id=correction.id, state=correction.state, needed="proposed"
            )
        _check(shelf, self.entry)
        return _reversed(shelf, context, self.entry, correction, self.line)


def _reversed(
    shelf: Shelf, context: Context, entry: Entry, correction: Correction, line: str
) -> Plan:
    causes, facts = causes_of(entry), entry.facts
    redemptions = {str(facts.get("redemption", "")), *(part.id for part in causes)}
    orders = {str(facts.get("cover", "")), *(part.id for part in causes)}
    touched = Touched(
        line=shelf.paper(BankLine, line) if line else None,
        outstanding=shelf.paper(Outstanding, str(entry.number)),
        recognised=_found(shelf, Outstanding, (p.id for p in causes)),
        redemptions=_found(shelf, Redemption, sorted(redemptions)),
        orders=_found(shelf, FundOrder, sorted(orders)),
    )
    if touched.line is not None and entry.number not in _numbers(touched.line, touched.outstanding):
        raise CannotCorrect(entry=entry.number, why="its bank line has another explanation now.")
    plan = plan_reversal(
        entry,
        correction,
        number=shelf.next_number,
        approver=context.person,
        alone=not shelf.book.terms_on(shelf.today).corrections_need_second,
        touched=touched,
        balances={name: shelf.balance(name) for name in _needs(entry).accounts},
    )
    agreement = Agreement("correction", str(entry.number), "", "")
    plan = agreed(shelf, context, plan, agreement)
    return plan if touched.line is None else counted_when_booked(shelf, plan, touched.line)


def _numbers(line: BankLine, outstanding: Outstanding | None) -> set[int | None]:
    """Name the entries that speak for a line: they change while a correction is being prepared."""
    told = {outstanding.number} if outstanding and outstanding.line == line.id else set()
    return {line.entry, line.explained_by, *told}


def _found(shelf: Shelf, kind: type[PaperT], ids: Iterable[str]) -> list[PaperT]:
    papers = (shelf.paper(kind, id_) for id_ in dict.fromkeys(ids) if id_)
    return [paper for paper in papers if paper is not None]


def correction_of(
    ledger: Ledger, currency: str, context: Context, *, entry: int, correction: str
) -> ApproveCorrection:
    """Prepare the approval of a correction: looks up the entry and the bank line it booked."""
    require(context, TREASURER)
    found = known_entry(ledger, currency, entry)
    return ApproveCorrection(found, correction, line_of(ledger, currency, entry))


def proposing(
    ledger: Ledger, currency: str, context: Context, *, entry: int, reason: str
) -> ProposeCorrection:
    """Prepare the proposal of a correction: looks up the entry and the bank line it booked."""
    require(context, TREASURER)
    found = known_entry(ledger, currency, entry)
    return ProposeCorrection(found, reason, line_of(ledger, currency, entry))


def line_of(ledger: Ledger, currency: str, entry: int) -> str:
    """Give the id of the bank line that an entry is about; empty without one."""
    having = ledger.reads.having
    lines = having(BankLine, currency, "explained_by", [entry]) + having(
        BankLine, currency, "entry", [entry]
    )
    awaited = ledger.reads.paper(Outstanding, currency, str(entry))
    return lines[0].id if lines else (awaited.line if awaited else "")


def known_entry(ledger: Ledger, currency: str, number: int) -> Entry:
    """Give an entry, or refuse an unknown number."""
    found = ledger.reads.entry(currency, number)
    if found is None:
        raise Unknown(what="entry", id=str(number))
    return found


def _needs(entry: Entry) -> Needs:
    touched = {p.source for p in entry.postings} | {p.target for p in entry.postings}
    return Needs(
        accounts=tuple(sorted(touched)),
        tallies=(corrected_tally(entry.number), refunded_tally(entry.number)),
    )


def _reversal_needs(book: Rulebook, entry: Entry, line: str) -> Needs:
    names = set(_needs(entry).accounts) | {accounts.SUSPENSE}
    papers: list[tuple[type, str]] = [(Outstanding, str(entry.number)), (Backdated, LAST)]
    if line:
        papers.append((BankLine, line))
        names |= {account.account for account in book.bank_accounts.values()}
    redemption, cover = str(entry.facts.get("redemption", "")), str(entry.facts.get("cover", ""))
    papers += [(Redemption, redemption)] if redemption else []
    papers += [(FundOrder, cover)] if cover else []
    for part in causes_of(entry):
        papers += [(kind, part.id) for kind in (Redemption, FundOrder, Outstanding) if part.id]
    if redemption and "member" in entry.facts:
        names.add(accounts.member(str(entry.facts["member"])))
    tallies = {tally.name for tally in entry.tallies} | set(_needs(entry).tallies)
    return Needs(
        accounts=tuple(sorted(names)),
        tallies=tuple(sorted(tallies)),
        papers=tuple(dict.fromkeys(papers)),
    )


def _check(shelf: Shelf, entry: Entry) -> None:
    check_correctable(
        entry,
        corrected=shelf.tally(corrected_tally(entry.number)),
        refunded=shelf.tally(refunded_tally(entry.number)),
    )
