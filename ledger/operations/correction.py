"""Corrections: one person proposes to reverse an entry, another one does it."""

from dataclasses import dataclass, replace

from ledger.books import accounts
from ledger.books.context import Context
from ledger.books.journal import Entry, Plan
from ledger.books.papers import BankLine, Correction, Outstanding, Redemption, Rulebook
from ledger.operations.access import TREASURER, require
from ledger.operations.challenge import Agreement, confirmed
from ledger.operations.ledger import Ledger
from ledger.refusals import Malformed, NotInState, Unknown
from ledger.rules.refund import refunded_tally
from ledger.rules.reversal import check_correctable, corrected_tally, plan_reversal
from ledger.store.shelf import Needs, Shelf

SHORTEST_REASON = 3


@dataclass(frozen=True, slots=True)
class ProposeCorrection:
    """Propose to reverse an entry, with a reason; the entry was read before, it never changes."""

    entry: Entry
    reason: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return _needs(self.entry)

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
        return Plan(
            kind="correction-proposal",
            papers=(correction,),
            answer={
                "id": correction.id,
                "corrects": self.entry.number,
                "state": correction.state,
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
        papers: list[tuple[type, str]] = [(Correction, self.correction)]
        names = set(_needs(self.entry).accounts) | {accounts.SUSPENSE}
        redemption = str(self.entry.facts.get("redemption", ""))
        papers += [(Redemption, redemption)] if redemption else []
        papers += [(BankLine, self.line)] if self.line else []
        papers.append((Outstanding, str(self.entry.number)))
        names |= {accounts.member(str(self.entry.facts["member"]))} if redemption else set()
        tallies = {tally.name for tally in self.entry.tallies}
        return Needs(
            accounts=tuple(sorted(names)),
            tallies=tuple(sorted(tallies | set(_needs(self.entry).tallies))),
            papers=tuple(papers),
        )

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
        redemption = str(self.entry.facts.get("redemption", ""))
        plan = plan_reversal(
            self.entry,
            correction,
            number=shelf.next_number,
            approver=context.person,
            line=shelf.paper(BankLine, self.line) if self.line else None,
            outstanding=shelf.paper(Outstanding, str(self.entry.number)),
            redemption=shelf.paper(Redemption, redemption) if redemption else None,
            balances={name: shelf.balance(name) for name in _needs(self.entry).accounts},
        )
        agreed = Agreement("correction", str(self.entry.number), "", "")
        return replace(plan, papers=(*plan.papers, *confirmed(shelf, context, agreed)))


def correction_of(
    ledger: Ledger, currency: str, context: Context, *, entry: int, correction: str
) -> ApproveCorrection:
    """Prepare the approval of a correction: looks up the entry and the bank line it booked."""
    require(context, TREASURER)
    found = known_entry(ledger, currency, entry)
    having = ledger.reads.having
    lines = having(BankLine, currency, "entry", [entry]) + having(
        BankLine, currency, "explained_by", [entry]
    )
    awaited = ledger.reads.paper(Outstanding, currency, str(entry))
    line = lines[0].id if lines else (awaited.line if awaited else "")
    return ApproveCorrection(found, correction, line)


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


def _check(shelf: Shelf, entry: Entry) -> None:
    check_correctable(
        entry,
        corrected=shelf.tally(corrected_tally(entry.number)),
        refunded=shelf.tally(refunded_tally(entry.number)),
    )
