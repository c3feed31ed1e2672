"""A morning at the desks without JavaScript: change cash, take a payment, give some of it back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.admin.conftest import sign_in
from tests.admin.town import Town


def fields_of(page: httpx.Response, action: str) -> dict[str, str]:
    """Read the hidden fields of the form that goes to `action`."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page.text, re.DOTALL)
    assert form, page.text
    hidden = r'<input type="hidden" name="([^"]*)" value="([^"]*)">'
    return dict(re.findall(hidden, form[0]))


@contextmanager
def as_(house: str, person: str) -> Iterator[httpx.Client]:
    """Sit down as somebody, in a browser without JavaScript."""
    with httpx.Client(base_url=house, headers={"accept-language": "fr"}) as client:
        sign_in(client, person)
        yield client


def units_of(roue: Town, member: str) -> int:
    return sum(roue.ledger.reads.wallet("roue", member).values())


def change(counter: httpx.Client, member: str, euros: str) -> httpx.Response:
    asked = counter.get("/counter")
    filled = {**fields_of(asked, "/counter"), "member": member, "euros": euros}
    return counter.post("/counter", data=filled)


def test_cash_becomes_units_once_however_often_it_is_confirmed(house: str, roue: Town) -> None:
    before = units_of(roue, "alice")
    with as_(house, "office:comptoir-halles") as counter:
        seen = change(counter, "alice", "20,00")
        assert "dont 4,00 offertes" in seen.text
        assert "par Grand Avignon" in seen.text
        assert seen.text.count('class="shaft"') == 4
        assert units_of(roue, "alice") == before
        confirmation = fields_of(seen, "/counter")
        answers = [counter.post("/counter", data=confirmation) for _ in range(3)]
        assert {answer.headers["location"] for answer in answers} == {
            f"/done/{confirmation['key']}?back=/counter"
        }
        done = counter.get(answers[0].headers["location"])
        assert "24,00" in done.text
        receipt = re.search(r'href="(/r/[^"]+)"', done.text)
        assert receipt
        assert "Ce reçu est valable" in counter.get(receipt[1]).text
    assert units_of(roue, "alice") == before + 24_00
    with as_(house, "treasurer") as other:
        assert other.get(f"/done/{confirmation['key']}").status_code == 404


@pytest.mark.parametrize(
    ("member", "euros", "told", "status"),
    [
        ("nobody", "20", "Introuvable", 422),
        ("alice", "1e3", "Écrivez un montant", 422),
        ("alice", "0", "Écrivez un montant", 422),
        ("", "20", "Introuvable", 422),
    ],
)
def test_the_counter_says_what_is_wrong_and_keeps_what_was_typed(
    house: str, member: str, euros: str, told: str, status: int
) -> None:
    with as_(house, "office:comptoir-halles") as counter:
        page = change(counter, member, euros)
        assert page.status_code == status
        assert told in page.text
        assert f'value="{euros}"' in page.text


def ask(till: httpx.Client, units: str) -> str:
    page = till.get("/till")
    answer = till.post("/till", data={**fields_of(page, "/till"), "units": units})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


def test_a_payment_from_amount_to_green(house: str, roue: Town) -> None:
    with as_(house, "till:boulangerie") as till, as_(house, "member:bruno") as bruno:
        with as_(house, "office:comptoir-halles") as counter:
            counter.post("/counter", data=fields_of(change(counter, "bruno", "10"), "/counter"))
        had = units_of(roue, "bruno")
        asked = ask(till, "4,80")
        waiting = till.get(f"/till/{asked}").text
        assert re.search(r'<svg [^>]*viewBox="0 0 \d+ \d+"', waiting), "it must not be cut off"
        assert "style=" not in waiting
        code = re.search(r'class="typed">([0-9A-Z]{3}-[0-9A-Z]{3})<', waiting)
        assert code

        typed = {**fields_of(bruno.get("/wallet"), "/wallet/code"), "code": code[1].lower()}
        assert bruno.post("/wallet/code", data=typed).headers["location"] == f"/p/{asked}"
        offer = bruno.get(f"/p/{asked}")
        assert "Payer Boulangerie des Halles" in offer.text
        assert "pris sur ce qui vous a été offert" in offer.text
        pressed = fields_of(offer, f"/p/{asked}")
        for _ in range(2):
            assert bruno.post(f"/p/{asked}", data=pressed).status_code == 303
        assert units_of(roue, "bruno") == had - 4_80

        screens = [each.text for each in (till.get(f"/till/{asked}"), bruno.get(f"/p/{asked}"))]
        words = {re.findall(r'class="word">mot <b>([A-Z]+)</b>', screen)[0] for screen in screens}
        assert len(words) == 1
        assert words.pop() not in httpx.get(f"{house}/p/{asked}").text


