"""Who may do what: each role meets the walls of the contract, and nothing moves behind them."""

from typing import Any

import pytest

from ledger.books.terms import Terms
from ledger.operations.currency import found_currency
from tests.api.service import Service, is_problem

EVERYBODY = (
    *("treasurer", "admin", "auditor", "office:comptoir-halles", "officer:avignon"),
    *("approver:avignon", "sponsor:grand-avignon", "member:alice", "shop:boulangerie"),
    "till:boulangerie",
)
CONVERSION = {"member": "alice", "euros": "1.00", "channel": "card"}
CASH = {"member": "alice", "euros": "1.00", "channel": "cash"}
MEMBER = {"kind": "person"}
DEPOSIT = {"euros": "1.00", "bank": "nef"}
REDEMPTION = {"member": "boulangerie", "units": "1.00"}
ORDER = {"source": "bank:nef", "target": "bank:exploitation", "euros": "1.00"}
PAYMENT = {"from": "alice", "to": "bruno", "units": "1.00"}
REQUEST = {"to": "boulangerie", "units": "1.00"}
CAMPAIGN = {
    "id": "x",
    "sponsor": "grand-avignon",
    "rate_bps": 1,
    "budget_euros": "1.00",
    "from": "2026-01-01",
    "until": "2026-12-31",
}

WRITES: list[tuple[str, dict[str, Any] | None, set[str]]] = [
    ("conversions", CONVERSION, {"treasurer"}),
    ("members", MEMBER, {"treasurer"}),
    ("campaigns", CAMPAIGN, {"treasurer"}),
    ("campaigns/roue-20/close", None, {"treasurer"}),
    ("sponsors", {"id": "x", "name": "X"}, {"treasurer"}),
    ("sponsors/grand-avignon/deposits", DEPOSIT, {"treasurer"}),
    ("offices", {"id": "x", "name": "X"}, {"treasurer"}),
    ("fund/orders", ORDER, {"treasurer"}),
    ("fund/lines/nef-0/match", {"cause": "bank-fee"}, {"treasurer"}),
    ("journal/1/corrections", {"reason": "because"}, {"treasurer"}),
    ("journal/1/corrections/x/approve", None, {"treasurer"}),
    ("redemptions", REDEMPTION, {"treasurer", "shop:boulangerie", "member:alice"}),
    ("redemptions/x/approve", None, {"treasurer"}),
    ("redemptions/x/cancel", None, {"treasurer", "shop:boulangerie"}),
    ("payments", PAYMENT, {"member:alice", "shop:boulangerie", "officer:avignon"}),
    ("payments/1/refunds", {"units": "1.00"}, {"shop:boulangerie"}),
    ("payment-requests", REQUEST, {"member:alice", "shop:boulangerie", "till:boulangerie"}),
]
READS: list[tuple[str, set[str]]] = [
    ("journal", {"treasurer", "auditor"}),
    ("journal/1", {"treasurer", "auditor"}),
    ("fund", {"treasurer", "auditor"}),
    ("fund/lines", {"treasurer", "auditor"}),
    ("members", {"treasurer", "auditor"}),
    ("campaigns", {"treasurer", "auditor", "sponsor:grand-avignon"}),
    ("campaigns/roue-20", {"treasurer", "auditor", "sponsor:grand-avignon"}),
    ("redemptions", {"treasurer", "auditor", "shop:boulangerie", "member:alice"}),
]


@pytest.mark.parametrize(("path", "body", "allowed"), WRITES, ids=[write[0] for write in WRITES])
def test_a_role_that_may_not_write_is_told_so(
    service: Service, path: str, body: dict[str, Any] | None, allowed: set[str]
) -> None:
    head = service.head()
    for who in EVERYBODY:
        if who in allowed or (path, who) == ("conversions", "office:comptoir-halles"):
            answer = service.post(f"{path}?preview=true", who, body)
            assert answer.status_code not in {401, 403}, (who, answer.text)
        else:
            told = is_problem(service.post(path, who, body), 403, "role-may-not")
            assert told["role"] == who.partition(":")[0]
    assert service.head() == head


@pytest.mark.parametrize(("path", "allowed"), READS)
def test_a_role_that_may_not_read_is_told_so(
    service: Service, path: str, allowed: set[str]
) -> None:
    for who in EVERYBODY:
        answer = service.get(path, who)
        if who in allowed:
            assert answer.status_code == 200, (who, answer.text)
        else:
            is_problem(answer, 403, "role-may-not")


@pytest.mark.parametrize("page", ["", "/wallet", "/statement"])
def test_another_members_page_is_as_unknown_as_nobodys(service: Service, page: str) -> None:
    assert service.get(f"members/alice{page}", "member:alice").status_code == 200
    for who in ("member:alice", "shop:boulangerie", "officer:avignon"):
        theirs = is_problem(service.get(f"members/bruno{page}", who), 404, "not-found")
        nobodys = is_problem(service.get(f"members/nobody{page}", who), 404, "not-found")
        assert {**nobodys, "id": "bruno"} == {
            **theirs,
            "detail": theirs["detail"].replace("bruno", "nobody"),
        }
    for who in ("till:boulangerie", "office:comptoir-halles", "admin", "sponsor:grand-avignon"):
        is_problem(service.get(f"members/alice{page}", who), 403, "role-may-not")


