"""Tokens: opaque bearer secrets, stored as a hash, each with one role, revocable at once."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from ledger.books.context import Context
from ledger.books.journal import Plan
from ledger.books.papers import Credential, Member, Rulebook
from ledger.operations.access import ADMIN, require
from ledger.operations.holder import check_holder
from ledger.refusals import Unknown
from ledger.store.shelf import Needs, Shelf


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
        if credential is None:
            raise Unknown(what="token", id=self.credential)
        revoked = replace(credential, revoked_at=credential.revoked_at or shelf.at)
        return Plan(
            kind="token-revoke",
            papers=(revoked,),
            facts={"credential": credential.id},
            sealed=True,
            answer={"id": credential.id, "state": "revoked"},
        )
