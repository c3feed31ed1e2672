"""Notices: what a person must be told, kept in the outbox until they are sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from ledger.books.context import OPERATOR, Context
from ledger.books.journal import Plan
from ledger.books.papers import Identity, Notice, Rulebook
from ledger.operations.access import require
from ledger.operations.ledger import Ledger
from ledger.refusals import NotInState, Unknown
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
        "redemption-bounced": (
            "{euros} EUR of your redemption came back from the bank; its units are yours again."
        ),
        "conversion-returned": "The bank took back {euros} EUR of your conversion, entry {about}.",
        "email-changed": "From now on you are written to at another address than this one.",
    }
)
"""What each kind of notice says, of access and of money."""
ABOUT_MONEY: Final = frozenset({"redemption-bounced", "conversion-returned"})
"""What nobody does in a person's name, so that nobody is asked whether it was them."""
NEW: Final = "new"
SENDING: Final = "sending"
SENT: Final = "sent"
DROPPED: Final = "dropped"
STUCK: Final = timedelta(hours=1)
"""So long after what it tells, a notice that is still being sent lost its sender."""
GIVE_UP: Final = timedelta(days=3)
"""So long after what it tells, a letter that nobody took is left; the page tells it still."""


class NowhereToSendError(Exception):
    """No letter will ever reach the address."""


class NotTakenYetError(Exception):
    """The address may be reached later; those of others meanwhile."""


@dataclass(frozen=True, slots=True)
class MarkNotice:
    """Note how far the sending of a notice is; one alone may begin to send it."""

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
        if self.state == SENDING and not _waits(notice, shelf.at):
            raise NotInState(what="notice", id=notice.id, state=notice.state, needed=NEW)
        return Plan(kind="notice", papers=(replace(notice, state=self.state),))


def notices_of(ledger: Ledger, currency: str, person: str, limit: int = 20) -> list[Notice]:
    """List what a person was told, the newest first."""
    return ledger.reads.having(
        Notice, currency, "subject", [person], order="at", newest=True, limit=limit
    )


def unsent(ledger: Ledger, currency: str, limit: int = 200) -> list[tuple[Notice, str]]:
    """List notices that wait, the oldest first, each with the address it goes to."""
    states = [NEW, SENDING]
    found = ledger.reads.having(Notice, currency, "state", states, order="at", limit=limit)
    mine = [notice for notice in found if notice.kind in SENTENCES]
    subjects = {notice.subject for notice in mine}
    known = ledger.reads.having(Identity, currency, "id", subjects)
    addresses = {identity.id: identity.email for identity in known}
    return [(notice, notice.address or addresses.get(notice.subject, "")) for notice in mine]


def send_notices(
    ledger: Ledger, currency: str, context: Context, send: Callable[[Notice, str], object]
) -> int:
    """Send what waits, each by one process only; gives how many were sent.

    `send` raises NowhereToSendError for an address that nothing reaches, and NotTakenYetError for
    one to be tried again; what else it raises ends the round, and that notice waits for the next.
    """
    sent = 0

    def mark(notice: Notice, state: str) -> bool:
        return not ledger.note(currency, MarkNotice(notice.id, state), context).refused

    for notice, address in unsent(ledger, currency):
        if not _waits(notice, context.at) or not mark(notice, SENDING):
            continue
        if not address or context.at - notice.at > GIVE_UP:
            mark(notice, DROPPED)
            continue
        try:
            send(notice, address)
        except NowhereToSendError:
            mark(notice, DROPPED)
        except NotTakenYetError:
            mark(notice, NEW)
        except BaseException:
            mark(notice, NEW)
            raise
        else:
            mark(notice, SENT)
            sent += 1
    return sent


def _waits(notice: Notice, at: datetime) -> bool:
    return notice.state == NEW or (notice.state == SENDING and at - notice.at > STUCK)
