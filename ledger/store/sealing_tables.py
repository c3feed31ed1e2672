"""The tables of keys and erasures; columns are the fields of `ledger.books.sealing`."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, text
from sqlmodel import Field, SQLModel


class SealingKeyRow(SQLModel, table=True):
    """A master key by name; one is in use."""

    __tablename__ = "sealing_key"
    __table_args__ = (
        CheckConstraint("state IN ('in-use', 'retiring', 'retired')", name="sealing_key_state"),
        Index(
            "sealing_key_in_use",
            "currency",
            unique=True,
            sqlite_where=text("state = 'in-use'"),
            postgresql_where=text("state = 'in-use'"),
        ),
    )

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    state: str


class SubjectKeyRow(SQLModel, table=True):
    """The wrapped key of a person or of a statement; empty once destroyed."""

    __tablename__ = "subject_key"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "master"], ["sealing_key.currency", "sealing_key.id"]),
        Index("subject_key_master", "currency", "master"),
    )

    currency: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    id: str
    master: str
    wrapped: bytes = Field(sa_type=LargeBinary)


class ErasureRow(SQLModel, table=True):
    """A member that is forgotten by the word of two people."""

    __tablename__ = "erasure"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "id"], ["member.currency", "member.id"]),
        CheckConstraint(
            "state = 'asked' OR (state = 'done' AND approved_by IS NOT NULL)", name="erasure_state"
        ),
        CheckConstraint("approved_by IS NULL OR approved_by <> asked_by", name="erasure_second"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    reason: str
    asked_at: str
    asked_by: str
    approved_by: str | None
    state: str


class IbanChangeRow(SQLModel, table=True):
    """Where a member is to be paid from now on, by the word of two people."""

    __tablename__ = "iban_change"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "member"], ["member.currency", "member.id"]),
        CheckConstraint(
            "state IN ('asked', 'cancelled') OR (state IN ('approved', 'done') AND "
            "approved_by IS NOT NULL AND effective_at IS NOT NULL)",
            name="iban_change_state",
        ),
        CheckConstraint(
            "approved_by IS NULL OR approved_by <> asked_by", name="iban_change_second"
        ),
        Index("iban_change_waiting", "currency", "state"),
    )

    currency: str = Field(primary_key=True)
    member: str = Field(primary_key=True)
    iban: bytes = Field(sa_type=LargeBinary)
    asked_at: str
    asked_by: str
    state: str
    approved_by: str | None
    effective_at: str | None
