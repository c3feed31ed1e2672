"""From euros to bread and back to euros, in the words of the contract."""

from decimal import Decimal

from tests.api.service import Service, is_problem

CONVERSION = {"entry", "at", "member", "euros", "units", "bonus", "donation", "postings", "receipt"}


def test_ten_euros_become_twelve_units_and_are_spent(service: Service) -> None:
    alice = service.join()
    head = service.head()
    body = {"member": alice, "euros": "10.00", "channel": "bank"}
    answer = service.post("conversions", "treasurer", body)
    assert answer.status_code == 201
    told = answer.json()
    assert set(told) == CONVERSION
    assert told["entry"] == head + 1
    assert (told["euros"], told["units"], told["donation"]) == ("10.00", "12.00", "0.00")
    assert told["bonus"] == {"units": "2.00", "campaigns": ["roue-20"], "reason": None}
    assert told["postings"] == [
        _arrow("backing:digital", "bank:nef", "10.00", "EUR"),
        _arrow("issued:digital", f"member:{alice}", "10.00", "ROU"),
        _arrow("backing:digital", "sponsor:grand-avignon", "2.00", "EUR"),
        _arrow("issued:digital", f"gift:roue-20:{alice}", "2.00", "ROU"),
    ]
    answer = service.post(
        "payments", f"member:{alice}", {"from": alice, "to": "boulangerie", "units": "3.5"}
    )
    assert answer.status_code == 201
    paid = answer.json()
    assert (paid["entry"], paid["units"], paid["gift_units"]) == (head + 2, "3.50", "2.00")
    assert paid["postings"] == [
        _arrow(f"gift:roue-20:{alice}", "member:boulangerie", "2.00", "ROU"),
        _arrow(f"member:{alice}", "member:boulangerie", "1.50", "ROU"),
    ]
    wallet = service.get(f"members/{alice}/wallet", f"member:{alice}").json()
    assert (wallet["units"], wallet["held"], wallet["gifts"]) == ("8.50", "0.00", [])
    refunds = f"payments/{paid['entry']}/refunds"
    answer = service.post(refunds, "shop:boulangerie", {"units": "2.00", "reason": "stale"})
    assert answer.status_code == 201
    assert answer.json()["postings"] == [
        _arrow("member:boulangerie", f"member:{alice}", "1.50", "ROU"),
        _arrow("member:boulangerie", f"gift:roue-20:{alice}", "0.50", "ROU"),
    ]
    answer = service.post(refunds, "shop:boulangerie", {"units": "1.51"})
    is_problem(answer, 409, "refund-exceeds-payment")


def test_a_shop_redeems_and_two_people_are_needed(service: Service) -> None:
    shop = service.join("pro", "shop", units=10_000)
    answer = service.post("redemptions", f"shop:{shop}", {"member": shop, "units": "100.00"})
    assert answer.status_code == 201
    told = answer.json()
    assert (told["units"], told["euros"], told["fee"]) == ("100.00", "95.00", "5.00")
    assert told["state"] == "requested"
    id_ = told["id"]
    wallet = service.get(f"members/{shop}/wallet", f"shop:{shop}").json()
    assert (wallet["units"], wallet["held"]) == ("0.00", "100.00")
    is_problem(service.post(f"redemptions/{id_}/approve", f"shop:{shop}"), 403, "role-may-not")
    approved = service.post(f"redemptions/{id_}/approve", "treasurer")
    assert approved.status_code == 201
    assert approved.json()["state"] == "approved"
    is_problem(service.post(f"redemptions/{id_}/cancel", f"shop:{shop}"), 409, "not-in-state")
    read = service.get(f"redemptions/{id_}", f"shop:{shop}").json()
    assert read["state"] == "approved"
    listed = service.get("redemptions?state=approved", f"shop:{shop}").json()["items"]
    assert [item["id"] for item in listed] == [id_]


