"""Bank lines and own transfers: every euro has an arrow, and a proposal says how sure it is."""

import pytest

from ledger.books.accounts import Fund
from ledger.books.papers import BankAccount, Sponsor
from ledger.refusals import LineDoesNotFit, NotInState
from ledger.rules.fund import (
    covered,
    funds_of,
    line_arrow,
    plan_bank_fee,
    plan_card_settlement,
    plan_deposit,
    plan_interest,
    plan_known,
    plan_order,
    plan_order_seen,
    plan_repayment,
    plan_unexplained,
)
from tests.rules.values import NEF, line, order

PAPER = BankAccount("paper", "paper", "X", "FR77")
SPONSOR = Sponsor("s", "S", "RF5")


def test_a_line_comes_in_or_goes_out() -> None:
    came, went = line_arrow("bank:nef", 5, "x"), line_arrow("bank:nef", -5, "x")
    assert (came.source, came.target, came.amount) == ("x", "bank:nef", 5)
    assert (went.source, went.target, went.amount) == ("bank:nef", "x", 5)


@pytest.mark.parametrize(
    ("plan", "other"),
    [
        (plan_unexplained(line(5), NEF), "suspense"),
        (plan_bank_fee(line(5), "bank:nef"), "expense:bank-fees"),
        (plan_interest(line(5), "bank:nef"), "income:interest"),
        (plan_card_settlement(line(5), "bank:nef"), "transit"),
        (plan_deposit(SPONSOR, euros=5, place="bank:nef"), "sponsor:s"),
    ],
)
def test_a_cause_names_the_other_end(plan: object, other: str) -> None:
    (arrow,) = plan.postings  # type: ignore[attr-defined]  # a plan, as every parameter is
    assert (arrow.source, arrow.target, arrow.amount) == (other, "bank:nef", 5)


def test_interest_only_comes_in() -> None:
    with pytest.raises(LineDoesNotFit):
        plan_interest(line(-5), "bank:nef")


def test_what_was_booked_by_hand_needs_no_second_arrow() -> None:
    direct = plan_known(line(5), NEF, "bank:nef")
    assert (direct.postings, direct.sealed) == ((), True)
    (arrow,) = plan_known(line(5), NEF, "suspense").postings
    assert (arrow.source, arrow.target) == ("bank:nef", "suspense")


def test_an_own_transfer_is_seen_on_both_sides_in_any_order() -> None:
    assert plan_order(order()).postings == ()
    leaving, arriving = line(-1_000), line(1_000, account="paper")
    left = plan_order_seen(order(), leaving, NEF, "bank:nef")
    assert (left.postings[0].source, left.postings[0].target) == ("bank:nef", "transit")
    (first,) = left.papers
    assert getattr(first, "state", "") == "left"
    done = plan_order_seen(order(state="left"), arriving, PAPER, "bank:paper")
    assert [getattr(paper, "state", "") for paper in done.papers] == ["done"]
    early = plan_order_seen(order(), arriving, PAPER, "bank:paper")
    assert [getattr(paper, "state", "") for paper in early.papers] == ["arrived-first"]
    late = plan_order_seen(order(state="arrived-first"), leaving, NEF, "bank:nef")
    assert [getattr(paper, "state", "") for paper in late.papers] == ["done"]


def test_an_own_transfer_that_does_not_fit_is_refused() -> None:
    with pytest.raises(LineDoesNotFit, match="from bank:nef to bank:paper"):
        plan_order_seen(order(), line(1_000), NEF, "bank:nef")
    with pytest.raises(LineDoesNotFit, match=r"of 10\.00 EUR"):
        plan_order_seen(order(), line(-999), NEF, "bank:nef")
    with pytest.raises(NotInState):
        plan_order_seen(order(state="left"), line(-1_000), NEF, "bank:nef")


def test_cash_leaves_the_till_with_whoever_carries_it() -> None:
    plan = plan_order(order(source="till:halles", target="bank:nef"))
    assert [(p.source, p.target) for p in plan.postings] == [("till:halles", "transit")]
    assert [getattr(paper, "state", "") for paper in plan.papers] == ["left"]


def test_funds_are_listed_once_without_the_operating_account() -> None:
    operating = BankAccount("op", "operating", "X", "FR78")
    second = BankAccount("nef2", "digital", "X", "FR79")
    south = BankAccount("sud", "digital", "X", "FR80", "sud")
    named = {account.slug: account for account in (south, PAPER, NEF, second, operating)}
    assert funds_of(named) == [Fund("digital"), Fund("paper"), Fund("digital", "sud")]


def test_a_claim_is_paid_by_what_comes_in() -> None:
    (arrow,) = plan_repayment("alice", line(5), "suspense").postings
    assert (arrow.source, arrow.target, arrow.amount) == ("receivable:alice", "suspense", 5)
    with pytest.raises(LineDoesNotFit):
        plan_repayment("alice", line(-5), "suspense")


def test_what_a_fund_lost_is_asked_from_operating() -> None:
    fee = plan_bank_fee(line(-5), "bank:nef")
    assert covered(fee, None) is fee
    asked = covered(fee, order())
    assert asked.papers == (order(),)
    assert asked.facts["cover"] == "o"
