"""Ways of showing who one is: what was shown is judged outside the lock and checked again under it.

A `Proof` says what was verified: the factor as it was read, and what using it leaves. Under the
lock the factor must still be the same one, and what can be used once must not have been used.
"""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import pyotp

from ledger.books.context import Context
from ledger.books.journal import Plan
from ledger.books.papers import Notice, Rulebook
from ledger.books.people import Challenge, Factor, Person, Session
from ledger.operations.ledger import Ledger
from ledger.operations.password import password_matches
from ledger.refusals import (
    Malformed,
    NotIdentified,
    NotSignedIn,
    SecondFactorFirst,
    SignInAgain,
    Unknown,
)
from ledger.store.shelf import Found, Needs, Shelf

FRESH: Final = timedelta(minutes=10)
"""How long after signing in the ways of signing in may be changed."""
STEP: Final = 30
SECOND: Final = frozenset({"totp", "recovery", "passkey"})
"""What somebody can have besides a password."""
CODES: Final = 10
"""Recovery codes a sheet; each opens once."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A factor that was verified, as it was read, and the count or code that using it takes."""

    factor: Factor
    count: int = 0
    code: str = ""
    """The hash of a recovery code."""


def factors_of(ledger: Ledger, currency: str, person: str) -> list[Factor]:
    """List the ways in which a person can show who it is."""
    found = ledger.reads.having(Factor, currency, "person", [person], order="made_at")
    return [factor for factor in found if factor.ended_at is None]


def code_hash(code: str) -> str:
    """Hash a recovery code (120 random bits, so a plain hash holds); spaces and case are free."""
    plain = "".join(code.upper().split()).replace("-", "")
    return hashlib.sha256(plain.encode()).hexdigest()


def password_proof(factors: list[Factor], password: str) -> Proof | None:
    """Verify a password; takes as long when there is none."""
    kept = next((factor for factor in factors if factor.kind == "password"), None)
    fits = password_matches(password, kept.secret if kept else None)
    return Proof(kept) if kept and fits else None


def code_proof(factors: list[Factor], code: str, at: datetime) -> Proof | None:
    """Verify a code: of the authenticator, one step early or late, or of the recovery sheet."""
    typed = "".join(code.split())
    for factor in factors:
        if factor.kind == "totp" and len(typed) == pyotp.TOTP(factor.secret).digits:
            now = int(at.timestamp()) // STEP
            for step in (now, now - 1, now + 1):
                right = pyotp.TOTP(factor.secret).at(step * STEP)
                if step > factor.count and hmac.compare_digest(right.encode(), typed.encode()):
                    return Proof(factor, count=step)
        if factor.kind == "recovery":
            hashed = code_hash(code)
            if any(hmac.compare_digest(hashed, kept) for kept in factor.secret.split()):
                return Proof(factor, code=hashed)
    return None


def used(shelf: Shelf, person: str, proof: Proof) -> Factor:
    """Take a proof under the lock: the factor as using it leaves it. Raises NotSignedIn."""
    factor = shelf.paper(Factor, proof.factor.id)
    if factor is None or factor.person != person or factor.ended_at is not None:
        raise NotSignedIn
    if factor.kind == "recovery":
        left = factor.secret.split()
        if proof.code not in left:
            raise NotSignedIn
        left.remove(proof.code)
        return replace(factor, secret=" ".join(left), used_at=shelf.at)
    if factor.secret != proof.factor.secret:
        raise NotSignedIn
    if factor.kind == "totp" and proof.count <= factor.count:
        raise NotSignedIn
    if factor.kind == "passkey" and proof.count <= factor.count != 0:
        raise NotSignedIn
    return replace(factor, count=max(proof.count, factor.count), used_at=shelf.at)


def proof_needs(proofs: tuple[Proof, ...]) -> tuple[tuple[type, str], ...]:
    """Name the papers of what was shown."""
    return tuple((Factor, proof.factor.id) for proof in proofs)


@dataclass(frozen=True, slots=True)
class SetFactor:
    """Add or replace one of one's own ways of signing in; every other session ends.

    `ended` instead ends the way of that id. The session that asks goes on as `session`, under a
    new token. A passkey brings the challenge it signed.
    """

    session: str
    """The hash of the new token."""
    kind: str = ""
    id: str = ""
    secret: str = ""
    count: int = 0
    label: str = ""
    challenge: str = ""
    ended: str = ""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(
            papers=((Factor, self.id or self.ended), (Challenge, self.challenge)),
            found=(Found(Factor, "person", context.person),),
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        person, session = at_work(shelf, context)
        if shelf.at - session.signed_in_at > FRESH:
            raise SignInAgain(minutes=int(FRESH / timedelta(minutes=1)))
        # A stolen password alone must not make itself a second factor. A link was opened with it.
        if session.factors == 1 and session.method != "invitation" and _has_second(shelf, person):
            raise SecondFactorFirst
        papers: list[object] = [self._factor(shelf, person.id)]
        if self.challenge:
            asked = shelf.paper(Challenge, self.challenge)
            fits = asked and (asked.session, asked.purpose) == (session.id, "enrol")
            if asked is None or not fits or not asked.good_at(shelf.at, "open"):
                raise NotSignedIn
            papers.append(replace(asked, state="used"))
        papers += [
            replace(person, sessions_from=shelf.at),
            replace(
                session,
                id=self.session,
                started_at=shelf.at,
                seen_at=shelf.at,
                factors=2 if self.kind in {"totp", "passkey"} else session.factors,
            ),
            told(person.id, context, shelf.at, "factor-set" if self.id else "factor-ended"),
        ]
        kind = self.kind or self.ended.partition(":")[0]
        return Plan(
            kind="factor",
            papers=tuple(papers),
            facts={"person": person.id, "factor": kind, "ended": int(not self.id)},
            sealed=True,
            answer={"person": person.id, "factor": kind},
        )

    def _factor(self, shelf: Shelf, person: str) -> Factor:
        if not self.id:
            kept = shelf.paper(Factor, self.ended)
            if kept is None or kept.person != person or kept.ended_at is not None:
                raise Unknown(what="factor", id=self.ended)
            return replace(kept, ended_at=shelf.at, secret="")
        kept = shelf.paper(Factor, self.id)
        if kept is not None and (kept.person != person or kept.kind == "passkey"):
            raise Malformed([{"pointer": "/id", "detail": "this passkey is known already"}])
        return Factor(self.id, person, self.kind, self.secret, self.count, self.label, shelf.at)


def _has_second(shelf: Shelf, person: Person) -> bool:
    mine = (factor for factor in shelf.at_hand(Factor) if factor.person == person.id)
    return any(factor.kind in SECOND and factor.ended_at is None for factor in mine)


def at_work(shelf: Shelf, context: Context) -> tuple[Person, Session]:
    """Give the person that asks and its session; a bare credential has none. NotIdentified."""
    session = shelf.paper(Session, context.session) if context.session else None
    person = shelf.paper(Person, context.person) if session else None
    if session is None or person is None:
        raise NotIdentified
    return person, session


def told(subject: str, context: Context, at: datetime, kind: str, **facts: str) -> Notice:
    """Make the notice that tells a person what happened to how it signs in."""
    return Notice(f"n{context.fresh_id}", subject, at, kind, facts)
