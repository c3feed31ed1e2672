"""Conversions: euros become units."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.dependencies import EMPTY, Asking, Books, Writing, cents, ledger_of, post
from api.paging import Limit, page
from api.shapes import NewConversion
from ledger.operations.conversion import Convert
from ledger.operations.hand_conversion import (
    WithdrawConversion,
    approving_conversion,
    list_proposals,
)

router = APIRouter(prefix="/v1/{currency}", tags=["conversions"])

ProposalId = Annotated[str, Path(max_length=64, pattern=r"^[0-9a-z-]+$")]


@router.post("/conversions", status_code=201)
async def convert(
    request: Request, currency: str, body: NewConversion, context: Writing
) -> Response:
    """Convert a member's euros to units, with the bonus that campaigns add.

    By hand above the amount of the terms it is only proposed: the answer has an `id` and
    `"state": "proposed"`, and no `entry`.
    """
    operation = Convert(
        member=body.member,
        euros=cents(body.euros, "/euros"),
        channel=body.channel,
        office=body.office or (context.holder if context.role == "office" else ""),
        reference=body.reference,
        medium=body.medium,
    )
    return await post(request, currency, operation, context)


@router.get("/conversions")
def proposals(
    request: Request,
    currency: str,
    context: Asking,
    ledger: Books,
    state: Annotated[str | None, Query(max_length=20)] = None,
    limit: Limit = 50,
    after: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """List the conversions by hand that were proposed to a second person."""
    found = list_proposals(ledger, currency, context, state=state, after=after, limit=limit)
    return page(request, found, "id", limit)


@router.post("/conversions/{id}/approve", status_code=201, dependencies=EMPTY)
async def approve(request: Request, currency: str, id: ProposalId, context: Writing) -> Response:
    """Issue what another person proposed by hand."""
    operation = await run_in_threadpool(
        approving_conversion, ledger_of(request), currency, context, id
    )
    return await post(request, currency, operation, context)


@router.post("/conversions/{id}/cancel", status_code=201, dependencies=EMPTY)
async def cancel(request: Request, currency: str, id: ProposalId, context: Writing) -> Response:
    """Let a conversion that was proposed come to nothing."""
    return await post(request, currency, WithdrawConversion(id), context)
