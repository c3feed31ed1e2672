"""Who a member is: opened by an auditor with a reason, and forgotten by two people."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.dependencies import EMPTY, Asking, Books, Writing, answered, ledger_of, post
from api.member import MemberId, with_identity
from api.paging import Told
from api.shapes import NewErasure, NewOpening
from ledger.operations.erasure import AskErasure, erasure_traces, forget, read_erasure
from ledger.operations.identity_opening import OpenIdentity

router = APIRouter(prefix="/v1/{currency}/members/{id}", tags=["members"])


@router.post("/identity", status_code=201)
async def open_identity(
    request: Request, currency: str, id: MemberId, body: NewOpening, context: Writing
) -> Response:
    """Open an identity as an auditor; the journal keeps that it was, and its reason's hash."""
    answer = await post(request, currency, OpenIdentity(id, body.reason), context)
    return answer if context.preview else await with_identity(request, currency, answer)


@router.get("/erasure")
def read(currency: str, id: MemberId, context: Asking, ledger: Books) -> Told:
    """Tell how far the erasure of a member is."""
    return read_erasure(ledger, currency, context, id)


@router.post("/erasure", status_code=201)
async def ask(
    request: Request, currency: str, id: MemberId, body: NewErasure, context: Writing
) -> Response:
    """Ask to forget who a member is; refused while it holds units or is owed euros."""
    ledger = ledger_of(request)
    traces = await run_in_threadpool(erasure_traces, ledger, currency, context, id)
    return await post(request, currency, AskErasure(id, body.reason, traces), context)


@router.post("/erasure/approve", status_code=201, dependencies=EMPTY)
async def approve(request: Request, currency: str, id: MemberId, context: Writing) -> Response:
    """Agree to an erasure as another person: the key is destroyed, the books stay whole."""
    ledger = ledger_of(request)
    return answered(await run_in_threadpool(forget, ledger, currency, context, id))
