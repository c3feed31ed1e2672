"""Bank lines and own transfers: every euro has an arrow, and a proposal says how sure it is."""

from datetime import timedelta

import pytest

from ledger.books.accounts import Fund
from ledger.books.papers import BankAccount, Identity, Sponsor
from ledger.refusals import LineDoesNotFit, NotInState
from ledger.rules.fund import (
    funds_of,
    line_arrow,
    plan_bank_fee,
    plan_card_settlement,
    plan_deposit,
    plan_interest,
    plan_known,
    plan_order,
    plan_order_seen,
    plan_unexplained,
)
from ledger.rules.matching import REASONS, Candidates, propose
from tests.rules.values import DAY, NEF, line, order, outstanding, person, redemption

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
    assert plan_known(line(5), NEF, "bank:nef").postings == ()
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


# -- proposals ----------------------------------------------------------------------------------


def proposed(
    amount: int, candidates: Candidates, **more: object
) -> list[tuple[str, str, str, bool]]:
    found = propose(line(amount, **more), candidates)
    assert all(proposal.reason in REASONS for proposal in found)
    return [(p.cause, p.id, p.reason, p.exact) for p in found]


def test_our_own_reference_decides_alone() -> None:
    members = Candidates(members=[person()])
    assert proposed(1_000, members) == [("conversion", "a", "reference", True)]
    assert proposed(-1_000, members) == []
    away = Candidates(members=[person(status="suspended")])
    assert proposed(1_000, away) == [("conversion", "a", "reference", False)]
    assert proposed(5, Candidates(sponsors=[SPONSOR])) == [("deposit", "s", "reference", True)]


def test_an_entry_made_by_hand_is_recognised() -> None:
    known = Candidates(members=[person()], outstanding=[outstanding()])
    assert proposed(1_000, known) == [("entry", "7", "hand-entry", True)]
    assert proposed(999, known) == [("conversion", "a", "reference", True)]
    unnamed = Candidates(outstanding=[outstanding()])
    assert proposed(1_000, unnamed) == [("entry", "7", "hand-entry", False)]
    assert proposed(1_000, unnamed, booked_on=DAY + timedelta(days=11)) == []


@pytest.mark.parametrize(
    ("amount", "state", "told"),
    [
        (-9_500, "approved", ("redemption", "r", "reference", True)),
        (-9_500, "bounced", ("redemption", "r", "reference", True)),
        (-9_500, "paid", ("redemption", "r", "amount-differs", False)),
        (-9_499, "approved", ("redemption", "r", "amount-differs", False)),
        (9_500, "paid", ("bounce", "r", "reference", True)),
        (9_500, "approved", ("bounce", "r", "amount-differs", False)),
    ],
)
def test_a_redemption_is_paid_or_bounces(
    amount: int, state: str, told: tuple[str, str, str, bool]
) -> None:
    assert proposed(amount, Candidates(redemptions=[redemption(state=state)])) == [told]


def test_an_own_transfer_is_recognised_on_its_own_side() -> None:
    orders = Candidates(orders=[order()])
    assert proposed(-1_000, orders) == [("order", "o", "reference", True)]
    assert proposed(1_000, orders) == [("order", "o", "amount-differs", False)]
    assert proposed(1_000, orders, account="paper") == [("order", "o", "reference", True)]
    assert proposed(-1, orders) == [("order", "o", "amount-differs", False)]


def test_two_certain_causes_are_none() -> None:
    both = Candidates(members=[person(), person(id="b")])
    assert [exact for *_, exact in proposed(1_000, both)] == [False, False]


def test_what_is_certain_stands_first() -> None:
    mixed = Candidates(redemptions=[redemption()], sponsors=[SPONSOR])
    assert [p[0] for p in proposed(5, mixed)] == ["deposit", "bounce"]


def test_an_iban_proposes_and_a_name_or_a_slip_adds_to_it() -> None:
    known = Candidates(identities=[Identity("a", "Zoé Martin", iban="FR1")])
    assert proposed(5, known, counterparty="MARTIN  zoé") == [
        ("conversion", "a", "iban-name", False)
    ]
    assert proposed(5, known, counterparty="Somebody") == [("conversion", "a", "iban", False)]
    nameless = Candidates(identities=[Identity("a", iban="FR1")])
    assert proposed(5, nameless) == [("conversion", "a", "iban", False)]
    slip = Candidates(identities=[Identity("a")], broken_references=["RF00"])
    assert proposed(5, slip) == [("conversion", "a", "iban-broken-reference", False)]
    assert proposed(-5, known) == []
    sure = Candidates(members=[person()], identities=[Identity("b")])
    assert proposed(5, sure) == [("conversion", "a", "reference", True)]
