"""The association's office: its members, registered and looked up; whoever may pay and be paid."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import context_of, fresh_key, ledger_of, posted, someone
from ledger.books.papers import Identity
from ledger.books.sealing import Erasure
from ledger.operations.currency import SLUG
from ledger.operations.erasure import (
    REASONS,
    ApproveErasure,
    AskErasure,
    erasure_traces,
    leave_no_bytes,
)
from ledger.operations.iban_change import open_change
from ledger.operations.member import (
    KINDS,
    STATUSES,
    ChangeMember,
    RegisterMember,
    list_members,
    read_member,
)
from ledger.operations.wallet import wallet
from ledger.refusals import Malformed, Refusal, Unknown

ROLES: Final = ("treasurer",)
PAGE: Final = 30
LONGEST: Final = 140

routes = APIRouter(prefix="/office", route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


@routes.get("")
def office(request: Request, after: str = "", member: str = "") -> Response:
    """List members, or lead to the one that was asked for."""
    someone(request, *ROLES)
    wanted = member.strip().lower()
    if wanted:
        try:
            return _member(request, wanted)
        except Unknown as refusal:
            return _office(request, {}, after=after, refusal=refusal)
    return _office(request, {}, after=after)


@routes.post("/members")
def register(request: Request, fields: Fields) -> Response:
    """Register a member."""
    someone(request, *ROLES)
    id_, kind = fields.get("id", "").strip().lower(), fields.get("kind", "")
    try:
        if (id_ and not SLUG.fullmatch(id_)) or kind not in KINDS:
            raise Malformed([{"pointer": "/id", "detail": "a-z 0-9 -"}])
        operation = RegisterMember(id_, kind, _typed(fields, "name"), _typed(fields, "email"))
        made = acts.confirm(request, operation, fields.get("key", ""))
    except Refusal as refusal:
        return _office(request, fields, refusal=refusal)
    return pages.see_other(f"/office/members/{made['id']}")


def _office(
    request: Request, fields: Mapping[str, str], *, after: str = "", refusal: Refusal | None = None
) -> Response:
    visitor = someone(request, *ROLES)
    context = context_of(request, visitor, preview=True)
    found = list_members(ledger_of(request), visitor.currency, context, after=after, limit=PAGE + 1)
    ids = [each["id"] for each in found]
    people = ledger_of(request).reads.having(Identity, visitor.currency, "id", ids)
    return pages.render(
        request,
        "office.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        members=found[:PAGE],
        names={person.id: person.name for person in people},
        more=found[PAGE - 1]["id"] if len(found) > PAGE else "",
        kinds=KINDS,
        fields=fields,
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )


def _typed(fields: Mapping[str, str], name: str) -> str:
    return fields.get(name, "").strip()[:LONGEST]


@routes.get("/members")
def registered() -> Response:
    """Lead back to the list."""
    return pages.see_other("/office")


@routes.get("/members/{id_}")
def member(request: Request, id_: str) -> Response:
    """Show a member: who it is, what its wallet holds, what goes on its transfers."""
    return _member(request, id_)


@routes.post("/members/{id_}")
def change(request: Request, id_: str, fields: Fields) -> Response:
    """Change a member's status or particulars."""
    someone(request, *ROLES)
    status = fields.get("status", "")
    operation = ChangeMember(
        id_,
        status if status in STATUSES else None,
        _typed(fields, "name"),
        _typed(fields, "email"),
    )
    try:
        acts.confirm(request, operation, fields.get("key", ""))
    except Refusal as refusal:
        return _member(request, id_, refusal)
    return pages.see_other(f"/office/members/{id_}")


@routes.post("/members/{id_}/erasure")
def erase(request: Request, id_: str, fields: Fields) -> Response:
    """Ask that a member be forgotten, or agree with whoever asked."""
    visitor = someone(request, *ROLES)
    ledger, key = ledger_of(request), fields.get("key", "")
    try:
        context = context_of(request, visitor, key, preview=False)
        traces = erasure_traces(ledger, visitor.currency, context, id_)
        if fields.get("step") == "agree":
            acts.confirm(request, ApproveErasure(id_, traces), key)
            leave_no_bytes(ledger)
        else:
            acts.confirm(request, AskErasure(id_, fields.get("reason", ""), traces), key)
    except Refusal as refusal:
        return _member(request, id_, refusal)
    return pages.see_other(f"/office/members/{id_}")


def _member(request: Request, id_: str, refusal: Refusal | None = None) -> Response:
    visitor = someone(request, *ROLES)
    ledger, context = ledger_of(request), context_of(request, visitor, preview=True)
    known = read_member(ledger, visitor.currency, context, id_)
    return pages.render(
        request,
        "member.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        known=known,
        held=wallet(ledger, visitor.currency, context, id_),
        statuses=STATUSES,
        moving=open_change(ledger, visitor.currency, id_),
        erasure=ledger.reads.paper(Erasure, visitor.currency, id_),
        reasons=REASONS,
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )
