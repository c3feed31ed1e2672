"""What holds for every answer and every body of the API, whoever made or reads them.

A JSON object that says a name twice is understood in two ways by two readers, and one of them may
be whoever checks it; so it is refused (RFC 8259 leaves it open, RFC 7493 forbids it).
"""

import json
from collections import Counter
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import SAFE_HEADERS, pointer, problem
from ledger.refusals import Malformed

API: Final = ("/v1/", "/oauth/", "/healthz", "/readyz", "/metrics", "/openapi.json")
SAFE: Final = [(name.encode(), value.encode()) for name, value in SAFE_HEADERS.items()]
_ONLY_HTTPS: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


def always(*, https: bool) -> list[tuple[bytes, bytes]]:
    """List what every answer of the API says; where https is spoken, that it always is."""
    return [*SAFE, _ONLY_HTTPS] if https else SAFE


class SafeAnswers:
    """Adds SAFE to what the API answers, and where https is spoken, that it always is."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        """Wrap an application."""
        self._app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer with what it does not say itself."""
        more = list(SAFE) if scope["type"] == "http" and scope["path"].startswith(API) else []
        more += [_ONLY_HTTPS] if self._https else []

        async def said(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(each for each in more if each[0] not in told),
                ]
            await send(message)

        await self._app(scope, receive, said if more else send)


class OneNameOnce:
    """Refuses a JSON body in which an object has a name twice."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body whole, as the application would, and hand it on if it means one thing."""
        if not _has_json(scope):
            await self._app(scope, receive, send)
            return
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        twice = repeated(b"".join(message.get("body", b"") for message in messages))
        if twice is not None:
            fault = {"pointer": twice, "detail": "this name stands twice"}
            await problem(Malformed([fault]))(scope, receive, send)
            return
        messages.reverse()

        async def again() -> Message:
            return messages.pop() if messages else await receive()

        await self._app(scope, again, send)


def _has_json(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
        return False
    kind: bytes = dict(scope["headers"]).get(b"content-type", b"")
    form = kind.startswith((b"multipart/", b"application/x-www-form-urlencoded"))
    return not form and scope["path"].startswith(API)


class _Twice(dict[str, Any]):
    """An object in which a name stands twice."""

    name: str


def repeated(body: bytes) -> str | None:
    """Point (RFC 6901) at the first name that stands twice in its object; None without one.

    Also None for what is no JSON: whoever reads it next says so.
    """
    met = False

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal met
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        met, twice = True, _Twice(found)
        counts = Counter(name for name, _ in pairs)
        twice.name = next(name for name in counts if counts[name] > 1)
        return twice

    try:
        read = json.loads(body, object_pairs_hook=made)
    except (ValueError, RecursionError):
        return None
    return _place(read) if met else None


def _place(read: Any) -> str | None:  # noqa: ANN401 - whatever JSON can say
    """Find where the name that stands twice is; one inside a value that was said over is not."""
    left: list[tuple[Any, tuple[str | int, ...]]] = [(read, ())]
    while left:
        value, path = left.pop()
        if isinstance(value, _Twice):
            return pointer(("body", *path, value.name))
        if isinstance(value, dict):
            left += [(inner, (*path, name)) for name, inner in value.items()]
        elif isinstance(value, list):
            left += [(inner, (*path, place)) for place, inner in enumerate(value)]
    return ""
