"""The tables of people: who may be let in, what for, and who is at work.

Columns bear the names of the fields in `ledger.books.people`; lists of texts stand as JSON.
"""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class PersonRow(SQLModel, table=True):
    """Somebody who may be let in."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("currency", "login", name="person_login"),
        CheckConstraint("kind IN ('human', 'machine')", name="person_kind"),
        CheckConstraint(
            "status IN ('invited', 'active', 'suspended', 'closed')", name="person_status"
        ),
    )

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    login: str
    kind: str
    status: str
    made_at: str
    sessions_from: str


class GrantRow(SQLModel, table=True):
    """What a person may do for whom; who approves is neither who gave it nor whom it is for."""

    __tablename__ = "role_grant"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "person"], ["person.currency", "person.id"]),
        CheckConstraint(
            "state IN ('proposed', 'active', 'suspended', 'revoked')", name="role_grant_state"
        ),
        CheckConstraint(
            "approved_by IS NULL OR (approved_by <> given_by AND approved_by <> person)",
            name="role_grant_second",
        ),
        CheckConstraint("ceiling IS NULL OR ceiling > 0", name="role_grant_ceiling"),
        Index("role_grant_person", "currency", "person"),
        Index("role_grant_holder", "currency", "holder"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    person: str
    role: str
    holder: str
    state: str
    since: str
    until: str | None
    given_by: str
    approved_by: str | None
    guardian: bool
    scopes: str
    ceiling: int | None = Field(sa_type=BigInteger)


class SessionRow(SQLModel, table=True):
    """A person at work, by the hash of the token."""

    __tablename__ = "session"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "person"], ["person.currency", "person.id"]),
        UniqueConstraint("id", name="session_token"),
        CheckConstraint("kind IN ('browser', 'machine')", name="session_kind"),
        CheckConstraint("factors IN (1, 2)", name="session_factors"),
        Index("session_person", "currency", "person", "ends_at"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    person: str
    grant: str
    kind: str
    method: str
    factors: int
    started_at: str
    seen_at: str
    ends_at: str
    idle_minutes: int
    device: str
    scopes: str
    ended_at: str | None
