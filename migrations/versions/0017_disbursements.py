"""Disbursements: consents, by which law wages may go, runs of authorities and their rows."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _text(*names: str, optional: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=optional) for name in names]


def _cents(*names: str, optional: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=optional) for name in names]


def _member(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["currency", column], ["member.currency", "member.id"])


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "consent",
        *_text("currency", "id", "member", "authority", "status", "kinds"),
        sa.Column("share_bps", sa.Integer(), nullable=True),
        *_cents("euros", optional=True),
        *_cents("least"),
        *_cents("cap", optional=True),
        *_text("since"),
        *_text("until", optional=True),
        *_text("signed_on", "recorded_at", "recorded_by", "state"),
        *_text("withdrawn_on", optional=True),
        sa.CheckConstraint("(share_bps IS NULL) <> (euros IS NULL)", name="consent_part"),
        sa.CheckConstraint(
            "(share_bps IS NULL OR share_bps BETWEEN 1 AND 10000) AND (euros IS NULL OR euros > 0) "
            "AND least >= 0 AND (cap IS NULL OR cap >= least)",
            name="consent_amounts",
        ),
        sa.CheckConstraint("until IS NULL OR until >= since", name="consent_days"),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_on IS NOT NULL)", name="consent_state"
        ),
        _member("member"),
        _member("authority"),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index("consent_member", "consent", ["currency", "member"])
    op.create_index("consent_authority", "consent", ["currency", "authority"])
    op.create_table(
        "wage_rule",
        *_text("currency", "id", "legal_basis", "since", "decided_at", "decided_by", "state"),
        _member("id"),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_table(
        "disbursement_run",
        *_text("currency", "id", "authority", "mandate", "words"),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        *_cents("total", "received", "credited"),
        *_text("reference", "proposed_at", "proposed_by"),
        *_text("approved_by", optional=True),
        *_text("state"),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by", name="disbursement_run_second"
        ),
        sa.CheckConstraint(
            "state IN ('checked', 'cancelled') "
            "OR (state IN ('awaiting', 'funded', 'closed') AND approved_by IS NOT NULL)",
            name="disbursement_run_state",
        ),
        sa.CheckConstraint(
            "credited >= 0 AND credited <= received AND credited <= total AND due >= 0 "
            'AND due <= "rows"',
            name="disbursement_run_amounts",
        ),
        _member("authority"),
        sa.PrimaryKeyConstraint("currency", "id"),
        sa.UniqueConstraint("currency", "reference", name="disbursement_run_reference"),
    )
    op.create_index("disbursement_run_authority", "disbursement_run", ["currency", "authority"])
    op.create_index("disbursement_run_in_state", "disbursement_run", ["currency", "state"])
    op.create_table(
        "disbursement",
        *_text("currency", "id", "run"),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        *_text("place", "member", "kind"),
        *_cents("euros", "part"),
        *_text("consent", "fate", "state"),
        *_cents("entry", optional=True),
        sa.CheckConstraint("part >= 0 AND part <= euros", name="disbursement_amounts"),
        sa.CheckConstraint(
            "state IN ('due', 'dropped') AND entry IS NULL "
            "OR state = 'credited' AND entry IS NOT NULL",
            name="disbursement_state",
        ),
        sa.ForeignKeyConstraint(
            ["currency", "run"], ["disbursement_run.currency", "disbursement_run.id"]
        ),
        sa.ForeignKeyConstraint(["currency", "entry"], ["entry.currency", "entry.number"]),
        sa.PrimaryKeyConstraint("currency", "id"),
        sa.UniqueConstraint("currency", "entry", name="disbursement_entry"),
    )
    op.create_index("disbursement_by_run", "disbursement", ["currency", "run"])
    op.create_index("disbursement_member", "disbursement", ["currency", "member"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("disbursement")
    op.drop_table("disbursement_run")
    op.drop_table("wage_rule")
    op.drop_table("consent")
