"""What stands between bank and books on a day: each part of the difference has a name."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ledger.books.closings import Move
from ledger.books.papers import Outstanding, Statement
from ledger.rules.reconciliation import Evidence, bank_balance, compare, reached
from tests.rules.values import DAY, NEF, line, outstanding


def named(lines: list[Any], awaited: list[Outstanding]) -> list[tuple[str, int, str]]:
    """Give kind, cents and settlement of each item, where no statement says a balance."""
    evidence = Evidence(NEF, DAY, 0, [], {}, lines, awaited, [])
    return [(item.kind, item.amount, item.settled) for item in compare(evidence, {}).items]


@pytest.mark.parametrize(
    ("days", "state", "item"),
    [
        (0, "new", ("unbooked", 500, "")),
        (1, "matched", ("entered-early", -500, "2026-10-06")),
    ],
)
def test_a_line_on_one_side_only_is_named(
    days: int, state: str, item: tuple[str, int, str]
) -> None:
    booked_on = DAY + timedelta(days=days)
    assert named([line(500, state=state, booked_on=booked_on)], []) == [item]


def test_an_entry_by_hand_is_unseen_until_the_bank_tells_of_it() -> None:
    assert named([], [outstanding()]) == [("unseen", -1_000, "")]
    seen = outstanding(state="matched", line="nef-1")
    known = line(1_000, state="matched", cause="entry")
    assert named([known], [seen]) == []


def test_without_statements_nobody_knows_what_the_bank_held() -> None:
    assert bank_balance([], {}, DAY) == (None, None)
    assert reached([], date(2026, 10, 5)) is None


def told_until(day: date, **more: Any) -> Statement:  # noqa: ANN401 - the fields of a statement
    fields = {
        "id": "st",
        "account": "nef",
        "format": "camt.053.001.08",
        "bank_id": "",
        "opening": 1_000,
        "opening_on": day,
        "closing": 1_500,
        "closing_on": day,
        "state": "accepted",
        "warnings": (),
        "file_hash": "",
        "imported_at": datetime(2026, 10, 6, tzinfo=UTC),
        "imported_by": "t",
        "lines": 1,
    }
    return Statement(**{**fields, **more})


def test_days_without_banking_count_as_told() -> None:
    friday, saturday, monday = date(2026, 10, 2), date(2026, 10, 3), date(2026, 10, 5)
    assert reached([told_until(friday)], saturday) == saturday
    assert reached([told_until(friday)], monday) == date(2026, 10, 4)
    assert reached([told_until(monday)], saturday) == saturday


def test_a_later_statement_says_what_the_bank_held_before_it() -> None:
    later = told_until(date(2026, 10, 9))
    held = bank_balance([later], {DAY: -200}, DAY)
    assert held == (800, date(2026, 10, 9))
    assert bank_balance([replace(later, opening=None)], {}, DAY) == (None, None)


def test_the_entry_that_opened_an_account_is_no_item() -> None:
    assert named([], [outstanding(state="matched")]) == []


def test_an_entry_that_counts_later_than_its_line_is_named() -> None:
    late = DAY + timedelta(days=2)
    moves = [Move(9, late, "line", {"line": "nef-1"}, "bank:nef", 500)]
    found = compare(
        Evidence(NEF, DAY, 0, [], {}, [line(500, state="matched")], [], moves), {}
    ).items
    assert [(item.kind, item.amount, item.settled) for item in found] == [
        ("entered-later", 500, DAY.isoformat())
    ]
