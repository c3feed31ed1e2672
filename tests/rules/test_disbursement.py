"""Disbursements: consents, fates of rows, and the life of a run, branch by branch."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.books.authorities import CollectionMandate
from ledger.books.disbursements import Announcement, Consent, Disbursement, RowAsked, Run, WageRule
from ledger.money import Asset
from ledger.refusals import (
    LineDoesNotFit,
    Malformed,
    NothingLeftOver,
    NotInState,
    RowsFaulty,
    SamePerson,
)
from ledger.rules.announcement import plan_announcement, shown_announcement
from ledger.rules.consent import (
    consent_for,
    holds,
    part_of,
    plan_consent,
    plan_withdrawal,
)
from ledger.rules.disbursement import (
    plan_approval,
    plan_cancel,
    plan_check,
    plan_credit,
    plan_fall,
    plan_received,
    plan_returned,
    plan_taken,
    shown_run,
)
from ledger.rules.fates import FATES, OK, Facts, fate_said, judge_again, judge_rows
from ledger.rules.matching import Candidates, propose
from tests.rules.values import AT, DAY, ROU, line, person

COARSE = Asset("ROU", 0)


def consent(**more: Any) -> Consent:  # noqa: ANN401 - the fields of a consent
    fields = {
        "id": "c1",
        "member": "a",
        "authority": "lyon",
        "status": "elected",
        "kinds": (),
        "share_bps": 3000,
        "euros": None,
        "least": 50_00,
        "cap": None,
        "since": date(2026, 9, 1),
        "until": None,
        "signed_on": date(2026, 9, 1),
        "recorded_at": AT,
        "recorded_by": "clerk",
    }
    return Consent(**{**fields, **more})


def run(**more: Any) -> Run:  # noqa: ANN401 - the fields of a run
    fields = {
        "id": "r",
        "authority": "lyon",
        "mandate": "",
        "words": "November",
        "rows": 2,
        "due": 2,
        "total": 300,
        "received": 0,
        "credited": 0,
        "reference": "RF1",
        "proposed_at": AT,
        "proposed_by": "officer",
    }
    return Run(**{**fields, **more})


MANDATE = CollectionMandate(
    id="m",
    authority="lyon",
    operations=("allowance", "grant", "salary"),
    since=date(2026, 1, 1),
    until=date(2026, 12, 31),
    ceiling=5_000_00,
    powers="",
    remuneration="",
    remittance="",
    accounts_rendered="",
    controls="",
    proposed_at=AT,
    proposed_by="clerk",
    granted_by="mayor",
    state="granted",
)


def row(**more: Any) -> Disbursement:  # noqa: ANN401 - the fields of a row
    fields = {
        "id": "r-00001",
        "run": "r",
        "ordinal": 1,
        "place": "row 1",
        "member": "a",
        "kind": "allowance",
        "euros": 1000,
        "part": 300,
        "consent": "c1",
        "fate": OK,
    }
    return Disbursement(**{**fields, **more})


def facts(*consents: Consent, **more: Any) -> Facts:  # noqa: ANN401 - what fates depend on
    members = {"a": person(), "lyon": person(id="lyon", kind="authority")}
    members |= {"gone": person(id="gone", status="suspended")}
    by_person: dict[str, list[Consent]] = {}
    for each in consents or (consent(),):
        by_person.setdefault(each.member, []).append(each)
    return replace(
        Facts(day=DAY, unit=ROU, mandate=MANDATE, members=members, consents=by_person), **more
    )


# -- consents --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "cents", "part"),
    [
        (consent(), 1000_33, 300_09),
        (consent(), 100_00, 50_00),
        (consent(), 40_00, 40_00),
        (consent(share_bps=None, euros=80_00), 1000_00, 80_00),
        (consent(share_bps=None, euros=80_00), 60_00, 60_00),
        (consent(share_bps=10_000, least=0), 10_01, 10_01),
    ],
)
def test_the_part_is_share_or_amount_at_least_the_minimum_at_most_all(
    given: Consent, cents: int, part: int
) -> None:
    assert part_of(given, cents) == part


@pytest.mark.parametrize(
    "wrong",
    [
        {"euros": 1},
        {"share_bps": None},
        {"cap": 10},
        {"until": date(2026, 8, 31)},
        {"signed_on": date(2026, 9, 2)},
    ],
)
def test_a_consent_that_is_not_clear_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        plan_consent(consent(**wrong))


def test_a_consent_is_sealed_with_its_days_and_withdrawn_once() -> None:
    plan = plan_consent(consent(until=date(2026, 12, 31), cap=100_00))
    assert plan.sealed
    assert (plan.facts["since"], plan.facts["until"]) == ("2026-09-01", "2026-12-31")
    assert plan_consent(consent()).facts["until"] == ""
    ended = plan_withdrawal(consent(), DAY)
    (paper,) = ended.papers
    assert isinstance(paper, Consent)
    assert not holds(paper, DAY)
    with pytest.raises(NotInState):
        plan_withdrawal(paper, DAY)


def test_a_consent_holds_from_its_first_day_to_its_last() -> None:
    given = consent(since=date(2026, 10, 1), until=date(2026, 10, 5))
    found = [holds(given, date(2026, 10, day)) for day in (1, 5, 6)]
    assert found == [True, True, False]
    assert not holds(given, date(2026, 9, 30))
    assert holds(replace(given, withdrawn_on=date(2026, 10, 4)), date(2026, 10, 3))


def test_the_newest_consent_in_force_for_the_kind_counts() -> None:
    old, new = consent(id="old"), consent(id="new", until=date(2026, 10, 1))
    other = consent(id="other", kinds=("grant",))
    assert consent_for((old, new, other), "allowance", DAY) is old
    assert consent_for((other,), "allowance", DAY) is None


# -- fates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "given", "fate"),
    [
        (RowAsked("a", "1000.00", "allowance"), consent(), OK),
        (RowAsked("nobody", "1.00", "grant"), consent(), "unknown-person"),
        (RowAsked("gone", "1.00", "grant"), consent(), "member-not-active"),
        (RowAsked("lyon", "1.00", "grant"), consent(), "not-a-payee"),
        (RowAsked("a", "1000.00", "salary"), consent(status="private-law"), "wages-to-own-account"),
        (RowAsked("a", "1000.00", "salary"), consent(member="b"), "wages-to-own-account"),
        (
            RowAsked("a", "1000.00", "salary"),
            consent(status="civil-servant"),
            "civil-servant-to-own-account",
        ),
        (RowAsked("a", "1000.00", "allowance"), consent(member="b"), "no-consent"),
        (
            RowAsked("a", "1000.00", "allowance"),
            consent(state="withdrawn", withdrawn_on=DAY),
            "consent-withdrawn",
        ),
        (
            RowAsked("a", "1000.00", "allowance"),
            consent(until=date(2026, 10, 4)),
            "consent-not-in-force",
        ),
        (RowAsked("a", "1000.00", "allowance"), consent(cap=299_99), "over-cap"),
        (RowAsked("a", "0.01", "allowance"), consent(least=0), "nothing-to-credit"),
        (RowAsked("", "1.00", "grant"), consent(), "empty-cell"),
        (RowAsked("a", "1.00", "gift"), consent(), "unknown-kind"),
        (RowAsked("a", "1,00", "grant"), consent(), "euros-with-comma"),
        (RowAsked("a", "1e3", "grant"), consent(), "unreadable-euros"),
        (RowAsked("a", "1.00", "grant", "B7", "formula-cell"), consent(), "formula-cell"),
    ],
)
def test_each_row_has_its_fate(asked: RowAsked, given: Consent, fate: str) -> None:
    (judged,) = judge_rows("r", [asked], facts(given))
    assert judged.fate == fate
    assert judged.state == ("due" if fate == OK else "dropped")
    assert judged.place == (asked.place or "row 1")
    assert fate_said(fate, "fr") != fate_said(fate, "en")


def test_the_fates_of_wages_name_the_article() -> None:
    assert all("L3241-1" in said for said in FATES["wages-to-own-account"])


def test_the_same_row_twice_and_a_part_without_counterpart() -> None:
    asked = RowAsked("a", "1000.00", "allowance")
    twice = judge_rows("r", [asked, replace(asked, euros="1000")], facts())
    assert [each.fate for each in twice] == [OK, "row-twice"]
    (coarse,) = judge_rows("r", [replace(asked, euros="1000.33")], facts(unit=COARSE))
    assert coarse.fate == "not-at-par"


def test_a_civil_servant_goes_by_mandate_under_a_law_in_force() -> None:
    law = WageRule("lyon", "CGFP L711-1", date(2026, 1, 1), AT, "treasurer")
    asked = [RowAsked("a", "1000.00", "salary")]
    servant = consent(status="civil-servant")
    for wages, fate in ((law, OK), (replace(law, state="ended"), "civil-servant-to-own-account")):
        assert judge_rows("r", asked, facts(servant, wages=wages))[0].fate == fate


def test_the_mandate_bounds_kinds_days_and_sum() -> None:
    asked = [RowAsked("a", "1000.00", "allowance"), RowAsked("a", "990.00", "allowance")]
    for mandate, fates in (
        (replace(MANDATE, operations=("grant",)), ["mandate-object"] * 2),
        (replace(MANDATE, state="revoked"), ["mandate-not-in-force"] * 2),
        (replace(MANDATE, ceiling=596_99), [OK, "mandate-ceiling"]),
        (replace(MANDATE, ceiling=597_00), [OK, OK]),
    ):
        rows = judge_rows("r", asked, facts(mandate=mandate))
        assert [each.fate for each in rows] == fates
        due = [replace(each, fate=OK, state="due") for each in rows]
        assert [each.fate for each in judge_again(due, facts(mandate=mandate))] == fates
    (late,) = judge_rows("r", asked[:1], facts(used=4_700_01))
    assert late.fate == "mandate-ceiling"


def test_rows_are_looked_at_again_by_the_same_consent() -> None:
    out = row(id="r-00002", state="dropped", fate="no-consent", member="")
    lost = row(id="r-00003", consent="another")
    again = judge_again([row(), out, lost], facts())
    assert [(each.fate, each.state) for each in again] == [
        (OK, "due"),
        ("no-consent", "dropped"),
        ("no-consent", "dropped"),
    ]


def test_a_line_with_the_reference_of_a_run_is_certain_while_its_euros_are_awaited() -> None:
    for state, exact in (("awaiting", True), ("closed", False)):
        named = Candidates(runs=[run(state=state, approved_by="b")])
        (proposal,) = propose(line(299), named)
        assert (proposal.cause, proposal.id, proposal.exact) == ("disbursement", "r", exact)
    assert propose(line(-299, text="VIR"), named)[0].cause != "disbursement"


# -- runs ------------------------------------------------------------------------------------


def test_a_run_with_a_faulty_row_is_refused_or_lets_it_fall_out() -> None:
    rows = [row(), row(id="r-00002", ordinal=2, fate="no-consent", state="dropped")]
    with pytest.raises(RowsFaulty) as met:
        plan_check(run(), rows, drop=False, language="en")
    assert met.value.facts["count"] == 1
    plan = plan_check(run(), rows, drop=True, language="fr")
    assert (plan.answer["state"], plan.answer["euros"], plan.facts["rows"]) == (
        "checked",
        "3.00",
        1,
    )
    with pytest.raises(RowsFaulty):
        plan_check(run(), rows[1:], drop=True, language="fr")
    draft = plan_check(run(), rows[1:], drop=False, language="fr", preview=True)
    assert draft.answer["state"] == "draft"


def test_another_person_approves_what_is_still_due() -> None:
    with pytest.raises(SamePerson):
        plan_approval(run(), [row()], MANDATE, approver="officer", language="fr")
    with pytest.raises(RowsFaulty):
        plan_approval(run(), [row(state="dropped")], MANDATE, approver="b", language="fr")
    with pytest.raises(NotInState):
        plan_approval(run(state="closed"), [row()], MANDATE, approver="b", language="fr")
    plan = plan_approval(run(), [row(), row(state="dropped")], MANDATE, approver="b", language="fr")
    assert (plan.answer["state"], plan.answer["rows_due"]) == ("awaiting", 1)


def test_a_line_fills_a_run_and_what_is_too_much_is_left_over() -> None:
    waiting = run(state="awaiting", approved_by="b")
    for amount, state, left in ((299, "awaiting", 0), (300, "funded", 0), (310, "funded", 10)):
        plan = plan_received(waiting, line(amount), "bank:nef")
        (arrow,) = plan.postings
        assert (arrow.source, arrow.target, arrow.amount) == ("mandate:lyon", "bank:nef", amount)
        assert plan.answer["state"] == state
        assert sum(tally.change for tally in plan.tallies) == left
    late = plan_received(run(state="closed", received=300, credited=300), line(5), "suspense")
    assert [tally.change for tally in late.tallies] == [5]
    with pytest.raises(LineDoesNotFit):
        plan_received(waiting, line(-5), "bank:nef")
    with pytest.raises(NotInState):
        plan_received(run(), line(5), "bank:nef")


def test_what_is_left_over_is_used_given_up_or_sent_back() -> None:
    waiting = run(state="awaiting", approved_by="b", received=100)
    assert [t.change for t in plan_taken(waiting, 500).tallies] == [-200]
    assert plan_taken(waiting, 500).answer["state"] == "funded"
    with pytest.raises(NothingLeftOver):
        plan_taken(waiting, 0)
    assert [t.change for t in plan_cancel(waiting, MANDATE).tallies] == [100, -300]
    assert plan_cancel(run(), MANDATE).tallies == ()
    with pytest.raises(NotInState):
        plan_cancel(run(state="funded"), MANDATE)
    back = plan_returned("lyon", line(-10), "bank:nef", 10)
    assert [t.change for t in back.tallies] == [-10]
    for amount in (-11, 5):
        with pytest.raises(LineDoesNotFit):
            plan_returned("lyon", line(amount), "bank:nef", 10)


def test_a_row_is_credited_once_and_the_last_one_closes_the_run() -> None:
    paid = run(state="funded", received=300, total=300, due=1)
    plan = plan_credit(paid, row(), person(), unit=ROU, number=7)
    assert [(p.source, p.target, p.amount) for p in plan.postings] == [
        ("backing:digital", "mandate:lyon", 300),
        ("issued:digital", "member:a", 300),
    ]
    _, closed = plan.papers
    assert isinstance(closed, Run)
    assert (closed.state, closed.credited, closed.surplus) == ("closed", 300, 0)
    assert shown_run(replace(closed, mandate="m"))["mandate"] == "m"
    with pytest.raises(NotInState):
        plan_credit(run(state="awaiting"), row(), person(), unit=ROU, number=7)
    with pytest.raises(NotInState):
        plan_credit(paid, row(state="credited"), person(), unit=ROU, number=7)


def test_a_row_that_falls_out_late_leaves_its_part_over() -> None:
    paid = run(state="funded", received=300, total=300)
    plan = plan_fall(paid, row(), MANDATE, "consent-withdrawn")
    assert [t.change for t in plan.tallies] == [300, -300]
    _, after = plan.papers
    assert isinstance(after, Run)
    assert (after.state, after.due, after.total, after.surplus) == ("funded", 1, 0, 300)


def test_an_announcement_moves_nothing_and_an_employer_sees_no_arrivals() -> None:
    said = Announcement("lyon:a:2026-10", "lyon", "a", "2026-10", 50_00, AT, "clerk")
    plan = plan_announcement([said])
    assert (plan.postings, plan.sealed) == ((), True)
    assert "L3241-1" in str(plan.answer["article"])
    assert "arrived_euros" not in shown_announcement(said)
    seen = shown_announcement(said, {("a", "2026-10"): 20_00})
    assert (seen["euros"], seen["arrived_euros"]) == ("50.00", "20.00")
