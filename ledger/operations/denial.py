"""What was refused: gathered in memory, counted in the books, read by the auditor.

An entry for each refusal would let anybody at the door write the journal full, and a write for each
would let it slow the till; so each process gathers for some seconds and then adds to the counts of
the hour. How many counts there can be is bounded: by the credentials that staff gave, the routes
and the rules, and for guests by `PLACES_OF_GUESTS`.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from ledger.books.context import GUEST, Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import Rulebook
from ledger.books.trail import Denial, Origin, month_of
from ledger.operations.access import AUDITOR, require
from ledger.operations.ledger import Ledger
from ledger.operations.wallet_history import beginning_of
from ledger.refusals import Refusal, Unknown, all_refusals
from ledger.store.shelf import Needs, Shelf

AT_ONCE: Final = 200
"""So many counts go into one operation."""
DAYS: Final = 30
"""Without days, the auditor reads so many."""


@dataclass(frozen=True, slots=True)
class CountDenials:
    """Add to the counts of the hour, and keep the last address of each."""

    gathered: tuple[tuple[Denial, str], ...]

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=tuple((Denial, denial.id) for denial, _ in self.gathered))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context)
        papers: list[object] = []
        for denial, address in self.gathered:
            papers.append(_added(shelf.paper(Denial, denial.id), denial))
            papers.append(Origin(denial.id, month_of(denial.last_at), denial.last_at, address))
        return Plan(kind="denials", papers=tuple(papers))


def _added(known: Denial | None, more: Denial) -> Denial:
    if known is None:
        return more
    return replace(
        known,
        first_at=min(known.first_at, more.first_at),
        last_at=max(known.last_at, more.last_at),
        count=known.count + more.count,
    )


class Denials:
    """Gathers what a process refuses; threads may share it."""

    def __init__(self, ledger: Ledger, operator: Callable[[], Context]) -> None:
        """Gather for the currencies of these books; `operator` makes the context of a write."""
        self._ledger = ledger
        self._operator = operator
        self._lock = threading.Lock()
        self._currencies = frozenset(ledger.reads.currencies())
        self._stale = False
        self._kept: dict[tuple[str, str], tuple[Denial, str]] = {}

    def add(self, currency: str, denial: Denial, address: str) -> None:
        """Count a refusal if it is one that the audit wants: what nobody looks for is a 404 too."""
        watched = any(kind.slug == denial.slug for kind in all_refusals() if kind.watched)
        if not watched or (denial.slug == Unknown.slug and denial.actor == GUEST):
            return
        if currency not in self._currencies:  # new since the last flush, or made up
            self._stale = True
            return
        self._add(currency, denial, address)

    def _add(self, currency: str, denial: Denial, address: str) -> None:
        place = currency, denial.id
        with self._lock:
            before = self._kept.get(place)
            self._kept[place] = _added(before[0] if before else None, denial), address

    def flush(self) -> None:
        """Write what was gathered; what the books cannot take now is kept for the next time."""
        with self._lock:
            gathered, self._kept = self._kept, {}
            stale, self._stale = self._stale, False
        if stale:
            self._currencies = frozenset(self._ledger.reads.currencies())
        for currency in self._currencies:
            mine = [told for (code, _), told in gathered.items() if code == currency]
            for start in range(0, len(mine), AT_ONCE):
                some = tuple(mine[start : start + AT_ONCE])
                try:
                    self._ledger.note(currency, CountDenials(some), self._operator())
                except Refusal:
                    for denial, address in some:
                        self._add(currency, denial, address)


def read_denials(  # noqa: PLR0913 - whose, between which days, how many
    ledger: Ledger,
    currency: str,
    context: Context,
    *,
    since: date | None = None,
    until: date | None = None,
    person: str = "",
    limit: int = 500,
) -> list[Denial]:
    """List what was refused between two Paris days, both included, the newest hour first."""
    require(context, AUDITOR)
    last = until or context.day
    first = since or last - timedelta(days=DAYS)
    return ledger.reads.denials(
        currency, beginning_of(first), beginning_of(last + timedelta(days=1)), person, limit=limit
    )


def shown(denial: Denial) -> dict[str, Json]:
    """Show a denial; its origin is opened by its id."""
    return {
        "id": denial.id,
        "slug": denial.slug,
        "route": denial.route,
        "actor": denial.actor,
        "person": denial.person,
        "role": denial.role,
        "holder": denial.holder,
        "first_at": denial.first_at.isoformat(),
        "last_at": denial.last_at.isoformat(),
        "count": denial.count,
    }
