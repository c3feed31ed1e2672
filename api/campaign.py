"""Campaigns and the sponsors that pay them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.dependencies import EMPTY, Asking, Books, Writing, cents, post
from api.paging import Limit, Told, page
from api.shapes import NewCampaign, NewDeposit, NewSponsor
from ledger.operations.campaign import (
    CloseCampaign,
    Deposit,
    OpenCampaign,
    RegisterSponsor,
    campaign_report,
    list_campaigns,
)

router = APIRouter(prefix="/v1/{currency}", tags=["campaigns"])

Name = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]


@router.post("/campaigns", status_code=201)
async def open_(request: Request, currency: str, body: NewCampaign, context: Writing) -> Response:
    """Open a campaign; its terms do not change afterwards."""
    cap = body.cap_euros_per_member
    operation = OpenCampaign(
        id=body.id,
        sponsor=body.sponsor,
        rate_bps=body.rate_bps,
        budget=cents(body.budget_euros, "/budget_euros"),
        since=body.from_,
        until=body.until,
        cap=None if cap is None else cents(cap, "/cap_euros_per_member"),
        cap_period=body.cap_period,
        kinds=tuple(body.eligible.kinds),
        communes=tuple(body.eligible.communes),
        members=tuple(body.eligible.ids),
        age_from=body.eligible.ages.from_,
        age_to=body.eligible.ages.to,
        gift_expires_days=body.gift_expires_days,
        stackable=body.stackable,
    )
    return await post(request, currency, operation, context)


@router.get("/campaigns")
def list_(
    request: Request,
    currency: str,
    context: Asking,
    ledger: Books,
    limit: Limit = 50,
    after: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """List campaigns with what each has granted and has left; a sponsor its own."""
    found = list_campaigns(ledger, currency, context, after=after, limit=limit)
    return page(request, found, "id", limit)


@router.get("/campaigns/{id}")
def read(currency: str, id: Name, context: Asking, ledger: Books) -> Told:
    """Read a campaign's terms and report."""
    return campaign_report(ledger, currency, context, id)


@router.post("/campaigns/{id}/close", status_code=201, dependencies=EMPTY)
async def close(
    request: Request,
    currency: str,
    id: Name,
    context: Writing,
) -> Response:
    """Close a campaign before its end."""
    return await post(request, currency, CloseCampaign(id), context)


@router.post("/sponsors", status_code=201)
async def register_sponsor(
    request: Request, currency: str, body: NewSponsor, context: Writing
) -> Response:
    """Register a body that pays bonuses."""
    return await post(request, currency, RegisterSponsor(body.id, body.name), context)


@router.post("/sponsors/{id}/deposits", status_code=201)
async def deposit(
    request: Request,
    currency: str,
    id: Name,
    body: NewDeposit,
    context: Writing,
) -> Response:
    """Book what a sponsor paid in, when no bank file will tell."""
    operation = Deposit(id, cents(body.euros, "/euros"), body.bank)
    return await post(request, currency, operation, context)
