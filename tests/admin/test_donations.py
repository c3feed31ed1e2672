"""Donations of a year: seen before, approved by a second treasurer, paid, told in a letter."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest

from ledger.books.papers import FundOrder, Outstanding
from ledger.books.terms import Terms
from ledger.operations.conversion import Convert
from ledger.operations.currency import found_currency
from ledger.operations.fund import OpenBankAccount
from ledger.operations.grant import Given
from ledger.operations.ledger import (
    Ledger,
    Operation,
    migrate,
    open_ledger,
    secret_keys,
    signing_key,
)
from ledger.operations.member import ChangeMember, RegisterMember
from ledger.operations.person import InvitePerson
from ledger.operations.token import CreateToken, token_hash
from scripts.edge import operator
from tests.admin.conftest import serving
from tests.admin.test_desks import as_, fields_of

TOKENS = {who: f"token-of-{who}" for who in ("treasurer", "treasurer-2", "auditor")}


def do(ledger: Ledger, operation: Operation) -> None:
    answer = ledger.post_and_wait("eusko", operation, operator())
    assert not answer.refused, answer.body


@contextmanager
def opened(folder: Path) -> Iterator[Ledger]:
    """Found a currency with donations: herria has two supporters and 9.00, elkarte one and 3.00."""
    url = f"sqlite:///{folder}/books.db"
    migrate(url)
    ledger = open_ledger(url, signing_key(folder / "key.pem"), secret_keys(folder / "secret-key"))
    now = operator()
    terms = Terms(since=date(now.day.year, 1, 1), donation_bps=300, donation_supporters=2)
    found_currency(
        ledger, code="eusko", name="Eusko", unit="Eusko", decimals=2, terms=terms, at=now.at
    )
    do(ledger, OpenBankAccount("nef", "digital", "Nef", "FR7621570000010000000000176"))
    do(ledger, OpenBankAccount("caisse", "operating", "Nef", "FR7642559000010000000000375"))
    for name in ("herria", "elkarte"):
        do(ledger, RegisterMember(name, "association"))
    for name, to in (("maite", "herria"), ("peio", "herria"), ("ane", "elkarte")):
        do(ledger, RegisterMember(name, "person", donates_to=to))
    do(ledger, Convert("maite", 300_00, "bank"))
    do(ledger, Convert("ane", 100_00, "bank"))
    for who, token in TOKENS.items():
        role = who.removesuffix("-2")
        do(ledger, InvitePerson(who, "", "", Given(role, ""), id=who))
        do(ledger, CreateToken(token_hash(token), role, "", who))
    yield ledger
    ledger.close()


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Ledger]:
    with opened(tmp_path) as ledger:
        yield ledger


@pytest.fixture
def house(books: Ledger, tmp_path: Path) -> Iterator[str]:  # noqa: ARG001 - it founds what is served
    (tmp_path / "demo-tokens.json").write_text(json.dumps(TOKENS))
    with serving(tmp_path) as address:
        yield address


def owed(books: Ledger, name: str) -> int:
    return books.reads.balances("eusko", [f"payable:donations:{name}"])[f"payable:donations:{name}"]


def test_at_the_desk_in_units(house: str, books: Ledger) -> None:
    with as_(house, "treasurer") as treasurer:
        asked = treasurer.get("/donations")
        filled = {**fields_of(asked, "/donations"), "paid_in": "units"}
        seen = treasurer.post("/donations", data=filled)
        assert "12,00" in seen.text
        assert books.reads.accounts_like("eusko", "payable:donations:herria") == {
            "payable:donations:herria": -900
        }
        made = treasurer.post(
            "/donations", data=fields_of(seen, "/donations"), follow_redirects=True
        )
        address = str(made.url.path)
        assert "Approuver et verser" not in made.text
        # Whoever proposed is refused, also without the button.
        csrf = fields_of(asked, "/donations")
        refused = treasurer.post(address, data={**csrf, "step": "approve", "key": "mine"})
        assert refused.status_code == 409
    with as_(house, "treasurer-2") as second:
        form = fields_of(second.get(address), address)
        done = second.post(address, data=form, follow_redirects=True)
        assert "payé" in done.text
        again = second.post(address, data=form, follow_redirects=True)
        assert again.status_code in {200, 409}
        letter = second.get(f"{address}/herria").text
        assert "12,00" in letter
        assert second.get(f"{address}/nobody").status_code == 404
    assert books.reads.wallet("eusko", "herria") == {"member:herria": 1200}
    assert (owed(books, "herria"), owed(books, "elkarte")) == (0, 0)
    (order,) = books.reads.having(FundOrder, "eusko", "state", ["ordered"])
    assert (order.source, order.target, order.euros) == ("bank:caisse", "bank:nef", 1200)


def call(house: str, who: str, method: str, path: str, **more: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {TOKENS[who]}", "Idempotency-Key": f"{who}{path}"}
    return httpx.request(
        method, f"{house}/v1/eusko/donations{path}", headers=headers, json=more or None
    )


def test_by_the_api_in_euros(house: str, books: Ledger) -> None:
    before = books.reads.rulebook("eusko")[1].number
    preview = call(house, "treasurer", "POST", "?preview=true", paid_in="euros").json()
    assert preview["preview"] is True
    assert [share["euros"] for share in preview["shares"]] == ["0.00", "12.00"]
    assert books.reads.rulebook("eusko")[1].number == before
    made = call(house, "treasurer", "POST", "", paid_in="euros")
    assert made.status_code == 201
    path = f"/{made.json()['id']}"
    assert (
        call(house, "treasurer", "POST", f"{path}/approve").json()["type"].endswith("same-person")
    )
    assert call(house, "treasurer-2", "POST", f"{path}/pay").json()["shares"][1]["entry"] is None
    approved = call(house, "treasurer-2", "POST", f"{path}/approve").json()
    assert approved["postings"] == [
        {
            "source": "payable:donations:herria",
            "target": "payable:donations:elkarte",
            "amount": "3.00",
            "asset": "EUR",
        }
    ]
    assert call(house, "treasurer-2", "POST", f"{path}/approve").json() == approved
    paid = call(house, "treasurer", "POST", f"{path}/pay").json()
    head = books.reads.rulebook("eusko")[1].number
    assert [share["state"] for share in paid["shares"]] == ["moved", "paid"]
    assert call(house, "treasurer-2", "POST", f"{path}/pay").json()["refused"] == {}
    assert books.reads.rulebook("eusko")[1].number == head
    (awaited,) = [
        each
        for each in books.reads.having(Outstanding, "eusko", "state", ["open"])
        if each.amount < 0
    ]
    assert (awaited.account, awaited.amount) == ("caisse", -1200)
    assert call(house, "auditor", "GET", path).json()["state"] == "approved"
    assert call(house, "auditor", "GET", "").json()["items"][0]["id"] == made.json()["id"]


def test_a_share_that_cannot_be_paid_waits_and_the_reason_is_told(
    house: str, books: Ledger
) -> None:
    do(books, RegisterMember("amets", "person", donates_to="elkarte"))
    path = f"/{call(house, 'treasurer', 'POST', '', paid_in='units').json()['id']}"
    do(books, replace(ChangeMember("herria"), status="suspended"))
    call(house, "treasurer-2", "POST", f"{path}/approve")
    told = call(house, "treasurer-2", "POST", f"{path}/pay").json()
    assert told["refused"] == {"herria": "member-not-active"}
    assert [share["state"] for share in told["shares"]] == ["paid", "due"]
    do(books, ChangeMember("herria", status="active"))
    told = call(house, "treasurer", "POST", f"{path}/pay").json()
    assert [share["state"] for share in told["shares"]] == ["paid", "paid"]


def test_nobody_with_enough_supporters(house: str, books: Ledger) -> None:
    do(books, ChangeMember("peio", status="closed"))
    refused = call(house, "treasurer", "POST", "", paid_in="units")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/nothing-to-give")
