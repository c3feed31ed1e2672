"""A small house for the tests of the fund: the demo currency, and bank files made to order."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.books.context import OPERATOR, Context
from ledger.books.journal import Json
from ledger.operations.demo import CODE, fill_demo
from ledger.operations.fund import fund_position
from ledger.operations.ledger import Ledger, Operation, open_ledger
from ledger.operations.statement import import_statement
from ledger.store.keyring import Keyring
from tests.banking.camt_files import account, balance, entry, message, statement
from tests.reliability.town import RING

NEF = "FR7621570000010000000000176"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass(slots=True)
class House:
    """The demo currency in one ledger, with a clock that stands still unless it is moved."""

    ledger: Ledger
    at: datetime = NOON
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def context(self, role: str = "treasurer", holder: str = "", person: str = "") -> Context:
        """Make a context under a new key; the operator stands in for any credential."""
        number = next(self._numbers)
        return Context(
            at=self.at,
            actor=f"{role}-actor",
            person=person or role,
            role=OPERATOR if role == "treasurer" else role,
            holder=holder,
            key=f"key-{number}",
            fresh_id=f"id{number}",
            salt=b"salt",
        )

    def post(self, operation: Operation, person: str = "treasurer") -> dict[str, Json]:
        """Post an operation as the operator, and give its answer; a refusal fails the test."""
        context = replace(self.context(), person=person)
        answer = self.ledger.post_and_wait(CODE, operation, context)
        assert not answer.refused, answer.body
        return answer.json()

    def refusal(self, operation: Operation, person: str = "treasurer") -> str:
        """Post an operation that must be refused, and give the slug."""
        context = replace(self.context(), person=person)
        answer = self.ledger.post_and_wait(CODE, operation, context)
        assert answer.refused, answer.body
        return str(answer.json()["slug"])

    def drop(self, data: bytes, account_: str = "nef") -> dict[str, Json]:
        """Import a bank file."""
        return import_statement(self.ledger, CODE, self.context(), account=account_, data=data)

    def arrows(self, number: int) -> list[tuple[str, str, int]]:
        """Give the arrows of an entry."""
        found = self.ledger.reads.entry(CODE, number)
        assert found is not None
        return [(p.source, p.target, p.amount) for p in found.postings]

    def balances(self, *names: str) -> Mapping[str, int]:
        """Give balances in minor units."""
        return self.ledger.reads.balances(CODE, names)

    def fund(self) -> dict[str, Json]:
        """Give the fund's position."""
        return fund_position(self.ledger, CODE)

    @property
    def head(self) -> int:
        """The number of the last entry."""
        return self.ledger.reads.rulebook(CODE)[1].number


@contextmanager
def house(url: str, ring: Keyring = RING, at: datetime = NOON) -> Iterator[House]:
    """Open the demo currency in a fresh database."""
    ledger = open_ledger(url, Ed25519PrivateKey.generate(), ring)
    try:
        opened = House(ledger, at)
        tokens = (f"token-{number}" for number in count())
        fill_demo(ledger, opened.context(), lambda: next(tokens))
        yield opened
    finally:
        ledger.close()


def camt(
    *entries: str, opening: str = "0.00", closing: str, on: str = "2026-11-20", id_: str = "S-1"
) -> bytes:
    """Write a statement of the account nef."""
    holder = account(f"<IBAN>{NEF}</IBAN>")
    parts = (balance("OPBD", opening, on=on), balance("CLBD", closing, on=on), *entries)
    return message(statement(*parts, identifier=id_, holder=holder)).encode()


def line(  # noqa: PLR0913 - a bank line has that many parts
    value: str,
    words: str = "",
    *,
    bank_reference: str,
    sign: str = "CRDT",
    name: str = "",
    iban: str = "",
    on: str = "2026-11-20",
) -> str:
    """Write a booked line with one payment."""
    party = "Dbtr" if sign == "CRDT" else "Cdtr"
    who = f"<{party}><Nm>{name}</Nm></{party}>" if name else ""
    where = f"<{party}Acct><Id><IBAN>{iban}</IBAN></Id></{party}Acct>" if iban else ""
    parties = f"<RltdPties>{who}{where}</RltdPties>" if who or where else ""
    told = f"<RmtInf><Ustrd>{words}</Ustrd></RmtInf>" if words else ""
    details = f"<TxDtls>{parties}{told}</TxDtls>"
    return entry(value, sign=sign, booked=on, valued=on, reference=bank_reference, details=details)
