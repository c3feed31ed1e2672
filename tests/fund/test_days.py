"""Accounting days: an entry about a bank line counts on the day on which the bank booked it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.books.closings import CLOSES, Closing, accounting_day
from ledger.books.context import Context
from ledger.books.journal import Plan
from ledger.books.papers import Rulebook
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE
from ledger.operations.reference import reference_for
from ledger.proof.reader import open_source
from ledger.proof.verifier import verify
from ledger.store.shelf import Needs, Shelf
from tests.databases import connect_sqlite
from tests.fund.house import House, camt, house, line
from tests.proof.town import opened

ALICE = reference_for(CODE, "member", "alice")
OCTOBER = date(2026, 10, 31)
NAMES = ("bank:nef", "issued:digital", "backing:digital", "suspense")


@dataclass(frozen=True)
class CloseAt:
    """Closes the books up to a day, as a signature does; or dates itself on a day."""

    until: date | None = None
    day: date | None = None

    def needs(self, _book: Rulebook, _context: Context) -> Needs:
        """See Operation."""
        return Needs()

    def plan(self, shelf: Shelf, _context: Context) -> Plan:
        """See Operation."""
        if self.until is None:
            return Plan(kind="oath", sealed=True, day=self.day)
        paper = Closing(self.until, shelf.next_number, "reconciliation")
        facts = {CLOSES: self.until.isoformat()}
        return Plan(kind="closing", papers=(paper,), facts=facts, sealed=True)


@pytest.fixture
def town(database_url: str) -> Iterator[House]:
    with house(database_url) as made:
        made.at = datetime(2026, 11, 20, 12, tzinfo=UTC)
        yield made
    with open_source(database_url) as source:
        report = verify(source)
    assert report.sound, report.problems


def on(town: House, day: date) -> dict[str, int]:
    return town.ledger.reads.balances_on(CODE, NAMES, day, upto=town.head)


def test_the_day_is_the_banks_unless_it_is_closed_or_still_to_come() -> None:
    today, closed = date(2026, 11, 4), date(2026, 10, 31)
    assert accounting_day(date(2026, 10, 30), today=today, closed_until=None) == date(2026, 10, 30)
    assert accounting_day(date(2026, 10, 30), today=today, closed_until=closed) == date(2026, 11, 1)
    assert accounting_day(date(2026, 11, 2), today=today, closed_until=closed) == date(2026, 11, 2)
    assert accounting_day(date(2026, 11, 9), today=today, closed_until=closed) == today


def test_what_the_bank_booked_in_october_counts_in_october(town: House) -> None:
    head = town.head
    text = line("30.00", ALICE, bank_reference="B1", on="2026-10-30")
    late = line("7.00", "merci", bank_reference="B2", on="2026-11-02")
    town.drop(camt(text, late, closing="37.00", on="2026-11-02"))
    town.post(Convert("bruno", 5_00, "bank"))
    before = on(town, date(2026, 10, 29))
    assert on(town, OCTOBER) == {
        "bank:nef": before["bank:nef"] + 30_00,
        "issued:digital": before["issued:digital"] - 36_00,
        "backing:digital": before["backing:digital"] - 36_00,
        "suspense": 0,
    }
    assert on(town, date(2026, 11, 2))["suspense"] == -7_00
    assert on(town, date(2026, 11, 20)) == town.balances(*NAMES)
    assert town.ledger.reads.balances_on(CODE, NAMES, OCTOBER, upto=head) == before
    moves = town.ledger.reads.moves_after(CODE, ["bank:nef"], OCTOBER, upto=town.head)
    assert [(move.day, move.amount) for move in moves][-2:] == [
        (date(2026, 11, 2), 7_00),
        (date(2026, 11, 20), 5_00),
    ]


def test_a_closed_day_takes_nothing_more(town: House) -> None:
    town.post(CloseAt(until=OCTOBER))
    assert town.refusal(CloseAt(day=OCTOBER)) == "period-closed"
    before = on(town, OCTOBER)
    town.drop(camt(line("30.00", ALICE, bank_reference="B1", on="2026-10-30"), closing="30.00"))
    assert on(town, OCTOBER) == before
    assert on(town, date(2026, 11, 1))["bank:nef"] == before["bank:nef"] + 30_00


def test_the_database_itself_refuses_a_closed_day(database_url: str) -> None:
    with house(database_url) as town:
        town.post(CloseAt(until=OCTOBER))
    with (
        pytest.raises(Exception, match="the period is closed"),
        opened(database_url) as execute,
    ):
        execute("INSERT INTO entry_day VALUES ('roue', 1, '2026-10-31')")


def test_days_that_were_tampered_with_are_named(database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("tampering is tried on the embedded engine")
    with house(database_url) as town:
        town.at = datetime(2026, 11, 20, 12, tzinfo=UTC)
        town.drop(camt(line("30.00", ALICE, bank_reference="B1", on="2026-10-30"), closing="30.00"))
        town.at += timedelta(days=1)
        town.post(CloseAt(until=OCTOBER))
    with connect_sqlite(database_url) as connection:
        for trigger in ("entry_day_no_update", "closing_no_delete"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("UPDATE entry_day SET day = '2026-10-29'")
        connection.execute("DELETE FROM closing")
    with open_source(database_url) as source:
        found = {problem.slug for problem in verify(source).problems}
    assert found == {"day", "closing"}


def test_a_plan_dated_today_seals_no_day(town: House) -> None:
    today = town.at.date()
    town.post(replace(CloseAt(), day=today))
    entry = town.ledger.reads.entry(CODE, town.head)
    assert entry is not None
    assert entry.facts == {}
    assert town.ledger.reads.days_of(CODE, [town.head]) == {town.head: today}
