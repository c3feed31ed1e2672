"""Conversions that one person made by hand, waiting for another who agrees."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HandConversion:
    """Units that somebody wants issued by hand, for more euros than the terms leave to one."""

    id: str
    member: str
    euros: int
    channel: str
    office: str
    """At whose till the cash is; empty for other channels."""
    reference: str
    proposed_at: datetime
    proposed_by: str
    approved_by: str | None = None
    state: str = "proposed"
    """proposed, done or withdrawn."""
    entry: int | None = None
    """The conversion, once it is done."""
