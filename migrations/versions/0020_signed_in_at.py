"""When a person signed in, apart from when its session last got a new token."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: of a session that is open, its present token's beginning is all that is known."""
    signed_in_at = sa.Column("signed_in_at", sa.Text(), nullable=False, server_default="")
    op.add_column("session", signed_in_at)
    op.execute("UPDATE session SET signed_in_at = started_at")


def downgrade() -> None:
    """Undo."""
    op.drop_column("session", "signed_in_at")