def test_whoever_asked_for_a_redemption_does_not_approve_it(service: Service) -> None:
    shop = service.join("pro", "shop", units=1_000)
    asked = service.post("redemptions", "treasurer", {"member": shop, "units": "10.00"}).json()
    path = f"redemptions/{asked['id']}/approve"
    is_problem(service.post(path, "treasurer"), 409, "same-person")
    assert service.post(path, "treasurer-2").status_code == 201


def test_a_conversion_is_corrected_by_two_people(service: Service) -> None:
    alice = service.join()
    body = {"member": alice, "euros": "10.00", "channel": "bank"}
    entry = service.post("conversions", "treasurer", body).json()["entry"]
    corrections = f"journal/{entry}/corrections"
    proposed = service.post(corrections, "treasurer", {"reason": "twice"}).json()
    path = f"{corrections}/{proposed['id']}/approve"
    is_problem(service.post(path, "treasurer"), 409, "same-person")
    done = service.post(path, "treasurer-2")
    assert done.status_code == 201
    assert (done.json()["corrects"], done.json()["state"]) == (entry, "done")
    wallet = service.get(f"members/{alice}/wallet", "treasurer").json()
    assert (wallet["units"], wallet["gifts"]) == ("0.00", [])


def test_everybody_sees_that_each_unit_is_backed(service: Service) -> None:
    face = service.get("/v1/roue").json()
    assert (face["name"], face["unit"], face["decimals"]) == ("La Roue", "Roue", 2)
    assert set(face["circulation"]) == {"digital", "paper"}
    assert face["coverage_bps"] is None or face["coverage_bps"] >= 10_000
    assert face["terms"][0]["redemption_fee_bps"] == 500
    fund = service.get("fund", "auditor").json()
    digital = next(part for part in fund["funds"] if part["medium"] == "digital")
    assert digital["circulation"] == digital["required"] == face["circulation"]["digital"]
    assert fund["shortfall"] == "0.00"
    slugs = {account["slug"] for account in fund["accounts"]}
    assert slugs == {"nef", "credit-municipal", "exploitation"}
    wanted = {"slug", "medium", "bank", "iban", "closing", "closing_on", "booked", "difference"}
    assert wanted <= set(fund["accounts"][0])


def test_a_sponsor_sees_what_its_campaign_gave(service: Service) -> None:
    before = service.get("campaigns/roue-20", "sponsor:grand-avignon").json()
    alice = service.join(units=10_000)
    told = service.get("campaigns/roue-20", "sponsor:grand-avignon").json()
    granted = [Decimal(report["granted"]) for report in (before, told)]
    assert granted[1] - granted[0] == Decimal(20)
    assert told["members"] == before["members"] + 1
    assert told["left"] != before["left"]
    again = service.post(
        "conversions", "treasurer", {"member": alice, "euros": "1.00", "channel": "card"}
    ).json()
    assert again["bonus"] == {"units": "0.00", "campaigns": [], "reason": "cap-reached"}


def test_a_member_is_registered_with_a_reference_for_transfers(service: Service) -> None:
    body = {"kind": "person", "name": "Zoé", "email": "zoe@example.org", "commune": "Avignon"}
    told = service.post("members", "treasurer", body)
    assert told.status_code == 201
    member = told.json()
    assert member["reference"].startswith("RF")
    assert (member["kind"], member["status"], member["name"]) == ("person", "active", "Zoé")
    change = service.send(
        "PATCH", f"members/{member['id']}", "treasurer", body={"name": "Zoë"}, key="patch-1"
    )
    assert (change.status_code, change.json()["name"]) == (200, "Zoë")
    read = service.get(f"members/{member['id']}", "treasurer").json()
    assert (read["name"], read["email"]) == ("Zoë", "zoe@example.org")
    hidden = service.get(f"members/{member['id']}", "auditor").json()
    assert not {"name", "email", "iban"} & set(hidden)
    body["id"] = member["id"]
    is_problem(service.post("members", "treasurer", body), 409, "already-exists")


def _arrow(source: str, target: str, amount: str, asset: str) -> dict[str, str]:
    return {"source": source, "target": target, "amount": amount, "asset": asset}
