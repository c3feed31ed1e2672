"""Consents: an officer records what persons signed; a person sees its own and withdraws it."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import context_of, fresh_key, ledger_of, posted, someone
from admin.words import amount_typed
from ledger.books.disbursements import STATUSES
from ledger.money import UnreadableAmountError
from ledger.operations.consent import (
    RecordConsent,
    WithdrawConsent,
    list_consents,
    own_consents,
)
from ledger.refusals import Malformed, Refusal

OFFICER: Final = "officer"
ROLES: Final = (OFFICER, "approver", "member", "shop")
PERSONS: Final = frozenset({"member", "shop"})
SHOWN: Final = 500

routes = APIRouter(prefix="/consents", route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]
Named = Annotated[str, Path(max_length=64, pattern=r"^[0-9a-z-]+$")]


@routes.get("")
def overview(request: Request) -> Response:
    """List consents, and let an officer record one."""
    return _overview(request)


@routes.post("")
def record(request: Request, fields: Fields) -> Response:
    """Record what a person signed."""
    visitor = someone(request, OFFICER)
    try:
        share = _cents(fields, "share")
        operation = RecordConsent(
            authority=visitor.holder,
            member=fields.get("member", "").strip(),
            status=fields.get("status", ""),
            share_bps=share,
            euros=_cents(fields, "euros"),
            least=_cents(fields, "least") or 0,
            cap=_cents(fields, "cap"),
            since=_day(fields, "since"),
            until=_day(fields, "until"),
            signed_on=_day(fields, "signed_on"),
        )
        acts.confirm(request, operation, fields.get("key", ""))
    except Refusal as refusal:
        return _overview(request, refusal)
    return pages.see_other("/consents")


@routes.post("/{authority}/{id_}")
def withdraw(request: Request, authority: Named, id_: Named, fields: Fields) -> Response:
    """Withdraw a consent, as the person or as the authority's officer."""
    someone(request, OFFICER, *PERSONS)
    try:
        acts.confirm(request, WithdrawConsent(authority, id_), fields.get("key", ""))
    except Refusal as refusal:
        return _overview(request, refusal)
    return pages.see_other("/consents")


def _cents(fields: dict[str, str], name: str) -> int | None:
    """Read an amount, or a percentage as basis points; nothing typed is none."""
    typed = fields.get(name, "").strip()
    try:
        return amount_typed(typed) if typed else None
    except UnreadableAmountError as error:
        raise Malformed([{"pointer": f"/{name}", "detail": str(error)}]) from error


def _day(fields: dict[str, str], name: str) -> date | None:
    typed = fields.get(name, "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise Malformed([{"pointer": f"/{name}", "detail": "a day like 2026-11-25"}]) from error


def _overview(request: Request, refusal: Refusal | None = None) -> Response:
    visitor = someone(request, *ROLES)
    ledger, context = ledger_of(request), context_of(request, visitor, preview=True)
    if visitor.role in PERSONS:
        given = own_consents(ledger, visitor.currency, context)
    else:
        given = list_consents(
            ledger, visitor.currency, context, authority=visitor.holder, limit=SHOWN
        )
    return pages.render(
        request,
        "consents.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        given=given,
        officer=visitor.role == OFFICER,
        person=visitor.role in PERSONS,
        statuses=STATUSES,
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )
