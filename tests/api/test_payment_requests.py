"""A till asks, a member pays by the link, and the till learns of it at once."""

import json
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.service import PATIENCE, Service, is_problem

SHOWN = {
    *("id", "to", "units", "reference", "code", "created_at", "expires_at", "state", "entry"),
    *("word", "url"),
}
TILL = "till:boulangerie"


def ask(service: Service, **more: object) -> dict[str, Any]:
    body = {"to": "boulangerie", "units": "2.50", "reference": "two loaves", **more}
    answer = service.post("payment-requests", TILL, body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def events(answer: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read server-sent events: the name and the JSON of each."""
    name = ""
    for line in answer.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def follow(service: Service, id_: str, who: str = TILL) -> Any:  # noqa: ANN401 - httpx names no type
    """Open the stream of a request."""
    headers = {"Authorization": f"Bearer {service.tokens[who]}"}
    address = f"{service.address}/v1/roue/payment-requests/{id_}/events"
    return httpx.stream("GET", address, headers=headers, timeout=PATIENCE, trust_env=False)


def test_a_request_tells_what_a_till_needs(service: Service) -> None:
    asked = ask(service)
    assert set(asked) >= SHOWN - {"word"}
    assert (asked["state"], asked["units"], asked["entry"]) == ("pending", "2.50", None)
    assert asked["url"] == f"{service.address}/p/{asked['id']}"
    assert re.fullmatch("[2-9A-HJ-NP-Z]{6}", asked["code"])
    read = service.get(f"payment-requests/{asked['id']}", TILL).json()
    assert set(read) == SHOWN
    assert (read["word"], read["reference"]) == (None, "two loaves")


def test_a_till_sees_a_payment_within_a_second(service: Service) -> None:
    alice, asked = service.join(units=1_000), ask(service)
    path = f"payment-requests/{asked['id']}"
    with follow(service, asked["id"]) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        told = events(stream)
        assert next(told)[0] == "pending"
        paid = service.post(f"{path}/pay", f"member:{alice}")
        answered = time.monotonic()
        name, shown = next(told)
        assert time.monotonic() - answered < 1
        assert (name, shown["state"], shown["entry"]) == ("paid", "paid", paid.json()["entry"])
        assert shown["word"] == paid.json()["word"]
        assert list(told) == []
    again = service.post(f"{path}/pay", f"member:{alice}")
    assert is_problem(again, 409, "request-not-payable")["state"] == "paid"
    is_problem(service.post(f"{path}/cancel", TILL), 409, "request-not-payable")


def test_a_cancelled_request_is_told_and_not_paid(service: Service) -> None:
    alice, asked = service.join(units=1_000), ask(service)
    path = f"payment-requests/{asked['id']}"
    with follow(service, asked["id"], "shop:boulangerie") as stream:
        told = events(stream)
        assert next(told)[0] == "pending"
        cancelled = service.post(f"{path}/cancel", TILL)
        assert (cancelled.status_code, cancelled.json()["state"]) == (201, "cancelled")
        assert next(told)[0] == "cancelled"
        assert list(told) == []
    head = service.head()
    is_problem(service.post(f"{path}/pay", f"member:{alice}"), 409, "request-not-payable")
    assert service.head() == head


def test_an_expired_request_is_told_and_not_paid(service: Service) -> None:
    alice, asked = service.join(units=1_000), ask(service, expires_in=1)
    with follow(service, asked["id"]) as stream:
        names = [name for name, _ in events(stream)]
    assert names == ["pending", "expired"]
    path = f"payment-requests/{asked['id']}"
    assert service.get(path, TILL).json()["state"] == "expired"
    is_problem(service.post(f"{path}/pay", f"member:{alice}"), 409, "request-not-payable")
    with follow(service, asked["id"]) as stream:
        assert [name for name, _ in events(stream)] == ["expired"]


def test_many_tills_follow_at_once(service: Service) -> None:
    alice, asked = service.join(units=1_000), ask(service)
    seen: list[list[str]] = []
    ready = threading.Barrier(6, timeout=PATIENCE)

    def watch() -> None:
        with follow(service, asked["id"]) as stream:
            names = []
            for name, _ in events(stream):
                names.append(name)
                if name == "pending":
                    ready.wait()
            seen.append(names)

    tills = [threading.Thread(target=watch, daemon=True) for _ in range(5)]
    for till in tills:
        till.start()
    ready.wait()
    service.post(f"payment-requests/{asked['id']}/pay", f"member:{alice}")
    for till in tills:
        till.join(PATIENCE)
    assert seen == [["pending", "paid"]] * 5


def test_a_request_is_paid_once_and_moves_gifts_first(service: Service) -> None:
    alice, asked = service.join(units=1_000), ask(service)
    path = f"payment-requests/{asked['id']}/pay"
    shown = service.post(f"{path}?preview=true", f"member:{alice}").json()
    paid = service.post(path, f"member:{alice}", key="once").json()
    assert paid["postings"] == shown["postings"]
    assert [posting["amount"] for posting in paid["postings"]] == ["2.00", "0.50"]
    assert service.post(path, f"member:{alice}", key="once").json() == paid
    bruno = service.join(units=1_000)
    is_problem(service.post(path, f"member:{bruno}"), 409, "request-not-payable")


def test_a_till_asks_only_for_its_shop(service: Service) -> None:
    body = {"to": "librairie", "units": "1.00"}
    is_problem(service.post("payment-requests", TILL, body), 404, "not-found")
    asked = ask(service)
    for who in ("treasurer", "admin", "auditor", "office:comptoir-halles"):
        path = f"payment-requests/{asked['id']}"
        is_problem(service.get(path, who), 403, "role-may-not")
        is_problem(service.post(f"{path}/pay", who), 403, "role-may-not")
    is_problem(service.post(f"payment-requests/{asked['id']}/pay", TILL), 403, "role-may-not")
    is_problem(service.get("payment-requests/none", TILL), 404, "not-found")
    is_problem(service.get("payment-requests/none/events", TILL), 404, "not-found")


def test_a_member_does_not_pay_with_anothers_wallet(service: Service) -> None:
    alice, bruno, asked = service.join(units=1_000), service.join(units=1_000), ask(service)
    path = f"payment-requests/{asked['id']}/pay"
    answer = service.post(path, f"member:{alice}", {"from": bruno})
    is_problem(answer, 404, "not-found")


@pytest.mark.parametrize("expires_in", [0, -1, 31 * 86_400 + 1, "60", 1.5])
def test_a_request_lasts_between_a_second_and_a_month(service: Service, expires_in: object) -> None:
    body = {"to": "boulangerie", "units": "1.00", "expires_in": expires_in}
    told = is_problem(service.post("payment-requests", TILL, body), 422, "malformed-request")
    assert told["errors"][0]["pointer"] == "/expires_in"


def test_the_qr_code_is_plain_svg_of_the_link(service: Service) -> None:
    asked = ask(service)
    answer = service.get(f"payment-requests/{asked['id']}/qr.svg", TILL)
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")
    for word in ("style", "script", "class=", "href", "onload"):
        assert word not in answer.text
