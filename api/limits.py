"""How much a request may bring, counted as it arrives."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_JSON: Final = 2 * 2**20
MOST_UPLOAD: Final = 70 * 2**20


class BodyLimit:
    """Refuses a body that is too large with 413, before it is held in memory."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the body of a request as it is read."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
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
