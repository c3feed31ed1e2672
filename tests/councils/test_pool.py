"""A day at the pool: tickets and lessons in units, two refunds, and the accountant's sheet."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ledger.operations.conversion import Convert
from ledger.operations.correction import ProposeCorrection, known_entry
from ledger.operations.counter_refund import refunding
from ledger.operations.counter_sale import (
    AskBill,
    AskSale,
    CancelBill,
    PayByList,
    list_bills,
    paying,
)
from ledger.operations.fund import fund_position
from ledger.operations.nightly import do_nightly
from ledger.operations.payment_request import find_request
from ledger.operations.payout import MakePaymentFile, read_file
from ledger.operations.reconciliation import reconcile
from ledger.operations.service import (
    AgreeFee,
    ChangeAct,
    CloseService,
    OpenService,
    SetPrice,
    find_service,
    list_services,
)
from ledger.operations.sheet import CloseDays, find_sheet, list_sheets
from ledger.proof.reader import open_source
from ledger.proof.verifier import verify
from ledger.refusals import NotInState, Refusal, Unknown
from tests.councils.desk import Desk
from tests.fund.house import camt, line

OFFICER, ALICE = "officer:avignon", "member:alice"
DAY = date(2026, 11, 20)
TREASURY = "FR113000100169C840000000019"
POOL = OpenService(
    authority="avignon",
    slug="bassin",
    name="Piscine",
    act="2026-041",
    revenues=("tickets", "lessons"),
    ceiling=1_000_00,
    accountant="Trésorerie d'Avignon",
    since=date(2026, 1, 1),
    first_sheet=127,
)
TICKET = SetPrice("avignon", "bassin", "entree", "Entrée", "tickets", 4_00)
LESSON = SetPrice("avignon", "bassin", "cours", "Cours de natation", "lessons", 25_00)
CLOSE = CloseDays("avignon", "bassin", DAY)


def open_pool(council: Desk, pool: OpenService = POOL) -> None:
    """Open the pool with two prices, and let alice have units to swim for."""
    council.home.post(Convert("alice", 700_00, "bank"))
    for step in (pool, TICKET, LESSON):
        council.do(OFFICER, step)


def swim(council: Desk, item: str, count: int = 1) -> int:
    """Let alice pay what the counter asks for; gives the entry."""
    asked = council.do(OFFICER, AskSale("avignon", "bassin", ((item, count),)))
    found = find_request(council.ledger, "roue", str(asked["id"]))
    return int(str(council.do(ALICE, paying(found, "alice"))["entry"]))


def refund(council: Desk, payment: int, units: int, revenue: str = "") -> dict[str, Any]:
    """Let the régisseur give back a part; gives the answer or the refusal."""
    context = council.context(OFFICER)
    operation = refunding(
        council.ledger,
        "roue",
        context,
        authority="avignon",
        slug="bassin",
        payment=payment,
        units=units,
        revenue=revenue,
        reason="closed early",
    )
    return dict(council.ask(OFFICER, operation))


def is_sound(url: str) -> bool:
    """Let the auditor read the rows."""
    with open_source(url) as source:
        report = verify(source)
    assert report.sound, report.problems
    return True


def test_a_day_at_the_pool(council: Desk, database_url: str) -> None:
    open_pool(council)
    yesterday = replace(CLOSE, until=DAY - timedelta(days=1))
    assert council.do(OFFICER, yesterday)["number"] == 127
    payments = [swim(council, "entree") for _ in range(28)]
    payments += [swim(council, "cours") for _ in range(12)]
    for payment in payments[:2]:
        assert refund(council, payment, 4_00)["units"] == "4.00"

    sheet = council.do(OFFICER, CLOSE)
    assert (sheet["number"], sheet["payments"], sheet["refunds"]) == (128, 40, 2)
    assert (sheet["gross"], sheet["returned"], sheet["net"]) == ("412.00", "8.00", "404.00")
    assert sheet["revenues"] == [
        {"revenue": "lessons", "gross": "300.00", "returned": "0.00"},
        {"revenue": "tickets", "gross": "112.00", "returned": "8.00"},
    ]
    assert (sheet["redeemed"], sheet["euros"], sheet["fee"]) == ("404.00", "404.00", "0.00")
    assert council.home.arrows(int(str(sheet["entry"]))) == [
        ("service:avignon:bassin", "issued:digital", 404_00),
        ("payable:treasury:avignon", "backing:digital", 404_00),
    ]
    head = council.home.head
    again = council.do(OFFICER, CLOSE)
    assert (again["number"], again["entry"], council.home.head) == (128, sheet["entry"], head)
    _paid_by_the_next_file(council, sheet)
    assert is_sound(database_url)


def _paid_by_the_next_file(council: Desk, sheet: dict[str, Any]) -> None:
    """See the Treasury's transfer leave in a file and at the bank, the sheet's number on it."""
    made = council.home.post(MakePaymentFile("nef"))
    file = read_file(council.ledger, "roue", council.home.context(), str(made["id"]))
    assert TREASURY in file.content
    assert "Bordereau bassin 128" in file.content
    assert '<InstdAmt Ccy="EUR">404.00' in file.content
    reference = file.content.partition("<EndToEndId>")[2].partition("<")[0]
    paid = line("404.00", reference, bank_reference="out-1", sign="DBIT")
    council.home.drop(camt(paid, opening="26700.00", closing="26296.00"))
    balances = council.home.balances("payable:treasury:avignon", "bank:nef")
    assert balances == {"payable:treasury:avignon": 0, "bank:nef": 26_296_00}
    assert sheet["redemption"]
    assert fund_position(council.ledger, "roue")["shortfall"] == "0.00"
    _, problems, _ = reconcile(council.ledger, "roue", DAY)
    # Only what was deposited by hand at the beginning has not been seen at the bank.
    assert {each.slug for each in problems} == {"unanswered"}


def test_the_act_says_what_is_taken(council: Desk) -> None:
    open_pool(council)
    coffee = SetPrice("avignon", "bassin", "cafe", "Café", "cafe", 1_50)
    bill = AskBill("avignon", "bassin", "F-1", (("cafe", 1_50),), DAY)
    for operation in (coffee, bill):
        told = council.ask(OFFICER, operation)
        assert told["slug"] == "revenue-not-in-act"
        assert dict(told["facts"])["article"] == "CGCT R1617-6"  # type: ignore[arg-type]  # facts are a mapping
    assert council.refused(OFFICER, AskSale("avignon", "bassin", (("cafe", 1),))) == "not-found"
    narrower = ChangeAct(
        "avignon", "bassin", "2026-099", ("lessons",), 10_00, "Trésorerie", date(2026, 1, 1)
    )
    asked = council.do(OFFICER, AskSale("avignon", "bassin", (("entree", 1),)))
    council.do(OFFICER, narrower)
    found = find_request(council.ledger, "roue", str(asked["id"]))
    assert council.refused(ALICE, paying(found, "alice")) == "revenue-not-in-act"
    # The ceiling of the new act is below one lesson.
    by_list = PayByList("alice", "avignon", "bassin", (("cours", 1),))
    assert council.refused(ALICE, by_list) == "regie-ceiling"
    council.do(OFFICER, replace(narrower, settlement="kept"))
    assert council.do(ALICE, by_list)["service"] == "bassin"
    council.do(OFFICER, replace(narrower, until=DAY - timedelta(days=1)))
    assert council.refused(ALICE, by_list) == "regie-not-authorised"
    council.do(OFFICER, CloseService("avignon", "bassin"))
    assert council.refused(ALICE, by_list) == "regie-not-authorised"


def test_a_bill_is_written_once_and_paid_by_its_code(council: Desk, database_url: str) -> None:
    open_pool(council)
    bill = AskBill("avignon", "bassin", "2026-17", (("lessons", 25_00), ("tickets", 4_00)), DAY)
    asked = council.do(OFFICER, bill)
    assert council.refused(OFFICER, bill) == "already-exists"
    council.do(OFFICER, CancelBill("avignon", str(asked["id"])))
    asked = council.do(OFFICER, bill)
    council.home.at += timedelta(days=40)  # longer than a counter waits
    found = find_request(council.ledger, "roue", str(asked["id"]))
    paid = council.do(ALICE, paying(found, "alice"))
    assert (paid["units"], paid["service"]) == ("29.00", "bassin")
    seen = list_bills(
        council.ledger, "roue", council.context(OFFICER), "avignon", after="", limit=9
    )
    assert sorted(str(each["state"]) for each in seen) == ["cancelled", "paid"]
    entry = int(str(paid["entry"]))
    with pytest.raises(NotInState):
        refund(council, entry, 1_00)
    assert refund(council, entry, 4_00, "tickets")["remaining"] == "25.00"
    assert refund(council, entry, 1, "tickets")["slug"] == "refund-exceeds-payment"
    assert council.refused(OFFICER, CancelBill("avignon", found.id)) == "request-not-payable"
    correction = ProposeCorrection(known_entry(council.ledger, "roue", entry), "wrong bill")
    assert council.home.refusal(correction) == "cannot-correct"
    assert is_sound(database_url)


def test_what_comes_after_the_closing_is_of_tomorrow(council: Desk, database_url: str) -> None:
    open_pool(council, replace(POOL, settlement="period"))
    council.home.post(AgreeFee("avignon", "bassin", 200))
    swim(council, "cours")
    sheet = council.do(OFFICER, CLOSE)
    assert (sheet["euros"], sheet["fee"]) == ("25.00", "0.50")
    # The whole is owed, and the fee is a claim beside it.
    assert council.home.arrows(int(str(sheet["entry"])))[1:] == [
        ("payable:treasury:avignon", "backing:digital", 25_00),
        ("income:redemption-fees", "receivable:avignon", 50),
    ]
    swim(council, "entree")
    service, *_ = list_services(council.ledger, "roue", council.context(OFFICER), "avignon")
    assert dict(service["today"])["day"] == "2026-11-21"  # type: ignore[arg-type]  # it is a mapping
    assert council.refused(OFFICER, replace(CLOSE, until=DAY + timedelta(days=1))) == "not-in-state"
    council.home.at += timedelta(days=2)
    swim(council, "entree")
    sheet = council.do(OFFICER, replace(CLOSE, until=DAY + timedelta(days=2)))
    assert (sheet["number"], sheet["from"], sheet["gross"]) == (128, "2026-11-21", "8.00")
    late = replace(CLOSE, until=DAY + timedelta(days=1))
    assert council.refused(OFFICER, late) == "not-in-state"
    assert is_sound(database_url)


def test_the_night_closes_yesterday_and_many_closings_make_one_number(
    council: Desk, database_url: str
) -> None:
    open_pool(council)
    swim(council, "entree")
    council.home.at += timedelta(days=1)
    swim(council, "cours")
    assert do_nightly(council.ledger, "roue", council.home.context()).sheets == 1
    assert do_nightly(council.ledger, "roue", council.home.context()).sheets == 0
    contexts = [council.context(OFFICER) for _ in range(8)]
    close = replace(CLOSE, until=DAY + timedelta(days=1))

    def closing(context: Any) -> object:  # noqa: ANN401 - a context
        return council.ledger.post_and_wait("roue", close, context).json()["number"]

    with ThreadPoolExecutor(8) as crowd:
        assert set(crowd.map(closing, contexts)) == {128}
    sheets = list_sheets(council.ledger, "roue", council.context("auditor"), "avignon")
    assert [(each["number"], each["gross"]) for each in sheets] == [(128, "25.00"), (127, "4.00")]
    assert is_sound(database_url)


def test_one_authority_never_sees_another_s_services(council: Desk) -> None:
    open_pool(council)
    swim(council, "entree")
    council.do(OFFICER, CLOSE)
    other = council.context("officer:pontet")
    ledger = council.ledger
    looks = (
        lambda: find_service(ledger, "roue", other, "avignon", "bassin"),
        lambda: list_services(ledger, "roue", other, "avignon"),
        lambda: list_sheets(ledger, "roue", other, "avignon"),
        lambda: find_sheet(ledger, "roue", other, "avignon", "bassin", 127),
        lambda: list_bills(ledger, "roue", other, "avignon", after="", limit=9),
    )
    for look in looks:
        with pytest.raises(Refusal) as met:
            look()
        assert met.value.slug == "not-found"
    for operation in (POOL, TICKET, CLOSE, AskSale("avignon", "bassin", (("entree", 1),))):
        assert council.refused("officer:pontet", operation) == "not-found"
    with pytest.raises(Unknown):
        find_sheet(ledger, "roue", council.context(OFFICER), "avignon", "bassin", 999)
