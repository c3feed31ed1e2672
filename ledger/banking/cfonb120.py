"""CFONB120: the statement of French banks, in records of 120 characters.

    01  opens an account's block with its previous balance
    04  one movement                    05  what more there is to say about it, any number of times
    07  closes the block with the new balance

An amount is 14 characters: digits, the last one overpunched with the sign (`{`, A to I for a
credit ending in 0 to 9; `}`, J to R for a debit), the decimals given apart. The format has no
identifier of the statement and none of the movement: `identity` names lines by all they say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from ledger.banking.identity import numbered
from ledger.banking.statements import Balance, Detail, Direction, Line, Statement
from ledger.refusals import UnreadableStatement

FORMAT: Final = "cfonb120"
WIDTH: Final = 120

_BREAK: Final = re.compile(r"\r\n|\n|\r")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")
_DIGITS: Final = re.compile(r"[0-9]{13}", re.ASCII)
_CENTURY_TURNS: Final = "80"
"""Two-digit years from 80 on are of the 1900s; the euro and the format are younger than that."""

_CREDIT_ENDS: Final = "{ABCDEFGHI"
_DEBIT_ENDS: Final = "}JKLMNOPQR"

_TEXTS: Final = ("LIB", "LCC", "LC2")
_END_TO_END: Final = "RCN"
_STRUCTURED: Final = "LCS"
_PAYER: Final = "NPY"
_PAYEE: Final = "NBE"
_FIRST_HALF: Final = 35
"""RCN holds two fields of 35: the reference of the payer, then the purpose."""


def read_cfonb120(data: bytes) -> tuple[Statement, ...]:
    """Read every block of a CFONB120 file.

    Raises UnreadableStatement naming the line, for a wrong length, a record out of place, a
    garbled amount or date, a block that is not closed, or an account that changes in a block.
    """
    reader = _Reader()
    for place, text in _records(data):
        reader.take(_Record(place, text))
    return numbered(reader.finished())


def _records(data: bytes) -> Iterator[tuple[str, str]]:
    """Cut the file into records: one a line, or run together without any line break."""
    # In UTF-8 an accent takes two bytes, and a record is 120 characters whatever its encoding.
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    for number, line in enumerate(_BREAK.split(text), start=1):
        place = f"line {number}"
        if not line.strip(" "):
            continue
        if _CONTROL.search(line):
            raise UnreadableStatement(why=f"{place}: it holds a control character")
        if len(line) % WIDTH:
            why = f"{place}: a record has {WIDTH} characters, this line {len(line)}"
            raise UnreadableStatement(why=why)
        for start in range(0, len(line), WIDTH):
            part = f", record {start // WIDTH + 1}" if len(line) > WIDTH else ""
            yield place + part, line[start : start + WIDTH]


@dataclass(frozen=True, slots=True)
class _Record:
    """One record and where it stands; positions are those of the standard, less one."""

    place: str
    text: str

    @property
    def kind(self) -> str:
        return self.text[0:2]

    @property
    def servicer(self) -> str:
        """The codes of bank and branch."""
        return self.text[2:7] + self.text[11:16]

    @property
    def currency(self) -> str:
        return self.text[16:19]

    @property
    def account(self) -> str:
        return self.text[21:32].strip()

    @property
    def qualifier(self) -> str:
        return self.text[45:48]

    @property
    def rejection(self) -> str | None:
        """The code of why a payment came back; blanks or zeros on ordinary ones."""
        text = self.text[40:42].strip()
        return text if text.strip("0") else None

    @property
    def statement(self) -> str:
        """The qualified text of a 05."""
        return _tidy(self.text[48:118])

    def day(self, start: int) -> date | None:
        """Read DDMMYY at a position; None when it is blank or zeros."""
        text = self.text[start : start + 6]
        if not text.strip(" 0"):
            return None
        century = "19" if text[4:6] >= _CENTURY_TURNS else "20"
        try:
            return date.fromisoformat(f"{century}{text[4:6]}-{text[2:4]}-{text[0:2]}")
        except ValueError:
            raise UnreadableStatement(why=f"{self.place}: {text!r} is not a date") from None

    def amount(self) -> Decimal:
        """Read the signed amount with the decimals that the record announces."""
        text, decimals = self.text[90:104], self.text[19]
        ends = _CREDIT_ENDS + _DEBIT_ENDS
        if _DIGITS.fullmatch(text[:13]) is None or text[13] not in ends or decimals not in "01234":
            why = f"{self.place}: {text!r} with {decimals!r} decimals is not an amount"
            raise UnreadableStatement(why=why)
        digits = Decimal(text[:13] + str(ends.index(text[13]) % 10))
        return (digits if text[13] in _CREDIT_ENDS else -digits).scaleb(-int(decimals))

    def balance(self) -> Balance:
        """Read the balance of a 01 or a 07."""
        on = self.day(34)
        if on is None:
            raise UnreadableStatement(why=f"{self.place}: the balance has no date")
        return Balance(self.amount(), self.currency, on, self.kind)


@dataclass(slots=True)
class _Block:
    """An account's block that is still being read."""

    opening: _Record
    lines: list[Line] = field(default_factory=list)
    movement: _Record | None = None
    complements: list[_Record] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def check(self, record: _Record) -> None:
        """Compare a record with the 01 of its block."""
        first = self.opening
        if (record.account, record.currency) != (first.account, first.currency):
            raise UnreadableStatement(why=f"{record.place}: not the account of its block")
        if record.servicer != first.servicer and record.kind != "05":
            self.warnings.append(f"{record.place}: not the bank and branch of its block")

    def end_movement(self) -> None:
        """Turn the current 04 and its 05 into a line."""
        if self.movement is not None:
            self.lines.append(_line(self.movement, self.complements))
            self.movement, self.complements = None, []


