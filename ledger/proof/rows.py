"""The rows that the auditor reads, as the database keeps them, and what a source of them is.

Each class names the columns of one question in order; its annotations are the types that the
values must have, because SQLite lets a tamperer store a text where a number belongs.
"""

import itertools
import typing
from collections.abc import Iterator
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar

from ledger.proof.run_rows import KeptDisbursement, KeptRun

Raw = tuple[Any, ...]
KeptT = TypeVar("KeptT", bound=tuple[Any, ...])


class KeptCurrency(NamedTuple):
    """A currency and the head of its journal."""

    asset: str
    scale: int
    head_number: int
    head_hash: bytes
    head_at: str


class KeptAccount(NamedTuple):
    """An account with its limits and balance."""

    name: str
    asset: str
    floor: int | None
    ceiling: int | None
    owner: str | None
    balance: int


class KeptTally(NamedTuple):
    """A count and its limit."""

    name: str
    amount: int
    top: int


class KeptBankAccount(NamedTuple):
    """Which fund a bank account belongs to."""

    slug: str
    medium: str
    issuer: str


class KeptCheckpoint(NamedTuple):
    """A signed statement of the journal's size and root."""

    size: int
    root: bytes
    head_hash: bytes
    peaks: bytes
    at: str
    key_id: str
    signature: bytes


class KeptRedemption(NamedTuple):
    """A redemption and how far it is."""

    id: str
    member: str
    units: int
    euros: int
    state: str
    sheet: str


class KeptSheet(NamedTuple):
    """A numbered sheet of a public service."""

    id: str
    service: str
    number: int
    since: str
    until: str
    gross: str
    returned: str
    payments: int
    refunds: int
    redeemed: int
    euros: int
    fee: int
    redemption: str
    entry: int


class KeptMandate(NamedTuple):
    """A collection mandate; its columns bear the names under which entries seal them."""

    id: str
    authority: str
    since: str
    until: str
    ceiling: int
    state: str


class KeptTerms(NamedTuple):
    """A version of the terms; its columns bear the names under which entries seal them."""

    since: str
    redemption_fee_bps: int
    redemption_kinds: str
    donation_bps: int
    request_minutes: int
    corrections_need_second: int
    exact_matches_post: int
    donation_supporters: int
    payouts_need_second: int
    confirm_above: int | None
    hand_conversions_above: int | None


class KeptClosing(NamedTuple):
    """A closed period and the entry that closed it."""

    until: str
    entry: int


class KeptEntryDay(NamedTuple):
    """The accounting day of an entry that counts earlier than it was written."""

    entry: int
    day: str


class KeptEntry(NamedTuple):
    """An entry without its arrows."""

    number: int
    previous: int | None
    at: str
    kind: str
    actor: str
    facts: str
    tallies: str
    memo: str | None
    hash: bytes


class KeptPosting(NamedTuple):
    """An arrow of an entry, with the balances that it left."""

    entry: int
    ordinal: int
    source: str
    target: str
    amount: int
    asset: str
    source_after: int
    target_after: int


class KeptMemo(NamedTuple):
    """What people wrote beside an entry."""

    entry: int
    salt: bytes
    words: str


class KeptOperation(NamedTuple):
    """The stored answer that an entry belongs to."""

    entry: int
    key: str
    answer: str
    sealed: bytes | None
    """The hash of that entry, if it exists."""


class KeptRequest(NamedTuple):
    """A payment request and the entry that paid it."""

    entry: int
    id: str
    units: int
    state: str
    paid: int | None
    """What that entry brings to whoever asked, if anything."""


class KeptBankLine(NamedTuple):
    """A bank line and the entry that moved its euros."""

    entry: int
    id: str
    account: str
    amount: int
    state: str


class KeptOutstanding(NamedTuple):
    """An entry that moved a bank account before the bank told of it."""

    entry: int
    id: str
    account: str
    amount: int


class KeptExplanation(NamedTuple):
    """A bank line and the later entry that took its euros out of suspense."""

    entry: int
    id: str


class KeptCorrection(NamedTuple):
    """A correction, at the entry that it made or at the one it corrects."""

    entry: int
    id: str


class Stream(Generic[KeptT]):
    """One question: rows of a table of one currency, in the order of `order`."""

    def __init__(
        self, kept: type[KeptT], table: str, order: str = "", *, where: str = "", **computed: str
    ) -> None:
        """Ask for the columns that `kept` names; `computed` gives expressions for some of them.

        Without an order the rows come as they lie, because sorting needs memory for all of them.
        """
        self.kept = kept
        self.table = table
        self.order = order
        self.where = where
        hints = typing.get_type_hints(kept)
        self.columns = tuple(
            f'{computed[name]} AS "{name}"' if name in computed else f'"{name}"' for name in hints
        )
        kinds = [typing.get_args(hint) or (hint,) for hint in hints.values()]
        self._shapes = frozenset(itertools.product(*kinds))
        self.binary = tuple(place for place, kind in enumerate(kinds) if bytes in kind)

    @property
    def name(self) -> str:
        """Name the question: one table can be asked several."""
        return f"{self.table} by {self.order}"

    def fits(self, row: Raw) -> bool:
        """Say whether every value has the type of its column."""
        return tuple(map(type, row)) in self._shapes


