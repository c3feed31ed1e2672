"""Papers: the things of a currency that have a life of their own beside the journal.

Frozen values. A rule answers with the next state of a paper inside its plan, and the one door
stores it in the same transaction as the arrows. Amounts are minor units, dates Paris days,
instants UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from ledger.books.accounts import PAYABLE_REDEMPTIONS, Fund, bank, treasury
from ledger.books.closings import Closing
from ledger.books.terms import Terms, in_force
from ledger.money import Asset


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the books know it: a pseudonymous id, no name."""

    id: str
    kind: str
    """person, pro, association or authority."""
    status: str
    """active, invited, suspended or closed."""
    reference: str
    """ISO 11649, to put on a bank transfer."""
    commune: str = ""
    born_on: date | None = None
    issuer: str = ""
    donates_to: str = ""
    """The association that the member's conversions give to, if the terms have a donation."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a member is: kept apart from the books, so that it can be erased and they stay whole."""

    id: str
    name: str = ""
    email: str = ""
    iban: str = ""


@dataclass(frozen=True, slots=True)
class Credential:
    """A bearer token as stored: its SHA-256, its role and whom it acts for."""

    id: str
    token_hash: str
    role: str
    holder: str
    """The member, authority, office or sponsor it acts for; empty for the whole currency."""
    person: str
    """Who is behind it: the second person of an operation is another one."""
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    client: str = ""
    """The credential that it was drawn with, without which it opens nothing; empty for its own."""

    def good_at(self, at: datetime) -> bool:
        """Say whether the token opens anything at an instant."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


@dataclass(frozen=True, slots=True)
class Sponsor:
    """A metropolis or other body that pays bonuses."""

    id: str
    name: str
    reference: str


@dataclass(frozen=True, slots=True)
class Office:
    """An exchange office with a euro till."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """A dated, budgeted bonus that a sponsor pays. Its terms never change; only `state` does."""

    id: str
    sponsor: str
    rate_bps: int
    budget: int
    """Euro cents."""
    since: date
    until: date
    cap: int | None
    """Euro cents converted with a bonus, per member and `cap_period`; None for no cap."""
    cap_period: str
    """month or campaign."""
    kinds: tuple[str, ...]
    communes: tuple[str, ...]
    members: tuple[str, ...]
    age_from: int | None
    age_to: int | None
    gift_expires_days: int | None
    stackable: bool
    opened_at: datetime
    state: str = "open"
    """open or closed."""


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """A shop asks for units: the QR at the till."""

    id: str
    to: str
    units: int
    reference: str
    code: str
    """Six characters to type where there is no camera."""
    word: str
    """What both screens show once it is paid."""
    created_at: datetime
    expires_at: datetime
    state: str = "pending"
    """pending, paid or cancelled; a pending one past `expires_at` is expired."""
    payer: str = ""
    entry: int | None = None
    till: str = ""
    """The grant of the till that asked, where it has a ceiling for the day."""
    service: str = ""
    """The public service that takes it, where `to` is an authority."""
    revenues: Mapping[str, int] = field(default_factory=dict)
    """Of a public service: units (minor) by revenue code; they make the whole."""
    bill: str = ""
    """`<service>:<reference>` of a bill; empty for what is asked at a counter."""

    def state_at(self, at: datetime) -> str:
        """Give the state as it is at an instant."""
        return "expired" if self.state == "pending" and at >= self.expires_at else self.state


@dataclass(frozen=True, slots=True)
class Redemption:
    """Units on their way back to euros."""

    id: str
    member: str
    units: int
    euros: int
    """What will be paid: at par less the fee."""
    fee: int
    reference: str
    """ISO 11649, on the transfer that pays it."""
    issuer: str
    requested_at: datetime
    requested_by: str
    approved_by: str | None = None
    state: str = "requested"
    """requested, approved, sent, paid, bounced, cancelled or corrected."""
    file: str = ""
    """The payment file that it went to the bank in last, if any."""
    stopped: str = ""
    """Why no file takes it before a person has looked: the bank's reason code, or returned."""
    sheet: str = ""
    """The daily sheet of a public service that it settles: its name and number."""

    @property
    def payable(self) -> str:
        """The account of what is owed until the bank has shown the transfer."""
        return treasury(self.member) if self.sheet else PAYABLE_REDEMPTIONS


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A bank account of the association; `medium` is digital, paper or operating."""

    slug: str
    medium: str
    bank: str
    iban: str
    issuer: str = ""
    creditor_id: str = ""
    """The SEPA creditor identifier under which it debits members, if it does."""

    @property
    def account(self) -> str:
        """The euro account that mirrors it in the books."""
        return bank(self.slug)


@dataclass(frozen=True, slots=True)
class FundOrder:
    """A transfer between two bank accounts (or a till and one), from order to arrival."""

    id: str
    source: str
    """Account name, `bank:nef` or `till:halles`."""
    target: str
    euros: int
    reason: str
    reference: str
    ordered_at: datetime
    ordered_by: str
    state: str = "ordered"
    """ordered, left, arrived-first, done or cancelled."""
    file: str = ""
    """The payment file that it went to the bank in last, if any."""
    stopped: str = ""
    """Why no file takes it before a person has looked: the bank's reason code."""


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """A file of payments for the bank, kept as it was made: the same bytes whenever it is asked."""

    id: str
    kind: str
    """redemptions, orders or collections."""
    account: str
    """Slug of the bank account that pays."""
    format: str
    message_id: str
    """What the bank's answers name it by."""
    payments: int
    euros: int
    """Cents, over all payments."""
    execute_on: date
    content: str
    """The file itself; it names people, so it is sealed, and only the treasurer reads it."""
    content_hash: str
    """SHA-256 in hex, sealed with the entry that made it."""
    made_at: datetime
    made_by: str
    released_by: str | None = None
    """The second person, where the terms ask for one."""
    state: str = "live"
    """drafted (nobody may take it to the bank yet), live, refused, cancelled."""
    status: str = ""
    """What the bank said last of the whole: an ISO 20022 status code, ACCP, ACSC, RJCT ..."""
    reason: str = ""
    """The bank's reason code with it, or why it was cancelled."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A bank statement as imported: what the bank said its balances were."""

    id: str
    account: str
    """Slug of the bank account."""
    format: str
    bank_id: str
    opening: int | None
    opening_on: date | None
    closing: int | None
    closing_on: date | None
    state: str
    """accepted, or marked when it does not add up; warnings say why."""
    warnings: tuple[str, ...]
    file_hash: str
    imported_at: datetime
    imported_by: str
    lines: int


