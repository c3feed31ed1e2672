"""Donations: distributions, shares, and how many supporters the terms want."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "terms",
        sa.Column("donation_supporters", sa.Integer(), nullable=False, server_default="30"),
    )
    op.create_table(
        "distribution",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("counted_on", sa.Text(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("paid_in", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by", name="distribution_second"
        ),
        sa.CheckConstraint("paid_in IN ('units', 'euros')", name="distribution_way"),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_table(
        "donation_share",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("distribution", sa.Text(), nullable=False),
        sa.Column("association", sa.Text(), nullable=False),
        sa.Column("supporters", sa.Integer(), nullable=False),
        sa.Column("accrued", sa.BigInteger(), nullable=False),
        sa.Column("euros", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("accrued >= 0 AND euros >= 0", name="donation_share_amounts"),
        sa.ForeignKeyConstraint(
            ["currency", "distribution"], ["distribution.currency", "distribution.id"]
        ),
        sa.ForeignKeyConstraint(["currency", "entry"], ["entry.currency", "entry.number"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("donation_share_distribution", "donation_share", ["currency", "distribution"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("donation_share_distribution", table_name="donation_share")
    op.drop_table("donation_share")
    op.drop_table("distribution")
    op.drop_column("terms", "donation_supporters")
