"""Rows that a French Excel opens right, byte for byte, and that run nothing."""

import io
import zipfile
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest

from ledger.documents.sheets import Amount, Row, csv_pieces, xlsx_file

AT = datetime(2026, 11, 24, 12, 30, 5, tzinfo=UTC)
CANARIES = ["=1+1", "+33 6", "-5", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0"]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def test_csv_is_what_a_french_excel_reads() -> None:
    rows: list[Row] = [
        (1, AT, date(2026, 1, 2), Amount(-1234567, 2), "pâté", None),
        (2, AT, date(2026, 1, 2), Amount(5, 0), 'say "hi"; bye', ""),
    ]
    assert b"".join(csv_pieces(["n", "at", "day", "amount", "words", "none"], rows)) == (
        b"\xef\xbb\xbfn;at;day;amount;words;none\r\n"
        b"1;24/11/2026 13:30:05;02/01/2026;-12345,67;p\xc3\xa2t\xc3\xa9;\r\n"
        b'2;24/11/2026 13:30:05;02/01/2026;5;"say ""hi""; bye";\r\n'
    )


@pytest.mark.parametrize("canary", CANARIES)
def test_no_text_in_csv_is_run_as_a_formula(canary: str) -> None:
    text = b"".join(csv_pieces(["words"], [(canary,)])).decode("utf-8-sig")
    assert text.removeprefix("words\r\n").lstrip('"').startswith("'" + canary[0])


def test_csv_comes_in_pieces() -> None:
    pieces = list(csv_pieces(["n"], ((n,) for n in range(1200))))
    assert len(pieces) == 3
    assert b"".join(pieces).count(b"\r\n") == 1201


def workbook(rows: list[Row]) -> tuple[bytes, ET.Element, str]:
    made = b"".join(xlsx_file({"first": 10, "second": 20}, rows, title="Relevé", made_at=AT))
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        sheet = ET.fromstring(parts.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - written here
        styles = parts.read("xl/styles.xml").decode()
    return made, sheet, styles


def test_numbers_and_days_are_numbers_with_formats_in_a_workbook() -> None:
    _, sheet, styles = workbook([(7, Amount(-123456, 2)), (date(2026, 1, 2), AT), ("x", None)])
    found = {cell.get("r"): cell.findtext(f"{SHEET}v") for cell in sheet.iter(f"{SHEET}c")}
    assert (found["A2"], found["B2"], found["A3"]) == ("7", "-1234.56", "46024")
    assert str(found["B3"]).startswith("46350.5625")
    assert "#,##0.00" in styles
    assert "dd/mm/yyyy" in styles
    assert all(
        cell.get("t") != "inlineStr" for cell in sheet.iter(f"{SHEET}c") if cell.get("r") == "B2"
    )


@pytest.mark.parametrize("canary", CANARIES)
def test_no_text_in_a_workbook_is_a_formula_or_a_link(canary: str) -> None:
    _, sheet, _ = workbook([(canary, "https://example.org")])
    assert not list(sheet.iter(f"{SHEET}f"))
    assert not list(sheet.iter(f"{SHEET}hyperlink"))
    kinds = {cell.get("t") for cell in sheet.iter(f"{SHEET}c")}
    assert kinds == {"inlineStr"}


def test_a_workbook_is_the_same_bytes_for_the_same_rows() -> None:
    rows: list[Row] = [("x", Amount(1, 2))]
    assert workbook(rows)[0] == workbook(rows)[0]
