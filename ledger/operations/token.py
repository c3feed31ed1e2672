"""Tokens: opaque bearer secrets, stored as a hash, each with one role, revocable at once."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from ledger.books.context import Context
from ledger.books.journal import Plan
from ledger.books.papers import Credential, Member, Rulebook
from ledger.operations.access import (
    ADMIN,
    OFFICE,
    ROLES,
    SHOP,
    SPONSOR,
    TILL,
    WITHOUT_HOLDER,
    require,
)
from ledger.refusals import Malformed, Unknown
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
        if self.role not in ROLES:
            raise Malformed([{"pointer": "/role", "detail": f"one of {', '.join(ROLES)}"}])
        if (self.role in WITHOUT_HOLDER) != (not self.holder):
            detail = "this role needs whom it acts for" if not self.holder else "of no one"
            raise Malformed([{"pointer": "/holder", "detail": detail}])
        self._check_holder(shelf)
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

    def _check_holder(self, shelf: Shelf) -> None:
        known = {
            OFFICE: self.holder in shelf.book.offices,
            SPONSOR: self.holder in shelf.book.sponsors,
        }
        exists = known.get(self.role, shelf.paper(Member, self.holder) is not None)
        if self.role not in WITHOUT_HOLDER and not exists:
            what = {OFFICE: "office", SPONSOR: "sponsor"}.get(self.role, "member")
            raise Unknown(what=what, id=self.holder)
        member = shelf.paper(Member, self.holder)
        if self.role in {SHOP, TILL} and member is not None and member.kind == "person":
            detail = "a shop's token is for a professional, an association or an authority"
            raise Malformed([{"pointer": "/role", "detail": detail}])


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
