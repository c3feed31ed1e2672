"""The short way of a payment: what is in perfect order need not ask the framework its way.

A shop's queue is as fast as this one request, and most of its cost was the framework's: matching
every route, solving dependencies one by one. A payment by a token seen before, with a key and a
well-formed body, is read and posted here. Whatever else comes, at the least doubt, goes on to the
ordinary route as it came and gets that route's answer. Nothing is decided here: the writer checks
the token again under the lock, and the operation says who may pay.
"""

import re
from typing import Final

from pydantic import ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.dependencies import KEY_PATTERN, answered, context_of, remembered
from api.problems import problem
from api.shapes import NewPayment
from ledger.books.context import Context
from ledger.money import UnreadableAmountError, parse_minor
from ledger.operations.ledger import LONGEST_KEY
from ledger.operations.payment import Pay
from ledger.refusals import Refusal

_PATH: Final = re.compile(r"/v1/([a-z0-9-]+)/payments", re.ASCII)
_KEY: Final = re.compile(KEY_PATTERN.encode())
_BEARER: Final = b"Bearer "


class Express:
    """Takes payments in perfect order; leaves everything else to the application."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Post a payment, or hand the request on."""
        if scope["type"] != "http" or scope["method"] != "POST" or scope["query_string"]:
            await self._app(scope, receive, send)
            return
        path = _PATH.fullmatch(scope["path"])
        known = _identified(scope, path[1]) if path else None
        if path is None or known is None:
            await self._app(scope, receive, send)
            return
        message = await receive()
        payment = _payment(scope, path[1], message)
        if payment is None:
            await self._app(scope, _once_more(message, receive), send)
            return
        try:
            answer = await scope["app"].state.ledger.post(path[1], payment, known)
        except Refusal as refusal:
            response = problem(refusal)
        else:
            response = answered(answer)
        await response(scope, receive, send)


def _identified(scope: Scope, currency: str) -> Context | None:
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
    found = remembered(scope["app"].state, token.removeprefix(_BEARER).decode("latin-1"))
    if found is None or found[0] != currency:
        return None
    language = headers.get(b"accept-language", b"").decode("latin-1")
    return context_of(found[1], key.decode(), language, preview=False)


def _payment(scope: Scope, currency: str, message: Message) -> Pay | None:
    """Read a body that came in one piece, in a currency whose decimals are known."""
    scale: int | None = scope["app"].state.scales.get(currency)
    if scale is None or message["type"] != "http.request" or message.get("more_body"):
        return None
    try:
        body = NewPayment.model_validate_json(message.get("body", b""))
        return Pay(body.from_, body.to, parse_minor(body.units, scale), body.reference)
    except (ValidationError, UnreadableAmountError):
        return None


def _once_more(message: Message, receive: Receive) -> Receive:
    """Receive a message that was read already, then those behind it."""
    unread = [message]

    async def again() -> Message:
        return unread.pop() if unread else await receive()

    return again
