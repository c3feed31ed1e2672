"""The table of payment files: what went to the bank, kept as it was made."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel


class PaymentFileRow(SQLModel, table=True):
    """A file of payments for the bank; whoever made it does not release it."""

    __tablename__ = "payment_file"
    __table_args__ = (
        ForeignKeyConstraint(
            ["currency", "account"], ["bank_account.currency", "bank_account.slug"]
        ),
        UniqueConstraint("currency", "message_id", name="payment_file_message"),
        CheckConstraint("euros > 0 AND payments > 0", name="payment_file_amounts"),
        CheckConstraint(
            "released_by IS NULL OR released_by <> made_by", name="payment_file_second"
        ),
        Index("payment_file_made", "currency", "made_at"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    kind: str
    account: str
    format: str
    message_id: str
    payments: int
    euros: int = Field(sa_type=BigInteger)
    execute_on: str
    content: bytes = Field(sa_type=LargeBinary)
    content_hash: str
    made_at: str
    made_by: str
    released_by: str | None
    state: str
    status: str
    reason: str


class StandingConversionRow(SQLModel, table=True):
    """A member's mandate to be debited each month."""

    __tablename__ = "standing_conversion"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "member"], ["member.currency", "member.id"]),
        UniqueConstraint("currency", "mandate", name="standing_conversion_mandate"),
        CheckConstraint("euros > 0 AND day BETWEEN 1 AND 28", name="standing_conversion_amounts"),
        CheckConstraint(
            "accepted_by IS NULL OR accepted_by <> proposed_by", name="standing_conversion_second"
        ),
        Index("standing_conversion_state", "currency", "state"),
        Index("standing_conversion_member", "currency", "member"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    member: str
    euros: int = Field(sa_type=BigInteger)
    day: int
    since: str
    until: str | None
    mandate: str
    signed_on: str
    iban: bytes = Field(sa_type=LargeBinary)
    proposed_at: str
    proposed_by: str
    accepted_by: str | None
    state: str
    last_month: str


class CollectionRow(SQLModel, table=True):
    """One debit of a standing conversion; a month has one."""

    __tablename__ = "collection"
    __table_args__ = (
        ForeignKeyConstraint(
            ["currency", "standing"], ["standing_conversion.currency", "standing_conversion.id"]
        ),
        UniqueConstraint("currency", "reference", name="collection_reference"),
        CheckConstraint("euros > 0", name="collection_amounts"),
        Index("collection_state", "currency", "state"),
        Index("collection_file", "currency", "file"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    standing: str
    member: str
    euros: int = Field(sa_type=BigInteger)
    sequence: str
    reference: str
    state: str
    file: str
    stopped: str
