"""What stands between bank and books on a day: each part of the difference has a name."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger.books.papers import Outstanding
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
