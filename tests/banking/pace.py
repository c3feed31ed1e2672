"""Seconds that mean the same on a slow or busy machine: a fixed loop is the yardstick."""

import time
from collections.abc import Callable

TRIES = 3
TURNS = 200_000
USUAL = 0.023
"""Seconds of processor time that `loop` takes where the limits were set, quiet."""


def loop() -> None:
    """Do a fixed piece of work of the kind that readers do: texts cut, joined and looked up."""
    seen: dict[str, int] = {}
    for number in range(TURNS // 4):
        word = f"{number}:{number}".partition(":")[0]
        seen[word[-2:]] = len(word)


def spends_less(seconds: float, work: Callable[[], object]) -> bool:
    """Say whether work takes less processor time than this, on a machine of the usual pace.

    Only what takes longer is tried again, and then measured by how the loop runs at that moment.
    """
    for _ in range(TRIES):
        spent = _spent(work)
        if spent < seconds or spent < seconds * _spent(loop) / USUAL:
            return True
    return False


def _spent(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
