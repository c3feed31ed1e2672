"""Signing in and out: by passkey, by password and code, or as one of the demo people.

Every way ends in `enter`: a session in the books, whose token is made here and now and goes into a
cookie. Only its hash is kept, and what ends it there ends it at the next page.
"""

from dataclasses import dataclass
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.answers import checked
from admin.dependencies import (
    address_of,
    book_of,
    check_origin,
    device_of,
    for_oneself,
    guest_of,
    ledger_of,
    marked_secure,
    place_of,
    posted,
    read_form,
    session_cookie,
    site_of,
    visitor_of,
)
from admin.drawn import new_nonce, new_token
from ledger.books.people import Challenge, Factor, Grant, Person
from ledger.operations.challenge import AskChallenge
from ledger.operations.factor import Proof, code_proof, factors_of, password_proof
from ledger.operations.guess import CountGuess, guessed
from ledger.operations.passkey import passkey_named, signed, signing_options
from ledger.operations.person import person_of_login
from ledger.operations.session import EndSession, OpenSession, grants_of
from ledger.operations.token import token_hash
from ledger.refusals import NotSignedIn, Refusal, TooManyGuesses, Unknown

HOMES: Final = {
    "member": "/wallet",
    "shop": "/till",
    "till": "/till",
    "office": "/counter",
    "treasurer": "/treasury",
    "auditor": "/audit",
    "sponsor": "/sponsor",
    "": "/access",
}
"""Where each role's day begins; the others begin on the first page."""

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody showed at the door, verified."""

    person: Person
    method: str
    factors: int
    proofs: tuple[Proof, ...]
    guess: str = ""
    challenge: str = ""


@routes.get("/sign-in")
def door(request: Request) -> Response:
    """Show the ways in."""
    return _door(request, request.query_params.get("next", ""))


def _door(request: Request, onward: str, refusal: Refusal | None = None) -> Response:
    return pages.render(
        request,
        "sign-in.html",
        200 if refusal is None else refusal.status,
        next=pages.inside(onward),
        refusal=pages.said(request, refusal),
    )


@routes.post("/sign-in")
def sign_in(request: Request, fields: Fields) -> Response:
    """Let in by password and code, or by the passkey that signed; say nothing of what was wrong."""
    try:
        shown = _signed(request, fields) if fields.get("assertion") else _typed(request, fields)
        return enter(request, shown, pages.inside(fields.get("next", "")))
    except (NotSignedIn, TooManyGuesses) as refusal:
        return _door(request, fields.get("next", ""), refusal)


def _typed(request: Request, fields: dict[str, str]) -> Shown:
    """Judge login, password and code. The same is done for a login that nobody has."""
    currency, login = book_of(request).code, fields.get("login", "").strip().lower()
    ledger, about = ledger_of(request), guessed("login", login)
    checked(ledger.note(currency, CountGuess(about, place_of(request)), guest_of(request)))
    person = person_of_login(ledger, currency, login)
    factors = factors_of(ledger, currency, person.id if person else "")
    password = password_proof(factors, fields.get("password", ""))
    code = code_proof(factors, fields.get("code", ""), request.state.at)
    two = any(factor.kind == "totp" for factor in factors)
    if person is None or password is None or (two and code is None):
        raise NotSignedIn
    if code is None:
        return Shown(person, "password", 1, (password,), about)
    method = code.factor.kind
    return Shown(person, method, 2, (password, code), about)


@routes.post("/sign-in/passkey", dependencies=[Depends(posted)])
def ask_passkey(request: Request) -> Response:
    """Give a browser what its passkey is to sign."""
    ledger, book = ledger_of(request), book_of(request)
    asked = AskChallenge("sign-in", new_nonce(), place=guessed("asked", address_of(request)))
    id_ = str(checked(ledger.note(book.code, asked, guest_of(request)))["id"])
    kept = ledger.reads.paper(Challenge, book.code, id_)
    if kept is None:
        raise NotSignedIn
    options = signing_options(site_of(request, book.name), kept, [])
    body = orjson.dumps({"challenge": id_, "options": orjson.loads(options)})
    return Response(body, headers=pages.HEADERS, media_type="application/json")


def _signed(request: Request, fields: dict[str, str]) -> Shown:
    ledger, book = ledger_of(request), book_of(request)
    kept = ledger.reads.paper(Challenge, book.code, fields.get("challenge", ""))
    passkey = ledger.reads.paper(Factor, book.code, passkey_named(fields["assertion"]))
    if kept is None or passkey is None or passkey.ended_at is not None:
        raise NotSignedIn
    person = ledger.reads.paper(Person, book.code, passkey.person)
    if person is None or not kept.good_at(request.state.at, "open"):
        raise NotSignedIn
    count = signed(site_of(request, book.name), kept, passkey, fields["assertion"])
    return Shown(person, "passkey", 2, (Proof(passkey, count),), challenge=kept.id)


def enter(request: Request, shown: Shown, onward: str) -> Response:
    """Open a session, under the only grant there is, or with none chosen yet. NotSignedIn."""
    ledger, currency = ledger_of(request), book_of(request).code
    grants = grants_of(ledger, currency, shown.person.id, request.state.at, factors=shown.factors)
    only: Grant | None = grants[0] if len(grants) == 1 else None
    token = new_token()
    operation = OpenSession(
        hash=token_hash(token),
        person=shown.person.id,
        method=shown.method,
        factors=shown.factors,
        device=device_of(request),
        proofs=shown.proofs,
        grant=only.id if only else "",
        challenge=shown.challenge,
        guess=shown.guess,
        place=place_of(request) if shown.guess else "",
        address=address_of(request),
    )
    checked(ledger.note(currency, operation, guest_of(request)))
    _leave(request)
    return holding(request, token, onward if only and onward else home_of(only))


def home_of(grant: Grant | None) -> str:
    """Say where the day begins under a grant."""
    return HOMES.get(grant.role if grant else "", "/")


def holding(request: Request, token: str, onward: str) -> Response:
    """Send the browser on with the token of its session. The books say how long it lasts."""
    return with_token(request, pages.see_other(onward), token)


def with_token(request: Request, response: Response, token: str) -> Response:
    """Give the browser the token of its session."""
    response.set_cookie(
        session_cookie(request),
        token,
        httponly=True,
        samesite="lax",
        secure=marked_secure(request),
        max_age=COOKIE_SECONDS,
    )
    return response


COOKIE_SECONDS: Final = 400 * 24 * 3600
"""As long as browsers keep any; a till's device stays signed in over a restart."""


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
async def sit_down(request: Request) -> Response:
    """Sign in as a demo person. No session exists yet, so only the browser's word is checked."""
    check_origin(request)
    async with read_form(request, 0) as form:
        name, onward = str(form.get("person", "")), pages.inside(str(form.get("next", "")))
    return await run_in_threadpool(_as_demo_person, request, name, onward)


def _as_demo_person(request: Request, name: str, onward: str) -> Response:
    """Let in whose token lies in the demo's file and is good: outside the demo there is none."""
    reads, currency = ledger_of(request).reads, book_of(request).code
    hashed = token_hash(demo_tokens(request).get(name, ""))
    badge = reads.badge(hashed, request.state.at, kind="machine")
    person = reads.paper(Person, currency, name)
    if person is None or badge is None or (badge[0], badge[1].person) != (currency, name):
        raise Unknown(what="person", id=name)
    return enter(request, Shown(person, "demo", 2, ()), onward)


@routes.post("/logout", dependencies=[Depends(posted)])
def sign_out(request: Request) -> Response:
    """End the session, here and in the books."""
    _leave(request)
    response = pages.see_other("/")
    response.delete_cookie(
        session_cookie(request), httponly=True, samesite="lax", secure=marked_secure(request)
    )
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def _leave(request: Request) -> None:
    """End the session that this browser came with, if any."""
    visitor = visitor_of(request)
    session = visitor.credential.session if visitor else None
    if visitor is None or session is None:
        return
    context = for_oneself(request, visitor)
    checked(ledger_of(request).note(visitor.currency, EndSession(session.id), context))
