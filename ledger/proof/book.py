"""What the auditor holds in memory of a currency while its entries stream by.

Accounts, counts and checkpoints are few beside the entries; everything else passes by once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.money import Asset
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.problems import Problem
from ledger.proof.rows import (
    KeptAccount,
    KeptBankAccount,
    KeptCheckpoint,
    KeptClosing,
    KeptCurrency,
    KeptEntry,
    KeptMandate,
    KeptPosting,
    KeptRedemption,
    KeptSheet,
    KeptTally,
    KeptTerms,
)
from ledger.proof.run_rows import KeptRun

Problems = list[Problem]
NONE: Final[Problems] = []
"""Nothing wrong; never added to."""


@dataclass(slots=True)
class Book:
    """The small tables of a currency, and what its accounts stand at as entries pass by."""

    code: str
    currency: KeptCurrency
    accounts: dict[str, KeptAccount]
    tallies: dict[str, KeptTally]
    bank_accounts: list[KeptBankAccount]
    checkpoints: list[KeptCheckpoint]
    redemptions: dict[str, KeptRedemption]
    sheets: dict[str, KeptSheet]
    mandates: dict[str, KeptMandate]
    closings: dict[str, KeptClosing]
    terms: dict[str, KeptTerms]
    key: Ed25519PublicKey | None = None
    against: Checkpoint | None = None
    runs: dict[str, KeptRun] = field(default_factory=dict)
    balances: dict[str, int] = field(default_factory=dict)
    """Replayed: of every account, after the entries that have passed."""
    last: int = 0
    """The number of the last entry that has passed."""

    @property
    def unit(self) -> Asset:
        """The currency's unit."""
        return Asset(self.currency.asset, self.currency.scale)


@dataclass(slots=True)
class Sheet:
    """An entry and the rows that belong to it, by the question that gave them."""

    entry: KeptEntry
    postings: list[KeptPosting]
    tallies: list[tuple[str, int, int]]
    attached: list[tuple[str, list[Any]]]
    """Rows that are not postings, where there are any."""

    def moved(self, account: str) -> int:
        """Give what the entry's arrows add to an account, in minor units."""
        return sum(p.amount for p in self.postings if p.target == account) - sum(
            p.amount for p in self.postings if p.source == account
        )


class Check(Protocol):
    """One thing that must be true, watched while entries pass by."""

    def entry(self, sheet: Sheet) -> Problems:
        """Look at one entry."""

    def end(self) -> Problems:
        """Look at the whole, once all entries have passed."""


NewCheck = Callable[[Book], Check]


class Scan(Protocol):
    """One thing that must be true of rows that come in no order, once all entries have passed."""

    def row(self, row: Any) -> Problems:  # noqa: ANN401 - a row of the question that it is for
        """Look at one row."""


NewScan = Callable[[Book], Scan]
