"""The refusals of public money: what the law of councils forbids, each with its article."""

from ledger.refusals.books import BooksSayNo


class OutsideMandate(BooksSayNo):
    """A collection mandate does not cover what was asked (CGCT D1611-32-3)."""

    slug = "outside-mandate"
    title = "Outside the collection mandate"


class MandateNotInForce(OutsideMandate):
    """The day lies outside the mandate's dates, or nobody granted it, or it was revoked."""

    slug = "mandate-not-in-force"
    title = "The mandate is not in force"
    sentence = (
        "The collection mandate {mandate} ({state}) runs from {since} to {until}; {day} is outside "
        "it ({article})."
    )


class MandateObject(OutsideMandate):
    """The mandate is for other operations."""

    slug = "mandate-object"
    title = "The mandate is for something else"
    sentence = (
        "The collection mandate {mandate} is for {operations}; "
        "{operation} is not in it ({article})."
    )


class MandateCeiling(OutsideMandate):
    """The mandate's ceiling leaves less than was asked."""

    slug = "mandate-ceiling"
    title = "Beyond the mandate's ceiling"
    sentence = (
        "The collection mandate {mandate} has a ceiling of {ceiling} euros, of which {left} are "
        "left; {euros} were asked ({article})."
    )
