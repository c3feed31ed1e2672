"""Announcements: what an employer says its employees will convert by their own means."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "announcement",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("euros", sa.BigInteger(), nullable=False),
        sa.Column("announced_at", sa.Text(), nullable=False),
        sa.Column("announced_by", sa.Text(), nullable=False),
        sa.CheckConstraint("euros > 0", name="announcement_euros"),
        sa.ForeignKeyConstraint(["currency", "authority"], ["member.currency", "member.id"]),
        sa.ForeignKeyConstraint(["currency", "member"], ["member.currency", "member.id"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("announcement_authority", "announcement", ["currency", "authority"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("announcement")
