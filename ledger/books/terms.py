"""Dated terms: rates and fees in force on a day, so that old entries can be recomputed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Terms:
    """The parameters of a currency from the day `since` on (Paris day, included)."""

    since: date
    redemption_fee_bps: int = 500
    redemption_kinds: tuple[str, ...] = ("pro",)
    donation_bps: int = 0
    request_minutes: int = 5
    corrections_need_second: bool = True
    exact_matches_post: bool = True
    donation_supporters: int = 30
    """How many persons must have chosen an association for it to receive its donations."""
    payouts_need_second: bool = False
    """Whether a payment file waits for another person than who made it."""
    confirm_above: int | None = None
    """Units (minor) above which a payment is confirmed with a second factor; None for never."""


def in_force(versions: Sequence[Terms], day: date) -> Terms:
    """Pick the terms in force on `day` from versions in any order.

    Raises LookupError when the day lies before the first version.
    """
    known = [terms for terms in versions if terms.since <= day]
    if not known:
        message = f"no terms are in force on {day}"
        raise LookupError(message)
    return max(known, key=lambda terms: terms.since)
