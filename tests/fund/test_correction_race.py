"""A correction that meets the bank's own line on its way to the books."""

from collections.abc import Iterator

import pytest

from ledger.operations.conversion import Convert
from ledger.operations.correction import ProposeCorrection, correction_of, known_entry
from ledger.operations.demo import CODE
from ledger.operations.reference import reference_for
from tests.fund.house import House, camt, house, line


@pytest.fixture
def town(database_url: str) -> Iterator[House]:
    with house(database_url) as opened:
        yield opened


def test_euros_that_the_bank_tells_of_meanwhile_stay_at_the_bank(town: House) -> None:
    before = town.balances("bank:nef")["bank:nef"]
    number = int(str(town.post(Convert("alice", 1234, "bank"))["entry"]))
    proposal = town.post(ProposeCorrection(known_entry(town.ledger, CODE, number), "twice"))
    id_ = str(proposal["id"])
    prepared = correction_of(town.ledger, CODE, town.context(), entry=number, correction=id_)
    alice = reference_for(CODE, "member", "alice")
    told = town.drop(camt(line("12.34", alice, bank_reference="R1"), closing="12.34"))
    assert told["matched"] == 1
    assert town.refusal(prepared, "treasurer-2") == "cannot-correct"
    assert town.balances("bank:nef")["bank:nef"] == before + 1234
    again = correction_of(town.ledger, CODE, town.context(), entry=number, correction=id_)
    town.post(again, "treasurer-2")
    assert town.balances("bank:nef", "suspense", "member:alice") == {
        "bank:nef": before + 1234,
        "suspense": -1234,
        "member:alice": 0,
    }
