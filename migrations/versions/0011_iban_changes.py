"""Changes of IBANs, which take two people and two days; notices that go where one was before."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # Empty, for the notices that are there already: they go where their subject is reached.
    empty = sa.text("X''" if op.get_bind().dialect.name == "sqlite" else "''::bytea")
    op.add_column(
        "notice", sa.Column("address", sa.LargeBinary(), nullable=False, server_default=empty)
    )
    op.create_table(
        "iban_change",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("iban", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("effective_at", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'cancelled') OR (state IN ('approved', 'done') AND "
            "approved_by IS NOT NULL AND effective_at IS NOT NULL)",
            name="iban_change_state",
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> asked_by", name="iban_change_second"
        ),
        sa.ForeignKeyConstraint(["currency", "member"], ["member.currency", "member.id"]),
        sa.PrimaryKeyConstraint("currency", "member"),
    )
    op.create_index("iban_change_waiting", "iban_change", ["currency", "state"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("iban_change_waiting", table_name="iban_change")
    op.drop_table("iban_change")
    op.drop_column("notice", "address")
