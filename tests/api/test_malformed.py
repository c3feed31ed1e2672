"""What cannot be read is refused with a pointer at the wrong member, and nothing is posted."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import pytest

from tests.api.service import Service, is_problem, new_key

POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*")
GOOD: dict[str, Any] = {"member": "alice", "euros": "10.00", "channel": "bank"}
PAYMENT: dict[str, Any] = {"from": "alice", "to": "bruno", "units": "1.00"}
AMOUNTS: list[object] = [
    *(10, 10.5, True, None, [], {}, ["10.00"]),
    *("1e1", "10.001", "-5", " 5", "5 ", "5\n", "", "+5", "0", "0.00", "05", "\uff15", "5,00", "."),
    *("NaN", "Infinity", "0x5", "5.", ".5", "1_000", "1 000", "99999999999999", "\u0665"),
    "1" * 1_000_000,
]
CONTENTS = [
    *(b"", b"null", b"[]", b"1", b'"text"', b"{", b"{]", b"not json", b"\xff\xfe", b"\x00", b"NaN"),
    *(b"[" * 100_000, b'{"a":' * 100_000, b"[" * 5_000 + b"]" * 5_000),
    *(b'{"\\ud800":1}', b'{"member":"\\ud800"}'),
]
KEYS = [None, "", "x" * 256, "clé".encode(), b"tab\there"]


def _names(values: Sequence[object]) -> list[str]:
    return [f"{ordinal}-{value!r}"[:20] for ordinal, value in enumerate(values)]


@pytest.fixture(autouse=True)
def _nothing_is_posted(service: Service) -> Iterator[None]:
    head = service.head()
    yield
    assert service.head() == head


def errors_of(answer: httpx.Response) -> dict[str, str]:
    """Check a malformed answer and give its errors by pointer."""
    told = is_problem(answer, 422, "malformed-request")
    assert told["errors"]
    for error in told["errors"]:
        assert POINTER.fullmatch(error["pointer"]), error
        assert error["detail"]
    return {error["pointer"]: error["detail"] for error in told["errors"]}


def raw(service: Service, content: bytes, kind: str = "application/json") -> httpx.Response:
    """Post bytes as a conversion."""
    return service.post("conversions", "treasurer", headers={"Content-Type": kind}, content=content)


@pytest.mark.parametrize("amount", AMOUNTS, ids=_names(AMOUNTS))
def test_an_amount_is_a_plain_decimal_string(service: Service, amount: object) -> None:
    answer = service.post("conversions", "treasurer", {**GOOD, "euros": amount})
    assert set(errors_of(answer)) == {"/euros"}
    answer = service.post("payments", "member:alice", {**PAYMENT, "units": amount})
    assert set(errors_of(answer)) == {"/units"}


@pytest.mark.parametrize(
    ("member", "value", "pointer"),
    [
        ("surprise", 1, "/surprise"),
        ("a/b~c", 1, "/a~1b~0c"),
        ("member", "Alice!", "/member"),
        ("member", None, "/member"),
        ("member", "x" * 65, "/member"),
        ("channel", "pigeon", "/channel"),
        ("medium", "paper", "/medium"),
        ("office", "../etc", "/office"),
        ("reference", "two\nlines", "/reference"),
        ("reference", "x" * 141, "/reference"),
        ("reference", "\x00", "/reference"),
    ],
)
def test_a_wrong_member_is_pointed_at(
    service: Service, member: str, value: object, pointer: str
) -> None:
    errors = errors_of(service.post("conversions", "treasurer", {**GOOD, member: value}))
    assert set(errors) == {pointer}


def test_only_a_wrong_amount_is_told_about_amounts(service: Service) -> None:
    errors = errors_of(
        service.post("conversions", "treasurer", {**GOOD, "member": "Alice!", "euros": "1,00"})
    )
    assert "12.00" in errors["/euros"]
    assert "12.00" not in errors["/member"]


@pytest.mark.parametrize("missing", ["member", "euros", "channel"])
def test_a_missing_member_is_pointed_at(service: Service, missing: str) -> None:
    body = {name: value for name, value in GOOD.items() if name != missing}
    errors = errors_of(service.post("conversions", "treasurer", body))
    assert errors == {f"/{missing}": "this field is required"}


@pytest.mark.parametrize("content", CONTENTS, ids=_names(CONTENTS))
def test_what_is_no_json_object_is_refused_whole(service: Service, content: bytes) -> None:
    errors_of(raw(service, content))


def test_the_whole_body_is_pointed_at_by_the_empty_pointer(service: Service) -> None:
    assert set(errors_of(raw(service, b"{"))) == {""}
    assert set(errors_of(raw(service, b"null"))) == {""}


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_another_content_type_is_refused(service: Service, kind: str) -> None:
    errors_of(raw(service, json.dumps(GOOD).encode(), kind))


def test_a_body_that_is_too_large_is_not_read(service: Service) -> None:
    answer = raw(service, b'{"reference":"' + b"x" * 2**21 + b'"}')
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("key", KEYS, ids=_names(KEYS))
@pytest.mark.parametrize(
    ("path", "who", "body"),
    [
        ("conversions", "treasurer", GOOD),
        ("payments", "member:alice", PAYMENT),
        ("payment-requests", "till:boulangerie", {"to": "boulangerie", "units": "1.00"}),
        ("redemptions", "shop:boulangerie", {"member": "boulangerie", "units": "1.00"}),
        ("members", "treasurer", {"kind": "person"}),
    ],
)
def test_money_moves_only_under_a_usable_key(
    service: Service, key: str | bytes | None, path: str, who: str, body: dict[str, str]
) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = service.send("POST", path, who, body=body, headers=headers)
    told = is_problem(answer, 422, "idempotency-key-missing")
    assert POINTER.fullmatch(told["errors"][0]["pointer"])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("journal/1/corrections", {"reason": "no\x00pe"}),
        ("fund/orders", {"source": "bank:\x00", "target": "bank:nef", "euros": "1.00"}),
        ("fund/accounts", {"slug": "x", "medium": "paper", "bank": "x", "iban": "FR76\x00000"}),
        ("members", {"kind": "person", "iban": "FR76\x00000"}),
        ("fund/lines/nef-0/match", {"cause": "conversion", "id": "\x00"}),
    ],
)
def test_a_zero_byte_is_refused_wherever_it_is(
    service: Service, path: str, body: dict[str, str]
) -> None:
    errors_of(service.post(path, "treasurer", body))


@pytest.mark.parametrize(
    "change",
    [
        {"rate_bps": "2000"},
        {"rate_bps": 20.5},
        {"rate_bps": 0},
        {"rate_bps": True},
        {"from": "tomorrow"},
        {"from": 1},
        {"until": "2026-02-30"},
        {"until": "2025-12-31"},
        {"eligible": {"ages": {"from": 30, "to": 20}}},
        {"eligible": {"kinds": ["cat"]}},
        {"eligible": {"ages": {"from": -1}}},
        {"stackable": "yes"},
        {"gift_expires_days": 0},
    ],
    ids=str,
)
def test_a_campaign_with_odd_terms_is_refused(service: Service, change: dict[str, object]) -> None:
    body = {
        "id": "odd",
        "sponsor": "grand-avignon",
        "rate_bps": 2000,
        "budget_euros": "10.00",
        "from": "2026-01-01",
        "until": "2026-12-31",
        **change,
    }
    errors = errors_of(service.post("campaigns", "treasurer", body, key=new_key()))
    assert all(pointer.startswith(f"/{next(iter(change))}") for pointer in errors)
