"""Donations of the year: nobody with too few supporters gets any, and no cent is lost."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.books.accounts import Fund
from ledger.books.donations import Distribution, DonationShare
from ledger.books.papers import BankAccount, FundOrder, Member, Outstanding
from ledger.money import Asset
from ledger.refusals import NothingToGive, NotInState, SamePerson
from ledger.rules.donation import (
    check_due,
    in_euros,
    plan_approval,
    plan_in_euros,
    plan_in_units,
    plan_proposal,
    shares_of,
)

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
PROPOSED = Distribution("d1", date(2026, 6, 30), 30, "units", NOON, "amaia")
APPROVED = Distribution("d1", date(2026, 6, 30), 30, "units", NOON, "amaia", "beñat", "approved")
UNIT = Asset("EUS", 2)
NAMES = ("a", "b", "c", "d")


def amounts(shares: tuple[DonationShare, ...]) -> dict[str, int]:
    return {share.association: share.euros for share in shares}


def test_what_one_with_too_few_gathered_goes_to_the_others() -> None:
    shares = shares_of(PROPOSED, {"b": 30_000, "a": 90_000}, {"a": 31, "b": 29})
    assert amounts(shares) == {"a": 120_000, "b": 0}
    assert [share.supporters for share in shares] == [31, 29]


def test_it_is_shared_in_proportion_by_largest_remainder() -> None:
    shares = shares_of(PROPOSED, {"a": 100, "b": 200, "c": 100, "d": 0}, {"a": 30, "b": 30})
    assert amounts(shares) == {"a": 133, "b": 267, "c": 0}


def test_nobody_with_enough_supporters_is_refused() -> None:
    with pytest.raises(NothingToGive):
        shares_of(PROPOSED, {"a": 100}, {"a": 29})
    with pytest.raises(NothingToGive):
        shares_of(PROPOSED, {"a": 0}, {"a": 300})


@given(
    st.dictionaries(st.sampled_from(NAMES), st.integers(0, 10**9), min_size=1),
    st.dictionaries(st.sampled_from(NAMES), st.integers(0, 60)),
)
def test_no_cent_is_lost_and_every_debt_ends_at_what_is_paid(
    accrued: dict[str, int], supporters: dict[str, int]
) -> None:
    try:
        shares = shares_of(PROPOSED, accrued, supporters)
    except NothingToGive:
        assert not any(amount and supporters.get(name, 0) >= 30 for name, amount in accrued.items())
        return
    assert sum(share.euros for share in shares) == sum(accrued.values())
    owed = {name: amount for name, amount in accrued.items() if amount}
    for posting in plan_approval(PROPOSED, shares, approver="beñat").postings:
        owed[posting.source.rpartition(":")[2]] += posting.amount
        owed[posting.target.rpartition(":")[2]] -= posting.amount
    assert owed == amounts(shares)


def test_another_person_approves_and_once() -> None:
    shares = shares_of(PROPOSED, {"a": 900, "b": 300}, {"a": 31, "b": 29})
    assert plan_proposal(PROPOSED, shares).postings == ()
    with pytest.raises(SamePerson):
        plan_approval(PROPOSED, shares, approver="amaia")
    with pytest.raises(NotInState):
        plan_approval(APPROVED, shares, approver="beñat")
    plan = plan_approval(PROPOSED, shares, approver="beñat")
    (arrow,) = plan.postings
    assert (arrow.source, arrow.target) == ("payable:donations:a", "payable:donations:b")
    assert [p.state for p in plan.papers if isinstance(p, DonationShare)] == ["due", "moved"]


def test_a_share_is_paid_once_and_only_when_approved() -> None:
    due = DonationShare("d1:a", "d1", "a", 31, 900, 1200, "due")
    check_due(APPROVED, due)
    with pytest.raises(NotInState):
        check_due(PROPOSED, due)
    with pytest.raises(NotInState):
        check_due(APPROVED, DonationShare("d1:a", "d1", "a", 31, 900, 1200, "paid", 7))


def test_units_come_with_the_transfer_that_covers_them() -> None:
    due = DonationShare("d1:a", "d1", "a", 31, 900, 1200, "due")
    order = FundOrder("o1", "bank:main", "bank:nef", 1200, "donation", "RF", NOON, "beñat")
    member = Member("a", "association", "active", "RF")
    plan = plan_in_units(due, member, fund=Fund("digital"), unit=UNIT, order=order, number=7)
    assert [(p.source, p.target, p.amount) for p in plan.postings] == [
        ("backing:digital", "payable:donations:a", 1200),
        ("issued:digital", "member:a", 1200),
    ]
    assert order in plan.papers
    assert plan.answer["entry"] == 7


def test_euros_leave_the_operating_account_and_wait_for_the_banks_line() -> None:
    assert not in_euros(PROPOSED)
    due = DonationShare("d1:a", "d1", "a", 31, 900, 1200, "due")
    account = BankAccount("main", "operating", "Nef", "FR76")
    awaited = Outstanding("7", "main", -1200, date(2026, 6, 30), "")
    plan = plan_in_euros(due, account, awaited)
    (arrow,) = plan.postings
    assert (arrow.source, arrow.target) == ("bank:main", "payable:donations:a")
    assert awaited in plan.papers
