"""Does each entry count on the day that it sealed, and on none that was closed before it."""

from datetime import datetime

import orjson

from ledger.books.closings import CLOSES, DAY
from ledger.books.context import town_day
from ledger.proof.book import NONE, Book, Problems, Sheet
from ledger.proof.problems import problem
from ledger.proof.rows import ENTRY_DAYS, KeptEntry

_MENTIONS = f'"{DAY}":', f'"{CLOSES}":'


class Days:
    """Accounting days are those that were sealed, never later than the entry, never in the past."""

    def __init__(self, book: Book) -> None:
        """Start with open books."""
        self._book = book
        self._closed = ""
        self._closings: dict[str, int] = {}

    def entry(self, sheet: Sheet) -> Problems:
        """See Check. Most entries mention neither day nor closing and cost two searches."""
        entry = sheet.entry
        kept = next((rows for name, rows in sheet.attached if name == ENTRY_DAYS.name), None)
        day, closes = _said(entry)
        problems: Problems = []
        if ([row.day for row in kept] if kept else []) != ([day] if day else []):
            problems.append(problem("day", entry=entry.number))
        if day and not _before(day, entry.at):
            problems.append(problem("day", entry=entry.number))
        if day and day <= self._closed:
            facts = {"day": day, "until": self._closed}
            problems.append(problem("closed-day", entry=entry.number, **facts))
        if closes:
            self._closed = max(self._closed, closes)
            self._closings[closes] = entry.number
        return problems or NONE

    def end(self) -> Problems:
        """See Check."""
        kept = {until: row.entry for until, row in self._book.closings.items()}
        differing = sorted(set(kept.items()) ^ set(self._closings.items()))
        return [problem("closing", until=until) for until in dict(differing)]


def _said(entry: KeptEntry) -> tuple[str, str]:
    """Read the days that an entry seals; what cannot be read breaks its hash anyway."""
    if not any(mention in entry.facts for mention in _MENTIONS):
        return "", ""
    try:
        facts = orjson.loads(entry.facts)
        return str(facts.get(DAY, "")), str(facts.get(CLOSES, ""))
    except (ValueError, AttributeError):
        return "", ""


def _before(day: str, at: str) -> bool:
    """Say whether a day lies before the Paris day of an instant."""
    try:
        return day < town_day(datetime.fromisoformat(at)).isoformat()
    except ValueError:
        return False
