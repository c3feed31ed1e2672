"""Members of another program are registered once each, and what they held can be opened."""

from collections.abc import Iterator, Sequence
from datetime import date

import pytest

from ledger.banking.balances_csv import balances_table, read_balances
from ledger.banking.member_sheets import read_members
from ledger.books.papers import Identity, Member
from ledger.books.terms import Terms
from ledger.money import Asset
from ledger.operations.currency import found_currency
from ledger.operations.demo import CODE
from ledger.operations.grant import Given
from ledger.operations.member_import import Imported, import_members
from ledger.operations.opening import open_balances
from ledger.operations.person import InvitePerson
from ledger.refusals import NotAtPar
from ledger.store import asking
from ledger.store.asking import Waiting
from tests.fund.house import NOON, House, house

SHEET = """id,user,full name,email,group,balance
,j.martin,Jeanne Martin,jeanne@example.org,person,12.50
fournil,fournil,Le Fournil,,pro,30.00
,p.petit,Paul Petit,paul@example.org,person,0.00
"""


@pytest.fixture
def town(database_url: str) -> Iterator[House]:
    with house(database_url) as opened:
        yield opened


def bring(town: House, sheet: str, *, dry: bool = False, status: str = "active") -> Imported:
    book, _ = town.ledger.reads.rulebook(CODE)
    members, _ = read_members(sheet.encode(), book.unit)
    context = town.context()
    return import_members(town.ledger, CODE, context, members=members, dry=dry, status=status)


def test_members_are_registered_once_and_known_by_id_or_address(town: House) -> None:
    assert (bring(town, SHEET, dry=True).new, town.head) == (3, town.head)
    first = bring(town, SHEET, status="invited")
    head = town.head
    again = bring(town, SHEET)
    assert (first.new, first.known, first.refused) == (3, 0, ())
    assert (again.new, again.known, again.ids) == (0, 3, first.ids)
    assert town.head == head
    jeanne = town.ledger.reads.paper(Member, CODE, first.ids["row 2"])
    assert jeanne is not None
    assert (jeanne.kind, jeanne.status) == ("person", "invited")
    known = town.ledger.reads.paper(Identity, CODE, jeanne.id)
    assert known is not None
    assert (known.name, known.email) == ("Jeanne Martin", "jeanne@example.org")
    assert first.ids["row 3"] == "fournil"


def test_an_address_is_the_same_in_capitals(town: House) -> None:
    first = bring(town, SHEET)
    again = bring(town, SHEET.replace("jeanne@example.org", "Jeanne@Example.org"))
    assert (again.new, again.ids) == (0, first.ids)


def test_a_long_sheet_leaves_others_their_place(
    town: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[int] = []
    enqueue = town.ledger.writer.enqueue

    def watched(group: Sequence[Waiting]) -> None:
        handed.append(len(group))
        enqueue(group)

    monkeypatch.setattr(asking, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(town.ledger.writer, "enqueue", watched)
    assert bring(town, SHEET).new == 3
    assert handed == [2, 1]


def test_the_books_hold_no_name_under_which_another_program_knew_a_person(town: House) -> None:
    bring(town, SHEET)
    chained = repr([entry.facts for entry in town.ledger.reads.entries(CODE, limit=999)])
    assert "martin" not in chained.casefold()
    assert "fournil" in chained


def test_one_that_the_books_refuse_is_told_and_the_others_are_registered(town: House) -> None:
    asked = InvitePerson("zoe", "Zoé", "", Given("treasurer", ""), id="zoe")
    taken = town.post(asked)["id"]
    again = bring(town, f"id,email,group\n{taken},a@example.org,person\nnew,b@example.org,pro\n")
    assert again.new == 1
    assert "already-exists" in repr(again.refused)
    assert again.ids == {"row 3": "new"}


def test_what_wallets_held_is_opened_after_its_proof(town: House) -> None:
    held = bring(town, SHEET).balances
    table = balances_table([*held, *read_balances(b"kind;name;amount\nbank;nef;42.50\n")])
    day = date(2026, 10, 31)
    balances = read_balances(table.encode())
    told = open_balances(town.ledger, CODE, town.context(), balances=balances, on=day, dry=False)
    assert (told["opened"], told["refused"]) == (3, [])
    assert town.balances("member:fournil")["member:fournil"] == 3000


def test_a_wallet_that_euros_cannot_equal_is_refused_before_anybody_is_registered(
    town: House,
) -> None:
    found_currency(
        town.ledger,
        code="fine",
        name="Fine",
        unit="Fine",
        decimals=3,
        terms=Terms(NOON.date()),
        at=NOON,
    )
    fine, _ = read_members(b"id,kind,units\nfine,person,0.001\n", Asset("FIN", 3))
    with pytest.raises(NotAtPar):
        import_members(town.ledger, "fine", town.context(), members=fine)
    assert town.ledger.reads.papers(Member, "fine") == []
