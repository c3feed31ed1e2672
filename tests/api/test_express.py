"""The short way of a payment and the ordinary one give the same answers.

A query sends a request the ordinary way, so each request is sent both ways and compared.
"""

from http import HTTPStatus
from typing import Any

import httpx
import pytest

from tests.api.service import Service, is_problem, new_key

GOOD = '{"from": "boulangerie", "to": "librairie", "units": "0.01", "reference": "pain"}'
ORDINARY = "payments?preview=false"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(autouse=True)
def known(service: Service) -> None:
    """Make the server look up the token and the decimals once, and give the wallet something."""
    body = {"member": "boulangerie", "euros": "1.00", "channel": "bank"}
    assert service.post("conversions", "treasurer", body).status_code == 201
    assert pay(service, ORDINARY).status_code == 201


def pay(  # noqa: PLR0913 - the parts of a request
    service: Service,
    path: str,
    content: str | bytes = GOOD,
    *,
    who: str | None = "shop:boulangerie",
    key: str | None = "",
    headers: dict[str, str | bytes] | None = None,
) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
    chosen = new_key() if key == "" else key
    return service.send("POST", path, who, key=chosen, headers={**JSON, **named}, content=content)


def comparable(answer: httpx.Response) -> tuple[int, dict[str, str], dict[str, Any]]:
    told = answer.json()
    for name in ("entry", "at", "receipt"):
        told.pop(name, None)
    named = {k: v for k, v in answer.headers.items() if k not in {"date", "content-length"}}
    return answer.status_code, named, told


ODD_BODIES = [
    GOOD,
    GOOD.replace("librairie", "nobody"),
    GOOD.replace("librairie", "boulangerie"),
    GOOD.replace("0.01", "9999.00"),
    GOOD.replace("0.01", "0.00"),
    GOOD.replace("0.01", "0.001"),
    GOOD.replace("0.01", "1e2"),
    GOOD.replace('"0.01"', "0.01"),
    GOOD.replace("boulangerie", "librairie").replace('"librairie", "units', '"maraicher", "units'),
    GOOD.replace("pain", "p\u00e9trin"),
    GOOD.replace("pain", "a\\u0000b"),
    GOOD.replace("pain", "\\ud800"),
    GOOD.replace('"to"', '"to": "maraicher", "to"'),
    GOOD.replace('"to"', '"too"'),
    GOOD.replace("}", ', "more": 1}'),
    "[]",
    "null",
    "",
    "{",
    GOOD.encode("utf-16"),
    b'{"from": "\xff"}',
]


@pytest.mark.parametrize("body", ODD_BODIES)
def test_both_ways_say_the_same_of_a_body(service: Service, body: str | bytes) -> None:
    short, ordinary = (pay(service, way, body) for way in ("payments", ORDINARY))
    assert comparable(short) == comparable(ordinary)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/json; charset=utf-8"},
        {"Authorization": "Bearer nobody"},
        {"Authorization": "Basic nobody"},
        {"Idempotency_Key": b"\xe9"},
        {"Idempotency_Key": "k" * 256},
        {"Idempotency_Key": ""},
        {"Accept_Language": "en"},
        {"Accept_Language": b"\xff"},
    ],
    ids=str,
)
def test_both_ways_say_the_same_of_a_header(
    service: Service, headers: dict[str, str | bytes]
) -> None:
    short, ordinary = (pay(service, way, headers=headers) for way in ("payments", ORDINARY))
    assert comparable(short) == comparable(ordinary)


@pytest.mark.parametrize(
    ("who", "key"), [(None, ""), ("till:boulangerie", ""), ("treasurer", ""), (None, None)]
)
def test_both_ways_say_the_same_of_who_asks(
    service: Service, who: str | None, key: str | None
) -> None:
    if who is not None:
        pay(service, ORDINARY, who=who)
    short, ordinary = (pay(service, way, who=who, key=key) for way in ("payments", ORDINARY))
    assert comparable(short) == comparable(ordinary)


def test_a_key_is_one_key_on_both_ways(service: Service) -> None:
    first, again = pay(service, "payments", key="both"), pay(service, ORDINARY, key="both")
    assert first.json() == again.json()
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert pay(service, "payments", key="both").headers["Idempotent-Replay"] == "true"
    other = pay(service, "payments", GOOD.replace("0.01", "0.02"), key="both")
    is_problem(other, 422, "idempotency-key-reused")


def test_another_currency_is_unknown_on_both_ways(service: Service) -> None:
    short, ordinary = (pay(service, f"/v1/elsewhere/{way}") for way in ("payments", ORDINARY))
    assert short.status_code == HTTPStatus.NOT_FOUND
    assert comparable(short) == comparable(ordinary)


def test_a_fault_of_the_program_is_told_alike_on_both_ways(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        message = "a plan with a fault"
        raise RuntimeError(message)

    monkeypatch.setattr("ledger.operations.payment.paid", broken)
    # The server ends a connection on which something failed, so none is used again.
    once: dict[str, str | bytes] = {"Connection": "close"}
    short, ordinary = (pay(service, way, headers=once) for way in ("payments", ORDINARY))
    assert short.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert comparable(short) == comparable(ordinary)
