"""Who did what is found in the journal: by days, by kind, by member, by whoever acted."""

from datetime import timedelta

import pytest

from api.dependencies import operator
from ledger.books.context import town_day
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE
from ledger.operations.member import ChangeMember
from ledger.operations.payment import Pay
from ledger.operations.trail import Question, search_trail
from ledger.refusals import RoleMayNot
from tests.people.house import House, again


def found(house: House, asked: Question, limit: int = 40) -> list[int]:
    auditor = house.with_token("eve", "auditor")
    answer = search_trail(house.ledger, CODE, auditor, asked, limit=limit)
    return [entry.number for entry in answer.entries]


def test_entries_are_found_by_what_they_are(house: House) -> None:
    marie = house.with_token("marie", "treasurer")
    converted = int(house.do(Convert("bruno", 20_00, "bank"), again(marie))["entry"])
    paid = int(house.do(Pay("bruno", "librairie", 1_00))["entry"])
    changed = int(house.do(ChangeMember("maraicher", commune="Apt"), again(marie))["entry"])
    assert found(house, Question(person="marie")) == [changed, converted]
    assert found(house, Question(person="marie", kind="conversion")) == [converted]
    assert found(house, Question(kind="payment")) == [paid]
    assert found(house, Question(about="librairie"))[0] == paid
    assert changed not in found(house, Question(about="bruno"))
    assert found(house, Question(person="marie", before=changed)) == [converted]
    today = town_day(operator().at)
    assert paid in found(house, Question(since=today, until=today))
    assert found(house, Question(until=today - timedelta(days=1))) == []
    assert found(house, Question(since=today + timedelta(days=1))) == []
    assert found(house, Question(about="librairi")) == []
    for nobody in ("%", "_____", 'x" OR "', "nobody"):
        assert found(house, Question(person=nobody)) == []
        assert found(house, Question(about=nobody)) == []


def test_an_auditor_gets_to_the_end_of_what_was_asked(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.operations.trail.MOST_LOOKED_THROUGH", 5)
    for _ in range(3):
        house.do(Convert("bruno", 1_00, "bank"))
    auditor, seen, before = house.with_token("eve", "auditor"), list[int](), 0
    while True:
        asked = Question(kind="conversion", before=before)
        found = search_trail(house.ledger, CODE, auditor, asked, limit=2)
        seen += [entry.number for entry in found.entries]
        if not found.before:
            break
        before = found.before
    entries = house.ledger.reads.entries(CODE, limit=1_000)
    assert seen == [each.number for each in reversed(entries) if each.kind == "conversion"]
    assert len(seen) >= 3


def test_a_member_looks_nothing_up(house: House) -> None:
    alice = house.with_token("alice-herself", "member", "alice")
    with pytest.raises(RoleMayNot):
        search_trail(house.ledger, CODE, alice, Question(), limit=1)
