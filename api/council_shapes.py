"""The bodies of requests about authorities: mandates, services, sales, bills and sheets."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from api.shapes import Euros, LongWords, Shape, Slug, Units, Words

Code = Annotated[
    str, Field(strict=True, max_length=32, pattern=r"^[a-z0-9][a-z0-9-]*$", examples=["tickets"])
]
Filled = Annotated[
    str, Field(strict=True, min_length=1, max_length=140, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Reference = Annotated[
    str, Field(strict=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Ordinal = Annotated[int, Field(strict=True, ge=1, le=10**9)]
Operations = Literal["allowance", "grant", "invoice", "prize", "salary", "gift"]


class NewMandate(Shape):
    """What an authority asks the association to do with its euros (CGCT D1611-32-3)."""

    id: Slug
    operations: Annotated[list[Operations], Field(min_length=1, max_length=10)]
    from_: Annotated[date, Field(alias="from")]
    until: date
    ceiling_euros: Euros
    powers: LongWords
    remuneration: LongWords
    remittance: LongWords
    accounts_rendered: LongWords
    controls: LongWords


class FoundingAct(Shape):
    """What a régie may take, until when, how much, and for whom."""

    act: Filled
    revenues: Annotated[list[Code], Field(min_length=1, max_length=50)]
    ceiling: Units
    accountant: Filled
    from_: Annotated[date, Field(alias="from")]
    until: date | None = None
    settlement: Literal["daily", "period", "kept"] = "daily"


class NewService(FoundingAct):
    """A public service that takes units, and its founding act."""

    id: Slug
    name: Filled
    first_sheet: Ordinal = 1


class NewFee(Shape):
    """What the association takes of what a service redeems."""

    fee_bps: Annotated[int, Field(strict=True, ge=0, le=10_000)]


class NewPrice(Shape):
    """A line of a price list."""

    item: Code
    label: Filled
    revenue: Code
    units: Units
    withdrawn: bool = False


class SoldItem(Shape):
    """So many of one thing on the price list."""

    item: Code
    count: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1


class NewSale(Shape):
    """What somebody takes at a counter."""

    items: Annotated[list[SoldItem], Field(min_length=1, max_length=50)]
    reference: Words = ""


class SaleRefund(Shape):
    """What goes back of a payment, under one of its revenue codes."""

    entry: Ordinal
    units: Units
    revenue: Code | None = None
    reason: Words = ""


class BillLine(Shape):
    """A part of a bill."""

    revenue: Code
    units: Units


class NewBill(Shape):
    """A bill of a service."""

    service: Slug
    reference: Reference
    lines: Annotated[list[BillLine], Field(min_length=1, max_length=50)]
    due_on: date


class NewSheet(Shape):
    """The days of a service to close, up to this one."""

    service: Slug
    until: date
