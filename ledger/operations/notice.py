"""Notices: what a person is told about its access, kept in the outbox until they are sent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from ledger.books.context import OPERATOR, Context
from ledger.books.journal import Plan
from ledger.books.papers import Identity, Notice, Rulebook
from ledger.operations.access import require
from ledger.operations.ledger import Ledger
from ledger.refusals import Unknown
from ledger.store.shelf import Needs, Shelf

SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "signed-in": "Somebody signed in as you: {device}.",
        "factor-set": "A way of signing in was added or changed.",
        "factor-ended": "A way of signing in was taken away.",
        "invited": "A link to choose how you sign in was made for you.",
        "invitation-used": "Your link was opened: {device}.",
        "reset-agreed": "Two people agreed that you start anew, without your second factor.",
        "grant": "What you may do here was changed: {role} {holder}, {state}.",
        "iban-change-asked": "Somebody asked that you be paid on another IBAN, ending in {ends}.",
        "iban-change-approved": (
            "Two people agreed to the IBAN ending in {ends}; in 48 hours it counts."
        ),
        "iban-change-cancelled": "The change of your IBAN was withdrawn.",
        "email-changed": "From now on you are written to at another address than this one.",
    }
)
"""What each kind of notice says about access; it also tells what to do if it was not you."""


@dataclass(frozen=True, slots=True)
class MarkNotice:
    """Note that a notice was sent, or that there is nowhere to send it."""

    notice: str
    state: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Notice, self.notice),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, OPERATOR)
        notice = shelf.paper(Notice, self.notice)
        if notice is None:
            raise Unknown(what="notice", id=self.notice)
        return Plan(kind="notice", papers=(replace(notice, state=self.state),))


def notices_of(ledger: Ledger, currency: str, person: str, limit: int = 20) -> list[Notice]:
    """List what a person was told, the newest first."""
    return ledger.reads.having(
        Notice, currency, "subject", [person], order="at", newest=True, limit=limit
    )


def unsent(ledger: Ledger, currency: str, limit: int = 200) -> list[tuple[Notice, str]]:
    """List notices about access that wait, the oldest first, each with the address it goes to."""
    found = ledger.reads.having(Notice, currency, "state", ["new"], order="at", limit=limit)
    mine = [notice for notice in found if notice.kind in SENTENCES]
    subjects = {notice.subject for notice in mine}
    known = ledger.reads.having(Identity, currency, "id", subjects)
    addresses = {identity.id: identity.email for identity in known}
    return [(notice, notice.address or addresses.get(notice.subject, "")) for notice in mine]
