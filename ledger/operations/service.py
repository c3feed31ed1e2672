"""Public services: an authority opens them by a founding act, and sets what things cost there."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ledger.books.authorities import (
    SETTLEMENTS,
    Price,
    Service,
    Takings,
    service_id,
    takings_id,
)
from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import Member, Rulebook
from ledger.money import format_minor
from ledger.operations.access import (
    APPROVER,
    AUDITOR,
    OFFICER,
    TILL,
    TREASURER,
    require,
    require_own,
)
from ledger.operations.ledger import Ledger
from ledger.operations.mandate import authority, must_see
from ledger.refusals import AlreadyExists, Malformed, Unknown
from ledger.rules.service import must_name, shown, shown_price, shown_takings
from ledger.store.shelf import Needs, Shelf

MOST_REVENUES: Final = 50


@dataclass(frozen=True, slots=True)
class OpenService:
    """Open a public service by its régie's founding act; amounts are minor units of the currency.

    `first_sheet` continues the numbers of the sheets that were written before.
    """

    authority: str
    slug: str
    name: str
    act: str
    revenues: tuple[str, ...]
    ceiling: int
    accountant: str
    since: date
    until: date | None = None
    settlement: str = "daily"
    first_sheet: int = 1

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Member, self.authority), (Service, self.id)))

    @property
    def id(self) -> str:
        """The service's name among all."""
        return service_id(self.authority, self.slug)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        _officer(shelf, context, self.authority)
        if shelf.paper(Service, self.id) is not None:
            raise AlreadyExists(what="service", id=self.slug)
        _check_act(self.settlement, self.revenues, self.since, self.until)
        service = Service(
            id=self.id,
            authority=self.authority,
            slug=self.slug,
            name=self.name,
            act=self.act,
            revenues=self.revenues,
            ceiling=self.ceiling,
            accountant=self.accountant,
            since=self.since,
            until=self.until,
            settlement=self.settlement,
            fee_bps=0,
            opened_at=shelf.at,
            last_sheet=self.first_sheet - 1,
        )
        return _told("service", shelf, service)


@dataclass(frozen=True, slots=True)
class ChangeAct:
    """Put another founding act of a service in force from now on; sheets go on in number."""

    authority: str
    slug: str
    act: str
    revenues: tuple[str, ...]
    ceiling: int
    accountant: str
    since: date
    until: date | None = None
    settlement: str = "daily"

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return _service_needs(self.authority, self.slug)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        _officer(shelf, context, self.authority)
        _check_act(self.settlement, self.revenues, self.since, self.until)
        changed = replace(
            known_service(shelf, self.authority, self.slug),
            act=self.act,
            revenues=self.revenues,
            ceiling=self.ceiling,
            accountant=self.accountant,
            since=self.since,
            until=self.until,
            settlement=self.settlement,
        )
        return _told("service-act", shelf, changed)


@dataclass(frozen=True, slots=True)
class CloseService:
    """Let a service take nothing more; what it took is still refunded and settled."""

    authority: str
    slug: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return _service_needs(self.authority, self.slug)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        _officer(shelf, context, self.authority)
        service = known_service(shelf, self.authority, self.slug)
        return _told("service-close", shelf, replace(service, state="closed"))


@dataclass(frozen=True, slots=True)
class AgreeFee:
    """Say what the association takes of what a service redeems, in basis points."""

    authority: str
    slug: str
    fee_bps: int

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return _service_needs(self.authority, self.slug)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        service = known_service(shelf, self.authority, self.slug)
        return _told("service-fee", shelf, replace(service, fee_bps=self.fee_bps))


@dataclass(frozen=True, slots=True)
class SetPrice:
    """Put a line on a service's price list, change it, or withdraw it."""

    authority: str
    slug: str
    item: str
    label: str
    revenue: str
    units: int
    withdrawn: bool = False

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return _service_needs(self.authority, self.slug)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        _officer(shelf, context, self.authority)
        service = known_service(shelf, self.authority, self.slug)
        must_name(service, self.revenue)
        price = Price(
            id=f"{service.id}:{self.item}",
            service=service.id,
            item=self.item,
            label=self.label,
            revenue=self.revenue,
            units=self.units,
            state="withdrawn" if self.withdrawn else "current",
        )
        return Plan(
            kind="service-price",
            papers=(price,),
            facts={
                "service": service.id,
                "item": price.item,
                "revenue": price.revenue,
                "units": price.units,
            },
            sealed=True,
            answer=shown_price(price, shelf.book.unit),
        )


