"""The terms: dated, proposed by one treasurer and put in force by another."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.dependencies import EMPTY, Asking, Books, Writing, cents, post, unit_minor
from api.paging import Told
from api.shapes import NewTerms
from ledger.books.terms import Terms
from ledger.operations.terms import AdoptTerms, ProposeTerms, WithdrawTerms, read_terms

router = APIRouter(prefix="/v1/{currency}/terms", tags=["terms"])

ProposalId = Annotated[str, Path(max_length=64, pattern=r"^[0-9a-z-]+$")]


@router.get("")
def read(currency: str, context: Asking, ledger: Books) -> Told:
    """Read every version of the terms, which one is in force, and the proposals."""
    return read_terms(ledger, currency, context)


@router.post("", status_code=201)
async def propose(request: Request, currency: str, body: NewTerms, context: Writing) -> Response:
    """Propose the terms from a day to come on; what is left out is as in a new currency."""
    said = body.model_dump()
    above, by_hand = body.confirm_above, body.hand_conversions_above
    said |= {
        "redemption_kinds": tuple(body.redemption_kinds),
        "confirm_above": None
        if above is None
        else unit_minor(request, currency, above, "/confirm_above"),
        "hand_conversions_above": None
        if by_hand is None
        else cents(by_hand, "/hand_conversions_above"),
    }
    terms = Terms(**said)
    return await post(request, currency, ProposeTerms(terms), context)


@router.post("/{id}/approve", status_code=201, dependencies=EMPTY)
async def approve(request: Request, currency: str, id: ProposalId, context: Writing) -> Response:
    """Agree as another person than who proposed."""
    return await post(request, currency, AdoptTerms(id), context)


@router.post("/{id}/cancel", status_code=201, dependencies=EMPTY)
async def cancel(request: Request, currency: str, id: ProposalId, context: Writing) -> Response:
    """Let a proposal come to nothing."""
    return await post(request, currency, WithdrawTerms(id), context)
