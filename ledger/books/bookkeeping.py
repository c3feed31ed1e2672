"""What the accountant needs beside the journal: whose books, by which chart; closed years."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Bookkeeping:
    """From a year on: the association's SIREN and its chart of accounts."""

    year: str
    """The first year it is for."""
    siren: str
    chart: str
    """A ready-made chart: pca-2018 or pca-2025."""
    changes: tuple[str, ...] = ()
    """What differs from it, such as `bank:nef=51211 La Nef`."""


@dataclass(frozen=True, slots=True)
class YearClosing:
    """The closing of a year: proposed by one person, confirmed by another."""

    id: str
    """The year."""
    proposed_at: datetime
    proposed_by: str
    state: str = "proposed"
    """proposed or closed."""
    confirmed_at: datetime | None = None
    confirmed_by: str | None = None
    entry: int | None = None
    """The entry that closed it."""

    @property
    def last_day(self) -> date:
        """The last day of the year."""
        return date(int(self.id), 12, 31)
