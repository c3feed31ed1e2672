"""Somebody at a browser, in any house of the tests: what such a person agrees to is confirmed."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from api.dependencies import operator
from ledger.books.context import Context
from ledger.books.journal import Plan
from ledger.books.papers import Rulebook
from ledger.books.people import Session
from ledger.operations.grant import Given
from ledger.operations.ledger import Ledger, Operation
from ledger.operations.person import ChangePerson, InvitePerson
from ledger.store.shelf import Needs, Shelf


@dataclass(frozen=True)
class SitDown:
    """Begin a session, as signing in does."""

    session: Session

    def needs(self, _book: Rulebook, _context: Context) -> Needs:
        """See Operation."""
        return Needs()

    def plan(self, _shelf: Shelf, _context: Context) -> Plan:
        """See Operation."""
        return Plan(kind="session", papers=(self.session,))


def session(
    person: str, grant: str, at: datetime, *, method: str = "passkey", factors: int = 2
) -> Session:
    """Make the session of a person who signed in just now."""
    return Session(
        id=f"session-{grant}",
        person=person,
        grant=grant,
        kind="browser",
        method=method,
        factors=factors,
        signed_in_at=at,
        started_at=at,
        seen_at=at,
        ends_at=at + timedelta(hours=1),
        idle_minutes=60,
        device="a browser",
    )


def agreement_of(
    ledger: Ledger, currency: str, at: datetime, operation: Operation, given: Given
) -> tuple[str, ...]:
    """Let somebody new ask for something at a browser; gives what must be confirmed first."""
    inviting = operator(at=at)
    login = f"seated-{inviting.fresh_id}"
    invited = _done(ledger, currency, InvitePerson(login, "S", "", given), inviting)
    person, grant = str(invited["id"]), str(invited["grant"])
    _done(ledger, currency, ChangePerson(person, "active"), operator(at=at))
    sat = session(person, grant, at)
    _done(ledger, currency, SitDown(sat), operator(at=at))
    here = replace(
        operator(at=at),
        actor=grant,
        person=person,
        role=given.role,
        holder=given.holder,
        session=sat.id,
    )
    answer = ledger.post_and_wait(currency, operation, here)
    told = json.loads(answer.body)
    assert (told["slug"], answer.remembered) == ("confirm-first", False), told
    return tuple(told["facts"][name] for name in ("act", "about", "amount", "payee"))


def _done(
    ledger: Ledger, currency: str, operation: Operation, context: Context
) -> dict[str, object]:
    answer = ledger.post_and_wait(currency, operation, context)
    assert not answer.refused, answer.body
    return dict(answer.json())
