"""The terms as a timeline: what applies since when, decided by whom; and the next ones."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import book_of, context_of, fresh_key, ledger_of, posted, someone
from admin.words import amount_typed
from ledger.books.context import town_day
from ledger.books.terms import Terms
from ledger.money import EUR, UnreadableAmountError
from ledger.operations.terms import AdoptTerms, ProposeTerms, WithdrawTerms, read_terms
from ledger.refusals import Malformed, Refusal
from ledger.rules.terms import KINDS

ROLES: Final = ("treasurer",)
LONGEST: Final = 7

routes = APIRouter(prefix="/office/terms", route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


@routes.get("")
def timeline(request: Request) -> Response:
    """Show every version of the terms, and a form for the next."""
    return _timeline(request)


@routes.post("")
def propose(request: Request, fields: Fields) -> Response:
    """Propose the terms from a day to come on."""
    someone(request, *ROLES)
    try:
        acts.confirm(
            request,
            ProposeTerms(_typed(fields, book_of(request).unit.scale)),
            fields.get("key", ""),
        )
    except Refusal as refusal:
        return _timeline(request, refusal)
    return pages.see_other("/office/terms")


@routes.post("/{id_}")
def decide(request: Request, id_: str, fields: Fields) -> Response:
    """Agree to a proposal as another person, or let it come to nothing."""
    someone(request, *ROLES)
    operation = WithdrawTerms(id_) if fields.get("step") == "withdraw" else AdoptTerms(id_)
    try:
        acts.confirm(request, operation, fields.get("key", ""))
    except Refusal as refusal:
        return _timeline(request, refusal)
    return pages.see_other("/office/terms")


def _timeline(request: Request, refusal: Refusal | None = None) -> Response:
    visitor = someone(request, *ROLES)
    context = context_of(request, visitor, preview=True)
    return pages.render(
        request,
        "terms.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        told=read_terms(ledger_of(request), visitor.currency, context),
        now=book_of(request).terms_on(town_day(request.state.at)),
        kinds=KINDS,
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )


def _typed(fields: Mapping[str, str], scale: int) -> Terms:
    """Read the form; Malformed with the pointer of what cannot be read."""
    kinds = tuple(kind for kind in KINDS if fields.get(f"redeems-{kind}"))
    try:
        since = date.fromisoformat(fields.get("since", ""))
    except ValueError as error:
        raise Malformed([{"pointer": "/since", "detail": "no day"}]) from error
    return Terms(
        since=since,
        redemption_fee_bps=_percent(fields, "redemption_fee_bps"),
        redemption_kinds=kinds,
        donation_bps=_percent(fields, "donation_bps"),
        request_minutes=_number(fields, "request_minutes"),
        corrections_need_second=bool(fields.get("corrections_need_second")),
        exact_matches_post=bool(fields.get("exact_matches_post")),
        donation_supporters=_number(fields, "donation_supporters"),
        payouts_need_second=bool(fields.get("payouts_need_second")),
        confirm_above=_above(fields, "confirm_above", scale),
        hand_conversions_above=_above(fields, "hand_conversions_above", EUR.scale),
    )


def _percent(fields: Mapping[str, str], name: str) -> int:
    """Read a percentage with at most two decimals into basis points; nothing is no percent."""
    text = fields.get(name, "").strip().removesuffix("%").strip()
    try:
        return amount_typed(text) if text.strip("0.,") else 0
    except UnreadableAmountError as error:
        raise Malformed([{"pointer": f"/{name}", "detail": "no percentage"}]) from error


def _above(fields: Mapping[str, str], name: str, scale: int) -> int | None:
    """Read an amount above which more is asked; empty for never."""
    text = fields.get(name, "").strip()
    try:
        return amount_typed(text, scale) if text else None
    except UnreadableAmountError as error:
        raise Malformed([{"pointer": f"/{name}", "detail": "no amount"}]) from error


def _number(fields: Mapping[str, str], name: str) -> int:
    text = fields.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST):
        raise Malformed([{"pointer": f"/{name}", "detail": "no whole number"}])
    return int(text)
