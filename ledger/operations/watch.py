"""Watching payment requests: tills learn of a payment when it is written, without asking.

The writer of this process says when it committed; what another process wrote is found by one
question a moment for all that is watched, whatever the number of tills.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final, Protocol

from ledger.books.papers import PaymentRequest
from ledger.operations.ledger import Ledger

PAUSE_SECONDS: Final = 0.25
"""How long a payment written by another process, or an expiry, may go unnoticed."""

FINAL: Final = frozenset({"paid", "cancelled", "expired"})


class Clock(Protocol):
    """Tells the instant (UTC); handed in from the edge."""

    def __call__(self) -> datetime:
        """Tell the instant."""


class Watch:
    """Follows requests for any number of listeners of one event loop."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        """Listen to the ledger's writer; must be made inside the event loop."""
        self._ledger = ledger
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._written = asyncio.Event()
        self._listeners: dict[tuple[str, str], list[asyncio.Queue[tuple[PaymentRequest, str]]]] = {}
        self._task: asyncio.Task[None] | None = None
        ledger.writer.heard.append(self._hear)

    def close(self) -> None:
        """Stop following."""
        self._ledger.writer.heard.remove(self._hear)
        if self._task is not None:
            self._task.cancel()

    def _hear(self, _currency: str) -> None:
        if self._listeners:
            self._loop.call_soon_threadsafe(self._written.set)

    async def follow(
        self, currency: str, request: PaymentRequest
    ) -> AsyncIterator[tuple[PaymentRequest, str]]:
        """Yield a request with its state, now and at each change, up to the final one."""
        box: asyncio.Queue[tuple[PaymentRequest, str]] = asyncio.Queue()
        key = currency, request.id
        self._listeners.setdefault(key, []).append(box)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        told = ""
        try:
            box.put_nowait((request, request.state_at(self._clock())))
            while told not in FINAL:
                current, state = await box.get()
                if state != told:
                    told = state
                    yield current, state
        finally:
            self._listeners[key].remove(box)
            if not self._listeners[key]:
                del self._listeners[key]

    async def _work(self) -> None:
        while self._listeners:
            ids: dict[str, list[str]] = {}
            for currency, id_ in self._listeners:
                ids.setdefault(currency, []).append(id_)
            self._written.clear()
            for currency, wanted in ids.items():
                found = await asyncio.to_thread(
                    self._ledger.reads.having, PaymentRequest, currency, "id", wanted
                )
                at = self._clock()
                for request in found:
                    for box in self._listeners.get((currency, request.id), ()):
                        box.put_nowait((request, request.state_at(at)))
            try:
                await asyncio.wait_for(self._written.wait(), PAUSE_SECONDS)
            except TimeoutError:
                continue
