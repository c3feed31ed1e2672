"""How fast one caller may read: a bucket of requests for each, in the memory of each process.

Reads write nothing, and a count in the database would make each of them a write; so what bounds a
caller is its process's own memory, and several processes give so many times as much. Who is known
by nothing is known by the address it comes from; and an address, whatever it shows, has SHARED
times as much as one caller, since who makes up tokens is another caller with each. Writes are
bounded by the writer's queue.
"""

import asyncio
import hashlib
from collections import OrderedDict
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import problem
from ledger.refusals import TooMany

AT_ONCE: Final = 1_200
"""Reads that a caller may ask for in a burst: a page brings pictures, a shop shares one line."""
A_SECOND: Final = 40
SHARED: Final = 10
MOST_CALLERS: Final = 20_000
"""Whose buckets are kept; the one that was silent longest is forgotten first."""
_WHOLE: Final = 1_000
"""A read, in what a bucket counts: at A_SECOND of it for each thousandth of a second."""


class Pace:
    """Refuses the reads of a caller that asks for more than AT_ONCE, then A_SECOND."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app
        self._buckets: OrderedDict[bytes, tuple[int, int]] = OrderedDict()
        """Of each caller what is left, and at which thousandth of a second that was so."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a read pass, or refuse it with the time to wait."""
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and not self._let(scope):
            await problem(TooMany())(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _let(self, scope: Scope) -> bool:
        headers, client = dict(scope["headers"]), scope.get("client")
        address = str(client[0] if client else "").encode()
        shown: bytes = headers.get(b"authorization") or headers.get(b"cookie") or b""
        # What it shows is kept nowhere: a bucket is known by a hash.
        caller = hashlib.sha256(shown or address).digest()
        at = int(asyncio.get_running_loop().time() * 1_000)
        return self.takes(b"from " + address, at, SHARED) and self.takes(caller, at)

    def takes(self, caller: bytes, at: int, times: int = 1) -> bool:
        """Take one read out of a caller's bucket, if one is left at a thousandth of a second."""
        whole = AT_ONCE * _WHOLE * times
        left, before = self._buckets.pop(caller, (whole, at))
        left = min(whole, left + (at - before) * A_SECOND * times)
        takes = left >= _WHOLE
        self._buckets[caller] = (left - takes * _WHOLE, at)
        if len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
        return takes
