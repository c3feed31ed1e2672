"""The journal: entries, proofs that they are in it, checkpoints, corrections."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.dependencies import EMPTY, Asking, Books, Writing, ledger_of, post
from api.paging import Limit, Told, page
from api.shapes import NewCorrection
from ledger.operations.access import AUDITOR, TREASURER, require
from ledger.operations.checkpoint import checkpoints, prove
from ledger.operations.correction import correction_of, proposing
from ledger.operations.journal import read_entry, read_journal

router = APIRouter(prefix="/v1/{currency}", tags=["journal"])

Number = Annotated[int, Path(ge=1, le=2**53)]
After = Annotated[int, Query(ge=0, le=2**53)]


@router.get("/journal")
def list_(
    request: Request,
    currency: str,
    context: Asking,
    ledger: Books,
    limit: Limit = 50,
    after: After = 0,
) -> Response:
    """List entries in order, pseudonymous."""
    require(context, TREASURER, AUDITOR)
    return page(request, read_journal(ledger, currency, after=after, limit=limit), "entry", limit)


@router.get("/journal/proofs/{number}")
def read_proof(currency: str, number: Number, context: Asking, ledger: Books) -> Told:
    """Prove that an entry is under the newest checkpoint (RFC 6962 audit path)."""
    require(context, TREASURER, AUDITOR)
    return prove(ledger, currency, number)


@router.get("/journal/{number}")
def read(currency: str, number: Number, context: Asking, ledger: Books) -> Told:
    """Read an entry with its arrows, hashes and receipt."""
    require(context, TREASURER, AUDITOR)
    return read_entry(ledger, currency, number)


@router.get("/checkpoints")
def list_checkpoints(
    request: Request, currency: str, ledger: Books, limit: Limit = 50, after: After = 0
) -> Response:
    """List signed checkpoints; public, so that anybody can keep them."""
    return page(request, checkpoints(ledger, currency, after=after, limit=limit), "size", limit)


@router.post("/journal/{number}/corrections", status_code=201)
async def propose(
    request: Request, currency: str, number: Number, body: NewCorrection, context: Writing
) -> Response:
    """Propose to reverse an entry; another person does it."""
    operation = await run_in_threadpool(
        proposing, ledger_of(request), currency, context, entry=number, reason=body.reason
    )
    return await post(request, currency, operation, context)


@router.post("/journal/{number}/corrections/{id}/approve", status_code=201, dependencies=EMPTY)
async def approve(
    request: Request,
    currency: str,
    number: Number,
    context: Writing,
    id: Annotated[str, Path(max_length=64, pattern=r"^[0-9a-z-]+$")],
) -> Response:
    """Reverse the entry, as another person than who proposed it."""
    operation = await run_in_threadpool(
        correction_of, ledger_of(request), currency, context, entry=number, correction=id
    )
    return await post(request, currency, operation, context)
