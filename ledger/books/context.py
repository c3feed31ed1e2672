"""Who asks, when, and under which key: read once at the edge, handed down unchanged."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

TOWN: Final = ZoneInfo("Europe/Paris")
"""The accounting day is the day here."""

OPERATOR: Final = "operator"
"""The role of whoever runs the machine: the command line and the nightly job, no credential."""

GUEST: Final = "guest"
"""The role of somebody at the door, whom nobody knows yet: only signing in is for guests."""

HELD_BY_MEMBERS: Final = frozenset({"member", "shop", "till", "officer", "approver"})
"""The roles that act for a member: what its standing forbids, they may not do."""


def town_day(at: datetime) -> date:
    """Give the accounting day (Paris) of an instant."""
    return at.astimezone(TOWN).date()


@dataclass(frozen=True, slots=True)
class Context:
    """One request: nothing below the edge looks at a clock, a random source or the environment."""

    at: datetime
    """UTC."""
    actor: str
    """The id of the credential, or of the grant that a session acts under."""
    person: str
    """Who is behind the credential; the second person of an operation is another one."""
    role: str
    holder: str
    """The member, authority, office or sponsor that the role is for; empty for the currency."""
    key: str
    """The Idempotency-Key; empty for a preview."""
    fresh_id: str
    """A new random identifier, for the one thing that this request may create."""
    salt: bytes
    """Random, hides what people wrote from whoever sees only its hash in the chain."""
    language: str = "fr"
    preview: bool = False
    session: str = ""
    """The session it comes through; empty for a bare credential."""
    confirmed: str = ""
    """The challenge that was met just now for this very request, if any."""

    @property
    def day(self) -> date:
        """The accounting day of the request."""
        return town_day(self.at)

    @property
    def member(self) -> str:
        """The member that is acted for; empty for a role that acts for none."""
        return self.holder if self.role in HELD_BY_MEMBERS else ""
