"""Confirming: showing again who one is, for one act with its amount and payee.

An act that asks for it is refused once, and its form comes back with what is agreed to and a place
to show a factor. Sent again, the factor is judged, the act is done, and nothing else was agreed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.answers import checked
from admin.dependencies import (
    AskToConfirm,
    Visitor,
    book_of,
    context_of,
    ledger_of,
    place_of,
    site_of,
)
from admin.drawn import new_nonce
from ledger.books.context import Context
from ledger.books.people import Challenge, Factor
from ledger.operations.challenge import Agreement, AskChallenge, MeetChallenge
from ledger.operations.factor import Proof, code_proof, factors_of
from ledger.operations.guess import CountGuess, guessed
from ledger.operations.passkey import passkey_named, signed, signing_options
from ledger.refusals import ConfirmFirst, NotSignedIn, Refusal

OWN_FIELDS: Final = frozenset({"csrf", "challenge", "code", "assertion"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A confirmation that a page asks for."""

    id: str
    options: str
    """What the browser's passkey is asked to sign, as JSON; empty without a passkey."""
    codes: bool
    """Whether a code can be typed."""


def with_confirmation(request: Request, visitor: Visitor, context: Context) -> Context:
    """Take the factor that came with a form, if any. Raises AskToConfirm when it is not good."""
    fields: Mapping[str, str] = getattr(request.state, "fields", {})
    challenge = fields.get("challenge", "")
    if not challenge:
        return context
    kept = ledger_of(request).reads.paper(Challenge, visitor.currency, challenge)
    if kept is None or (kept.session, kept.purpose) != (context.session, "confirm"):
        raise NotSignedIn
    try:
        if not kept.good_at(request.state.at, "open"):
            raise NotSignedIn
        _meet(request, visitor, kept, fields)
    except Refusal as refusal:
        agreement = Agreement.read(kept.binds)
        raise ask(request, visitor, agreement, refusal) from refusal
    return replace(context, confirmed=challenge)


def ask_for(request: Request, visitor: Visitor, refusal: ConfirmFirst) -> AskToConfirm:
    """Ask for the factor that an act wants."""
    words = (str(refusal.facts[name]) for name in ("act", "about", "amount", "payee"))
    return ask(request, visitor, Agreement(*words), None)


def ask(
    request: Request, visitor: Visitor, agreement: Agreement, refusal: Refusal | None
) -> AskToConfirm:
    """Make the page that shows what is agreed to, with the form's own fields hidden in it."""

    def page() -> Response:
        fields: Mapping[str, str] = request.state.fields
        return pages.render(
            request,
            "confirm.html",
            HTTPStatus.OK if refusal is None else refusal.status,
            agreement=agreement,
            asked=_asked(request, visitor, agreement),
            fields={name: v for name, v in fields.items() if name not in OWN_FIELDS},
            refusal=pages.said(request, refusal),
        )

    return AskToConfirm(page)


def _asked(request: Request, visitor: Visitor, agreement: Agreement) -> Asked:
    ledger, context = ledger_of(request), context_of(request, visitor)
    factors = factors_of(ledger, visitor.currency, visitor.credential.person)
    nonce, bound = new_nonce(), agreement.bound()
    answer = ledger.note(visitor.currency, AskChallenge("confirm", nonce, bound), context)
    if answer.refused:
        raise NotSignedIn
    id_ = str(answer.json()["id"])
    kept = ledger.reads.paper(Challenge, visitor.currency, id_)
    passkeys = [factor for factor in factors if factor.kind == "passkey"]
    options = ""
    if passkeys and kept:
        options = signing_options(site_of(request, book_of(request).name), kept, passkeys)
    return Asked(id_, options, any(factor.kind == "totp" for factor in factors))


def _meet(
    request: Request, visitor: Visitor, challenge: Challenge, fields: Mapping[str, str]
) -> None:
    ledger, context = ledger_of(request), context_of(request, visitor)
    about = guessed("confirm", visitor.credential.person)
    counted = ledger.note(visitor.currency, CountGuess(about, place_of(request)), context)
    checked(counted)
    factors = factors_of(ledger, visitor.currency, visitor.credential.person)
    proof = _proof(request, challenge, factors, fields)
    if proof is None:
        raise NotSignedIn
    met = MeetChallenge(challenge.id, proof, about)
    checked(ledger.note(visitor.currency, met, context))


def _proof(
    request: Request, challenge: Challenge, factors: list[Factor], fields: Mapping[str, str]
) -> Proof | None:
    assertion = fields.get("assertion", "")
    if not assertion:
        totp = [factor for factor in factors if factor.kind == "totp"]
        return code_proof(totp, fields.get("code", ""), request.state.at)
    named = passkey_named(assertion)
    passkey = next((factor for factor in factors if factor.id == named), None)
    if passkey is None:
        return None
    site = site_of(request, book_of(request).name)
    return Proof(passkey, signed(site, challenge, passkey, assertion))
