"""Rotate the master key that seals who people are, while the books are read and written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ledger.books.context import Context
from ledger.books.journal import Plan
from ledger.books.papers import Rulebook
from ledger.operations.access import require
from ledger.operations.ledger import Ledger
from ledger.store.rotation import Turned, rotate
from ledger.store.shelf import Needs, Shelf

__all__ = ["Turned", "rotate_keys"]


@dataclass(frozen=True, slots=True)
class NoteRotation:
    """Leave an entry that says which master key is in use from now on."""

    in_use: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs()

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context)
        facts = {"in_use": self.in_use}
        return Plan(kind="key-rotation", facts=facts, sealed=True, answer={"in_use": self.in_use})


def rotate_keys(ledger: Ledger, context: Context) -> Iterator[Turned]:
    """Rotate in every currency, or finish what was cut short; tells how far it is on the way.

    Safe to stop at any point and to start again. The old key leaves the file at the end.
    """
    turned: dict[str, Turned] = {}
    for step in rotate(ledger.database, ledger.vault, ledger.reads.currencies()):
        turned[step.currency] = step
        yield step
    in_use = ledger.vault.ring.current.id
    for currency in turned:
        once = replace(context, key=f"key-rotation:{in_use}")
        ledger.post_and_wait(currency, NoteRotation(in_use), once)
