"""The tables of accounting days, closed periods and reconciliations."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from ledger.store.tables import CLUSTERED


class EntryDayRow(SQLModel, table=True):
    """The accounting day of an entry that counts earlier than it was written, and only of such."""

    __tablename__ = "entry_day"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "number"], ["entry.currency", "entry.number"]),
        Index("entry_day_day", "currency", "day", "number"),
        CLUSTERED,
    )

    currency: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    day: str


class BackdatedRow(SQLModel, table=True):
    """The last entry with an accounting day of its own."""

    __tablename__ = "backdated"
    __table_args__ = (CheckConstraint("id = 'last'", name="backdated_one"),)

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    entry: int = Field(sa_type=BigInteger)


class ClosingRow(SQLModel, table=True):
    """A closed period; once closed, a day is never opened again."""

    __tablename__ = "closing"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "entry"], ["entry.currency", "entry.number"]),
    )

    currency: str = Field(primary_key=True)
    until: str = Field(primary_key=True)
    entry: int = Field(sa_type=BigInteger)
    reason: str


class ReconciliationRow(SQLModel, table=True):
    """A reconciliation; whoever prepared it never signs it."""

    __tablename__ = "reconciliation"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "prepared_entry"], ["entry.currency", "entry.number"]),
        ForeignKeyConstraint(["currency", "signed_entry"], ["entry.currency", "entry.number"]),
        CheckConstraint(
            "signed_by IS NULL OR signed_by <> prepared_by", name="reconciliation_second"
        ),
        CheckConstraint(
            "state = 'prepared' OR (state = 'signed' AND signed_by IS NOT NULL "
            "AND signed_at IS NOT NULL AND signed_entry IS NOT NULL)",
            name="reconciliation_state",
        ),
    )

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    report: str
    digest: str
    as_of: int = Field(sa_type=BigInteger)
    prepared_at: str
    prepared_by: str
    prepared_entry: int = Field(sa_type=BigInteger)
    state: str
    signed_at: str | None
    signed_by: str | None
    signed_entry: int | None = Field(sa_type=BigInteger)


class RemarkRow(SQLModel, table=True):
    """Who looks after an open item, or what it comes from."""

    __tablename__ = "remark"
    __table_args__ = (CheckConstraint("owner <> '' OR cause <> ''", name="remark_says_something"),)

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    owner: str
    cause: str
    noted_at: str
    noted_by: str
