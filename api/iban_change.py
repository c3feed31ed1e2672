"""Where a member is paid: changed by two people and two days, or withdrawn in time."""

from fastapi import APIRouter, Request, Response

from api.dependencies import EMPTY, Asking, Books, Writing, post
from api.member import MemberId, iban_typed
from api.paging import Told
from api.shapes import NewIban, NewIbanApproval
from ledger.operations.iban_change import (
    ApproveIbanChange,
    AskIbanChange,
    CancelIbanChange,
    read_iban_change,
)

router = APIRouter(prefix="/v1/{currency}/members/{id}/iban-change", tags=["members"])


@router.get("")
def read(currency: str, id: MemberId, context: Asking, ledger: Books) -> Told:
    """Read the change that waits; its member, a treasurer, or an auditor without the figures."""
    return read_iban_change(ledger, currency, context, id)


@router.post("", status_code=201)
async def ask(
    request: Request, currency: str, id: MemberId, body: NewIban, context: Writing
) -> Response:
    """Ask that a member be paid elsewhere; until it is in force nothing is paid to it."""
    return await post(request, currency, AskIbanChange(id, iban_typed(body.iban)), context)


@router.post("/approve", status_code=201)
async def approve(
    request: Request, currency: str, id: MemberId, body: NewIbanApproval, context: Writing
) -> Response:
    """Agree as another person than who asked; it is in force 48 hours later.

    `asked_at` is the one that was read: another change asked for meanwhile is not agreed to.
    """
    return await post(request, currency, ApproveIbanChange(id, body.asked_at), context)


@router.post("/cancel", status_code=201, dependencies=EMPTY)
async def cancel(request: Request, currency: str, id: MemberId, context: Writing) -> Response:
    """Withdraw a change before it is in force: a treasurer, or the member that says no."""
    return await post(request, currency, CancelIbanChange(id), context)