def test_a_shop_gives_back_what_it_received_and_no_more(house: str, roue: Town) -> None:
    with as_(house, "till:boulangerie") as till, as_(house, "shop:boulangerie") as owner:
        with as_(house, "office:comptoir-halles") as counter:
            counter.post("/counter", data=fields_of(change(counter, "bruno", "5"), "/counter"))
        asked = ask(till, "4,80")
        with as_(house, "member:bruno") as bruno:
            bruno.post(f"/p/{asked}", data=fields_of(bruno.get(f"/p/{asked}"), f"/p/{asked}"))
        had = units_of(roue, "bruno")
        number = re.search(r'href="/till/payments/(\d+)"', till.get(f"/till/{asked}").text)
        assert number
        path = f"/till/payments/{number[1]}"
        assert "Seule la gérance" in till.get(path).text
        refund = {**fields_of(owner.get(path), path), "units": "1,30", "reason": "une de trop"}
        plan = owner.post(path, data=refund)
        assert "Rembourser 1,30 Roue<" in plan.text
        sure = fields_of(plan, path)
        for _ in range(2):
            assert owner.post(path, data=sure).status_code == 303
        assert units_of(roue, "bruno") == had + 1_30
        too_much = {**refund, "units": "3,51"}
        assert "Plus que ce qui a été payé" in owner.post(path, data=too_much).text
        assert till.post(path, data=fields_of(till.get("/till"), "/till")).status_code == 403


def test_a_request_that_was_withdrawn_cannot_be_paid(house: str) -> None:
    with as_(house, "till:boulangerie") as till, as_(house, "member:alice") as alice:
        asked = ask(till, "1")
        fields = fields_of(till.get(f"/till/{asked}"), f"/till/{asked}/cancel")
        assert till.post(f"/till/{asked}/cancel", data=fields).headers["location"] == "/till"
        assert "annulé" in till.get(f"/till/{asked}").text
        page = alice.get(f"/p/{asked}")
        assert "annulée" in page.text
        assert f'action="/p/{asked}"' not in page.text


def test_a_wallet_that_is_too_thin_says_so_before_anything_is_pressed(house: str) -> None:
    with as_(house, "till:boulangerie") as till, as_(house, "member:alice") as alice:
        asked = ask(till, "99999")
        page = alice.get(f"/p/{asked}")
        assert "Solde insuffisant" in page.text
        assert f'action="/p/{asked}"' not in page.text


def test_the_link_in_a_qr_waits_until_one_has_signed_in(house: str) -> None:
    with as_(house, "till:boulangerie") as till, httpx.Client(base_url=house) as phone:
        asked = ask(till, "0,01")
        assert f'href="/?next=/p/{asked}"' in phone.get(f"/p/{asked}").text
        home = phone.get(f"/?next=/p/{asked}").text
        assert f'href="/demo?next=/p/{asked}"' in home
        signed = phone.post("/demo", data={"person": "member:alice", "next": f"/p/{asked}"})
        assert signed.headers["location"] == f"/p/{asked}"


def test_what_belongs_to_another_shop_is_not_there(house: str) -> None:
    with as_(house, "till:boulangerie") as till, as_(house, "shop:librairie") as other:
        asked = ask(till, "1")
        for path in (f"/till/{asked}", f"/till/{asked}/events", "/till/payments/1"):
            assert other.get(path).status_code == 404
        fields = fields_of(other.get("/till"), "/till")
        assert other.post(f"/till/{asked}/cancel", data=fields).status_code == 404


def test_the_till_hears_at_once_that_it_was_paid(house: str) -> None:
    with (
        as_(house, "till:boulangerie") as till,
        as_(house, "office:comptoir-halles") as counter,
        as_(house, "member:alice") as alice,
    ):
        counter.post("/counter", data=fields_of(change(counter, "alice", "5"), "/counter"))
        asked = ask(till, "1")
        with till.stream("GET", f"/till/{asked}/events") as events:
            lines = events.iter_lines()
            assert next(lines) == "event: pending"
            offer = alice.get(f"/p/{asked}")
            alice.post(f"/p/{asked}", data=fields_of(offer, f"/p/{asked}"))
            assert "event: paid" in list(lines)


def test_topping_up_says_what_to_send_and_what_it_brings(house: str) -> None:
    with as_(house, "shop:librairie") as shop, as_(house, "member:alice") as alice:
        path = "/wallet/top-up"
        assert 'href="/wallet/top-up"' in alice.get("/wallet").text
        assert "<svg" not in alice.get(path).text
        page = alice.get(path, params={"euros": "0,50"}).text
        assert "<svg" in page
        assert re.search(r"<code>RF[0-9]{2}[0-9A-Z]+</code>", page)
        offered = shop.get(path, params={"euros": "20"}).text
        assert "pas de bonus" in offered
        assert "20,00 <small>Roues" in offered
        assert alice.get(path, params={"euros": "-1"}).status_code == 422


def test_the_journal_is_drawn_as_arrows_for_auditors_only(house: str) -> None:
    with as_(house, "auditor") as auditor, as_(house, "member:alice") as alice:
        assert alice.get("/audit").status_code == 403
        journal = auditor.get("/audit").text
        first = re.search(r'href="/audit/(\d+)"', journal)
        assert first
        assert 'class="arrows"' in auditor.get(f"/audit/{first[1]}").text
        assert auditor.get("/audit/999999").status_code == 404


@pytest.mark.parametrize("path", ["/till", "/wallet", "/wallet/top-up", "/counter", "/audit"])
def test_desks_ask_who_is_there(house: str, path: str) -> None:
    answer = httpx.get(f"{house}{path}")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/?next={path}"
    with as_(house, "admin") as admin:
        assert admin.get(path).status_code == 403