@dataclass(frozen=True, slots=True)
class BankLine:
    """One booked movement of a bank account, explained at most once."""

    id: str
    """Its identity within the bank account: the same line in another file has the same."""
    account: str
    statement: str
    ordinal: int
    booked_on: date
    amount: int
    """Euro cents: positive came in, negative went out."""
    references: tuple[str, ...]
    """The RF references that it names: structured, as end-to-end ids, or in its text."""
    text: str
    counterparty: str
    iban: str
    state: str = "new"
    """new, matched, or waiting (its euros stand in suspense)."""
    cause: str = ""
    """What explained it: conversion, deposit, redemption, order, fee, entry ..."""
    entry: int | None = None
    """The entry that moved the euros of the bank account."""
    explained_by: int | None = None
    """The later entry that took them out of suspense, or recognised one made by hand."""
    about: str = ""
    """Whom or what the cause named: a member, sponsor, redemption, order or entry."""
    returned: str = ""
    """Why the bank sent an earlier payment back (its code, or `reversal`), if the line does so."""
    owner: str = ""
    """The person who will find out what the line is."""
    note: str = ""
    """What that person was asked."""


@dataclass(frozen=True, slots=True)
class Outstanding:
    """An entry that moved a bank account before the bank told of it, waiting for its line."""

    id: str
    """The entry's number, as text."""
    account: str
    """Slug of the bank account."""
    amount: int
    """Euro cents: positive came in, negative went out."""
    day: date
    member: str
    """Whom it converted for; empty for other kinds."""
    state: str = "open"
    """open, matched or corrected."""
    line: str = ""
    """The bank line that told of it, once matched."""

    @property
    def number(self) -> int:
        """The entry's number."""
        return int(self.id)


@dataclass(frozen=True, slots=True)
class Correction:
    """A proposal to reverse an entry, waiting for a second person."""

    id: str
    corrects: int
    reason: str
    proposed_at: datetime
    proposed_by: str
    approved_by: str | None = None
    state: str = "proposed"
    """proposed or done."""
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that somebody must be told: kept in the outbox with what caused it."""

    id: str
    subject: str
    """Whom it is for: a member's id."""
    at: datetime
    kind: str
    """What happened, as a slug; whoever sends it finds the words."""
    facts: Mapping[str, str]
    """What the words say, without a name or an address."""
    state: str = "new"
    """new, sending, sent or dropped."""
    address: str = ""
    """Where it goes, sealed: the contact of before. Empty for where the subject is reached now."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What changes rarely in a currency: its name and unit, terms, campaigns and bank accounts."""

    code: str
    name: str
    unit_name: str
    unit: Asset
    version: int
    terms: tuple[Terms, ...]
    campaigns: Mapping[str, Campaign]
    bank_accounts: Mapping[str, BankAccount]
    sponsors: Mapping[str, Sponsor]
    offices: Mapping[str, Office]
    closings: tuple[Closing, ...] = ()

    @property
    def closed_until(self) -> date | None:
        """The last day of the closed period, if any is closed."""
        return max((closing.until for closing in self.closings), default=None)

    def terms_on(self, day: date) -> Terms:
        """Give the terms in force on a Paris day."""
        return in_force(self.terms, day)

    def fund_account(self, fund: Fund) -> BankAccount | None:
        """Give the bank account that holds a fund's euros: the first opened, if any."""
        for account in self.bank_accounts.values():
            if (account.medium, account.issuer) == (fund.medium, fund.issuer):
                return account
        return None
