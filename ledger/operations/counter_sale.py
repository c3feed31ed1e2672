"""At a public counter: asking by price list or bill, and paying what is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from ledger.books import accounts
from ledger.books.authorities import Price, Service, Takings, service_id, takings_id
from ledger.books.context import TOWN, Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import Member, PaymentRequest, Rulebook
from ledger.money import format_minor
from ledger.operations.access import MEMBER, OFFICER, SHOP, TILL, require, require_own
from ledger.operations.ledger import Ledger, Operation
from ledger.operations.payment import confirmed_payment, payment_needs
from ledger.operations.payment_request import PayRequest, marks, pending, shown_at
from ledger.operations.service import known_service
from ledger.refusals import AlreadyExists, Malformed, Unknown
from ledger.rules.payment import plan_payment
from ledger.rules.service import (
    blank_takings,
    must_take,
    priced,
    taken,
)
from ledger.rules.standing import active
from ledger.store.shelf import Found, Needs, Shelf

BILL_LASTS: Final = timedelta(days=366)
"""How long behind its due day a bill can still be paid; then the authority asks anew."""
MOST_LINES: Final = 50
MOST_OF_ONE: Final = 1_000

Lines = tuple[tuple[str, int], ...]
"""Revenue codes, each with minor units."""
Items = tuple[tuple[str, int], ...]
"""Items of a price list, each with how many."""


@dataclass(frozen=True, slots=True)
class AskSale:
    """Ask at a counter for what is on the price list."""

    authority: str
    slug: str
    items: Items
    reference: str = ""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return _asking_needs(self.authority, self.slug, self.items)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        service = _at_counter(shelf, context, self.authority, self.slug)
        revenues = priced(_sold(shelf, service, self.items))
        lasts = timedelta(minutes=shelf.book.terms_on(shelf.today).request_minutes)
        asked = _request(shelf, context, service, revenues, self.reference, shelf.at + lasts)
        return _asked(shelf, asked)


@dataclass(frozen=True, slots=True)
class AskBill:
    """Write a bill of a service: its reference is given once, its QR is that of a request."""

    authority: str
    slug: str
    reference: str
    lines: Lines
    due_on: date

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        needs = _asking_needs(self.authority, self.slug, ())
        return replace(needs, found=(Found(PaymentRequest, "bill", self.bill),))

    @property
    def bill(self) -> str:
        """The bill's name among all."""
        return f"{service_id(self.authority, self.slug)}:{self.reference}"

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, OFFICER)
        service = _at_counter(shelf, context, self.authority, self.slug)
        standing = [
            each
            for each in shelf.at_hand(PaymentRequest)
            if each.bill == self.bill and each.state != "cancelled"
        ]
        if standing:
            raise AlreadyExists(what="bill", id=self.reference)
        revenues = _added_up(self.lines)
        must_take(service, revenues, shelf.today)
        ends = datetime.combine(self.due_on, time(23, 59), tzinfo=TOWN) + BILL_LASTS
        if ends <= shelf.at:
            raise Malformed([{"pointer": "/due_on", "detail": "too long ago"}])
        asked = _request(shelf, context, service, revenues, self.reference, ends)
        return _asked(shelf, replace(asked, bill=self.bill))


@dataclass(frozen=True, slots=True)
class CancelBill:
    """Withdraw a bill or a sale that nobody has paid."""

    authority: str
    request: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((PaymentRequest, self.request),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, OFFICER, TILL)
        require_own(context, "authority", self.authority)
        asked = shelf.paper(PaymentRequest, self.request)
        if asked is None or asked.to != self.authority or not asked.service:
            raise Unknown(what="bill", id=self.request)
        withdrawn = replace(pending(shelf, self.request), state="cancelled")
        return Plan(
            kind="request-cancel",
            papers=(withdrawn,),
            answer={"id": withdrawn.id, "state": withdrawn.state},
        )


