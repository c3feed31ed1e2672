"""The tables of authorities: their mandates, services, bills and daily sheets."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel


class CollectionMandateRow(SQLModel, table=True):
    """A collection mandate; whoever wrote it never grants it."""

    __tablename__ = "collection_mandate"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "authority"], ["member.currency", "member.id"]),
        CheckConstraint("granted_by IS NULL OR granted_by <> proposed_by", name="mandate_second"),
        CheckConstraint("ceiling > 0 AND until >= since", name="mandate_terms"),
        CheckConstraint(
            "state IN ('proposed', 'revoked') OR (state = 'granted' AND granted_by IS NOT NULL)",
            name="mandate_state",
        ),
        Index("mandate_authority", "currency", "authority"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    authority: str
    operations: str
    since: str
    until: str
    ceiling: int = Field(sa_type=BigInteger)
    powers: str
    remuneration: str
    remittance: str
    accounts_rendered: str
    controls: str
    proposed_at: str
    proposed_by: str
    granted_by: str | None
    state: str
    revoked_on: str | None


class ServiceRow(SQLModel, table=True):
    """A public service and its régie."""

    __tablename__ = "service"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "authority"], ["member.currency", "member.id"]),
        CheckConstraint("settlement IN ('daily', 'period', 'kept')", name="service_settlement"),
        CheckConstraint(
            "ceiling > 0 AND last_sheet >= 0 AND fee_bps BETWEEN 0 AND 10000", name="service_terms"
        ),
        CheckConstraint("state IN ('open', 'closed')", name="service_state"),
        Index("service_authority", "currency", "authority"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    authority: str
    slug: str
    name: str
    act: str
    revenues: str
    ceiling: int = Field(sa_type=BigInteger)
    accountant: str
    since: str
    until: str | None
    settlement: str
    fee_bps: int
    opened_at: str
    last_sheet: int
    closed_on: str | None
    state: str


class PriceRow(SQLModel, table=True):
    """A line of a service's price list."""

    __tablename__ = "service_price"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "service"], ["service.currency", "service.id"]),
        CheckConstraint("units > 0", name="service_price_units"),
        CheckConstraint("state IN ('current', 'withdrawn')", name="service_price_state"),
        Index("service_price_service", "currency", "service"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    service: str
    item: str
    label: str
    revenue: str
    units: int = Field(sa_type=BigInteger)
    state: str


class TakingsRow(SQLModel, table=True):
    """What a service took and gave back on a day."""

    __tablename__ = "takings"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "service"], ["service.currency", "service.id"]),
        CheckConstraint("payments >= 0 AND refunds >= 0", name="takings_counts"),
        CheckConstraint("open_of = '' OR sheet = ''", name="takings_sheet"),
        Index("takings_open", "currency", "open_of"),
        Index("takings_service", "currency", "service", "day"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    service: str
    day: str
    gross: str
    returned: str
    payments: int
    refunds: int
    open_of: str
    sheet: str


class DailySheetRow(SQLModel, table=True):
    """A numbered sheet of a régie: one of each number, one of each last day."""

    __tablename__ = "daily_sheet"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "service"], ["service.currency", "service.id"]),
        ForeignKeyConstraint(["currency", "entry"], ["entry.currency", "entry.number"]),
        UniqueConstraint("currency", "service", "number", name="daily_sheet_number"),
        UniqueConstraint("currency", "service", "until", name="daily_sheet_until"),
        CheckConstraint(
            "number > 0 AND until >= since AND redeemed >= 0 AND euros >= 0 AND fee >= 0",
            name="daily_sheet_amounts",
        ),
        Index("daily_sheet_until_day", "currency", "until"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    service: str
    authority: str
    number: int
    since: str
    until: str
    gross: str
    returned: str
    payments: int
    refunds: int
    act: str
    accountant: str
    redeemed: int = Field(sa_type=BigInteger)
    euros: int = Field(sa_type=BigInteger)
    fee: int = Field(sa_type=BigInteger)
    redemption: str
    closed_at: str
    closed_by: str
    entry: int = Field(sa_type=BigInteger)
