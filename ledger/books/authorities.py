"""Authorities: what a council lets be done in its name, and what its public services take.

A council receives units but pays in euros; what somebody else does for it rests on a written
mandate with an object, dates and a ceiling.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

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
