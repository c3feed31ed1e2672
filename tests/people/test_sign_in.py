"""Signing in without JavaScript: invited, enrolled, let in, and what ends it, on both engines."""

from dataclasses import replace

import httpx
import pytest

from api.dependencies import operator
from ledger.books.people import Session
from ledger.operations.demo import CODE
from ledger.operations.factor import FRESH, SetFactor
from ledger.operations.grant import ChangeGrant, GiveGrant, Given
from ledger.operations.invitation import ApproveReset, InviteAgain
from ledger.operations.person import ChangePerson
from ledger.operations.session import STAFF_LIMITS, SwitchGrant
from ledger.operations.token import token_hash
from tests.people.browser import PASSWORD, SESSION, browser, code_of, csrf, enrol, post, sign_in
from tests.people.house import House, again
from tests.vault.test_canaries import dump


def test_a_member_is_invited_chooses_a_password_and_comes_in(
    house: House, doors: list[str]
) -> None:
    _, link = house.link("claire", "member", "alice")
    with browser(doors[0]) as client:
        assert "Bienvenue, claire" in client.get(f"/enrol/{link}").text
        enrol(client, link, totp=False)
        assert client.get("/wallet").status_code == 403  # a link opens no wallet
        assert post(client, "/logout").status_code == 200
        assert post(client, f"/enrol/{link}").status_code == 401  # it opened once
        came = sign_in(client, "Claire ", PASSWORD)
        assert came.url.path == "/wallet"
        assert "member:alice" in came.text
        told = client.get("/access").text
        assert "Firefox, Linux" in told
        assert "Votre lien a été ouvert" in told
        assert "connecté avec votre identifiant" in told


def test_staff_come_in_with_two_factors_only(house: House, doors: list[str]) -> None:
    _, link = house.link("tresor", "treasurer")
    with browser(doors[0]) as client:
        seed, codes = enrol(client, link, totp=True)
        assert len(codes) == 10
        post(client, "/logout")
        assert sign_in(client, "tresor", PASSWORD).status_code == 401
        assert sign_in(client, "tresor", PASSWORD, "000000").status_code == 401
        assert sign_in(client, "tresor", PASSWORD, code_of(seed)).url.path == "/treasury"
    with browser(doors[1]) as other:
        assert sign_in(other, "tresor", PASSWORD, code_of(seed)).status_code == 401  # used once
        assert sign_in(other, "tresor", PASSWORD, codes[0]).url.path == "/treasury"
        post(other, "/logout")
        assert sign_in(other, "tresor", PASSWORD, codes[0]).status_code == 401  # used once too


def test_a_password_alone_opens_no_desk_of_the_staff(house: House, doors: list[str]) -> None:
    _, link = house.link("lone", "treasurer")
    with browser(doors[0]) as client:
        enrol(client, link, totp=False)
        post(client, "/logout")
        came = sign_in(client, "lone", PASSWORD)
        assert came.url.path == "/access"
        assert client.get("/treasury").status_code == 403


def test_whoever_acts_for_several_chooses(house: House, doors: list[str]) -> None:
    person, link = house.link("many", "member", "alice")
    shop = house.do(GiveGrant(person, Given("till", "boulangerie")))["id"]
    with browser(doors[0]) as client:
        enrol(client, link, totp=False)
        post(client, "/logout")
        assert sign_in(client, "many", PASSWORD).url.path == "/access"
        before = client.cookies[SESSION]
        assert post(client, "/access/grant", grant=shop).url.path == "/till"
        assert client.cookies[SESSION] != before
        assert client.get("/wallet").status_code == 403
        assert post(client, "/access/grant", grant="g-of-another").status_code == 404
        house.do(ChangeGrant(shop, "boulangerie", "suspended"))
        assert client.get("/till").url.path == "/"
    with httpx.Client(base_url=doors[0], cookies={SESSION: before}) as old:
        assert old.get("/access").status_code == 303


