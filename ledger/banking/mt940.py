"""MT940: the statement of SWIFT, in fields that begin with their number between colons.

    :20: message   :25: account   :28C: number/page
    :60F: opening balance (:60M: of a further page)
    :61:  one movement           :86: what there is to say about it, see `mt940_text`
    :62F: closing balance (:62M: when another page follows)

What stands around the fields differs from bank to bank (SWIFT's braces, a dash, lines of the
transmission) and is passed over; what stands in them is read to the last character. A movement
marked RC is a credit taken back, so money went out; RD the other way round.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from ledger.banking.identity import numbered
from ledger.banking.mt940_text import read_words
from ledger.banking.statements import Balance, Direction, Line, Statement
from ledger.banking.text import MAX_LINES, decoded, lines_of, short_day, tidy
from ledger.refusals import UnreadableStatement

FORMAT: Final = "mt940"

_FIELD: Final = re.compile(r"(?:\{4:)?\s*:([0-9A-Za-z]{1,3}):(.*)")
_KNOWN: Final = frozenset(
    {"13", "13D", "20", "21", "25", "25P", "28", "28C", "34F", "60F", "60M", "61", "62F", "62M"}
    | {"64", "65", "86", "90C", "90D", "NS"}
)
_END: Final = re.compile(r"-(?:\}.*|XXX.*)?\s*")
_BRACES: Final = re.compile(r"\{[0-9]:[^{}]*\}")
_AMOUNT: Final = r"[0-9]{1,15}(?:,[0-9]{0,5}|\.[0-9]{2})"
_BALANCE: Final = re.compile(rf"([CD])([0-9]{{6}})([A-Z]{{3}})({_AMOUNT}|[0-9]{{1,15}})", re.ASCII)
_MOVEMENT: Final = re.compile(
    rf"(?P<valued>[0-9]{{6}})(?P<booked>[0-9]{{4}})?\ ?"
    rf"(?P<mark>R?[CD])(?P<funds>[A-Z])?\ ?(?P<amount>{_AMOUNT})"
    r"(?P<kind>[NSF][A-Z0-9 ]{3})(?P<ours>.*?)(?://(?P<theirs>.*))?",
    re.ASCII,
)
_MOST_CONTINUED: Final = 200
"""The standard allows six lines; banks write more."""
_MIDYEAR: Final = 183


@dataclass(slots=True)
class _Message:
    """The fields of one message, in order, each with its line in the file and its lines."""

    fields: list[tuple[str, int, list[str]]] = field(default_factory=list)

    def go_on(self, line: str, number: int) -> None:
        """Add a line to the field that is being read."""
        lines = self.fields[-1][2]
        if len(lines) > _MOST_CONTINUED:
            why = f"line {number}: a field goes on for more than {_MOST_CONTINUED} lines"
            raise UnreadableStatement(why=why)
        lines.append(line)

    def texts(self, *names: str) -> list[str]:
        """Give the first lines of the fields of these names."""
        return [lines[0].strip() for name, _, lines in self.fields if name in names]


def read_mt940(data: bytes) -> tuple[Statement, ...]:
    """Read every message of an MT940 file.

    Raises UnreadableStatement naming the line, for an unknown field, a garbled movement or
    balance, a message without its balances or its account, or a file that was cut.
    """
    statements = [_statement(message, n) for n, message in enumerate(_messages(data), start=1)]
    if not statements:
        raise UnreadableStatement(why="the file holds no message")
    return numbered(statements)


def _messages(data: bytes) -> Iterator[_Message]:
    """Cut the file into messages: a :20: begins one, a dash on its own line ends it."""
    message: _Message | None = None
    for number, raw in enumerate(lines_of(decoded(data)), start=1):
        line = _BRACES.sub("", raw)
        found = _FIELD.match(line)
        if found is not None:
            name = found[1].upper()
            if name not in _KNOWN:
                raise UnreadableStatement(why=f"line {number}: the field {found[1]} is not known")
            if name == "20":
                if message is not None:
                    yield message
                message = _Message()
            if message is None:
                raise UnreadableStatement(why=f"line {number}: {name} stands before any :20:")
            message.fields.append((name, number, [found[2]]))
        elif message is not None and _END.fullmatch(line):
            yield message
            message = None
        elif message is not None:
            message.go_on(line, number)
    if message is not None:
        yield message


def _statement(message: _Message, position: int) -> Statement:
    place = f"message {position}"
    accounts = message.texts("25", "25P")
    if len(accounts) != 1 or not accounts[0]:
        raise UnreadableStatement(why=f"{place}: it does not name its account (:25:) once")
    if message.texts("34F", "13D") and not message.texts("60F", "60M"):
        why = f"{place}: an interim report (MT942), which a statement (MT940) will repeat"
        raise UnreadableStatement(why=why)
    opening = _only_balance(message, "60", place)
    closing = _only_balance(message, "62", place)
    if opening.currency != closing.currency:
        why = f"{place}: it opens in {opening.currency} and closes in {closing.currency}"
        raise UnreadableStatement(why=why)
    lines = tuple(_lines(message, opening.currency))
    numbers = message.texts("28C", "28") + message.texts("20")
    return Statement(
        format=FORMAT,
        id=next((text for text in numbers if text), None),
        account=accounts[0],
        currency=opening.currency,
        opening=opening,
        closing=closing,
        lines=lines,
        warnings=tuple(_announced(message, lines)),
    )


def _only_balance(message: _Message, kind: str, place: str) -> Balance:
    found = [each for each in message.fields if each[0] in {f"{kind}F", f"{kind}M"}]
    if len(found) != 1:
        raise UnreadableStatement(why=f"{place}: it has {len(found)} balances :{kind}:, not one")
    name, number, lines = found[0]
    match = _BALANCE.fullmatch(lines[0].strip())
    if match is None or any(line.strip() for line in lines[1:]):
        raise UnreadableStatement(why=f"line {number}: {lines[0][:40]!r} is not a balance")
    amount = _decimal(match[4])
    signed = -amount if match[1] == "D" else amount
    return Balance(signed, match[3], short_day(match[2], f"line {number}"), name)


def _lines(message: _Message, currency: str) -> Iterator[Line]:
    """Read the movements, each with the :86: that follows it at once."""
    count = 0
    for index, (name, number, lines) in enumerate(message.fields):
        if name != "61":
            continue
        count += 1
        if count > MAX_LINES:
            raise UnreadableStatement(why=f"it holds more than {MAX_LINES} movements")
        behind = message.fields[index + 1 : index + 2]
        told = behind[0][2] if behind and behind[0][0] == "86" else []
        yield _movement(lines, told, currency, f"line {number}")


def _movement(lines: Sequence[str], told: Sequence[str], currency: str, place: str) -> Line:
    match = _MOVEMENT.fullmatch(lines[0].rstrip())
    if match is None:
        raise UnreadableStatement(why=f"{place}: {lines[0][:60]!r} is not a movement")
    valued = short_day(match["valued"], place)
    mark = match["mark"]
    amount = _decimal(match["amount"])
    went_in = (mark[-1] == "C") is not mark.startswith("R")
    line = Line(
        amount=amount,
        currency=currency,
        direction=Direction.CREDIT if went_in else Direction.DEBIT,
        booked_on=_booked(match["booked"], valued, place),
        value_on=valued,
        bank_reference=tidy(match["theirs"] or "") or None,
        reversal=mark.startswith("R"),
    )
    ours = match["ours"].strip()
    more = tidy(" ".join(lines[1:]))
    text, detail = read_words(told, line, ours=ours, more=more, kind=match["kind"])
    return replace(line, text=text, details=(detail,))


def _booked(text: str | None, valued: date, place: str) -> date:
    """Read the booking day MMDD in the year that brings it nearest to the value day."""
    if text is None:
        return valued
    years = (valued.year, valued.year - 1, valued.year + 1)
    days = []
    for year in years:
        try:
            days.append(date(year, int(text[:2]), int(text[2:])))
        except ValueError:  # the 29th of February of another year, or no day at all
            continue
    if not days or min(abs((day - valued).days) for day in days) > _MIDYEAR:
        raise UnreadableStatement(why=f"{place}: {text!r} is not a day of the year")
    return min(days, key=lambda day: abs((day - valued).days))


def _decimal(text: str) -> Decimal:
    whole, _, decimals = text.replace(",", ".").partition(".")
    return Decimal(f"{whole}.{decimals}" if decimals else whole)


def _announced(message: _Message, lines: Sequence[Line]) -> Iterator[str]:
    """Compare the counts that :90C: and :90D: announce with what is there."""
    for name, direction in (("90C", Direction.CREDIT), ("90D", Direction.DEBIT)):
        found = sum(line.direction is direction for line in lines)
        for text in message.texts(name):
            digits = re.match(r"[0-9]{1,5}", text)
            if digits and int(digits[0]) != found:
                yield f":{name}: announces {int(digits[0])} movements, {found} found"
