"""Tokens: what is revoked opens nothing from the next request on, and a member may be away."""

import pytest

from ledger.operations.member import ChangeMember
from ledger.operations.token import CreateToken, RevokeToken, token_hash
from tests.api.service import Service, is_problem


def test_a_revoked_token_neither_reads_nor_writes(service: Service) -> None:
    alice = service.join(units=1_000)
    who = f"member:{alice}"
    body = {"from": alice, "to": "librairie", "units": "1.00"}
    assert service.post("payments", who, body).status_code == 201
    assert service.get(f"members/{alice}/wallet", who).status_code == 200
    service.do(RevokeToken(service.credentials[who]))
    head = service.head()
    is_problem(service.get(f"members/{alice}/wallet", who), 401, "not-identified")
    answer = service.post("payments", who, body)
    is_problem(answer, 401, "not-identified")
    assert answer.headers["www-authenticate"] == "Bearer"
    is_problem(service.post("payments?preview=true", who, body), 401, "not-identified")
    assert service.head() == head


def test_a_revoked_treasurer_imports_nothing(service: Service) -> None:
    service.tokens["gone"] = "a-token-to-revoke"
    told = service.do(CreateToken(token_hash("a-token-to-revoke"), "treasurer", "", "gone"))
    file = {"file": ("bank.xml", service.bank_file("3.00"), "application/xml")}
    body = {"member": "alice", "euros": "1.00", "channel": "card"}
    assert service.post("conversions", "gone", body).status_code == 201
    service.do(RevokeToken(str(told["id"])))
    head = service.head()
    answer = service.send(
        "POST", "fund/statements", "gone", key="import", files=file, data={"account": "nef"}
    )
    is_problem(answer, 401, "not-identified")
    assert service.head() == head


@pytest.mark.parametrize(
    "value", [None, "", "Bearer", "Bearer no-such-token", "Basic YTpi", b"Bearer \xe9"]
)
def test_without_a_good_token_nothing_opens(service: Service, value: str | bytes | None) -> None:
    headers = {} if value is None else {"Authorization": value}
    body = {"from": "alice", "to": "bruno", "units": "1.00"}
    head = service.head()
    for answer in (
        service.get("members/alice/wallet", headers=headers),
        service.post("payments", None, body, headers=headers),
    ):
        is_problem(answer, 401, "not-identified")
    assert service.head() == head


def test_a_token_past_its_end_opens_nothing(service: Service) -> None:
    from_before = CreateToken(token_hash("late"), "auditor", "", "late", (), service.now())
    service.do(from_before)
    service.tokens["late"] = "late"
    is_problem(service.get("journal", "late"), 401, "not-identified")


def test_a_suspended_member_reads_but_does_not_pay_or_receive(service: Service) -> None:
    alice = service.join(units=1_000)
    who = f"member:{alice}"
    service.do(ChangeMember(alice, status="suspended"))
    assert service.get(f"members/{alice}/wallet", who).json()["units"] == "12.00"
    head = service.head()
    body = {"from": alice, "to": "librairie", "units": "1.00"}
    told = is_problem(service.post("payments", who, body), 409, "member-not-active")
    assert (told["member"], told["state"]) == (alice, "suspended")
    asked = service.post("payment-requests", who, {"to": alice, "units": "1.00"})
    is_problem(asked, 409, "member-not-active")
    bruno = service.join(units=1_000)
    body = {"from": bruno, "to": alice, "units": "1.00"}
    is_problem(service.post("payments", f"member:{bruno}", body), 409, "member-not-active")
    assert service.head() == head + 3  # bruno joined, has a token and units
