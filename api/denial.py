"""Who was turned away, by pseudonyms, and from where: opened by an auditor with a reason."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.dependencies import CREATED, Asking, Books, Writing, ledger_of, post
from api.documents import Since, Until
from api.paging import Told
from api.shapes import NewOpening
from ledger.operations.denial import read_denials, shown
from ledger.operations.origin import OpenOrigin, address_of

router = APIRouter(prefix="/v1/{currency}", tags=["journal"])

Person = Annotated[str, Query(max_length=64, description="A person's pseudonym")]
OriginId = Annotated[str, Path(max_length=64, pattern=r"^[0-9a-z-]+$")]


@router.get("/denials")
def list_(
    request: Request,
    currency: str,
    context: Asking,
    ledger: Books,
    since: Since = None,
    until: Until = None,
    person: Person = "",
) -> Told:
    """List what was refused, counted by the hour, the newest first; the last 30 days without days.

    At most 500 counts; ask for fewer days when there are as many.
    """
    request.app.state.denials.flush()
    found = read_denials(ledger, currency, context, since=since, until=until, person=person)
    return {"items": [shown(denial) for denial in found]}


@router.post("/origins/{id}", status_code=201)
async def open_origin(
    request: Request, currency: str, id: OriginId, body: NewOpening, context: Writing
) -> Response:
    """Open an address as an auditor; the journal keeps that it was, and its reason's hash."""
    answer = await post(request, currency, OpenOrigin(id, body.reason), context)
    if answer.status_code != CREATED:
        return answer
    address = await run_in_threadpool(address_of, ledger_of(request), currency, id)
    headers = {k: v for k, v in answer.headers.items() if k == "idempotent-replay"}
    told = {**orjson.loads(answer.body), "address": address}
    return Response(orjson.dumps(told), CREATED, headers, "application/json")
