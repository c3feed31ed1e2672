"""An IBAN on its way to be another one: asked by one person, agreed by another, waited for.

Frozen values; instants are UTC. The row is kept under the member, so that one has one change at a
time; what came before stands in the journal.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

WAIT: Final = timedelta(hours=48)
"""Between the second person's word and the first payment to the new IBAN: time to object."""
ASKED: Final = "asked"
APPROVED: Final = "approved"
DONE: Final = "done"
CANCELLED: Final = "cancelled"
OPEN: Final = (ASKED, APPROVED)


@dataclass(frozen=True, slots=True)
class IbanChange:
    """The newest change of a member's IBAN."""

    member: str
    iban: str
    """The new one, sealed; empty to take the old one away."""
    asked_at: datetime
    asked_by: str
    state: str = ASKED
    """asked, approved (it waits for `effective_at`), done or cancelled."""
    approved_by: str | None = None
    """Another person than who asked."""
    effective_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Say whether it is neither done nor cancelled."""
        return self.state in OPEN

    def effective(self, at: datetime) -> bool:
        """Say whether its IBAN is the one in force at an instant, though not yet written over."""
        return self.state == APPROVED and self.effective_at is not None and self.effective_at <= at
