"""Standing conversions: mandates of members, and the debits ordered under them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "bank_account", sa.Column("creditor_id", sa.Text(), nullable=False, server_default="")
    )
    op.create_table(
        "standing_conversion",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("euros", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("mandate", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Text(), nullable=False),
        sa.Column("iban", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_at", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("last_month", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "euros > 0 AND day BETWEEN 1 AND 28", name="standing_conversion_amounts"
        ),
        sa.CheckConstraint(
            "accepted_by IS NULL OR accepted_by <> proposed_by", name="standing_conversion_second"
        ),
        sa.ForeignKeyConstraint(["currency", "member"], ["member.currency", "member.id"]),
        sa.PrimaryKeyConstraint("currency", "id"),
        sa.UniqueConstraint("currency", "mandate", name="standing_conversion_mandate"),
    )
    op.create_index("standing_conversion_state", "standing_conversion", ["currency", "state"])
    op.create_index("standing_conversion_member", "standing_conversion", ["currency", "member"])
    op.create_table(
        "collection",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("euros", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("stopped", sa.Text(), nullable=False),
        sa.CheckConstraint("euros > 0", name="collection_amounts"),
        sa.ForeignKeyConstraint(
            ["currency", "standing"], ["standing_conversion.currency", "standing_conversion.id"]
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
        sa.UniqueConstraint("currency", "reference", name="collection_reference"),
    )
    op.create_index("collection_state", "collection", ["currency", "state"])
    op.create_index("collection_file", "collection", ["currency", "file"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("collection")
    op.drop_table("standing_conversion")
    op.drop_column("bank_account", "creditor_id")
