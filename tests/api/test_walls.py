"""What the access matrix cannot say in a cell: what a wall tells, and what it keeps to itself."""

import pytest

from ledger.operations.member import ChangeMember
from tests.api.service import Service, is_problem

CONVERSION = {"member": "alice", "euros": "1.00", "channel": "card"}
CASH = {"member": "alice", "euros": "1.00", "channel": "cash"}


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


@pytest.mark.parametrize("standing", ["suspended", "invited", "closed"])
def test_whoever_is_not_active_is_paid_nothing_and_pays_nothing(
    service: Service, standing: str
) -> None:
    alice, shop = service.join(units=1_000), service.join("pro", "shop", units=1_000)
    paid = service.post("payments", f"member:{alice}", {"from": alice, "to": shop, "units": "1.00"})
    service.do(ChangeMember(shop, standing))
    head = service.head()
    body = {"from": alice, "to": shop, "units": "1.00"}
    told = is_problem(service.post("payments", f"member:{alice}", body), 409, "member-not-active")
    assert (told["member"], told["state"]) == (shop, standing)
    refund = f"payments/{paid.json()['entry']}/refunds"
    for path, asked in (
        (refund, {"units": "1.00"}),
        ("payments", {"from": shop, "to": alice, "units": "1.00"}),
        ("payment-requests", {"to": shop, "units": "1.00"}),
        ("redemptions", {"member": shop, "units": "1.00"}),
    ):
        is_problem(service.post(path, f"shop:{shop}", asked), 409, "member-not-active")
    by_hand = {"member": shop, "euros": "1.00", "channel": "bank"}
    is_problem(service.post("conversions", "treasurer", by_hand), 409, "member-not-active")
    assert service.head() == head
    assert service.get(f"members/{shop}/wallet", f"shop:{shop}").json()["units"] == "11.00"


def test_a_lost_answer_is_told_also_to_whoever_was_suspended_since(service: Service) -> None:
    alice = service.join(units=1_000)
    body = {"from": alice, "to": "boulangerie", "units": "1.00"}
    first = service.post("payments", f"member:{alice}", body, key="baguette")
    service.do(ChangeMember(alice, "suspended"))
    again = service.post("payments", f"member:{alice}", body, key="baguette")
    assert (again.status_code, again.json()) == (201, first.json())
