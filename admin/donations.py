"""Donations: see who would get what, propose it, let another treasurer approve, pay, and write."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import context_of, fresh_key, ledger_of, posted, someone
from ledger.books.donations import Distribution
from ledger.operations.donation import (
    approving,
    list_distributions,
    pay_donations,
    proposing,
    read_distribution,
)
from ledger.refusals import Refusal, Unknown

ROLES: Final = ("treasurer",)

routes = APIRouter(prefix="/donations", route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


@routes.get("")
def overview(request: Request) -> Response:
    """Show the distributions so far, and ask how the next is to be paid."""
    return _overview(request)


@routes.post("")
def propose(request: Request, fields: Fields) -> Response:
    """Show who would get what, or propose what was shown."""
    visitor = someone(request, *ROLES)
    way = fields.get("paid_in", "")
    try:
        context = context_of(request, visitor, preview=True)
        operation = proposing(ledger_of(request), visitor.currency, context, way)
        if fields.get("step") == "confirm":
            made = acts.confirm(request, operation, fields.get("key", ""))
            return pages.see_other(f"/donations/{made['id']}")
        plan = acts.preview(request, operation)
    except Refusal as refusal:
        return _overview(request, refusal)
    return _overview(request, plan=plan)


def _overview(
    request: Request, refusal: Refusal | None = None, plan: dict[str, object] | None = None
) -> Response:
    visitor = someone(request, *ROLES)
    context = context_of(request, visitor, preview=True)
    return pages.render(
        request,
        "donations.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        made=list_distributions(ledger_of(request), visitor.currency, context),
        plan=plan,
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )


@routes.get("/{id_}")
def one(request: Request, id_: str) -> Response:
    """Show a distribution, and what is to be done next."""
    return _one(request, id_)


@routes.post("/{id_}")
def act(request: Request, id_: str, fields: Fields) -> Response:
    """Approve a distribution as another person, then pay; or pay what is still due."""
    visitor = someone(request, *ROLES)
    ledger, key = ledger_of(request), fields.get("key", "")
    try:
        if fields.get("step") == "approve":
            context = context_of(request, visitor, preview=True)
            operation = approving(ledger, visitor.currency, context, id_)
            acts.confirm(request, operation, key)
        context = context_of(request, visitor, f"pay-{key}", preview=False)
        pay_donations(ledger, visitor.currency, context, id_)
    except Refusal as refusal:
        return _one(request, id_, refusal)
    return pages.see_other(f"/donations/{id_}")


def _one(request: Request, id_: str, refusal: Refusal | None = None) -> Response:
    visitor = someone(request, *ROLES)
    ledger, context = ledger_of(request), context_of(request, visitor, preview=True)
    found = ledger.reads.paper(Distribution, visitor.currency, id_)
    return pages.render(
        request,
        "donation.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        told=read_distribution(ledger, visitor.currency, context, id_),
        mine=found is not None and found.proposed_by == context.person,
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )


@routes.get("/{id_}/{association}")
def letter(request: Request, id_: str, association: str) -> Response:
    """Show the letter that tells an association what it got and from how many, to be printed."""
    visitor = someone(request, *ROLES)
    context = context_of(request, visitor, preview=True)
    told = read_distribution(ledger_of(request), visitor.currency, context, id_)
    shares = told["shares"]
    share = next(
        (s for s in shares if isinstance(s, dict) and s["association"] == association)
        if isinstance(shares, list)
        else iter(()),
        None,
    )
    if share is None:
        raise Unknown(what="donation", id=association)
    return pages.render(request, "donation-letter.html", told=told, share=share)
