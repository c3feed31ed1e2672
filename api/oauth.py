"""Tokens for machines: a credential's id and secret become a token of an hour (RFC 6749, 4.4).

What RFC 6749 says of a refusal is said as it says it, for the libraries that read it; what it does
not know (too many tries, books that cannot be written) is a problem document as everywhere.
"""

import base64
import binascii
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.dependencies import clock, guest, ledger_of, new_token, place_of
from api.problems import refused
from ledger.operations.access import SCOPES
from ledger.operations.guess import CountGuess, guessed
from ledger.operations.ledger import Ledger
from ledger.operations.token import DrawToken, token_hash
from ledger.refusals import NotIdentified, ScopeMissing

router = APIRouter(tags=["tokens"])

FORM: Final = "application/x-www-form-urlencoded"
_BODY: Final = {
    "required": True,
    "content": {
        FORM: {
            "schema": {
                "type": "object",
                "required": ["grant_type"],
                "properties": {
                    "grant_type": {"type": "string", "enum": ["client_credentials"]},
                    "client_id": {"type": "string", "description": "Unless sent by Basic"},
                    "client_secret": {"type": "string", "description": "Unless sent by Basic"},
                    "scope": {
                        "type": "string",
                        "description": f"Of {', '.join(SCOPES)}, a space between; all by default",
                    },
                },
            }
        }
    },
}
INVALID_REQUEST: Final = "invalid_request"
INVALID_CLIENT: Final = "invalid_client"
INVALID_SCOPE: Final = "invalid_scope"
UNSUPPORTED_GRANT_TYPE: Final = "unsupported_grant_type"
_WORDS: Final = {
    INVALID_REQUEST: "Send a form with grant_type, and the credential once, each thing once.",
    INVALID_CLIENT: "There is no such credential, or it is revoked, or the secret is wrong.",
    INVALID_SCOPE: "The credential was not made for that.",
    UNSUPPORTED_GRANT_TYPE: "Only client_credentials is taken here.",
}
_ERROR: Final = {
    "type": "object",
    "required": ["error", "error_description"],
    "properties": {
        "error": {"type": "string", "enum": list(_WORDS)},
        "error_description": {"type": "string"},
    },
}
_TOKEN: Final = {
    "type": "object",
    "required": ["access_token", "token_type", "expires_in", "scope"],
    "properties": {
        "access_token": {"type": "string"},
        "token_type": {"type": "string", "enum": ["Bearer"]},
        "expires_in": {"type": "integer", "description": "Seconds"},
        "scope": {"type": "string"},
    },
}


def _told(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: _told("A token of an hour.", _TOKEN),
    400: _told("The request is not one of RFC 6749.", _ERROR),
    401: _told("The credential is not good.", _ERROR),
}


class OAuthError(Exception):
    """A refusal that RFC 6749 has a word for (5.2)."""

    def __init__(self, code: str) -> None:
        """Keep the word."""
        super().__init__(code)
        self.code = code

    def answer(self) -> Response:
        """Write it as the RFC does."""
        out = self.code == INVALID_CLIENT
        headers = {"WWW-Authenticate": 'Basic realm="comptoir"'} if out else {}
        told = {"error": self.code, "error_description": _WORDS[self.code]}
        return _json(told, 401 if out else 400, headers)


@router.post(
    "/oauth/token", responses=RESPONSES, openapi_extra={"requestBody": _BODY, "security": []}
)
async def draw(request: Request) -> Response:
    """Exchange a credential's id and secret for a token of an hour.

    The id and the secret are those that `comptoir token create` printed, sent by HTTP Basic or in
    the form. The token may do what the credential may, or less when `scope` says so; it opens
    nothing any more as soon as the credential is revoked.
    """
    try:
        fields = _fields(request.headers.get("content-type", ""), await request.body())
        client, secret = _client(request.headers.get("authorization"), fields)
        if "grant_type" not in fields:
            raise OAuthError(INVALID_REQUEST)  # noqa: TRY301 - as those of the functions above
        if fields["grant_type"] != "client_credentials":
            raise OAuthError(UNSUPPORTED_GRANT_TYPE)  # noqa: TRY301 - as above
        place = place_of(request)
        scopes = tuple(dict.fromkeys(fields.get("scope", "").split()))
        return await run_in_threadpool(_drawn, ledger_of(request), client, secret, scopes, place)
    except OAuthError as error:
        return error.answer()


def _fields(kind: str, body: bytes) -> dict[str, str]:
    """Read a form in which each name stands once; an empty value is as good as none (3.2)."""
    try:
        pairs = parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=32)
    except ValueError as error:
        raise OAuthError(INVALID_REQUEST) from error
    fields = dict(pairs)
    if kind.partition(";")[0].strip().lower() != FORM or len(fields) != len(pairs):
        raise OAuthError(INVALID_REQUEST)
    return fields


def _client(header: str | None, fields: dict[str, str]) -> tuple[str, str]:
    """Give id and secret, which came in one way: by Basic (2.3.1) or in the form."""
    typed = fields.get("client_id", ""), fields.get("client_secret", "")
    if header is None:
        if not all(typed) or not typed[0].isprintable():
            raise OAuthError(INVALID_CLIENT)
        return typed
    method, _, encoded = header.partition(" ")
    if method.lower() != "basic":
        raise OAuthError(INVALID_CLIENT)
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise OAuthError(INVALID_CLIENT) from error
    client, _, secret = (unquote_plus(part) for part in pair.partition(":"))
    if typed[1] or typed[0] not in {"", client}:
        raise OAuthError(INVALID_REQUEST)
    if not client.isprintable():
        raise OAuthError(INVALID_CLIENT)
    return client, secret


def _drawn(
    ledger: Ledger, client: str, secret: str, scopes: tuple[str, ...], place: str
) -> Response:
    """Count the guess, then judge it under the lock: a secret or an address cannot be tried on."""
    at = clock()
    found = ledger.reads.client(client, at)
    currencies = ledger.reads.currencies()
    if not currencies:
        raise OAuthError(INVALID_CLIENT)
    # Whoever guesses elsewhere does not shut the machine out: the count is of secret and address.
    guess = guessed("secret", f"{client}\n{place}")
    asked = guest(at)
    home = found[0] if found else currencies[0]
    counted = ledger.note(home, CountGuess(guess, place), asked)
    if counted.refused:
        return refused(counted)
    if found is None:
        raise OAuthError(INVALID_CLIENT)
    token = new_token()
    operation = DrawToken(
        client=client,
        person=found[1].person,
        secret_hash=token_hash(secret),
        hash=token_hash(token),
        scopes=scopes,
        guess=guess,
        place=place,
        drawn=guessed("drawn", client),
    )
    answer = ledger.note(home, operation, replace(asked, at=clock()))
    told = answer.json()
    if answer.refused:
        words = {NotIdentified.slug: INVALID_CLIENT, ScopeMissing.slug: INVALID_SCOPE}
        word = words.get(str(told["slug"]))
        if word is None:
            return refused(answer)
        raise OAuthError(word)
    return _json({"access_token": token, "token_type": "Bearer", **told}, 200, {})


def _json(body: dict[str, Any], status: int, headers: dict[str, str]) -> Response:
    never = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    return Response(orjson.dumps(body), status, {**never, **headers}, "application/json")
