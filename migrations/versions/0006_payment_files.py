"""Payment files: what goes to the bank in one file, and what each payment in it became."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PAYABLE = ("redemption", "fund_order")


def upgrade() -> None:
    """Apply."""
    for table in PAYABLE:
        for column in ("file", "stopped"):
            op.add_column(table, sa.Column(column, sa.Text(), nullable=False, server_default=""))
        op.create_index(f"{table}_file", table, ["currency", "file"])
    op.add_column(
        "terms",
        sa.Column("payouts_need_second", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "payment_file",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("payments", sa.Integer(), nullable=False),
        sa.Column("euros", sa.BigInteger(), nullable=False),
        sa.Column("execute_on", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("euros > 0 AND payments > 0", name="payment_file_amounts"),
        sa.CheckConstraint(
            "released_by IS NULL OR released_by <> made_by", name="payment_file_second"
        ),
        sa.ForeignKeyConstraint(
            ["currency", "account"], ["bank_account.currency", "bank_account.slug"]
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
        sa.UniqueConstraint("currency", "message_id", name="payment_file_message"),
    )
    op.create_index("payment_file_made", "payment_file", ["currency", "made_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("payment_file")
    op.drop_column("terms", "payouts_need_second")
    for table in PAYABLE:
        op.drop_index(f"{table}_file", table_name=table)
        for column in ("file", "stopped"):
            op.drop_column(table, column)
