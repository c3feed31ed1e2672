"""What people print at the desks: receipts, posters, statements; and paying by a poster's code."""

import re

import httpx
import pytest

from ledger.operations.conversion import Convert
from ledger.operations.payment import Pay
from tests.admin.conftest import sign_in
from tests.admin.test_books import csrf
from tests.admin.town import Town
from tests.documents.test_press import assert_accessible


def receipt_of(roue: Town, reference: str = "") -> str:
    roue.do(Convert("alice", 5_00, "bank"))
    told = roue.do(Pay("alice", "librairie", 1_25, reference))
    return str(told["receipt"])


@pytest.mark.parametrize(("language", "title"), [("fr", "Reçu"), ("en", "Receipt")])
def test_a_receipt_is_printed_for_whoever_holds_it(
    visitor: httpx.Client, roue: Town, language: str, title: str
) -> None:
    word = receipt_of(roue)
    page = visitor.get(f"/r/{word}")
    assert f'href="/r/{word}/pdf"' in page.text
    answer = visitor.get(f"/r/{word}/pdf?lang={language}")
    assert answer.headers["content-type"] == "application/pdf"
    number = word.split(".")[1]
    assert_accessible(answer.content, language=language, title=f"{title} {number}")
    again = visitor.get(f"/r/{word}/pdf?lang={language}")
    assert again.content == answer.content


def test_no_receipt_is_printed_that_does_not_hold(visitor: httpx.Client, roue: Town) -> None:
    word = receipt_of(roue)
    currency, number, hash_, signature = word.split(".")
    for forged in (f"{currency}.{int(number) + 1}.{hash_}.{signature}", "nonsense"):
        assert visitor.get(f"/r/{forged}/pdf").status_code == 404


def test_a_shop_prints_its_poster(visitor: httpx.Client) -> None:
    sign_in(visitor, "till:boulangerie")
    assert 'href="/poster"' in visitor.get("/till").text
    answer = visitor.get("/poster?lang=fr")
    assert_accessible(answer.content, language="fr", title="Payer Boulangerie des Halles")


def test_a_client_pays_by_the_posters_address(visitor: httpx.Client, roue: Town) -> None:
    roue.do(Convert("bruno", 10_00, "bank"))
    address = "/pay/boulangerie"
    assert visitor.get(address).headers["location"] == "/?next=/pay/boulangerie"
    sign_in(visitor, "member:bruno")
    page = visitor.get(address)
    assert "Boulangerie des Halles" in page.text
    form = {**csrf(page), "units": "0,0x"}
    assert visitor.post(address, data=form).status_code == 422
    assert visitor.post(address, data={**form, "units": "99999,00"}).status_code == 422
    shown = visitor.post(address, data={**form, "units": "1,50"})
    assert shown.status_code == 200
    form = {**csrf(shown), "units": "1,50", "step": "confirm"}
    before = roue.ledger.reads.balances("roue", ["member:boulangerie"])["member:boulangerie"]
    for _ in range(2):
        done = visitor.post(address, data=form)
        assert done.status_code == 303
    after = roue.ledger.reads.balances("roue", ["member:boulangerie"])["member:boulangerie"]
    assert after - before == 1_50
    assert "1,50" in visitor.get(done.headers["location"]).text


def test_no_poster_leads_to_a_person(visitor: httpx.Client) -> None:
    sign_in(visitor, "member:bruno")
    assert visitor.get("/pay/alice").status_code == 404
    assert visitor.get("/pay/nobody").status_code == 404


@pytest.mark.parametrize(
    ("form", "start"), [("pdf", b"%PDF"), ("csv", b"\xef\xbb\xbfentry;"), ("xlsx", b"PK")]
)
def test_a_member_takes_the_statement_home(visitor: httpx.Client, form: str, start: bytes) -> None:
    sign_in(visitor, "member:alice")
    assert re.search('action="/wallet/statement"', visitor.get("/wallet").text)
    answer = visitor.get(f"/wallet/statement?form={form}&from=2026-01-01&until=")
    assert answer.content.startswith(start)
    assert visitor.get(f"/wallet/statement?form={form}&from=soon").status_code == 422
    assert visitor.get("/wallet/statement?form=exe").status_code == 422
