"""OFX: the download of personal banking, as SGML (1.x, QFX) or as XML (2.x).

The two differ in whether a value's element is closed, so one reader of tags serves both: a tag
with a text behind it is a value, and only the aggregates named here open and close. There is no
opening balance in the format, so nothing proves that no line is missing; `balanced` stays unknown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Final

from ledger.banking.identity import numbered
from ledger.banking.references import is_iban, normalise_iban
from ledger.banking.statements import Balance, Detail, Direction, Line, Statement
from ledger.banking.text import MAX_LINES, decoded, full_day, signed_amount, tidy
from ledger.refusals import UnreadableStatement

FORMAT: Final = "ofx"

_TOKEN: Final = re.compile(
    r"<!--(?P<note>.{0,20000}?-->)?|<!\[CDATA\[(?:(?P<raw>.{0,20000}?)\]\]>)?|<\?[^<>]*\?>|<(?P<close>/?)(?P<name>[A-Za-z0-9._]{1,80})\s*/?>",
    re.DOTALL,
)
_STRAY: Final = re.compile(r"<(?![A-Za-z/!?])|<\?(?![^<>]{0,1000}\?>)")
_DAY: Final = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:[^0-9].*|[0-9]{4,6}.*)?", re.ASCII)
_MOVEMENT: Final = "STMTTRN"
MAX_IDLE: Final = 20_000
"""Most elements without a movement among them: beyond that, the file is padding."""
_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_STATEMENTS: Final = frozenset({"STMTRS", "CCSTMTRS"})
_FROM: Final = frozenset({"BANKACCTFROM", "CCACCTFROM"})
_TO: Final = frozenset({"BANKACCTTO", "CCACCTTO"})
_AGGREGATES: Final = frozenset(
    {"OFX", "STMTTRN", "LEDGERBAL", "AVAILBAL", "PAYEE", "CURRENCY", "ORIGCURRENCY", "STATUS"}
    | {"BALLIST", "BAL", "BANKTRANLIST", "SONRS", "FI", "INV401KBAL", "INVSTMTRS", "STMTTRNRS"}
    | {"BANKTRANLISTP", "STMTTRNP"}
    | _STATEMENTS
    | _FROM
    | _TO
)
_OUTGOING: Final = frozenset({"DEBIT", "CHECK", "ATM", "FEE", "SRVCHG", "POS", "DIRECTDEBIT"})
_KEPT: Final = ("TRNTYPE", "CHECKNUM", "REFNUM", "SRVRTID", "SIC", "PAYEEID")


@dataclass(slots=True)
class _Element:
    """An aggregate that is being read: its values, and the line where it begins."""

    name: str
    line: int
    values: dict[str, str] = field(default_factory=dict)
    inside: list["_Element"] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"line {self.line}, {self.name}"

    def text(self, name: str) -> str:
        """Give a value with its white space tidied; empty when there is none."""
        return tidy(self.values.get(name, ""))

    def parts(self, *names: str) -> list["_Element"]:
        """List the aggregates of these names below this one."""
        found = []
        for part in self.inside:
            if part.name in names:
                found.append(part)
            else:
                found += part.parts(*names)
        return found


def read_ofx(data: bytes) -> tuple[Statement, ...]:
    """Read every account statement of an OFX file.

    Raises UnreadableStatement naming the line, for an aggregate that is not closed, a movement
    without its day or amount, an amount that can be read in two ways, or another currency.
    """
    top = _tree(decoded(data))
    for status in top.parts("STATUS"):
        if status.text("SEVERITY").upper() == "ERROR":
            why = f"{status.place}: the bank answered with error {status.text('CODE')[:20]}"
            raise UnreadableStatement(why=why)
    statements = [_statement(each) for each in top.parts(*_STATEMENTS)]
    if not statements:
        raise UnreadableStatement(why="the file holds no account statement (STMTRS)")
    return numbered(statements)


def _tree(text: str) -> _Element:
    """Read the tags: aggregates nest, a value belongs to the innermost aggregate."""
    start = re.search(r"<OFX\s*>", text, re.IGNORECASE)
    if start is None:
        raise UnreadableStatement(why="it has no OFX element")
    open_ = [_Element("", 1)]
    for name, closing, value, line in _tags(text, start.start()):
        if name not in _AGGREGATES:
            _keep(open_[-1], name, closing, value, line)
        elif closing:
            if len(open_) == 1 or open_[-1].name != name:
                raise UnreadableStatement(why=f"line {line}: {name} ends where it was not open")
            ended = open_.pop()
            if name == _MOVEMENT and "TRNAMT" not in ended.values:
                raise UnreadableStatement(why=f"{ended.place}: it has no amount (TRNAMT)")
        elif value:
            raise UnreadableStatement(why=f"line {line}: {name} holds a text, not elements")
        else:
            _open(open_, name, line)
    if len(open_) > 1:
        raise UnreadableStatement(why=f"{open_[-1].place}: it never ends, so the file was cut")
    return open_[0]


def _open(open_: list[_Element], name: str, line: int) -> None:
    if name in {each.name for each in open_}:
        raise UnreadableStatement(why=f"line {line}: {name} begins inside of {name}")
    element = _Element(name, line)
    open_[-1].inside.append(element)
    open_.append(element)


def _keep(element: _Element, name: str, closing: bool, value: str, line: int) -> None:  # noqa: FBT001 - as the token says
    if closing or not value:
        return
    if name in element.values:
        raise UnreadableStatement(why=f"line {line}: {element.name} has {name} twice")
    element.values[name] = value


def _tags(text: str, start: int) -> Iterator[tuple[str, bool, str, int]]:
    """Yield each tag in capitals: its name, whether it closes, the text behind it, its line."""
    line = 1 + text.count("\n", 0, start)
    stray = _STRAY.search(text, start)
    if stray is not None:
        at = line + text.count("\n", start, stray.start())
        raise UnreadableStatement(why=f"line {at}: a < that begins no element")
    place = start
    said: tuple[str, bool, int] | None = None
    value = ""
    bounds = _Bounds()
    for token in _TOKEN.finditer(text, start):
        between = text[place : token.start()]
        if "<" in between:
            raise UnreadableStatement(why=f"line {line}: a < that begins no element")
        value += unescape(between)
        line += between.count("\n")
        if token["name"]:
            if said is not None:
                yield said[0], said[1], value.strip(), said[2]
            said, value = (token["name"].upper(), token["close"] == "/", line), ""
            bounds.pass_by(said[0])
        else:
            value += _literal(token, line)
        line += token[0].count("\n")
        place = token.end()
    if "<" in text[place:]:
        raise UnreadableStatement(why=f"line {line}: a < that begins no element")
    if said is not None:
        yield said[0], said[1], value.strip(), said[2]


def _literal(token: re.Match[str], line: int) -> str:
    """Give the text of a section; a comment has none, and neither may stay open."""
    if token[0].startswith("<!") and token["raw"] is None and token["note"] is None:
        raise UnreadableStatement(why=f"line {line}: {token[0]} does not end soon")
    return token["raw"] or ""


@dataclass(slots=True)
class _Bounds:
    """Counts what passes by, and stops a file that is too long or nothing but padding."""

    movements: int = 0
    idle: int = 0

    def pass_by(self, name: str) -> None:
        """Count a tag."""
        self.movements += name == _MOVEMENT
        self.idle = 0 if name == _MOVEMENT else self.idle + 1
        if self.movements > 2 * MAX_LINES:  # each opens and closes
            raise UnreadableStatement(why=f"it holds more than {MAX_LINES} movements")
        if self.idle > MAX_IDLE:
            raise UnreadableStatement(why=f"{MAX_IDLE} elements in a row hold no movement")


def _statement(element: _Element) -> Statement:
    currency = element.text("CURDEF").upper()
    if _CURRENCY.fullmatch(currency) is None:
        raise UnreadableStatement(why=f"{element.place}: it has no currency (CURDEF)")
    accounts = element.parts(*_FROM)
    if len(accounts) != 1 or not accounts[0].text("ACCTID"):
        raise UnreadableStatement(why=f"{element.place}: it does not name its account (ACCTID)")
    account = accounts[0].text("ACCTID")
    national = accounts[0].text("BANKID") + accounts[0].text("BRANCHID")
    movements = element.parts(_MOVEMENT)
    lines = tuple(_line(each, currency) for each in movements)
    warnings = list(_contradictions(element, movements, lines))
    return Statement(
        format=FORMAT,
        id=None,
        account=account,
        currency=currency,
        opening=None,
        closing=_closing(element, currency, warnings),
        lines=lines,
        warnings=tuple(warnings),
        servicer="" if is_iban(account) else national,
    )


def _closing(element: _Element, currency: str, warnings: list[str]) -> Balance | None:
    for kind in ("LEDGERBAL", "AVAILBAL"):
        found = element.parts(kind)
        if len(found) > 1:
            raise UnreadableStatement(why=f"{found[1].place}: a second balance {kind}")
        if found:
            if kind == "AVAILBAL":
                warnings.append(f"no booked balance: {kind}, what was available, stands in")
            amount = signed_amount(found[0].text("BALAMT"), found[0].place)
            return Balance(amount, currency, _day(found[0], "DTASOF"), kind)
    return None


def _line(element: _Element, currency: str) -> Line:
    for money in element.parts("CURRENCY"):
        if money.text("CURSYM").upper() not in {"", currency}:
            why = f"{element.place}: it is in {money.text('CURSYM')[:3]}, the account in {currency}"
            raise UnreadableStatement(why=why)
    signed = signed_amount(element.text("TRNAMT"), element.place)
    direction = Direction.DEBIT if signed.is_signed() else Direction.CREDIT
    return Line(
        amount=abs(signed),
        currency=currency,
        direction=direction,
        booked_on=_day(element, "DTPOSTED"),
        value_on=_day(element, "DTAVAIL") if element.text("DTAVAIL") else None,
        bank_reference=element.text("FITID") or None,
        text=element.text("NAME"),
        details=(_detail(element, abs(signed), currency, direction),),
    )


def _detail(element: _Element, amount: Decimal, currency: str, way: Direction) -> Detail:
    payee = next(iter(element.parts("PAYEE")), None)
    theirs = next(iter(element.parts(*_TO)), None)
    iban = normalise_iban(theirs.text("ACCTID")) if theirs else ""
    return Detail(
        amount=amount,
        currency=currency,
        direction=way,
        text=element.text("MEMO"),
        counterparty=(payee.text("NAME") if payee else element.text("NAME")) or None,
        counterparty_iban=iban if is_iban(iban) else None,
        ids=tuple((name, element.text(name)) for name in _KEPT if element.text(name)),
    )


def _day(element: _Element, name: str) -> date:
    text = element.text(name)
    match = _DAY.fullmatch(text)
    if match is None:
        raise UnreadableStatement(why=f"{element.place}: {name} is {text[:30]!r}, not a date")
    return full_day(match[1] + match[2] + match[3], element.place)


def _contradictions(
    element: _Element, movements: list[_Element], lines: tuple[Line, ...]
) -> Iterator[str]:
    """Compare the signs with the words for the movements; the sign decides, if there is any."""
    odd = 0
    for movement, line in zip(movements, lines, strict=True):
        kind = movement.text("TRNTYPE").upper()
        incoming = line.direction is Direction.CREDIT and line.amount > 0
        odd += (kind in _OUTGOING and incoming) or (kind == "CREDIT" and not incoming)
    if odd and all(line.direction is Direction.CREDIT for line in lines):
        why = f"{element.place}: {odd} debits among its movements have no sign"
        raise UnreadableStatement(why=why)
    if odd:
        yield f"{odd} movements whose sign is not that of their type: the sign counts"
