"""An association that begins with old balances: each account is opened once, and covered."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from ledger.banking.balances_csv import read_balances
from ledger.books.closings import Closing
from ledger.operations.demo import CODE
from ledger.operations.opening import OpenBalance, open_balances
from ledger.operations.reconciliation import NoteItem, SignReconciliation, prepare, reconcile
from ledger.proof.reader import open_source
from ledger.proof.verifier import verify
from ledger.refusals import Malformed, OpeningNotCovered, Unknown
from tests.fund.house import House, camt, house, line

DAY = date(2026, 10, 31)
ON = date(2026, 11, 30)
TABLE = b"""\
kind;name;amount
bank;nef;150,00
bank;exploitation;-12,50
bank;credit-municipal;30,00
member;alice;40,00
member;boulangerie;60,00
notes;public;30,00
sponsor;grand-avignon;20,00
member;bruno;0,00
"""


@pytest.fixture
def town(database_url: str) -> Iterator[House]:
    with house(database_url, at=datetime(2026, 11, 2, 9, tzinfo=UTC)) as made:
        yield made
    with open_source(database_url) as source:
        report = verify(source)
    assert report.sound, report.problems


def opened(town: House, table: bytes = TABLE, *, dry: bool = False) -> dict[str, object]:
    context = town.context()
    told = open_balances(town.ledger, CODE, context, balances=read_balances(table), on=DAY, dry=dry)
    return dict(told)


def test_every_account_opens_once_and_the_rest_is_what_it_owned(town: House) -> None:
    before = town.head
    told = opened(town, dry=True)
    assert (told["opened"], told["known"], told["own"]) == (7, 0, "17.50")
    assert told["funds"] == [
        {"fund": "digital", "required": "100.00", "present": "26150.00"},
        {"fund": "paper", "required": "30.00", "present": "30.00"},
    ]
    assert town.head == before
    assert opened(town) == told
    assert town.head == before + 7
    again = opened(town)
    assert (again["opened"], again["known"], town.head) == (0, 7, before + 7)
    assert town.balances("opening", "member:alice", "notes:public", "bank:exploitation") == {
        "opening": -17_50,
        "member:alice": 40_00,
        "notes:public": 30_00,
        "bank:exploitation": -12_50,
    }
    entry = town.ledger.reads.entry(CODE, before + 1)
    assert entry is not None
    assert (entry.kind, entry.day) == ("opening", DAY)


def test_the_first_statement_opens_with_what_the_books_opened_with(town: House) -> None:
    opened(town)
    town.at = datetime(2026, 12, 4, 9, tzinfo=UTC)
    text = line("5.00", "merci", bank_reference="B1", on="2026-11-30")
    town.drop(camt(text, opening="150.00", closing="155.00", on="2026-11-30"))
    (nef,) = [a for a in reconcile(town.ledger, CODE, ON)[0].accounts if a.account.slug == "nef"]
    assert not nef.unexplained
    assert {item.kind for item in nef.items} == {"suspense", "unseen"}


def test_units_that_no_euros_cover_are_not_opened(town: House) -> None:
    before = town.head
    short = b"kind,name,amount\nbank,credit-municipal,29.99\nnotes,public,30.00\n"
    with pytest.raises(OpeningNotCovered) as refusal:
        opened(town, short)
    assert refusal.value.facts == {"fund": "paper", "euros": "0.01"}
    with pytest.raises(Unknown):
        opened(town, b"kind,name,amount\nbank,nef,1.00\nmember,nobody,1.00\n")
    with pytest.raises(Malformed):
        opened(town, b"kind,name,amount\nmember,alice,-1.00\n")
    assert town.head == before
    (notes,) = read_balances(b"kind,name,amount\nnotes,public,30.00\n")
    assert town.refusal(OpenBalance(notes, DAY)) == "opening-not-covered"
    assert town.refusal(OpenBalance(notes, date(2026, 11, 3))) == "period-not-over"


def test_nothing_is_dated_in_a_period_that_two_people_signed(town: House) -> None:
    """Late lines count on the first open day; what names its day itself is refused."""
    town.at = datetime(2026, 12, 4, 9, tzinfo=UTC)
    town.drop(camt(line("5.00", "x", bank_reference="B1"), closing="5.00", on="2026-11-30"))
    for account in reconcile(town.ledger, CODE, ON)[0].accounts:
        for item in account.items:
            town.post(NoteItem(item.key, owner="treasurer"))
    assert not prepare(town.ledger, CODE, town.context(), ON).refused
    town.post(SignReconciliation(ON), "treasurer-2")
    assert town.ledger.reads.paper(Closing, CODE, ON.isoformat()) is not None
    before = town.head
    told = opened(town, b"kind;name;amount\nbank;exploitation;10\n")
    refused = told["refused"]
    assert isinstance(refused, list)
    assert [each["slug"] for each in refused] == ["period-closed"]
    assert (told["opened"], town.head) == (0, before)
