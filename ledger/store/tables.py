"""The tables of the books: constraints refuse what a bug in Python might let through.

Every key starts with the currency and foreign keys stay inside one, so the tables can be spread
over machines by currency. Instants are RFC 3339 UTC texts with microseconds, days ISO texts,
amounts whole minor units: the same bytes on SQLite and PostgreSQL.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

CLUSTERED = {"sqlite_with_rowid": False}
"""SQLite keeps such a table in the order of its key, without a second tree beside it."""


class CurrencyRow(SQLModel, table=True):
    """A local currency and the head of its journal, the row that orders all its writes."""

    __tablename__ = "currency"

    code: str = Field(primary_key=True)
    name: str
    unit_name: str
    asset: str
    scale: int
    created_at: str
    head_number: int = Field(sa_type=BigInteger)
    head_hash: bytes = Field(sa_type=LargeBinary)
    head_at: str
    rulebook_version: int = Field(sa_type=BigInteger)


class TermsRow(SQLModel, table=True):
    """Dated terms; an old version is never changed."""

    __tablename__ = "terms"

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    since: str = Field(primary_key=True)
    redemption_fee_bps: int
    redemption_kinds: str
    donation_bps: int
    request_minutes: int
    corrections_need_second: bool
    exact_matches_post: bool
    donation_supporters: int
    payouts_need_second: bool
    confirm_above: int | None = Field(sa_type=BigInteger)
    hand_conversions_above: int | None = Field(sa_type=BigInteger)


class TermsProposalRow(SQLModel, table=True):
    """Terms that wait for a second person, or were adopted or withdrawn."""

    __tablename__ = "terms_proposal"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "entry"], ["entry.currency", "entry.number"]),
        CheckConstraint(
            "state IN ('proposed', 'withdrawn') OR "
            "(state = 'adopted' AND approved_by IS NOT NULL AND entry IS NOT NULL)",
            name="terms_proposal_state",
        ),
        CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by", name="terms_proposal_second"
        ),
    )

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    values: str
    proposed_at: str
    proposed_by: str
    approved_by: str | None
    state: str
    entry: int | None = Field(sa_type=BigInteger)


class AccountRow(SQLModel, table=True):
    """An account with its balance; the balance stays within the floor and the ceiling."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("currency", "name", "asset", name="account_asset"),
        CheckConstraint("floor IS NULL OR balance >= floor", name="account_floor"),
        CheckConstraint("ceiling IS NULL OR balance <= ceiling", name="account_ceiling"),
        Index(
            "account_owner",
            "currency",
            "owner",
            sqlite_where=text("owner IS NOT NULL"),
            postgresql_where=text("owner IS NOT NULL"),
        ),
    )

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    name: str = Field(primary_key=True)
    asset: str
    floor: int | None = Field(sa_type=BigInteger)
    ceiling: int | None = Field(sa_type=BigInteger)
    owner: str | None
    balance: int = Field(sa_type=BigInteger)


class EntryRow(SQLModel, table=True):
    """An event of the journal. Each names the number before it, so numbers have no gap."""

    __tablename__ = "entry"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "previous"], ["entry.currency", "entry.number"]),
        CheckConstraint(
            "(number = 1 AND previous IS NULL) OR (number > 1 AND previous = number - 1)",
            name="entry_no_gap",
        ),
        CLUSTERED,
    )

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    number: int = Field(primary_key=True, sa_type=BigInteger)
    previous: int | None = Field(sa_type=BigInteger)
    at: str
    kind: str
    actor: str
    facts: str
    """Canonical JSON object."""
    tallies: str
    """Canonical JSON list of [name, change, limit]."""
    memo: str | None
    """Hex commitment of what people wrote; the words stand in `memo`."""
    hash: bytes = Field(sa_type=LargeBinary)


class PostingRow(SQLModel, table=True):
    """An arrow of an entry, with the balances that it left behind on both sides."""

    __tablename__ = "posting"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "number"], ["entry.currency", "entry.number"]),
        ForeignKeyConstraint(
            ["currency", "source", "asset"], ["account.currency", "account.name", "account.asset"]
        ),
        ForeignKeyConstraint(
            ["currency", "target", "asset"], ["account.currency", "account.name", "account.asset"]
        ),
        CheckConstraint("amount > 0", name="posting_amount"),
        CheckConstraint("source <> target", name="posting_arrow"),
        Index("posting_source", "currency", "source", "number"),
        Index("posting_target", "currency", "target", "number"),
        CLUSTERED,
    )

    currency: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    ordinal: int = Field(primary_key=True)
    source: str
    target: str
    amount: int = Field(sa_type=BigInteger)
    asset: str
    source_after: int = Field(sa_type=BigInteger)
    target_after: int = Field(sa_type=BigInteger)


class MemoRow(SQLModel, table=True):
    """What people wrote beside an entry; it may be erased, the chain keeps its salted hash."""

    __tablename__ = "memo"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "number"], ["entry.currency", "entry.number"]),
    )

    currency: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    salt: bytes = Field(sa_type=LargeBinary)
    words: str


class TallyRow(SQLModel, table=True):
    """A count beside the balances (budget granted, cap used, refunded), within its limit."""

    __tablename__ = "tally"
    __table_args__ = (CheckConstraint("amount >= 0 AND amount <= top", name="tally_limit"),)

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    name: str = Field(primary_key=True)
    amount: int = Field(sa_type=BigInteger)
    top: int = Field(sa_type=BigInteger)


class OperationRow(SQLModel, table=True):
    """What became of a request, by its Idempotency-Key, refusals too; never forgotten."""

    __tablename__ = "operation"

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    key: str = Field(primary_key=True)
    credential: str = Field(primary_key=True)
    request_hash: bytes = Field(sa_type=LargeBinary)
    status: int
    answer: str
    entry: int | None = Field(sa_type=BigInteger)
    at: str


class CheckpointRow(SQLModel, table=True):
    """A signed statement of the journal's size and Merkle root."""

    __tablename__ = "checkpoint"

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    size: int = Field(primary_key=True, sa_type=BigInteger)
    root: bytes = Field(sa_type=LargeBinary)
    head_hash: bytes = Field(sa_type=LargeBinary)
    peaks: bytes = Field(sa_type=LargeBinary)
    """The roots of the tree's full subtrees, left to right, 32 bytes each: where to go on."""
    at: str
    key_id: str
    signature: bytes = Field(sa_type=LargeBinary)
