"""Refund: what was paid goes back to the pockets it came from, the last drawn first."""

from ledger.books.journal import Entry, Plan, Posting, Tally
from ledger.money import Asset, format_minor
from ledger.refusals import CannotCorrect, InsufficientUnits, RefundExceedsPayment


def refunded_tally(payment: int) -> str:
    """Name the count of what an entry has been refunded."""
    return f"refunded:{payment}"


def paid_units(payment: Entry) -> int:
    """Count the units that a payment moved."""
    return sum(posting.amount for posting in payment.postings)


def plan_refund(  # noqa: PLR0913 - the parts of a refund, each named at the call
    *,
    payment: Entry,
    refunded: int,
    corrected: bool,
    own: int,
    units: int,
    unit: Asset,
    reason: str,
) -> Plan:
    """Plan the refund of `units` minor units of a payment of which `refunded` went back already.

    `own` is what the shop that gives it back holds.

    The arrows of the payment are undone from the last to the first, so bought units return before
    gifts. A pocket that expired meanwhile is filled again and expires with the next night.

    Raises CannotCorrect when the entry is no payment or was corrected, RefundExceedsPayment beyond
    what remains, InsufficientUnits when the shop has spent them.
    """
    if payment.kind != "payment":
        raise CannotCorrect(entry=payment.number, why="only a payment can be refunded.")
    if corrected:
        raise CannotCorrect(entry=payment.number, why="it was corrected already.")
    paid = paid_units(payment)
    remaining = paid - refunded
    _check_amount(payment, units, remaining, own, unit)
    postings = _undone(payment.postings, refunded, units)
    given = sum(posting.amount for posting in postings if posting.target.startswith("gift:"))
    return Plan(
        kind="refund",
        postings=postings,
        tallies=(Tally(refunded_tally(payment.number), units, paid),),
        facts={"refunds": payment.number, "from": payment.facts["to"], "to": payment.facts["from"]},
        memo=reason,
        answer={
            "refunds": payment.number,
            "units": format_minor(units, unit.scale),
            "gift_units": format_minor(given, unit.scale),
            "remaining": format_minor(remaining - units, unit.scale),
            "postings": [posting.shown() for posting in postings],
        },
    )


def _undone(postings: tuple[Posting, ...], skip: int, take: int) -> tuple[Posting, ...]:
    """Reverse `take` units of the arrows, from the last, after the `skip` undone before."""
    undone: list[Posting] = []
    for posting in reversed(postings):
        passed = min(skip, posting.amount)
        skip -= passed
        amount = min(take, posting.amount - passed)
        if amount:
            undone.append(posting.reversed(amount))
            take -= amount
    return tuple(undone)


def _check_amount(payment: Entry, units: int, remaining: int, own: int, unit: Asset) -> None:
    """Refuse more than remains of the payment, or than the shop still holds."""
    asked = format_minor(units, unit.scale)
    if units > remaining:
        raise RefundExceedsPayment(
            units=asked, remaining=format_minor(remaining, unit.scale), entry=payment.number
        )
    if units > own:
        raise InsufficientUnits(units=asked, available=format_minor(own, unit.scale))
