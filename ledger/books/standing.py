"""Standing conversions: a member's consent to be debited each month, and each debit of it."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class StandingConversion:
    """A SEPA mandate of a member: so many euros, each month on a day, become units."""

    id: str
    member: str
    euros: int
    """Cents, each month."""
    day: int
    """Of the month, 1 to 28."""
    since: date
    until: date | None
    mandate: str
    """The unique mandate reference, which the bank shows with each debit."""
    signed_on: date
    iban: str
    """The account that is debited, as the member signed it."""
    proposed_at: datetime
    proposed_by: str
    accepted_by: str | None = None
    state: str = "proposed"
    """proposed, active or ended."""
    last_month: str = ""
    """The last month (2026-12) for which a debit was ordered."""


@dataclass(frozen=True, slots=True)
class Collection:
    """One debit of a standing conversion: units are credited when its bank line arrives."""

    id: str
    """`<member>-<standing and month>`: one for each month, and the member is read from it."""
    standing: str
    member: str
    euros: int
    sequence: str
    """FRST for the first debit of a mandate, RCUR for the others."""
    reference: str
    state: str = "due"
    """due, sent or collected."""
    file: str = ""
    stopped: str = ""
    """The bank's reason code, when it refused the debit."""


def member_of(collection: str) -> str:
    """Give the member from the id of a collection."""
    return collection.rpartition("-")[0]


def collection_id(standing: StandingConversion, month: str) -> str:
    """Name the one debit of a standing conversion in a month (2026-12)."""
    return f"{standing.member}-{standing.id[:8]}{month.replace('-', '')}"
