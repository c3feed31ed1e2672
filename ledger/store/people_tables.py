"""The tables of people: who may be let in, what for, and who is at work.

Columns bear the names of the fields in `ledger.books.people`; lists of texts stand as JSON.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
)
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
    origin: str
    signed_in_at: str


class FactorRow(SQLModel, table=True):
    """A way to show who one is."""

    __tablename__ = "factor"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "person"], ["person.currency", "person.id"]),
        CheckConstraint(
            "kind IN ('password', 'totp', 'passkey', 'recovery', 'secret')", name="factor_kind"
        ),
        Index("factor_person", "currency", "person"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    person: str
    kind: str
    secret: bytes = Field(sa_type=LargeBinary)
    count: int = Field(sa_type=BigInteger)
    label: str
    made_at: str
    used_at: str | None
    ended_at: str | None


class InvitationRow(SQLModel, table=True):
    """A link that lets a person choose how to sign in; a second person agrees to a reset."""

    __tablename__ = "invitation"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "person"], ["person.currency", "person.id"]),
        CheckConstraint(
            "approved_by IS NULL OR (approved_by <> asked_by AND approved_by <> person)",
            name="invitation_second",
        ),
        Index("invitation_person", "currency", "person"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    person: str
    asked_by: str
    made_at: str
    expires_at: str
    resets: bool
    approved_by: str | None
    used_at: str | None


class GuessRow(SQLModel, table=True):
    """How often somebody tried."""

    __tablename__ = "guess"
    __table_args__ = (CheckConstraint("count >= 0", name="guess_count"),)

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    since: str
    count: int


class ChallengeRow(SQLModel, table=True):
    """What somebody is asked to sign or to confirm."""

    __tablename__ = "challenge"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'met', 'used')", name="challenge_state"),
        CheckConstraint("purpose IN ('sign-in', 'enrol', 'confirm')", name="challenge_purpose"),
    )

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    session: str
    purpose: str
    binds: str
    nonce: str
    expires_at: str
    state: str
