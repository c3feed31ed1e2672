"""Authorities: their collection mandates, and the registry of their public services."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.council_shapes import FoundingAct, NewFee, NewMandate, NewPrice, NewService
from api.dependencies import EMPTY, Asking, Books, Writing, cents, post, unit_minor
from api.paging import Told
from ledger.operations.mandate import GrantMandate, ProposeMandate, RevokeMandate, list_mandates
from ledger.operations.service import (
    AgreeFee,
    ChangeAct,
    CloseService,
    OpenService,
    SetPrice,
    find_service,
    list_services,
    shown_now,
)

router = APIRouter(prefix="/v1/{currency}/authorities/{id}", tags=["authorities"])

Name = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9][a-z0-9-]*$")]


@router.post("/mandates", status_code=201)
async def propose(
    request: Request, currency: str, id: Name, body: NewMandate, context: Writing
) -> Response:
    """Write a mandate; another person of the authority grants it."""
    operation = ProposeMandate(
        id=body.id,
        authority=id,
        operations=tuple(dict.fromkeys(body.operations)),
        since=body.from_,
        until=body.until,
        ceiling=cents(body.ceiling_euros, "/ceiling_euros"),
        powers=body.powers,
        remuneration=body.remuneration,
        remittance=body.remittance,
        accounts_rendered=body.accounts_rendered,
        controls=body.controls,
    )
    return await post(request, currency, operation, context)


@router.get("/mandates")
def mandates(currency: str, id: Name, context: Asking, ledger: Books) -> Told:
    """List mandates, each with what is used and left of its ceiling."""
    return {"items": list_mandates(ledger, currency, context, id)}


@router.post("/mandates/{mandate}/grant", status_code=201, dependencies=EMPTY)
async def grant(
    request: Request, currency: str, id: Name, mandate: Name, context: Writing
) -> Response:
    """Put a mandate in force, as another person than who wrote it."""
    return await post(request, currency, GrantMandate(id, mandate), context)


@router.post("/mandates/{mandate}/revoke", status_code=201, dependencies=EMPTY)
async def revoke(
    request: Request, currency: str, id: Name, mandate: Name, context: Writing
) -> Response:
    """End a mandate today; what was done under it stays."""
    return await post(request, currency, RevokeMandate(id, mandate), context)


@router.post("/services", status_code=201)
async def open_(
    request: Request, currency: str, id: Name, body: NewService, context: Writing
) -> Response:
    """Open a public service by its régie's founding act."""
    operation = OpenService(
        authority=id,
        slug=body.id,
        name=body.name,
        act=body.act,
        revenues=tuple(body.revenues),
        ceiling=unit_minor(request, currency, body.ceiling, "/ceiling"),
        accountant=body.accountant,
        since=body.from_,
        until=body.until,
        settlement=body.settlement,
        first_sheet=body.first_sheet,
    )
    return await post(request, currency, operation, context)


@router.get("/services")
def services(currency: str, id: Name, context: Asking, ledger: Books) -> Told:
    """List services, each with its prices, what it took today, and what it holds."""
    return {"items": list_services(ledger, currency, context, id)}


@router.get("/services/{service}")
def service(currency: str, id: Name, service: Name, context: Asking, ledger: Books) -> Told:
    """Read a service."""
    found = find_service(ledger, currency, context, id, service)
    return shown_now(ledger, currency, context, found)


@router.post("/services/{service}/act", status_code=201)
async def act(
    request: Request,
    currency: str,
    id: Name,
    service: Name,
    body: FoundingAct,
    context: Writing,
) -> Response:
    """Put another founding act in force; its sheets go on in number."""
    operation = ChangeAct(
        authority=id,
        slug=service,
        act=body.act,
        revenues=tuple(body.revenues),
        ceiling=unit_minor(request, currency, body.ceiling, "/ceiling"),
        accountant=body.accountant,
        since=body.from_,
        until=body.until,
        settlement=body.settlement,
    )
    return await post(request, currency, operation, context)


@router.post("/services/{service}/close", status_code=201, dependencies=EMPTY)
async def close(
    request: Request, currency: str, id: Name, service: Name, context: Writing
) -> Response:
    """Let a service take nothing more."""
    return await post(request, currency, CloseService(id, service), context)


@router.post("/services/{service}/fee", status_code=201)
async def fee(
    request: Request, currency: str, id: Name, service: Name, body: NewFee, context: Writing
) -> Response:
    """Say what the association takes of what the service redeems; charged apart."""
    return await post(request, currency, AgreeFee(id, service, body.fee_bps), context)


@router.post("/services/{service}/prices", status_code=201)
async def price(
    request: Request, currency: str, id: Name, service: Name, body: NewPrice, context: Writing
) -> Response:
    """Put a line on the price list, change it, or withdraw it."""
    units = unit_minor(request, currency, body.units, "/units")
    operation = SetPrice(
        id, service, body.item, body.label, body.revenue, units, withdrawn=body.withdrawn
    )
    return await post(request, currency, operation, context)
