"""A bank line that was booked, and whatever shares it, cannot be told otherwise without a name."""

from collections.abc import Callable, Iterator

import pytest

from ledger.books.papers import BankLine
from ledger.operations.campaign import Deposit
from ledger.operations.conversion import Convert
from ledger.operations.correction import correction_of
from ledger.operations.demo import CODE
from ledger.operations.line import ExplainLine, splitting, undoing
from ledger.operations.redemption import ApproveRedemption, RequestRedemption
from ledger.operations.reference import reference_for
from ledger.proof.reader import open_source
from ledger.proof.verifier import verify
from ledger.rules.split import Part
from tests.fund.house import House, camt, house, line
from tests.proof.tampering import found_in, rehash, tampering
from tests.proof.town import Execute

Tamper = Callable[[Execute], object]


@pytest.fixture
def town(database_url: str) -> Iterator[House]:
    with house(database_url) as opened:
        yield opened


def found(url: str) -> set[tuple[str, object]]:
    """Audit without a key: the house makes its own."""
    with open_source(url) as source:
        return found_in(verify(source))


def waiting(town: House, amount: int) -> BankLine:
    (line,) = town.ledger.reads.having(BankLine, CODE, "amount", [amount])
    return line


def test_a_booked_line_that_is_new_again_or_gone_is_named(town: House, database_url: str) -> None:
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
    town.post(ExplainLine(waiting(town, 5000).id, "nef", "entry", str(made["entry"])))
    assert found(database_url) == set()
    booked = waiting(town, 1000)
    with tampering(database_url) as execute:
        execute("UPDATE bank_line SET state = 'new', entry = NULL WHERE amount = 1000")
    assert found(database_url) == {("bank-line-lost", booked.entry)}
    with tampering(database_url) as execute:
        execute("DELETE FROM bank_line WHERE amount = 1000")
    assert found(database_url) == {("bank-line-lost", booked.entry)}


def test_a_line_explained_by_what_moves_no_suspense_is_named(
    town: House, database_url: str
) -> None:
    town.drop(camt(line("7.00", "loyer", bank_reference="A2"), closing="7.00"))
    before = int(str(town.post(Convert("bruno", 100, "bank"))["entry"]))
    rent = waiting(town, 700)
    right = int(str(town.post(ExplainLine(rent.id, "nef", "interest"))["entry"]))
    assert found(database_url) == set()
    with tampering(database_url) as execute:
        execute("UPDATE bank_line SET explained_by = ? WHERE id = ?", before, rent.id)
    assert ("explanation", before) in found(database_url), right


@pytest.mark.parametrize("late", [False, True])
def test_a_recognition_taken_back_and_made_again_loses_no_line(
    town: House, database_url: str, *, late: bool
) -> None:
    """The line comes before the entry by hand, or after it; each then moves the bank in turn."""
    told = camt(line("50.00", "subvention", bank_reference="A3"), closing="50.00")
    if late:
        town.drop(told)
    made = int(str(town.post(Deposit("grand-avignon", 5000, "nef"))["entry"]))
    if not late:
        town.drop(told)
    for _ in range(2):
        town.post(ExplainLine(waiting(town, 5000).id, "nef", "entry", str(made)))
        assert found(database_url) == set()
        taken_back(town, waiting(town, 5000))
        assert found(database_url) == set()
    kept = waiting(town, 5000)
    with tampering(database_url) as execute:
        execute("DELETE FROM bank_line WHERE id = ?", kept.id)
    assert ("bank-line-lost", kept.entry) in found(database_url)


def taken_back(town: House, explained: BankLine) -> None:
    """Undo what explains a line, as two people."""
    context = town.context()
    asked = undoing(town.ledger, CODE, context, line=explained.id, reason="another one")
    said = town.post(asked)
    number, proposal = int(str(said["corrects"])), str(said["id"])
    approval = correction_of(town.ledger, CODE, context, entry=number, correction=proposal)
    town.post(approval, "treasurer-2")


def shared_out(town: House) -> tuple[int, list[str]]:
    """Pay two redemptions by one line; gives the entry of the split and the two."""
    ids = []
    for units in (60_00, 40_00):
        town.post(Convert("boulangerie", units, "bank"))
        asked = town.post(RequestRedemption("boulangerie", units), "shop")
        town.post(ApproveRedemption(str(asked["id"])))
        ids.append(str(asked["id"]))
    out = line("95.00", "virements", bank_reference="A4", sign="DBIT", name="divers")
    town.drop(camt(out, opening="200.00", closing="105.00"))
    parts = [Part("redemption", ids[0], 57_00), Part("redemption", ids[1], 38_00)]
    context = town.context()
    split = splitting(town.ledger, CODE, context, line=waiting(town, -9500).id, parts=parts)
    return int(str(town.post(split)["entry"])), ids


def another(number: int, ids: list[str]) -> Tamper:
    return lambda execute: execute(
        "UPDATE entry SET facts = replace(facts, ?, ?) WHERE number = ?",
        f"redemption {ids[0]}",
        "redemption nobody",
        number,
    )


def once_more(number: int, ids: list[str]) -> Tamper:
    return lambda execute: execute(
        "UPDATE entry SET facts = replace(facts, ?, ?) WHERE number = ?",
        f"redemption {ids[0]}",
        f"redemption {ids[1]}",
        number,
    )


def unreadable(number: int, ids: list[str]) -> Tamper:
    del ids
    return lambda execute: execute("UPDATE entry SET facts = '[]' WHERE number = ?", number)


@pytest.mark.parametrize("changed", [another, once_more, unreadable])
def test_a_split_that_names_other_redemptions_is_named(
    town: House, database_url: str, changed: Callable[[int, list[str]], Tamper]
) -> None:
    number, ids = shared_out(town)
    assert found(database_url) == set()
    with tampering(database_url) as execute:
        changed(number, ids)(execute)
        rehash(execute)
    told = {slug for slug, _ in found(database_url)}
    assert told & {"redemption", "redemption-state"}, told


def test_a_split_taken_back_leaves_its_redemptions_to_be_paid(
    town: House, database_url: str
) -> None:
    _, ids = shared_out(town)
    taken_back(town, waiting(town, -9500))
    assert found(database_url) == set()
    with tampering(database_url) as execute:
        execute("UPDATE redemption SET state = 'paid' WHERE id = ?", ids[0])
    assert ("redemption-state", ids[0]) in found(database_url)
