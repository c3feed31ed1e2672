"""Preview, then confirm: how a page does something to the books.

Both post the same operation as the API. A preview plans and books nothing; a confirmation carries
the key that its form hid, so that a double click or a reload finds what the first click did.
"""

from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.answers import checked, told
from admin.confirming import ask_for, with_confirmation
from admin.dependencies import context_of, ledger_of, someone
from ledger.operations.ledger import Answer, Operation
from ledger.refusals import ConfirmFirst, Unknown

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)


def preview(request: Request, operation: Operation) -> dict[str, Any]:
    """Plan an operation and book nothing. Raises the Refusal it would meet."""
    return checked(_post(request, operation, "", preview=True))


def confirm(request: Request, operation: Operation, key: str) -> dict[str, Any]:
    """Book an operation under a form's key. Raises the Refusal it met, now or the first time.

    What must be confirmed first raises AskToConfirm, and is asked again on a page of its own.
    """
    try:
        return checked(_post(request, operation, key, preview=False))
    except ConfirmFirst as refusal:
        raise ask_for(request, someone(request), refusal) from refusal


def _post(request: Request, operation: Operation, key: str, *, preview: bool) -> Answer:
    visitor = someone(request)
    context = context_of(request, visitor, key, preview=preview)
    if not preview:
        context = with_confirmation(request, visitor, context)
    return ledger_of(request).post_and_wait(visitor.currency, operation, context)


@routes.get("/done/{key}")
def done(request: Request, key: str) -> Response:
    """Show what became of a confirmation; only to the credential that sent it."""
    visitor = someone(request)
    found = ledger_of(request).reads.operation(visitor.currency, visitor.credential.id, key)
    if found is None:
        raise Unknown(what="operation", id=key)
    answer = told(orjson.loads(found.answer))
    return pages.render(
        request, "done.html", answer=answer, back=pages.inside(request.query_params.get("back", ""))
    )
