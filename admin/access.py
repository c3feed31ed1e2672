"""My access: how I sign in, where I am signed in, for whom I act; and the link that begins it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Final

import orjson
import pyotp
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.answers import checked
from admin.dependencies import (
    Visitor,
    arrived,
    book_of,
    device_of,
    for_oneself,
    guest_of,
    ledger_of,
    place_of,
    posted,
    site_of,
    someone,
)
from admin.drawn import new_codes, new_nonce, new_seed, new_token
from admin.login import holding, home_of, with_token
from ledger.books.people import Challenge, Factor, Grant, Person, Session
from ledger.operations.challenge import AskChallenge
from ledger.operations.factor import SetFactor, code_hash, code_proof, factors_of
from ledger.operations.guess import CountGuess, guessed
from ledger.operations.invitation import SECOND, UseInvitation, needs_second, read_invitation
from ledger.operations.ledger import Operation
from ledger.operations.notice import notices_of
from ledger.operations.passkey import enrolled, enrolment_options
from ledger.operations.password import check_password, password_hash
from ledger.operations.payment_request import qr_svg
from ledger.operations.session import EndSession, SwitchGrant, grants_of, sessions_of
from ledger.operations.token import token_hash
from ledger.refusals import NotSignedIn, Refusal, Unknown

LONGEST_LABEL: Final = 60
SEED: Final = re.compile("[A-Z2-7]{32}", re.ASCII)

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


def _at_work(request: Request) -> tuple[Visitor, Session, Person]:
    """Give the visitor with its session; a bare credential has none and nothing to see here."""
    visitor = someone(request)
    session = visitor.credential.session
    person = ledger_of(request).reads.paper(Person, visitor.currency, visitor.credential.person)
    if session is None or person is None:
        raise Unknown(what="session", id="")
    return visitor, session, person


@routes.get("/access")
def access(request: Request) -> Response:
    """Show how I sign in, where I am signed in, and for whom I may act."""
    return _access(request)


def _access(
    request: Request, refusal: Refusal | None = None, *, codes: list[str] | None = None
) -> Response:
    visitor, session, person = _at_work(request)
    ledger = ledger_of(request)
    grants = grants_of(
        ledger, visitor.currency, person.id, request.state.at, factors=session.factors
    )
    return pages.render(
        request,
        "access.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        session=session,
        person=person,
        factors=factors_of(ledger, visitor.currency, person.id),
        grants=grants,
        sessions=sessions_of(ledger, visitor.currency, person, request.state.at),
        notices=notices_of(ledger, visitor.currency, person.id),
        codes=codes,
        refusal=pages.said(request, refusal),
    )


@routes.post("/access/grant")
def choose(request: Request, fields: Fields) -> Response:
    """Go on under another grant."""
    visitor, _, _ = _at_work(request)
    token, grant = new_token(), fields.get("grant", "")
    try:
        _note(request, SwitchGrant(token_hash(token), grant))
    except Refusal as refusal:
        return _access(request, refusal)
    chosen = ledger_of(request).reads.paper(Grant, visitor.currency, grant)
    return holding(request, token, home_of(chosen))


@routes.post("/access/sessions")
def end(request: Request, fields: Fields) -> Response:
    """End one of my sessions, or all of them."""
    _at_work(request)
    try:
        _note(request, EndSession(fields.get("session", "")))
    except Refusal as refusal:
        return _access(request, refusal)
    return pages.see_other("/access" if fields.get("session") else "/sign-in")


@routes.post("/access/password")
def set_password(request: Request, fields: Fields) -> Response:
    """Choose a password."""
    visitor, _, person = _at_work(request)
    password = fields.get("password", "")
    try:
        check_password(password, near=(person.login, visitor.currency, "comptoir"))
        made = password_hash(password)
        return _set(request, SetFactor("", "password", f"password:{person.id}", made))
    except Refusal as refusal:
        return _access(request, refusal)


@routes.get("/access/totp")
def show_totp(request: Request) -> Response:
    """Show the seed for an authenticator app, as a QR code and to type."""
    _at_work(request)
    return _totp(request, new_seed())


def _totp(request: Request, seed: str, refusal: Refusal | None = None) -> Response:
    _, _, person = _at_work(request)
    return pages.render(
        request,
        "totp.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        seed=seed,
        groups=[seed[at : at + 4] for at in range(0, len(seed), 4)],
        qr=_seed_qr(seed, person.login, book_of(request).name),
        refusal=pages.said(request, refusal),
    )


def _seed_qr(seed: str, login: str, issuer: str) -> str:
    return qr_svg(pyotp.TOTP(seed).provisioning_uri(name=login, issuer_name=issuer)).decode()


@routes.post("/access/totp")
def set_totp(request: Request, fields: Fields) -> Response:
    """Keep an authenticator app's seed once it has shown a code of it."""
    visitor, _, person = _at_work(request)
    seed = fields.get("seed", "")
    if not SEED.fullmatch(seed):
        return _totp(request, new_seed(), NotSignedIn())
    app = Factor(f"totp:{person.id}", person.id, "totp", seed, 0, "", request.state.at)
    proof = code_proof([app], fields.get("code", ""), request.state.at)
    if proof is None:
        return _totp(request, seed, NotSignedIn())
    try:
        made = SetFactor("", "totp", app.id, seed, proof.count)
        return _set(request, made, recovery=visitor)
    except Refusal as refusal:
        return _totp(request, seed, refusal)


