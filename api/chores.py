"""What the embedded mode does by itself: nobody sets a timer for one file beside the program."""

import asyncio
import contextlib
from typing import Final

import structlog

from api.dependencies import operator
from ledger.operations.checkpoint import make_checkpoint
from ledger.operations.denial import Denials
from ledger.operations.ledger import Ledger
from ledger.operations.nightly import expire_gifts

EVERY_SECONDS: Final = 600
COUNTED_SECONDS: Final = 5

_log = structlog.get_logger(__name__)


async def do_chores(ledger: Ledger) -> None:
    """Do now and then what `comptoir nightly` does, for every currency; stops when cancelled."""
    while True:
        try:
            await asyncio.to_thread(_once, ledger)
        except Exception:  # noqa: BLE001 - see below
            # Whatever it was, the next round tries again and payments go on meanwhile.
            _log.exception("the chores failed")
        await asyncio.sleep(EVERY_SECONDS)


def _once(ledger: Ledger) -> None:
    for currency in ledger.reads.currencies():
        context = operator()
        expire_gifts(ledger, currency, context)
        make_checkpoint(ledger, currency, context)


async def count_denials(denials: Denials) -> None:
    """Write what was refused lately to the books, so that the auditor sees it; until cancelled."""
    while True:
        await asyncio.sleep(COUNTED_SECONDS)
        try:
            await asyncio.to_thread(denials.flush)
        except Exception:  # noqa: BLE001 - as in do_chores: the next round tries again
            _log.exception("the refusals could not be counted")


async def stop(task: "asyncio.Task[None]") -> None:
    """Cancel the chores and wait until they are gone."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
