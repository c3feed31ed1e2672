"""Sheets of rows: what a person may drop, and what is named with its place."""

import io
import zipfile

import openpyxl
import pytest

from ledger.banking.row_sheets import read_rows
from ledger.banking.sheets import MOST_BYTES
from ledger.refusals import UnreadableRows

HEAD = ("member", "euros", "kind")


def workbook(
    *rows: tuple[object, ...], hidden: int = 0, column: str = "", sheets: int = 1
) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    if hidden:
        sheet.row_dimensions[hidden].hidden = True
    if column:
        sheet.column_dimensions[column].hidden = True
    for _ in range(sheets - 1):
        book.create_sheet()
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"member;euros;kind\r\nalice;10.50;grant\r\n\r\n",
        "\ufeffmembre,montant,nature\nalice,10.50,grant\n".encode(),
        b"kind\teuros\tmember\ngrant\t10.50\talice\n",
        workbook(HEAD, ("alice", 10.5, "grant"), (None, None, None)),
        workbook(HEAD, ("alice", "10.50", " grant ")),
    ],
)
def test_a_sheet_a_text_and_what_was_copied_are_read_alike(content: bytes) -> None:
    (row,) = read_rows(content)
    assert (row.member, row.kind, row.fault) == ("alice", "grant", "")
    assert row.euros in {"10.5", "10.50"}
    assert row.place in {"B2", "B3"}


def test_formulas_hidden_rows_and_empty_cells_keep_their_place() -> None:
    sheet = workbook(HEAD, ("a", "=1+1", "grant"), ("b", 5, "grant"), ("c", None, None), hidden=3)
    found = [(row.place, row.fault, row.euros) for row in read_rows(sheet)]
    assert found == [("B2", "formula-cell", "=1+1"), ("row 3", "hidden-row", "5"), ("B4", "", "")]
    (text,) = read_rows(b"member;euros;kind\n=HYPERLINK(1);1.00;grant\n")
    assert (text.place, text.fault) == ("A2", "formula-cell")


def swollen() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b" " * (61 * 2**20))
    return written.getvalue()


def declaring() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as parts:
        parts.writestr("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"member;euros\nalice;1.00\n", "lacks the heading kind"),
        (b"member;euros;kind;name\na;1.00;grant;x\n", "D1 is none"),
        (b"member;member;euros;kind\na;a;1.00;grant\n", "A1 is none"),
        (b"member;euros;kind\na;1.00;grant;more\n", "D2 stands under no heading"),
        (b"member;euros;kind\n", "rows under it"),
        (b"", "rows under it"),
        (b"\x00\x01\x02", "neither"),
        (b'member;euros;kind\na;"1.00;grant\n', "line 2"),
        (b"member;euros;kind\n" + b"a;1.00;grant\n" * 20_000, "20000 lines"),
        (b"x" * (MOST_BYTES + 1), "larger"),
        (b"PK\x03\x04nonsense", "no workbook"),
        (workbook(HEAD, ("a", 1, "grant"), column="B"), "column B is hidden"),
        (workbook(HEAD, ("a", 1, "grant"), sheets=2), "several sheets"),
        (swollen(), "once unpacked"),
        (declaring(), "declares"),
    ],
)
def test_what_is_no_sheet_of_rows_is_refused_with_its_place(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableRows) as met:
        read_rows(content)
    assert why in str(met.value)
