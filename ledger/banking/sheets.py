"""Sheets as people write them: a workbook (XLSX), a CSV, or what was copied from a sheet.

Nothing is evaluated and nothing guessed: a formula, a hidden row or a strange part is named with
its place. A number of a workbook is written out and then read like any text. Sizes are bounded.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, Final, NoReturn

from ledger.refusals import UnreadableRows

MOST_BYTES: Final = 5 * 2**20
MOST_UNPACKED: Final = 60 * 2**20
MOST_LINES: Final = 20_000
_ZIP: Final = b"PK\x03\x04"
_DELIMITERS: Final = ";\t,"
FORMULA: Final = "formula-cell"
HIDDEN: Final = "hidden-row"

Cells = Sequence[tuple[str, str]]
"""Of one row: what each cell says, and its fault if it has one."""


def read_cells(content: bytes) -> Iterator[tuple[int, Cells]]:
    """Read the rows of a file that say anything, with their numbers from 1.

    Raises UnreadableRows for one that is no sheet; what reads it may have taken rows before.
    """
    if len(content) > MOST_BYTES:
        refuse(f"it is larger than {MOST_BYTES // 2**20} MiB")
    lines = _workbook(content) if content.startswith(_ZIP) else _text(content)
    return ((number, cells) for number, cells in lines if any(said for said, _ in cells))


def refuse(why: str) -> NoReturn:
    """Refuse a file, with the place that is at fault."""
    raise UnreadableRows(why)


def place_of(column: int, number: int) -> str:
    """Name a cell as sheets do: the second column of row 7 is B7."""
    return f"{chr(ord('A') + min(column, 25))}{number}"


def _text(content: bytes) -> Iterator[tuple[int, Cells]]:
    """Read delimited text: semicolons, tabs or commas, as its first line has them."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        refuse("it is neither a sheet (XLSX) nor text")
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if reader.line_num > MOST_LINES:
                refuse(f"it has more than {MOST_LINES} lines")
            yield (
                reader.line_num,
                [(cell, FORMULA if cell.startswith("=") else "") for cell in cells],
            )
    except csv.Error as error:
        message = f"line {reader.line_num}: {error}"
        raise UnreadableRows(message) from error


def _workbook(content: bytes) -> Iterator[tuple[int, Cells]]:
    """Read the one sheet of a workbook, without working anything out."""
    import openpyxl  # noqa: PLC0415 - large, and only who drops a workbook waits for it

    try:
        _check_parts(content)
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
        sheets = book.worksheets
    except UnreadableRows:
        raise
    except Exception as error:
        message = "it is no workbook that can be read"
        raise UnreadableRows(message) from error
    if len(sheets) != 1:
        refuse("it has several sheets; leave only the one with the rows")
    (sheet,) = sheets
    if sheet.max_row > MOST_LINES:
        refuse(f"it has more than {MOST_LINES} lines")
    hidden = [name for name, column in sheet.column_dimensions.items() if column.hidden]
    if hidden:
        refuse(f"column {hidden[0]} is hidden")
    for number, cells in enumerate(sheet.iter_rows(), 1):
        away = bool(sheet.row_dimensions[number].hidden)
        yield number, [(_said(cell), HIDDEN if away else _fault(cell)) for cell in cells]


def _said(cell: Any) -> str:  # noqa: ANN401 - openpyxl has no types
    return "" if cell.value is None else str(cell.value)


def _fault(cell: Any) -> str:  # noqa: ANN401 - as above
    return FORMULA if cell.data_type == "f" else ""


def _check_parts(content: bytes) -> None:
    """Refuse a workbook that swells when unpacked, or whose parts declare entities."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            refuse("it is too large once unpacked")
        for part in parts.infolist():
            if part.filename.endswith((".xml", ".rels")):
                text = parts.read(part)
                wide = text[:2] in {b"\xff\xfe", b"\xfe\xff"}
                if wide or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                    refuse("a part of it declares what no workbook declares")
