"""What the API refuses is counted for the auditor: looked at on its way out, whoever refused it.

An answer that is no refusal passes by untouched, and the short way of a payment does not even pass
here; it notes what it refuses itself.
"""

from typing import Final

import orjson
from starlette.datastructures import State
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.dependencies import clock
from api.problems import MEDIA_TYPE
from ledger.books.people import Badge
from ledger.books.trail import NOBODY, Asker, denied

_PROBLEM: Final = (b"content-type", MEDIA_TYPE.encode())
_TYPE: Final = "/problems/"


class NotedDenials:
    """Notes the problem documents that an application answers."""

    def __init__(self, app: ASGIApp, *, state: State) -> None:
        """Wrap an application, whose state holds what gathers them."""
        self._app = app
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the answer pass, and look at it if it says that it is a refusal."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        told = scope.setdefault("state", {})
        refused = False

        async def seen(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                refused = _PROBLEM in message["headers"]
            elif refused and message.get("body"):
                slug = str(orjson.loads(message["body"])["type"]).removeprefix(_TYPE)
                currency, badge = told.get("asker", (scope["path"].split("/")[2], None))
                note(self._state, scope, slug, currency, _asker(badge))
            await send(message)

        await self._app(scope, receive, seen)


def _asker(badge: Badge | None) -> Asker:
    return Asker(badge.id, badge.person, badge.role, badge.holder) if badge else NOBODY


def note(state: State, scope: Scope, slug: str, currency: str, asker: Asker) -> None:
    """Count a refusal of a request, whose route is known unless it took the short way."""
    route = getattr(scope.get("route"), "path", "/v1/{currency}/payments")
    client = scope.get("client")
    address = str(client[0]) if client else ""
    denial = denied(slug, f"{scope['method']} {route}", asker, address, clock())
    state.denials.add(currency, denial, address)
