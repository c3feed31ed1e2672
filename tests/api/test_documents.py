"""A member's statement as a document: the whole period, in order, between its two balances."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.documents.sheets import XLSX_TYPE
from ledger.operations import wallet_history
from tests.api.service import Service, is_problem
from tests.documents.test_press import assert_accessible

PDF = {"Accept": "application/pdf"}
SHEET = {"Accept": "text/csv"}


def paid(service: Service, *units: str) -> str:
    """Let a new member with ten units pay some; gives the id."""
    alice = service.join(units=1_000)
    for amount in units:
        body = {"from": alice, "to": "librairie", "units": amount, "reference": "=1+1"}
        assert service.post("payments", f"member:{alice}", body).status_code == 201
    return alice


def test_a_statement_is_printed_for_its_member(service: Service) -> None:
    alice = paid(service, "0.50")
    answer = service.get(f"members/{alice}/statement", f"member:{alice}", headers=PDF)
    assert answer.headers["content-type"] == "application/pdf", answer.text
    assert f"roue-{alice}-" in answer.headers["content-disposition"]
    assert_accessible(answer.content, language="fr", title="Relevé de compte")
    english = {**PDF, "Accept-Language": "en"}
    answer = service.get(f"members/{alice}/statement", f"member:{alice}", headers=english)
    assert_accessible(answer.content, language="en", title="Statement of account")


def test_a_period_in_a_spreadsheet_goes_from_balance_to_balance(service: Service) -> None:
    alice = paid(service, "0.50", "1.25")
    today = service.operator().day
    path = f"members/{alice}/statement?from={today}&until={today}"
    answer = service.get(path, f"member:{alice}", headers=SHEET)
    assert answer.content.startswith(b"\xef\xbb\xbfentry;at;kind;")
    assert answer.content.endswith(b"\r\n")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [(r["kind"], r["units_in"], r["units_out"], r["balance"]) for r in rows] == [
        ("opening", "", "", "0,00"),
        ("conversion", "12,00", "0,00", "12,00"),
        ("payment", "0,00", "0,50", "11,50"),
        ("payment", "0,00", "1,25", "10,25"),
        ("closing", "", "", "10,25"),
    ]
    assert {rows[2]["reference"], rows[3]["reference"]} == {"'=1+1"}
    assert rows[2]["counterparty"] == "Librairie du Palais"
    later = today + timedelta(days=1)
    path = f"members/{alice}/statement?from={later}&until={later}"
    empty = service.get(path, f"member:{alice}", headers=SHEET).text.splitlines()[1:]
    assert [row.split(";")[-1] for row in empty] == ["10,25", "10,25"]


def test_a_statement_is_a_workbook_too(service: Service) -> None:
    alice = paid(service, "0.50")
    headers = {"Accept": XLSX_TYPE}
    answer = service.get(f"members/{alice}/statement", f"member:{alice}", headers=headers)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>11.50</v>" in sheet
    assert "=1+1" in sheet
    assert "<f>" not in sheet


def test_documents_are_for_whom_the_wallet_is_for(service: Service) -> None:
    alice, bob = paid(service), paid(service)
    path = f"members/{alice}/statement"
    is_problem(service.get(path, f"member:{bob}", headers=PDF), 404, "not-found")
    is_problem(service.get(path, "admin", headers=PDF), 403, "role-may-not")
    for reader in ("treasurer", "auditor"):
        assert service.get(path, reader, headers=PDF).status_code == 200


def test_an_auditor_prints_no_identity(service: Service) -> None:
    alice = paid(service)
    for reader, name in (("treasurer", f"The person {alice}"), ("auditor", alice)):
        context = replace(service.operator(), role=reader)
        found = wallet_history.wallet_history(service.ledger, "roue", context, alice)
        assert found.name == name


@pytest.mark.parametrize(
    "period", ["from=2026-02-01&until=2026-01-01", "from=0001-01-01", "until=9999-12-31"]
)
def test_a_period_that_makes_no_sense_is_refused(service: Service, period: str) -> None:
    path = f"members/alice/statement?{period}"
    is_problem(service.get(path, "member:alice", headers=PDF), 422, "malformed-request")


def test_what_is_too_long_to_print_is_refused(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wallet_history, "LONGEST_ON_PAPER", 2)
    alice = paid(service, "0.50", "0.50")
    told = service.get(f"members/{alice}/statement", f"member:{alice}", headers=PDF)
    assert is_problem(told, 422, "too-long")["most"] == 2
    assert service.get(f"members/{alice}/statement", f"member:{alice}").status_code == 200
