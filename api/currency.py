"""A currency's public face, and what became of a request."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Response

from api.dependencies import Asking, Books
from api.paging import Told
from api.problems import members_of
from ledger.operations.currency import public_face
from ledger.operations.ledger import Answer
from ledger.refusals import Unknown

router = APIRouter(prefix="/v1/{currency}", tags=["currency"])


@router.get("")
def read(currency: str, ledger: Books) -> Told:
    """Tell what anybody may know: circulation, coverage, terms, the latest checkpoint."""
    return public_face(ledger, currency)


@router.get("/operations/{key:path}")
def read_operation(
    currency: str,
    key: Annotated[str, Path(min_length=1, max_length=255)],
    context: Asking,
    ledger: Books,
) -> Response:
    """Tell what became of a request of this credential whose answer was lost."""
    found = ledger.reads.operation(currency, context.actor, key)
    if found is None:
        raise Unknown(what="operation", id=key)
    answer = Answer(found.status, found.answer, found.entry)
    told = {
        "key": key,
        "state": "refused" if answer.refused else "done",
        "status": found.status,
        "entry": found.entry,
        "at": found.at,
        "answer": members_of(answer) if answer.refused else answer.json(),
    }
    return Response(orjson.dumps(told), 200, None, "application/json")
