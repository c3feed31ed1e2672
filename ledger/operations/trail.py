"""The audit trail: who did what, looked up in the journal itself, by pseudonyms."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ledger.books.context import Context
from ledger.books.journal import Entry
from ledger.books.papers import Credential
from ledger.books.people import Grant
from ledger.operations.access import AUDITOR, TREASURER, require
from ledger.operations.ledger import Ledger
from ledger.operations.wallet_history import beginning_of
from ledger.store.journal_reads import Wanted

MOST_LOOKED_THROUGH: Final = 200_000
"""So many entries are read for one question at most: the newest of the days that were asked for."""


@dataclass(frozen=True, slots=True)
class Question:
    """What an auditor asks of the journal; what is empty is not asked. Paris days, included."""

    since: date | None = None
    until: date | None = None
    kind: str = ""
    about: str = ""
    """A member, or anything else that entries name by an id."""
    person: str = ""
    """Somebody who acted, by pseudonym."""
    before: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What answers a question, the newest entry first, and where to go on."""

    entries: list[Entry]
    before: int
    """Ask again before this number for what is older; 0 where nothing older is left."""


def search_trail(
    ledger: Ledger, currency: str, context: Context, asked: Question, *, limit: int
) -> Found:
    """Find the newest entries that answer a question, for auditor and treasurer."""
    require(context, AUDITOR, TREASURER)
    reads = ledger.reads
    _, head = reads.rulebook(currency)
    last = asked.before - 1 if asked.before else head.number
    if asked.until is not None and asked.until < date.max:
        behind = beginning_of(asked.until + timedelta(days=1))
        last = min(last, reads.first_since(currency, behind) - 1)
    since = asked.since
    oldest = 1 if since is None else reads.first_since(currency, beginning_of(since))
    first = max(oldest, last - MOST_LOOKED_THROUGH + 1)
    actors: set[str] = set()
    if asked.person:
        grants = reads.having(Grant, currency, "person", [asked.person])
        credentials = reads.having(Credential, currency, "person", [asked.person])
        actors = {grant.id for grant in grants} | {each.id for each in credentials}
    wanted = Wanted(
        first, last, asked.kind, asked.about, asked.person, tuple(sorted({*actors, asked.person}))
    )
    entries = reads.search(currency, wanted, limit=limit)
    left = entries[-1].number if len(entries) == limit else first
    return Found(entries, left if left > oldest else 0)
