"""The tables of the accountant's settings and of closed years."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint
from sqlmodel import Field, SQLModel


class BookkeepingRow(SQLModel, table=True):
    """The association's SIREN and chart of accounts from a year on."""

    __tablename__ = "bookkeeping"

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    year: str = Field(primary_key=True)
    siren: str
    chart: str
    changes: str


class YearClosingRow(SQLModel, table=True):
    """The closing of a year; whoever proposed it never confirms it."""

    __tablename__ = "year_closing"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "entry"], ["entry.currency", "entry.number"]),
        CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> proposed_by", name="year_closing_second"
        ),
        CheckConstraint(
            "state = 'proposed' OR (state = 'closed' AND confirmed_by IS NOT NULL "
            "AND confirmed_at IS NOT NULL AND entry IS NOT NULL)",
            name="year_closing_state",
        ),
    )

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    proposed_at: str
    proposed_by: str
    state: str
    confirmed_at: str | None
    confirmed_by: str | None
    entry: int | None = Field(sa_type=BigInteger)