@pytest.fixture(scope="module")
def other_town(service: Service) -> str:
    """Found a second currency in the same database."""
    now = service.now()
    terms = Terms(since=now.date().replace(month=1, day=1))
    found_currency(
        service.ledger, code="sol", name="Sol", unit="Sol", decimals=2, terms=terms, at=now
    )
    return "sol"


@pytest.mark.parametrize("who", EVERYBODY)
def test_another_currency_is_not_there(service: Service, other_town: str, who: str) -> None:
    for town in (other_town, "nowhere"):
        for path in ("journal", "members/alice/wallet", "fund", "operations/x", "campaigns"):
            is_problem(service.get(f"/v1/{town}/{path}", who), 404, "not-found")
        for path, body, _ in WRITES:
            answer = service.post(f"/v1/{town}/{path}", who, body)
            is_problem(answer, 404, "not-found")
    assert service.ledger.reads.rulebook(other_town)[1].number == 0


def test_nobody_pays_from_anothers_wallet(service: Service) -> None:
    alice, bruno = service.join(units=1_000), service.join(units=1_000)
    head = service.head()
    body = {"from": alice, "to": bruno, "units": "1.00"}
    for who in (f"member:{bruno}", "shop:boulangerie", "officer:avignon"):
        is_problem(service.post("payments", who, body), 404, "not-found")
    for who in ("till:boulangerie", "treasurer", "admin", "auditor"):
        is_problem(service.post("payments", who, body), 403, "role-may-not")
    assert service.head() == head


def test_an_authority_does_not_pay_in_units(service: Service) -> None:
    body = {"from": "avignon", "to": "librairie", "units": "1.00"}
    told = is_problem(
        service.post("payments", "officer:avignon", body), 409, "authority-pays-in-euros"
    )
    assert "D1611-32-3" in told["detail"]


def test_an_office_changes_cash_at_its_own_till(service: Service) -> None:
    who, head = "office:comptoir-halles", service.head()
    told = service.post("conversions", who, CASH)
    assert told.status_code == 201
    assert told.json()["postings"][0]["target"] == "till:comptoir-halles"
    other = service.post("conversions", who, {**CASH, "office": "elsewhere"})
    is_problem(other, 404, "not-found")
    is_problem(service.post("conversions", who, CONVERSION), 422, "malformed-request")
    at_bank = service.post("conversions", who, {**CONVERSION, "channel": "bank"})
    is_problem(at_bank, 422, "malformed-request")
    unknown = service.post("conversions", "treasurer", {**CASH, "office": "elsewhere"})
    is_problem(unknown, 404, "not-found")
    assert service.head() == head + 1


def test_a_shop_refunds_only_what_it_received(service: Service) -> None:
    alice = service.join(units=1_000)
    body = {"from": alice, "to": "boulangerie", "units": "1.00"}
    entry = service.post("payments", f"member:{alice}", body).json()["entry"]
    refund = {"units": "1.00"}
    path = f"payments/{entry}/refunds"
    theirs = is_problem(service.post(path, "shop:librairie", refund), 404, "not-found")
    answer = service.post("payments/1/refunds", "shop:librairie", refund)
    none = is_problem(answer, 404, "not-found")
    assert theirs["detail"].replace(str(entry), "1") == none["detail"]
    assert service.post(path, "shop:boulangerie", refund).status_code == 201


def test_a_shop_sees_only_its_own_redemptions(service: Service) -> None:
    shop = service.join("pro", "shop", units=1_000)
    body = {"member": shop, "units": "10.00"}
    id_ = service.post("redemptions", f"shop:{shop}", body).json()["id"]
    for method, path in (("GET", id_), ("POST", f"{id_}/cancel")):
        answer = service.send(method, f"redemptions/{path}", "shop:librairie", key="k")
        told = is_problem(answer, 404, "not-found")
        assert shop not in told["detail"]
    is_problem(service.post("redemptions", "shop:librairie", body), 404, "not-found")
    assert service.get("redemptions", "shop:librairie").json() == {"items": []}


def test_what_is_not_yours_does_not_say_whose_it_is(service: Service) -> None:
    """A stranger learns nothing: the sentence names what was asked for, not its owner."""
    shop = service.join("pro", "shop")
    asked = service.post("payment-requests", f"shop:{shop}", {"to": shop, "units": "1.00"})
    id_ = asked.json()["id"]
    told = is_problem(
        service.post(f"payment-requests/{id_}/cancel", "shop:librairie"), 404, "not-found"
    )
    assert (told["id"], shop in told["detail"]) == (id_, False)
    service.post("sponsors", "treasurer", {"id": "rival", "name": "Rival"})
    rival = service.token("sponsor", "rival")
    told = is_problem(service.get("campaigns/roue-20", rival), 404, "not-found")
    assert (told["id"], "grand-avignon" in told["detail"]) == ("roue-20", False)
    assert service.get("campaigns", rival).json() == {"items": []}
