"""Authorities: what a council lets be done in its name, and what its public services take.

A council receives units but pays in euros; what somebody else does for it rests on a written
mandate with an object, dates and a ceiling.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from ledger.books.accounts import service as service_account

PROPOSED: Final = "proposed"
GRANTED: Final = "granted"
REVOKED: Final = "revoked"


@dataclass(frozen=True, slots=True)
class CollectionMandate:
    """What an authority asks the association to do with its euros, as CGCT D1611-32-3 wants it.

    One person of the authority writes it, another grants it; nothing in it changes afterwards, and
    a longer or larger one is another mandate.
    """

    id: str
    authority: str
    operations: tuple[str, ...]
    """The kinds of disbursement that it covers: allowance, grant, invoice, prize, salary ..."""
    since: date
    until: date
    """The last Paris day, included."""
    ceiling: int
    """Euro cents over its whole life."""
    powers: str
    """What the association may do in the authority's name."""
    remuneration: str
    remittance: str
    """How and when the euros reach it, and what is left goes back."""
    accounts_rendered: str
    """Which accounts it gives, and how often."""
    controls: str
    """What it checks before anybody is credited."""
    proposed_at: datetime
    proposed_by: str
    granted_by: str | None = None
    state: str = PROPOSED
    """proposed, granted or revoked."""
    revoked_on: date | None = None
    """The first Paris day on which it no longer holds."""

    def holds(self, day: date) -> bool:
        """Say whether it is in force on a Paris day."""
        return self.state == GRANTED and self.since <= day <= self.until


DAILY: Final = "daily"
PERIOD: Final = "period"
KEPT: Final = "kept"
SETTLEMENTS: Final = (DAILY, PERIOD, KEPT)
"""Redeemed for the Treasury each night, or when the régisseur closes, or kept as units."""


@dataclass(frozen=True, slots=True)
class Service:
    """A public service that takes units: its régie, as the founding act authorises it."""

    id: str
    """`<authority>:<slug>`."""
    authority: str
    slug: str
    name: str
    act: str
    """The founding act in force: its number, as the accountant knows it."""
    revenues: tuple[str, ...]
    """The revenue codes that the act names; nothing else is taken (CGCT R1617-6)."""
    ceiling: int
    """Units (minor) that the régie holds at most before it settles (CGCT R1617-8)."""
    accountant: str
    """The public accountant to whom the sheets go."""
    since: date
    until: date | None
    settlement: str
    """daily, period or kept."""
    fee_bps: int
    """What the association takes of what is redeemed, as agreed; charged beside, never deducted."""
    opened_at: datetime
    last_sheet: int = 0
    """The number of the last sheet; the next one bears the next."""
    closed_on: date | None = None
    """The last Paris day that a sheet covers."""
    state: str = "open"
    """open or closed."""

    @property
    def account(self) -> str:
        """The unit account of what it took and has not settled."""
        return service_account(self.id)

    def day_of(self, today: date) -> date:
        """Give the day on which what is taken now counts: tomorrow once today is closed."""
        if self.closed_on is None or self.closed_on < today:
            return today
        return self.closed_on + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Price:
    """One line of a service's price list."""

    id: str
    """`<service>:<item>`."""
    service: str
    item: str
    label: str
    revenue: str
    units: int
    state: str = "current"
    """current or withdrawn."""


@dataclass(frozen=True, slots=True)
class Takings:
    """What a service took and gave back on a Paris day, by revenue code, in minor units."""

    id: str
    """`<service>@<day>`."""
    service: str
    day: date
    gross: Mapping[str, int]
    returned: Mapping[str, int]
    payments: int
    refunds: int
    open_of: str
    """The service while no sheet covers the day; empty afterwards."""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class DailySheet:
    """A numbered sheet of a régie for its public accountant; it never changes."""

    id: str
    """`<service>:<number>`."""
    service: str
    authority: str
    number: int
    """One more than the sheet before, without gap."""
    since: date
    until: date
    """The days that it covers, both included."""
    gross: Mapping[str, int]
    returned: Mapping[str, int]
    payments: int
    refunds: int
    act: str
    accountant: str
    redeemed: int
    """Units (minor) that went back to euros."""
    euros: int
    """Cents owed to the Treasury: the whole, no fee deducted."""
    fee: int
    """Cents that the authority owes beside."""
    redemption: str
    """The redemption that pays it; empty when nothing is paid."""
    closed_at: datetime
    closed_by: str
    entry: int


def service_id(authority: str, slug: str) -> str:
    """Name a service of an authority."""
    return f"{authority}:{slug}"


def takings_id(service: str, day: date) -> str:
    """Name the takings of a service on a Paris day."""
    return f"{service}@{day.isoformat()}"
