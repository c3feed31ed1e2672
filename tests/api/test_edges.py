"""What holds of every answer and every body of the API."""

import json
import time

import pytest

from api.app import create_app
from api.edges import always, repeated
from api.settings import HOUSE, Settings
from tests.api.service import Service, is_problem, new_key

PAYMENT = '{"from": "boulangerie", "to": "librairie", "units": "0.01"}'


@pytest.mark.parametrize("path", ["payments", "payments?preview=true"])
@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        (PAYMENT.replace('"to"', '"to": "maraicher", "to"'), "/to"),
        (PAYMENT.replace('"to"', '"t\\u006f": "maraicher", "to"'), "/to"),
        (PAYMENT.replace('"to"', '"units": 5, "to"'), "/units"),
        (PAYMENT.replace("}", ', "more": [1, {"a/b": 1, "a/b": 2}]}'), "/more/1/a~1b"),
    ],
)
def test_a_name_that_stands_twice_is_pointed_at(
    service: Service, path: str, wrong: str, pointer: str
) -> None:
    head = service.head()
    headers = {"Content-Type": "application/json"}
    told = is_problem(
        service.send(
            "POST", path, "shop:boulangerie", key=new_key(), headers=headers, content=wrong
        ),
        422,
        "malformed-request",
    )
    assert told["errors"] == [{"pointer": pointer, "detail": "this name stands twice"}]
    assert service.head() == head


def test_a_body_with_very_many_names_costs_no_more_than_its_length() -> None:
    names = ",".join(f'"{number}":0' for number in range(100_000))
    began = time.perf_counter()
    assert repeated(f'{{{names},"99999":0}}'.encode()) == "/99999"
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'{"a": {"b": 1}, "b": 1}', b"[" * 100_000])
def test_whatever_says_no_name_twice_is_left_to_its_reader(body: bytes) -> None:
    assert repeated(body) is None


def test_a_name_inside_a_value_that_was_said_over_is_refused_too() -> None:
    assert repeated(b'{"a": {"b": 1, "b": 2}, "a": 1}') == "/a"
    assert repeated(b'[[], {"b": {"c": 0, "c": 1}}]') == "/1/b/c"


def test_where_https_is_spoken_it_is_always_and_below_too() -> None:
    told = dict(always(https=True))
    assert told[b"strict-transport-security"] == b"max-age=31536000; includeSubDomains"
    assert b"strict-transport-security" not in dict(always(https=False))
    assert create_app(Settings(public_url="https://roue.example")).state.always == [*told.items()]


@pytest.mark.parametrize(
    ("method", "path", "who"),
    [
        ("GET", "members/alice", "treasurer"),
        ("GET", "members/alice", None),
        ("GET", "nowhere", "treasurer"),
        ("POST", "payments", "shop:boulangerie"),
        ("POST", "payments?preview=true", "shop:boulangerie"),
    ],
)
def test_no_answer_is_kept_framed_or_guessed_about(
    service: Service, method: str, path: str, who: str | None
) -> None:
    body = {"from": "boulangerie", "to": "librairie", "units": "0.01"} if method == "POST" else None
    for _ in range(2):  # the second payment goes the short way
        answer = service.send(method, path, who, body=body, key=new_key())
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    [
        "members/boulangerie/iban-change/cancel",
        "terms/none/approve",
        "terms/none/cancel",
        "fund/reconciliations/2026-01-31/sign",
        "payouts/none/release",
    ],
)
def test_what_needs_no_body_refuses_one_that_says_something(service: Service, path: str) -> None:
    said = service.post(path, "treasurer", {"iban": "another"})
    told = is_problem(said, 422, "malformed-request")
    assert [error["pointer"] for error in told["errors"]] == ["/iban"]


def test_every_request_that_writes_says_what_its_body_may_be() -> None:
    described = json.loads((HOUSE / "api" / "openapi.json").read_bytes())["paths"]
    silent = {
        f"{method} {path}"
        for path, methods in described.items()
        for method, told in methods.items()
        if method in {"post", "put", "patch"} and "requestBody" not in told
    }
    assert silent == set()
