"""Old balances as a table: `kind;name;amount`, one row an account, in any order of columns.

`kind` is bank, sponsor, member or notes, `name` the slug or id by which the books know it, `amount`
euros (units at par) with a point or a comma. The separator is `;` or `,`, read off the header.
"""

import csv
from collections.abc import Iterable
from typing import Final

from ledger.banking.statements import minor
from ledger.banking.text import MAX_LINES, decoded, lines_of, signed_amount
from ledger.books.opening import Balance
from ledger.money import EUR, format_minor
from ledger.refusals import UnreadableStatement

COLUMNS: Final = ("kind", "name", "amount")


def read_balances(data: bytes) -> list[Balance]:
    """Read a table of balances; rows of nothing are left out.

    Raises UnreadableStatement for another header, a row that does not fit it, a garbled amount, an
    account named twice, and a file without rows.
    """
    lines = [line for line in lines_of(decoded(data)) if line.strip()]
    separator = ";" if lines and ";" in lines[0] else ","
    rows = csv.reader(lines, delimiter=separator, strict=True)
    try:
        header = [cell.strip().casefold() for cell in next(rows, [])]
        if sorted(header) != sorted(COLUMNS):
            raise UnreadableStatement(why=f"the first line must name {separator.join(COLUMNS)}")
        places = [header.index(name) for name in COLUMNS]
        found = [_balance(row, places, number) for number, row in enumerate(rows, 2)]
    except csv.Error as error:
        raise UnreadableStatement(why=f"the table does not read: {error}") from error
    names = {each.account for each in found}
    if len(names) != len(found):
        raise UnreadableStatement(why="an account is named twice")
    if not 0 < len(found) <= MAX_LINES:
        raise UnreadableStatement(why=f"a table has between 1 and {MAX_LINES} rows")
    return [each for each in found if each.euros]


def balances_table(balances: Iterable[Balance]) -> str:
    """Write balances as the table that `read_balances` reads."""
    rows = (f"{each.kind};{each.name};{format_minor(each.euros, EUR.scale)}" for each in balances)
    return "".join(f"{row}\n" for row in (";".join(COLUMNS), *rows))


def _balance(row: list[str], places: list[int], number: int) -> Balance:
    if len(row) != len(COLUMNS):
        raise UnreadableStatement(why=f"row {number} has {len(row)} cells, not {len(COLUMNS)}")
    kind, name, amount = (row[place].strip() for place in places)
    return Balance(kind, name, minor(signed_amount(amount, f"row {number}"), EUR.scale))
