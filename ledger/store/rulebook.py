"""The rulebook of a currency: read whole when its version moved, kept in memory otherwise."""

from typing import Final

from ledger.books.closings import Closing
from ledger.books.papers import BankAccount, Campaign, Office, Rulebook, Sponsor
from ledger.books.terms import Terms
from ledger.money import Asset
from ledger.store.papers import SHELFMARKS
from ledger.store.sql import Ask, Row

_KINDS: Final = (Terms, Campaign, BankAccount, Sponsor, Office, Closing)

ASKS: Final = tuple(Ask(SHELFMARKS[kind].table) for kind in _KINDS)


def rulebook_of(currency: Row, answers: list[list[Row]]) -> Rulebook:
    """Bind the rows of `ASKS` and the currency's own row into a rulebook."""
    terms, campaigns, accounts, sponsors, offices, closings = (
        [SHELFMARKS[kind].read(row) for row in rows]
        for kind, rows in zip(_KINDS, answers, strict=True)
    )
    code, name, unit_name, asset, scale = currency[:5]
    return Rulebook(
        code=code,
        name=name,
        unit_name=unit_name,
        unit=Asset(asset, scale),
        version=currency[9],
        terms=tuple(terms),
        campaigns={
            paper.id: paper for paper in sorted(campaigns, key=lambda p: (p.opened_at, p.id))
        },
        bank_accounts={paper.slug: paper for paper in sorted(accounts, key=lambda p: p.slug)},
        sponsors={paper.id: paper for paper in sponsors},
        offices={paper.id: paper for paper in offices},
        closings=tuple(closings),
    )
