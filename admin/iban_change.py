"""Where a member is paid: the office asks and agrees, and the member may say no."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import posted, someone
from ledger.banking.references import is_iban
from ledger.operations.iban_change import ApproveIbanChange, CancelIbanChange
from ledger.operations.member import ChangeMember
from ledger.refusals import Malformed

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]

LONGEST = 42


@routes.post("/office/members/{id_}/iban")
def office(request: Request, id_: str, fields: Fields) -> Response:
    """Ask for another IBAN, agree as another person, or withdraw it."""
    someone(request, "treasurer")
    iban = fields.get("iban", "").strip()[:LONGEST]
    step = fields.get("step", "")
    if not step and not is_iban(iban):
        raise Malformed([{"pointer": "/iban", "detail": "no IBAN: check it digit by digit"}])
    acts.confirm(
        request,
        ApproveIbanChange(id_)
        if step == "approve"
        else CancelIbanChange(id_)
        if step
        else ChangeMember(id_, iban=iban),
        fields.get("key", ""),
    )
    return pages.see_other(f"/office/members/{id_}")


@routes.post("/wallet/iban")
def wallet(request: Request, fields: Fields) -> Response:
    """Say no to a change of one's own IBAN."""
    visitor = someone(request, "member", "shop")
    acts.confirm(request, CancelIbanChange(visitor.holder), fields.get("key", ""))
    return pages.see_other("/wallet" if visitor.role == "member" else "/till/redemptions")
