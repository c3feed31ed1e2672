"""A line that several causes share, and money that is taken back: not one cent is lost."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.books.accounts import Fund
from ledger.books.journal import Entry, Plan, Posting, unguarded
from ledger.books.terms import Terms
from ledger.money import EUR, Asset
from ledger.refusals import CannotCorrect, LineDoesNotFit, Unknown
from ledger.rules.campaign import bonus_of
from ledger.rules.conversion import plan_conversion
from ledger.rules.parity import whole_units
from ledger.rules.returned import plan_return
from ledger.rules.reversal import causes_of
from ledger.rules.split import Part, check_parts, joined, parts_of, parts_told
from tests.rules.test_moves import reverse
from tests.rules.values import (
    DAY,
    ROU,
    campaign,
    entered,
    line,
    order,
    outstanding,
    person,
    redemption,
)

NAMED = [("conversion", "r"), ("conversion", "b")]


def parts(*amounts: int) -> list[Part]:
    return [Part("bank-fee", "", amount) for amount in amounts]


@pytest.mark.parametrize(
    ("amounts", "why"),
    [
        ((100,), "2 to 500 parts"),
        ((50, 49), "its parts make 0.99 EUR"),
        ((150, -50), "the way the line went"),
        ((100, 0), "the way the line went"),
    ],
)
def test_parts_that_are_not_the_line_are_refused(amounts: tuple[int, ...], why: str) -> None:
    with pytest.raises(LineDoesNotFit, match=why):
        check_parts(line(100), parts(*amounts))
    if why.startswith("its"):
        check_parts(line(-100), parts(-99, -1))


def test_a_split_is_one_entry_that_tells_its_parts() -> None:
    paid = Plan("redemption-paid", (Posting("suspense", "x", 60, EUR),), facts={"was": "sent"})
    fee = Plan("bank-fee", (Posting("suspense", "y", 40, EUR),))
    given_parts = [Part("redemption", "r", -60), Part("bank-fee", "", -40)]
    plan = joined(given_parts, [paid, fee])
    assert plan.postings == (*paid.postings, *fee.postings)
    assert parts_of(plan.facts) == [replace(given_parts[0], was="sent"), given_parts[1]]
    assert [p.id for p in causes_of(entered(plan))] == ["r", ""]


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("20 pour r, 100 pour b", (2_000, 10_000)),
        ("virement 120,00 EUR : 20,00€ r et 100.00 b", (2_000, 10_000)),
        ("20 pour r et 99 pour b", ()),
        ("r et b", ()),
        ("0 r 120 b", ()),
    ],
)
def test_a_text_that_adds_up_is_understood(text: str, amounts: tuple[int, ...]) -> None:
    assert tuple(part.amount for part in parts_told(12_000, text, NAMED)) == amounts
    assert tuple(-part.amount for part in parts_told(-12_000, text, NAMED)) == amounts


# -- taken back ---------------------------------------------------------------------------------


def conversion(euros: int, granted: int, unit: Asset = ROU, gives: str = "") -> Entry:
    of = campaign(cap=10**12, budget=granted or 1)
    got = bonus_of(
        of, person(), euros=euros, day=DAY, unit=unit, earned=0, granted=0, sponsored=10**12
    )
    plan = plan_conversion(
        member=person(donates_to=gives),
        euros=euros,
        place="bank:nef",
        fund=Fund("digital"),
        unit=unit,
        day=DAY,
        terms=Terms(since=DAY, donation_bps=300),
        bonuses=(got,) if granted else (),
        channel="bank",
    )
    return entered(plan)


@given(
    euros=st.integers(1, 10**7),
    granted=st.integers(0, 10**6),
    own=st.integers(0, 10**7),
    gift=st.integers(0, 10**6),
    scale=st.sampled_from([2, 3]),
)
def test_no_cent_is_lost_when_money_is_taken_back(
    euros: int, granted: int, own: int, gift: int, scale: int
) -> None:
    unit = Asset("ROU", scale)
    entry = conversion(euros, granted, unit)
    balances = {p.target: own for p in entry.postings if p.target.startswith("member:")}
    balances |= {p.target: gift for p in entry.postings if p.target.startswith("gift:")}
    plan = plan_return(entry, euros=euros, place="suspense", unit=unit, balances=balances)
    assert sum(p.amount for p in plan.postings if p.source == "suspense") == euros
    assert unguarded(plan.postings, unit) is None
    for posting in plan.postings:
        assert posting.amount <= balances.get(posting.source, 10**12)
    missing = sum(p.amount for p in plan.postings if p.target == "receivable:a")
    assert plan.facts["missing"] == missing
    for tally in plan.tallies:
        had = [t.change for t in entry.tallies if t.name == tally.name]
        assert tally.change == 1 or -had[0] <= tally.change < 0


@pytest.mark.parametrize(
    ("own", "gift", "leaving", "owing"),
    [(1_000, 200, 1_000, 0), (1_000, 50, 1_000, 0), (400, 0, 400, 600), (0, 200, 0, 1_000)],
)
def test_what_was_spent_stays_in_circulation_and_is_owed(
    own: int, gift: int, leaving: int, owing: int
) -> None:
    entry = conversion(1_000, 200)
    pocket = next(p.target for p in entry.postings if p.target.startswith("gift:"))
    balances = {"member:a": own, pocket: gift}
    plan = plan_return(entry, euros=1_000, place="bank:nef", unit=ROU, balances=balances)
    amounts = {(p.source, p.target): p.amount for p in plan.postings}
    assert amounts.get(("member:a", "issued:digital"), 0) == leaving
    assert amounts.get(("bank:nef", "receivable:a"), 0) == owing
    assert amounts.get((pocket, "issued:digital"), 0) == gift
    assert amounts.get(("sponsor:s", "backing:digital"), 0) == gift
    changes = {tally.name.split(":")[0]: tally.change for tally in plan.tallies}
    counted = {"granted": -gift, "earned": -5 * gift} if gift else {}
    assert changes == {"corrected": 1, **counted}


def test_what_is_still_owed_of_a_donation_is_taken_back() -> None:
    entry = conversion(5_000, 0, gives="ikastola")
    owed = "payable:donations:ikastola"

    def back(balance: int) -> list[Posting]:
        balances = {"member:a": 5_000, owed: balance}
        plan = plan_return(entry, euros=5_000, place="suspense", unit=ROU, balances=balances)
        return [p for p in plan.postings if p.target == owed]

    assert back(-150) == [Posting("expense:donations", owed, 150, EUR)]
    assert back(-100) == [Posting("expense:donations", owed, 100, EUR)]
    assert back(0) == []


def test_only_the_whole_of_a_conversion_is_taken_back() -> None:
    entry = conversion(5_000, 0)
    with pytest.raises(LineDoesNotFit, match=r"of 50\.00"):
        plan_return(entry, euros=4_999, place="suspense", unit=ROU, balances={})
    with pytest.raises(Unknown):
        plan_return(replace(entry, kind="payment"), euros=5_000, place="x", unit=ROU, balances={})
    assert whole_units(1_239, Asset("X", 3)) == 1_230


# -- explanations taken back ----------------------------------------------------------------------


def explanation(kind: str, *arrows: Posting, **facts: str | int) -> Entry:
    return entered(Plan(kind, arrows, facts=facts))


def states(plan: Plan) -> list[str]:
    return [getattr(paper, "state", "") for paper in plan.papers]


def test_a_fee_is_taken_back_and_its_cover_with_it() -> None:
    entry = explanation("bank-fee", Posting("bank:nef", "expense:bank-fees", 5, EUR), cover="o")
    direct = line(-5, state="matched", entry=7)
    plan = reverse(entry, line=direct, order=order())
    assert plan.postings == (Posting("expense:bank-fees", "suspense", 5, EUR),)
    assert states(plan) == ["cancelled", "waiting", "done"]
    assert states(reverse(entry, line=direct, order=order(state="left"))) == ["waiting", "done"]
    alone = reverse(entry, approver="first", alone=True, line=direct)
    assert getattr(alone.papers[-1], "approved_by", "") is None


@pytest.mark.parametrize(
    ("leaving", "state", "before"),
    [
        (True, "left", "ordered"),
        (True, "done", "arrived-first"),
        (False, "arrived-first", "ordered"),
        (False, "done", "left"),
        (True, "cancelled", ""),
    ],
)
def test_a_transfer_is_unseen(leaving: bool, state: str, before: str) -> None:  # noqa: FBT001 - a table's column
    ends = ("suspense", "transit") if leaving else ("transit", "suspense")
    entry = explanation("order-seen", Posting(*ends, 1_000, EUR), order="o")
    seen = line(-1_000 if leaving else 1_000, entry=3, explained_by=7)
    if before:
        plan = reverse(entry, line=seen, order=order(state=state))
        assert states(plan) == [before, "waiting", "done"]
    else:
        with pytest.raises(CannotCorrect, match="is cancelled"):
            reverse(entry, line=seen, order=order(state=state))


@pytest.mark.parametrize(
    ("kind", "state", "before"),
    [("redemption-paid", "paid", "sent"), ("redemption-bounce", "bounced", "paid")],
)
def test_a_redemption_is_again_what_it_was(kind: str, state: str, before: str) -> None:
    arrow = Posting("suspense", "payable:redemptions", 9_500, EUR)
    entry = explanation(kind, arrow, redemption="r", was="sent")
    paid = line(-9_500, entry=3, explained_by=7)
    plan = reverse(entry, line=paid, redemption=redemption(state=state))
    assert states(plan) == [before, "waiting", "done"]
    with pytest.raises(CannotCorrect, match="is corrected"):
        reverse(entry, line=paid, redemption=redemption(state="corrected"))


def test_a_recognition_is_taken_back_and_the_entry_by_hand_is_open_again() -> None:
    told = outstanding(id="5", state="matched", line="nef-1")
    direct = explanation("recognition", recognises=5)
    found = line(1_000, state="matched", entry=5, explained_by=7)
    plan = reverse(direct, line=found, recognised=told)
    assert plan.postings == (Posting("suspense", "bank:nef", 1_000, EUR),)
    assert states(plan) == ["open", "waiting", "done"]
    assert getattr(plan.papers[1], "entry", 0) == 9
    late = explanation("recognition", Posting("bank:nef", "suspense", 1_000, EUR), recognises=5)
    plan = reverse(late, line=replace(found, entry=3), recognised=told)
    assert plan.postings == (Posting("suspense", "bank:nef", 1_000, EUR),)
    assert getattr(plan.papers[1], "entry", 0) == 3
    with pytest.raises(CannotCorrect, match="was corrected itself"):
        reverse(late, line=found, recognised=replace(told, state="corrected"))


def test_a_split_that_booked_its_line_leaves_the_bank_as_it_is() -> None:
    booked = Posting("suspense", "bank:nef", 100, EUR)
    shared = Posting("income:interest", "suspense", 100, EUR)
    entry = explanation(
        "split", booked, shared, **{"part-1": "interest  60 ", "part-2": "interest  40 "}
    )
    plan = reverse(entry, line=line(100, state="matched", entry=7))
    assert plan.postings == (Posting("suspense", "income:interest", 100, EUR),)


def test_an_entry_by_hand_that_the_bank_has_told_of_meanwhile_is_not_corrected() -> None:
    entry = conversion(1_000, 0)
    with pytest.raises(CannotCorrect, match="just told"):
        reverse(entry, outstanding=outstanding(state="matched"))
    known = reverse(entry, outstanding=outstanding(state="matched"), line=line(1_000, entry=7))
    assert states(known) == ["corrected", "waiting", "done"]


def test_a_split_that_was_written_with_words_is_read_back() -> None:
    facts = {"part-1": "interest x y z 100 ", "part-2": "redemption r1 -50 sent"}
    assert parts_of(facts) == [
        Part("interest", "x y z", 100),
        Part("redemption", "r1", -50, "sent"),
    ]
