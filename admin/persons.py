"""Who is let in: people and their grants for the administrator, its tills for a shop."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import book_of, fresh_key, ledger_of, posted, someone
from admin.drawn import new_token
from admin.words import amount_typed
from ledger.books.people import Grant, Invitation, Person
from ledger.money import UnreadableAmountError
from ledger.operations.access import ROLES, TILL, TREASURER
from ledger.operations.grant import ApproveGrant, ChangeGrant, GiveGrant, Given
from ledger.operations.invitation import ApproveReset, InviteAgain
from ledger.operations.payment_request import qr_svg
from ledger.operations.person import ChangePerson, InvitePerson, inviting, person_of_login
from ledger.operations.token import token_hash
from ledger.refusals import Malformed, Refusal, Unknown

PAGE: Final = 100
LONGEST: Final = 140

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


@routes.get("/people")
def everybody(request: Request, after: str = "") -> Response:
    """List people with what they may do, and what waits for a second person."""
    return _everybody(request, {}, after=after)


def _everybody(
    request: Request,
    fields: Mapping[str, str],
    refusal: Refusal | None = None,
    *,
    after: str = "",
    link: str = "",
) -> Response:
    visitor = someone(request, "admin", TREASURER)
    reads = ledger_of(request).reads
    found = reads.page(Person, visitor.currency, {}, after=after, limit=PAGE + 1)
    ids = [person.id for person in found[:PAGE]]
    grants = reads.having(Grant, visitor.currency, "person", ids)
    links = reads.having(Invitation, visitor.currency, "person", ids)
    return pages.render(
        request,
        "people.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        people=found[:PAGE],
        more=ids[-1] if len(found) > PAGE else "",
        grants={id_: [g for g in grants if g.person == id_] for id_ in ids},
        resets=[each for each in links if each.resets and not each.approved_by],
        logins={person.id: person.login for person in found},
        roles=ROLES,
        fields=fields,
        link=pages.public_address(request, f"/enrol/{link}") if link else "",
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )


@routes.post("/people")
def invite(request: Request, fields: Fields) -> Response:
    """Invite somebody, or give somebody who is known another grant; a link is shown this once."""
    visitor = someone(request, "admin")
    ledger, login = ledger_of(request), fields.get("login", "").strip().lower()
    token = ""
    try:
        grant = Given(
            fields.get("role", ""),
            _typed(fields, "holder").lower(),
            _day(fields),
            guardian=fields.get("guardian") == "yes",
        )
        known = person_of_login(ledger, visitor.currency, login)
        if known is not None:
            acts.confirm(request, GiveGrant(known.id, grant), fields.get("key", ""))
        else:
            token = new_token()
            operation = InvitePerson(
                login,
                _typed(fields, "name"),
                _typed(fields, "email"),
                grant,
                link=token_hash(token),
            )
            operation = inviting(ledger, visitor.currency, operation)
            acts.confirm(request, operation, fields.get("key", ""))
    except Refusal as refusal:
        return _everybody(request, fields, refusal)
    return _everybody(request, {}, link=token)


def _typed(fields: Mapping[str, str], name: str) -> str:
    return fields.get(name, "").strip()[:LONGEST]


def _day(fields: Mapping[str, str]) -> date | None:
    text = fields.get("until", "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Malformed([{"pointer": "/until", "detail": "2027-12-31"}]) from error


@routes.post("/people/{id_}/state")
def change(request: Request, id_: str, fields: Fields) -> Response:
    """Suspend somebody, let somebody in again, or close the access for good."""
    visitor = someone(request, "admin")
    if fields.get("state") == "closed" and fields.get("step") != "sure":
        person = ledger_of(request).reads.paper(Person, visitor.currency, id_)
        if person is None:
            raise Unknown(what="person", id=id_)
        return pages.render(request, "closing.html", person=person, key=fields.get("key", ""))
    try:
        acts.confirm(request, ChangePerson(id_, fields.get("state", "")), fields.get("key", ""))
    except Refusal as refusal:
        return _everybody(request, {}, refusal)
    return pages.see_other("/people")


@routes.post("/people/{id_}/link")
def link_again(request: Request, id_: str, fields: Fields) -> Response:
    """Make another link; one that starts anew opens once a second person has agreed."""
    someone(request, "admin")
    token = new_token()
    operation = InviteAgain(id_, token_hash(token), resets=fields.get("resets") == "yes")
    try:
        acts.confirm(request, operation, fields.get("key", ""))
    except Refusal as refusal:
        return _everybody(request, {}, refusal)
    return _everybody(request, {}, link=token)


@routes.post("/people/links/{hash_}")
def agree_to_reset(request: Request, hash_: str, fields: Fields) -> Response:
    """Agree that somebody starts anew."""
    someone(request, "admin", TREASURER)
    try:
        acts.confirm(request, ApproveReset(hash_), fields.get("key", ""))
    except Refusal as refusal:
        return _everybody(request, {}, refusal)
    return pages.see_other("/people")


@routes.post("/people/grants/{id_}")
def change_grant(request: Request, id_: str, fields: Fields) -> Response:
    """Suspend a grant, let it be used again or revoke it; or agree to one that waits."""
    visitor = someone(request, "admin", TREASURER)
    grant = ledger_of(request).reads.paper(Grant, visitor.currency, id_)
    try:
        if grant is None:
            raise Unknown(what="grant", id=id_)
        if fields.get("state") == "approved":
            acts.confirm(request, ApproveGrant(id_), fields.get("key", ""))
        else:
            wanted = ChangeGrant(id_, grant.holder, fields.get("state", ""))
            acts.confirm(request, wanted, fields.get("key", ""))
    except Refusal as refusal:
        return _everybody(request, {}, refusal)
    return pages.see_other("/people")


@routes.get("/till/keys")
def tills(request: Request) -> Response:
    """List the devices that may ask for a shop."""
    return _tills(request, {})


def _tills(
    request: Request,
    fields: Mapping[str, str],
    refusal: Refusal | None = None,
    *,
    link: str = "",
    unread: bool = False,
) -> Response:
    visitor = someone(request, "shop")
    reads = ledger_of(request).reads
    found = reads.having(Grant, visitor.currency, "holder", [visitor.holder])
    grants = [grant for grant in found if grant.role == TILL and grant.state != "revoked"]
    people = reads.having(Person, visitor.currency, "id", [grant.person for grant in grants])
    address = pages.public_address(request, f"/enrol/{link}") if link else ""
    bad = refusal.status if refusal else pages.UNREADABLE
    return pages.render(
        request,
        "tills.html",
        bad if refusal or unread else HTTPStatus.OK,
        grants=grants,
        logins={person.id: person.login for person in people},
        fields=fields,
        link=address,
        qr=qr_svg(address).decode() if address else "",
        key=fresh_key(),
        unread=unread,
        refusal=pages.said(request, refusal),
    )


@routes.post("/till/keys")
def add_till(request: Request, fields: Fields) -> Response:
    """Let a device ask for this shop: its QR code is shown this once."""
    visitor = someone(request, "shop")
    token, name = new_token(), fields.get("login", "").strip().lower()
    try:
        typed, scale = fields.get("ceiling", "").strip(), book_of(request).unit.scale
        ceiling = amount_typed(typed, scale) if typed else None
        grant = Given(TILL, visitor.holder, ceiling=ceiling)
        login = f"{visitor.holder}-{name}"[:64]
        operation = InvitePerson(login, "", "", grant, "machine", token_hash(token))
        operation = inviting(ledger_of(request), visitor.currency, operation)
        acts.confirm(request, operation, fields.get("key", ""))
    except UnreadableAmountError:
        return _tills(request, fields, unread=True)
    except Refusal as refusal:
        return _tills(request, fields, refusal)
    return _tills(request, {}, link=token)


@routes.post("/till/keys/{id_}")
def change_till(request: Request, id_: str, fields: Fields) -> Response:
    """Suspend a device, let it ask again, or revoke it: at once."""
    visitor = someone(request, "shop")
    wanted = ChangeGrant(id_, visitor.holder, fields.get("state", ""))
    try:
        acts.confirm(request, wanted, fields.get("key", ""))
    except Refusal as refusal:
        return _tills(request, {}, refusal)
    return pages.see_other("/till/keys")
