"""Bank lines say whom they are about, what came back, and who finds out; notices to members."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = ("about", "returned", "owner", "note")


def upgrade() -> None:
    """Apply."""
    for name in COLUMNS:
        op.add_column("bank_line", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_index("bank_line_about", "bank_line", ["currency", "about"], unique=False)
    op.create_table(
        "notice",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("notice_state", "notice", ["currency", "state"], unique=False)
    op.create_index("notice_subject", "notice", ["currency", "subject", "at"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index("notice_subject", table_name="notice")
    op.drop_index("notice_state", table_name="notice")
    op.drop_table("notice")
    op.drop_index("bank_line_about", table_name="bank_line")
    for name in reversed(COLUMNS):
        op.drop_column("bank_line", name)
