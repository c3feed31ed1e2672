"""The first page: what this currency is, how it is covered, and which desk you want."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.dependencies import ledger_of, visitor_of
from admin.login import demo_tokens
from admin.words import _
from ledger.operations.currency import public_face

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk on the first page."""

    address: str
    name: str
    purpose: str
    roles: frozenset[str]


DESKS: Final = (
    Desk(
        "/till",
        _("Till"),
        _("Take a payment, see it arrive, give it back, ask for euros."),
        frozenset({"shop", "till"}),
    ),
    Desk(
        "/wallet",
        _("Wallet"),
        _("See what is left, pay a request, top up."),
        frozenset({"member", "shop", "officer"}),
    ),
    Desk(
        "/counter",
        _("Counter"),
        _("Turn a member's cash into units."),
        frozenset({"office", "treasurer"}),
    ),
    Desk(
        "/treasury",
        _("Treasury"),
        _("Watch the fund, read bank files, approve redemptions."),
        frozenset({"treasurer"}),
    ),
    Desk(
        "/office",
        _("Office"),
        _("Register members, look them up, change their state."),
        frozenset({"treasurer"}),
    ),
    Desk(
        "/sponsor",
        _("Campaigns"),
        _("See what your bonuses have given, and what is left."),
        frozenset({"sponsor"}),
    ),
    Desk(
        "/council/runs",
        _("Runs"),
        _("Send allowances and grants from a sheet, approve them, see them credited."),
        frozenset({"officer", "approver"}),
    ),
    Desk(
        "/audit",
        _("Audit"),
        _("Read the journal, entry by entry."),
        frozenset({"auditor", "treasurer"}),
    ),
)


@routes.get("/")
def home(request: Request) -> Response:
    """Show the currency and the desks."""
    visitor = visitor_of(request)
    book = request.state.book
    face = public_face(ledger_of(request), book.code) if book else {}
    circulation = face.get("circulation")
    media = circulation if isinstance(circulation, dict) else {}
    return pages.render(
        request,
        "home.html",
        desks=[desk for desk in DESKS if visitor is None or visitor.role in desk.roles],
        demo=bool(demo_tokens(request)),
        next=pages.inside(request.query_params.get("next", "")),
        circulation=str(sum((Decimal(str(part)) for part in media.values()), Decimal(0))),
        media=media,
        coverage_bps=face.get("coverage_bps"),
        as_of=request.state.at,
    )
