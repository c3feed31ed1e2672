"""The tables of disbursements: consents of persons, runs of authorities, and each run's rows."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class ConsentRow(SQLModel, table=True):
    """What a person wants of an authority's euros in units."""

    __tablename__ = "consent"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "member"], ["member.currency", "member.id"]),
        ForeignKeyConstraint(["currency", "authority"], ["member.currency", "member.id"]),
        CheckConstraint("(share_bps IS NULL) <> (euros IS NULL)", name="consent_part"),
        CheckConstraint(
            "(share_bps IS NULL OR share_bps BETWEEN 1 AND 10000) AND (euros IS NULL OR euros > 0) "
            "AND least >= 0 AND (cap IS NULL OR cap >= least)",
            name="consent_amounts",
        ),
        CheckConstraint("until IS NULL OR until >= since", name="consent_days"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_on IS NOT NULL)", name="consent_state"),
        Index("consent_member", "currency", "member"),
        Index("consent_authority", "currency", "authority"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    member: str
    authority: str
    status: str
    kinds: str
    share_bps: int | None
    euros: int | None = Field(sa_type=BigInteger)
    least: int = Field(sa_type=BigInteger)
    cap: int | None = Field(sa_type=BigInteger)
    since: str
    until: str | None
    signed_on: str
    recorded_at: str
    recorded_by: str
    state: str
    withdrawn_on: str | None


class WageRuleRow(SQLModel, table=True):
    """By which law civil servants of an authority are paid through its mandate."""

    __tablename__ = "wage_rule"
    __table_args__ = (ForeignKeyConstraint(["currency", "id"], ["member.currency", "member.id"]),)

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    legal_basis: str
    since: str
    decided_at: str
    decided_by: str
    state: str


class AnnouncementRow(SQLModel, table=True):
    """What an employer announced of an employee's own conversion."""

    __tablename__ = "announcement"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "authority"], ["member.currency", "member.id"]),
        ForeignKeyConstraint(["currency", "member"], ["member.currency", "member.id"]),
        CheckConstraint("euros > 0", name="announcement_euros"),
        Index("announcement_authority", "currency", "authority"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    authority: str
    member: str
    month: str
    euros: int = Field(sa_type=BigInteger)
    announced_at: str
    announced_by: str


class DisbursementRunRow(SQLModel, table=True):
    """A run of an authority; whoever proposed never approves, nobody is credited unfunded."""

    __tablename__ = "disbursement_run"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "authority"], ["member.currency", "member.id"]),
        UniqueConstraint("currency", "reference", name="disbursement_run_reference"),
        CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by", name="disbursement_run_second"
        ),
        CheckConstraint(
            "state IN ('checked', 'cancelled') "
            "OR (state IN ('awaiting', 'funded', 'closed') AND approved_by IS NOT NULL)",
            name="disbursement_run_state",
        ),
        CheckConstraint(
            "credited >= 0 AND credited <= received AND credited <= total AND due >= 0 "
            'AND due <= "rows"',
            name="disbursement_run_amounts",
        ),
        Index("disbursement_run_authority", "currency", "authority"),
        Index("disbursement_run_in_state", "currency", "state"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    authority: str
    mandate: str
    words: str
    rows: int
    due: int
    total: int = Field(sa_type=BigInteger)
    received: int = Field(sa_type=BigInteger)
    credited: int = Field(sa_type=BigInteger)
    reference: str
    proposed_at: str
    proposed_by: str
    approved_by: str | None
    state: str


class DisbursementRow(SQLModel, table=True):
    """A row of a run, credited by one entry or by none."""

    __tablename__ = "disbursement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["currency", "run"], ["disbursement_run.currency", "disbursement_run.id"]
        ),
        ForeignKeyConstraint(["currency", "entry"], ["entry.currency", "entry.number"]),
        UniqueConstraint("currency", "entry", name="disbursement_entry"),
        CheckConstraint("part >= 0 AND part <= euros", name="disbursement_amounts"),
        CheckConstraint(
            "state IN ('due', 'dropped') AND entry IS NULL "
            "OR state = 'credited' AND entry IS NOT NULL",
            name="disbursement_state",
        ),
        Index("disbursement_by_run", "currency", "run"),
        Index("disbursement_member", "currency", "member"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    run: str
    ordinal: int
    place: str
    member: str
    kind: str
    euros: int = Field(sa_type=BigInteger)
    part: int = Field(sa_type=BigInteger)
    consent: str
    fate: str
    state: str
    entry: int | None = Field(sa_type=BigInteger)
