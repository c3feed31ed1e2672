"""A bank's table as a statement: which profile fits its header, and do its rows add up.

A table has no opening and no closing. Where it has a running balance, each row must follow from
the one before, in one direction of time, and the two ends give both; where it has none, nothing
proves that no row is missing, and `balanced` stays unknown.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

from ledger.banking.csv_profiles import SHIPPED, CsvProfile
from ledger.banking.identity import numbered
from ledger.banking.references import is_iban, normalise_iban
from ledger.banking.statements import Balance, Detail, Direction, Line, Statement
from ledger.banking.text import MAX_LINES, decoded, lines_of, tidy
from ledger.refusals import UnreadableStatement

FORMAT: Final = "csv:{id}"
_MOST_COLUMNS: Final = 100
_PREAMBLE: Final = 25
"""In how many first lines the header is looked for; banks write a letterhead above it."""


@dataclass(frozen=True, slots=True)
class _Table:
    """The profile of a file, the cells where its parts stand, and its rows with their lines."""

    profile: CsvProfile
    places: dict[str, tuple[int, ...]]
    width: int
    preamble: tuple[str, ...]
    rows: tuple[tuple[str, list[str]], ...]

    def cell(self, row: Sequence[str], part: str) -> str:
        """Give the text of a part; empty when the file has no such column."""
        places = self.places.get(part, ())
        return row[places[0]].strip() if places else ""

    def texts(self, row: Sequence[str]) -> str:
        """Give all that the row says, once each."""
        said = (tidy(row[place]) for place in self.places["text"])
        return " · ".join(dict.fromkeys(text for text in said if text))


@dataclass(frozen=True, slots=True)
class _Movement:
    """A row as read: the line, the balance after it, and where it stands."""

    place: str
    line: Line
    balance: Decimal | None

    @property
    def signed(self) -> Decimal:
        """What the row adds to the balance."""
        return self.line.amount if self.line.direction is Direction.CREDIT else -self.line.amount


def read_csv(data: bytes, profiles: Sequence[CsvProfile] = SHIPPED) -> tuple[Statement, ...]:
    """Read a bank's table by the first profile that its header fits best.

    Raises UnreadableStatement when no profile fits, a cell is not a day or an amount, a row lacks
    its amount or its running balance, the balances do not chain, or rows of two accounts mix.
    """
    table = _table(decoded(data), profiles)
    if not table.rows:
        raise UnreadableStatement(why="the table has a header and no row")
    flipped = _debits_are_negative(table)
    rows = [_row(table, place, cells, flipped=flipped) for place, cells in table.rows]
    rows, chained = _in_time(rows)
    first, last = rows[0], rows[-1]
    currency = first.line.currency
    for row in rows:
        if row.line.currency != currency:
            raise UnreadableStatement(why=f"{row.place}: not in {currency} as the others are")
    opening = closing = None
    if chained and first.balance is not None and last.balance is not None:
        opening = Balance(first.balance - first.signed, currency, _on(first), "running")
        closing = Balance(last.balance, currency, _on(last), "running")
    statement = Statement(
        format=FORMAT.format(id=table.profile.id),
        id=None,
        account=_account(table),
        currency=currency,
        opening=opening,
        closing=closing,
        lines=tuple(row.line for row in rows),
    )
    return numbered([statement])


def _table(text: str, profiles: Sequence[CsvProfile]) -> _Table:
    """Find the header among the first lines, and the profile that reads most of it."""
    lines = lines_of(text)
    heads = lines[:_PREAMBLE]
    best: tuple[int, int, CsvProfile, dict[str, tuple[int, ...]]] | None = None
    for number, head in enumerate(heads):
        for profile in profiles:
            header = next(_cells([head], profile.delimiter), [])
            places = profile.places(header)
            used = sum(len(found) for found in places.values()) if places else 0
            if places and (best is None or used > best[0]):
                best = used, number, profile, places
    if best is None:
        shown = next((tidy(head) for head in heads if head.strip()), "")
        known = ", ".join(profile.id for profile in profiles)
        why = f"no declared profile ({known}) fits its columns; it begins {shown[:120]!r}"
        raise UnreadableStatement(why=why)
    _, number, profile, places = best
    header = next(_cells([heads[number]], profile.delimiter), [])
    if len(header) > _MOST_COLUMNS:
        raise UnreadableStatement(why=f"the table has more than {_MOST_COLUMNS} columns")
    return _Table(
        profile=profile,
        places=places,
        width=len(header),
        preamble=tuple(heads[:number]),
        rows=tuple(_rows(lines[number + 1 :], number + 2, profile, len(header))),
    )


def _rows(
    lines: Sequence[str], start: int, profile: CsvProfile, width: int
) -> Iterator[tuple[str, list[str]]]:
    """Yield the rows that say something; a row is as wide as the header, blank ends apart."""
    count = 0
    for cells, line in _numbered(lines, start, profile.delimiter):
        if not any(cell.strip() for cell in cells):
            continue
        place = f"line {line}"
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) > width:
            raise UnreadableStatement(why=f"{place}: {len(cells)} cells, the header has {width}")
        count += 1
        if count > MAX_LINES:
            raise UnreadableStatement(why=f"it holds more than {MAX_LINES} movements")
        yield place, cells + [""] * (width - len(cells))


def _numbered(lines: Sequence[str], start: int, delimiter: str) -> Iterator[tuple[list[str], int]]:
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter, strict=True)
    try:
        while True:
            line = start + reader.line_num
            cells = next(reader, None)
            if cells is None:
                return
            yield cells, line
    except csv.Error:
        why = f"line {start + reader.line_num - 1}: its quotes do not close, or a cell is too long"
        raise UnreadableStatement(why=why) from None


def _cells(lines: Sequence[str], delimiter: str) -> Iterator[list[str]]:
    """Cut lines into cells, leniently: they may be a letterhead."""
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error:
        return


def _debits_are_negative(table: _Table) -> bool:
    """Say whether debits carry a sign of their own; a table where only some do is refused."""
    said = [table.cell(cells, "debit") for _, cells in table.rows]
    amounts = [table.profile.amount(text, "debit") for text in said if text]
    below = sum(amount < 0 for amount in amounts)
    above = sum(amount > 0 for amount in amounts)
    if below and above:
        raise UnreadableStatement(why="some debits have a sign and some have none")
    return below > 0


def _row(table: _Table, place: str, cells: Sequence[str], *, flipped: bool) -> _Movement:
    profile = table.profile
    signed = _signed(table, place, cells, flipped=flipped)
    currency = table.cell(cells, "currency") or profile.currency
    balance = None
    if "balance" in table.places:
        text = table.cell(cells, "balance")
        if not text:
            raise UnreadableStatement(why=f"{place}: the running balance is missing")
        balance = profile.amount(text, place)
    direction = Direction.DEBIT if signed < 0 else Direction.CREDIT
    iban = normalise_iban(table.cell(cells, "iban"))
    valued = table.cell(cells, "valued")
    line = Line(
        amount=abs(signed),
        currency="EUR" if currency == "€" else currency.upper(),
        direction=direction,
        booked_on=profile.day(table.cell(cells, "booked"), place),
        value_on=profile.day(valued, place) if valued else None,
        bank_reference=tidy(table.cell(cells, "reference")) or None,
        details=(
            Detail(
                amount=abs(signed),
                currency=currency,
                direction=direction,
                text=table.texts(cells),
                counterparty=tidy(table.cell(cells, "name")) or None,
                counterparty_iban=iban if is_iban(iban) else None,
            ),
        ),
    )
    return _Movement(place, line, balance)


def _signed(table: _Table, place: str, cells: Sequence[str], *, flipped: bool) -> Decimal:
    """Read what the row adds: its signed amount, or its credit less its debit, never both."""
    amount = table.profile.amount
    if "amount" in table.places:
        return amount(table.cell(cells, "amount"), place)
    debit, credit = table.cell(cells, "debit"), table.cell(cells, "credit")
    out = amount(debit, place) if debit else Decimal(0)
    in_ = amount(credit, place) if credit else Decimal(0)
    if not (debit or credit) or (out and in_):
        raise UnreadableStatement(why=f"{place}: it has a debit or a credit, one of the two")
    if in_ < 0:
        raise UnreadableStatement(why=f"{place}: the credit is negative")
    if in_ or not out:
        return in_
    return out if flipped else -out


def _in_time(rows: list[_Movement]) -> tuple[list[_Movement], bool]:
    """Put the rows in the order of time, by their balances where there are some."""
    newest_first = rows[0].line.booked_on > rows[-1].line.booked_on  # type: ignore[operator] # each row has its day
    orders = [rows[::-1], rows] if newest_first else [rows, rows[::-1]]
    if rows[0].balance is None:
        return orders[0], False
    for order in orders:
        if _broken(order) is None:
            return order, True
    broken = _broken(orders[0])
    place = broken.place if broken else rows[0].place
    raise UnreadableStatement(why=f"{place}: the running balance does not follow from its row")


def _broken(rows: Sequence[_Movement]) -> _Movement | None:
    """Find the first row whose balance is not the one before and its own amount."""
    for before, row in pairwise(rows):
        if before.balance is None or row.balance != before.balance + row.signed:
            return row
    return None


def _account(table: _Table) -> str:
    """Find whose account it is: a column, else an IBAN above the header; empty when unsaid."""
    if "account" in table.places:
        said = {normalise_iban(table.cell(cells, "account")) for _, cells in table.rows}
        if len(said) > 1:
            raise UnreadableStatement(why="the table mixes the rows of several accounts")
        return said.pop()
    for line in table.preamble:
        for word in (
            line.replace('"', "")
            .replace(":", table.profile.delimiter)
            .split(table.profile.delimiter)
        ):
            if is_iban(word):
                return normalise_iban(word)
    return ""


def _on(row: _Movement) -> date:
    if row.line.booked_on is None:
        raise UnreadableStatement(why=f"{row.place}: the row has no day")
    return row.line.booked_on
