"""The bodies of requests: what is not named here is refused, and no number is taken for money."""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

EUROS: Final = r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?$"
UNITS: Final = r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,6})?$"
SLUG: Final = r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$"
WORDS: Final = r"^[^\x00-\x1f\x7f]*$"

Euros = Annotated[
    str,
    Field(
        strict=True,
        max_length=20,
        pattern=EUROS,
        examples=["10.00"],
        description="Euros as a decimal string, more than zero",
    ),
]
Units = Annotated[
    str,
    Field(
        strict=True,
        max_length=20,
        pattern=UNITS,
        examples=["12.00"],
        description="Units as a decimal string, more than zero",
    ),
]
Slug = Annotated[
    str,
    Field(
        strict=True,
        max_length=64,
        pattern=SLUG,
        examples=["alice"],
    ),
]
Words = Annotated[str, Field(strict=True, max_length=140, pattern=WORDS)]
LongWords = Annotated[str, Field(strict=True, max_length=500, pattern=WORDS)]
AccountName = Annotated[str, Field(strict=True, max_length=80, pattern=r"^[0-9a-z:-]*$")]
Iban = Annotated[str, Field(strict=True, max_length=42, pattern=r"^[0-9A-Za-z ]*$")]
Kind = Literal["person", "pro", "association", "authority"]


class Shape(BaseModel):
    """A body that forbids what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NewConversion(Shape):
    """Euros of a member that arrived."""

    member: Slug
    euros: Euros
    channel: Literal["bank", "cash", "card", "direct-debit"]
    medium: Literal["digital"] = "digital"
    office: Slug | None = None
    reference: Words = ""


class NewPayment(Shape):
    """Units from one wallet to another."""

    from_: Annotated[Slug, Field(alias="from")]
    to: Slug
    units: Units
    reference: Words = ""


class NewRefund(Shape):
    """Units back to who paid."""

    units: Units
    reason: Words = ""


class NewPaymentRequest(Shape):
    """What a till asks for."""

    to: Slug
    units: Units
    reference: Words = ""
    expires_in: Annotated[int, Field(strict=True, ge=1, le=31 * 86_400)] | None = None


class RequestPayment(Shape):
    """Who pays a request, if not the holder of the token."""

    from_: Annotated[Slug | None, Field(alias="from")] = None


class Nothing(Shape):
    """An empty body."""


class NewRedemption(Shape):
    """Units of a member to turn back into euros."""

    member: Slug
    units: Units


class NewMember(Shape):
    """A member to register."""

    id: Slug | None = None
    kind: Kind
    name: Words = ""
    email: Words = ""
    iban: Iban = ""
    status: Literal["active", "invited", "suspended"] = "active"
    commune: Words = ""
    born_on: date | None = None
    issuer: Slug | None = None
    donates_to: Slug | None = None


class NewErasure(Shape):
    """Why a member is forgotten."""

    reason: Literal["request", "left", "deceased", "mistake"]


class NewOpening(Shape):
    """Why an identity is opened."""

    reason: Annotated[str, Field(strict=True, min_length=3, max_length=140, pattern=WORDS)]


class MemberChange(Shape):
    """What changes of a member; what is left out stays."""

    name: Words | None = None
    email: Words | None = None
    iban: Iban | None = None
    status: Literal["active", "invited", "suspended", "closed"] | None = None
    commune: Words | None = None
    donates_to: Slug | None = None


class NewIban(Shape):
    """Where a member is to be paid; empty for nowhere."""

    iban: Iban


class NewIbanApproval(Shape):
    """Which change of an IBAN is agreed to: the instant at which it was asked for."""

    asked_at: AwareDatetime


class NewTerms(Shape):
    """All the terms from a day on."""

    since: date
    redemption_fee_bps: Annotated[int, Field(strict=True)] = 500
    redemption_kinds: list[Literal["person", "pro", "association", "authority"]] = ["pro"]
    donation_bps: Annotated[int, Field(strict=True)] = 0
    donation_supporters: Annotated[int, Field(strict=True, le=1_000_000)] = 30
    request_minutes: Annotated[int, Field(strict=True)] = 5
    corrections_need_second: Annotated[bool, Field(strict=True)] = True
    exact_matches_post: Annotated[bool, Field(strict=True)] = True
    payouts_need_second: Annotated[bool, Field(strict=True)] = False
    confirm_above: Units | None = None
    hand_conversions_above: Euros | None = None


class Ages(Shape):
    """An age range, both ends included."""

    from_: Annotated[int | None, Field(alias="from", strict=True, ge=0, le=150)] = None
    to: Annotated[int | None, Field(strict=True, ge=0, le=150)] = None


class Eligible(Shape):
    """Whom a campaign is for: every condition that is named must hold."""

    kinds: Annotated[list[Kind], Field(max_length=4)] = ["person"]
    communes: Annotated[list[Words], Field(max_length=1000)] = []
    ages: Ages = Ages()
    ids: Annotated[list[Slug], Field(alias="list", max_length=100_000)] = []


class NewCampaign(Shape):
    """A dated, budgeted bonus."""

    id: Slug
    sponsor: Slug
    rate_bps: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    budget_euros: Euros
    from_: Annotated[date, Field(alias="from")]
    until: date
    eligible: Eligible = Eligible()
    cap_euros_per_member: Euros | None = None
    cap_period: Literal["month", "campaign"] = "month"
    gift_expires_days: Annotated[int, Field(strict=True, ge=1, le=3650)] | None = None
    stackable: Annotated[bool, Field(strict=True)] = False


class NewSponsor(Shape):
    """A body that pays bonuses."""

    id: Slug
    name: Words


class NewDeposit(Shape):
    """What a sponsor paid in on a bank account."""

    euros: Euros
    bank: Slug


class NewBankAccount(Shape):
    """A bank account of the association."""

    slug: Slug
    medium: Literal["digital", "paper", "operating"]
    bank: Words
    iban: Annotated[Iban, Field(min_length=5)]
    issuer: Slug | None = None


class NewOffice(Shape):
    """An exchange office."""

    id: Slug
    name: Words


class NewFundOrder(Shape):
    """A transfer between own accounts."""

    source: Annotated[AccountName, Field(examples=["bank:nef"])]
    target: Annotated[AccountName, Field(examples=["bank:credit-municipal"])]
    euros: Euros
    reason: Words = ""


CauseName = Literal[
    "conversion",
    "collection",
    "deposit",
    "redemption",
    "bounce",
    "return",
    "repayment",
    "order",
    "transfer",
    "entry",
    "disbursement",
    "disbursement-return",
    "card",
    "bank-fee",
    "interest",
]
CausedBy = Annotated[str, Field(strict=True, max_length=80, pattern=r"^[0-9a-z-]*$")]


class LineMatch(Shape):
    """What a bank line is."""

    cause: CauseName
    id: CausedBy = ""


class LinePart(Shape):
    """A share of a bank line, and what it is."""

    cause: CauseName
    id: CausedBy = ""
    euros: Euros


class LineSplit(Shape):
    """What a bank line is made of."""

    parts: Annotated[list[LinePart], Field(min_length=2, max_length=500)]


class LineAsked(Shape):
    """Who finds out what a bank line is."""

    owner: Annotated[Words, Field(min_length=1)]
    note: Words = ""


class NewBookkeeping(Shape):
    """The association's SIREN and chart of accounts, from a year on."""

    year: Annotated[int, Field(strict=True, ge=2000, le=2999)]
    siren: Annotated[str, Field(strict=True, pattern=r"^[0-9]{9}$")]
    chart: Literal["pca-2018", "pca-2025"] = "pca-2025"
    changes: Annotated[
        list[Annotated[str, Field(strict=True, max_length=200)]], Field(max_length=200)
    ] = []


