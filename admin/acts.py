"""Preview, then confirm: how a page does something to the books.

Both post the same operation as the API. A preview plans and books nothing; a confirmation carries
the key that its form hid, so that a double click or a reload finds what the first click did.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.dependencies import context_of, ledger_of, someone
from admin.problems import refusals
from ledger.operations.ledger import Answer, Operation
from ledger.refusals import Refusal, Unknown

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)


def preview(request: Request, operation: Operation) -> dict[str, Any]:
    """Plan an operation and book nothing. Raises the Refusal it would meet."""
    return told(_post(request, operation, "", preview=True).json())


def confirm(request: Request, operation: Operation, key: str) -> dict[str, Any]:
    """Book an operation under a form's key. Raises the Refusal it met, now or the first time."""
    return told(_post(request, operation, key, preview=False).json())


def _post(request: Request, operation: Operation, key: str, *, preview: bool) -> Answer:
    visitor = someone(request)
    context = context_of(request, visitor, key, preview=preview)
    return ledger_of(request).post_and_wait(visitor.currency, operation, context)


def told(body: Mapping[str, Any]) -> dict[str, Any]:
    """Give what was answered. Raises the Refusal that it is, if it is one."""
    if "slug" in body and "facts" in body:
        raise refusal_of(body["slug"], body["facts"])
    return dict(body)


def refusal_of(slug: str, facts: Mapping[str, Any]) -> Refusal:
    """Make a refusal again from what was kept of it."""
    kind = refusals()[slug]
    made = kind.__new__(kind)
    Refusal.__init__(made, **facts)
    return made


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
