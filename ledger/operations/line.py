"""Bank lines: each explained once, by one cause or by several that share it, or left in suspense.

Explaining is one entry, whoever or whatever decided; `correction` takes it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ledger.books.accounts import SUSPENSE, bank
from ledger.books.context import Context
from ledger.books.disbursements import Run
from ledger.books.journal import Entry, Plan, Posting
from ledger.books.papers import BankLine, Rulebook
from ledger.operations.access import TREASURER, require
from ledger.operations.cause import CAUSES, SUSPEND, Cause, counted_when_booked, joint_needs
from ledger.operations.correction import ProposeCorrection, known_entry, proposing
from ledger.operations.ledger import Ledger
from ledger.refusals import LineDoesNotFit, Malformed, NotInState, Unknown
from ledger.rules.fund import plan_unexplained
from ledger.rules.split import Part, check_parts, joined
from ledger.store.shelf import Needs, Shelf

__all__ = ["CAUSES", "PART", "SUSPEND", "AskAbout", "ExplainLine", "SplitLine"]

SPLIT: Final = "split"
_LONGEST_NUMBER: Final = 16
PART: Final = "-part-"
"""Stands in the id of a line that is a part of a batch, before its ordinal."""


@dataclass(frozen=True, slots=True)
class ExplainLine:
    """Explain a bank line by a cause and what it names; `account` is the line's, read before."""

    line: str
    account: str
    cause: str
    id: str = ""
    entry: Entry | None = None
    """The conversion that a return is of, read before."""
    authority: str = ""
    """Of the run that it brings euros for, read before."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return joint_needs(book, context, self.line, self.account, (self._cause(),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        line = unexplained(shelf, self.line)
        if self.cause == SUSPEND and line.state != "new":
            raise NotInState(what="bank line", id=line.id, state=line.state, needed="new")
        place = bank(line.account) if line.state == "new" else SUSPENSE
        plan = self._cause().plan(shelf, line, place)
        return _explained(shelf, plan, self._done(shelf, line))

    def _cause(self) -> Cause:
        return Cause(self.cause, self.id, self.entry, self.authority)

    def _done(self, shelf: Shelf, line: BankLine) -> BankLine:
        if self.cause == SUSPEND:
            return replace(line, state="waiting", cause=SUSPEND, entry=shelf.next_number)
        # The entry that moved the bank account stays the line's: of one made by hand, that one.
        moved = int(self.id) if self.cause == "entry" else shelf.next_number
        later = line.state == "waiting" or self.cause == "entry"
        return replace(
            line,
            state="matched",
            cause=self.cause,
            about=self.id,
            entry=line.entry if line.state == "waiting" else moved,
            explained_by=shelf.next_number if later else None,
        )


@dataclass(frozen=True, slots=True)
class SplitLine:
    """Share a bank line out over several causes: one entry with all of it, or nothing."""

    line: str
    account: str
    parts: tuple[Part, ...]
    entries: tuple[Entry | None, ...]
    """For each part that is a return its conversion, read before."""
    authorities: tuple[str, ...]
    """For each part that brings euros for a run its authority, read before."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return joint_needs(book, context, self.line, self.account, self._causes())

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation. Each part sees what those before it leave of budgets and wallets."""
        require(context, TREASURER)
        line = unexplained(shelf, self.line)
        check_parts(line, self.parts)
        fresh = line.state == "new"
        if fresh and any(part.cause == "entry" for part in self.parts):
            raise LineDoesNotFit(id=line.id, why="put it in suspense first.")
        fork, plans = shelf.fork(), []
        for ordinal, (part, cause) in enumerate(zip(self.parts, self._causes(), strict=True)):
            share = replace(line, id=f"{line.id}/{ordinal}", amount=part.amount)
            plans.append(cause.plan(fork, share, SUSPENSE))
            fork.apply(plans[-1])
        booked: tuple[Posting, ...] = ()
        if fresh:
            booked = plan_unexplained(line, shelf.book.bank_accounts[line.account]).postings
        plan = joined(self.parts, plans)
        plan = replace(plan, postings=(*booked, *plan.postings))
        number = shelf.next_number
        done = replace(line, state="matched", cause=SPLIT, about="")
        if fresh:
            return _explained(shelf, plan, replace(done, entry=number))
        return _explained(shelf, plan, replace(done, explained_by=number))

    def _causes(self) -> tuple[Cause, ...]:
        return tuple(
            Cause(part.cause, part.id, entry, authority)
            for part, entry, authority in zip(
                self.parts, self.entries, self.authorities, strict=True
            )
        )


@dataclass(frozen=True, slots=True)
class AskAbout:
    """Leave a line for later: a person will find out what it is, and was asked this."""

    line: str
    owner: str
    note: str = ""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((BankLine, self.line),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        line = unexplained(shelf, self.line)
        asked = replace(line, owner=self.owner, note=self.note)
        return Plan(
            kind="line-asked",
            papers=(asked,),
            facts={"line": line.id, "owner": self.owner},
            memo=self.note,
            sealed=True,
            answer={"line": line.id, "owner": self.owner, "note": self.note, "state": line.state},
        )


def unexplained(shelf: Shelf, id_: str) -> BankLine:
    """Give a line that is new or waits; Unknown or NotInState otherwise."""
    line = shelf.paper(BankLine, id_)
    if line is None:
        raise Unknown(what="bank line", id=id_)
    if line.state == "matched":
        raise NotInState(what="bank line", id=id_, state=line.state, needed="new / waiting")
    return line


def _explained(shelf: Shelf, plan: Plan, line: BankLine) -> Plan:
    facts = {**plan.facts, "line": line.id, "cause": line.cause}
    answer = {**plan.answer, "line": line.id, "cause": line.cause, "state": line.state}
    plan = replace(plan, papers=(*plan.papers, line), facts=facts, answer=answer)
    return counted_when_booked(shelf, plan, line)


def known_line(ledger: Ledger, currency: str, context: Context, id_: str) -> BankLine:
    """Give a bank line to a treasurer, or refuse an unknown one."""
    require(context, TREASURER)
    found = ledger.reads.paper(BankLine, currency, id_)
    if found is None:
        raise Unknown(what="bank line", id=id_)
    return found


def explaining(  # noqa: PLR0913 - a line and its explanation
    ledger: Ledger, currency: str, context: Context, *, line: str, cause: str, id_: str
) -> ExplainLine:
    """Prepare an explanation: looks up whose bank account the line is of."""
    found = known_line(ledger, currency, context, line)
    entry = entry_of(ledger, currency, cause, id_)
    authority = authority_of_cause(ledger, currency, cause, id_)
    return ExplainLine(found.id, found.account, cause, id_, entry, authority)


def splitting(
    ledger: Ledger, currency: str, context: Context, *, line: str, parts: Sequence[Part]
) -> SplitLine:
    """Prepare a split; the parts' amounts are signed here, as the line went."""
    found = known_line(ledger, currency, context, line)
    sign = 1 if found.amount > 0 else -1
    signed = tuple(Part(p.cause, p.id, sign * abs(p.amount)) for p in parts)
    entries = tuple(entry_of(ledger, currency, part.cause, part.id) for part in signed)
    authorities = tuple(
        authority_of_cause(ledger, currency, part.cause, part.id) for part in signed
    )
    return SplitLine(found.id, found.account, signed, entries, authorities)


def undoing(
    ledger: Ledger, currency: str, context: Context, *, line: str, reason: str
) -> ProposeCorrection:
    """Prepare the correction of whatever explains a line, so that it waits again."""
    found = known_line(ledger, currency, context, line)
    if found.state != "matched":
        raise NotInState(what="bank line", id=line, state=found.state, needed="matched")
    number = found.explained_by or found.entry or 0
    return proposing(ledger, currency, context, entry=number, reason=reason)


def entry_of(ledger: Ledger, currency: str, cause: str, id_: str) -> Entry | None:
    """Read the conversion that a return is of; None for other causes."""
    if cause != "return":
        return None
    if not (id_.isascii() and id_.isdecimal() and len(id_) <= _LONGEST_NUMBER):
        raise Malformed([{"pointer": "/id", "detail": "the number of the conversion's entry"}])
    return known_entry(ledger, currency, int(id_))


def authority_of_cause(ledger: Ledger, currency: str, cause: str, id_: str) -> str:
    """Read whose run a line brings euros for, or what goes back to whom; empty for other causes."""
    if cause == "disbursement-return":
        return id_
    if cause != "disbursement":
        return ""
    run = ledger.reads.paper(Run, currency, id_)
    return run.authority if run else ""
