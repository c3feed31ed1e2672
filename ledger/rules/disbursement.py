"""Disbursement: each row's fate before anything moves, two persons, one transfer, each row once.

The authority's euros wait in `mandate:<authority>`; a row's credit takes its part out of there and
issues as many units. What no run needs is counted as left over, for the next run or to go back.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ledger.books import accounts
from ledger.books.accounts import Fund
from ledger.books.authorities import CollectionMandate
from ledger.books.disbursements import (
    MOST_FREE,
    Disbursement,
    Run,
    free_tally,
)
from ledger.books.journal import Json, Plan, Posting, Tally
from ledger.books.papers import BankLine, Member
from ledger.money import EUR, Asset, format_minor
from ledger.refusals import (
    LineDoesNotFit,
    NothingLeftOver,
    NotInState,
    RowsFaulty,
    SamePerson,
)
from ledger.rules.fates import OK, fate_said
from ledger.rules.fund import line_arrow
from ledger.rules.mandate import used_under
from ledger.rules.parity import units_at_par

MOST_ROWS: Final = 10_000


def plan_check(
    run: Run, rows: Sequence[Disbursement], *, drop: bool, language: str, preview: bool = False
) -> Plan:
    """Plan a run whose rows have their fates: nothing moves.

    Raises RowsFaulty when a row is at fault and faulty rows are not to fall out (`drop`), or when
    no row is left; a preview tells every fate instead, and what it shows is a draft.
    """
    faulty = [row for row in rows if row.fate != OK]
    good = [row for row in rows if row.fate == OK]
    clear = bool(good) and (drop or not faulty)
    if not (clear or preview):
        raise faulty_rows(rows, language)
    checked = replace(
        run,
        rows=len(rows),
        due=len(good),
        total=sum(row.part for row in good),
        state="checked" if clear else "draft",
    )
    return _plan("run", checked, rows, language, sealed=True)


def faulty_rows(rows: Sequence[Disbursement], language: str) -> RowsFaulty:
    """Say which rows cannot be credited, each with its place and its sentence."""
    faulty = [row for row in rows if row.fate != OK]
    told = [
        {
            "row": str(row.ordinal),
            "place": row.place,
            "fate": row.fate,
            "why": fate_said(row.fate, language),
        }
        for row in faulty
    ]
    first = told[0] if told else {"place": "row 1", "why": fate_said("empty-cell", language)}
    return RowsFaulty(count=len(told), place=first["place"], why=first["why"], rows=told)


def plan_approval(
    run: Run,
    rows: Sequence[Disbursement],
    mandate: CollectionMandate,
    *,
    approver: str,
    language: str,
) -> Plan:
    """Plan that a run may be paid for: another person agrees to the rows as they stand today.

    Rows that fell out since they were checked come with their fates; what is due is counted anew.
    Raises NotInState, SamePerson, or RowsFaulty when no row is left.
    """
    _must_be(run, "checked")
    if approver == run.proposed_by:
        raise SamePerson
    due = [row for row in rows if row.state == "due"]
    if not due:
        raise faulty_rows(rows, language)
    approved = replace(
        run,
        due=len(due),
        total=sum(row.part for row in due),
        approved_by=approver,
        state="awaiting",
    )
    plan = _plan("run-approval", approved, rows, language, sealed=True)
    return replace(plan, tallies=(used_under(mandate, approved.total),))


def plan_cancel(run: Run, mandate: CollectionMandate) -> Plan:
    """Plan that nobody of a run is credited; what it has received is left over (NotInState)."""
    _must_be(run, "checked", "awaiting")
    gone = replace(run, state="cancelled", due=0)
    plan = _freeing("run-cancel", gone, run.received)
    given_back = (used_under(mandate, -run.total),) if run.state == "awaiting" else ()
    return replace(plan, tallies=(*plan.tallies, *given_back), sealed=True)


def plan_received(run: Run, line: BankLine, place: str) -> Plan:
    """Plan the euros of a bank line that come for a run; `place` is the bank account or suspense.

    Too few and nobody is credited yet; what is too much is left over. Raises LineDoesNotFit for
    euros that went out, NotInState while no second person has approved.
    """
    if line.amount < 0:
        raise LineDoesNotFit(id=line.id, why="its euros went out.")
    _must_be(run, "awaiting", "funded", "closed", "cancelled")
    arrow = line_arrow(place, line.amount, run.account)
    over = line.amount
    if run.state == "awaiting":
        over = max(line.amount - run.missing, 0)
    plan = _freeing("run-received", _filled(run, line.amount), over)
    return replace(
        plan,
        postings=(arrow,),
        facts={**plan.facts, "line": line.id, "account": line.account},
        answer={**plan.answer, "line": line.id, "postings": [arrow.shown()]},
    )


def plan_taken(run: Run, free: int) -> Plan:
    """Plan that a run uses what earlier runs left over: no arrow, the euros are there already.

    Raises NotInState, or NothingLeftOver when there is nothing or nothing is missing.
    """
    _must_be(run, "awaiting")
    taken = min(free, run.missing)
    if taken <= 0:
        raise NothingLeftOver(authority=run.authority)
    plan = _freeing("run-taken", _filled(run, taken), -taken)
    return replace(plan, facts={**plan.facts, "euros": taken}, sealed=True)


def plan_returned(authority: str, line: BankLine, place: str, free: int) -> Plan:
    """Plan what went back to an authority of what no run needs (LineDoesNotFit for more)."""
    if line.amount > 0 or -line.amount > free:
        left = format_minor(free, EUR.scale)
        raise LineDoesNotFit(id=line.id, why=f"{left} EUR of {authority} can go back, not more.")
    arrow = line_arrow(place, line.amount, accounts.mandate(authority))
    return Plan(
        kind="run-returned",
        postings=(arrow,),
        tallies=(Tally(free_tally(authority), line.amount, MOST_FREE),),
        facts={"authority": authority, "line": line.id, "account": line.account},
        answer={"line": line.id, "postings": [arrow.shown()]},
    )


def plan_credit(run: Run, row: Disbursement, member: Member, *, unit: Asset, number: int) -> Plan:
    """Plan the credit of one row, in the entry of this number: its part leaves the mandate.

    Raises NotInState for a run that is not funded or a row that has had its fate.
    """
    check_due(run, row)
    fund = Fund("digital", member.issuer)
    units = units_at_par(row.part, unit)
    arrows = (
        Posting(fund.backing, run.account, row.part, EUR),
        Posting(fund.issued, accounts.member(member.id), units, unit),
    )
    credited = replace(row, state="credited", entry=number)
    after = replace(run, credited=run.credited + row.part)
    return Plan(
        kind="disbursement",
        postings=arrows,
        papers=(credited, _one_less(after)),
        facts={
            "run": run.id,
            "row": row.id,
            "member": member.id,
            "authority": run.authority,
            "consent": row.consent,
        },
        answer={
            "run": run.id,
            **shown_row(credited, "fr"),
            "postings": [arrow.shown() for arrow in arrows],
        },
    )


def plan_fall(run: Run, row: Disbursement, mandate: CollectionMandate, fate: str) -> Plan:
    """Plan that a row of a funded run falls out after all: its part is left over (NotInState)."""
    check_due(run, row)
    less = _one_less(replace(run, total=run.total - row.part))
    plan = _freeing("disbursement-drop", less, row.part)
    return replace(
        plan,
        tallies=(*plan.tallies, used_under(mandate, -row.part)),
        papers=(replace(row, state="dropped", fate=fate), less),
        facts={**plan.facts, "row": row.id, "fate": fate},
        sealed=True,
    )


def check_due(run: Run, row: Disbursement) -> None:
    """Let a row be settled once, and only with all the euros of its run there (NotInState)."""
    _must_be(run, "funded")
    if row.state != "due":
        raise NotInState(what="disbursement", id=row.id, state=row.state, needed="due")


def shown_run(run: Run) -> dict[str, Json]:
    """Show a run as the outside reads it, without its rows."""
    return {
        "id": run.id,
        "authority": run.authority,
        "mandate": run.mandate or None,
        "words": run.words,
        "state": run.state,
        "rows_in_all": run.rows,
        "rows_due": run.due,
        "euros": _euros(run.total),
        "received_euros": _euros(run.received),
        "credited_euros": _euros(run.credited),
        "missing_euros": _euros(run.missing),
        "surplus_euros": _euros(run.surplus),
        "reference": run.reference,
        "proposed_by": run.proposed_by,
        "approved_by": run.approved_by,
    }


def shown_row(row: Disbursement, language: str) -> dict[str, Json]:
    """Show a row with its fate in a language; `units_euros` becomes units, the rest stays euros."""
    return {
        "row": row.ordinal,
        "place": row.place,
        "member": row.member or None,
        "kind": row.kind or None,
        "euros": _euros(row.euros),
        "units_euros": _euros(row.part),
        "rest_euros": _euros(row.euros - row.part),
        "fate": row.fate,
        "why": fate_said(row.fate, language),
        "state": row.state,
        "entry": row.entry,
    }


def _filled(run: Run, cents: int) -> Run:
    more = replace(run, received=run.received + cents)
    if run.state != "awaiting" or more.missing:
        return more
    return replace(more, state="funded")


def _one_less(run: Run) -> Run:
    left = run.due - 1
    return replace(run, due=left, state="closed" if left == 0 else run.state)


def _freeing(kind: str, run: Run, cents: int) -> Plan:
    """Plan a step of a run that leaves so many cents over, or takes them when negative."""
    tallies = (Tally(free_tally(run.authority), cents, MOST_FREE),) if cents else ()
    plan = _plan(kind, run, (), "fr", sealed=False)
    return replace(plan, tallies=tallies)


def _plan(
    kind: str, run: Run, rows: Sequence[Disbursement], language: str, *, sealed: bool
) -> Plan:
    told: dict[str, Json] = {"rows": [shown_row(row, language) for row in rows]} if rows else {}
    return Plan(
        kind=kind,
        papers=(*rows, run),
        facts={"run": run.id, "authority": run.authority, "total": run.total, "rows": run.due},
        sealed=sealed,
        answer={**shown_run(run), **told},
    )


def _must_be(run: Run, *states: str) -> None:
    if run.state not in states:
        raise NotInState(what="run", id=run.id, state=run.state, needed=" / ".join(states))


def _euros(cents: int) -> str:
    return format_minor(cents, EUR.scale)
