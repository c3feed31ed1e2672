"""Donations of the year: proposed, approved by a second person, paid."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.dependencies import EMPTY, Asking, Books, Writing, ledger_of, post
from api.paging import Limit, Told, page
from api.shapes import NewDonations
from ledger.operations.donation import (
    approving,
    list_distributions,
    pay_donations,
    proposing,
    read_distribution,
)

router = APIRouter(prefix="/v1/{currency}/donations", tags=["donations"])

DistributionId = Annotated[str, Path(max_length=64, pattern=r"^[0-9a-z-]+$")]


@router.post("", status_code=201)
async def propose(
    request: Request, currency: str, body: NewDonations, context: Writing
) -> Response:
    """Propose who gets what of the donations owed; `?preview=true` shows it and keeps nothing."""
    operation = await run_in_threadpool(
        proposing, ledger_of(request), currency, context, body.paid_in
    )
    return await post(request, currency, operation, context)


@router.get("")
def list_(
    request: Request,
    currency: str,
    context: Asking,
    ledger: Books,
    limit: Limit = 50,
    after: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """List distributions with their shares."""
    found = list_distributions(ledger, currency, context, after=after, limit=limit)
    return page(request, found, "id", limit)


@router.get("/{id}")
def read(currency: str, id: DistributionId, context: Asking, ledger: Books) -> Told:
    """Read a distribution with its shares."""
    return read_distribution(ledger, currency, context, id)


@router.post("/{id}/approve", status_code=201, dependencies=EMPTY)
async def approve(
    request: Request,
    currency: str,
    id: DistributionId,
    context: Writing,
) -> Response:
    """Approve, as another person than who proposed; shares of who has too few move to others."""
    operation = await run_in_threadpool(approving, ledger_of(request), currency, context, id)
    return await post(request, currency, operation, context)


@router.post("/{id}/pay", status_code=201, dependencies=EMPTY)
async def pay(
    request: Request,
    currency: str,
    id: DistributionId,
    context: Writing,
) -> Told:
    """Pay every share that is due, one entry each; safe to repeat."""
    return await run_in_threadpool(pay_donations, ledger_of(request), currency, context, id)
