"""Daily sheets: a régie's numbered account of what it took, and what goes to the Treasury for it.

What is redeemed is owed whole, and a fee stands beside it as a claim of its own: public money is
not netted. A sheet bears the number after the last one, in the entry that closes its days.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from ledger.books import accounts
from ledger.books.accounts import REDEMPTION_FEES, Fund
from ledger.books.authorities import KEPT, DailySheet, Service, Takings
from ledger.books.journal import Json, Plan, Posting
from ledger.books.papers import Member, Redemption
from ledger.money import EUR, Asset, format_minor, share_rounded_down
from ledger.refusals import NotInState
from ledger.rules.parity import cents_at_par, whole_units
from ledger.rules.service import by_revenue, net_shown


@dataclass(frozen=True, slots=True)
class Closing:
    """Who closes a service until which day, in the entry of which number."""

    until: date
    number: int
    at: datetime
    person: str
    redemption: str
    """The id of the redemption that it may make."""
    reference: str
    """ISO 11649, on the transfer to the Treasury."""


def check_closable(service: Service, until: date, today: date) -> None:
    """Refuse a day that is still to come, or one behind the last sheet (NotInState)."""
    late = service.closed_on is not None and until <= service.closed_on
    if until > today or late:
        state = f"closed {service.closed_on}" if service.closed_on else "open"
        needed = f"behind {service.closed_on}" if late else f"until {today}"
        raise NotInState(what="service", id=service.slug, state=state, needed=needed)


def plan_sheet(
    service: Service,
    days: Sequence[Takings],
    closing: Closing,
    *,
    authority: Member,
    unit: Asset,
) -> Plan:
    """Plan the next sheet over these days; what it redeems is owed to the Treasury in full."""
    sheet = _next_sheet(service, days, closing, unit)
    postings = _settled(service, sheet, Fund("digital", authority.issuer), unit)
    closed = replace(service, last_sheet=sheet.number, closed_on=closing.until)
    return Plan(
        kind="sheet",
        postings=postings,
        papers=(
            closed,
            sheet,
            *(replace(each, open_of="", sheet=sheet.id) for each in days),
            *_redemption(sheet, service, closing, authority),
        ),
        facts=_facts(sheet),
        sealed=True,
        answer={
            **shown(sheet, service, unit),
            "postings": [posting.shown() for posting in postings],
        },
    )


def _next_sheet(
    service: Service, days: Sequence[Takings], closing: Closing, unit: Asset
) -> DailySheet:
    gross = _sum(each.gross for each in days)
    returned = _sum(each.returned for each in days)
    net = max(sum(gross.values()) - sum(returned.values()), 0)
    units = 0 if service.settlement == KEPT else whole_units(net, unit)
    cents = cents_at_par(units, unit)
    fee = share_rounded_down(cents, service.fee_bps)
    number = service.last_sheet + 1
    return DailySheet(
        id=f"{service.id}:{number}",
        service=service.id,
        authority=service.authority,
        number=number,
        since=_first_day(service, days, closing.until),
        until=closing.until,
        gross=gross,
        returned=returned,
        payments=sum(each.payments for each in days),
        refunds=sum(each.refunds for each in days),
        act=service.act,
        accountant=service.accountant,
        redeemed=units,
        euros=cents,
        fee=fee,
        redemption=closing.redemption if cents else "",
        closed_at=closing.at,
        closed_by=closing.person,
        entry=closing.number,
    )


def _first_day(service: Service, days: Sequence[Takings], until: date) -> date:
    """Give the first day of a sheet: the one behind the last, or the first with takings."""
    if service.closed_on is not None:
        return service.day_of(service.closed_on)
    return min([until, *(each.day for each in days)])


def _settled(service: Service, sheet: DailySheet, fund: Fund, unit: Asset) -> tuple[Posting, ...]:
    arrows = []
    if sheet.euros:
        owed = accounts.treasury(sheet.authority)
        arrows.append(Posting(service.account, fund.issued, sheet.redeemed, unit))
        arrows.append(Posting(owed, fund.backing, sheet.euros, EUR))
    if sheet.fee:
        claim = accounts.receivable(sheet.authority)
        arrows.append(Posting(REDEMPTION_FEES, claim, sheet.fee, EUR))
    return tuple(arrows)


def _redemption(
    sheet: DailySheet, service: Service, closing: Closing, authority: Member
) -> list[Redemption]:
    """Give what the next payment file pays to the Treasury: all of it."""
    if not sheet.euros:
        return []
    return [
        Redemption(
            id=closing.redemption,
            member=sheet.authority,
            units=sheet.redeemed,
            euros=sheet.euros,
            fee=0,
            reference=closing.reference,
            issuer=authority.issuer,
            requested_at=closing.at,
            requested_by=closing.person,
            state="approved",
            sheet=f"{service.slug} {sheet.number}",
        )
    ]


def _facts(sheet: DailySheet) -> dict[str, str | int]:
    facts: dict[str, str | int] = {
        "service": sheet.service,
        "sheet": sheet.number,
        "since": sheet.since.isoformat(),
        "until": sheet.until.isoformat(),
        "payments": sheet.payments,
        "refunds": sheet.refunds,
        "redeemed": sheet.redeemed,
        "euros": sheet.euros,
        "fee": sheet.fee,
        **{f"gross:{name}": units for name, units in sheet.gross.items()},
        **{f"returned:{name}": units for name, units in sheet.returned.items()},
    }
    return facts | ({"redemption": sheet.redemption} if sheet.redemption else {})


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in counts:
        for name, units in each.items():
            total[name] = total.get(name, 0) + units
    return dict(sorted(total.items()))


def shown(sheet: DailySheet, service: Service, unit: Asset) -> dict[str, Json]:
    """Show a sheet; units and euros as strings."""
    return {
        "service": service.slug,
        "authority": sheet.authority,
        "number": sheet.number,
        "from": sheet.since.isoformat(),
        "until": sheet.until.isoformat(),
        "payments": sheet.payments,
        "refunds": sheet.refunds,
        "gross": format_minor(sum(sheet.gross.values()), unit.scale),
        "returned": format_minor(sum(sheet.returned.values()), unit.scale),
        "net": net_shown(sheet.gross, sheet.returned, unit),
        "revenues": by_revenue(sheet.gross, sheet.returned, unit),
        "redeemed": format_minor(sheet.redeemed, unit.scale),
        "euros": format_minor(sheet.euros, EUR.scale),
        "fee": format_minor(sheet.fee, EUR.scale),
        "redemption": sheet.redemption or None,
        "act": sheet.act,
        "accountant": sheet.accountant,
        "entry": sheet.entry,
    }
