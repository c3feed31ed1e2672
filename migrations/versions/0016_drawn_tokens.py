"""Tokens of an hour: which credential one was drawn with."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("credential", sa.Column("client", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Undo; a token that was drawn would outlive its credential, so it goes."""
    op.execute("DELETE FROM credential WHERE client <> ''")
    op.drop_column("credential", "client")
