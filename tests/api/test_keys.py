"""One effect a key: what is repeated is answered again, and what was lost can be asked for."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.operations.campaign import RegisterSponsor
from ledger.operations.token import RevokeToken
from tests.api.service import Service, is_problem, new_key


def test_the_same_key_twice_gives_the_same_entry(service: Service) -> None:
    alice = service.join(units=1_000)
    body = {"from": alice, "to": "librairie", "units": "1.00"}
    first = service.post("payments", f"member:{alice}", body, key="bread")
    head = service.head()
    again = service.post("payments", f"member:{alice}", body, key="bread")
    assert first.status_code == again.status_code == 201
    assert "idempotent-replay" not in first.headers
    assert again.headers["idempotent-replay"] == "true"
    assert again.content == first.content
    assert service.head() == head


def test_another_body_under_a_used_key_is_refused(service: Service) -> None:
    alice = service.join(units=1_000)
    body = {"from": alice, "to": "librairie", "units": "1.00"}
    service.post("payments", f"member:{alice}", body, key="bread")
    head = service.head()
    other = service.post("payments", f"member:{alice}", {**body, "units": "1.01"}, key="bread")
    is_problem(other, 422, "idempotency-key-reused")
    elsewhere = {"to": alice, "units": "1.00"}
    other = service.post("payment-requests", f"member:{alice}", elsewhere, key="bread")
    is_problem(other, 422, "idempotency-key-reused")
    assert service.head() == head


def test_a_key_belongs_to_its_credential(service: Service) -> None:
    alice, bruno = service.join(units=1_000), service.join(units=1_000)
    for member in (alice, bruno):
        body = {"from": member, "to": "librairie", "units": "1.00"}
        answer = service.post("payments", f"member:{member}", body, key="lunch")
        assert answer.status_code == 201
        assert "idempotent-replay" not in answer.headers


def test_a_refusal_is_remembered_even_when_it_would_pass_later(service: Service) -> None:
    alice = service.join()
    body = {"from": alice, "to": "librairie", "units": "1.00"}
    first = service.post("payments", f"member:{alice}", body, key="early")
    is_problem(first, 409, "insufficient-units")
    service.post("conversions", "treasurer", {"member": alice, "euros": "10.00", "channel": "bank"})
    again = service.post("payments", f"member:{alice}", body, key="early")
    assert is_problem(again, 409, "insufficient-units") == first.json()
    assert again.headers["idempotent-replay"] == "true"
    assert service.post("payments", f"member:{alice}", body).status_code == 201


@pytest.mark.parametrize("key", ["order-17", "a b", "shop/2026/17", "50%", "what?#", "~" * 255])
def test_what_became_of_a_request_can_be_asked_by_key(service: Service, key: str) -> None:
    alice = service.join(units=100)
    body = {"from": alice, "to": "librairie", "units": "1.00"}
    done = service.post("payments", f"member:{alice}", body, key=key).json()
    told = service.get(f"operations/{_quoted(key)}", f"member:{alice}")
    assert told.status_code == 200
    asked = told.json()
    assert (asked["key"], asked["state"], asked["status"]) == (key, "done", 201)
    assert (asked["entry"], asked["answer"]) == (done["entry"], done)
    is_problem(service.get(f"operations/{_quoted(key)}", "member:alice"), 404, "not-found")


def test_what_became_of_a_refused_request_is_the_same_problem(service: Service) -> None:
    alice = service.join()
    body = {"from": alice, "to": "librairie", "units": "1.00"}
    refused = service.post("payments", f"member:{alice}", body, key="no")
    told = service.get("operations/no", f"member:{alice}").json()
    assert (told["state"], told["status"], told["entry"]) == ("refused", 409, None)
    assert told["answer"] == refused.json()


def test_a_preview_shows_the_arrows_and_posts_nothing(service: Service) -> None:
    alice = service.join(units=1_000)
    head = service.head()
    body = {"from": alice, "to": "librairie", "units": "3.00"}
    shown = service.post("payments?preview=true", f"member:{alice}", body, key="later")
    assert shown.status_code == 200
    assert (shown.json()["preview"], shown.json()["entry"]) == (True, None)
    assert [p["amount"] for p in shown.json()["postings"]] == ["2.00", "1.00"]
    without_key = service.send("POST", "payments?preview=true", f"member:{alice}", body=body)
    assert without_key.json() == shown.json()
    assert service.head() == head
    assert service.get("operations/later", f"member:{alice}").status_code == 404
    real = service.post("payments", f"member:{alice}", body, key="later")
    assert real.status_code == 201
    assert real.json()["postings"] == shown.json()["postings"]


def test_a_preview_is_refused_like_the_deed(service: Service) -> None:
    alice = service.join()
    body = {"from": alice, "to": "librairie", "units": "3.00"}
    for _ in range(2):
        answer = service.post("payments?preview=true", f"member:{alice}", body, key="dry")
        is_problem(answer, 409, "insufficient-units")
        assert "idempotent-replay" not in answer.headers


def test_a_preview_sees_the_limits_that_the_door_keeps(service: Service) -> None:
    """What a sponsor paid in and campaigns spent cannot be taken back, and a preview says so."""
    service.do(RegisterSponsor("club", "Club"))
    body = {"euros": "1.00", "bank": "nef"}
    entry = service.post("sponsors/club/deposits", "treasurer", body).json()["entry"]
    service.campaign("club-1", "club", rate_bps=10_000)
    pro = service.join("association", units=100)
    assert service.get(f"members/{pro}/wallet", "treasurer").json()["units"] == "2.00"
    corrections = f"journal/{entry}/corrections"
    proposed = service.post(corrections, "treasurer", {"reason": "not ours"}).json()
    path = f"{corrections}/{proposed['id']}/approve"
    is_problem(service.post(f"{path}?preview=true", "treasurer-2"), 409, "account-limit")
    is_problem(service.post(path, "treasurer-2"), 409, "account-limit")


def test_the_same_key_from_many_clients_at_once_has_one_effect(service: Service) -> None:
    alice = service.join(units=1_000)
    body = {"from": alice, "to": "librairie", "units": "1.00"}
    head, key = service.head(), new_key()
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda _: service.post("payments", f"member:{alice}", body, key=key), range(16)
            )
        )
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.json()["entry"] for answer in answers} == {head + 1}
    assert sum("idempotent-replay" not in answer.headers for answer in answers) == 1
    assert service.head() == head + 1


def test_a_file_may_come_again_under_the_same_key(service: Service) -> None:
    """An import is harmless to repeat, under one key, under another or under none."""
    file = {"file": ("bank.xml", service.bank_file("12.00"), "application/xml")}
    told = [
        service.send(
            "POST", "fund/statements", "treasurer", key=key, files=file, data={"account": "nef"}
        )
        for key in ("x" * 255, "x" * 255, "another", None)
    ]
    assert [answer.status_code for answer in told] == [201] * 4, [a.text for a in told]
    assert [answer.json()["new"] for answer in told] == [1, 0, 0, 0]


def test_a_revoked_token_is_not_told_what_it_did(service: Service) -> None:
    alice = service.join(units=1_000)
    body = {"from": alice, "to": "librairie", "units": "1.00"}
    assert service.post("payments", f"member:{alice}", body, key="last").status_code == 201
    service.do(RevokeToken(service.credentials[f"member:{alice}"]))
    is_problem(service.post("payments", f"member:{alice}", body, key="last"), 401, "not-identified")


def _quoted(key: str) -> str:
    return "".join(f"%{byte:02X}" for byte in key.encode())
