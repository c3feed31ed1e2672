"""Accounting days and closed periods: which day an entry belongs to, and which days are shut.

The journal's clock only goes forward, yet a bank statement tells of days that are over. So each
entry has two days: the Paris day on which it was *written*, and the *accounting day* on which it
counts. They differ only for an entry about a bank line: it counts on the day on which the bank
booked the line. The accounting day is decided once, when the entry is written, and sealed with it.
Once a day is closed nothing counts on it any more: what the bank tells later of a closed day counts
on the first open one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

DAY: Final = "counts_on"
"""The fact that bears an accounting day earlier than the day on which the entry was written."""

CLOSES: Final = "closes"
"""The fact that names the day up to which an entry closes the books."""

LAST: Final = "last"


def accounting_day(booked_on: date, *, today: date, closed_until: date | None) -> date:
    """Give the day on which an entry about a bank line counts.

    The day on which the bank booked it, but neither later than today nor inside a closed period.
    """
    open_from = booked_on
    if closed_until is not None and booked_on <= closed_until:
        open_from = closed_until + timedelta(days=1)
    return min(open_from, today)


@dataclass(frozen=True, slots=True)
class Move:
    """One side of an arrow: an account gained so many minor units, or lost them."""

    entry: int
    day: date
    """The accounting day."""
    kind: str
    facts: Mapping[str, Any]
    account: str
    amount: int


@dataclass(frozen=True, slots=True)
class Closing:
    """Everything up to and including a day is closed, by the entry that closed it."""

    until: date
    entry: int
    reason: str
    """reconciliation or year."""


@dataclass(frozen=True, slots=True)
class Backdated:
    """The last entry that counts on an earlier day than it was written: one paper a currency.

    Whoever signs figures of a past day looks here, under the lock, whether they may have moved.
    """

    id: str
    """Always `LAST`."""
    entry: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What bank and books said of a day: prepared by one person, signed by another."""

    id: str
    """The day, ISO."""
    report: str
    """Canonical JSON, as it is certified."""
    digest: str
    """SHA-256 of the report, hex."""
    as_of: int
    """The last entry that the report knows."""
    prepared_at: datetime
    prepared_by: str
    prepared_entry: int
    state: str = "prepared"
    """prepared or signed."""
    signed_at: datetime | None = None
    signed_by: str | None = None
    signed_entry: int | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Who looks after an open item of a reconciliation, or what it comes from."""

    id: str
    """The item's key."""
    owner: str
    """A person's id; empty where the cause is known."""
    cause: str
    noted_at: datetime
    noted_by: str
