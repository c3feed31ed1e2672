"""Checks a FEC as the tax office would, and its sums, which the tax office's own tool leaves out.

Pure: lines of bytes in, problems out, read once; memory holds one entry and the sums.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final

from ledger.banking.fec import COLUMNS

MOST: Final = 1_000
"""Problems told of one file; a file of another kind has one in each line."""
LONGEST_LINE: Final = 10_000
_SEPARATORS: Final = ("\t", "|")
_NAME: Final = re.compile(r"([0-9]{9})FEC([0-9]{8})(?:\.[A-Za-z]{3})?")
_AMOUNT: Final = re.compile(r"-?[0-9]{1,15}(?:,[0-9]{1,6})?", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{8}", re.ASCII)
_ACCOUNT: Final = re.compile(r"[1-9][0-9]{2}[0-9A-Za-z]*", re.ASCII)
_DAYS: Final = ("EcritureDate", "PieceDate", "ValidDate")
_NEEDED: Final = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "ValidDate",
)
_PAIRS: Final = (
    ("CompAuxNum", "CompAuxLib"),
    ("EcritureLet", "DateLet"),
    ("Montantdevise", "Idevise"),
)


@dataclass(frozen=True, slots=True)
class FecProblem:
    """What is wrong, and in which line of the file (the first is 1; 0 is the file itself)."""

    line: int
    kind: str
    what: str
    """The value or the names that are wrong."""


@dataclass(slots=True)
class _Entry:
    """The entry whose lines are being read."""

    number: str = ""
    line: int = 0
    day: str = ""
    journal: str = ""
    sum: Decimal = Decimal(0)


@dataclass(slots=True)
class _Reading:
    """What is known of the file so far."""

    last_day: date | None
    separator: str = ""
    order: list[str] = field(default_factory=list)
    entry: _Entry = field(default_factory=_Entry)
    numbers: int = 0
    sum: Decimal = Decimal(0)
    names: dict[str, str] = field(default_factory=dict)


def check_fec(name: str, lines: Iterable[bytes]) -> Iterator[FecProblem]:
    """Find what is wrong with a file: its name, columns, dates, amounts, numbers and balances."""
    return islice(_check(name, lines), MOST)


def _check(name: str, lines: Iterable[bytes]) -> Iterator[FecProblem]:
    reading = _Reading(last_day=None)
    yield from _check_name(name, reading)
    count = 0
    for count, raw in enumerate(lines, 1):
        if len(raw) > LONGEST_LINE:
            yield FecProblem(count, "line-too-long", str(len(raw)))
            return
        try:
            text = raw.decode("utf-8-sig" if count == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            text = raw.decode("iso-8859-15").rstrip("\r\n")
        if count == 1:
            yield from _check_head(text, reading)
            if not reading.separator:
                return
        else:
            yield from _check_line(count, text, reading)
    if count < 2:  # noqa: PLR2004 - the columns' names and one line
        yield FecProblem(count, "no-lines", "")
    yield from _end_entry(reading)
    if reading.sum:
        yield FecProblem(0, "file-unbalanced", _told(reading.sum))


def _check_name(name: str, reading: _Reading) -> Iterator[FecProblem]:
    match = _NAME.fullmatch(name)
    reading.last_day = _day(match[2]) if match else None
    if match is None or reading.last_day is None:
        yield FecProblem(0, "name", name)
    elif not _is_siren(match[1]):
        yield FecProblem(0, "siren", match[1])


def _is_siren(digits: str) -> bool:
    """Say whether nine digits bear their check digit (Luhn)."""
    doubled = [int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0  # noqa: PLR2004 - Luhn's nine


def _check_head(text: str, reading: _Reading) -> Iterator[FecProblem]:
    for separator in _SEPARATORS:
        if separator in text:
            reading.separator, reading.order = separator, text.split(separator)
            break
    else:
        yield FecProblem(1, "separator", text[:40])
        return
    if tuple(reading.order) != COLUMNS:
        wrong = [n for n, o in zip(reading.order, COLUMNS, strict=False) if n != o]
        yield FecProblem(1, "columns", (wrong or [str(len(reading.order))])[0][:40])
        reading.separator = ""


def _check_line(number: int, text: str, reading: _Reading) -> Iterator[FecProblem]:
    cells = text.split(reading.separator)
    if len(cells) != len(COLUMNS):
        yield FecProblem(number, "cells", str(len(cells)))
        return
    line = dict(zip(COLUMNS, cells, strict=True))
    for column in _NEEDED:
        if not line[column].strip():
            yield FecProblem(number, "missing", column)
    for pair in _PAIRS:
        if len({bool(line[column].strip()) for column in pair}) > 1:
            yield FecProblem(number, "half-a-pair", " ".join(pair))
    yield from _check_days(number, line, reading)
    yield from _check_account(number, line, reading)
    yield from _check_entry(number, line, reading)
    yield from _check_amounts(number, line, reading)


def _check_days(number: int, line: dict[str, str], reading: _Reading) -> Iterator[FecProblem]:
    for column in (*_DAYS, "DateLet"):
        if line[column] and _day(line[column]) is None:
            yield FecProblem(number, "day", f"{column} {line[column]}"[:40])
    day = _day(line["EcritureDate"])
    if day and reading.last_day and day > reading.last_day:
        yield FecProblem(number, "after-the-year", line["EcritureDate"])


def _check_account(number: int, line: dict[str, str], reading: _Reading) -> Iterator[FecProblem]:
    account, name = line["CompteNum"], line["CompteLib"]
    if account and not _ACCOUNT.fullmatch(account):
        yield FecProblem(number, "account", account[:40])
    if reading.names.setdefault(account, name) != name:
        yield FecProblem(number, "two-names", account[:40])


def _check_entry(number: int, line: dict[str, str], reading: _Reading) -> Iterator[FecProblem]:
    entry = reading.entry
    if line["EcritureNum"] != entry.number:
        yield from _end_entry(reading)
        reading.numbers += 1
        if line["EcritureNum"] != str(reading.numbers):
            yield FecProblem(number, "number", f"{line['EcritureNum']} for {reading.numbers}"[:60])
        entry = _Entry(line["EcritureNum"], number, line["EcritureDate"], line["JournalCode"])
        reading.entry = entry
    elif (line["EcritureDate"], line["JournalCode"]) != (entry.day, entry.journal):
        yield FecProblem(number, "two-days-or-journals", entry.number)


def _check_amounts(number: int, line: dict[str, str], reading: _Reading) -> Iterator[FecProblem]:
    debit, credit = (_amount(line[column]) for column in ("Debit", "Credit"))
    if debit is None or credit is None:
        wrong = "Debit" if debit is None else "Credit"
        yield FecProblem(number, "amount", f"{wrong} {line[wrong]}"[:40])
        return
    if bool(debit) == bool(credit):
        yield FecProblem(number, "debit-xor-credit", f"{line['Debit']} {line['Credit']}")
    reading.entry.sum += debit - credit
    reading.sum += debit - credit


def _end_entry(reading: _Reading) -> Iterator[FecProblem]:
    entry = reading.entry
    if entry.sum:
        yield FecProblem(entry.line, "entry-unbalanced", f"{entry.number}: {_told(entry.sum)}")


def _day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _amount(text: str) -> Decimal | None:
    return Decimal(text.replace(",", ".")) if _AMOUNT.fullmatch(text) else None


def _told(amount: Decimal) -> str:
    return str(amount).replace(".", ",")
