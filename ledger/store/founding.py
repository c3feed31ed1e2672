"""Founding a currency: the one write that has no journal head to lock yet."""

from datetime import datetime

from ledger.books.terms import Terms
from ledger.money import Asset
from ledger.proof.canonical import GENESIS
from ledger.store.engines import Database
from ledger.store.papers import instant_text, puts
from ledger.store.sql import CURRENCY, Put, open_door


def found(  # noqa: PLR0913, PLR0917 - the columns of a currency
    database: Database,
    code: str,
    name: str,
    unit_name: str,
    unit: Asset,
    terms: Terms,
    at: datetime,
) -> bool:
    """Write a currency's row and first terms; False when the code is taken."""
    moment = instant_text(at)
    row = (code, name, unit_name, unit.code, unit.scale, moment, 0, GENESIS, moment, 1)
    door = open_door(database)
    try:
        head, _ = door.begin(code, [])
        if head is not None:
            door.rollback()
            return False
        door.commit([Put(CURRENCY, [row]), *puts(code, [terms])])
        return True
    finally:
        door.close()
