"""The auditor's look at accounting days: sealed, in the past, and not in a closed period."""

import pytest

from ledger.proof.book import Book, Sheet
from ledger.proof.day_checks import Days
from ledger.proof.rows import ENTRY_DAYS, KeptCurrency, KeptEntry, KeptEntryDay

AT = "2026-11-20T12:00:00.000000Z"
CLOSING = '{"closes":"2026-10-31"}'


def told(*entries: tuple[str, str | None], at: str = AT) -> list[str]:
    """Give the problems of entries, each its sealed facts and the day that its row keeps."""
    days = Days(
        Book("roue", KeptCurrency("ROUE", 2, 0, b"", AT), {}, {}, [], [], {}, {}, {}, {}, {})
    )
    slugs = []
    for number, (facts, day) in enumerate(entries, 1):
        entry = KeptEntry(number, number - 1, at, "x", "x", facts, "[]", None, b"")
        kept = [(ENTRY_DAYS.name, [KeptEntryDay(number, day)])] if day else []
        slugs += [problem.slug for problem in days.entry(Sheet(entry, [], [], kept))]
    return slugs


def counted(day: str) -> tuple[str, str]:
    return f'{{"counts_on":"{day}"}}', day


def test_a_day_counts_before_the_entry_was_written() -> None:
    assert told(counted("2026-11-19")) == []
    assert told(counted("2026-11-20")) == ["day"]


def test_nothing_counts_in_a_closed_period() -> None:
    assert told((CLOSING, None), counted("2026-11-01")) == []
    assert told((CLOSING, None), counted("2026-10-31")) == ["closed-day"]


@pytest.mark.parametrize("facts", ['"counts_on":', '["counts_on", {"counts_on":"2026-10-31"}]'])
def test_facts_that_cannot_be_read_seal_no_day(facts: str) -> None:
    assert told((facts, None)) == []
    assert told((facts, "2026-10-31")) == ["day"]


def test_an_instant_that_cannot_be_read_is_after_no_day() -> None:
    assert told(counted("2026-11-19"), at="yesterday") == ["day"]
