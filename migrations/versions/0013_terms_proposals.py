"""Proposals of new terms, which take two people."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "terms_proposal",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'withdrawn') OR "
            "(state = 'adopted' AND approved_by IS NOT NULL AND entry IS NOT NULL)",
            name="terms_proposal_state",
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by", name="terms_proposal_second"
        ),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"]),
        sa.ForeignKeyConstraint(["currency", "entry"], ["entry.currency", "entry.number"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("terms_proposal")
