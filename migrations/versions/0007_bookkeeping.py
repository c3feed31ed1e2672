"""The accountant's settings, and years closed by two people."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "bookkeeping",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("year", sa.Text(), nullable=False),
        sa.Column("siren", sa.Text(), nullable=False),
        sa.Column("chart", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"]),
        sa.PrimaryKeyConstraint("currency", "year"),
    )
    op.create_table(
        "year_closing",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.Text(), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("entry", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> proposed_by", name="year_closing_second"
        ),
        sa.CheckConstraint(
            "state = 'proposed' OR (state = 'closed' AND confirmed_by IS NOT NULL "
            "AND confirmed_at IS NOT NULL AND entry IS NOT NULL)",
            name="year_closing_state",
        ),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"]),
        sa.ForeignKeyConstraint(["currency", "entry"], ["entry.currency", "entry.number"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("year_closing")
    op.drop_table("bookkeeping")
