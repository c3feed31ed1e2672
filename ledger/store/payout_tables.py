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
