"""Bank lines: each explained once, by itself where it is certain, else by a person."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

from ledger.banking.references import find_broken_references
from ledger.books import accounts
from ledger.books.accounts import BANK_FEES, INTEREST, PAYABLE_REDEMPTIONS, SUSPENSE, TRANSIT, bank
from ledger.books.closings import LAST, Backdated, accounting_day
from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import (
    BankLine,
    FundOrder,
    Identity,
    Member,
    Outstanding,
    Redemption,
    Rulebook,
    Sponsor,
    Statement,
)
from ledger.books.standing import Collection, member_of
from ledger.money import EUR, format_minor
from ledger.operations.access import TREASURER, require
from ledger.operations.collected import collected
from ledger.operations.conversion import conversion_needs, converted
from ledger.operations.ledger import Ledger
from ledger.operations.redemption import known
from ledger.refusals import LineDoesNotFit, NotInState, Unknown
from ledger.rules.fund import (
    plan_bank_fee,
    plan_card_settlement,
    plan_deposit,
    plan_interest,
    plan_known,
    plan_order_seen,
    plan_unexplained,
)
from ledger.rules.matching import REASONS, Candidates, Proposal, propose
from ledger.rules.redemption import plan_bounce, plan_paid
from ledger.rules.standing import active
from ledger.store.shelf import Needs, Shelf

CAUSES: Final = (
    "conversion",
    "collection",
    "deposit",
    "redemption",
    "bounce",
    "order",
    "entry",
    "card",
    "bank-fee",
    "interest",
)
SUSPEND: Final = "suspense"
AT_ONCE: Final = 1_000
"""How many lines of an import are explained together."""
RECOGNISES: Final = "recognises"
"""The fact that names the entry made by hand which a line in suspense turned out to be."""
_PAPERS: Final[dict[str, type]] = {
    "conversion": Member,
    "collection": Collection,
    "redemption": Redemption,
    "bounce": Redemption,
    "order": FundOrder,
    "entry": Outstanding,
}


class _Referenced(Protocol):
    @property
    def reference(self) -> str: ...


PaperT = TypeVar("PaperT", bound=_Referenced)


@dataclass(frozen=True, slots=True)
class ExplainLine:
    """Explain a bank line by a cause and what it names; `account` is the line's, read before."""

    line: str
    account: str
    cause: str
    id: str = ""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        names = {bank(self.account), SUSPENSE}
        needs = Needs()
        if self.cause == "conversion":
            needs = conversion_needs(book, context, self.id)
        elif self.cause == "collection":
            needs = conversion_needs(book, context, member_of(self.id))
        elif self.cause in {"redemption", "bounce"}:
            names.add(PAYABLE_REDEMPTIONS)
        elif self.cause == "deposit":
            names.add(accounts.sponsor(self.id))
        else:
            names |= {TRANSIT, BANK_FEES, INTEREST}
        papers: list[tuple[type, str]] = [(BankLine, self.line), (Backdated, LAST)]
        if self.cause in _PAPERS:
            papers.append((_PAPERS[self.cause], self.id))
        return replace(
            needs,
            accounts=tuple(sorted(names | set(needs.accounts))),
            papers=tuple(dict.fromkeys([*needs.papers, *papers])),
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        line = shelf.paper(BankLine, self.line)
        if line is None:
            raise Unknown(what="bank line", id=self.line)
        if line.state == "matched" or (self.cause == SUSPEND and line.state != "new"):
            raise NotInState(what="bank line", id=line.id, state=line.state, needed="new / waiting")
        place = bank(line.account) if line.state == "new" else SUSPENSE
        plan = self._cause(shelf, line, place)
        explained = self._explained(shelf, line, plan)
        answer = {**plan.answer, "line": line.id, "cause": self.cause, "state": explained.state}
        facts = {**plan.facts, "line": line.id, "cause": self.cause}
        plan = replace(plan, papers=(*plan.papers, explained), facts=facts, answer=answer)
        return counted_when_booked(shelf, plan, line)

    def _cause(self, shelf: Shelf, line: BankLine, place: str) -> Plan:
        own = shelf.book.bank_accounts[line.account]
        match self.cause:
            case "conversion":
                plan = self._converted(shelf, line, place)
            case "collection":
                plan = collected(shelf, line, place, self.id)
            case "deposit":
                plan = self._deposited(shelf, line, place)
            case "redemption" | "bounce":
                plan = self._redeemed(shelf, line, place)
            case "order":
                order = shelf.paper(FundOrder, self.id)
                if order is None:
                    raise Unknown(what="fund order", id=self.id)
                plan = plan_order_seen(order, line, own, place)
            case "entry":
                plan = self._recognised(shelf, line, place)
            case "card":
                plan = plan_card_settlement(line, place)
            case "bank-fee" | "interest":
                plan = (plan_bank_fee if self.cause == "bank-fee" else plan_interest)(line, place)
            case _:
                plan = plan_unexplained(line, own)
        return plan

    def _converted(self, shelf: Shelf, line: BankLine, place: str) -> Plan:
        _must_come_in(line)
        member = active(shelf.paper(Member, self.id), self.id)
        return converted(shelf, member, line.amount, place, "bank", "")

    def _deposited(self, shelf: Shelf, line: BankLine, place: str) -> Plan:
        _must_come_in(line)
        sponsor = shelf.book.sponsors.get(self.id)
        if sponsor is None:
            raise Unknown(what="sponsor", id=self.id)
        return plan_deposit(sponsor, euros=line.amount, place=place)

    def _redeemed(self, shelf: Shelf, line: BankLine, place: str) -> Plan:
        redemption = known(shelf, self.id)
        came_back = self.cause == "bounce"
        if abs(line.amount) != redemption.euros or (line.amount > 0) != came_back:
            way = "come back" if came_back else "go out"
            amount = format_minor(redemption.euros, EUR.scale)
            raise LineDoesNotFit(id=line.id, why=f"{amount} EUR must {way} for {redemption.id}.")
        settle = plan_bounce if came_back else plan_paid
        return settle(redemption, place=place, unit=shelf.book.unit)

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

    def _explained(self, shelf: Shelf, line: BankLine, plan: Plan) -> BankLine:
        if self.cause == SUSPEND:
            return replace(line, state="waiting", cause=SUSPEND, entry=shelf.next_number)
        number = shelf.next_number if plan.leaves_entry else int(self.id)
        done = replace(line, state="matched", cause=self.cause)
        if line.state == "waiting" and self.cause == "entry":
            # The suspense is undone: it is the recognised entry that moved the bank account.
            return replace(done, entry=int(self.id), explained_by=number)
        if line.state == "waiting":
            return replace(done, explained_by=number)
        return replace(done, entry=number)


def counted_when_booked(shelf: Shelf, plan: Plan, line: BankLine) -> Plan:
    """Let an entry about a bank line count on the day on which the bank booked the line.

    The operation needs the paper `(Backdated, LAST)`.
    """
    closed = shelf.book.closed_until
    day = accounting_day(line.booked_on, today=shelf.today, closed_until=closed)
    if not plan.leaves_entry or day == shelf.today:
        return plan
    return replace(plan, day=day, papers=(*plan.papers, Backdated(LAST, shelf.next_number)))


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the lines of an import."""

    matched: int
    waiting: int


def explain_lines(ledger: Ledger, currency: str, context: Context, account: str) -> Fate:
    """Explain an account's new lines where it is certain; the rest wait in suspense.

    Lines of a statement that does not add up are left to a person.
    """
    marked = {s.id for s in ledger.reads.having(Statement, currency, "state", ["marked"])}
    new = [
        line
        for line in ledger.reads.having(BankLine, currency, "state", ["new"], order="booked_on")
        if line.account == account and line.statement not in marked
    ]
    # In parts, so that a long statement does not fill the memory with plans and answers.
    fates = [
        _explain(ledger, currency, context, new[start : start + AT_ONCE])
        for start in range(0, len(new), AT_ONCE)
    ]
    return Fate(sum(fate.matched for fate in fates), sum(fate.waiting for fate in fates))


def _explain(ledger: Ledger, currency: str, context: Context, new: Sequence[BankLine]) -> Fate:
    """Explain some lines: those that are certain first, then whatever is left waits."""
    book, _ = ledger.reads.rulebook(currency)
    at_once = book.terms_on(context.day).exact_matches_post
    first: list[tuple[ExplainLine, Context]] = []
    for line, proposals in proposals_for(ledger, currency, new):
        chosen = proposals[0] if proposals and proposals[0].exact and at_once else None
        cause, id_ = (chosen.cause, chosen.id) if chosen else (SUSPEND, "")
        operation = ExplainLine(line.id, line.account, cause, id_)
        first.append((operation, _step(context, operation)))
    answers = ledger.post_many(currency, first)
    tried = [(operation, answer) for (operation, _), answer in zip(first, answers, strict=True)]
    # A certain cause that the books refuse (a member who left, say) waits for a person.
    left = [
        ExplainLine(operation.line, operation.account, SUSPEND)
        for operation, answer in tried
        if answer.refused and operation.cause != SUSPEND
    ]
    suspended = ledger.post_many(currency, ((o, _step(context, o)) for o in left))
    matched = sum(not answer.refused for o, answer in tried if o.cause != SUSPEND)
    waiting = sum(not answer.refused for o, answer in tried if o.cause == SUSPEND)
    return Fate(matched, waiting + sum(not answer.refused for answer in suspended))


def proposals_for(
    ledger: Ledger, currency: str, lines: Sequence[BankLine]
) -> list[tuple[BankLine, list[Proposal]]]:
    """Look up once what a set of lines could be about, and propose for each."""
    references = {reference for line in lines for reference in line.references}
    ibans = {line.iban for line in lines if line.iban}
    having = ledger.reads.having
    members = _by_reference(having(Member, currency, "reference", references))
    sponsors = _by_reference(having(Sponsor, currency, "reference", references))
    redemptions = _by_reference(having(Redemption, currency, "reference", references))
    orders = _by_reference(having(FundOrder, currency, "reference", references))
    collections = _by_reference(having(Collection, currency, "reference", references))
    identities = having(Identity, currency, "iban", ibans)
    outstanding: defaultdict[tuple[str, int], list[Outstanding]] = defaultdict(list)
    for entry in having(Outstanding, currency, "state", ["open"]):
        outstanding[entry.account, entry.amount].append(entry)
    theirs: defaultdict[str, list[Identity]] = defaultdict(list)
    for identity in identities:
        theirs[identity.iban].append(identity)
    return [
        (
            line,
            propose(
                line,
                Candidates(
                    members=[members[r] for r in line.references if r in members],
                    sponsors=[sponsors[r] for r in line.references if r in sponsors],
                    redemptions=[redemptions[r] for r in line.references if r in redemptions],
                    orders=[orders[r] for r in line.references if r in orders],
                    collections=[collections[r] for r in line.references if r in collections],
                    identities=theirs[line.iban],
                    outstanding=outstanding[line.account, line.amount],
                    broken_references=find_broken_references(line.text),
                ),
            ),
        )
        for line in lines
    ]


def shown(line: BankLine, proposals: Sequence[Proposal] = ()) -> dict[str, Json]:
    """Show a line with what it may be."""
    return {
        "id": line.id,
        "account": line.account,
        "booked_on": line.booked_on.isoformat(),
        "direction": "credit" if line.amount > 0 else "debit",
        "euros": format_minor(abs(line.amount), EUR.scale),
        "references": list(line.references),
        "text": line.text,
        "counterparty": line.counterparty,
        "iban": line.iban,
        "state": line.state,
        "cause": line.cause or None,
        "entry": line.entry,
        "proposals": [
            {
                "cause": proposal.cause,
                "id": proposal.id,
                "exact": proposal.exact,
                "reason": REASONS[proposal.reason].format(id=proposal.id),
            }
            for proposal in proposals
        ],
    }


def _by_reference(papers: Sequence[PaperT]) -> dict[str, PaperT]:
    return {paper.reference: paper for paper in papers}


def _step(context: Context, operation: ExplainLine) -> Context:
    """Give the explanation of a line a key of its own in this import."""
    step = f"{context.fresh_id}:{operation.line}:{operation.cause}"
    return replace(context, key=f"line:{hashlib.sha256(step.encode()).hexdigest()}")


def _must_come_in(line: BankLine) -> None:
    if line.amount < 0:
        raise LineDoesNotFit(id=line.id, why="its euros went out.")


def explaining(  # noqa: PLR0913 - a line and its explanation
    ledger: Ledger, currency: str, context: Context, *, line: str, cause: str, id_: str
) -> ExplainLine:
    """Prepare an explanation: looks up whose bank account the line is of."""
    require(context, TREASURER)
    found = ledger.reads.paper(BankLine, currency, line)
    if found is None:
        raise Unknown(what="bank line", id=line)
    return ExplainLine(found.id, found.account, cause, id_)


def list_lines(
    ledger: Ledger, currency: str, *, state: str | None, after: str, limit: int
) -> list[dict[str, Json]]:
    """List lines by id behind `after`; those that wait (or are new) with their proposals."""
    ledger.reads.rulebook(currency)
    states = {None: ("new", "waiting", "matched"), "waiting": ("new", "waiting")}
    found = ledger.reads.page(
        BankLine, currency, {"state": states.get(state, (state,))}, after=after, limit=limit
    )
    waiting = [line for line in found if line.state != "matched"]
    proposals = {line.id: found for line, found in proposals_for(ledger, currency, waiting)}
    return [shown(line, proposals.get(line.id, ())) for line in found]
