"""What seals who people are, and what ends it: keys by name only, and the word of two people.

The secrets themselves are no papers: a master key is in its file, a data key is kept wrapped.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A master key that seals identities of a currency, by its name only."""

    id: str
    state: str
    """in-use, retiring while what it wrapped is wrapped anew, or retired."""


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """The key of one subject (`identity:<id>`, `statement:<id>`), wrapped by a master key."""

    subject: str
    id: str
    master: str
    """The name of the master key."""
    wrapped: bytes = b""
    """Empty once it was destroyed: what it sealed is gone for good, and no other key takes over."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """A member is to be forgotten, and is once a second person agreed."""

    id: str
    """The member's."""
    reason: str
    asked_at: datetime
    asked_by: str
    approved_by: str | None = None
    state: str = "asked"
    """asked or done."""
