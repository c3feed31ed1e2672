"""Bank files that are plain text: which encoding they are in, and what an amount in them is.

MT940, OFX and CSV share these questions, and answer them strictly: an amount that a person could
read in two ways is refused.
"""

import codecs
import re
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Final

from ledger.refusals import UnreadableStatement

MAX_BYTES: Final = 20 * 1024 * 1024
"""Largest text file read: some sixty thousand movements of MT940, decades of an association."""

MAX_LINES: Final = 50_000
"""Most movements in one text file; who has more has camt, which is read piece by piece."""

MAX_TEXT_LINES: Final = 300_000
"""Most lines of text in one file: a movement and what there is to say about it take a few."""

MAX_WIDTH: Final = 20_000
"""Longest line of a file that is read by lines."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1d\x7f]")
_BREAK: Final = re.compile(r"\r\n|\n|\r")
_CENTURY_TURNS: Final = "80"
_POINT_OR_COMMA: Final = re.compile(r"([+-]?)([0-9]{1,15})(?:[.,]([0-9]{0,5}))?", re.ASCII)
_EIGHT: Final = re.compile(r"[0-9]{8}", re.ASCII)
_AMBIGUOUS: Final = 3
"""Behind one separator, three digits may be decimals or thousands."""


def decoded(data: bytes) -> str:
    """Read the bytes as text: by the byte order mark, else as UTF-8, else as Windows-1252.

    Raises UnreadableStatement for what is no text in any of these, or holds control characters.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableStatement(why=f"the file is larger than {MAX_BYTES // 2**20} MB")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            text = _strictly(data[len(mark) :], encoding)
            if text is None:
                raise UnreadableStatement(why=f"it claims to be {encoding}, its bytes are not")
            break
    else:
        text = _strictly(data, "utf-8")
        if text is None:
            text = data.decode("cp1252", "replace")
    control = _CONTROL.search(text)
    if control is not None:
        line = text.count("\n", 0, control.start()) + 1
        raise UnreadableStatement(why=f"line {line}: it holds a control character")
    return text


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def lines_of(text: str) -> list[str]:
    """Cut a text into lines, whatever the system that wrote it ends them with.

    Raises UnreadableStatement for more or longer lines than a bank file has.
    """
    if text.count("\n") + text.count("\r") > 2 * MAX_TEXT_LINES:
        raise UnreadableStatement(why=f"it has more than {MAX_TEXT_LINES} lines")
    lines = _BREAK.split(text)
    if len(lines) > MAX_TEXT_LINES:
        raise UnreadableStatement(why=f"it has more than {MAX_TEXT_LINES} lines")
    for number, line in enumerate(lines, start=1):
        if len(line) > MAX_WIDTH:
            raise UnreadableStatement(why=f"line {number} has more than {MAX_WIDTH} characters")
    return lines


def tidy(text: str) -> str:
    """Write a text with single spaces."""
    return " ".join(text.split())


def signed_amount(text: str, place: str) -> Decimal:
    """Read an amount with a point or a comma before its decimals, and an optional sign.

    Raises UnreadableStatement for anything else, and for exactly three decimals: `1,234` may be
    one euro and a bit, or a thousand.
    """
    match = _POINT_OR_COMMA.fullmatch(text)
    if match is None:
        raise UnreadableStatement(why=f"{place}: {text[:40]!r} is not an amount")
    if len(match[3] or "") == _AMBIGUOUS:
        raise UnreadableStatement(why=f"{place}: {text[:40]!r} can be read in two ways")
    return Decimal(f"{match[1]}{match[2]}.{match[3] or '0'}" if match[3] else match[1] + match[2])


def short_day(text: str, place: str) -> date:
    """Read YYMMDD; years from 80 on are of the 1900s."""
    century = "19" if text[:2] >= _CENTURY_TURNS else "20"
    return full_day(century + text, place)


def full_day(text: str, place: str) -> date:
    """Read YYYYMMDD."""
    if _EIGHT.fullmatch(text):
        with suppress(ValueError):
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    raise UnreadableStatement(why=f"{place}: {text[:20]!r} is not a date")
