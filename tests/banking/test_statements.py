"""The shared values: conversion to minor units is exact or refused."""

from decimal import Decimal

import pytest

from ledger.banking.statements import minor
from ledger.refusals import UnreadableStatement


@pytest.mark.parametrize(
    ("amount", "scale", "expected"),
    [
        ("12.00", 2, 1200),
        ("12", 2, 1200),
        ("12.34000", 2, 1234),
        ("-0.05", 2, -5),
        ("2700", 0, 2700),
        ("0.001", 3, 1),
        ("999999999999999999", 2, 99999999999999999900),
    ],
)
def test_minor_units_are_exact(amount: str, scale: int, expected: int) -> None:
    assert minor(Decimal(amount), scale) == expected


@pytest.mark.parametrize("amount", ["8.855", "-0.001", "0.00001"])
def test_a_digit_beyond_the_scale_is_refused_not_rounded(amount: str) -> None:
    with pytest.raises(UnreadableStatement, match="more than 2 decimals"):
        minor(Decimal(amount), 2)


@pytest.mark.parametrize("amount", ["NaN", "Infinity"])
def test_what_is_no_number_is_refused(amount: str) -> None:
    with pytest.raises(UnreadableStatement, match="is not an amount"):
        minor(Decimal(amount), 2)
