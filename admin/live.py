"""A bell that rings after each commit, so that screens are told at once instead of asking often."""

import asyncio
import contextlib
from collections.abc import Iterator

from starlette.requests import Request

from admin.dependencies import ledger_of


class Bell:
    """Rings from the writing thread, in whichever event loop somebody listens."""

    def __init__(self) -> None:
        """Start with nobody listening."""
        self._ears: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def ring(self, _currency: str) -> None:
        """Wake all listeners; called by the writer after a commit."""
        for loop, event in tuple(self._ears):
            # A loop that closes just now has nobody left who listens.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(event.set)

    @contextlib.contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """Give an event that is set at each ring."""
        ear = asyncio.get_running_loop(), asyncio.Event()
        self._ears.add(ear)
        try:
            yield ear[1]
        finally:
            self._ears.discard(ear)


def bell_of(request: Request) -> Bell:
    """Give this process's bell, hung on the writer when first asked for."""
    state = request.app.state
    if not hasattr(state, "bell"):
        state.bell = Bell()
        ledger_of(request).writer.heard.append(state.bell.ring)
    bell: Bell = state.bell
    return bell
