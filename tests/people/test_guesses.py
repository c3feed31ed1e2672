"""Guesses at the same instant, at both doors of a house, and what an answer gives away."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from statistics import median
from time import perf_counter

import httpx
import pytest

from admin import login
from api.dependencies import operator
from ledger.books.context import GUEST
from ledger.books.people import Factor, Guess
from ledger.operations.challenge import AskChallenge
from ledger.operations.demo import CODE
from ledger.operations.factor import Proof, password_proof
from ledger.operations.guess import MOST, MOST_ASKED_FROM_ONE_PLACE, guessed
from tests.people.browser import PASSWORD, browser, csrf, enrol, post, sign_in
from tests.people.house import House

AT_ONCE = 50


def test_of_any_number_of_guesses_at_once_no_more_than_allowed_are_judged(
    house: House, doors: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, link = house.link("guessed", "member", "alice")
    judged: list[str] = []

    def judge(factors: list[Factor], password: str) -> Proof | None:
        judged.append(password)
        return password_proof(factors, password)

    with browser(doors[0]) as client:
        enrol(client, link, totp=False)
        post(client, "/logout")
        monkeypatch.setattr(login, "password_proof", judge)

        def guess(number: int) -> int:
            with browser(doors[number % 2]) as one:
                form = {"csrf": csrf(one), "login": "guessed", "password": f"{PASSWORD}{number}"}
                return one.post("/sign-in", data=form).status_code

        with ThreadPoolExecutor(16) as many:
            told = list(many.map(guess, range(AT_ONCE)))
        assert sorted(set(told)) == [401, 429]
        assert len(judged) == told.count(401) == MOST
        # The right one is not judged either: nothing tells that it was right.
        assert sign_in(client, "guessed", PASSWORD).status_code == 429
        assert len(judged) == MOST


def test_an_unknown_login_gets_the_answer_of_a_known_one(house: House, doors: list[str]) -> None:
    _, link = house.link("there", "member", "alice")
    with browser(doors[0]) as client:
        enrol(client, link, totp=False)
        post(client, "/logout")
        told: dict[str, list[tuple[int, str, float]]] = {"there": [], "nobody": []}
        for _ in range(3):
            for name, answers in told.items():
                token = csrf(client)
                began = perf_counter()
                answer = client.post(
                    "/sign-in", data={"csrf": token, "login": name, "password": "wrong " * 3}
                )
                answers.append((answer.status_code, words_of(answer), perf_counter() - began))
    known, unknown = told["there"], told["nobody"]
    assert {answer[:2] for answer in known} == {answer[:2] for answer in unknown}
    took, took_unknown = (median(answer[2] for answer in each) for each in (known, unknown))
    # An Argon2 hash is most of it: without one for nobody it would be a tenth.
    assert took_unknown > took / 3


def words_of(answer: httpx.Response) -> str:
    """Give a page without what is fresh in each: the token of its forms."""
    return "\n".join(line for line in answer.text.splitlines() if "csrf" not in line)


def test_odd_signs_at_the_door_are_no_fault_of_the_program(house: House, doors: list[str]) -> None:
    _, link = house.link("odd", "member", "alice")
    with browser(doors[0]) as client:
        enrol(client, link, totp=True)
        post(client, "/logout")
        assert sign_in(client, "odd", "wrong", "éééééé").status_code == 401
        form = {"csrf": "é", "login": "odd", "password": "wrong"}
        assert client.post("/sign-in", data=form).status_code == 403
        body = "--b\r\nContent-Disposition: form-data; name=csrf\r\n\r\nx\r\n--b--\r\n"
        for charset in ("punycode", "unicode_escape", "no-such"):
            kind = f"multipart/form-data; boundary=b; charset={charset}"
            told = client.post("/sign-in", content=body, headers={"content-type": kind})
            assert told.status_code == 403


def from_here(house: House) -> int:
    """Count the guesses from this machine's address that stand against it."""
    counted = house.ledger.reads.paper(Guess, CODE, guessed("place", "127.0.0.1"))
    return counted.count if counted else 0


def test_a_right_password_does_not_stand_against_its_address(
    house: House, doors: list[str]
) -> None:
    _, link = house.link("right", "member", "alice")
    with browser(doors[0]) as client:
        enrol(client, link, totp=False)
        post(client, "/logout")
        before = from_here(house)
        sign_in(client, "right", PASSWORD)
        assert client.get("/wallet").status_code == 200
        assert from_here(house) == before
        post(client, "/logout")
        sign_in(client, "right", "wrong")
        assert from_here(house) == before + 1


def test_who_asks_for_a_challenge_has_guessed_nothing(house: House, doors: list[str]) -> None:
    before = from_here(house)
    with browser(doors[0]) as client:
        assert post(client, "/sign-in/passkey").status_code == 200
    assert from_here(house) == before
    guest = replace(operator(), actor=GUEST, role=GUEST, key="")
    asked = [AskChallenge("sign-in", "00", place="somewhere")] * (MOST_ASKED_FROM_ONE_PLACE + 1)
    answers = house.ledger.note_many(CODE, asked, guest)
    assert [answer.refused for answer in answers].index(True) == MOST_ASKED_FROM_ONE_PLACE
