"""Two treasurers at once over one bank line: one of them explains it, and its euros move once."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from ledger.operations.correction import correction_of
from ledger.operations.demo import CODE
from ledger.operations.ledger import Operation
from ledger.operations.line import explaining, splitting, undoing
from ledger.operations.matching import list_lines
from ledger.operations.reference import reference_for
from ledger.proof.reader import open_source
from ledger.proof.verifier import verify
from ledger.rules.split import Part
from tests.fund.house import House, camt, house, line

PARTS = (Part("conversion", "alice", 20_00), Part("conversion", "bruno", 5_00))


@pytest.fixture
def town(database_url: str) -> Iterator[House]:
    with house(database_url) as made:
        yield made
    with open_source(database_url) as source:
        report = verify(source)
    assert report.sound, report.problems


def at_once(town: House, deeds: Sequence[Callable[[], Operation]]) -> list[str]:
    """Prepare all deeds on the same books, then post them side by side; gives how each ended."""
    prepared = [deed() for deed in deeds]
    contexts = [
        replace(town.context(), person=f"treasurer-{number}") for number in range(2, 2 + len(deeds))
    ]
    with ThreadPoolExecutor(len(deeds)) as pool:
        answers = pool.map(
            lambda one: town.ledger.post_and_wait(CODE, *one),
            zip(prepared, contexts, strict=True),
        )
        return sorted(str(a.json()["slug"]) if a.refused else "done" for a in answers)


def waiting(town: House) -> str:
    (found,) = list_lines(town.ledger, CODE, state="waiting", after="", limit=5)
    return str(found["id"])


def split(town: House, id_: str) -> Operation:
    return splitting(town.ledger, CODE, town.context(), line=id_, parts=PARTS)


def test_a_line_is_shared_out_once_and_taken_back_once(town: House) -> None:
    town.drop(camt(line("25.00", "nous deux", bank_reference="B1"), closing="25.00"))
    before = town.balances("member:alice", "member:bruno")
    id_ = waiting(town)

    def whole() -> Operation:
        return explaining(
            town.ledger, CODE, town.context(), line=id_, cause="conversion", id_="alice"
        )

    ended = at_once(town, [lambda: split(town, id_), lambda: split(town, id_), whole])
    assert ended == ["done", "not-in-state", "not-in-state"]
    assert town.balances("suspense") == {"suspense": 0}
    gained = town.balances("member:alice", "member:bruno")
    assert sum(gained.values()) - sum(before.values()) == 25_00

    def undo() -> Operation:
        return undoing(town.ledger, CODE, town.context(), line=id_, reason="wrong")

    proposals = [town.post(undo())["id"] for _ in range(2)]
    explained = next(
        each
        for each in list_lines(town.ledger, CODE, state="matched", after="", limit=5)
        if each["id"] == id_
    )
    entry = int(str(explained["explained_by"] or explained["entry"]))

    def approve(proposal: object) -> Callable[[], Operation]:
        return lambda: correction_of(
            town.ledger, CODE, town.context(), entry=entry, correction=str(proposal)
        )

    ended = at_once(town, [approve(proposal) for proposal in proposals])
    assert ended.count("done") == 1, ended
    assert town.balances("member:alice", "member:bruno") == before
    assert town.balances("suspense") == {"suspense": -25_00}
    assert waiting(town) == id_


def test_a_conversion_is_taken_back_by_one_of_two_returns(town: House) -> None:
    alice = reference_for(CODE, "member", "alice")
    come = line("30.00", alice, bank_reference="B1")
    outs = [line("30.00", f"x{n}", bank_reference=f"R{n}", sign="DBIT") for n in range(2)]
    town.drop(camt(come, *outs, opening="30.00", closing="0.00"))
    matched = list_lines(town.ledger, CODE, state="matched", after="", limit=5)
    (number,) = [str(each["entry"]) for each in matched if each["cause"] == "conversion"]
    lines = [
        str(each["id"])
        for each in list_lines(town.ledger, CODE, state="waiting", after="", limit=5)
    ]
    assert len(lines) == 2

    def back(id_: str) -> Callable[[], Operation]:
        return lambda: explaining(
            town.ledger, CODE, town.context(), line=id_, cause="return", id_=number
        )

    ended = at_once(town, [back(id_) for id_ in lines])
    assert ended.count("done") == 1, ended
    assert town.balances("suspense", "member:alice") == {"suspense": 30_00, "member:alice": 0}
