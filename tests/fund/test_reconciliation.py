"""A month at the bank: every euro between bank and books has a name, and two people sign."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from ledger.books.papers import FundOrder
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE
from ledger.operations.fund import OrderTransfer
from ledger.operations.grant import Given
from ledger.operations.line import explaining
from ledger.operations.matching import list_lines
from ledger.operations.reconciliation import (
    NoteItem,
    SignReconciliation,
    certificate,
    prepare,
    reconcile,
)
from ledger.operations.redemption import ApproveRedemption, RequestRedemption
from ledger.operations.reference import reference_for
from ledger.proof.certificate import certificate_problems
from ledger.proof.reader import open_source
from ledger.proof.verifier import verify
from ledger.refusals import Refusal
from tests.fund.house import House, camt, house, line
from tests.people.seat import agreement_of

ON = date(2026, 11, 30)
ALICE = reference_for(CODE, "member", "alice")


@pytest.fixture
def town(database_url: str) -> Iterator[House]:
    """Found the demo on the 2nd of November; sponsor's deposit by hand is not at the bank yet."""
    with house(database_url, at=datetime(2026, 11, 2, 9, tzinfo=UTC)) as made:
        yield made
    with open_source(database_url) as source:
        report = verify(source)
    assert report.sound, report.problems


def account(report: dict[str, Any], slug: str = "nef") -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in report["accounts"] if each["slug"] == slug)
    return found


def items(report: dict[str, Any], slug: str = "nef") -> list[tuple[str, str]]:
    return sorted((item["kind"], item["euros"]) for item in account(report, slug)["items"])


def looked(town: House) -> dict[str, Any]:
    report: dict[str, Any] = reconcile(town.ledger, CODE, ON)[2]
    for each in report["accounts"]:
        assert each["unexplained"] == "0.00" or each["closing"] is None
    return report


def month(town: House, until: str = "2026-11-30") -> None:
    """Import November on the 4th of December: a conversion, a stranger, a fee."""
    town.at = datetime(2026, 11, 25, 9, tzinfo=UTC)
    town.post(Convert("bruno", 40_00, "bank"))
    town.at = datetime(2026, 12, 4, 9, tzinfo=UTC)
    november = camt(
        line("30.00", ALICE, bank_reference="B1", on="2026-11-05"),
        line("25.00", "merci", bank_reference="B2", on="2026-11-12"),
        line("3.20", "FRAIS", bank_reference="B3", sign="DBIT", on="2026-11-28"),
        closing="51.80",
        on=until,
    )
    town.drop(november)


def explain(town: House, amount: str, cause: str, id_: str = "") -> None:
    waiting = list_lines(town.ledger, CODE, state="waiting", after="", limit=50)
    found = next(str(each["id"]) for each in waiting if each["euros"] == amount)
    context = town.context()
    town.post(explaining(town.ledger, CODE, context, line=found, cause=cause, id_=id_))


def test_the_difference_is_the_sum_of_its_items(town: House) -> None:
    month(town)
    report = looked(town)
    nef = account(report)
    assert items(report) == [
        ("suspense", "-3.20"),
        ("suspense", "25.00"),
        ("unseen", "-26000.00"),
        ("unseen", "-40.00"),
    ]
    assert (nef["closing"], nef["booked"], nef["suspense"]) == ("51.80", "26091.80", "21.80")
    assert nef["difference"] == "-26018.20"


def test_what_is_explained_later_is_explained_on_its_day(town: House) -> None:
    month(town)
    explain(town, "25.00", "conversion", "alice")
    explain(town, "3.20", "bank-fee")
    report = looked(town)
    assert items(report) == [("unseen", "-26000.00"), ("unseen", "-40.00")]
    slugs = [problem["problem"] for problem in report["problems"]]
    assert "fee" in slugs
    (order,) = town.ledger.reads.having(FundOrder, CODE, "euros", [320])
    assert (order.source, order.target) == ("bank:exploitation", "bank:nef")
    back = line("3.20", order.reference, bank_reference="B7", on="2026-12-02")
    town.drop(camt(back, opening="51.80", closing="55.00", on="2026-12-02", id_="S-7"))
    assert "fee" not in [problem["problem"] for problem in looked(town)["problems"]]


def test_an_entry_by_hand_shows_when_the_bank_saw_it(town: House) -> None:
    month(town)
    bruno = reference_for(CODE, "member", "bruno")
    december = camt(
        line("40.00", bruno, bank_reference="B9", on="2026-12-01"),
        opening="51.80",
        closing="91.80",
        on="2026-12-01",
        id_="S-2",
    )
    town.drop(december)
    (item,) = [each for each in account(looked(town))["items"] if each["euros"] == "-40.00"]
    assert (item["kind"], item["settled"]) == ("unseen", "2026-12-01")


