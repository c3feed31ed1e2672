"""Amounts, days and instants as one reads them in French and English.

Written by hand where money is concerned: a locale library would read "12.500" as twelve and a
half. Days come from Babel.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from babel.dates import format_date, format_time

from ledger.books.context import TOWN, town_day
from ledger.money import format_minor

FRENCH: Final = "fr"
NARROW_SPACE: Final = "\u202f"
MINUS: Final = "\u2212"


@dataclass(frozen=True, slots=True)
class Writing:
    """One language's way of writing."""

    language: str

    def amount(self, minor: int, scale: int = 2) -> str:
        """Write minor units: `1234567` is "12 345,67" in French and "12,345.67" in English."""
        return self.amount_text(format_minor(minor, scale))

    def amount_text(self, text: str) -> str:
        """Write a decimal string as one reads it here."""
        sign, digits = (MINUS, text[1:]) if text.startswith("-") else ("", text)
        whole, _, decimals = digits.partition(".")
        groups = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", "_", whole)
        thousands, point = (NARROW_SPACE, ",") if self.language == FRENCH else (",", ".")
        return sign + groups.replace("_", thousands) + (point + decimals if decimals else "")

    def day(self, day: date) -> str:
        """Write a date with its month in words."""
        return str(format_date(day, "d MMM y", locale=self.language))

    def moment(self, at: datetime) -> str:
        """Write an instant as the town's day and time, to the second."""
        return f"{self.day(town_day(at))}, {self.clock(at)}"

    def clock(self, at: datetime) -> str:
        """Write the town's time, to the second."""
        return str(format_time(at.astimezone(TOWN), "HH:mm:ss", locale=self.language))
