"""Bills from a spreadsheet: one row a revenue, rows of one reference together are one bill."""

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from ledger.books.context import Context
from ledger.books.journal import Json
from ledger.money import UnreadableAmountError, parse_minor
from ledger.operations.access import OFFICER, require, require_own
from ledger.operations.counter_sale import AskBill
from ledger.operations.ledger import Ledger
from ledger.refusals import Malformed

COLUMNS: Final = ("service", "reference", "revenue", "units", "due_on")
FRENCH: Final = ("service", "reference", "recette", "montant", "echeance")
MOST_ROWS: Final = 5_000
LONGEST_REFERENCE: Final = 64

Bills = dict[tuple[str, str], AskBill]


def import_bills(
    ledger: Ledger, currency: str, context: Context, authority: str, data: bytes
) -> dict[str, Json]:
    """Write the bills of a CSV file; one that stands already is told and not written twice.

    Raises Malformed with a pointer to each cell that cannot be read; nothing is written then.
    """
    require(context, OFFICER)
    require_own(context, "authority", authority)
    book, _ = ledger.reads.rulebook(currency)
    bills = read_bills(data, authority, book.unit.scale)
    asked = [(bill, _step(context, bill)) for bill in bills]
    answers = ledger.post_many(currency, asked)
    told: list[Json] = [
        {
            "service": bill.slug,
            "reference": bill.reference,
            "id": None if answer.refused else answer.json()["id"],
            "refused": answer.json()["slug"] if answer.refused else None,
        }
        for bill, answer in zip(bills, answers, strict=True)
    ]
    written = sum(not answer.refused for answer in answers)
    return {"written": written, "refused": len(bills) - written, "bills": told}


def read_bills(data: bytes, authority: str, scale: int) -> list[AskBill]:
    """Read a CSV file (`;` or `,`, UTF-8 or Windows-1252, headings in French or English)."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    heading = tuple(cell.strip().lower().replace("é", "e") for cell in rows[0]) if rows else ()
    if heading not in {COLUMNS, FRENCH} or not 1 < len(rows) <= MOST_ROWS + 1:
        detail = f"{';'.join(COLUMNS)} and 1 to {MOST_ROWS} rows"
        raise Malformed([{"pointer": "/rows/0", "detail": detail}])
    bills: Bills = {}
    errors: list[dict[str, str]] = []
    for number, cells in enumerate(rows[1:], 1):
        if any(cell.strip() for cell in cells):
            told = dict(zip(COLUMNS, (cell.strip() for cell in cells), strict=False))
            errors += _added(bills, told, authority, scale, number)
    if errors:
        raise Malformed(errors)
    return list(bills.values())


def _added(
    bills: Bills, row: Mapping[str, str], authority: str, scale: int, number: int
) -> list[dict[str, str]]:
    """Add a row to its bill; gives what cannot be read in it."""
    faults = {
        name: "this cell is empty"
        for name in ("service", "reference", "revenue")
        if not row.get(name)
    }
    reference = row.get("reference", "")
    if len(reference) > LONGEST_REFERENCE or not reference.isprintable():
        faults["reference"] = f"at most {LONGEST_REFERENCE} characters"
    units, due_on = 0, date.max
    try:
        units = parse_minor(_with_point(row.get("units", "")), scale)
    except UnreadableAmountError as error:
        faults["units"] = str(error)
    try:
        due_on = _day(row.get("due_on", ""))
    except ValueError:
        faults["due_on"] = "a day, as 2026-12-31 or 31/12/2026"
    if faults:
        return [
            {"pointer": f"/rows/{number}/{name}", "detail": detail}
            for name, detail in faults.items()
        ]
    key = row["service"], reference
    line = (row["revenue"], units)
    known = bills.get(key)
    if known is None:
        bills[key] = AskBill(authority, row["service"], reference, (line,), due_on)
    elif known.due_on != due_on:
        return [{"pointer": f"/rows/{number}/due_on", "detail": "one bill has one due day"}]
    else:
        bills[key] = replace(known, lines=(*known.lines, line))
    return []


def _with_point(typed: str) -> str:
    """Read a decimal comma, as a French spreadsheet writes it, where there is no point."""
    return typed if "." in typed else typed.replace(",", ".")


def _day(typed: str) -> date:
    if "/" in typed:
        day, month, year = typed.split("/")
        return date(int(year), int(month), int(day))
    return date.fromisoformat(typed)


def _step(context: Context, bill: AskBill) -> Context:
    """Give each bill a key and an id of its own under the request's."""
    said = f"{context.key}:{context.fresh_id}:{bill.bill}"
    step = hashlib.sha256(said.encode()).hexdigest()
    return replace(context, key=f"bill:{step}", fresh_id=step[:16])