CURRENCY: Final = Stream(KeptCurrency, "currency", "code")
ACCOUNTS: Final = Stream(KeptAccount, "account", "name")
TALLIES: Final = Stream(KeptTally, "tally", "name")
BANK_ACCOUNTS: Final = Stream(KeptBankAccount, "bank_account", "slug")
CHECKPOINTS: Final = Stream(KeptCheckpoint, "checkpoint", "size")
REDEMPTIONS: Final = Stream(KeptRedemption, "redemption", "id")
SHEETS: Final = Stream(KeptSheet, "daily_sheet", "id")
MANDATES: Final = Stream(KeptMandate, "collection_mandate", "id")
RUNS: Final = Stream(KeptRun, "disbursement_run", "id")
# One engine keeps a yes as a number and the other as a truth; a bundle of both is the same.
TERMS: Final = Stream(
    KeptTerms,
    "terms",
    "since",
    **{
        name: f'CAST("{name}" AS INTEGER)'
        for name in ("corrections_need_second", "exact_matches_post", "payouts_need_second")
    },
)
CLOSINGS: Final = Stream(KeptClosing, "closing", "until")
ENTRIES: Final = Stream(KeptEntry, "entry", "number")
POSTINGS: Final = Stream(KeptPosting, "posting", "number, ordinal", entry='"number"')
ENTRY_DAYS: Final = Stream(KeptEntryDay, "entry_day", "number", entry='"number"')
MEMOS: Final = Stream(KeptMemo, "memo", "number", entry='"number"')
OPERATIONS: Final = Stream(
    KeptOperation,
    "operation",
    where='"entry" IS NOT NULL',
    sealed='(SELECT "hash" FROM "entry" WHERE "entry"."currency" = "operation"."currency" '
    'AND "entry"."number" = "operation"."entry")',
)

# What should have an entry and has none points to entry 0, which never exists.
REQUESTS: Final = Stream(
    KeptRequest,
    "payment_request",
    entry='coalesce("entry", 0)',
    where='("entry" IS NOT NULL OR "state" = \'paid\')',
    paid='(SELECT CAST(sum("amount") AS BIGINT) FROM "posting" '
    'WHERE "posting"."currency" = "payment_request"."currency" '
    'AND "posting"."number" = "payment_request"."entry" '
    'AND "posting"."target" = CASE WHEN "payment_request"."service" = \'\' '
    'THEN \'member:\' || "payment_request"."to" '
    'ELSE \'service:\' || "payment_request"."service" END)',
)
BANK_LINES: Final = Stream(
    KeptBankLine,
    "bank_line",
    "1, id",
    entry='coalesce("entry", 0)',
    where='("entry" IS NOT NULL OR "state" <> \'new\')',
)
OUTSTANDING: Final = Stream(
    KeptOutstanding, "outstanding", "1, id", entry='1 * CAST("id" AS BIGINT)'
)
DISBURSEMENTS: Final = Stream(
    KeptDisbursement,
    "disbursement",
    "1, id",
    entry='coalesce("entry", 0)',
    where='("entry" IS NOT NULL OR "state" = \'credited\')',
)
EXPLANATIONS: Final = Stream(
    KeptExplanation,
    "bank_line",
    "explained_by, id",
    entry='"explained_by"',
    where='"explained_by" IS NOT NULL',
)
CORRECTIONS: Final = Stream(
    KeptCorrection,
    "correction",
    "1, id",
    entry='coalesce("entry", 0)',
    where='("entry" IS NOT NULL OR "state" = \'done\')',
)
CORRECTED: Final = Stream(KeptCorrection, "correction", "corrects, id", entry='"corrects"')

LOADED: Final[tuple[Stream[Any], ...]] = (
    CURRENCY,
    ACCOUNTS,
    TALLIES,
    BANK_ACCOUNTS,
    CHECKPOINTS,
    REDEMPTIONS,
    SHEETS,
    MANDATES,
    RUNS,
    CLOSINGS,
    TERMS,
)
"""Small beside the journal: held in memory."""

ATTACHED: Final[tuple[Stream[Any], ...]] = (
    POSTINGS,
    ENTRY_DAYS,
    MEMOS,
    BANK_LINES,
    OUTSTANDING,
    DISBURSEMENTS,
    EXPLANATIONS,
    CORRECTIONS,
    CORRECTED,
)
"""Rows that belong to entries: read beside them, by their number."""

SCANNED: Final[tuple[Stream[Any], ...]] = (OPERATIONS, REQUESTS)
"""As many as entries and in no order: each is read beside what it says of its entry."""

STREAMS: Final = (*LOADED, ENTRIES, *ATTACHED, *SCANNED)


class UnreadableError(RuntimeError):
    """The source is none, or stops being readable; the message says why."""


class Source(Protocol):
    """Where rows come from: a database or a bundle."""

    def currencies(self) -> list[str]:
        """Name every currency that any table mentions."""

    def flaws(self) -> list[str]:
        """Say where the store of the rows contradicts itself, as an index that hides rows does."""

    def rows(self, stream: Stream[Any], currency: str) -> Iterator[Raw]:
        """Stream the rows of a question in its order; raises UnreadableError."""
