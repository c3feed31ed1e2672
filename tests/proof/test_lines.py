"""A bank line that was booked cannot be made to look new again without being noticed."""

from collections.abc import Iterator

import pytest

from ledger.books.papers import BankLine
from ledger.operations.campaign import Deposit
from ledger.operations.demo import CODE
from ledger.operations.line import ExplainLine
from ledger.operations.reference import reference_for
from ledger.proof.reader import open_source
from ledger.proof.verifier import verify
from tests.databases import Databases, connect_sqlite
from tests.fund.house import House, camt, house, line


@pytest.fixture
def books(databases: Databases) -> Iterator[tuple[str, House]]:
    with databases.fresh() as url, house(url) as town:
        yield url, town


def problems(url: str) -> set[str]:
    with open_source(url) as source:
        return {problem.slug for problem in verify(source).problems}


def test_a_booked_line_that_is_new_again_or_gone_is_named(books: tuple[str, House]) -> None:
    url, town = books
    made = town.post(Deposit("grand-avignon", 5000, "nef"))
    alice = reference_for(CODE, "member", "alice")
    town.drop(
        camt(
            line("10.00", alice, bank_reference="A1"),
            line("7.00", "loyer", bank_reference="A2"),
            line("50.00", "subvention", bank_reference="A3"),
            closing="67.00",
        )
    )
    for waiting in town.ledger.reads.having(BankLine, CODE, "amount", [5000]):
        town.post(ExplainLine(waiting.id, "nef", "entry", str(made["entry"])))
    assert problems(url) == set()
    if not url.startswith("sqlite"):
        return
    with connect_sqlite(url) as tampered:
        tampered.execute("UPDATE bank_line SET state = 'new', entry = NULL WHERE amount = 1000")
    assert problems(url) == {"bank-line-lost"}
    with connect_sqlite(url) as tampered:
        tampered.execute("DELETE FROM bank_line WHERE amount = 1000")
    assert problems(url) == {"bank-line-lost"}
