"""Runs: an authority sends rows, each gets its fate, another person approves, the euros arrive."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.books.authorities import CollectionMandate
from ledger.books.context import Context
from ledger.books.disbursements import Consent, Disbursement, RowAsked, Run, WageRule, free_tally
from ledger.books.journal import Plan
from ledger.books.papers import Member, Rulebook
from ledger.money import EUR, format_minor
from ledger.operations.access import APPROVER, OFFICER, TREASURER, require, require_own
from ledger.operations.challenge import Agreement, agreed
from ledger.operations.consent import authority_of
from ledger.operations.mandate import known
from ledger.operations.reference import reference_for
from ledger.refusals import Malformed, Unknown
from ledger.rules.disbursement import MOST_ROWS, plan_approval, plan_cancel, plan_check, plan_taken
from ledger.rules.fates import Facts, judge_again, judge_rows
from ledger.rules.mandate import mandate_tally
from ledger.store.shelf import Found, Needs, Shelf

_SLUG: Final = re.compile(r"[a-z0-9-]{1,64}", re.ASCII)
LONGEST_WORDS: Final = 140


@dataclass(frozen=True, slots=True)
class CheckRun:
    """Check rows and keep them as a run; with `drop`, those at fault fall out of it, named."""

    authority: str
    mandate: str
    rows: tuple[RowAsked, ...]
    words: str = ""
    drop: bool = False

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        named = dict.fromkeys(row.member for row in self.rows if _SLUG.fullmatch(row.member))
        papers: list[tuple[type, str]] = [(Member, name) for name in named]
        return Needs(
            papers=(*papers, *_papers(self.authority, self.mandate)),
            tallies=(mandate_tally(self.mandate),),
            found=(Found(Consent, "authority", self.authority),),
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, OFFICER)
        require_own(context, "authority", self.authority)
        authority_of(shelf.paper(Member, self.authority), self.authority)
        if not 0 < len(self.rows) <= MOST_ROWS:
            detail = f"a run has 1 to {MOST_ROWS} rows"
            raise Malformed([{"pointer": "/rows", "detail": detail}])
        id_ = context.fresh_id
        run = Run(
            id=id_,
            authority=self.authority,
            mandate=self.mandate,
            words=self.words[:LONGEST_WORDS],
            rows=0,
            due=0,
            total=0,
            received=0,
            credited=0,
            reference=reference_for(shelf.book.code, "run", id_),
            proposed_at=shelf.at,
            proposed_by=context.person,
        )
        rows = judge_rows(id_, self.rows, _facts(shelf, self.authority, self.mandate))
        return plan_check(
            run, rows, drop=self.drop, language=context.language, preview=context.preview
        )


@dataclass(frozen=True, slots=True)
class ApproveRun:
    """Approve a run as another person: every row is looked at again, by the consents of today."""

    authority: str
    run: str
    mandate: str
    members: tuple[str, ...]
    """Those whom its rows name, read before: a run's rows never change their person."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        papers: list[tuple[type, str]] = [(Member, name) for name in self.members]
        return Needs(
            papers=(*papers, *_papers(self.authority, self.mandate), (Run, self.run)),
            tallies=(mandate_tally(self.mandate),),
            found=(
                Found(Disbursement, "run", self.run),
                Found(Consent, "authority", self.authority),
            ),
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, APPROVER)
        run = own_run(shelf, context, self.authority, self.run)
        authority_of(shelf.paper(Member, self.authority), self.authority)
        rows = [row for row in shelf.at_hand(Disbursement) if row.run == run.id]
        facts = _facts(shelf, self.authority, run.mandate)
        plan = plan_approval(
            run,
            judge_again(rows, facts),
            facts.mandate,
            approver=context.person,
            language=context.language,
        )
        euros = f"{format_minor(int(plan.facts['total']), EUR.scale)} {EUR.code}"
        payee = f"{run.authority}: {plan.facts['rows']}"
        return agreed(shelf, context, plan, Agreement("run", run.id, euros, payee))


@dataclass(frozen=True, slots=True)
class CancelRun:
    """Give a run up before its euros are all there: nobody is credited."""

    authority: str
    run: str
    mandate: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(
            papers=((Run, self.run), (CollectionMandate, self.mandate)),
            tallies=(free_tally(self.authority), mandate_tally(self.mandate)),
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, OFFICER, APPROVER)
        run = own_run(shelf, context, self.authority, self.run)
        return plan_cancel(run, known(shelf, self.authority, run.mandate))


@dataclass(frozen=True, slots=True)
class TakeLeftOver:
    """Use for a run what earlier runs of the same authority left over."""

    authority: str
    run: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Run, self.run),), tallies=(free_tally(self.authority),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, OFFICER, APPROVER, TREASURER)
        run = own_run(shelf, context, self.authority, self.run)
        return plan_taken(run, shelf.tally(free_tally(self.authority)))


def own_run(shelf: Shelf, context: Context, authority: str, id_: str) -> Run:
    """Give a run of an authority to whoever acts for it; Unknown for a stranger, or another's."""
    run = shelf.paper(Run, id_)
    require_own(context, "run", authority, all_of=(TREASURER,), named=id_)
    if run is None or run.authority != authority:
        raise Unknown(what="run", id=id_)
    return run


def _papers(authority: str, mandate: str) -> list[tuple[type, str]]:
    return [(Member, authority), (WageRule, authority), (CollectionMandate, mandate)]


def _facts(shelf: Shelf, authority: str, mandate: str) -> Facts:
    consents: dict[str, list[Consent]] = {}
    for consent in shelf.at_hand(Consent):
        if consent.authority == authority:
            consents.setdefault(consent.member, []).append(consent)
    return Facts(
        day=shelf.today,
        unit=shelf.book.unit,
        mandate=known(shelf, authority, mandate),
        used=shelf.tally(mandate_tally(mandate)),
        members={member.id: member for member in shelf.at_hand(Member)},
        consents=consents,
        wages=shelf.paper(WageRule, authority),
    )


def named_in(rows: Sequence[Disbursement]) -> tuple[str, ...]:
    """Name the persons of rows that are due, once each."""
    return tuple(dict.fromkeys(row.member for row in rows if row.state == "due"))