def test_what_is_taken_away_bites_in_every_browser(house: House, doors: list[str]) -> None:
    person, link = house.link("gone", "till", "boulangerie")
    with browser(doors[0]) as one, browser(doors[1]) as two:
        enrol(one, link, totp=False)
        for client in (one, two):
            sign_in(client, "gone", PASSWORD)
            assert client.get("/till").status_code == 200
        house.do(ChangePerson(person, "suspended"))
        for client in (one, two):
            assert client.get("/till").url.path == "/"
        assert sign_in(two, "gone", PASSWORD).status_code == 401
        house.do(ChangePerson(person, "active"))
        assert sign_in(two, "gone", PASSWORD).url.path == "/till"
        assert one.get("/till").url.path == "/"  # its session began before


def test_old_sessions_die_with_a_change_and_with_signing_out(
    house: House, doors: list[str]
) -> None:
    _, link = house.link("dora", "member", "bruno")
    with browser(doors[0]) as one, browser(doors[1]) as two:
        enrol(one, link, totp=False)
        for client in (one, two):
            sign_in(client, "dora", PASSWORD)
        kept = one.cookies[SESSION]
        assert post(one, "/access/password", password=PASSWORD + "!").status_code == 200
        assert one.get("/wallet").status_code == 200
        assert one.cookies[SESSION] != kept
        assert two.get("/wallet").url.path == "/"
        assert sign_in(two, "dora", PASSWORD).status_code == 401
        sign_in(two, "dora", PASSWORD + "!")
        assert two.get("/wallet").status_code == 200
        token = two.cookies[SESSION]
        post(two, "/logout")
        two.cookies.set(SESSION, token)
        assert two.get("/wallet").url.path == "/"  # ended in the books, not in the browser only
        assert post(one, "/access/sessions").url.path == "/sign-in"
        assert one.get("/wallet").url.path == "/"


def test_a_session_is_never_one_that_the_browser_brought(house: House, doors: list[str]) -> None:
    """Fixation: a cookie put there beforehand neither becomes nor stays a session."""
    _, link = house.link("fix", "member", "alice")
    with browser(doors[0]) as client:
        enrol(client, link, totp=False)
        post(client, "/logout")
        client.cookies.set(SESSION, "planted-by-somebody")
        sign_in(client, "fix", PASSWORD)
        planted = {cookie.value for cookie in client.cookies.jar if cookie.domain == ""}
        assert planted <= {"planted-by-somebody"}
    with httpx.Client(base_url=doors[0], cookies={SESSION: "planted-by-somebody"}) as other:
        assert other.get("/wallet").status_code == 303


def test_a_link_does_not_go_round_the_second_factor(house: House, doors: list[str]) -> None:

    person, link = house.link("lost", "treasurer")
    ada, bob = house.with_token("ada-l", "admin"), house.with_token("bob-l", "admin")
    with browser(doors[0]) as client:
        seed, codes = enrol(client, link, totp=True)
        house.do(InviteAgain(person, token_hash("second-link")), ada)
        assert post(client, "/enrol/second-link").status_code == 401
        assert post(client, "/enrol/second-link", code="123456").status_code == 401
        assert post(client, "/enrol/second-link", code=codes[3]).url.path == "/access"
    with browser(doors[0]) as client:
        house.do(InviteAgain(person, token_hash("reset-link"), resets=True), again(ada))
        assert client.get("/enrol/reset-link").status_code == 401  # nobody has agreed
        approve = ApproveReset(token_hash("reset-link"))
        assert house.slug(approve, again(ada)) == "same-person"
        house.do(approve, bob)
        assert post(client, "/enrol/reset-link").url.path == "/access"
        assert sign_in(client, "lost", PASSWORD, code_of(seed)).status_code == 401  # all ended


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaaa", "password1234", "comptoir2026!", "x" * 257]
)
def test_a_password_that_everybody_tries_is_refused(
    house: House, doors: list[str], password: str
) -> None:
    _, link = house.link(f"weak-{len(password)}-{password[0]}", "member", "alice")
    with browser(doors[0]) as client:
        post(client, f"/enrol/{link}")
        answer = post(client, "/access/password", password=password)
        assert answer.status_code == 422
        assert "Choisissez un autre mot de passe" in answer.text


