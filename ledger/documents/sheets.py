"""Rows for spreadsheets: CSV that opens right in a French Excel, and XLSX; no cell is a formula.

Excel in French reads `;` between cells, a comma before decimals, and needs the UTF-8 mark to see
accents. A text that begins like a formula would be run by it, so such a text gets a leading quote.
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeAlias

import xlsxwriter

from ledger.books.context import TOWN
from ledger.money import format_minor

MARK: Final = "\ufeff"
CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LIKE_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_ROWS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in a cell: minor units of an asset with `scale` decimals."""

    minor: int
    scale: int


Cell: TypeAlias = "str | int | date | datetime | Amount | None"
Row: TypeAlias = Sequence[Cell]


def csv_pieces(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """Write rows as CSV in pieces: `;`, UTF-8 with its mark, CRLF, decimal comma, no formula."""
    written = io.StringIO()
    written.write(MARK)
    out = csv.writer(written, delimiter=";", lineterminator="\r\n")
    out.writerow(columns)
    for number, row in enumerate(rows, 1):
        out.writerow([_plain(cell) for cell in row])
        if number % _ROWS_AT_ONCE == 0:
            yield written.getvalue().encode()
            written.seek(0)
            written.truncate()
    yield written.getvalue().encode()


def _plain(cell: Cell) -> str | int:
    match cell:
        case None:
            return ""
        case Amount(minor, scale):
            return format_minor(minor, scale).replace(".", ",")
        case datetime():
            return cell.astimezone(TOWN).strftime("%d/%m/%Y %H:%M:%S")
        case date():
            return cell.strftime("%d/%m/%Y")
        case str() if cell.startswith(_LIKE_A_FORMULA):
            return f"'{cell}"
    return cell


def xlsx_file(
    columns: Mapping[str, int], rows: Iterable[Row], *, title: str, made_at: datetime
) -> Iterator[bytes]:
    """Write rows as a workbook, in pieces: numbers as numbers, days as days, texts as texts.

    `columns` gives each column's width in characters; rows go through a file of the system's
    temporary folder, so that memory stays flat.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        _write_book(path, columns, rows, title=title, made_at=made_at)
        with path.open("rb") as made:
            while piece := made.read(1 << 16):
                yield piece


def _write_book(
    path: Path, columns: Mapping[str, int], rows: Iterable[Row], *, title: str, made_at: datetime
) -> None:
    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(path, options) as book:
        # The file holds no instant but the caller's, so the same rows give the same bytes.
        book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
        sheet = book.add_worksheet(title[:31])
        formats = _Formats(book)
        for place, (name, width) in enumerate(columns.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, name, formats.head)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                _fill(sheet, formats, number, place, cell)


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._amounts: dict[int, xlsxwriter.format.Format] = {}
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": "dd/mm/yyyy"})
        self.moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})

    def amount(self, scale: int) -> xlsxwriter.format.Format:
        if scale not in self._amounts:
            decimals = f".{'0' * scale}" if scale else ""
            shape = {"num_format": f"#,##0{decimals}"}
            self._amounts[scale] = self._book.add_format(shape)
        return self._amounts[scale]


def _fill(
    sheet: xlsxwriter.worksheet.Worksheet, formats: _Formats, row: int, place: int, cell: Cell
) -> None:
    match cell:
        case None | "":
            return
        case Amount(minor, scale):
            value = Decimal(minor).scaleb(-scale)
            sheet.write_number(row, place, value, formats.amount(scale))
        case datetime():
            there = cell.astimezone(TOWN).replace(tzinfo=None)
            sheet.write_datetime(row, place, there, formats.moment)
        case date():
            sheet.write_datetime(row, place, cell, formats.day)
        case int():
            sheet.write_number(row, place, cell)
        case _:
            sheet.write_string(row, place, cell)
