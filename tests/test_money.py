"""Money is read strictly, written exactly, shared downwards and split without loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.money import (
    BPS,
    EUR,
    MAX_TEXT,
    Asset,
    Money,
    UnreadableAmountError,
    format_minor,
    parse_minor,
    share_rounded_down,
    split,
)

LARGEST = 10**13 - 1  # thirteen digits before the point
counts = st.integers(min_value=0, max_value=10**15)


@pytest.mark.parametrize(
    ("text", "minor"),
    [("12", 1200), ("12.0", 1200), ("12.00", 1200), ("0.01", 1), ("0.5", 50), ("1.", None)],
)
def test_plain_amounts_are_read_as_cents(text: str, minor: int | None) -> None:
    if minor is None:
        with pytest.raises(UnreadableAmountError):
            Money.parse(text, EUR)
    else:
        assert Money.parse(text, EUR) == Money(minor, EUR)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", ".5", "1,00", "1 000", " 1", "1 ", "1\n", "+1", "-1", "1e2", "1E2", "0x1"),
        *("01", "00.10", "1_000", "NaN", "Infinity", "1.000", "0", "0.00", "1.2.3", "12.00€"),
        *("\u0661", "1\u00a0000", "\uff11", "1" * 14, "1" * (MAX_TEXT + 1), "9" * 1_000_000),
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(UnreadableAmountError):
        Money.parse(text, EUR)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1" * 21, "at most 20 characters"),
        ("1,00", "digits with a point"),
        ("1.000", "at most 2 decimals"),
        ("0.00", "more than zero"),
    ],
)
def test_a_refused_amount_says_why(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableAmountError, match=sentence):
        parse_minor(text, 2)


def test_an_asset_without_decimals_takes_whole_amounts_only() -> None:
    hours = Asset("HOUR", 0)
    assert str(Money.parse("7", hours)) == "7"
    with pytest.raises(UnreadableAmountError):
        Money.parse("7.0", hours)


@pytest.mark.parametrize(
    ("minor", "scale", "text"),
    [
        (1200, 2, "12.00"),
        (5, 2, "0.05"),
        (-5, 2, "-0.05"),
        (-1200, 2, "-12.00"),
        (0, 2, "0.00"),
        (7, 0, "7"),
        (-7, 0, "-7"),
        (1, 3, "0.001"),
    ],
)
def test_counts_are_written_as_decimal_strings(minor: int, scale: int, text: str) -> None:
    assert format_minor(minor, scale) == text


@given(minor=st.integers(min_value=1, max_value=LARGEST), scale=st.integers(0, 4))
def test_what_is_written_is_read_back(minor: int, scale: int) -> None:
    assert parse_minor(format_minor(minor, scale), scale) == minor


@given(text=st.text(max_size=25))
def test_any_text_is_an_amount_or_a_refusal(text: str) -> None:
    try:
        minor = parse_minor(text, 2)
    except UnreadableAmountError:
        return
    assert minor > 0
    assert parse_minor(format_minor(minor, 2), 2) == minor


def test_amounts_of_one_asset_are_ordered() -> None:
    assert Money(-1, EUR) < Money(0, EUR) < Money(1, EUR)


@given(minor=counts, bps=st.integers(0, BPS))
def test_a_share_never_exceeds_what_was_announced(minor: int, bps: int) -> None:
    share = share_rounded_down(minor, bps)
    assert share * BPS <= minor * bps < (share + 1) * BPS


@given(minor=counts, weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any))
def test_a_split_loses_nothing_and_is_fair_to_the_cent(minor: int, weights: list[int]) -> None:
    parts = split(minor, weights)
    assert sum(parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        assert minor * weight // sum(weights) <= part <= -(-minor * weight // sum(weights))


def test_a_tie_goes_to_the_earlier_weight() -> None:
    assert split(5, [1, 1]) == (3, 2)
    assert split(100, [1, 1, 1]) == (34, 33, 33)


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
def test_weights_that_mean_nothing_are_an_error(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="non-negative"):
        split(100, weights)
