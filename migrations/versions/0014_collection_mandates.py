"""Collection mandates of authorities."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "collection_mandate",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("operations", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=False),
        sa.Column("powers", sa.Text(), nullable=False),
        sa.Column("remuneration", sa.Text(), nullable=False),
        sa.Column("remittance", sa.Text(), nullable=False),
        sa.Column("accounts_rendered", sa.Text(), nullable=False),
        sa.Column("controls", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revoked_on", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "granted_by IS NULL OR granted_by <> proposed_by", name="mandate_second"
        ),
        sa.CheckConstraint("ceiling > 0 AND until >= since", name="mandate_terms"),
        sa.CheckConstraint(
            "state IN ('proposed', 'revoked') OR (state = 'granted' AND granted_by IS NOT NULL)",
            name="mandate_state",
        ),
        sa.ForeignKeyConstraint(["currency", "authority"], ["member.currency", "member.id"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("mandate_authority", "collection_mandate", ["currency", "authority"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("mandate_authority", table_name="collection_mandate")
    op.drop_table("collection_mandate")
