"""Public services of authorities: régies, price lists, takings and numbered daily sheets."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _requests_and_redemptions()
    _services()
    _takings()


def _requests_and_redemptions() -> None:
    op.add_column(
        "payment_request", sa.Column("service", sa.Text(), nullable=False, server_default="")
    )
    op.add_column(
        "payment_request", sa.Column("revenues", sa.Text(), nullable=False, server_default="{}")
    )
    op.add_column(
        "payment_request", sa.Column("bill", sa.Text(), nullable=False, server_default="")
    )
    op.create_index("payment_request_bill", "payment_request", ["currency", "bill"])
    op.create_index("payment_request_service", "payment_request", ["currency", "service"])
    op.add_column("redemption", sa.Column("sheet", sa.Text(), nullable=False, server_default=""))


def _services() -> None:
    op.create_table(
        "service",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("revenues", sa.Text(), nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=False),
        sa.Column("accountant", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("settlement", sa.Text(), nullable=False),
        sa.Column("fee_bps", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("last_sheet", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["currency", "authority"], ["member.currency", "member.id"]),
        sa.CheckConstraint("settlement IN ('daily', 'period', 'kept')", name="service_settlement"),
        sa.CheckConstraint(
            "ceiling > 0 AND last_sheet >= 0 AND fee_bps BETWEEN 0 AND 10000", name="service_terms"
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name="service_state"),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("service_authority", "service", ["currency", "authority"])
    op.create_table(
        "service_price",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("revenue", sa.Text(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["currency", "service"], ["service.currency", "service.id"]),
        sa.CheckConstraint("units > 0", name="service_price_units"),
        sa.CheckConstraint("state IN ('current', 'withdrawn')", name="service_price_state"),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("service_price_service", "service_price", ["currency", "service"])


def _takings() -> None:
    op.create_table(
        "takings",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("gross", sa.Text(), nullable=False),
        sa.Column("returned", sa.Text(), nullable=False),
        sa.Column("payments", sa.Integer(), nullable=False),
        sa.Column("refunds", sa.Integer(), nullable=False),
        sa.Column("open_of", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["currency", "service"], ["service.currency", "service.id"]),
        sa.CheckConstraint("payments >= 0 AND refunds >= 0", name="takings_counts"),
        sa.CheckConstraint("open_of = '' OR sheet = ''", name="takings_sheet"),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("takings_open", "takings", ["currency", "open_of"])
    op.create_index("takings_service", "takings", ["currency", "service", "day"])
    op.create_table(
        "daily_sheet",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("gross", sa.Text(), nullable=False),
        sa.Column("returned", sa.Text(), nullable=False),
        sa.Column("payments", sa.Integer(), nullable=False),
        sa.Column("refunds", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("accountant", sa.Text(), nullable=False),
        sa.Column("redeemed", sa.BigInteger(), nullable=False),
        sa.Column("euros", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("redemption", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["currency", "service"], ["service.currency", "service.id"]),
        sa.ForeignKeyConstraint(["currency", "entry"], ["entry.currency", "entry.number"]),
        sa.UniqueConstraint("currency", "service", "number", name="daily_sheet_number"),
        sa.UniqueConstraint("currency", "service", "until", name="daily_sheet_until"),
        sa.CheckConstraint(
            "number > 0 AND until >= since AND redeemed >= 0 AND euros >= 0 AND fee >= 0",
            name="daily_sheet_amounts",
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("daily_sheet_until_day", "daily_sheet", ["currency", "until"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("daily_sheet_until_day", table_name="daily_sheet")
    op.drop_table("daily_sheet")
    op.drop_index("takings_open", table_name="takings")
    op.drop_index("takings_service", table_name="takings")
    op.drop_table("takings")
    op.drop_index("service_price_service", table_name="service_price")
    op.drop_table("service_price")
    op.drop_index("service_authority", table_name="service")
    op.drop_table("service")
    op.drop_column("redemption", "sheet")
    op.drop_index("payment_request_service", table_name="payment_request")
    op.drop_index("payment_request_bill", table_name="payment_request")
    op.drop_column("payment_request", "bill")
    op.drop_column("payment_request", "revenues")
    op.drop_column("payment_request", "service")
