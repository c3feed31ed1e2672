"""The people of two authorities at work in the demo currency, each under its own credential."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from ledger.books.context import Context
from ledger.books.journal import Json
from ledger.operations.demo import CODE, PEOPLE
from ledger.operations.grant import Given
from ledger.operations.ledger import Ledger
from ledger.operations.member import RegisterMember
from ledger.operations.person import InvitePerson
from ledger.operations.token import CreateToken, token_hash
from ledger.store.shelf import Operation
from tests.fund.house import House, house

OTHERS: Final = ("officer:pontet", "approver:pontet")


@dataclass(slots=True)
class Desk:
    """The demo currency with a second authority, `pontet`."""

    home: House
    tokens: dict[str, str]

    @property
    def ledger(self) -> Ledger:
        """The opened books."""
        return self.home.ledger

    def context(self, who: str) -> Context:
        """Let one of the demo's people ask, under a new key."""
        badge = self.ledger.reads.badge(token_hash(self.tokens[who]), self.home.at, kind="machine")
        assert badge is not None
        _, seen = badge
        return replace(
            self.home.context(seen.role, seen.holder, seen.person), actor=seen.id, role=seen.role
        )

    def ask(self, who: str, operation: Operation) -> dict[str, Json]:
        """Post as one of the demo's people; gives the answer, or the refusal with its slug."""
        return self.ledger.post_and_wait(CODE, operation, self.context(who)).json()

    def do(self, who: str, operation: Operation) -> dict[str, Json]:
        """Post what must be done."""
        told = self.ask(who, operation)
        assert "slug" not in told, told
        return told

    def refused(self, who: str, operation: Operation) -> str:
        """Post what must be refused; gives the slug."""
        return str(self.ask(who, operation)["slug"])


@contextmanager
def desk(url: str) -> Iterator[Desk]:
    """Open it in a fresh database."""
    with house(url) as home:
        home.post(RegisterMember("pontet", "authority", "Le Pontet"))
        tokens = {name: f"token-{number}" for number, name in enumerate(PEOPLE)}
        for name in OTHERS:
            role, _, holder = name.partition(":")
            tokens[name] = name
            home.post(InvitePerson(name.replace(":", "-"), "", "", Given(role, holder), id=name))
            home.post(CreateToken(token_hash(name), role, holder, name))
        yield Desk(home, tokens)
