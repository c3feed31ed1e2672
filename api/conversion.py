"""Conversions: euros become units."""

from fastapi import APIRouter, Request, Response

from api.dependencies import Writing, cents, post
from api.shapes import NewConversion
from ledger.operations.conversion import Convert

router = APIRouter(prefix="/v1/{currency}", tags=["conversions"])


@router.post("/conversions", status_code=201)
async def convert(
    request: Request, currency: str, body: NewConversion, context: Writing
) -> Response:
    """Convert a member's euros to units, with the bonus that campaigns add."""
    operation = Convert(
        member=body.member,
        euros=cents(body.euros, "/euros"),
        channel=body.channel,
        office=body.office or (context.holder if context.role == "office" else ""),
        reference=body.reference,
        medium=body.medium,
    )
    return await post(request, currency, operation, context)