@dataclass(frozen=True, slots=True)
class PayService:
    """Pay what a service asks for, out of one's own wallet."""

    request: str
    authority: str
    service: str
    payer: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        needs = _paying_needs(self.payer, self.authority, self.service, context)
        return replace(needs, papers=(*needs.papers, (PaymentRequest, self.request)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        request = pending(shelf, self.request)
        service = _must(shelf.paper(Service, self.service), self.service)
        plan = _paid(shelf, context, self.payer, service, request.revenues, request.reference)
        settled = replace(request, state="paid", payer=self.payer, entry=shelf.next_number)
        return replace(
            plan,
            papers=(*plan.papers, settled),
            facts={**plan.facts, "request": request.id},
            answer={**plan.answer, "request": request.id, "word": request.word},
        )


@dataclass(frozen=True, slots=True)
class PayByList:
    """Pay by the poster of a counter: one chooses from the price list, and nobody has to ask."""

    payer: str
    authority: str
    slug: str
    items: Items

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        service = service_id(self.authority, self.slug)
        needs = _paying_needs(self.payer, self.authority, service, context)
        return replace(needs, papers=(*needs.papers, *_prices(service, self.items)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        service = known_service(shelf, self.authority, self.slug)
        sold = _sold(shelf, service, self.items)
        said = ", ".join(f"{count} {price.label}" for price, count in sold)
        return _paid(shelf, context, self.payer, service, priced(sold), said)


# -- what these have in common ------------------------------------------------------------------


def _asking_needs(authority: str, slug: str, items: Items) -> Needs:
    service = service_id(authority, slug)
    return Needs(papers=((Member, authority), (Service, service), *_prices(service, items)))


def _prices(service: str, items: Items) -> tuple[tuple[type, str], ...]:
    return tuple((Price, f"{service}:{item}") for item, _ in items)


def service_days(service: str, context: Context) -> tuple[tuple[type, str], ...]:
    """Name the takings that an act may count on: of today, or of tomorrow once today is closed.

    The day after is there for an act that is planned past midnight.
    """
    return tuple(
        (Takings, takings_id(service, context.day + timedelta(days=ahead))) for ahead in range(3)
    )


def _paying_needs(payer: str, authority: str, service: str, context: Context) -> Needs:
    needs = payment_needs(payer, authority)
    return replace(
        needs,
        accounts=(*needs.accounts, accounts.service(service)),
        papers=(*needs.papers, (Service, service), *service_days(service, context)),
    )


def _at_counter(shelf: Shelf, context: Context, authority: str, slug: str) -> Service:
    require(context, OFFICER, TILL)
    require_own(context, "authority", authority)
    active(shelf.paper(Member, authority), authority)
    return known_service(shelf, authority, slug)


def _sold(shelf: Shelf, service: Service, items: Items) -> list[tuple[Price, int]]:
    """Look items up on the price list; Unknown for one that is not on it."""
    if not 0 < len(items) <= MOST_LINES:
        detail = f"1 to {MOST_LINES} items"
        raise Malformed([{"pointer": "/items", "detail": detail}])
    sold = []
    for item, count in items:
        price = shelf.paper(Price, f"{service.id}:{item}")
        if price is None or price.state != "current":
            raise Unknown(what="price", id=item)
        if not 0 < count <= MOST_OF_ONE:
            detail = f"1 to {MOST_OF_ONE} of each"
            raise Malformed([{"pointer": "/items", "detail": detail}])
        sold.append((price, count))
    must_take(service, priced(sold), shelf.today)
    return sold


def _added_up(lines: Lines) -> dict[str, int]:
    revenues: dict[str, int] = {}
    for revenue, units in lines:
        revenues[revenue] = revenues.get(revenue, 0) + units
    if not revenues or len(lines) > MOST_LINES:
        raise Malformed([{"pointer": "/lines", "detail": f"1 to {MOST_LINES} lines"}])
    return revenues


def _request(  # noqa: PLR0913, PLR0917 - the parts of a request
    shelf: Shelf,
    context: Context,
    service: Service,
    revenues: Mapping[str, int],
    reference: str,
    expires_at: datetime,
) -> PaymentRequest:
    code, word = marks(context.fresh_id)
    return PaymentRequest(
        id=context.fresh_id,
        to=service.authority,
        units=sum(revenues.values()),
        reference=reference,
        code=code,
        word=word,
        created_at=shelf.at,
        expires_at=expires_at,
        service=service.id,
        revenues=dict(revenues),
    )


def _asked(shelf: Shelf, request: PaymentRequest) -> Plan:
    told = shown_sale(request, request.state_at(shelf.at), shelf.book.unit.scale)
    # What people wrote stays out of the stored answer, which can never be erased.
    answer = {name: value for name, value in told.items() if name != "reference"}
    return Plan(kind="payment-request", papers=(request,), answer=answer)


def _paid(  # noqa: PLR0913, PLR0917 - the parts of a payment
    shelf: Shelf,
    context: Context,
    payer: str,
    service: Service,
    revenues: Mapping[str, int],
    reference: str,
) -> Plan:
    require(context, MEMBER, SHOP, OFFICER)
    require_own(context, "member", payer)
    must_take(service, revenues, shelf.today)
    units = sum(revenues.values())
    plan = plan_payment(
        payer=active(shelf.paper(Member, payer), payer),
        payee=active(shelf.paper(Member, service.authority), service.authority),
        units=units,
        unit=shelf.book.unit,
        own=shelf.balance(accounts.member(payer)),
        pockets=shelf.pockets(payer),
        today=shelf.today,
        reference=reference,
        account=service.account,
    )
    plan = confirmed_payment(shelf, context, plan, units=units, payee=service.authority)
    return taken(
        plan,
        service,
        revenues,
        takings=takings_now(shelf, service),
        balance=shelf.balance(service.account),
        unit=shelf.book.unit,
    )


def takings_now(shelf: Shelf, service: Service) -> Takings:
    """Give the takings on which what a service does now counts."""
    day = service.day_of(shelf.today)
    return shelf.paper(Takings, takings_id(service.id, day)) or blank_takings(service, day)


def _must(service: Service | None, id_: str) -> Service:
    if service is None:
        raise Unknown(what="service", id=id_)
    return service


def paying(found: PaymentRequest, payer: str) -> Operation:
    """Give what pays a request: a service's goes on its sheet, a shop's into its wallet."""
    if found.service:
        return PayService(found.id, found.to, found.service, payer)
    return PayRequest(found.id, found.to, payer, found.till)


def list_bills(  # noqa: PLR0913 - a page of one authority's bills
    ledger: Ledger, currency: str, context: Context, authority: str, *, after: str, limit: int
) -> list[dict[str, Json]]:
    """List an authority's bills by id behind `after`."""
    require(context, OFFICER)
    require_own(context, "authority", authority)
    book, _ = ledger.reads.rulebook(currency)
    services = ledger.reads.having(Service, currency, "authority", [authority])
    wanted = {"service": tuple(service.id for service in services)}
    found = ledger.reads.page(PaymentRequest, currency, wanted, after=after, limit=limit)
    return [
        shown_sale(each, each.state_at(context.at), book.unit.scale) for each in found if each.bill
    ]


def shown_sale(request: PaymentRequest, state: str, scale: int) -> dict[str, Json]:
    """Show what a service asks for, with its revenue codes; `scale` is the unit's decimals."""
    return {
        **shown_at(request, state, scale),
        "service": request.service.rpartition(":")[2],
        "bill": bool(request.bill),
        "lines": [
            {"revenue": revenue, "units": format_minor(units, scale)}
            for revenue, units in sorted(request.revenues.items())
        ],
    }
