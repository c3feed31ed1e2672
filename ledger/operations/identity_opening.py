"""Open an identity for an audit: the auditor says why, and the journal keeps that it was opened."""

from dataclasses import dataclass
from typing import Final

from ledger.books.context import Context
from ledger.books.journal import Plan
from ledger.books.papers import Member, Rulebook
from ledger.operations.access import AUDITOR, require
from ledger.refusals import Malformed
from ledger.rules.standing import present
from ledger.store.shelf import Needs, Shelf

SHORTEST_REASON: Final = 3


@dataclass(frozen=True, slots=True)
class OpenIdentity:
    """Record that an auditor opens a member's identity; whoever posts it then reads that.

    The reason is kept as a memo: the chain seals its hash, so that it holds no personal words.
    """

    member: str
    reason: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Member, self.member),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, AUDITOR)
        present(shelf.paper(Member, self.member), self.member)
        check_reason(self.reason)
        return Plan(
            kind="identity-opened",
            facts={"member": self.member},
            memo=self.reason,
            sealed=True,
            answer={"id": self.member},
        )


def check_reason(reason: str) -> None:
    """Refuse to open anything without a reason (Malformed)."""
    if len(reason.strip()) < SHORTEST_REASON:
        detail = f"say why in at least {SHORTEST_REASON} letters"
        raise Malformed([{"pointer": "/reason", "detail": detail}])
