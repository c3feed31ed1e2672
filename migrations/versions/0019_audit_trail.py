"""The audit trail: what was refused, and from where people came."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "origin",
        *_texts("currency", "id", "month", "at"),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_table(
        "denial",
        *_texts("currency", "id", "hour", "slug", "route", "actor", "person", "role", "holder"),
        *_texts("first_at", "last_at"),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name="denial_count"),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("denial_hour", "denial", ["currency", "hour"])
    op.create_index("denial_person", "denial", ["currency", "person"])
    op.add_column("session", sa.Column("origin", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Undo."""
    op.drop_column("session", "origin")
    op.drop_index("denial_person", table_name="denial")
    op.drop_index("denial_hour", table_name="denial")
    op.drop_table("denial")
    op.drop_table("origin")
