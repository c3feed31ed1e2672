"""What opens an account, and what cannot."""

import pytest

from ledger.books.accounts import Fund
from ledger.books.opening import Balance
from ledger.money import Asset
from ledger.refusals import Malformed, OpeningNotCovered
from ledger.rules.opening import check_balance, check_covered, fund_of, is_units, plan_opening

UNIT = Asset("ROU", 2)
DIGITAL = Fund("digital")


@pytest.mark.parametrize(
    ("balance", "arrows"),
    [
        (Balance("bank", "nef", 5), [("opening", "bank:nef", 5)]),
        (Balance("bank", "nef", -5), [("bank:nef", "opening", 5)]),
        (Balance("sponsor", "city", 5), [("sponsor:city", "opening", 5)]),
        (
            Balance("member", "alice", 5),
            [("backing:digital", "opening", 5), ("issued:digital", "member:alice", 5)],
        ),
    ],
)
def test_an_account_is_opened(balance: Balance, arrows: list[tuple[str, str, int]]) -> None:
    plan = plan_opening(balance, fund_of(balance, ""), UNIT)
    assert [(p.source, p.target, p.amount) for p in plan.postings] == arrows
    assert [(t.name, t.change, t.limit) for t in plan.tallies] == [
        (f"opened:{balance.account}", 1, 1)
    ]


@pytest.mark.parametrize(
    "balance",
    [
        Balance("till", "x", 1),
        Balance("bank", "nef", 0),
        Balance("member", "alice", -1),
        Balance("notes", "office", 1),
    ],
)
def test_what_no_account_can_have_is_refused(balance: Balance) -> None:
    with pytest.raises(Malformed):
        check_balance(balance)


def test_units_are_covered_by_the_banks_of_their_fund() -> None:
    notes = Balance("notes", "public", 5)
    assert (fund_of(notes, ""), is_units(notes)) == (Fund("paper"), True)
    check_covered(DIGITAL, ["bank:nef"], {"backing:digital": -5, "bank:nef": 5})
    with pytest.raises(OpeningNotCovered):
        check_covered(DIGITAL, ["bank:nef"], {"backing:digital": -6, "bank:nef": 5})
