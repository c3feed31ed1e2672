"""A closed year: two persons close it, nothing counts in it, and its file stays the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ledger.banking.fec_check import check_fec
from ledger.books.bookkeeping import YearClosing
from ledger.books.closings import Closing
from ledger.operations.bookkeeping import SetBookkeeping, list_bookkeeping
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE, SIREN
from ledger.operations.export import exported
from ledger.operations.grant import Given
from ledger.operations.payment import Pay
from ledger.operations.year_closing import ConfirmYearClosing, ProposeYearClosing, list_closings
from ledger.proof.reader import open_source
from ledger.proof.verifier import verify
from ledger.store.engines import open_database
from ledger.store.papers import SHELFMARKS
from ledger.store.sql import Put, open_door
from tests.fund.house import House, camt, house, line
from tests.fund.test_days import ALICE
from tests.people.seat import agreement_of

JANUARY = datetime(2027, 1, 8, 12, tzinfo=UTC)


@pytest.fixture
def home(database_url: str) -> Iterator[House]:
    """Give the demo currency after a year's end, with a conversion and a payment in it."""
    with house(database_url) as opened:
        opened.post(Convert("alice", 20_00, "cash", "comptoir-halles"))
        opened.post(Pay("alice", "librairie", 3_00))
        opened.at = JANUARY
        yield opened


def fec(home: House, year: int = 2026) -> bytes:
    made = exported(home.ledger, CODE, home.context(), "fec", year)
    content = b"".join(made.pieces)
    assert list(check_fec(made.name, content.splitlines(keepends=True))) == []
    return content


def closed(home: House) -> None:
    home.post(ProposeYearClosing(2026), "treasurer")
    home.post(ConfirmYearClosing(2026), "treasurer-2")


def states(home: House) -> list[tuple[object, object, object]]:
    told = list_closings(home.ledger, CODE, home.context())
    return [(each["year"], each["state"], each["suspense"]) for each in told]


def test_two_persons_close_a_year(home: House) -> None:
    assert home.refusal(ProposeYearClosing(2027)) == "period-not-over"
    assert home.refusal(ConfirmYearClosing(2026)) == "not-found"
    assert states(home) == [(2026, "open", "0.00"), (2027, "open", None)]
    home.post(ProposeYearClosing(2026), "treasurer")
    assert home.refusal(ProposeYearClosing(2026), "treasurer-2") == "already-exists"
    assert home.refusal(ConfirmYearClosing(2026), "treasurer") == "same-person"
    assert states(home)[0] == (2026, "proposed", "0.00")
    wanted = agreement_of(home.ledger, CODE, home.at, ConfirmYearClosing(2026), Given("treasurer"))
    assert wanted == ("year-closing", "2026", "", "")
    home.post(ConfirmYearClosing(2026), "treasurer-2")
    assert states(home)[0] == (2026, "closed", "0.00")
    assert home.refusal(ConfirmYearClosing(2026), "treasurer-3") == "not-in-state"
    book, _ = home.ledger.reads.rulebook(CODE)
    assert book.closed_until == date(2026, 12, 31)
    assert [closing.reason for closing in book.closings] == ["year"]


def test_the_database_itself_wants_a_second_person(home: House, database_url: str) -> None:
    home.post(ProposeYearClosing(2026), "treasurer")
    found = home.ledger.reads.paper(YearClosing, CODE, "2026")
    assert found is not None
    forged = replace(found, state="closed", confirmed_by="treasurer", confirmed_at=JANUARY, entry=1)
    mark = SHELFMARKS[YearClosing]
    database = open_database(database_url)
    door = open_door(database)
    door.begin(CODE, [])
    with pytest.raises(Exception, match=r"year_closing_second"):
        door.commit([Put(mark.table, [mark.row(CODE, forged)], mark.updating)])
    door.close()
    database.close()


def test_a_closed_years_file_stays_the_same_byte_for_byte(home: House, database_url: str) -> None:
    closed(home)
    before = fec(home)
    late = line("30.00", ALICE, bank_reference="L", on="2026-12-30")
    home.drop(camt(late, closing="30.00", on="2026-12-31"))
    home.post(Pay("librairie", "maraicher", 1_00))
    assert fec(home) == before
    told = fec(home, 2027).decode().splitlines()
    assert sum(text.startswith("AN\t") for text in told) > 2
    assert any("\t20270101\t" in text and text.startswith("BQ") for text in told)
    with open_source(database_url) as source:
        report = verify(source)
    assert not report.problems


def test_before_the_closing_the_bank_still_tells_of_the_old_year(home: House) -> None:
    before = fec(home)
    late = line("30.00", ALICE, bank_reference="L", on="2026-12-30")
    home.drop(camt(late, closing="30.00", on="2026-12-31"))
    told = fec(home)
    assert told.startswith(before)
    added = told.removeprefix(before).decode().splitlines()
    assert added
    assert all("\t20261230\t" in text for text in added)
    assert all(text.split("\t")[15] == "20270108" for text in added)
    assert {text.split("\t")[0] for text in fec(home, 2027).decode().splitlines()[1:]} == {"AN"}


def test_a_month_that_was_signed_has_closed_the_years_last_day(home: House) -> None:
    from tests.fund.test_days import CloseAt  # noqa: PLC0415 - a signature, as that test makes one

    home.post(CloseAt(until=date(2026, 12, 31)))
    closed(home)
    closings = home.ledger.reads.papers(Closing, CODE)
    assert [closing.until for closing in closings] == [date(2026, 12, 31)]
    assert states(home)[0][1] == "closed"


def test_the_chart_of_a_closed_year_does_not_change(home: House) -> None:
    before = fec(home)
    other = SetBookkeeping(2026, SIREN, "pca-2018", ("bank:nef=51211 La Nef",))
    home.post(other)
    assert fec(home) != before
    assert b"\t51211\tLa Nef\t" in fec(home)
    closed(home)
    assert home.refusal(SetBookkeeping(2026, SIREN, "pca-2025")) == "period-closed"
    assert home.refusal(SetBookkeeping(2025, SIREN, "pca-2025")) == "period-closed"
    home.post(SetBookkeeping(2027, SIREN, "pca-2025"))
    told = list_bookkeeping(home.ledger, CODE, home.context())
    assert [(each["year"], each["chart"]) for each in told] == [
        *((2026, "pca-2018"), (2027, "pca-2025")),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        SetBookkeeping(2026, "123456789", "pca-2025"),
        SetBookkeeping(2026, "1234", "pca-2025"),
        SetBookkeeping(2026, SIREN, "pcg"),
        SetBookkeeping(2026, SIREN, "pca-2025", ("nonsense",)),
        SetBookkeeping(1789, SIREN, "pca-2025"),
        ProposeYearClosing(1789),
    ],
    ids=["luhn", "short", "chart", "change", "year", "closing"],
)
def test_what_does_not_read_is_refused(home: House, wrong: SetBookkeeping) -> None:
    assert home.refusal(wrong) == "malformed-request"


def test_a_year_without_bookkeeping_is_not_closed(home: House) -> None:
    assert home.refusal(ProposeYearClosing(2025)) == "bookkeeping-missing"
