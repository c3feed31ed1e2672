"""The short way of a payment: what is in perfect order need not ask the framework its way.

A shop's queue is as fast as this one request, and most of its cost was the framework's: matching
every layer, solving dependencies one by one. A payment by a token seen before, with a key and a
well-formed body, is read and posted here, before any of that. Whatever else comes, at the least
doubt, goes on to the ordinary route as it came and gets that route's answer. Nothing is decided
here: the writer checks the token again under the lock, and the operation says who may pay.
"""

import re
from typing import Any, Final, TypeAlias

from fastapi import FastAPI
from pydantic import ValidationError
from starlette.datastructures import State
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from api.denials import note
from api.dependencies import KEY_PATTERN, answered, context_of, remembered
from api.problems import fault, problem
from api.scopes import PAYMENTS, describe
from api.shapes import NewPayment
from ledger.books.context import Context
from ledger.books.trail import Asker
from ledger.money import UnreadableAmountError, parse_minor
from ledger.operations.ledger import LONGEST_KEY, Answer, Ledger
from ledger.operations.payment import Pay
from ledger.refusals import Refusal, ScopeMissing

_PATH: Final = re.compile(r"/v1/([a-z0-9-]+)/payments", re.ASCII)
_KEY: Final = re.compile(KEY_PATTERN.encode())
_BEARER: Final = b"Bearer "
_Headers: TypeAlias = list[tuple[bytes, bytes]]


class Application(FastAPI):
    """The framework's application, which is not asked about payments in perfect order."""

    def openapi(self) -> dict[str, Any]:
        """Describe the API, with the scope that each operation needs."""
        if self.openapi_schema is None:
            self.openapi_schema = describe(super().openapi())
        return self.openapi_schema

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Post a payment, or hand the request on."""
        path = None
        if scope["type"] == "http" and scope["method"] == "POST" and not scope["query_string"]:
            path = _PATH.fullmatch(scope["path"])
        known = _identified(self.state, scope, path[1]) if path else None
        if path is None or known is None:
            await super().__call__(scope, receive, send)
            return
        message = await receive()
        payment = _payment(self.state, path[1], message)
        if payment is None:
            await super().__call__(scope, _once_more(message, receive), send)
            return
        answer = await _post(self.state, path[1], payment, known, send)
        if answer is not None and answer.refused:
            asker = Asker(known.actor, known.person, known.role, known.holder)
            note(self.state, scope, str(answer.json()["slug"]), path[1], asker)


async def _post(
    state: State, currency: str, payment: Pay, context: Context, send: Send
) -> Answer | None:
    ledger: Ledger = state.ledger
    always: _Headers = state.always
    try:
        answer = await ledger.post(currency, payment, context)
    except Refusal as refusal:
        await _send(problem(refusal), always, send)
        return None
    except Exception:
        await _send(fault(), always, send)
        raise  # the server logs it
    if answer.refused or answer.replayed:
        await _send(answered(answer), always, send)
    else:
        length = str(len(answer.body)).encode()
        headers = [(b"content-length", length), (b"content-type", b"application/json"), *always]
        await _send_raw(answer.status, headers, answer.body, send)
    return answer


async def _send(response: Response, always: _Headers, send: Send) -> None:
    headers = [*response.raw_headers, *always]
    await _send_raw(response.status_code, headers, bytes(response.body), send)


async def _send_raw(status: int, headers: _Headers, body: bytes, send: Send) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _identified(state: State, scope: Scope, currency: str) -> Context | None:
    """Give the context of a token that was looked up before, if the headers leave no doubt."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    token = headers.get(b"authorization", b"")
    key = headers.get(b"idempotency-key", b"")
    if len(headers) != len(scope["headers"]) or not token.startswith(_BEARER):
        return None
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        return None
    if headers.get(b"content-type") != b"application/json":
        return None
    found = remembered(state, token.removeprefix(_BEARER).decode("latin-1"))
    if found is None or found[0] != currency:
        return None
    language = headers.get(b"accept-language", b"").decode("latin-1")
    try:
        return context_of(found[1], PAYMENTS, key.decode(), language, preview=False)
    except ScopeMissing:
        return None  # the ordinary route says so


def _payment(state: State, currency: str, message: Message) -> Pay | None:
    """Read a body that came in one piece, in a currency whose decimals are known."""
    scale: int | None = state.scales.get(currency)
    if scale is None or message["type"] != "http.request" or message.get("more_body"):
        return None
    try:
        body = NewPayment.model_validate_json(message.get("body", b""))
        if message["body"].count(b'"') != 4 * len(body.model_fields_set):
            return None  # a quote in a word, or a name that stands twice
        return Pay(body.from_, body.to, parse_minor(body.units, scale), body.reference)
    except (ValidationError, UnreadableAmountError):
        return None


def _once_more(message: Message, receive: Receive) -> Receive:
    """Receive a message that was read already, then those behind it."""
    unread = [message]

    async def again() -> Message:
        return unread.pop() if unread else await receive()

    return again
