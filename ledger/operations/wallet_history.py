"""A wallet over a period, as a document: opening balance, every movement, closing balance."""

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Final

from ledger.books import accounts
from ledger.books.context import TOWN, Context
from ledger.books.papers import Member
from ledger.documents.wallet import History, Movement
from ledger.operations.access import AUDITOR
from ledger.operations.ledger import Ledger
from ledger.operations.member import identity_name
from ledger.operations.wallet import may_read, seen
from ledger.refusals import Malformed, TooLong

LONGEST_ON_PAPER: Final = 2_000
"""Movements of a printed statement: pages that somebody still turns, made in some seconds."""
OLDEST: Final = date(2000, 1, 1)


def wallet_history(  # noqa: PLR0913 - a member's account over a period
    ledger: Ledger,
    currency: str,
    context: Context,
    member: str,
    *,
    since: date | None = None,
    until: date | None = None,
    on_paper: bool = False,
) -> History:
    """Give a wallet's history from `since` to `until` (Paris days, both included).

    Without days it is this year's so far. What is printed has at most LONGEST_ON_PAPER movements
    (TooLong); the movements of other documents are read while they are written.
    """
    may_read(ledger, currency, context, member)
    first, last = period(context.day, since, until)
    book, _ = ledger.reads.rulebook(currency)
    start = ledger.reads.first_since(currency, beginning_of(first)) - 1
    end = ledger.reads.first_after(currency, last) - 1
    names = {*ledger.reads.wallet(currency, member), accounts.member(member)}
    opening = sum(ledger.reads.balances_before(currency, names, start + 1).values())
    movements = _movements(ledger, currency, names, (start, end), opening)
    if on_paper:
        kept = tuple(islice(movements, LONGEST_ON_PAPER + 1))
        if len(kept) > LONGEST_ON_PAPER:
            raise TooLong(most=LONGEST_ON_PAPER)
        movements = iter(kept)
    identified = context.role != AUDITOR and identity_name(ledger, currency, member)
    return History(
        currency=book.name,
        unit=book.unit_name,
        scale=book.unit.scale,
        member=member,
        name=str(identified) if identified else member,
        since=first,
        until=last,
        opening=opening,
        movements=movements,
    )


def period(today: date, since: date | None, until: date | None) -> tuple[date, date]:
    """Complete a period: from the year's beginning, until today (Malformed if backwards)."""
    last = until or max(today, since or today)
    first = since or last.replace(month=1, day=1)
    if first < OLDEST or last.year >= date.max.year or first > last:
        detail = "the first day comes before the last one, and neither lies ages away"
        raise Malformed([{"pointer": "/from", "detail": detail}])
    return first, last


def beginning_of(day: date) -> datetime:
    """Give the instant at which a Paris day begins."""
    return datetime.combine(day, time(), TOWN)


def _movements(
    ledger: Ledger, currency: str, names: set[str], part: tuple[int, int], opening: int
) -> Iterator[Movement]:
    called: dict[str, str] = {}
    running = opening
    for entry in ledger.reads.between(currency, *part, names):
        change, other = seen(entry, names)
        running += change
        if other not in called:
            called[other] = public_name(ledger, currency, other)
        yield Movement(
            entry=entry.number,
            at=entry.at,
            kind=entry.kind,
            other=called[other],
            reference=entry.memo,
            change=change,
            balance=running,
        )


def public_name(ledger: Ledger, currency: str, member: str) -> str:
    """Call a shop, an association or an authority by its name, and a person by the id."""
    known = ledger.reads.paper(Member, currency, member) if member else None
    if known is None or known.kind == "person":
        return member
    return identity_name(ledger, currency, member) or member
