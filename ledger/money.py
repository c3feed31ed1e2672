"""Money: whole minor units of an asset inside, decimal strings outside, a float nowhere.

One parser serves JSON, forms, CSV and bank files. It reads what a person would call a plain
amount and refuses everything else, because a lenient reader of money is a reader that guesses.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

BPS: Final = 10_000
"""Basis points in a whole: 2000 of them are 20 %."""

MAX_TEXT: Final = 20
"""Longest text read as an amount, so that a megabyte of digits is refused without being read."""

_PLAIN: Final = re.compile(r"(0|[1-9][0-9]{0,12})(?:\.([0-9]+))?", re.ASCII)


class UnreadableAmountError(ValueError):
    """A text that is not a plain, positive amount of its asset; the message says why."""


@dataclass(frozen=True, slots=True)
class Asset:
    """What is counted: `code` names it, `scale` is its number of decimals, fixed for life."""

    code: str
    scale: int


EUR: Final = Asset("EUR", 2)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """A whole number of minor units (cents) of one asset; it may be negative, never a fraction."""

    minor: int
    asset: Asset

    @classmethod
    def parse(cls, text: str, asset: Asset) -> Self:
        """Read a positive decimal text such as `"12.00"`, with at most the asset's decimals.

        Raises UnreadableAmountError for a sign, an exponent, a space, a comma, leading zeros, too
        many decimals, more than thirteen digits before the point, or zero.
        """
        return cls(parse_minor(text, asset.scale), asset)

    def __str__(self) -> str:
        """Write the amount as the outside sees it: `"12.00"`, with a `-` when negative."""
        return format_minor(self.minor, self.asset.scale)


def parse_minor(text: str, scale: int) -> int:
    """Read a positive decimal text as minor units (cents for `scale` 2).

    Raises UnreadableAmountError; see Money.parse for what is refused.
    """
    if len(text) > MAX_TEXT:
        message = f"an amount has at most {MAX_TEXT} characters"
        raise UnreadableAmountError(message)
    match = _PLAIN.fullmatch(text)
    if match is None:
        message = f'write the amount as digits with a point, like "12.00", not {text!r}'
        raise UnreadableAmountError(message)
    whole, decimals = match[1], match[2] or ""
    if len(decimals) > scale:
        message = f"at most {scale} decimals, not {text!r}"
        raise UnreadableAmountError(message)
    minor = int(whole + decimals.ljust(scale, "0"))
    if minor == 0:
        message = "the amount must be more than zero"
        raise UnreadableAmountError(message)
    return minor


def format_minor(minor: int, scale: int) -> str:
    """Write minor units as a decimal string: 1200 at scale 2 is `"12.00"`, -5 is `"-0.05"`."""
    sign, digits = ("-", str(-minor)) if minor < 0 else ("", str(minor))
    if scale == 0:
        return sign + digits
    digits = digits.rjust(scale + 1, "0")
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}"


def share_rounded_down(minor: int, bps: int) -> int:
    """Return `bps` basis points of a non-negative count of minor units, rounded down.

    Bonus, fee and donation all use it: what was announced is never exceeded.
    """
    return minor * bps // BPS


def split(minor: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split minor units in proportion to `weights` by largest remainder; the parts sum to `minor`.

    A tie goes to the earlier weight. Weights are non-negative and not all zero (ValueError).
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        message = "weights are non-negative and not all zero"
        raise ValueError(message)
    parts = [minor * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(minor * weights[i] % total), i))
    for index in by_remainder[: minor - sum(parts)]:
        parts[index] += 1
    return tuple(parts)
