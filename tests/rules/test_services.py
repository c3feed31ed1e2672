"""What a régie takes, gives back and closes: pure rules, each branch once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.books.accounts import account_of
from ledger.books.authorities import Price, Service, Takings
from ledger.books.journal import Entry, Plan, Posting
from ledger.books.papers import Member
from ledger.money import Asset
from ledger.refusals import (
    CannotCorrect,
    NotInState,
    RefundExceedsPayment,
    RegieCeiling,
    RegieNotAuthorised,
    RevenueNotInAct,
)
from ledger.rules.reversal import check_correctable
from ledger.rules.service import (
    blank_takings,
    given_back,
    must_take,
    priced,
    revenues_of,
    shown,
    shown_price,
    shown_takings,
    taken,
)
from ledger.rules.sheet import Closing, check_closable, plan_sheet
from tests.rules.values import AT, DAY, ROU, person, redemption

POOL = Service(
    id="avignon:piscine",
    authority="avignon",
    slug="piscine",
    name="Piscine",
    act="2026-041",
    revenues=("tickets", "lessons"),
    ceiling=100_00,
    accountant="Trésorerie",
    since=date(2026, 1, 1),
    until=None,
    settlement="daily",
    fee_bps=0,
    opened_at=AT,
    last_sheet=127,
)
TOWN: Member = person(id="avignon", kind="authority")
CLOSING = Closing(DAY, 9, AT, "officer", "r1", "RF1")
PLAN = Plan(kind="payment", postings=(Posting("member:a", POOL.account, 4_00, ROU),))
FULL = replace(blank_takings(POOL, DAY), gross={"tickets": 4_00}, payments=1)


def payment(**facts: int) -> Entry:
    told: dict[str, str | int] = {f"revenue:{name}": units for name, units in facts.items()}
    told["service"] = POOL.id
    return Entry("roue", 7, AT, "payment", "x", told, PLAN.postings, (), "", b"", b"")


def test_a_service_has_an_account_of_its_own_and_so_has_what_its_treasury_is_owed() -> None:
    account = account_of(POOL.account, ROU)
    assert (account.asset, account.floor, account.owner) == (ROU, 0, None)
    owed = account_of("payable:treasury:avignon", ROU)
    assert (owed.asset.code, owed.ceiling, owed.owner) == ("EUR", 0, "payable:treasury")
    assert redemption(sheet="piscine 128", member="avignon").payable == owed.name
    assert redemption().payable == "payable:redemptions"


def test_a_service_takes_what_its_act_names_on_its_days() -> None:
    must_take(POOL, {"tickets": 1}, DAY)
    must_take(replace(POOL, until=DAY), {"tickets": 1}, DAY)
    with pytest.raises(RevenueNotInAct, match=r"CGCT R1617-6"):
        must_take(POOL, {"tickets": 1, "cafe": 1}, DAY)


@pytest.mark.parametrize(
    "service",
    [
        replace(POOL, state="closed"),
        replace(POOL, since=DAY + timedelta(days=1)),
        replace(POOL, until=DAY - timedelta(days=1)),
    ],
)
def test_outside_its_authorisation_it_takes_nothing(service: Service) -> None:
    with pytest.raises(RegieNotAuthorised, match=r"CGCT R1617-6"):
        must_take(service, {}, DAY)


def test_a_price_list_adds_up_by_revenue() -> None:
    ticket = Price("p", POOL.id, "entree", "Entrée", "tickets", 4_00)
    lesson = replace(ticket, item="cours", revenue="lessons", units=25_00)
    sold = priced([(ticket, 2), (lesson, 1), (replace(ticket, units=1_00), 3)])
    assert sold == {"tickets": 11_00, "lessons": 25_00}
    assert shown_price(ticket, ROU)["units"] == "4.00"
    assert revenues_of(payment(tickets=1, lessons=2)) == {"tickets": 1, "lessons": 2}


def test_what_is_taken_says_for_what_and_counts_on_its_day() -> None:
    plan = taken(PLAN, POOL, {"tickets": 4_00}, takings=FULL, balance=4_00, unit=ROU)
    (counted,) = plan.papers
    assert isinstance(counted, Takings)
    assert (counted.gross, counted.payments) == ({"tickets": 8_00}, 2)
    assert plan.facts["revenue:tickets"] == 4_00
    assert plan.facts["service_day"] == DAY.isoformat()


def test_a_service_holds_no_more_than_its_ceiling_unless_it_keeps_units() -> None:
    full = 96_00
    taken(PLAN, POOL, {"tickets": 4_00}, takings=FULL, balance=full, unit=ROU)
    with pytest.raises(RegieCeiling, match=r"CGCT R1617-8"):
        taken(PLAN, POOL, {"tickets": 4_00}, takings=FULL, balance=full + 1, unit=ROU)
    keeping = replace(POOL, settlement="kept")
    taken(PLAN, keeping, {"tickets": 4_00}, takings=FULL, balance=full + 1, unit=ROU)


def test_a_refund_stays_within_its_revenue() -> None:
    def back(units: int, refunded: int, revenue: str = "tickets") -> Plan:
        return given_back(
            Plan(kind="refund"),
            payment(tickets=4_00, lessons=6_00),
            POOL,
            revenue=revenue,
            units=units,
            takings=FULL,
            refunded=refunded,
            unit=ROU,
        )

    plan = back(1_00, 3_00)
    assert [(t.name, t.change, t.limit) for t in plan.tallies] == [
        ("refunded:7:tickets", 1_00, 4_00)
    ]
    with pytest.raises(RefundExceedsPayment):
        back(1_01, 3_00)
    with pytest.raises(RefundExceedsPayment):
        back(1, 0, "cafe")


def test_what_a_service_took_is_not_corrected_but_refunded() -> None:
    with pytest.raises(CannotCorrect):
        check_correctable(payment(tickets=1), corrected=0, refunded=0)


def test_what_counts_today_and_what_counts_tomorrow() -> None:
    assert POOL.day_of(DAY) == DAY
    assert replace(POOL, closed_on=DAY - timedelta(days=1)).day_of(DAY) == DAY
    assert replace(POOL, closed_on=DAY).day_of(DAY) == DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("closed_on", "until"),
    [(None, DAY + timedelta(days=1)), (DAY, DAY), (DAY, DAY - timedelta(days=1))],
)
def test_only_a_day_that_is_there_and_not_closed_is_closed(
    closed_on: date | None, until: date
) -> None:
    with pytest.raises(NotInState):
        check_closable(replace(POOL, closed_on=closed_on), until, DAY)
    check_closable(POOL, DAY, DAY)


def sheet_of(service: Service, *days: Takings, unit: Asset = ROU) -> Plan:
    return plan_sheet(service, days, CLOSING, authority=TOWN, unit=unit)


def test_a_sheet_bears_the_next_number_and_owes_the_whole() -> None:
    earlier = replace(FULL, day=DAY - timedelta(days=3), returned={"tickets": 1_00}, refunds=1)
    plan = sheet_of(replace(POOL, fee_bps=100), FULL, earlier)
    assert [(p.source, p.amount) for p in plan.postings] == [
        (POOL.account, 7_00),
        ("payable:treasury:avignon", 7_00),
        ("income:redemption-fees", 7),
    ]
    assert (plan.answer["number"], plan.answer["from"]) == (128, "2026-10-02")
    assert plan.facts["redemption"] == "r1"
    assert len(plan.papers) == 5


def test_a_sheet_of_nothing_or_of_units_kept_moves_nothing() -> None:
    closed = replace(POOL, closed_on=DAY - timedelta(days=2))
    empty = sheet_of(closed)
    assert (empty.postings, empty.answer["from"]) == ((), "2026-10-04")
    kept = sheet_of(replace(POOL, settlement="kept"), FULL)
    assert (kept.postings, kept.answer["net"], kept.answer["redeemed"]) == ((), "4.00", "0.00")
    overdrawn = replace(FULL, gross={}, returned={"tickets": 2_00})
    assert sheet_of(POOL, overdrawn).answer["net"] == "-2.00"


def test_only_whole_cents_go_to_the_treasury() -> None:
    fine = Asset("FIN", 3)
    plan = sheet_of(POOL, replace(FULL, gross={"tickets": 4_007}), unit=fine)
    assert plan.answer["redeemed"] == "4.000"
    assert plan.answer["euros"] == "4.00"


def test_services_and_days_are_shown() -> None:
    until = replace(POOL, until=DAY, closed_on=DAY)
    assert (shown(until, ROU)["until"], shown(until, ROU)["closed_on"]) == (str(DAY), str(DAY))
    assert (shown(POOL, ROU)["until"], shown(POOL, ROU)["closed_on"]) == (None, None)
    assert shown_takings(FULL, ROU)["net"] == "4.00"
