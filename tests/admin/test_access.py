"""Who may open which page: every route of the desks has a line here, and every role is tried."""

import re

import httpx
import pytest
from fastapi.routing import APIRoute

from admin.app import DESKS
from ledger.operations.demo import PEOPLE
from tests.admin.test_desks import as_

ANYBODY = frozenset({"anybody"})
SIGNED_IN = frozenset(person.partition(":")[0].split("-")[0] for person in PEOPLE)
TILLS, HOLDERS = frozenset({"shop", "till"}), frozenset({"member", "shop", "officer"})
SHOP, TREASURER = frozenset({"shop"}), frozenset({"treasurer"})
COUNTERS, READERS = frozenset({"office", "treasurer"}), frozenset({"auditor", "treasurer"})

MAY = {
    "GET /": ANYBODY,
    "GET /demo": ANYBODY,
    "POST /demo": ANYBODY,
    "POST /logout": ANYBODY,
    "GET /done/{key}": SIGNED_IN,
    "GET /till": TILLS,
    "POST /till": TILLS,
    "GET /till/payments/{number}": TILLS,
    "POST /till/payments/{number}": SHOP,
    "GET /till/{id_}": TILLS,
    "GET /till/{id_}/events": TILLS,
    "POST /till/{id_}/cancel": TILLS,
    "GET /till/redemptions": SHOP,
    "POST /till/redemptions": SHOP,
    "GET /redemptions/{id_}": SHOP | TREASURER,
    "POST /redemptions/{id_}/approve": TREASURER,
    "POST /redemptions/{id_}/cancel": SHOP | TREASURER,
    "GET /wallet": HOLDERS,
    "GET /wallet/code": ANYBODY,
    "POST /wallet/code": HOLDERS,
    "GET /wallet/top-up": HOLDERS,
    "GET /p/{id_}": ANYBODY,
    "POST /p/{id_}": HOLDERS,
    "GET /counter": COUNTERS,
    "POST /counter": COUNTERS,
    "GET /treasury": TREASURER,
    "GET /treasury/history": TREASURER,
    "GET /treasury/statements": ANYBODY,
    "POST /treasury/statements": TREASURER,
    "GET /treasury/lines": TREASURER,
    "GET /treasury/lines/{id_}": ANYBODY,
    "POST /treasury/lines/{id_}": TREASURER,
    "GET /treasury/deposits": TREASURER,
    "POST /treasury/deposits": TREASURER,
    "GET /sponsor": frozenset({"sponsor"}),
    "GET /office": TREASURER,
    "GET /office/members": ANYBODY,
    "POST /office/members": TREASURER,
    "GET /office/members/{id_}": TREASURER,
    "POST /office/members/{id_}": TREASURER,
    "GET /audit": READERS,
    "GET /audit/{number}": READERS,
    "POST /corrections/{number}": TREASURER,
    "GET /corrections/{number}": ANYBODY,
    "GET /corrections/{number}/{id_}": TREASURER,
    "POST /corrections/{number}/{id_}": TREASURER,
    "GET /problems": ANYBODY,
    "GET /problems/{slug}": ANYBODY,
    "GET /r": ANYBODY,
    "GET /r/{word}": ANYBODY,
    "GET /docs": ANYBODY,
}
"""Pages for anybody that only lead elsewhere are among them: where they lead asks who is there."""


def routes() -> set[str]:
    found = (route for desk in DESKS for route in desk.routes.routes)
    return {
        f"{method} {route.path}"
        for route in found
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }


def test_every_route_has_its_line() -> None:
    assert routes() == set(MAY)


@pytest.mark.parametrize("person", PEOPLE)
def test_each_role_opens_what_is_its_own(house: str, person: str) -> None:
    role = person.partition(":")[0].split("-")[0]
    with as_(house, person) as client:
        token = re.search(r'name="csrf" value="([^"]+)"', client.get("/").text)
        assert token
        for line, roles in MAY.items():
            if roles == ANYBODY or line.endswith("/events"):
                continue
            method, _, path = line.partition(" ")
            address = re.sub(r"\{\w+\}", "1", path)
            form = {"csrf": token[1]} if method == "POST" else None
            answer = client.request(method, address, data=form)
            assert (answer.status_code == 403) == (role not in roles), f"{person} {line}"
            assert answer.status_code < 500, f"{person} {line}"


def test_nobody_opens_only_what_is_for_anybody(house: str) -> None:
    for line, roles in MAY.items():
        method, _, path = line.partition(" ")
        address = re.sub(r"\{\w+\}", "1", path)
        answer = httpx.request(method, house + address, data={} if method == "POST" else None)
        if roles != ANYBODY:
            turned_away = 303 if method == "GET" else 403
            assert answer.status_code == turned_away, line
        assert answer.status_code < 500, line
