"""Conversions by hand above an amount of the terms wait for a second person."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    above = sa.Column("hand_conversions_above", sa.BigInteger(), nullable=True)
    op.add_column("terms", above)
    op.create_table(
        "hand_conversion",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("currency", "id", "member", "channel", "office", "reference")
        ),
        sa.Column("euros", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("euros > 0", name="hand_conversion_euros"),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by", name="hand_conversion_second"
        ),
        sa.ForeignKeyConstraint(["currency", "member"], ["member.currency", "member.id"]),
        sa.ForeignKeyConstraint(["currency", "entry"], ["entry.currency", "entry.number"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )


def downgrade() -> None:
    """Undo: what waits for a second person is lost, and is proposed anew."""
    op.drop_table("hand_conversion")
    op.drop_column("terms", "hand_conversions_above")
