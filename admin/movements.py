"""The movements of one wallet, as its holder reads them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ledger.books.accounts import member
from ledger.books.context import town_day
from ledger.books.journal import Entry
from ledger.operations.ledger import Ledger

PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry, seen from a wallet: `change` minor units came in, or went out when negative."""

    number: int
    at: datetime
    kind: str
    other: str
    change: int
    reference: str


def is_of(name: str, holder: str) -> bool:
    """Say whether an account is in somebody's wallet: bought units, or a gift pocket."""
    kind, _, rest = name.partition(":")
    if kind == "gift":
        return rest.partition("@")[0].partition(":")[2] == holder
    return name == member(holder)


def seen_by(holder: str, entries: Iterable[Entry]) -> list[Movement]:
    """Tell entries as movements of a wallet, leaving out those that change nothing in it."""
    found: list[Movement] = []
    for entry in entries:
        change, others = 0, []
        for posting in entry.postings:
            comes, goes = is_of(posting.target, holder), is_of(posting.source, holder)
            if comes != goes:
                change += posting.amount if comes else -posting.amount
                others.append(posting.source if comes else posting.target)
        if change:
            found.append(
                Movement(entry.number, entry.at, entry.kind, others[0], change, entry.memo)
            )
    return found


def recent(ledger: Ledger, currency: str, holder: str, limit: int = 20) -> list[Movement]:
    """Give the latest movements of a wallet, the newest first."""
    names = {*ledger.reads.wallet(currency, holder), member(holder)}
    return seen_by(holder, ledger.reads.statement(currency, names, limit=limit))


def of_today(ledger: Ledger, currency: str, holder: str, now: datetime) -> list[Movement]:
    """Give the movements of a wallet on the town's day of `now`, the newest first."""
    today, before, found = town_day(now), 0, list[Movement]()
    while True:
        entries = ledger.reads.statement(currency, [member(holder)], before=before, limit=PAGE)
        same_day = [entry for entry in entries if town_day(entry.at) == today]
        found += seen_by(holder, same_day)
        if len(entries) < PAGE or len(same_day) < len(entries):
            return found
        before = entries[-1].number
