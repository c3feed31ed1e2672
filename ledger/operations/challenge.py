"""Challenges: what is asked of an authenticator, and the confirmation of one act by a person.

A confirmation is bound to what is agreed to: the act, what it is about, amount and payee. It is
asked for, met by a passkey's signature over exactly that or by a code, and used once, under the
lock, by the operation that does it.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import orjson

from ledger.books.context import GUEST, Context
from ledger.books.journal import Plan
from ledger.books.papers import Rulebook
from ledger.books.people import Challenge, Guess, Session
from ledger.operations.factor import Proof, proof_needs, used
from ledger.operations.guess import MOST_ASKED_FROM_ONE_PLACE, counted, forgiven
from ledger.refusals import ConfirmFirst, NotIdentified, NotSignedIn
from ledger.store.shelf import Needs, Shelf

LASTS: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a person agrees to, in the words of the page."""

    act: str
    about: str
    amount: str
    """With its unit: `95.00 EUR`; empty where no money moves."""
    payee: str

    def bound(self) -> str:
        """Write it as it is signed."""
        return orjson.dumps([self.act, self.about, self.amount, self.payee]).decode()

    @staticmethod
    def read(bound: str) -> "Agreement":
        """Read what `bound` wrote."""
        return Agreement(*orjson.loads(bound))


@dataclass(frozen=True, slots=True)
class AskChallenge:
    """Keep a fresh challenge: at the door, for a new passkey, or for an agreement.

    At the door it is counted where it comes from, for it is kept; apart from guesses: it is none.
    """

    purpose: str
    nonce: str
    binds: str = ""
    place: str = ""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Guess, self.place),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        if (self.purpose == "sign-in") != (context.role == GUEST):
            raise NotIdentified
        most = MOST_ASKED_FROM_ONE_PLACE
        counts = [counted(shelf, self.place, most)] if self.place else []
        asked = Challenge(
            id=context.fresh_id,
            session=context.session,
            purpose=self.purpose,
            binds=self.binds,
            nonce=self.nonce,
            expires_at=shelf.at + LASTS,
        )
        return Plan(kind="challenge", papers=(asked, *counts), answer={"id": asked.id})


@dataclass(frozen=True, slots=True)
class MeetChallenge:
    """Show again who one is, for one agreement."""

    challenge: str
    proof: Proof
    guess: str = ""
    """The count that the right answer clears."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Challenge, self.challenge), *proof_needs((self.proof,))))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        asked = shelf.paper(Challenge, self.challenge)
        mine = asked and (asked.session, asked.purpose) == (context.session, "confirm")
        if asked is None or not mine or not asked.good_at(shelf.at, "open"):
            raise NotSignedIn
        papers: list[object] = [
            replace(asked, state="met"),
            used(shelf, context.person, self.proof),
        ]
        if self.guess:
            papers.append(forgiven(shelf, self.guess))
        return Plan(kind="challenge", papers=tuple(papers), answer={"id": asked.id})


def confirmed(shelf: Shelf, context: Context, agreement: Agreement) -> tuple[Challenge, ...]:
    """Give the confirmation that this act uses up, to stand among the papers of its plan.

    Raises ConfirmFirst when a person at a browser has not just confirmed exactly this. A bare
    credential is a machine's or a script's and has nothing to confirm with; the demo people
    neither; a preview moves nothing.
    """
    session = shelf.paper(Session, context.session) if context.session else None
    if session is None or session.kind == "machine" or session.method == "demo" or context.preview:
        return ()
    met = shelf.paper(Challenge, context.confirmed)
    if (
        met is None
        or met.session != session.id
        or met.binds != agreement.bound()
        or not met.good_at(shelf.at, "met")
    ):
        raise ConfirmFirst(
            act=agreement.act,
            about=agreement.about,
            amount=agreement.amount,
            payee=agreement.payee,
        )
    return (replace(met, state="used"),)


def agreed(shelf: Shelf, context: Context, plan: Plan, agreement: Agreement) -> Plan:
    """Give the plan with the confirmation that it uses up, as `confirmed` says."""
    return replace(plan, papers=(*plan.papers, *confirmed(shelf, context, agreement)))
