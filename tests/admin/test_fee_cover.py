"""A fee that the bank took before there was an operating account is made good from the desk."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from ledger.books.papers import BankLine, FundOrder
from ledger.books.terms import Terms
from ledger.operations.currency import found_currency
from ledger.operations.fund import OpenBankAccount, OrderTransfer
from ledger.operations.grant import Given
from ledger.operations.ledger import Ledger, migrate, open_ledger, secret_keys, signing_key
from ledger.operations.line import explaining
from ledger.operations.person import InvitePerson
from ledger.operations.statement import import_statement
from ledger.operations.token import CreateToken, token_hash
from scripts.edge import operator
from tests.admin.conftest import serving
from tests.admin.test_desks import as_, fields_of
from tests.admin.test_donations import do
from tests.fund.house import camt, line

PAGE = "/treasury/month"
NEF = "FR7621570000010000000000176"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[str, Ledger, date]]:
    """Found a currency whose fund paid a fee last month, and open its operating account after."""
    url = f"sqlite:///{tmp_path}/books.db"
    migrate(url)
    ledger = open_ledger(
        url, signing_key(tmp_path / "key.pem"), secret_keys(tmp_path / "secret-key")
    )
    now = operator()
    on = now.day.replace(day=1) - timedelta(days=1)
    terms = Terms(since=date(now.day.year - 1, 1, 1))
    found_currency(
        ledger, code="eusko", name="Eusko", unit="Eusko", decimals=2, terms=terms, at=now.at
    )
    do(ledger, OpenBankAccount("nef", "digital", "La Nef", NEF))
    day = on.isoformat()
    fee = line("3.20", "FRAIS", bank_reference="F1", sign="DBIT", on=day)
    data = camt(fee, opening="10.00", closing="6.80", on=day)
    import_statement(ledger, "eusko", operator(), account="nef", data=data)
    (found,) = ledger.reads.having(BankLine, "eusko", "amount", [-320])
    do(ledger, explaining(ledger, "eusko", operator(), line=found.id, cause="bank-fee", id_=""))
    do(ledger, OpenBankAccount("caisse", "operating", "Nef", "FR7642559000010000000000375"))
    do(ledger, InvitePerson("treasurer", "", "", Given("treasurer", ""), id="treasurer"))
    do(ledger, CreateToken(token_hash("token"), "treasurer", "", "treasurer"))
    (tmp_path / "demo-tokens.json").write_text(json.dumps({"treasurer": "token"}))
    with serving(tmp_path) as address:
        yield address, ledger, on
    ledger.close()


def test_the_transfer_that_makes_a_fee_good_is_ordered_once(
    place: tuple[str, Ledger, date],
) -> None:
    address, ledger, on = place
    with as_(address, "treasurer") as desk:
        filled = fields_of(desk.get(f"{PAGE}?on={on}"), f"{PAGE}/fees")
        for _ in range(2):
            assert desk.post(f"{PAGE}/fees", data=filled).status_code in {303, 404}
        assert f'action="{PAGE}/fees"' not in desk.get(f"{PAGE}?on={on}").text
    (order,) = ledger.reads.papers(FundOrder, "eusko")
    assert (order.source, order.target, order.euros) == ("bank:caisse", "bank:nef", 320)
    assert order.reason == f"covers line {filled['line']}"
    again = OrderTransfer(order.source, order.target, order.euros, order.reason)
    answer = ledger.post_and_wait("eusko", again, operator())  # another treasurer, as fast
    assert answer.json()["slug"] == "already-exists"
