"""French and English: what the pages say, and how they write amounts, days and instants.

The catalogues are `locale/<language>.po`, compiled in memory at start. Amounts are written by
hand and never read by a locale library: "12.500" would be read as twelve and a half.
"""

import gettext
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final

from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from ledger.books.context import TOWN, town_day
from ledger.money import UnreadableAmountError, format_minor, parse_minor

LANGUAGES: Final = ("fr", "en")
"""The first one is spoken to whoever states no preference."""

LOCALE: Final = Path(__file__).parent / "locale"
NARROW_SPACE: Final = "\u202f"

_AMOUNT: Final = re.compile(r"-?[0-9]+\.[0-9]{2}", re.ASCII)
_WEIGHT: Final = re.compile(r"\s*([a-zA-Z]{2})[^,;]*(?:;\s*q=([01](?:\.[0-9]{1,3})?))?\s*")


def _(message: str) -> str:
    """Mark a message for the catalogues; it is said where the language is known."""
    return message


@dataclass(frozen=True)
class Words:
    """One language, ready to speak."""

    code: str
    catalogue: gettext.GNUTranslations

    def say(self, message: str) -> str:
        """Translate a message."""
        return self.catalogue.gettext(message) if message else ""

    def sentence(self, template: str, facts: Mapping[str, object]) -> str:
        """Translate a refusal's sentence and fill in its facts, amounts written as read here."""
        shown = {name: self._fact(fact) for name, fact in facts.items()}
        return self.say(template).format(**shown)

    def _fact(self, fact: object) -> str:
        text = str(fact)
        return self.amount_text(text) if _AMOUNT.fullmatch(text) else self.say(text)

    def amount(self, minor: int, scale: int = 2) -> str:
        """Write minor units: `1234567` is "12 345,67" in French and "12,345.67" in English."""
        return self.amount_text(format_minor(minor, scale))

    def amount_text(self, text: str) -> str:
        """Write a decimal string as one reads it here."""
        sign, digits = ("\u2212", text[1:]) if text.startswith("-") else ("", text)
        whole, _, decimals = digits.partition(".")
        groups = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", "_", whole)
        thousands, point = (NARROW_SPACE, ",") if self.code == "fr" else (",", ".")
        return sign + groups.replace("_", thousands) + (point + decimals if decimals else "")

    def amount_plain(self, minor: int, scale: int = 2) -> str:
        """Write minor units as one types them in a field: no groups of thousands."""
        text = format_minor(minor, scale)
        return text.replace(".", ",") if self.code == "fr" else text

    def plural(self, unit: str) -> str:
        """Write the name of a unit as one says many of it."""
        return unit if unit.endswith(("s", "x", "z")) else f"{unit}s"

    def unit_of(self, unit: str, amount: int | str, scale: int = 2) -> str:
        """Write the name of a unit as one says so much of it: French counts from two."""
        text = amount if isinstance(amount, str) else format_minor(amount, scale)
        whole = text.lstrip("-").partition(".")[0]
        one = whole in {"0", "1"} if self.code == "fr" else text in {"1", "1.00"}
        return unit if one else self.plural(unit)

    def percent(self, bps: int) -> str:
        """Write basis points as a percentage with one decimal, rounded down."""
        number = self.amount(bps // 10, 1)
        return f"{number}{NARROW_SPACE}%" if self.code == "fr" else f"{number}%"

    def day(self, day: date) -> str:
        """Write a date with its month in words."""
        return str(format_date(day, "d MMM y", locale=self.code))

    def moment(self, at: datetime) -> str:
        """Write an instant as the town's day and time, to the second."""
        return f"{self.day(town_day(at))}, {self.clock(at)}"

    def brief(self, at: datetime) -> str:
        """Write an instant as the town's day and minute, for a list."""
        day = format_date(town_day(at), "d MMM", locale=self.code)
        return f"{day} {format_time(at.astimezone(TOWN), 'HH:mm', locale=self.code)}"

    def clock(self, at: datetime) -> str:
        """Write the town's time, to the second."""
        return str(format_time(at.astimezone(TOWN), "HH:mm:ss", locale=self.code))


@cache
def words(code: str) -> Words:
    """Compile a language's catalogue, once."""
    with (LOCALE / f"{code}.po").open("rb") as source:
        catalogue = read_po(source, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Words(code, gettext.GNUTranslations(compiled))


def preferred(header: str) -> str:
    """Pick a language from an Accept-Language header: the best liked of ours, else French."""
    liked: list[tuple[int, str]] = []
    for part in header.split(",")[:20]:
        match = _WEIGHT.fullmatch(part)
        if match and match[1].lower() in LANGUAGES:
            weight = (match[2] or "1").replace(".", "").ljust(4, "0")
            liked.append((int(weight), match[1].lower()))
    best = max(liked, key=lambda pair: pair[0], default=(0, ""))
    return best[1] if best[0] else LANGUAGES[0]


def amount_typed(text: str, scale: int = 2) -> int:
    """Read an amount typed in a form: one comma may stand for the point. Raises as parse_minor."""
    plain = text.strip()
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    if plain.endswith("."):
        message = "digits must follow the comma"
        raise UnreadableAmountError(message)
    return parse_minor(plain, scale)
