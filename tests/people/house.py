"""Books with the demo town, and somebody to be let in."""

import itertools
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from api.dependencies import operator
from ledger.books.context import Context
from ledger.books.people import Grant, Person
from ledger.operations.demo import CODE, fill_demo
from ledger.operations.grant import Given
from ledger.operations.ledger import (
    Answer,
    Ledger,
    Operation,
    open_ledger,
    secret_keys,
    signing_key,
)
from ledger.operations.person import ChangePerson, InvitePerson
from ledger.operations.token import CreateToken, token_hash

_numbers: Final = itertools.count(1)


@dataclass
class House:
    """The demo town's books, the demo people's tokens, and ways to act as somebody."""

    ledger: Ledger
    tokens: dict[str, str]

    def answer(self, operation: Operation, context: Context | None = None) -> Answer:
        """Post an operation, as the machine's operator unless a context is given."""
        return self.ledger.post_and_wait(CODE, operation, context or operator())

    def do(self, operation: Operation, context: Context | None = None) -> dict[str, Any]:
        """Post an operation that is not refused."""
        answer = self.answer(operation, context)
        assert not answer.refused, answer.body
        return dict(answer.json())

    def slug(self, operation: Operation, context: Context | None = None) -> str:
        """Post an operation that is refused; gives the refusal's slug."""
        answer = self.answer(operation, context)
        assert answer.refused, answer.body
        return str(answer.json()["slug"])

    def person(self, role: str, holder: str = "") -> tuple[str, str]:
        """Let somebody in with a grant; gives the ids of person and grant."""
        invite = InvitePerson(f"somebody-{next(_numbers)}", "Some Body", "", Given(role, holder))
        told = self.do(invite)
        self.do(ChangePerson(told["id"], "active"))
        return told["id"], told["grant"]

    def link(self, login: str, role: str, holder: str = "", kind: str = "human") -> tuple[str, str]:
        """Invite somebody; gives the id and the token of the link."""
        token = secrets.token_urlsafe(32)
        grant = Given(role, holder)
        invite = InvitePerson(login, login.title(), "", grant, kind, token_hash(token))
        return str(self.do(invite)["id"]), token

    def with_token(self, person: str, role: str, holder: str = "") -> Context:
        """Make the context of a person that acts with a bearer token of a role."""
        made = CreateToken(token_hash(secrets.token_urlsafe(16)), role, holder, person)
        actor = str(self.do(made)["id"])
        return replace(operator(), actor=actor, person=person, role=role, holder=holder)

    def grant(self, id_: str) -> Grant:
        """Read a grant."""
        found = self.ledger.reads.paper(Grant, CODE, id_)
        assert found
        return found

    def known(self, id_: str) -> Person:
        """Read a person."""
        found = self.ledger.reads.paper(Person, CODE, id_)
        assert found
        return found


def again(context: Context) -> Context:
    """Give the context of another request by the same person."""
    fresh = operator()
    return replace(context, key=fresh.key, fresh_id=fresh.fresh_id, at=fresh.at)


@contextmanager
def opened_house(url: str, folder: Path) -> Iterator[House]:
    """Open a fresh database with the demo town in it."""
    ring = secret_keys(folder / "secret-key")
    ledger = open_ledger(url, signing_key(folder / "key.pem"), ring)
    try:
        yield House(ledger, fill_demo(ledger, operator(), lambda: secrets.token_urlsafe(16)))
    finally:
        ledger.close()
