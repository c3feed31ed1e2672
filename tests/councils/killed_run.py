"""Credit what is funded in a process of its own, and die after so many rows were written.

python -m tests.councils.killed_run DATABASE_URL ROWS
"""

import sys
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.dependencies import operator
from ledger.operations.demo import CODE
from ledger.operations.disbursement import credit_funded
from ledger.operations.ledger import open_ledger
from ledger.store.sql import Cut, Door, Put
from ledger.store.writer import Writer
from tests.payout.killed import die
from tests.reliability.town import RING


class Deadly:
    """A door through which rows are credited, until so many are; then whoever writes dies."""

    def __init__(self, door: Door, rows: int) -> None:
        """Stand before the real door."""
        self._left = rows
        self.begin, self.ask = door.begin, door.ask
        self.rollback, self.close = door.rollback, door.close
        self._commit = door.commit

    def commit(self, puts: Sequence[Put | Cut]) -> None:
        """See Door: die with a lot half counted, so that some of it is written and some is not."""
        rows = sum(len(put.rows) for put in puts if put.table.name == "disbursement")
        if rows > self._left:
            die()
        self._commit(puts)
        self._left -= rows


def credit(url: str, rows: int) -> None:
    ledger = open_ledger(url, Ed25519PrivateKey.generate(), RING)
    writer = ledger.writer
    assert isinstance(writer, Writer)
    door = writer._door  # noqa: SLF001 - the place where the process dies
    if door is not None:
        writer._door = Deadly(door, rows)  # noqa: SLF001 - as above
    credit_funded(ledger, CODE, operator())
    ledger.close()


if __name__ == "__main__":
    credit(sys.argv[1], int(sys.argv[2]))