class _Reader:
    """Follows the order of the records: 01, then 04 each with its 05, then 07."""

    def __init__(self) -> None:
        """Begin outside any block."""
        self._block: _Block | None = None
        self._done: list[Statement] = []

    def take(self, record: _Record) -> None:
        """Take in the next record."""
        block = self._block
        if record.kind == "01":
            if block is not None:
                raise UnreadableStatement(why=f"{record.place}: the block before is not closed")
            _check_head(record)
            self._block = _Block(record)
        elif record.kind not in {"04", "05", "07"}:
            raise UnreadableStatement(why=f"{record.place}: {record.kind!r} is not a record code")
        elif block is None:
            raise UnreadableStatement(why=f"{record.place}: a {record.kind} outside of any block")
        else:
            block.check(record)
            self._take_inside(block, record)

    def finished(self) -> list[Statement]:
        """Hand over the statements; a block left open means that the file was cut."""
        if self._block is not None:
            place = self._block.opening.place
            raise UnreadableStatement(why=f"{place}: this block is never closed by a 07")
        if not self._done:
            raise UnreadableStatement(why="the file holds no record")
        return self._done

    def _take_inside(self, block: _Block, record: _Record) -> None:
        if record.kind == "05":
            if block.movement is None:
                raise UnreadableStatement(why=f"{record.place}: a 05 without its 04")
            block.complements.append(record)
            return
        block.end_movement()
        if record.kind == "04":
            block.movement = record
        else:
            self._done.append(_statement(block, record))
            self._block = None


def _check_head(record: _Record) -> None:
    if not (record.account.isalnum() and record.currency.isalpha() and record.currency.isascii()):
        raise UnreadableStatement(why=f"{record.place}: it names no account or no currency")


def _statement(block: _Block, closing: _Record) -> Statement:
    first = block.opening
    return Statement(
        format=FORMAT,
        id=None,
        account=first.account,
        currency=first.currency,
        opening=first.balance(),
        closing=closing.balance(),
        lines=tuple(block.lines),
        warnings=tuple(block.warnings),
        servicer=first.servicer,
    )


def _line(record: _Record, complements: list[_Record]) -> Line:
    signed = record.amount()
    booked_on = record.day(34)
    if booked_on is None:
        raise UnreadableStatement(why=f"{record.place}: the movement has no date")
    # The sign of a movement is in its last character, also when the amount is zero.
    direction = Direction.CREDIT if record.text[103] in _CREDIT_ENDS else Direction.DEBIT
    return Line(
        amount=abs(signed),
        currency=record.currency,
        direction=direction,
        booked_on=booked_on,
        value_on=record.day(42),
        text=_tidy(record.text[48:79]),
        details=(_detail(record, complements, abs(signed), direction),),
    )


def _detail(
    record: _Record, complements: list[_Record], amount: Decimal, direction: Direction
) -> Detail:
    """Gather what the 05 say: names by their side, texts in order, the rest as it is."""
    said: dict[str, list[str]] = {}
    for complement in complements:
        said.setdefault(complement.qualifier, []).append(complement.statement)
    client = [c.text[48 : 48 + _FIRST_HALF] for c in complements if c.qualifier == _END_TO_END]
    sides = (_PAYER, _PAYEE) if direction is Direction.CREDIT else (_PAYEE, _PAYER)
    names = [name for side in sides for name in said.get(side, ()) if name]
    own = (
        ("operation", record.text[32:34]),
        ("number", record.text[81:88]),
        ("reference", record.text[104:120]),
    )
    ids = [(name, _tidy(text)) for name, text in own if text.strip(" 0")]
    ids += [
        (c.qualifier, c.statement) for c in complements if c.statement and c.qualifier not in _TEXTS
    ]
    return Detail(
        amount=amount,
        currency=record.currency,
        direction=direction,
        end_to_end_id=next((_tidy(text) for text in client if text.strip()), None),
        references=tuple(text for text in said.get(_STRUCTURED, ()) if text),
        text=" ".join(c.statement for c in complements if c.qualifier in _TEXTS),
        counterparty=names[0] if names else None,
        ids=tuple(ids),
        return_reason=record.rejection,
    )


def _tidy(text: str) -> str:
    return " ".join(text.split())
