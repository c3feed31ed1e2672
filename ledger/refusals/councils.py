"""The refusals of public money: what the law of councils forbids, each with its article."""

from ledger.refusals.books import BooksSayNo


class OutsideMandate(BooksSayNo):
    """A collection mandate does not cover what was asked (CGCT D1611-32-3)."""

    slug = "outside-mandate"
    title = "Outside the collection mandate"


class NoMandate(OutsideMandate):
    """An authority's euros become units through a mandate, and it has none."""

    slug = "no-mandate"
    title = "There is no collection mandate"
    sentence = (
        "{authority} has no collection mandate; one person of it writes one, another grants it "
        "({article})."
    )


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


class RevenueNotInAct(BooksSayNo):
    """A régie takes only what its founding act names (CGCT R1617-6)."""

    slug = "revenue-not-in-act"
    title = "The founding act does not name this revenue"
    sentence = (
        "The act {act} of {service} names {revenues}; {revenue} is not in it, "
        "so it is not taken here ({article})."
    )


class RegieNotAuthorised(BooksSayNo):
    """The service is closed, or the day lies outside its authorisation (CGCT R1617-6)."""

    slug = "regie-not-authorised"
    title = "This service may not take anything today"
    sentence = (
        "The act {act} authorises {service} from {since} to {until}; on {day} nothing is taken "
        "there ({article})."
    )


class RegieCeiling(BooksSayNo):
    """A régie holds no more than its act says before it settles (CGCT R1617-8)."""

    slug = "regie-ceiling"
    title = "This service holds as much as it may"
    sentence = (
        "{service} holds {held} and its act lets it hold {ceiling}; close the day, so that what "
        "it took goes to the public accountant ({article})."
    )
