"""The sheet on paper, and bills from a spreadsheet."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.documents.sheet import SheetPaper, sheet_csv, sheet_pdf
from ledger.operations.bill_import import import_bills, read_bills
from ledger.refusals import Malformed, Refusal
from tests.councils.desk import Desk
from tests.documents.test_press import assert_accessible

PAPER = SheetPaper(
    currency="La Roue",
    unit="Roue",
    scale=2,
    authority="Ville d'Avignon",
    service="Piscine",
    number=128,
    since=date(2026, 11, 20),
    until=date(2026, 11, 20),
    act="2026-041",
    accountant="Trésorerie",
    payments=40,
    refunds=2,
    lines=(("lessons", 300_00, 0), ("tickets", 112_00, 8_00)),
    redeemed=404_00,
    euros=404_00,
    fee=0,
    reference="RF18 5390",
    entry=96,
    closed_at=datetime(2026, 11, 20, 18, tzinfo=UTC),
)
BILLS = (
    "Service;Référence;Recette;Montant;Échéance\r\n"
    "piscine;F-1;cours;12,50;31/12/2026\r\n"
    "piscine;F-1;entrees;4;2026-12-31\r\n"
    ";;;;\r\n"
    "cantine;F-2;repas;3.40;2026-12-31\r\n"
)


@pytest.mark.parametrize(
    ("language", "title"), [("fr", "Bordereau n° 128"), ("en", "Sheet no. 128")]
)
def test_a_sheet_is_printed_for_everybody(language: str, title: str) -> None:
    pdf = sheet_pdf(PAPER, language=language)
    assert_accessible(pdf, language=language, title=title)
    assert pdf == sheet_pdf(PAPER, language=language)


def test_a_sheet_is_a_table_for_the_accountant_s_program() -> None:
    rows = b"".join(sheet_csv(PAPER)).decode("utf-8-sig").splitlines()
    assert rows[2].endswith("128;20/11/2026;20/11/2026;2026-041;tickets;112,00;8,00;104,00")
    assert rows[3].endswith(";total;412,00;8,00;404,00")
    assert rows[4].endswith(";EUR;404,00;;404,00")


def test_bills_come_from_a_spreadsheet_once(council: Desk) -> None:
    def told() -> dict[str, Any]:
        context = council.context("officer:avignon")
        return dict(
            import_bills(council.ledger, "roue", context, "avignon", BILLS.encode("cp1252"))
        )

    first, again = told(), told()
    assert (first["written"], first["refused"]) == (2, 0)
    assert [each["refused"] for each in again["bills"]] == ["already-exists"] * 2
    with pytest.raises(Refusal):
        import_bills(council.ledger, "roue", council.context("officer:pontet"), "avignon", b"")


@pytest.mark.parametrize(
    ("row", "pointer"),
    [
        ("piscine;F-1;cours;12,505;2026-12-31", "/rows/1/units"),
        ("piscine;F-1;cours;=1;2026-12-31", "/rows/1/units"),
        ("piscine;F-1;cours;1.2,3;2026-12-31", "/rows/1/units"),
        ("piscine;F-1;cours;1;demain", "/rows/1/due_on"),
        ("piscine;F-1;cours;1;1/2", "/rows/1/due_on"),
        (";F-1;cours;1;2026-12-31", "/rows/1/service"),
        ("piscine;F-1", "/rows/1/revenue"),
        (f"piscine;{'F' * 65};cours;1;2026-12-31", "/rows/1/reference"),
        ("piscine;F;cours;1;2026-12-31\npiscine;F;cours;1;2026-12-30", "/rows/2/due_on"),
        ("", "/rows/0"),
    ],
)
def test_a_cell_that_cannot_be_read_is_pointed_at(row: str, pointer: str) -> None:
    heading = "service;reference;revenue;units;due_on\n" if row else ""
    with pytest.raises(Malformed) as met:
        read_bills((heading + row).encode(), "avignon", 2)
    told: Any = met.value.facts["errors"]
    assert pointer in {each["pointer"] for each in told}
