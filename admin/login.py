"""Signing in and out. Today: as one of the demo people, where the demo currency is.

A session is a cookie that carries an opaque token; the ledger knows only its hash, and a token
that is revoked there ends the session at the next page. Other ways of signing in belong in this
file and end in `_enter`.
"""

from http import HTTPStatus
from typing import Final

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.dependencies import check_origin, marked_secure, posted, session_cookie
from ledger.refusals import Unknown

SESSION_SECONDS: Final = 12 * 3600
HOMES: Final = {
    "member": "/wallet",
    "shop": "/till",
    "till": "/till",
    "office": "/counter",
    "treasurer": "/treasury",
    "auditor": "/audit",
    "sponsor": "/sponsor",
}
"""Where each role's day begins; the others begin on the first page."""

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)


def demo_tokens(request: Request) -> dict[str, str]:
    """Read the tokens of the demo people; none outside the demo."""
    path = request.app.state.settings.demo_tokens_file
    if not path.is_file():
        return {}
    tokens: dict[str, str] = orjson.loads(path.read_bytes())
    return tokens


@routes.get("/demo")
def people(request: Request) -> Response:
    """Show the demo people."""
    tokens = demo_tokens(request)
    if not tokens:
        raise Unknown(what="page", id="demo")
    onward = pages.inside(request.query_params.get("next", ""))
    return pages.render(request, "demo.html", people=list(tokens), next=onward)


@routes.post("/demo")
async def sign_in(request: Request) -> Response:
    """Sign in as a demo person. No session exists yet, so only the browser's word is checked."""
    check_origin(request)
    form = await request.form()
    person, onward = str(form.get("person", "")), pages.inside(str(form.get("next", "")))
    token = demo_tokens(request).get(person)
    if token is None:
        raise Unknown(what="person", id=person)
    return _enter(request, token, onward or HOMES.get(person.partition(":")[0].split("-")[0], "/"))


@routes.post("/logout")
async def sign_out(request: Request) -> Response:
    """End the session in this browser."""
    await posted(request)
    response = pages.see_other("/")
    response.delete_cookie(
        session_cookie(request), httponly=True, samesite="lax", secure=marked_secure(request)
    )
    return response


def _enter(request: Request, token: str, onward: str) -> Response:
    response = pages.see_other(onward)
    response.set_cookie(
        session_cookie(request),
        token,
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="lax",
        secure=marked_secure(request),
    )
    response.status_code = HTTPStatus.SEE_OTHER
    return response
