"""Erasure: a member is forgotten by one person's word and another's."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "erasure",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state = 'asked' OR (state = 'done' AND approved_by IS NOT NULL)", name="erasure_state"
        ),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> asked_by", name="erasure_second"),
        sa.ForeignKeyConstraint(["currency", "id"], ["member.currency", "member.id"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("erasure")
