"""The tables of papers: members, identities, campaigns, redemptions, bank lines and the like.

Columns bear the names of the fields in `ledger.books.papers`; lists of texts stand as JSON.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

_SECOND_PERSON = "approved_by IS NULL OR approved_by <> {first}"


class MemberRow(SQLModel, table=True):
    """A member by pseudonym."""

    __tablename__ = "member"
    __table_args__ = (
        UniqueConstraint("currency", "reference", name="member_reference"),
        CheckConstraint(
            "kind IN ('person', 'pro', 'association', 'authority')", name="member_kind"
        ),
        CheckConstraint(
            "status IN ('active', 'invited', 'suspended', 'closed')", name="member_status"
        ),
    )

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    kind: str
    status: str
    reference: str
    commune: str
    born_on: str | None
    issuer: str
    donates_to: str


class IdentityRow(SQLModel, table=True):
    """Who a member or another person is, sealed, apart from the books."""

    __tablename__ = "identity"
    __table_args__ = (
        Index("identity_email_index", "currency", "email_index"),
        Index("identity_iban_index", "currency", "iban_index"),
    )

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    name: bytes = Field(sa_type=LargeBinary)
    email: bytes = Field(sa_type=LargeBinary)
    iban: bytes = Field(sa_type=LargeBinary)
    email_index: bytes | None = Field(sa_type=LargeBinary)
    iban_index: bytes | None = Field(sa_type=LargeBinary)


class CredentialRow(SQLModel, table=True):
    """A bearer token, hashed."""

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("token_hash", name="credential_token"),)

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    token_hash: str
    role: str
    holder: str
    person: str
    scopes: str
    expires_at: str | None
    revoked_at: str | None
    client: str


class SponsorRow(SQLModel, table=True):
    """A body that pays bonuses."""

    __tablename__ = "sponsor"

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    name: str
    reference: str


class OfficeRow(SQLModel, table=True):
    """An exchange office."""

    __tablename__ = "office"

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    name: str


class CampaignRow(SQLModel, table=True):
    """A dated, budgeted bonus."""

    __tablename__ = "campaign"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "sponsor"], ["sponsor.currency", "sponsor.id"]),
        CheckConstraint("rate_bps > 0 AND budget > 0 AND until >= since", name="campaign_terms"),
        CheckConstraint("state IN ('open', 'closed')", name="campaign_state"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    sponsor: str
    rate_bps: int
    budget: int = Field(sa_type=BigInteger)
    since: str
    until: str
    cap: int | None = Field(sa_type=BigInteger)
    cap_period: str
    kinds: str
    communes: str
    members: str
    age_from: int | None
    age_to: int | None
    gift_expires_days: int | None
    stackable: bool
    opened_at: str
    state: str


class PaymentRequestRow(SQLModel, table=True):
    """What a till asks for."""

    __tablename__ = "payment_request"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "to"], ["member.currency", "member.id"]),
        CheckConstraint("units > 0", name="payment_request_units"),
        CheckConstraint(
            "state IN ('pending', 'cancelled') OR (state = 'paid' AND entry IS NOT NULL)",
            name="payment_request_state",
        ),
        Index("payment_request_to", "currency", "to", "created_at"),
        Index("payment_request_code", "currency", "code"),
        Index("payment_request_bill", "currency", "bill"),
        Index("payment_request_service", "currency", "service"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    to: str
    units: int = Field(sa_type=BigInteger)
    reference: str
    code: str
    word: str
    created_at: str
    expires_at: str
    state: str
    payer: str
    entry: int | None = Field(sa_type=BigInteger)
    till: str
    service: str
    revenues: str
    bill: str


class RedemptionRow(SQLModel, table=True):
    """Units on their way back to euros; whoever asked never approves."""

    __tablename__ = "redemption"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "member"], ["member.currency", "member.id"]),
        UniqueConstraint("currency", "reference", name="redemption_reference"),
        CheckConstraint("units > 0 AND euros >= 0 AND fee >= 0", name="redemption_amounts"),
        CheckConstraint(_SECOND_PERSON.format(first="requested_by"), name="redemption_second"),
        Index("redemption_state", "currency", "state"),
        Index("redemption_member", "currency", "member"),
        Index("redemption_file", "currency", "file"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    member: str
    units: int = Field(sa_type=BigInteger)
    euros: int = Field(sa_type=BigInteger)
    fee: int = Field(sa_type=BigInteger)
    reference: str
    issuer: str
    requested_at: str
    requested_by: str
    approved_by: str | None
    state: str
    file: str
    stopped: str
    sheet: str


class BankAccountRow(SQLModel, table=True):
    """A bank account of the association."""

    __tablename__ = "bank_account"
    __table_args__ = (UniqueConstraint("currency", "iban", name="bank_account_iban"),)

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    slug: str = Field(primary_key=True)
    medium: str
    bank: str
    iban: str
    issuer: str
    creditor_id: str


class FundOrderRow(SQLModel, table=True):
    """A transfer between own accounts."""

    __tablename__ = "fund_order"
    __table_args__ = (
        UniqueConstraint("currency", "reference", name="fund_order_reference"),
        CheckConstraint("euros > 0 AND source <> target", name="fund_order_arrow"),
        Index("fund_order_state", "currency", "state"),
        Index("fund_order_file", "currency", "file"),
    )

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    source: str
    target: str
    euros: int = Field(sa_type=BigInteger)
    reason: str
    reference: str
    ordered_at: str
    ordered_by: str
    state: str
    file: str
    stopped: str


class StatementRow(SQLModel, table=True):
    """A bank statement as imported."""

    __tablename__ = "statement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["currency", "account"], ["bank_account.currency", "bank_account.slug"]
        ),
        Index("statement_account", "currency", "account", "closing_on"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account: str
    format: str
    bank_id: str
    opening: int | None = Field(sa_type=BigInteger)
    opening_on: str | None
    closing: int | None = Field(sa_type=BigInteger)
    closing_on: str | None
    state: str
    warnings: str
    file_hash: str
    imported_at: str
    imported_by: str
    lines: int


class BankLineRow(SQLModel, table=True):
    """A booked movement of a bank account; its entry touches the bank at most once."""

    __tablename__ = "bank_line"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "statement"], ["statement.currency", "statement.id"]),
        UniqueConstraint("currency", "account", "entry", name="bank_line_entry"),
        CheckConstraint("amount <> 0", name="bank_line_amount"),
        CheckConstraint(
            "state = 'new' OR (state IN ('waiting', 'matched') AND entry IS NOT NULL)",
            name="bank_line_state",
        ),
        Index("bank_line_state_order", "currency", "state", "account", "booked_on"),
        Index("bank_line_iban_index", "currency", "iban_index"),
        Index("bank_line_about", "currency", "about"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account: str
    statement: str
    ordinal: int
    booked_on: str
    amount: int = Field(sa_type=BigInteger)
    references: str
    text: bytes = Field(sa_type=LargeBinary)
    counterparty: bytes = Field(sa_type=LargeBinary)
    iban: bytes = Field(sa_type=LargeBinary)
    state: str
    cause: str
    entry: int | None = Field(sa_type=BigInteger)
    explained_by: int | None = Field(sa_type=BigInteger)
    about: str
    returned: str
    owner: str
    note: bytes = Field(sa_type=LargeBinary)
    iban_index: bytes | None = Field(sa_type=LargeBinary)


class OutstandingRow(SQLModel, table=True):
    """An entry that moved a bank account before the bank told of it."""

    __tablename__ = "outstanding"
    __table_args__ = (
        ForeignKeyConstraint(
            ["currency", "account"], ["bank_account.currency", "bank_account.slug"]
        ),
        CheckConstraint("amount <> 0", name="outstanding_amount"),
        Index("outstanding_amount_index", "currency", "account", "state", "amount"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account: str
    amount: int = Field(sa_type=BigInteger)
    day: str
    member: str
    state: str
    line: str


class CorrectionRow(SQLModel, table=True):
    """A proposal to reverse an entry; whoever proposed never approves."""

    __tablename__ = "correction"
    __table_args__ = (
        ForeignKeyConstraint(["currency", "corrects"], ["entry.currency", "entry.number"]),
        CheckConstraint(_SECOND_PERSON.format(first="proposed_by"), name="correction_second"),
    )

    currency: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    corrects: int = Field(sa_type=BigInteger)
    reason: str
    proposed_at: str
    proposed_by: str
    approved_by: str | None
    state: str
    entry: int | None = Field(sa_type=BigInteger)


class NoticeRow(SQLModel, table=True):
    """Something that somebody must be told."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_state", "currency", "state"),
        Index("notice_subject", "currency", "subject", "at"),
    )

    currency: str = Field(primary_key=True, foreign_key="currency.code")
    id: str = Field(primary_key=True)
    subject: str
    at: str
    kind: str
    facts: str
    state: str
    address: bytes = Field(sa_type=LargeBinary)
