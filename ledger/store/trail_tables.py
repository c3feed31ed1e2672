"""The tables of who was turned away and from where; columns are fields of `ledger.books.trail`."""

from sqlalchemy import CheckConstraint, Index, LargeBinary
from sqlmodel import Field, SQLModel


class OriginRow(SQLModel, table=True):
    """From where somebody came; the address is sealed."""

    __tablename__ = "origin"

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    month: str
    at: str
    address: bytes = Field(sa_type=LargeBinary)


class DenialRow(SQLModel, table=True):
    """How often somebody was refused the same in an hour."""

    __tablename__ = "denial"
    __table_args__ = (
        CheckConstraint("count > 0", name="denial_count"),
        Index("denial_hour", "currency", "hour"),
        Index("denial_person", "currency", "person"),
    )

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    hour: str
    slug: str
    route: str
    actor: str
    person: str
    role: str
    holder: str
    first_at: str
    last_at: str
    count: int
