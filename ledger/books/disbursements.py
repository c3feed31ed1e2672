"""Disbursements: what an authority sends in euros so that persons who asked are credited in units.

A person's consent says which part; a run holds the rows of one sending; each row is credited once.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from ledger.books.accounts import mandate

ALLOWANCE: Final = "allowance"
SALARY: Final = "salary"
KINDS: Final = (ALLOWANCE, "grant", "invoice", "prize", SALARY)

ELECTED: Final = "elected"
PRIVATE_LAW: Final = "private-law"
CIVIL_SERVANT: Final = "civil-servant"
OTHER: Final = "other"
STATUSES: Final = (ELECTED, PRIVATE_LAW, CIVIL_SERVANT, OTHER)
"""What a person is to the authority; it decides by which way its euros may go."""

FREE: Final = "left-over"
MOST_FREE: Final = 10**15


@dataclass(frozen=True, slots=True)
class Consent:
    """A person's written word: which part of what an authority sends it becomes units."""

    id: str
    member: str
    authority: str
    status: str
    """elected, private-law, civil-servant or other."""
    kinds: tuple[str, ...]
    """For which kinds of rows it was given; empty for all."""
    share_bps: int | None
    euros: int | None
    """A fixed amount in cents; exactly one of share and amount is set."""
    least: int
    """Cents: no part is smaller, unless the whole is."""
    cap: int | None
    """Cents: a part beyond it is not credited."""
    since: date
    until: date | None
    signed_on: date
    recorded_at: datetime
    recorded_by: str
    state: str = "given"
    """given or withdrawn."""
    withdrawn_on: date | None = None
    """The first Paris day on which it no longer holds."""


@dataclass(frozen=True, slots=True)
class WageRule:
    """By which law the civil servants of an authority may be paid through its mandate."""

    id: str
    """The authority."""
    legal_basis: str
    since: date
    decided_at: datetime
    decided_by: str
    state: str = "in force"
    """in force or ended."""

    def holds(self, day: date) -> bool:
        """Say whether it is in force on a Paris day."""
        return self.state == "in force" and self.since <= day


@dataclass(frozen=True, slots=True)
class Announcement:
    """What an employer says that an employee will convert by its own means; it moves nothing."""

    id: str
    """`<authority>:<member>:<month>`: a later word of the same month takes its place."""
    authority: str
    member: str
    month: str
    """2026-11."""
    euros: int
    announced_at: datetime
    announced_by: str


@dataclass(frozen=True, slots=True)
class Run:
    """One sending of an authority: so many rows, one transfer, one voucher. Amounts are cents."""

    id: str
    authority: str
    mandate: str
    """The collection mandate under which the association acts."""
    words: str
    """What it is for, as the authority calls it."""
    rows: int
    due: int
    """Rows that are neither credited nor fallen out."""
    total: int
    """What the rows that have not fallen out bring together."""
    received: int
    credited: int
    reference: str
    """ISO 11649, on the authority's transfer."""
    proposed_at: datetime
    proposed_by: str
    approved_by: str | None = None
    state: str = "checked"
    """checked, awaiting (its euros), funded, closed or cancelled."""

    @property
    def account(self) -> str:
        """The euro account of what was received and not credited."""
        return mandate(self.authority)

    @property
    def missing(self) -> int:
        """Cents that must still arrive before anybody is credited."""
        return max(self.total - self.received, 0)

    @property
    def surplus(self) -> int:
        """Cents that arrived beyond what the rows bring."""
        return max(self.received - self.total, 0)


@dataclass(frozen=True, slots=True)
class Disbursement:
    """One row of a run and its fate. Amounts are cents."""

    id: str
    run: str
    ordinal: int
    """Its place in what was sent, from 1."""
    place: str
    """Where it stood: `row 7`, or a cell of the sheet, `B7`."""
    member: str
    """Empty where nobody is known by what was written."""
    kind: str
    euros: int
    """What the authority owes the person; 0 where it cannot be read."""
    part: int
    """What becomes units; the rest goes to the person's bank as ever."""
    consent: str
    fate: str
    """ok, or a key of the fates' sentences."""
    state: str = "due"
    """due, credited or dropped."""
    entry: int | None = None
    """The entry that credited it."""


@dataclass(frozen=True, slots=True)
class RowAsked:
    """A row as it was written; `fault` is what a reader of sheets found wrong with it."""

    member: str
    euros: str
    kind: str
    place: str = ""
    fault: str = ""


def disbursement_id(run: str, ordinal: int) -> str:
    """Name a row of a run; names sort as the rows stand."""
    return f"{run}-{ordinal:05}"


def free_tally(authority: str) -> str:
    """Name the count of an authority's euro cents that no run needs."""
    return f"{FREE}:{authority}"
