"""Make a payment file in a process of its own, and die at a chosen moment of the write.

python -m tests.payout.killed DATABASE_URL before|after|never
"""

import os
import signal
import sys
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.dependencies import operator
from ledger.operations.demo import CODE
from ledger.operations.ledger import open_ledger
from ledger.operations.payout import MakePaymentFile
from ledger.store.sql import Cut, Door, Put
from ledger.store.writer import Writer
from tests.reliability.town import RING


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Deadly:
    """A door through which a file is written, and whoever writes it dies."""

    def __init__(self, door: Door, moment: str) -> None:
        """Stand before the real door."""
        self._moment = moment
        self.begin, self.ask = door.begin, door.ask
        self.rollback, self.close = door.rollback, door.close
        self._commit = door.commit

    def commit(self, puts: Sequence[Put | Cut]) -> None:
        """See Door."""
        if self._moment == "before":
            die()
        self._commit(puts)
        if self._moment == "after":
            die()


def make(url: str, moment: str) -> None:
    ledger = open_ledger(url, Ed25519PrivateKey.generate(), RING)
    writer = ledger.writer
    assert isinstance(writer, Writer)
    door = writer._door  # noqa: SLF001 - the place where the process dies
    if door is not None and moment != "never":
        writer._door = Deadly(door, moment)  # noqa: SLF001 - as above
    ledger.post_and_wait(CODE, MakePaymentFile("nef"), operator())
    ledger.close()


if __name__ == "__main__":
    make(*sys.argv[1:])
