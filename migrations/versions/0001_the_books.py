"""The books: currencies, accounts, the journal and its papers."""

import sqlalchemy as sa
from alembic import op

from migrations.protection import protect, unprotect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("entry", "posting", "operation", "checkpoint", "terms")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "currency",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit_name", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("scale", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("head_number", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.Column("head_at", sa.Text(), nullable=False),
        sa.Column("rulebook_version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "account",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=True),
        sa.Column("ceiling", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ceiling IS NULL OR balance <= ceiling", name="account_ceiling"),
        sa.CheckConstraint("floor IS NULL OR balance >= floor", name="account_floor"),
        sa.ForeignKeyConstraint(
            ["currency"],
            ["currency.code"],
        ),
        sa.PrimaryKeyConstraint("currency", "name"),
        sa.UniqueConstraint("currency", "name", "asset", name="account_asset"),
    )
    op.create_index(
        "account_owner",
        "account",
        ["currency", "owner"],
        unique=False,
        sqlite_where=sa.text("owner IS NOT NULL"),
        postgresql_where=sa.text("owner IS NOT NULL"),
    )
    op.create_table(
        "bank_account",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["currency"],
            ["currency.code"],
        ),
        sa.PrimaryKeyConstraint("currency", "slug"),
        sa.UniqueConstraint("currency", "iban", name="bank_account_iban"),
    )
    op.create_table(
        "checkpoint",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["currency"],
            ["currency.code"],
        ),
        sa.PrimaryKeyConstraint("currency", "size"),
    )
    op.create_table(
        "credential",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=True),
        sa.Column("revoked_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["currency"],
            ["currency.code"],
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
        sa.UniqueConstraint("token_hash", name="credential_token"),
    )
    op.create_table(
        "entry",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("tallies", sa.Text(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(number = 1 AND previous IS NULL) OR (number > 1 AND previous = number - 1)",
            name="entry_no_gap",
        ),
        sa.ForeignKeyConstraint(
            ["currency", "previous"],
            ["entry.currency", "entry.number"],
        ),
        sa.ForeignKeyConstraint(
            ["currency"],
            ["currency.code"],
        ),
        sa.PrimaryKeyConstraint("currency", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fund_order",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("euros", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("ordered_at", sa.Text(), nullable=False),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("euros > 0 AND source <> target", name="fund_order_arrow"),
        sa.ForeignKeyConstraint(
            ["currency"],
            ["currency.code"],
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
        sa.UniqueConstraint("currency", "reference", name="fund_order_reference"),
    )
    op.create_index("fund_order_state", "fund_order", ["currency", "state"], unique=False)
    op.create_table(
        "member",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("commune", sa.Text(), nullable=False),
        sa.Column("born_on", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("donates_to", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('person', 'pro', 'association', 'authority')", name="member_kind"
        ),
        sa.CheckConstraint(
            "status IN ('active', 'invited', 'suspended', 'closed')", name="member_status"
        ),
        sa.ForeignKeyConstraint(
            ["currency"],
            ["currency.code"],
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
        sa.UniqueConstraint("currency", "reference", name="member_reference"),
    )
    op.create_table(
        "office",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["currency"],
            ["currency.code"],
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_table(
        "operation",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["currency"],
            ["currency.code"],
        ),
        sa.PrimaryKeyConstraint("currency", "key", "credential"),
    )
    op.create_table(
        "sponsor",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["currency"],
            ["currency.code"],
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_table(
        "tally",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("top", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0 AND amount <= top", name="tally_limit"),
        sa.ForeignKeyConstraint(
            ["currency"],
            ["currency.code"],
        ),
        sa.PrimaryKeyConstraint("currency", "name"),
    )
    op.create_table(
        "terms",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("redemption_fee_bps", sa.Integer(), nullable=False),
        sa.Column("redemption_kinds", sa.Text(), nullable=False),
        sa.Column("donation_bps", sa.Integer(), nullable=False),
        sa.Column("request_minutes", sa.Integer(), nullable=False),
        sa.Column("corrections_need_second", sa.Boolean(), nullable=False),
        sa.Column("exact_matches_post", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["currency"],
            ["currency.code"],
        ),
        sa.PrimaryKeyConstraint("currency", "since"),
    )
    op.create_table(
        "campaign",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sponsor", sa.Text(), nullable=False),
        sa.Column("rate_bps", sa.Integer(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=True),
        sa.Column("cap_period", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("communes", sa.Text(), nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("age_from", sa.Integer(), nullable=True),
        sa.Column("age_to", sa.Integer(), nullable=True),
        sa.Column("gift_expires_days", sa.Integer(), nullable=True),
        sa.Column("stackable", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name="campaign_state"),
        sa.CheckConstraint("rate_bps > 0 AND budget > 0 AND until >= since", name="campaign_terms"),
        sa.ForeignKeyConstraint(
            ["currency", "sponsor"],
            ["sponsor.currency", "sponsor.id"],
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_table(
        "correction",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("corrects", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by", name="correction_second"
        ),
        sa.ForeignKeyConstraint(
            ["currency", "corrects"],
            ["entry.currency", "entry.number"],
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_table(
        "identity",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["currency", "id"],
            ["member.currency", "member.id"],
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("identity_iban", "identity", ["currency", "iban"], unique=False)
    op.create_table(
        "memo",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["currency", "number"],
            ["entry.currency", "entry.number"],
        ),
        sa.PrimaryKeyConstraint("currency", "number"),
    )
    op.create_table(
        "outstanding",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.CheckConstraint("amount <> 0", name="outstanding_amount"),
        sa.ForeignKeyConstraint(
            ["currency", "account"],
            ["bank_account.currency", "bank_account.slug"],
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index(
        "outstanding_amount_index",
        "outstanding",
        ["currency", "account", "state", "amount"],
        unique=False,
    )
    op.create_table(
        "payment_request",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'cancelled') OR (state = 'paid' AND entry IS NOT NULL)",
            name="payment_request_state",
        ),
        sa.CheckConstraint("units > 0", name="payment_request_units"),
        sa.ForeignKeyConstraint(
            ["currency", "to"],
            ["member.currency", "member.id"],
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("payment_request_code", "payment_request", ["currency", "code"], unique=False)
    op.create_index(
        "payment_request_to", "payment_request", ["currency", "to", "created_at"], unique=False
    )
    op.create_table(
        "posting",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("source_after", sa.BigInteger(), nullable=False),
        sa.Column("target_after", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name="posting_amount"),
        sa.CheckConstraint("source <> target", name="posting_arrow"),
        sa.ForeignKeyConstraint(
            ["currency", "number"],
            ["entry.currency", "entry.number"],
        ),
        sa.ForeignKeyConstraint(
            ["currency", "source", "asset"],
            ["account.currency", "account.name", "account.asset"],
        ),
        sa.ForeignKeyConstraint(
            ["currency", "target", "asset"],
            ["account.currency", "account.name", "account.asset"],
        ),
        sa.PrimaryKeyConstraint("currency", "number", "ordinal"),
        sqlite_with_rowid=False,
    )
    op.create_index("posting_source", "posting", ["currency", "source", "number"], unique=False)
    op.create_index("posting_target", "posting", ["currency", "target", "number"], unique=False)
    op.create_table(
        "redemption",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("euros", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> requested_by", name="redemption_second"
        ),
        sa.CheckConstraint("units > 0 AND euros >= 0 AND fee >= 0", name="redemption_amounts"),
        sa.ForeignKeyConstraint(
            ["currency", "member"],
            ["member.currency", "member.id"],
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
        sa.UniqueConstraint("currency", "reference", name="redemption_reference"),
    )
    op.create_index("redemption_member", "redemption", ["currency", "member"], unique=False)
    op.create_index("redemption_state", "redemption", ["currency", "state"], unique=False)
    op.create_table(
        "statement",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("bank_id", sa.Text(), nullable=False),
        sa.Column("opening", sa.BigInteger(), nullable=True),
        sa.Column("opening_on", sa.Text(), nullable=True),
        sa.Column("closing", sa.BigInteger(), nullable=True),
        sa.Column("closing_on", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.Column("file_hash", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.Text(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["currency", "account"],
            ["bank_account.currency", "bank_account.slug"],
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index(
        "statement_account", "statement", ["currency", "account", "closing_on"], unique=False
    )
    op.create_table(
        "bank_line",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("booked_on", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("references", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("counterparty", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=True),
        sa.Column("explained_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state = 'new' OR (state IN ('waiting', 'matched') AND entry IS NOT NULL)",
            name="bank_line_state",
        ),
        sa.CheckConstraint("amount <> 0", name="bank_line_amount"),
        sa.ForeignKeyConstraint(
            ["currency", "statement"],
            ["statement.currency", "statement.id"],
        ),
        sa.PrimaryKeyConstraint("currency", "id"),
        sa.UniqueConstraint("currency", "account", "entry", name="bank_line_entry"),
    )
    op.create_index("bank_line_iban", "bank_line", ["currency", "iban"], unique=False)
    op.create_index(
        "bank_line_state_order",
        "bank_line",
        ["currency", "state", "account", "booked_on"],
        unique=False,
    )
    for table in APPEND_ONLY:
        protect(table)


def downgrade() -> None:
    """Take back."""
    for table in APPEND_ONLY:
        unprotect(table)
    op.drop_index("bank_line_state_order", table_name="bank_line")
    op.drop_index("bank_line_iban", table_name="bank_line")
    op.drop_table("bank_line")
    op.drop_index("statement_account", table_name="statement")
    op.drop_table("statement")
    op.drop_index("redemption_state", table_name="redemption")
    op.drop_index("redemption_member", table_name="redemption")
    op.drop_table("redemption")
    op.drop_index("posting_target", table_name="posting")
    op.drop_index("posting_source", table_name="posting")
    op.drop_table("posting")
    op.drop_index("payment_request_to", table_name="payment_request")
    op.drop_index("payment_request_code", table_name="payment_request")
    op.drop_table("payment_request")
    op.drop_index("outstanding_amount_index", table_name="outstanding")
    op.drop_table("outstanding")
    op.drop_table("memo")
    op.drop_index("identity_iban", table_name="identity")
    op.drop_table("identity")
    op.drop_table("correction")
    op.drop_table("campaign")
    op.drop_table("terms")
    op.drop_table("tally")
    op.drop_table("sponsor")
    op.drop_table("operation")
    op.drop_table("office")
    op.drop_table("member")
    op.drop_index("fund_order_state", table_name="fund_order")
    op.drop_table("fund_order")
    op.drop_table("entry")
    op.drop_table("credential")
    op.drop_table("checkpoint")
    op.drop_table("bank_account")
    op.drop_index(
        "account_owner",
        table_name="account",
        sqlite_where=sa.text("owner IS NOT NULL"),
        postgresql_where=sa.text("owner IS NOT NULL"),
    )
    op.drop_table("account")
    op.drop_table("currency")
