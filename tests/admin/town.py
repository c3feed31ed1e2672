"""A small town for the page tests: the demo's people and places, with its books at hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from ledger.books.context import GUEST
from ledger.books.journal import Json
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE, fill_demo
from ledger.operations.grant import Given
from ledger.operations.ledger import (
    Ledger,
    Operation,
    migrate,
    open_ledger,
    secret_keys,
    signing_key,
)
from ledger.operations.person import InvitePerson
from ledger.operations.session import OpenSession
from ledger.operations.token import token_hash
from scripts.edge import new_token, operator


@dataclass
class Town:
    """A founded currency, its people's tokens, and a way to do things in it."""

    ledger: Ledger
    folder: Path
    tokens: dict[str, str] = field(default_factory=dict)

    def do(self, operation: Operation) -> dict[str, Json]:
        """Post an operation as the operator of the machine."""
        answer = self.ledger.post_and_wait(CODE, operation, operator())
        assert not answer.refused, answer.body
        return answer.json()

    def session(self, role: str, holder: str) -> str:
        """Open a session for a new person with a role; gives the token of its cookie."""
        given = self.do(InvitePerson(holder, holder, "", Given(role, holder), id=f"p-{holder}"))
        token = new_token()
        context = replace(operator(), actor=GUEST, role=GUEST, key="")
        opened = OpenSession(
            token_hash(token), str(given["id"]), "password", 2, "a test", grant=str(given["grant"])
        )
        assert not self.ledger.note(CODE, opened, context).refused
        return token


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """Found the demo town in a fresh database, with some units in circulation."""
    url = f"sqlite:///{folder}/books.db"
    migrate(url)
    ledger = open_ledger(url, signing_key(folder / "key.pem"), secret_keys(folder / "secret-key"))
    made = Town(ledger, folder, fill_demo(ledger, operator(), new_token))
    made.do(Convert("maraicher", 1_234_000_00, "bank"))
    yield made
    ledger.close()