def test_an_order_seen_on_one_side_and_a_redemption_are_under_way(town: House) -> None:
    town.post(Convert("boulangerie", 100_00, "bank"))
    asked = town.post(RequestRedemption("boulangerie", 60_00), "shop")
    town.post(ApproveRedemption(str(asked["id"])))
    order = town.post(OrderTransfer("bank:nef", "bank:credit-municipal", 500, "paper"))
    month(town)
    out = line("5.00", str(order["reference"]), bank_reference="B8", sign="DBIT", on="2026-11-29")
    town.drop(camt(out, opening="51.80", closing="46.80", on="2026-11-30", id_="S-3"))
    report = looked(town)
    found = [(each["kind"], each["euros"], each["days"]) for each in report["under_way"]]
    assert found == [("order", "5.00", 28), ("redemption", "57.00", 28)]
    assert "transit" in [problem["problem"] for problem in report["problems"]]
    paper = next(each for each in report["funds"] if each["medium"] == "paper")
    assert (paper["on_the_way"], paper["present"]) == ("5.00", "5.00")


def refused(town: House, person: str = "treasurer") -> str | None:
    context = town.context(person=person)
    try:
        answer = prepare(town.ledger, CODE, context, ON)
    except Refusal as refusal:
        return refusal.slug
    return str(answer.json()["slug"]) if answer.refused else None


def answer_all(town: House) -> None:
    for each in looked(town)["accounts"]:
        for item in each["items"]:
            if not item["owner"]:
                town.post(NoteItem(item["key"], owner="treasurer"))


def test_nothing_is_signed_while_an_item_has_no_owner(town: House) -> None:
    month(town)
    assert refused(town) == "items-open"
    answer_all(town)
    assert refused(town) is None


def test_two_people_sign_and_the_period_is_closed(town: House) -> None:
    month(town)
    answer_all(town)
    assert refused(town) is None
    assert town.refusal(SignReconciliation(ON)) == "same-person"
    wanted = agreement_of(town.ledger, CODE, town.at, SignReconciliation(ON), Given("treasurer"))
    assert wanted == ("reconciliation", ON.isoformat(), "", "")
    town.post(SignReconciliation(ON), "treasurer-2")
    assert town.refusal(SignReconciliation(ON), "treasurer-2") == "not-in-state"
    assert refused(town) == "period-not-over"

    signed = certificate(town.ledger, CODE, town.context(), ON)
    assert certificate(town.ledger, CODE, town.context(), ON) == signed
    public = town.ledger.key.public_key()
    assert certificate_problems(signed, public) == []
    told = orjson.loads(signed)
    assert [one["person"] for one in told["signed"]] == ["treasurer", "treasurer-2"]
    assert {each["account"] for each in told["report"]["files"]} == {"nef"}
    for place in range(0, len(signed), 7):
        changed = bytearray(signed)
        changed[place] ^= 1
        try:
            found = certificate_problems(bytes(changed), public)
        except ValueError:
            continue
        assert found, place

    # What is explained afterwards counts on the first open day: the signed figures stand.
    explain(town, "25.00", "conversion", "alice")
    after = reconcile(town.ledger, CODE, ON)[2]
    assert account(after)["items"] == account(told["report"])["items"]
    entry = town.ledger.reads.entry(CODE, town.head)
    assert entry is not None
    assert entry.facts["counts_on"] == "2026-12-01"


def test_what_was_prepared_is_not_signed_once_the_books_moved(town: House) -> None:
    month(town)
    answer_all(town)
    assert refused(town) is None
    explain(town, "25.00", "conversion", "alice")
    assert town.refusal(SignReconciliation(ON), "treasurer-2") == "books-moved"


def test_a_day_that_goes_on_is_not_signed(town: House) -> None:
    month(town)
    town.at = datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert refused(town) in {"period-not-over", "items-open"}


def test_a_gap_and_a_statement_in_doubt_forbid_the_signature(town: House) -> None:
    month(town, until="2026-11-28")
    town.at += timedelta(minutes=1)
    late = camt(
        line("1.00", "x", bank_reference="B7", on="2026-11-30"),
        opening="60.00",
        closing="61.00",
        on="2026-11-30",
        id_="S-4",
    )
    town.drop(late)
    wrong = camt(
        line("1.00", "y", bank_reference="B6", on="2026-11-30"),
        opening="61.00",
        closing="99.00",
        on="2026-11-30",
        id_="S-5",
    )
    town.drop(wrong)
    report = looked(town)
    assert ("missing", "8.20") in items(report)
    slugs = {problem["problem"] for problem in report["problems"]}
    assert {"gap", "marked"} <= slugs
    answer_all(town)
    assert refused(town) == "items-open"
