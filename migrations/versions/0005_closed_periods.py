"""Accounting days, closed periods, reconciliations and remarks on their items."""

import sqlalchemy as sa
from alembic import op

from migrations.protection import protect, unprotect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPEND_ONLY = ("entry_day", "closing")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "entry_day",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["currency", "number"], ["entry.currency", "entry.number"]),
        sa.PrimaryKeyConstraint("currency", "number"),
        sqlite_with_rowid=False,
    )
    op.create_index("entry_day_day", "entry_day", ["currency", "day", "number"])
    op.create_table(
        "backdated",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 'last'", name="backdated_one"),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_table(
        "closing",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["currency", "entry"], ["entry.currency", "entry.number"]),
        sa.PrimaryKeyConstraint("currency", "until"),
    )
    _reconciliations()
    for table in APPEND_ONLY:
        protect(table)
    _guard()


def _reconciliations() -> None:
    op.create_table(
        "reconciliation",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("prepared_at", sa.Text(), nullable=False),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.Column("prepared_entry", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.Text(), nullable=True),
        sa.Column("signed_by", sa.Text(), nullable=True),
        sa.Column("signed_entry", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "signed_by IS NULL OR signed_by <> prepared_by", name="reconciliation_second"
        ),
        sa.CheckConstraint(
            "state = 'prepared' OR (state = 'signed' AND signed_by IS NOT NULL "
            "AND signed_at IS NOT NULL AND signed_entry IS NOT NULL)",
            name="reconciliation_state",
        ),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"]),
        sa.ForeignKeyConstraint(["currency", "prepared_entry"], ["entry.currency", "entry.number"]),
        sa.ForeignKeyConstraint(["currency", "signed_entry"], ["entry.currency", "entry.number"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_table(
        "remark",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.CheckConstraint("owner <> '' OR cause <> ''", name="remark_says_something"),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )


def _guard() -> None:
    """Refuse an accounting day inside a closed period, and a change of what is signed."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER entry_day_open BEFORE INSERT ON entry_day WHEN NEW.day <= "
            "(SELECT max(until) FROM closing WHERE currency = NEW.currency) "
            "BEGIN SELECT RAISE(ABORT, 'the period is closed'); END"
        )
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER reconciliation_signed_{verb.lower()} BEFORE {verb} "
                "ON reconciliation WHEN OLD.state = 'signed' "
                "BEGIN SELECT RAISE(ABORT, 'the reconciliation is signed'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION entry_day_open() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.day <= (SELECT max(until) FROM closing WHERE currency = NEW.currency) THEN "
        "RAISE EXCEPTION 'the period is closed'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER entry_day_open BEFORE INSERT ON entry_day "
        "FOR EACH ROW EXECUTE FUNCTION entry_day_open()"
    )
    op.execute(
        "CREATE FUNCTION reconciliation_signed() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the reconciliation is signed'; END $$"
    )
    op.execute(
        "CREATE TRIGGER reconciliation_signed BEFORE UPDATE OR DELETE ON reconciliation "
        "FOR EACH ROW WHEN (OLD.state = 'signed') EXECUTE FUNCTION reconciliation_signed()"
    )


def downgrade() -> None:
    """Undo."""
    for table in APPEND_ONLY:
        unprotect(table)
    for table in ("remark", "reconciliation", "closing", "backdated", "entry_day"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION entry_day_open()")
        op.execute("DROP FUNCTION reconciliation_signed()")
