"""Money out at the treasury: what is due, the file, and who may take it back."""

import re

import httpx

from ledger.operations.conversion import Convert
from ledger.operations.member import ChangeMember, RegisterMember
from ledger.operations.redemption import RequestRedemption
from tests.admin.test_desks import as_
from tests.admin.town import Town

PAGE = "/treasury/payouts"


def send(client: httpx.Client, address: str, **fields: str) -> httpx.Response:
    token = re.search(r'name="csrf" value="([^"]+)"', client.get(PAGE).text)
    assert token
    return client.post(address, data={"csrf": token[1], "key": address, **fields})


def test_the_treasurer_makes_a_file_and_another_person_takes_it_back(
    house: str, roue: Town
) -> None:
    roue.do(Convert("boulangerie", 50_000, "bank"))
    roue.do(ChangeMember("boulangerie", name="Boulangerie", iban="FR1420041010050500013M02606"))
    asked = roue.do(RequestRedemption("boulangerie", 10_000))
    with as_(house, "treasurer") as client:
        # The operator asked; the treasurer is another person.
        send(client, f"/redemptions/{asked['id']}/approve")
        page = client.get(PAGE).text
        assert "95,00" in page
        assert "…2606" in page
        assert "FR1420041010050500013M02606" not in page
        made = send(client, PAGE, account="nef", kind="redemptions")
        assert made.status_code == 303
        page = client.get(PAGE).text
        (file,) = set(re.findall(rf"{PAGE}/([0-9a-z]+)/file", page))
        first, second = (client.get(f"{PAGE}/{file}/file") for _ in range(2))
        assert first.content == second.content
        assert first.headers["content-disposition"].endswith('.xml"')
        assert b"FR1420041010050500013M02606" in first.content
        alone = send(client, f"{PAGE}/{file}/cancel", reason="not sent")
        assert alone.status_code == 409
    with as_(house, "treasurer-2") as client:
        assert send(client, f"{PAGE}/{file}/cancel", reason="not sent").status_code == 303
        assert client.get(f"{PAGE}/{file}/file").status_code == 409
        assert "95,00" in client.get(PAGE).text


def test_topping_up_tells_what_can_still_earn_a_bonus(house: str, roue: Town) -> None:
    roue.do(RegisterMember("carla", "person", "Carla"))
    token = roue.session("member", "carla")
    with httpx.Client(base_url=house, cookies={"comptoir-session": token}) as client:
        page = client.get("/wallet/top-up?euros=20,00").text
        assert "After it, 80.00 EUR more" in page or "80,00 EUR bonifiables" in page
        assert "bonifiables" not in client.get("/wallet/top-up").text


def test_a_member_signs_a_mandate_and_takes_it_back(house: str, roue: Town) -> None:
    roue.do(RegisterMember("denis", "person", "Denis"))
    token = roue.session("member", "denis")
    here = "/wallet/standing"
    with httpx.Client(base_url=house, cookies={"comptoir-session": token}) as client:
        said = re.search(r'name="csrf" value="([^"]+)"', client.get(here).text)
        assert said
        form = {"csrf": said[1], "euros": "50,00", "day": "5", "iban": "FR0012"}
        assert client.post(here, data={**form, "key": "one"}).status_code == 422
        good = {**form, "iban": "FR1420041010050500013M02606", "key": "two"}
        assert client.post(here, data=good).status_code == 303
        page = client.get(here).text
        assert "…2606" in page
        (id_,) = re.findall(rf"{here}/([0-9a-z]+)/end", page)
        ended = client.post(f"{here}/{id_}/end", data={"csrf": said[1], "key": "three"})
        assert ended.status_code == 303
        assert "…2606" not in client.get(here).text
