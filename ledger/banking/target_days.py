"""The days on which euros move between banks: those of TARGET, the Eurosystem's settlement.

Closed at weekends, New Year, Good Friday, Easter Monday, 1 May, Christmas and the day after
(Guideline (EU) 2022/912, annex I).
"""

from datetime import date, timedelta
from typing import Final

_FIXED: Final = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})
_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


def easter(year: int) -> date:
    """Tell Easter Sunday of a Gregorian year (the Meeus/Jones/Butcher rule)."""
    golden, century, in_century = year % 19, year // 100, year % 100
    moon = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - moon - in_century % 4) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def is_target_day(day: date) -> bool:
    """Tell whether euros move between banks on a day."""
    sunday = easter(day.year)
    closed = day in {sunday - 2 * _DAY, sunday + _DAY} or (day.month, day.day) in _FIXED
    return day.weekday() < _SATURDAY and not closed


def on_or_after(day: date) -> date:
    """Give the first TARGET day from a day on, that day included."""
    while not is_target_day(day):
        day += _DAY
    return day


def days_later(day: date, count: int) -> date:
    """Give the day that lies so many TARGET days behind a day."""
    for _ in range(count):
        day = on_or_after(day + _DAY)
    return day