def known_service(shelf: Shelf, authority_: str, slug: str) -> Service:
    """Give a service from the shelf, or refuse one that is not there."""
    service = shelf.paper(Service, service_id(authority_, slug))
    if service is None:
        raise Unknown(what="service", id=slug)
    return service


def _service_needs(authority_: str, slug: str) -> Needs:
    return Needs(papers=((Member, authority_), (Service, service_id(authority_, slug))))


def _officer(shelf: Shelf, context: Context, authority_: str) -> None:
    require(context, OFFICER)
    require_own(context, "authority", authority_)
    authority(shelf, authority_)


def _check_act(settlement: str, revenues: tuple[str, ...], since: date, until: date | None) -> None:
    if settlement not in SETTLEMENTS:
        detail = f"one of {', '.join(SETTLEMENTS)}"
        raise Malformed([{"pointer": "/settlement", "detail": detail}])
    if not 0 < len(set(revenues)) == len(revenues) <= MOST_REVENUES:
        detail = f"1 to {MOST_REVENUES} codes, each once"
        raise Malformed([{"pointer": "/revenues", "detail": detail}])
    if until is not None and until < since:
        raise Malformed([{"pointer": "/until", "detail": "not before it begins"}])


def _told(kind: str, shelf: Shelf, service: Service) -> Plan:
    return Plan(
        kind=kind,
        papers=(service,),
        facts={
            "service": service.id,
            "act": service.act,
            "revenues": " ".join(service.revenues),
            "ceiling": service.ceiling,
            "since": service.since.isoformat(),
            "until": service.until.isoformat() if service.until else "",
            "settlement": service.settlement,
            "fee_bps": service.fee_bps,
            "last_sheet": service.last_sheet,
            "state": service.state,
        },
        sealed=True,
        answer=shown(service, shelf.book.unit),
    )


# -- what may be seen ---------------------------------------------------------------------------


def find_service(
    ledger: Ledger, currency: str, context: Context, authority_: str, slug: str
) -> Service:
    """Give a service to whoever may look behind its counter; Unknown for all others."""
    require(context, OFFICER, APPROVER, TILL, TREASURER, AUDITOR)
    require_own(context, "authority", authority_, all_of=(TREASURER, AUDITOR))
    return public_service(ledger, currency, authority_, slug)


def public_service(ledger: Ledger, currency: str, authority_: str, slug: str) -> Service:
    """Give a service as its poster names it, or Unknown."""
    found = ledger.reads.paper(Service, currency, service_id(authority_, slug))
    if found is None:
        raise Unknown(what="service", id=slug)
    return found


def list_services(
    ledger: Ledger, currency: str, context: Context, authority_: str
) -> list[dict[str, Json]]:
    """List an authority's services, each with what it took today and holds now."""
    must_see(ledger, currency, context, authority_, TILL)
    found = ledger.reads.having(Service, currency, "authority", [authority_])
    return [shown_now(ledger, currency, context, each) for each in found]


def shown_now(ledger: Ledger, currency: str, context: Context, service: Service) -> dict[str, Json]:
    """Show a service with its price list, what it took on its day at hand, and what it holds."""
    book, _ = ledger.reads.rulebook(currency)
    day = service.day_of(context.day)
    takings = ledger.reads.paper(Takings, currency, takings_id(service.id, day))
    held = ledger.reads.balances(currency, [service.account])[service.account]
    return {
        **shown(service, book.unit),
        "today": shown_takings(takings, book.unit) if takings else None,
        "held": format_minor(held, book.unit.scale),
        "prices": [shown_price(each, book.unit) for each in prices_of(ledger, currency, service)],
    }


def prices_of(ledger: Ledger, currency: str, service: Service) -> list[Price]:
    """List the current prices of a service."""
    found = ledger.reads.having(Price, currency, "service", [service.id])
    return [price for price in found if price.state == "current"]
