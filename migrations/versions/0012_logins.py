"""Logins: ways of showing who one is, invitations, guesses, challenges, and a threshold."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _of_person() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["currency", "person"], ["person.currency", "person.id"])


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "factor",
        *(_text(name) for name in ("currency", "id", "person", "kind")),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        *(_text(name) for name in ("label", "made_at")),
        *(_text(name, nullable=True) for name in ("used_at", "ended_at")),
        sa.CheckConstraint(
            "kind IN ('password', 'totp', 'passkey', 'recovery', 'secret')", name="factor_kind"
        ),
        _of_person(),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("factor_person", "factor", ["currency", "person"])
    op.create_table(
        "invitation",
        *(
            _text(name)
            for name in ("currency", "id", "person", "asked_by", "made_at", "expires_at")
        ),
        sa.Column("resets", sa.Boolean(), nullable=False),
        *(_text(name, nullable=True) for name in ("approved_by", "used_at")),
        sa.CheckConstraint(
            "approved_by IS NULL OR (approved_by <> asked_by AND approved_by <> person)",
            name="invitation_second",
        ),
        _of_person(),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("invitation_person", "invitation", ["currency", "person"])
    op.create_table(
        "guess",
        *(_text(name) for name in ("currency", "id", "since")),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 0", name="guess_count"),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_table(
        "challenge",
        *(
            _text(name)
            for name in (
                "currency",
                "id",
                "session",
                "purpose",
                "binds",
                "nonce",
                "expires_at",
                "state",
            )
        ),
        sa.CheckConstraint("state IN ('open', 'met', 'used')", name="challenge_state"),
        sa.CheckConstraint("purpose IN ('sign-in', 'enrol', 'confirm')", name="challenge_purpose"),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.add_column("terms", sa.Column("confirm_above", sa.BigInteger(), nullable=True))
    op.add_column(
        "payment_request", sa.Column("till", sa.Text(), nullable=False, server_default="")
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("payment_request", "till")
    op.drop_column("terms", "confirm_above")
    op.drop_table("challenge")
    op.drop_table("guess")
    op.drop_index("invitation_person", table_name="invitation")
    op.drop_table("invitation")
    op.drop_index("factor_person", table_name="factor")
    op.drop_table("factor")
