"""The bodies of requests about an authority's runs, and about consents to them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from api.shapes import Euros, LongWords, Shape, Slug, Words

RunKind = Literal["allowance", "grant", "invoice", "prize", "salary"]


class NewConsent(Shape):
    """What a person signed: which part of what the authority sends it becomes units."""

    member: Slug
    status: Literal["elected", "private-law", "civil-servant", "other"]
    share_bps: Annotated[int | None, Field(strict=True, ge=1, le=10_000)] = None
    amount_euros: Euros | None = None
    minimum_euros: Euros | None = None
    cap_euros: Euros | None = None
    kinds: Annotated[tuple[RunKind, ...], Field(max_length=5)] = ()
    from_: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None
    signed_on: date | None = None


class NewWageRule(Shape):
    """By which law civil servants may be paid through the mandate."""

    legal_basis: Annotated[LongWords, Field(min_length=8)]
    from_: Annotated[date | None, Field(alias="from")] = None
    ended: Annotated[bool, Field(strict=True)] = False


class RowWritten(Shape):
    """A row as it was written: what cannot be read of it is its fate, and not the whole request's.

    A sum is a text here as everywhere; a JSON number is refused.
    """

    member: Words
    euros: Annotated[Words, Field(examples=["1000.00"])]
    kind: Annotated[Words, Field(examples=["allowance"])]


class AnnouncedWage(Shape):
    """What an employee said it would convert by its own means."""

    member: Slug
    euros: Euros


class NewAnnouncement(Shape):
    """What an employer announces for a month; it moves nothing."""

    month: Annotated[str, Field(strict=True, pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
    rows: Annotated[list[AnnouncedWage], Field(min_length=1, max_length=10_000)]


class NewRun(Shape):
    """Rows to be checked; with `drop_faulty`, those at fault fall out of the run, named."""

    rows: Annotated[list[RowWritten], Field(min_length=1, max_length=10_000)]
    words: Words = ""
    mandate: Slug | None = None
    drop_faulty: Annotated[bool, Field(strict=True)] = False
