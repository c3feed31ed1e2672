"""Redemptions: units go back to euros."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.dependencies import EMPTY, Asking, Books, Writing, ledger_of, post, unit_minor
from api.paging import Limit, Told, page
from api.shapes import NewRedemption
from ledger.operations.redemption import (
    ApproveRedemption,
    RequestRedemption,
    cancelling,
    list_redemptions,
    read_redemption,
)

router = APIRouter(prefix="/v1/{currency}/redemptions", tags=["redemptions"])

RedemptionId = Annotated[str, Path(max_length=64, pattern=r"^[0-9a-z-]+$")]


@router.post("", status_code=201)
async def ask(request: Request, currency: str, body: NewRedemption, context: Writing) -> Response:
    """Ask to turn units back into euros; they are held until another person decides."""
    units = unit_minor(request, currency, body.units, "/units")
    return await post(request, currency, RequestRedemption(body.member, units), context)


@router.get("")
def list_(
    request: Request,
    currency: str,
    context: Asking,
    ledger: Books,
    state: Annotated[str | None, Query(max_length=20)] = None,
    limit: Limit = 50,
    after: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """List redemptions, a shop its own."""
    found = list_redemptions(ledger, currency, context, state=state, after=after, limit=limit)
    return page(request, found, "id", limit)


@router.get("/{id}")
def read(currency: str, id: RedemptionId, context: Asking, ledger: Books) -> Told:
    """Read a redemption."""
    return read_redemption(ledger, currency, context, id)


@router.post("/{id}/approve", status_code=201, dependencies=EMPTY)
async def approve(
    request: Request,
    currency: str,
    id: RedemptionId,
    context: Writing,
) -> Response:
    """Approve, as another person than who asked: the units leave circulation."""
    return await post(request, currency, ApproveRedemption(id), context)


@router.post("/{id}/cancel", status_code=201, dependencies=EMPTY)
async def cancel(
    request: Request,
    currency: str,
    id: RedemptionId,
    context: Writing,
) -> Response:
    """Withdraw a redemption that nobody has approved."""
    operation = await run_in_threadpool(cancelling, ledger_of(request), currency, context, id)
    return await post(request, currency, operation, context)
