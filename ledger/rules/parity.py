"""Euros and units exchange one for one, whatever the decimals of the unit."""

from typing import Final

from ledger.money import EUR, Asset, format_minor
from ledger.refusals import NotAtPar

_CENTS_SCALE: Final = 2


def units_at_par(cents: int, unit: Asset) -> int:
    """Give the minor units that a number of euro cents is worth.

    Raises NotAtPar when the unit is too coarse: 10.50 EUR have no counterpart in whole units.
    """
    units, rest = divmod(cents * _ten_to(unit.scale), _ten_to(_CENTS_SCALE))
    if rest:
        raise NotAtPar(amount=format_minor(cents, EUR.scale), asset=EUR.code)
    return units


def cents_at_par(units: int, unit: Asset) -> int:
    """Give the euro cents that minor units are worth.

    Raises NotAtPar when the unit is finer than the cent and the amount is not a whole one.
    """
    cents, rest = divmod(units * _ten_to(_CENTS_SCALE), _ten_to(unit.scale))
    if rest:
        raise NotAtPar(amount=format_minor(units, unit.scale), asset=unit.code)
    return cents


def whole_cents(cents: int, unit: Asset) -> int:
    """Round euro cents down to what has a counterpart in the unit: bonuses are rounded so."""
    return cents - cents % _ten_to(max(_CENTS_SCALE - unit.scale, 0))


def whole_units(units: int, unit: Asset) -> int:
    """Round minor units down to what has a counterpart in whole cents."""
    return units - units % _ten_to(max(unit.scale - _CENTS_SCALE, 0))


def _ten_to(power: int) -> int:
    return int(10**power)
