"""The tables of donations: distributions, and each association's share."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel


class DistributionRow(SQLModel, table=True):
    """A distribution of donations; whoever proposed never approves."""

    __tablename__ = "distribution"
    __table_args__ = (
        CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by", name="distribution_second"
        ),
        CheckConstraint("paid_in IN ('units', 'euros')", name="distribution_way"),
    )

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    counted_on: str
    least: int
    paid_in: str
    proposed_at: str
    proposed_by: str
    approved_by: str | None
    state: str


class DonationShareRow(SQLModel, table=True):
    """The share of an association."""

    __tablename__ = "donation_share"
    __table_args__ = (
        ForeignKeyConstraint(
            ["currency", "distribution"], ["distribution.currency", "distribution.id"]
        ),
        ForeignKeyConstraint(["currency", "entry"], ["entry.currency", "entry.number"]),
        CheckConstraint("accrued >= 0 AND euros >= 0", name="donation_share_amounts"),
        Index("donation_share_distribution", "currency", "distribution"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    distribution: str
    association: str
    supporters: int
    accrued: int = Field(sa_type=BigInteger)
    euros: int = Field(sa_type=BigInteger)
    state: str
    entry: int | None = Field(sa_type=BigInteger)
