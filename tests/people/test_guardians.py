"""Guardians: somebody, named for a time, acts for a member, and every entry says so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.dependencies import operator
from ledger.books.context import Context, town_day
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE
from ledger.operations.grant import ApproveGrant, ChangeGrant, GiveGrant, Given
from ledger.operations.payment import Pay
from tests.people.house import House, again
from tests.people.seat import SitDown, session

TOMORROW = town_day(operator().at) + timedelta(days=1)
GUARDIAN = Given("member", "alice", TOMORROW, guardian=True)


def sitting(
    house: House, person: str, grant: str, *, method: str = "passkey", factors: int = 2
) -> Context:
    sat = session(person, grant, operator().at, method=method, factors=factors)
    house.do(SitDown(sat))
    return replace(
        operator(), actor=grant, person=person, role="member", holder="alice", session=sat.id
    )


def test_a_guardian_acts_for_a_ward_and_each_entry_says_so(house: House) -> None:
    person, _ = house.person("till", "boulangerie")
    house.do(Convert("alice", 10_00, "bank"))
    first, second = house.with_token("first", "admin"), house.with_token("second", "admin")
    given = house.do(GiveGrant(person, GUARDIAN), first)
    assert given["state"] == "proposed"
    guardian = sitting(house, person, str(given["id"]))
    pay = Pay("alice", "bruno", 1_00)
    assert house.slug(pay, guardian) == "not-identified"
    assert house.slug(ApproveGrant(str(given["id"])), again(first)) == "same-person"
    house.do(ApproveGrant(str(given["id"])), second)
    paid = house.do(pay, again(guardian))
    entry = house.ledger.reads.entry(CODE, int(paid["entry"]))
    assert entry
    assert (entry.facts["from"], entry.facts["guardian"]) == ("alice", person)
    assert house.slug(Pay("bruno", "alice", 1), again(guardian)) == "not-found"
    house.do(ChangeGrant(str(given["id"]), "alice", "revoked"), again(first))
    assert house.slug(pay, again(guardian)) == "not-identified"


def test_a_guardian_is_over_after_its_last_day(house: House) -> None:
    person, _ = house.person("till", "boulangerie")
    grant = house.grant(str(house.do(GiveGrant(person, GUARDIAN))["id"]))
    assert (grant.guardian, grant.until) == (True, TOMORROW)
    assert grant.good_at(operator().at)
    assert not grant.good_at(operator().at + timedelta(days=2))


@pytest.mark.parametrize(
    "wrong",
    [
        Given("member", "alice", guardian=True),
        Given("shop", "boulangerie", TOMORROW, guardian=True),
    ],
)
def test_a_guardian_is_of_a_member_and_until_a_day(house: House, wrong: Given) -> None:
    person, _ = house.person("till", "boulangerie")
    assert house.slug(GiveGrant(person, wrong)) == "malformed-request"


def test_one_who_acts_for_itself_is_no_guardian(house: House) -> None:
    person, _ = house.person("till", "boulangerie")
    house.do(Convert("alice", 10_00, "bank"))
    given = house.do(GiveGrant(person, Given("member", "alice")))
    paid = house.do(Pay("alice", "bruno", 1_00), sitting(house, person, str(given["id"])))
    entry = house.ledger.reads.entry(CODE, int(paid["entry"]))
    assert entry
    assert "guardian" not in entry.facts