class NewYearClosing(Shape):
    """A year to close."""

    year: Annotated[int, Field(strict=True, ge=2000, le=2999)]


class NewDonations(Shape):
    """How donations are to be paid."""

    paid_in: Literal["units", "euros"] = "units"


class NewCorrection(Shape):
    """Why an entry must be reversed."""

    reason: Annotated[LongWords, Field(min_length=3)]


class NewPayout(Shape):
    """A payment file to make: all that is due from a bank account."""

    account: Slug
    kind: Literal["redemptions", "orders", "collections"] = "redemptions"


class NewStanding(Shape):
    """A mandate: so many euros, each month on a day, become units."""

    member: Slug
    euros: Euros
    day: Annotated[int, Field(strict=True, ge=1, le=28)]
    iban: Annotated[Iban, Field(min_length=5)]
    from_: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None
    signed_on: date | None = None


class Creditor(Shape):
    """Under which identifier a bank account debits members."""

    creditor_id: Annotated[Iban, Field(min_length=9, examples=["FR72ZZZ123456"])]


class Cancelling(Shape):
    """Why something that could have been sent never is."""

    reason: Annotated[Words, Field(min_length=3)]


class NewReconciliation(Shape):
    """The day to prepare."""

    on: date


class ItemNote(Shape):
    """Who looks after an item of a difference, or what it comes from."""

    item: Annotated[
        str, Field(strict=True, min_length=3, max_length=160, pattern=r"^[a-z]+:[0-9a-z:-]+$")
    ]
    owner: Words = ""
    cause: LongWords = ""