@routes.post("/access/passkey/options", dependencies=[Depends(posted)])
def ask_passkey(request: Request) -> Response:
    """Give a browser what a new passkey is to sign."""
    visitor, _, person = _at_work(request)
    ledger, book = ledger_of(request), book_of(request)
    id_ = str(_note(request, AskChallenge("enrol", new_nonce()))["id"])
    kept = ledger.reads.paper(Challenge, book.code, id_)
    if kept is None:
        raise NotSignedIn
    known = factors_of(ledger, visitor.currency, person.id)
    options = enrolment_options(site_of(request, book.name), person, kept, known)
    body = orjson.dumps({"challenge": id_, "options": orjson.loads(options)})
    return Response(body, headers=pages.HEADERS, media_type="application/json")


@routes.post("/access/passkey")
def set_passkey(request: Request, fields: Fields) -> Response:
    """Keep a passkey that the browser made."""
    visitor, _, _ = _at_work(request)
    book, asked = book_of(request), fields.get("challenge", "")
    kept = ledger_of(request).reads.paper(Challenge, visitor.currency, asked)
    label = fields.get("label", "").strip()[:LONGEST_LABEL] or device_of(request)
    try:
        if kept is None:
            raise NotSignedIn
        id_, key, count = enrolled(site_of(request, book.name), kept, fields.get("assertion", ""))
        made = SetFactor("", "passkey", id_, key, count, label, asked)
        return _set(request, made, recovery=visitor)
    except Refusal as refusal:
        return _access(request, refusal)


@routes.post("/access/recovery", dependencies=[Depends(posted)])
def set_codes(request: Request) -> Response:
    """Make a new sheet of recovery codes; the one before is void."""
    _at_work(request)
    try:
        return _new_codes(request)
    except Refusal as refusal:
        return _access(request, refusal)


@routes.post("/access/factors")
def take_away(request: Request, fields: Fields) -> Response:
    """Take away one of my ways of signing in."""
    _at_work(request)
    try:
        return _set(request, SetFactor("", ended=fields.get("factor", "")))
    except Refusal as refusal:
        return _access(request, refusal)


def _set(request: Request, made: SetFactor, *, recovery: Visitor | None = None) -> Response:
    """Keep a way of signing in, and go on under a new token, which no other browser has.

    Whoever gets a second factor and has no recovery codes is given a sheet of them.
    """
    token = new_token()
    _note(request, replace(made, session=token_hash(token)))
    if recovery is not None:
        ledger, person = ledger_of(request), recovery.credential.person
        kinds = {factor.kind for factor in factors_of(ledger, recovery.currency, person)}
        if "recovery" not in kinds:
            arrived(request, token)
            return _new_codes(request)
    return holding(request, token, "/access")


def _new_codes(request: Request) -> Response:
    """Keep the hashes of new codes, and show the codes this once."""
    _, _, person = _at_work(request)
    codes, token = new_codes(), new_token()
    hashes = " ".join(code_hash(code) for code in codes)
    made = SetFactor(token_hash(token), "recovery", f"recovery:{person.id}", hashes)
    _note(request, made)
    arrived(request, token)
    response = _access(request, codes=codes)
    return with_token(request, response, token)


def _note(request: Request, operation: Operation) -> Mapping[str, object]:
    visitor = someone(request)
    context = for_oneself(request, visitor)
    return checked(ledger_of(request).note(visitor.currency, operation, context))


@routes.get("/enrol/{token}")
def link(request: Request, token: str) -> Response:
    """Show what a link is for, before it is used up."""
    return _link(request, token)


def _link(request: Request, token: str, refusal: Refusal | None = None) -> Response:
    ledger, book = ledger_of(request), book_of(request)
    asked, person, factors = read_invitation(ledger, book.code, token_hash(token), request.state.at)
    kept = tuple(factor.id for factor in factors)
    return pages.render(
        request,
        "enrol.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        login=person.login,
        device=person.kind == "machine",
        resets=asked.resets,
        second=needs_second(kept) and not asked.resets,
        possible=any(factor.kind in SECOND for factor in factors),
        token=token,
        refusal=pages.said(request, refusal),
    )


@routes.post("/enrol/{token}")
def use_link(request: Request, token: str, fields: Fields) -> Response:
    """Use a link: with the second factor, where there is one."""
    ledger, book, hashed = ledger_of(request), book_of(request), token_hash(token)
    guest = guest_of(request)
    try:
        asked, person, factors = read_invitation(ledger, book.code, hashed, request.state.at)
        code = None
        if fields.get("code"):
            count = CountGuess(guessed("link", person.id), place_of(request))
            checked(ledger.note(book.code, count, guest))
            code = code_proof(factors, fields["code"], request.state.at)
        session = new_token()
        operation = UseInvitation(
            hash=hashed,
            person=asked.person,
            session=token_hash(session),
            device=device_of(request),
            kept=tuple(factor.id for factor in factors),
            proofs=(code,) if code else (),
            grant=_grant_of_device(request, person),
        )
        checked(ledger.note(book.code, operation, guest))
    except Refusal as refusal:
        return _link(request, token, refusal)
    return holding(request, session, "/till" if operation.grant else "/access")


def _grant_of_device(request: Request, person: Person) -> str:
    """Give what a till's device begins to work under; a person chooses how to sign in first."""
    if person.kind != "machine":
        return ""
    ledger, book = ledger_of(request), book_of(request)
    grants = grants_of(ledger, book.code, person.id, request.state.at, factors=1)
    return grants[0].id if grants else ""
