"""Currencies: founding one, and what anybody may know of it."""

import re
from datetime import datetime

from ledger.books.accounts import Fund
from ledger.books.journal import Json
from ledger.books.terms import Terms
from ledger.money import EUR, Asset, format_minor
from ledger.operations.checkpoint import latest_checkpoint
from ledger.operations.fund import fund_position
from ledger.operations.ledger import Ledger
from ledger.refusals import AlreadyExists, Malformed
from ledger.rules.fund import funds_of
from ledger.rules.terms import shown_terms
from ledger.store.founding import found

MOST_DECIMALS = 4
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", re.ASCII)


def found_currency(  # noqa: PLR0913 - the parts of a currency
    ledger: Ledger, *, code: str, name: str, unit: str, decimals: int, terms: Terms, at: datetime
) -> None:
    """Found a currency with its first terms; Malformed for unfit values, AlreadyExists for a code.

    The unit's asset code is the first letters of the currency's code, in capitals.
    """
    if not SLUG.fullmatch(code):
        detail = "lower-case letters, digits and hyphens, at most 64"
        raise Malformed([{"pointer": "/code", "detail": detail}])
    if not 0 <= decimals <= MOST_DECIMALS:
        raise Malformed([{"pointer": "/decimals", "detail": f"between 0 and {MOST_DECIMALS}"}])
    letters = code.replace("-", "").upper()
    asset = letters[:3] if letters[:3] != EUR.code else letters[:4]
    if asset == EUR.code:
        raise Malformed([{"pointer": "/code", "detail": "the code EUR is the euro's"}])
    if not found(ledger.database, code, name, unit, Asset(asset, decimals), terms, at):
        raise AlreadyExists(what="currency", id=code)


def public_face(ledger: Ledger, currency: str) -> dict[str, Json]:
    """Tell what anybody may know: circulation, coverage, terms in force, the latest checkpoint."""
    book, head = ledger.reads.rulebook(currency)
    position = fund_position(ledger, currency)
    funds = {*funds_of(book.bank_accounts), Fund("digital")}
    balances = ledger.reads.balances(currency, [fund.issued for fund in funds])
    circulating = dict.fromkeys(sorted(fund.medium for fund in funds), 0)
    for fund in funds:
        circulating[fund.medium] -= balances[fund.issued]
    return {
        "code": book.code,
        "name": book.name,
        "unit": book.unit_name,
        "asset": book.unit.code,
        "decimals": book.unit.scale,
        "circulation": {
            medium: format_minor(units, book.unit.scale) for medium, units in circulating.items()
        },
        "coverage_bps": position["coverage_bps"],
        "entries": head.number,
        "terms": [
            shown_terms(terms, book.unit) for terms in sorted(book.terms, key=lambda t: t.since)
        ],
        "checkpoint": latest_checkpoint(ledger, currency),
    }
