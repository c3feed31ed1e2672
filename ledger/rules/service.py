"""Public services: what a régie takes and gives back, by revenue code and day.

A régie takes only what its founding act names (CGCT R1617-6), on the days of its authorisation, and
holds no more than its ceiling before it settles with the public accountant (CGCT R1617-8). What a
payment is for is sealed with its entry, so that sheets can be added up again from the journal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from ledger.books.authorities import KEPT, Price, Service, Takings, takings_id
from ledger.books.journal import Entry, Json, Plan, Tally
from ledger.money import Asset, format_minor
from ledger.refusals import (
    RefundExceedsPayment,
    RegieCeiling,
    RegieNotAuthorised,
    RevenueNotInAct,
)

TAKES: Final = "CGCT R1617-6"
SETTLES: Final = "CGCT R1617-8"
REVENUE: Final = "revenue:"
"""Begins the facts of an entry that say how much of it is for which revenue code."""


def must_take(service: Service, revenues: Mapping[str, int], today: date) -> None:
    """Let a service take these revenues today.

    Raises RegieNotAuthorised or RevenueNotInAct; each names the article.
    """
    over = service.until is not None and today > service.until
    if service.state != "open" or today < service.since or over:
        raise RegieNotAuthorised(
            act=service.act,
            service=service.name,
            since=service.since.isoformat(),
            until=service.until.isoformat() if service.until else "…",
            day=today.isoformat(),
            article=TAKES,
        )
    for revenue in revenues:
        must_name(service, revenue)


def must_name(service: Service, revenue: str) -> None:
    """Refuse a revenue code that the founding act does not name (RevenueNotInAct)."""
    if revenue not in service.revenues:
        raise RevenueNotInAct(
            act=service.act,
            service=service.name,
            revenues=", ".join(service.revenues),
            revenue=revenue,
            article=TAKES,
        )


def priced(sold: Sequence[tuple[Price, int]]) -> dict[str, int]:
    """Add up what is sold by the price list: minor units by revenue code."""
    revenues: dict[str, int] = {}
    for price, count in sold:
        revenues[price.revenue] = revenues.get(price.revenue, 0) + price.units * count
    return revenues


def taken(  # noqa: PLR0913 - a payment, and what it does to the day of a service
    plan: Plan,
    service: Service,
    revenues: Mapping[str, int],
    *,
    takings: Takings,
    balance: int,
    unit: Asset,
) -> Plan:
    """Say what a payment to a service is for, and count it on its day.

    `balance` is what the service held before. Raises RegieCeiling, unless the units are kept.
    """
    units = sum(revenues.values())
    if service.settlement != KEPT and balance + units > service.ceiling:
        raise RegieCeiling(
            service=service.name,
            held=format_minor(balance, unit.scale),
            ceiling=format_minor(service.ceiling, unit.scale),
            article=SETTLES,
        )
    counted = replace(takings, gross=_added(takings.gross, revenues), payments=takings.payments + 1)
    return _counted(plan, service, revenues, counted)


def given_back(  # noqa: PLR0913 - a refund, and what it does to the day of a service
    plan: Plan,
    payment: Entry,
    service: Service,
    *,
    revenue: str,
    units: int,
    takings: Takings,
    refunded: int,
    unit: Asset,
) -> Plan:
    """Count a refund on its day, under one of the revenue codes of its payment.

    `refunded` went back already under that code. Raises RefundExceedsPayment beyond what was paid
    under it.
    """
    paid = int(payment.facts.get(f"{REVENUE}{revenue}", 0))
    if refunded + units > paid:
        raise RefundExceedsPayment(
            units=format_minor(units, unit.scale),
            remaining=format_minor(paid - refunded, unit.scale),
            entry=payment.number,
        )
    back = {revenue: units}
    counted = replace(takings, returned=_added(takings.returned, back), refunds=takings.refunds + 1)
    plan = replace(
        plan, tallies=(*plan.tallies, Tally(revenue_tally(payment.number, revenue), units, paid))
    )
    return _counted(plan, service, back, counted)


def revenue_tally(payment: int, revenue: str) -> str:
    """Name the count of what went back of a payment under a revenue code."""
    return f"refunded:{payment}:{revenue}"


def revenues_of(payment: Entry) -> dict[str, int]:
    """Read what a payment was for: minor units by revenue code."""
    return {
        name.removeprefix(REVENUE): int(units)
        for name, units in payment.facts.items()
        if name.startswith(REVENUE)
    }


def blank_takings(service: Service, day: date) -> Takings:
    """Give the takings of a day on which nothing was taken yet."""
    return Takings(takings_id(service.id, day), service.id, day, {}, {}, 0, 0, open_of=service.id)


def _added(counts: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) + more.get(name, 0) for name in sorted({*counts, *more})}


def _counted(plan: Plan, service: Service, revenues: Mapping[str, int], takings: Takings) -> Plan:
    return replace(
        plan,
        papers=(*plan.papers, takings),
        facts={
            **plan.facts,
            "service": service.id,
            "service_day": takings.day.isoformat(),
            **{f"{REVENUE}{name}": units for name, units in revenues.items()},
        },
        answer={**plan.answer, "service": service.slug},
    )


def shown(service: Service, unit: Asset) -> dict[str, Json]:
    """Show a service and its authorisation."""
    return {
        "id": service.slug,
        "authority": service.authority,
        "name": service.name,
        "act": service.act,
        "revenues": list(service.revenues),
        "ceiling": format_minor(service.ceiling, unit.scale),
        "accountant": service.accountant,
        "from": service.since.isoformat(),
        "until": service.until.isoformat() if service.until else None,
        "settlement": service.settlement,
        "fee_bps": service.fee_bps,
        "last_sheet": service.last_sheet,
        "closed_on": service.closed_on.isoformat() if service.closed_on else None,
        "state": service.state,
    }


def shown_price(price: Price, unit: Asset) -> dict[str, Json]:
    """Show a line of the price list."""
    return {
        "item": price.item,
        "label": price.label,
        "revenue": price.revenue,
        "units": format_minor(price.units, unit.scale),
        "state": price.state,
    }


def shown_takings(takings: Takings, unit: Asset) -> dict[str, Json]:
    """Show what was taken on a day, by revenue code."""
    return {
        "day": takings.day.isoformat(),
        "payments": takings.payments,
        "refunds": takings.refunds,
        "gross": format_minor(sum(takings.gross.values()), unit.scale),
        "returned": format_minor(sum(takings.returned.values()), unit.scale),
        "net": net_shown(takings.gross, takings.returned, unit),
        "revenues": by_revenue(takings.gross, takings.returned, unit),
        "sheet": takings.sheet or None,
    }


def net_shown(gross: Mapping[str, int], returned: Mapping[str, int], unit: Asset) -> str:
    """Write what is left of what was taken; with a sign where more went back than came."""
    net = sum(gross.values()) - sum(returned.values())
    return f"{'-' if net < 0 else ''}{format_minor(abs(net), unit.scale)}"


def by_revenue(
    gross: Mapping[str, int], returned: Mapping[str, int], unit: Asset
) -> list[dict[str, Json]]:
    """List receipts and refunds by revenue code."""
    return [
        {
            "revenue": name,
            "gross": format_minor(gross.get(name, 0), unit.scale),
            "returned": format_minor(returned.get(name, 0), unit.scale),
        }
        for name in sorted({*gross, *returned})
    ]
