"""Standing conversions: mandates of members, and under which identifier they are debited."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.dependencies import EMPTY, Asking, Books, Writing, cents, post
from api.paging import Limit, page
from api.shapes import Creditor, NewStanding
from ledger.operations.standing import (
    AcceptStanding,
    EndStanding,
    ProposeStanding,
    SetCreditor,
    list_standings,
)

router = APIRouter(prefix="/v1/{currency}", tags=["standing conversions"])

StandingId = Annotated[str, Path(max_length=64, pattern=r"^[0-9a-z-]+$")]


@router.post("/standing-conversions", status_code=201)
async def propose(request: Request, currency: str, body: NewStanding, context: Writing) -> Response:
    """Give a mandate: a member's own waits for the treasurer, one signed on paper is in force."""
    operation = ProposeStanding(
        member=body.member,
        euros=cents(body.euros, "/euros"),
        day=body.day,
        iban=body.iban,
        since=body.from_,
        until=body.until,
        signed_on=body.signed_on,
    )
    return await post(request, currency, operation, context)


@router.get("/standing-conversions")
def list_(
    request: Request,
    currency: str,
    context: Asking,
    ledger: Books,
    limit: Limit = 50,
    after: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """List mandates, a member its own."""
    found = list_standings(ledger, currency, context, after=after, limit=limit)
    return page(request, found, "id", limit)


@router.post("/standing-conversions/{id}/accept", status_code=201, dependencies=EMPTY)
async def accept(
    request: Request,
    currency: str,
    id: StandingId,
    context: Writing,
) -> Response:
    """Put a mandate in force that a member proposed."""
    return await post(request, currency, AcceptStanding(id), context)


@router.post("/standing-conversions/{id}/end", status_code=201, dependencies=EMPTY)
async def end(
    request: Request,
    currency: str,
    id: StandingId,
    context: Writing,
) -> Response:
    """Revoke a mandate: nothing more is debited."""
    return await post(request, currency, EndStanding(id), context)


@router.post("/fund/accounts/{slug}/creditor", status_code=201)
async def creditor(
    request: Request,
    currency: str,
    slug: Annotated[str, Path(max_length=64, pattern=r"^[0-9a-z-]+$")],
    body: Creditor,
    context: Writing,
) -> Response:
    """Name the SEPA creditor identifier under which a bank account debits members."""
    return await post(request, currency, SetCreditor(slug, body.creditor_id), context)
