"""Donations of a year: a distribution among associations, and each one's share of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

UNITS: Final = "units"
EUROS: Final = "euros"
WAYS: Final = (UNITS, EUROS)


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution of the donations owed, proposed by one person and approved by another."""

    id: str
    counted_on: date
    """The Paris day on which supporters were counted and what is owed was read."""
    least: int
    """How many supporters an association needed, by the terms of that day."""
    paid_in: str
    """units or euros."""
    proposed_at: datetime
    proposed_by: str
    approved_by: str | None = None
    state: str = "proposed"
    """proposed or approved."""


@dataclass(frozen=True, slots=True)
class DonationShare:
    """What an association had and gets in a distribution; amounts in euro cents."""

    id: str
    distribution: str
    association: str
    supporters: int
    accrued: int
    """What its supporters' conversions had gathered."""
    euros: int
    """What it gets: its own and its part of what others may not have; 0 when it has too few."""
    state: str = "proposed"
    """proposed, due, paid, or moved when others get it."""
    entry: int | None = None
    """The entry that paid it."""


def share_id(distribution: str, association: str) -> str:
    """Name the share of an association in a distribution."""
    return f"{distribution}:{association}"
