"""How much a request may bring, counted as it arrives."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem
from ledger.refusals import Malformed

MOST_JSON: Final = 2 * 2**20
MOST_UPLOAD: Final = 70 * 2**20


class BodyLimit:
    """Refuses an address with a zero byte, and a body that is too large before it is held."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the body of a request as it is read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            # No name here has a zero byte, and databases differ in how they take one.
            detail = "the address holds a zero byte"
            await problem(Malformed([{"pointer": "", "detail": detail}]))(scope, receive, send)
            return
        if scope["method"] in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        kind = headers.get(b"content-type", b"")
        most = MOST_UPLOAD if kind.startswith(b"multipart/") else MOST_JSON
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > most:
            await _refuse(send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                return {"type": "http.disconnect"}
            return message

        await self._app(scope, counted, send)


async def _refuse(send: Send) -> None:
    body = (
        b'{"type":"about:blank","title":"The body is too large","status":413,'
        b'"detail":"Send less, or in parts.","retryable":false}'
    )
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
