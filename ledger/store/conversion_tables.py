"""The table of conversions by hand that wait for a second person."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint
from sqlmodel import Field, SQLModel


class HandConversionRow(SQLModel, table=True):
    """Units to be issued by hand; whoever proposed never approves."""

    __tablename__ = "hand_conversion"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "member"], ["member.currency", "member.id"]),
        ForeignKeyConstraint(["currency", "entry"], ["entry.currency", "entry.number"]),
        CheckConstraint("euros > 0", name="hand_conversion_euros"),
        CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by", name="hand_conversion_second"
        ),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    member: str
    euros: int = Field(sa_type=BigInteger)
    channel: str
    office: str
    reference: str
    proposed_at: str
    proposed_by: str
    approved_by: str | None
    state: str
    entry: int | None = Field(sa_type=BigInteger)
