"""The first page: what this currency is, how it is covered, and which desk you want."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.dependencies import visitor_of
from admin.login import demo_tokens, safe_next

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)


def _(message: str) -> str:
    """Mark a message for translation; the template says it."""
    return message


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk on the first page."""

    address: str
    name: str
    purpose: str
    roles: frozenset[str]


DESKS: Final[tuple[Desk, ...]] = ()


def desks_of(role: str) -> list[Desk]:
    """Give the desks that a role may open."""
    return [desk for desk in DESKS if role in desk.roles]


@routes.get("/")
def home(request: Request) -> Response:
    """Show the currency and the desks."""
    visitor = visitor_of(request)
    return pages.render(
        request,
        "home.html",
        desks=desks_of(visitor.role) if visitor else list(DESKS),
        demo=bool(demo_tokens(request)),
        next=safe_next(request.query_params.get("next", "")),
    )
