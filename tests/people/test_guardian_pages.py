"""A guardian in the browser: named at the desk of people, and every page says for whom it is."""

from ledger.books.people import Grant
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE
from ledger.operations.grant import ApproveGrant
from ledger.operations.payment import Pay
from ledger.operations.person import ChangePerson
from tests.people.browser import PASSWORD, browser, code_of, enrol, post, sign_in
from tests.people.house import House
from tests.people.test_guardians import TOMORROW, sitting


def test_a_guardian_is_named_and_each_page_says_for_whom_it_acts(
    house: House, doors: list[str]
) -> None:
    house.do(Convert("alice", 10_00, "bank"))
    _, chief = house.link("chief", "admin")
    person, link = house.link("helper", "member", "bruno")
    named = {"login": "helper", "role": "member", "holder": "alice", "guardian": "yes"}
    with browser(doors[0]) as client:
        seed, _ = enrol(client, chief, totp=True)
        post(client, "/logout")
        sign_in(client, "chief", PASSWORD, code_of(seed))
        assert post(client, "/people", **named, key="without-a-day").status_code == 422
        page = post(client, "/people", **named, until=TOMORROW.isoformat(), key="with-a-day")
        assert "comme tuteur" in page.text
        asked = post(client, f"/people/{person}/state", state="closed", key="close")
        assert "accès de helper" in asked.text
        assert house.known(person).status == "invited"
    found = house.ledger.reads.having(Grant, CODE, "person", [person])
    (grant,) = (each for each in found if each.guardian)
    assert (grant.holder, grant.state) == ("alice", "proposed")
    with browser(doors[1]) as client:
        enrol(client, link, totp=False)
        post(client, "/logout")
        house.do(ApproveGrant(grant.id), house.with_token("second", "treasurer"))
        sign_in(client, "helper", PASSWORD)
        home = post(client, "/access/grant", grant=grant.id)
        assert "Vous agissez pour alice en tant que tuteur" in home.text
        house.do(Pay("alice", "bruno", 1_00), sitting(house, person, grant.id))
        assert "par un tuteur" in client.get("/wallet").text
        own = next(each for each in found if each.holder == "bruno")
        post(client, "/access/grant", grant=own.id)
        wallet = client.get("/wallet").text
        assert "Vous agissez pour" not in wallet
        assert "par un tuteur" not in wallet  # who is paid does not learn it


def test_closing_an_access_is_asked_twice(house: House, doors: list[str]) -> None:
    _, chief = house.link("closer", "admin")
    person, _ = house.person("till", "boulangerie")
    with browser(doors[0]) as client:
        seed, _ = enrol(client, chief, totp=True)
        post(client, "/logout")
        sign_in(client, "closer", PASSWORD, code_of(seed))
        assert post(client, "/people/nobody/state", state="closed").status_code == 404
        post(client, f"/people/{person}/state", state="closed", key="close")
        assert house.known(person).status == "active"
        post(client, f"/people/{person}/state", state="closed", step="sure", key="close")
        assert house.known(person).status == "closed"
    assert house.slug(ChangePerson(person, "active")) == "not-found"
