"""People: who may be let in, their grants, and who is at work.

An identity is a member's or a person's from here on, so its key into the members goes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _identities(owner: sa.ForeignKeyConstraint) -> None:
    """Make the table of identities anew, with another foreign key, and its rows as they are."""
    names = ("currency", "id", "name", "email", "iban")
    op.execute("CREATE TABLE identity_kept AS SELECT * FROM identity")
    op.drop_index("identity_iban", table_name="identity")
    op.drop_table("identity")
    op.create_table(
        "identity",
        *(_text(name) for name in names),
        owner,
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("identity_iban", "identity", ["currency", "iban"], unique=False)
    columns = ", ".join(names)
    op.execute(f"INSERT INTO identity ({columns}) SELECT {columns} FROM identity_kept")  # noqa: S608 - our own names
    op.drop_table("identity_kept")


def upgrade() -> None:
    """Apply."""
    _identities(sa.ForeignKeyConstraint(["currency"], ["currency.code"]))
    op.create_table(
        "person",
        _text("currency"),
        *(_text(name) for name in ("id", "login", "kind", "status", "made_at", "sessions_from")),
        sa.CheckConstraint("kind IN ('human', 'machine')", name="person_kind"),
        sa.CheckConstraint(
            "status IN ('invited', 'active', 'suspended', 'closed')", name="person_status"
        ),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"]),
        sa.PrimaryKeyConstraint("currency", "id"),
        sa.UniqueConstraint("currency", "login", name="person_login"),
    )
    op.create_table(
        "role_grant",
        _text("currency"),
        *(_text(name) for name in ("id", "person", "role", "holder", "state", "since")),
        _text("until", nullable=True),
        _text("given_by"),
        _text("approved_by", nullable=True),
        sa.Column("guardian", sa.Boolean(), nullable=False),
        _text("scopes"),
        sa.Column("ceiling", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'active', 'suspended', 'revoked')", name="role_grant_state"
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR (approved_by <> given_by AND approved_by <> person)",
            name="role_grant_second",
        ),
        sa.CheckConstraint("ceiling IS NULL OR ceiling > 0", name="role_grant_ceiling"),
        sa.ForeignKeyConstraint(["currency", "person"], ["person.currency", "person.id"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("role_grant_person", "role_grant", ["currency", "person"])
    op.create_index("role_grant_holder", "role_grant", ["currency", "holder"])
    op.create_table(
        "session",
        _text("currency"),
        *(_text(name) for name in ("id", "person", "grant", "kind", "method")),
        sa.Column("factors", sa.Integer(), nullable=False),
        *(_text(name) for name in ("started_at", "seen_at", "ends_at")),
        sa.Column("idle_minutes", sa.Integer(), nullable=False),
        _text("device"),
        _text("scopes"),
        _text("ended_at", nullable=True),
        sa.CheckConstraint("kind IN ('browser', 'machine')", name="session_kind"),
        sa.CheckConstraint("factors IN (1, 2)", name="session_factors"),
        sa.ForeignKeyConstraint(["currency", "person"], ["person.currency", "person.id"]),
        sa.PrimaryKeyConstraint("currency", "id"),
        sa.UniqueConstraint("id", name="session_token"),
    )
    op.create_index("session_person", "session", ["currency", "person", "ends_at"])


def downgrade() -> None:
    """Take back; the identities of people, who are no members, go with them."""
    op.execute(
        "DELETE FROM identity WHERE NOT EXISTS (SELECT 1 FROM member "
        "WHERE member.currency = identity.currency AND member.id = identity.id)"
    )
    _identities(sa.ForeignKeyConstraint(["currency", "id"], ["member.currency", "member.id"]))
    op.drop_index("session_person", table_name="session")
    op.drop_table("session")
    op.drop_index("role_grant_holder", table_name="role_grant")
    op.drop_index("role_grant_person", table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_table("person")
