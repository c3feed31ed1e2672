"""Tokens: opaque bearer secrets, stored as a hash, each with one role, revocable at once.

A credential is a machine's for long. With it the machine draws tokens of an hour, each for what it
is about to do, so that what travels with every request soon opens nothing (RFC 6749, 4.4).
"""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ledger.books.context import GUEST, Context
from ledger.books.journal import Plan
from ledger.books.papers import Credential, Member, Rulebook
from ledger.books.people import Guess, Person, badge_of_credential
from ledger.operations.access import ADMIN, SCOPES, require
from ledger.operations.guess import counted, forgiven, taken_back
from ledger.operations.holder import check_holder
from ledger.refusals import Malformed, NotIdentified, ScopeMissing, Unknown
from ledger.store.shelf import Needs, Shelf

DRAWN_FOR: Final = timedelta(hours=1)
MOST_DRAWN: Final = 60
"""Tokens a window (15 min) with one credential: a machine draws one an hour."""


def token_hash(token: str) -> str:
    """Hash a bearer token as it is stored (hex SHA-256; tokens have 256 random bits)."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class CreateToken:
    """Create a credential for a role and whom it acts for; the secret itself stays outside."""

    hash: str
    role: str
    holder: str
    person: str
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Member, self.holder), (Credential, context.fresh_id)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, ADMIN)
        check_holder(shelf, self.role, self.holder)
        if not SCOPES.keys() >= set(self.scopes):
            raise Malformed([{"pointer": "/scopes", "detail": f"of {', '.join(SCOPES)}"}])
        credential = Credential(
            id=context.fresh_id,
            token_hash=self.hash,
            role=self.role,
            holder=self.holder,
            person=self.person or context.fresh_id,
            scopes=self.scopes,
            expires_at=self.expires_at,
        )
        return Plan(
            kind="token",
            papers=(credential,),
            facts={"credential": credential.id, "role": self.role, "holder": self.holder},
            sealed=True,
            answer={"id": credential.id, "role": self.role, "holder": self.holder},
        )


@dataclass(frozen=True, slots=True)
class RevokeToken:
    """Revoke a credential: from the next request on it opens nothing."""

    credential: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Credential, self.credential),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, ADMIN)
        credential = shelf.paper(Credential, self.credential)
        if credential is None or credential.client:
            raise Unknown(what="token", id=self.credential)
        revoked = replace(credential, revoked_at=credential.revoked_at or shelf.at)
        return Plan(
            kind="token-revoke",
            papers=(revoked,),
            facts={"credential": credential.id},
            sealed=True,
            answer={"id": credential.id, "state": "revoked"},
        )


@dataclass(frozen=True, slots=True)
class DrawToken:
    """Draw a token of an hour with a credential, for what it may or for less.

    The guess was counted before; here, and nowhere else, the secret is judged. Raises
    NotIdentified, ScopeMissing (wider than the credential), or TooManyGuesses (drawn too often).
    """

    client: str
    person: str
    """Whom the credential was read to be of."""
    secret_hash: str
    """Of the secret that was shown, as it is kept."""
    hash: str
    """Of the new token."""
    scopes: tuple[str, ...]
    """Those asked for; empty for all that the credential has."""
    guess: str
    place: str
    drawn: str
    """The counts: guesses of this secret, guesses from this address, tokens drawn."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(
            papers=(
                (Credential, self.client),
                (Credential, context.fresh_id),
                (Person, self.person),
                *((Guess, each) for each in (self.guess, self.place, self.drawn)),
            )
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, GUEST)
        client = shelf.paper(Credential, self.client)
        if client is None or client.person != self.person:
            raise NotIdentified
        badge = badge_of_credential(client, shelf.paper(Person, client.person), shelf.at)
        if badge is None or not hmac.compare_digest(client.token_hash, self.secret_hash):
            raise NotIdentified
        have = client.scopes or tuple(SCOPES)
        for scope in self.scopes:
            if scope not in have:
                raise ScopeMissing(scope=scope)
        ends = shelf.at + DRAWN_FOR
        ends = min(ends, client.expires_at or ends)
        token = replace(
            client,
            id=context.fresh_id,
            token_hash=self.hash,
            scopes=self.scopes or client.scopes,
            expires_at=ends,
            client=client.id,
        )
        counts = (
            forgiven(shelf, self.guess),
            taken_back(shelf, self.place),
            counted(shelf, self.drawn, MOST_DRAWN),
        )
        return Plan(
            kind="token-drawn",
            papers=(token, *counts),
            answer={
                "expires_in": int((ends - shelf.at).total_seconds()),
                "scope": " ".join(token.scopes or SCOPES),
            },
        )
