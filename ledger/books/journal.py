"""Arrows, plans and entries: what can be written down, and nothing that cannot.

A posting is an arrow `source -> target`, so an unbalanced entry has no way to be said. A rule
answers with a Plan; the one door gives it a number, an instant and a place in the chain, and it is
an Entry from then on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, TypeAlias

from ledger.books.accounts import Fund, public_name
from ledger.books.closings import DAY
from ledger.books.context import town_day
from ledger.money import Asset, format_minor

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"
Facts: TypeAlias = Mapping[str, str | int]

NOTHING: Final[Facts] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Posting:
    """One arrow: `amount` minor units of an asset leave `source` and reach `target`."""

    source: str
    target: str
    amount: int
    asset: Asset

    def __post_init__(self) -> None:
        """Refuse an arrow that moves nothing or runs in a circle (ValueError: a bug, not a no)."""
        if self.amount <= 0 or self.source == self.target:
            message = f"not an arrow: {self.source} -> {self.target} {self.amount}"
            raise ValueError(message)

    def reversed(self, amount: int | None = None) -> "Posting":
        """Give the arrow back, whole or for a part of its amount."""
        return Posting(self.target, self.source, amount or self.amount, self.asset)

    def shown(self) -> dict[str, str]:
        """Write the arrow as the outside reads it."""
        return {
            "source": public_name(self.source),
            "target": public_name(self.target),
            "amount": format_minor(self.amount, self.asset.scale),
            "asset": self.asset.code,
        }


@dataclass(frozen=True, slots=True)
class Tally:
    """A count kept beside the balances, between 0 and `limit`: a budget, a cap, what is refunded.

    The database holds the same limit as a constraint, and the change is part of the sealed entry,
    so counts can be replayed like balances.
    """

    name: str
    change: int
    limit: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rule decided: arrows, counts, new states of papers, and the words of the answer.

    `facts` are sealed in the chain and hold no personal name. `memo` is what people wrote; the
    chain holds only a salted hash of it, so it can be erased. A plan without arrows leaves an
    entry only when it is `sealed`. `day` is the accounting day where that is an earlier one than
    today (`ledger.books.closings`).
    """

    kind: str
    postings: tuple[Posting, ...] = ()
    tallies: tuple[Tally, ...] = ()
    papers: tuple[object, ...] = ()
    facts: Facts = field(default_factory=lambda: NOTHING)
    memo: str = ""
    forgets: tuple[int, ...] = ()
    """Entries whose memos are destroyed."""
    sealed: bool = False
    day: date | None = None
    answer: Mapping[str, Json] = field(default_factory=dict)

    @property
    def leaves_entry(self) -> bool:
        """Say whether the journal gets an entry."""
        return bool(self.postings) or self.sealed


@dataclass(frozen=True, slots=True)
class Entry:
    """A numbered, immutable event of the journal, chained to the one before it."""

    currency: str
    number: int
    at: datetime
    kind: str
    actor: str
    facts: Facts
    postings: tuple[Posting, ...]
    tallies: tuple[Tally, ...]
    memo: str
    previous_hash: bytes
    hash: bytes

    @property
    def day(self) -> date:
        """The accounting day: the Paris day of writing, or an earlier one sealed with the entry."""
        told = self.facts.get(DAY)
        return town_day(self.at) if told is None else date.fromisoformat(str(told))


def unguarded(postings: tuple[Posting, ...], unit: Asset) -> Fund | None:
    """Find a fund whose units in circulation these arrows would move without its euros, if any.

    Circulation and backing move together in every entry; units of `unit.scale` decimals and euro
    cents are compared at par.
    """
    moved: dict[str, int] = {}
    for posting in postings:
        for name, change in ((posting.source, -posting.amount), (posting.target, posting.amount)):
            if name.startswith(("issued:", "backing:")):
                kind, _, rest = name.partition(":")
                euros = kind == "backing"
                parts = change * 10 ** (unit.scale if euros else 2)
                moved[rest] = moved.get(rest, 0) + (parts if euros else -parts)
    for rest, gap in moved.items():
        if gap:
            medium, _, issuer = rest.partition(":")
            return Fund(medium, issuer)
    return None