def test_how_one_signs_in_changes_only_just_after_signing_in(
    house: House, doors: list[str]
) -> None:

    person, link = house.link("stale", "member", "alice")
    with browser(doors[0]) as client:
        enrol(client, link, totp=False)
        sign_in(client, "stale", PASSWORD)
        sessions = house.ledger.reads.having(Session, CODE, "person", [person], order="started_at")
    session = sessions[-1]
    context = replace(
        operator(at=session.started_at + FRESH * 1.01),
        actor=session.grant,
        person=person,
        role="member",
        holder="alice",
        session=session.id,
    )
    late = SetFactor("other", "password", f"password:{person}", "hash")
    assert house.slug(late, context) == "sign-in-again"


def test_pages_of_access_need_a_session(doors: list[str]) -> None:
    with browser(doors[0]) as client:
        assert client.get("/access").url.path == "/"
        assert post(client, "/enrol/nonsense").status_code == 401
        assert client.get("/enrol/nonsense").status_code == 401
        assert csrf(client)


def test_nothing_that_lets_in_stands_in_the_database(
    house: House, doors: list[str], database: str
) -> None:
    """Canaries: password, seed, codes, link and session; the login is the control."""
    _, link = house.link("kanarienvogel", "treasurer")
    with browser(doors[0]) as client:
        seed, codes = enrol(client, link, totp=True)
        post(client, "/logout")
        sign_in(client, "kanarienvogel", PASSWORD, codes[0])
        secrets = (PASSWORD, seed, link, client.cookies[SESSION], *codes)
    plain = [text.replace(" ", "") for text in secrets]
    rows = dump(database)
    assert b"kanarienvogel" in rows
    for text in (*secrets, *plain):
        assert text.encode() not in rows
        assert text.encode().hex().encode() not in rows


def test_an_older_link_opens_nothing_once_a_newer_one_did(house: House, doors: list[str]) -> None:
    person, older = house.link("twice", "member", "alice")
    newer = "n" * 43
    house.do(InviteAgain(person, token_hash(newer)))
    with browser(doors[0]) as client:
        enrol(client, newer, totp=False)
        post(client, "/logout")
        assert post(client, f"/enrol/{older}").status_code == 401
        assert sign_in(client, "twice", PASSWORD).url.path == "/wallet"


def test_no_change_of_factors_makes_a_session_longer(house: House, doors: list[str]) -> None:
    person, link = house.link("long", "treasurer")
    with browser(doors[0]) as client:
        seed, _ = enrol(client, link, totp=True)
        post(client, "/logout")
        sign_in(client, "long", PASSWORD, code_of(seed))
        sessions = house.ledger.reads.having(Session, CODE, "person", [person], order="started_at")
    session = sessions[-1]
    assert session.ends_at == session.signed_in_at + STAFF_LIMITS.most
    context = replace(
        operator(at=session.signed_in_at + FRESH * 0.9),
        actor=session.grant,
        person=person,
        role="treasurer",
        session=session.id,
    )
    other = SetFactor("another", "password", f"password:{person}", "hash")
    house.do(other, context)
    later = replace(context, at=session.signed_in_at + FRESH * 1.1, session="another")
    assert house.slug(other, replace(later, key="later")) == "sign-in-again"
    house.do(SwitchGrant("third", session.grant), replace(later, key="last"))
    third = house.ledger.reads.paper(Session, CODE, "third")
    assert third is not None
    assert third.started_at > third.signed_in_at
    assert third.ends_at == session.ends_at
