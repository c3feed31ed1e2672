"""Dated terms: rates and fees in force on a day, so that old entries can be recomputed."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeAlias

import orjson

Told: TypeAlias = Mapping[str, str | int]
"""Terms in the words of an entry: by the names of their fields, yes is 1, kinds with commas.

What is not set is left out.
"""


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
    hand_conversions_above: int | None = None
    """Cents above which units issued by hand wait for a second person; None for never."""


@dataclass(frozen=True, slots=True)
class TermsProposal:
    """Terms that one person wants in force from a day on, and another must agree to."""

    id: str
    values: Told
    """As an entry tells them; the day is one of them."""
    proposed_at: datetime
    proposed_by: str
    approved_by: str | None = None
    state: str = "proposed"
    """proposed, adopted or withdrawn."""
    entry: int | None = None
    """The entry that put them in force."""


def told(terms: Terms) -> dict[str, str | int]:
    """Say terms in the words of an entry."""
    said: dict[str, str | int] = {}
    for field in fields(terms):
        value = getattr(terms, field.name)
        if value is None:
            continue
        if isinstance(value, date):
            said[field.name] = value.isoformat()
        else:
            said[field.name] = ",".join(value) if isinstance(value, tuple) else int(value)
    return said


def terms_of(said: Told) -> Terms:
    """Read what `told` said; ValueError, KeyError or TypeError for anything else."""
    values: dict[str, Any] = {}
    for field in fields(Terms):
        value = said.get(field.name) if field.default is None else said[field.name]
        if field.name == "since":
            values[field.name] = date.fromisoformat(str(value))
        elif field.name == "redemption_kinds":
            values[field.name] = tuple(kind for kind in str(value).split(",") if kind)
        elif value is not None:
            values[field.name] = bool(value) if field.type is bool else int(value)
    return Terms(**values)


def digest(versions: Sequence[Told]) -> str:
    """Give the hex SHA-256 of versions of terms in the order of their days.

    What puts new terms in force seals it of those before, so that none of them can be changed.
    """
    ordered = sorted((dict(version) for version in versions), key=lambda said: str(said["since"]))
    return hashlib.sha256(orjson.dumps(ordered, option=orjson.OPT_SORT_KEYS)).hexdigest()


def in_force(versions: Sequence[Terms], day: date) -> Terms:
    """Pick the terms in force on `day` from versions in any order.

    Raises LookupError when the day lies before the first version.
    """
    known = [terms for terms in versions if terms.since <= day]
    if not known:
        message = f"no terms are in force on {day}"
        raise LookupError(message)
    return max(known, key=lambda terms: terms.since)
