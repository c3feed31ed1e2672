"""The desks as one set of routes, and how they join the application that serves the API.

Call `mount` last: an address that nothing else knows, or a fault, then becomes a page for a browser
and stays what it was for everybody else.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from admin import (
    access,
    acts,
    audit,
    bank_lines,
    bookkeeping,
    campaigns,
    consents,
    correction,
    counter,
    denials,
    donations,
    hand_conversions,
    history,
    home,
    iban_change,
    login,
    mandates,
    month_end,
    office,
    pages,
    paying,
    payouts,
    persons,
    problems,
    receipts,
    redemptions,
    reference,
    runs,
    standing,
    statics,
    terms,
    till,
    top_up,
    treasury,
    wallet,
    wallet_history,
)

Answer = Callable[[Request, Exception], Response | Awaitable[Response]]

DESKS: Final = (
    home,
    login,
    access,
    persons,
    acts,
    redemptions,
    till,
    wallet,
    top_up,
    standing,
    counter,
    history,
    bank_lines,
    month_end,
    treasury,
    payouts,
    hand_conversions,
    mandates,
    campaigns,
    consents,
    runs,
    terms,
    office,
    iban_change,
    denials,
    audit,
    correction,
    bookkeeping,
    donations,
    problems,
    receipts,
    reference,
    paying,
    wallet_history,
)


def router() -> APIRouter:
    """Gather the pages of all desks, and the files they use."""
    gathered = APIRouter(include_in_schema=False)
    for desk in DESKS:
        gathered.include_router(desk.routes)
    files = APIRouter(route_class=pages.PageRoute)
    files.get("/static/{mark}/{name:path}")(statics.serve)
    gathered.include_router(files)
    return gathered


def mount(app: FastAPI) -> None:
    """Add the desks to the application of the API, whose ledger, watch and settings they use."""
    app.include_router(router())
    for kind in (HTTPException, Exception):
        app.add_exception_handler(kind, _for_browsers(app.exception_handlers.get(kind)))


def _for_browsers(other: Answer | None) -> Answer:
    """Answer browsers with a page, and everybody else as before."""

    async def answer(request: Request, error: Exception) -> Response:
        if _wants_a_page(request):
            status = int(HTTPStatus.INTERNAL_SERVER_ERROR)
            if isinstance(error, HTTPException):
                status = error.status_code
            return await pages.broken(request, status)
        if other is None:
            return PlainTextResponse("internal server error", HTTPStatus.INTERNAL_SERVER_ERROR)
        made = other(request, error)
        return made if isinstance(made, Response) else await made

    return answer


def _wants_a_page(request: Request) -> bool:
    machine = request.url.path.startswith(("/v1/", "/oauth/"))
    return not machine and "text/html" in request.headers.get("accept", "")
