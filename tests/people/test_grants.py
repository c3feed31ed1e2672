"""Grants: who may let whom do what, and that what is taken away bites at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.dependencies import operator
from ledger.operations.demo import CODE
from ledger.operations.grant import STRONG, ApproveGrant, ChangeGrant, GiveGrant, Given
from ledger.operations.member import RegisterMember
from ledger.operations.payment_request import AskPayment
from ledger.operations.person import ChangePerson, InvitePerson, inviting
from ledger.refusals import AlreadyExists
from tests.people.house import House, again

TILL = Given("till", "boulangerie")


def test_a_person_is_invited_under_a_login_of_its_own(house: House) -> None:
    told = house.do(InvitePerson("marie", "Marie Durand", "marie@example.org", TILL))
    person, grant = house.known(told["id"]), house.grant(told["grant"])
    assert (person.login, person.status, person.kind) == ("marie", "invited", "human")
    assert (grant.person, grant.role, grant.holder) == (person.id, "till", "boulangerie")
    assert (grant.state, grant.given_by, grant.guardian) == ("active", "operator", False)
    with pytest.raises(AlreadyExists, match="login marie"):
        inviting(house.ledger, CODE, InvitePerson("marie", "", "", TILL))
    # Two at the same instant: the database takes one.
    with pytest.raises(Exception, match=r"person[._]login"):
        house.answer(InvitePerson("marie", "", "", TILL))
    free = InvitePerson("marie-2", "", "", TILL)
    assert inviting(house.ledger, CODE, free) is free
    assert house.slug(InvitePerson("Marie", "", "", TILL)) == "malformed-request"


def test_neither_entry_nor_answer_says_a_name(house: House) -> None:
    told = house.answer(InvitePerson("secret-login", "Secret Name", "secret@example.org", TILL))
    assert b"ecret" not in told.body
    number = house.ledger.reads.rulebook(CODE)[1].number
    entry = house.ledger.reads.entry(CODE, number)
    assert entry
    assert "ecret" not in str(entry)


def test_a_person_and_a_member_never_share_an_id(house: House) -> None:
    person, _ = house.person("treasurer")
    assert house.slug(RegisterMember(person, "person")) == "already-exists"
    context = operator()
    house.do(RegisterMember("", "person"), context)
    same_id = replace(operator(), fresh_id=context.fresh_id)
    assert house.slug(InvitePerson("other", "", "", TILL), same_id) == "already-exists"


def test_only_an_admin_lets_people_in_and_a_shop_to_its_till(house: House) -> None:
    person, _ = house.person("till", "boulangerie")
    for role, holder in (("treasurer", ""), ("member", "alice"), ("till", "boulangerie")):
        context = house.with_token("somebody", role, holder)
        assert house.slug(GiveGrant(person, TILL), context) == "role-may-not"
        assert house.slug(InvitePerson("x", "", "", TILL), again(context)) == "role-may-not"
        assert house.slug(ChangePerson(person, "closed"), again(context)) == "role-may-not"
    shop = house.with_token("baker", "shop", "boulangerie")
    given = house.do(GiveGrant(person, TILL), shop)
    assert given["state"] == "active"
    for wrong in (Given("till", "librairie"), Given("shop", "boulangerie"), Given("treasurer")):
        assert house.slug(GiveGrant(person, wrong), again(shop)) == "role-may-not"
        assert house.slug(InvitePerson("x", "", "", wrong), again(shop)) == "role-may-not"
    told = house.do(InvitePerson("apprentice", "", "", TILL), again(shop))
    changed = house.do(ChangeGrant(told["grant"], "boulangerie", "suspended"), again(shop))
    assert changed["state"] == "suspended"
    other = house.with_token("bookseller", "shop", "librairie")
    change = ChangeGrant(told["grant"], "boulangerie", "revoked")
    assert house.slug(change, other) == "not-found"
    assert house.slug(ChangeGrant(told["grant"], "librairie", "revoked"), again(other)) == (
        "not-found"
    )
    owner, owners = house.person("shop", "boulangerie")
    assert owner
    assert house.slug(ChangeGrant(owners, "boulangerie", "revoked"), again(shop)) == "not-found"


@pytest.mark.parametrize("role", sorted(STRONG))
def test_a_strong_role_takes_two_people(house: House, role: str) -> None:
    holder = "avignon" if role == "approver" else ""
    person, _ = house.person("till", "boulangerie")
    first, second = house.with_token("ada", "admin"), house.with_token("bob", "admin")
    told = house.do(GiveGrant(person, Given(role, holder)), first)
    assert told["state"] == "proposed"
    approve = ApproveGrant(told["id"])
    assert house.slug(approve, again(first)) == "same-person"
    assert house.slug(approve, house.with_token(person, "treasurer")) == "same-person"
    assert house.slug(approve, house.with_token("x", "auditor")) == "role-may-not"
    assert house.slug(ChangeGrant(told["id"], holder, "active"), again(first)) == "not-in-state"
    assert house.do(approve, second)["state"] == "active"
    assert house.grant(told["id"]).approved_by == "bob"
    assert house.slug(approve, again(second)) == "not-in-state"


def test_a_strong_role_waits_until_its_person_has_come_in(house: House) -> None:
    first, second = house.with_token("ada", "admin"), house.with_token("bob", "admin")
    told = house.do(InvitePerson("to-come", "", "", Given("treasurer")), first)
    approve = ApproveGrant(told["grant"])
    assert house.slug(approve, second) == "not-in-state"
    house.do(ChangePerson(told["id"], "suspended"))
    assert house.slug(approve, again(second)) == "not-in-state"
    house.do(ChangePerson(told["id"], "active"))
    assert house.do(approve, again(second))["state"] == "active"


def test_nobody_gives_to_oneself_alone(house: House) -> None:
    person, _ = house.person("admin")
    told = house.do(GiveGrant(person, Given("member", "alice")), house.with_token(person, "admin"))
    assert told["state"] == "proposed"


def test_what_cannot_be_given_is_refused(house: House) -> None:
    person, _ = house.person("till", "boulangerie")
    yesterday = operator().day - timedelta(days=1)
    for wrong in (
        Given("baker"),
        Given("treasurer", "alice"),
        Given("till", "alice"),
        Given("till", "boulangerie", until=yesterday),
        Given("till", "boulangerie", ceiling=0),
        Given("member", "alice", ceiling=100),
    ):
        assert house.slug(GiveGrant(person, wrong)) == "malformed-request", wrong
    assert house.slug(GiveGrant(person, Given("member", "nobody"))) == "not-found"
    assert house.slug(GiveGrant("nobody", TILL)) == "not-found"
    assert house.slug(ApproveGrant("nothing")) == "not-found"
    assert house.slug(ChangeGrant("nothing", "", "active")) == "not-found"
    told = house.do(GiveGrant(person, TILL))
    assert house.slug(ChangeGrant(told["id"], "boulangerie", "x")) == "malformed-request"
    house.do(ChangeGrant(told["id"], "boulangerie", "revoked"))
    back = ChangeGrant(told["id"], "boulangerie", "active")
    assert house.slug(back) == "not-in-state"
    assert house.slug(ChangePerson(person, "invited")) == "malformed-request"
    house.do(ChangePerson(person, "closed"))
    assert house.slug(ChangePerson(person, "active")) == "not-found"
    assert house.slug(GiveGrant(person, TILL)) == "not-found"


def test_a_suspended_persons_token_opens_nothing(house: House) -> None:
    person, _ = house.person("till", "boulangerie")
    context = house.with_token(person, "till", "boulangerie")
    house.do(AskPayment("boulangerie", 100), context)
    house.do(ChangePerson(person, "suspended"))
    assert house.slug(AskPayment("boulangerie", 100), again(context)) == "not-identified"
    house.do(ChangePerson(person, "active"))
    house.do(AskPayment("boulangerie", 100), again(context))
