"""The tables of authorities: their mandates, services, bills and daily sheets."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index
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
