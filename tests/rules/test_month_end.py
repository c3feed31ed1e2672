"""The checks of a month: what forbids a signature, and what a signature states as an alarm."""

from datetime import date

import pytest

from ledger.books.accounts import Fund
from ledger.books.closings import Move
from ledger.rules.month_end import (
    LIMIT,
    Backing,
    Large,
    Picture,
    last_month_end,
    orders_under_way,
    problems_of,
    redemptions_due,
)
from ledger.rules.reconciliation import Compared
from tests.rules.values import DAY, NEF, order, redemption


def compared(booked: int, closing: int | None, reached: date | None) -> Compared:
    return Compared(NEF, closing, reached, reached, booked, 0, ())


def said(picture: Picture) -> list[tuple[str, bool]]:
    return [(problem.sentence, problem.blocking) for problem in problems_of(picture)]


def test_an_account_in_use_needs_a_statement_that_reaches_the_day() -> None:
    assert said(Picture(DAY, [compared(5, None, None)], [], 0)) == [
        ("nef: no statement says what the bank held.", True)
    ]
    assert said(Picture(DAY, [compared(0, None, None)], [], 0)) == []
    early = date(2026, 10, 1)
    assert said(Picture(DAY, [compared(5, 5, early)], [], 0)) == [
        ("nef: the statements end on 2026-10-01.", True)
    ]


def test_suspense_holds_the_waiting_lines_and_nothing_else() -> None:
    assert said(Picture(DAY, [], [], 250)) == [
        ("Suspense stands at 2.50 EUR, the waiting lines say 0.00 EUR.", True)
    ]


def test_what_the_law_watches_is_an_alarm() -> None:
    large = [Large("cash-limit", 7, 100_001), Large("units-limit", 8, 300_001)]
    assert said(Picture(DAY, [], [], 0, payments=LIMIT + 1, large=large)) == [
        ("Payments of the last 12 months reach 1000000.01 EUR of 1000000.00 EUR.", False),
        ("Entry 7: 1000.01 EUR in cash, above 1000.00 EUR for one debt.", False),
        ("Entry 8: 3000.01 in units, above 3000.00 EUR for one debt.", False),
    ]
    assert said(Picture(DAY, [], [], 0, payments=LIMIT)) == []


@pytest.mark.parametrize(("issuer", "name"), [("", "digital"), ("sud", "digital sud")])
def test_a_fund_that_lacks_euros_is_named(issuer: str, name: str) -> None:
    backing = Backing(Fund("digital", issuer), 500, 300, 50, 25)
    assert said(Picture(DAY, [], [backing], 0)) == [(f"The fund {name} lacks 1.25 EUR.", False)]


def test_a_month_ends_on_the_last_day_before() -> None:
    assert last_month_end(date(2027, 1, 4)) == date(2026, 12, 31)


def moved(fact: str, id_: str, amount: int) -> Move:
    return Move(9, date(2026, 11, 2), "x", {fact: id_}, "transit", amount)


def test_what_happened_after_the_day_is_taken_back() -> None:
    done, idle = order(state="done"), order(id="idle")
    (way,) = orders_under_way([done, idle], [moved("order", "o", -1_000)])
    assert (way.id, way.amount, way.since) == ("o", 1_000, DAY)
    paid, asked = redemption(state="paid"), redemption(id="asked", state="requested")
    (due,) = redemptions_due([paid, asked], [moved("redemption", "r", 9_500)])
    assert (due.id, due.amount, due.target) == ("r", 9_500, "shop")


def test_a_euro_without_a_name_forbids_the_signature() -> None:
    found = problems_of(Picture(DAY, [compared(500, 700, DAY)], [], 0))
    assert [(problem.slug, problem.facts["euros"], problem.blocking) for problem in found] == [
        ("unexplained", "2.00", True)
    ]
    assert problems_of(Picture(DAY, [compared(500, 500, DAY)], [], 0)) == []
