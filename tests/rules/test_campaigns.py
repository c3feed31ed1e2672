"""A bonus is never more than was announced, budgeted or paid in, and says what held it back."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.books.accounts import Fund
from ledger.books.papers import Campaign
from ledger.money import BPS, Asset
from ledger.rules.campaign import (
    REASONS,
    Bonus,
    allot,
    best,
    bonus_of,
    bonus_tallies,
    earned_tally,
    eligible,
    expiry,
    open_on,
    plan_expiry,
    reason_of,
)
from tests.rules.values import DAY, ROU, campaign, person

amounts = st.integers(1, 10**9)


def earn(of: Campaign, euros: int, **more: Any) -> Bonus:  # noqa: ANN401 - the counts so far
    counts = {"earned": 0, "granted": 0, "sponsored": 10**9, "unit": ROU, "day": DAY, **more}
    return bonus_of(of, person(commune="Avignon"), euros=euros, **counts)


@given(
    euros=amounts,
    rate=st.integers(1, 2 * BPS),
    budget=amounts,
    granted=amounts,
    sponsored=amounts,
    cap=st.none() | amounts,
    earned=amounts,
    scale=st.integers(0, 4),
)
def test_no_limit_is_ever_passed(  # noqa: PLR0913, PLR0917 - all that the rule looks at
    euros: int,
    rate: int,
    budget: int,
    granted: int,
    sponsored: int,
    cap: int | None,
    earned: int,
    scale: int,
) -> None:
    granted = min(granted, budget)
    earned = min(earned, cap or earned)
    of = campaign(rate_bps=rate, budget=budget, cap=cap)
    got = earn(
        of, euros, earned=earned, granted=granted, sponsored=sponsored, unit=Asset("U", scale)
    )
    assert 0 <= got.granted <= min(got.full, budget - granted, sponsored)
    assert got.granted * BPS <= euros * rate
    assert got.earning <= euros
    assert cap is None or earned + got.earning <= cap
    assert got.granted * BPS <= got.earning * rate
    assert (got.reason is None) == (got.granted == got.full) or got.reason in REASONS
    assert got.granted % 10 ** max(2 - scale, 0) == 0


@pytest.mark.parametrize(
    ("terms", "counts", "granted", "reason"),
    [
        ({}, {}, 2_000, None),
        ({"kinds": ("pro",)}, {}, 0, "not-eligible"),
        ({"until": date(2026, 10, 4)}, {}, 0, "campaign-not-open"),
        ({"state": "closed"}, {}, 0, "campaign-not-open"),
        ({"cap": 10_000}, {"earned": 4_000}, 1_200, "cap-reached"),
        ({"cap": 10_000}, {"earned": 10_000}, 0, "cap-reached"),
        ({"budget": 2_100}, {"granted": 200}, 1_900, "budget-exhausted"),
        ({}, {"sponsored": 70}, 70, "sponsor-unfunded"),
        ({}, {"sponsored": -5}, 0, "sponsor-unfunded"),
        ({"cap": 5_000, "budget": 10}, {"sponsored": 5}, 5, "cap-reached"),
        ({"budget": 10}, {"sponsored": 5}, 5, "budget-exhausted"),
        ({"kinds": ("pro",), "state": "closed"}, {}, 0, "not-eligible"),
    ],
)
def test_the_first_rule_that_binds_is_named(
    terms: dict[str, object], counts: dict[str, int], granted: int, reason: str | None
) -> None:
    got = earn(campaign(**terms), 10_000, **counts)
    assert (got.granted, got.reason) == (granted, reason)


@pytest.mark.parametrize(
    ("terms", "member", "fits"),
    [
        ({}, {}, True),
        ({"kinds": ("person",)}, {}, True),
        ({"communes": ("Avignon",)}, {"commune": "Avignon"}, True),
        ({"communes": ("Avignon",)}, {}, False),
        ({"members": ("b",)}, {}, False),
        ({"members": ("a", "b")}, {}, True),
        ({"age_from": 18}, {}, False),
        ({"age_from": 18}, {"born_on": date(2008, 10, 5)}, True),
        ({"age_from": 18}, {"born_on": date(2008, 10, 6)}, False),
        ({"age_to": 25}, {"born_on": date(2000, 10, 6)}, True),
        ({"age_to": 25}, {"born_on": date(2000, 10, 5)}, False),
        ({"age_from": 18, "age_to": 25}, {"born_on": date(2004, 2, 29)}, True),
    ],
)
def test_a_campaign_is_for_whom_it_names(
    terms: dict[str, object],
    member: dict[str, object],
    fits: bool,  # noqa: FBT001 - a table's column
) -> None:
    assert eligible(campaign(**terms), person(**member), DAY) is fits


def test_a_campaign_is_open_on_both_its_ends() -> None:
    of = campaign(since=DAY, until=DAY)
    days = (date(2026, 10, 4), DAY, date(2026, 10, 6))
    assert [open_on(of, day) for day in days] == [False, True, False]


def test_gifts_last_so_many_days_or_for_ever() -> None:
    assert expiry(campaign(gift_expires_days=180), DAY) == "2027-04-03"
    assert expiry(campaign(), DAY) is None


def test_a_cap_is_counted_by_month_or_for_the_whole_campaign() -> None:
    assert earned_tally(campaign(), "a", DAY) == "earned:c:a:2026-10"
    assert earned_tally(campaign(cap_period="campaign"), "a", DAY) == "earned:c:a:all"
    got = earn(campaign(cap=10_000), 5_000)
    assert [(t.name, t.change, t.limit) for t in bonus_tallies(got, "a", DAY)] == [
        ("granted:c", 1_000, 10_000),
        ("earned:c:a:2026-10", 5_000, 10_000),
    ]
    assert len(bonus_tallies(earn(campaign(), 5_000), "a", DAY)) == 1
    assert bonus_tallies(earn(campaign(), 1), "a", DAY) == []


def bonus(granted: int, reason: str | None = None, **terms: object) -> Bonus:
    return Bonus(campaign(**terms), granted, granted, 0, reason)


def test_the_better_campaign_gives_and_a_tie_is_the_olders() -> None:
    low, high = bonus(1, id="low"), bonus(2, id="high")
    assert best([low, high]) == best([high, low]) == (high,)
    old, new = bonus(1, "budget-exhausted", id="old"), bonus(1, id="new")
    assert best([old, new]) == (old,)
    assert best([]) == ()


def test_stackable_campaigns_count_together_in_the_place_of_their_oldest() -> None:
    one, two = bonus(1, id="1", stackable=True), bonus(1, id="2", stackable=True)
    alone = bonus(2, id="alone")
    assert best([alone, one, two]) == (alone,)
    assert best([one, alone, two]) == (one, two)
    assert best([bonus(3, id="more"), one, two])[0].campaign.id == "more"


def test_where_nothing_is_given_the_nearest_reason_is_told() -> None:
    far, near = bonus(0, "not-eligible", id="far"), bonus(0, "cap-reached", id="near")
    assert best([far, near]) == (near,)
    full = bonus(0, None, id="full")
    assert best([near, full]) == (full,)
    assert reason_of([near, far]) == "not-eligible"
    assert reason_of([full]) is None


@given(first=amounts, second=amounts, money=amounts)
def test_a_sponsors_money_is_spent_once(first: int, second: int, money: int) -> None:
    campaigns = [
        campaign(id="1", stackable=True, rate_bps=BPS, budget=first),
        campaign(id="2", stackable=True, rate_bps=BPS, budget=second),
    ]
    chosen = allot(campaigns, {"s": money}, lambda of, left: earn(of, 10**9, sponsored=left))
    assert sum(each.granted for each in chosen) == min(first + second, money)
    alone = [campaign(id="3", rate_bps=BPS, budget=first)]
    (only,) = allot(alone, {"s": money}, lambda of, left: earn(of, 10**9, sponsored=left))
    assert only.granted == min(first, money)


def test_an_expired_pocket_goes_back_to_its_sponsor() -> None:
    plan = plan_expiry(
        pocket="gift:c:a@2027-04-03",
        balance=300,
        campaign=campaign(),
        fund=Fund("digital"),
        unit=ROU,
    )
    arrows = [(p.source, p.target, p.amount) for p in plan.postings]
    assert arrows == [
        ("gift:c:a@2027-04-03", "issued:digital", 300),
        ("sponsor:s", "backing:digital", 300),
    ]
    assert [(t.name, t.change) for t in plan.tallies] == [("expired:c", 300)]
