"""A small town for the page tests: the demo's people and places, founded by the operations."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from ledger.books.context import OPERATOR, Context
from ledger.books.journal import Json
from ledger.books.terms import Terms
from ledger.operations.campaign import Deposit, OpenCampaign, RegisterSponsor
from ledger.operations.conversion import Convert
from ledger.operations.currency import found_currency
from ledger.operations.fund import OpenBankAccount, OpenOffice
from ledger.operations.ledger import Ledger, migrate, open_ledger, signing_key
from ledger.operations.member import RegisterMember
from ledger.operations.token import CreateToken, token_hash

PEOPLE = (
    "treasurer",
    "treasurer-2",
    "admin",
    "auditor",
    "office:comptoir-halles",
    "officer:avignon",
    "approver:avignon",
    "sponsor:grand-avignon",
    "member:alice",
    "member:bruno",
    "shop:boulangerie",
    "shop:librairie",
    "shop:maraicher",
    "till:boulangerie",
)
NEF = "FR7630001007941234567890185"
MEMBERS = {
    "alice": "person",
    "bruno": "person",
    "boulangerie": "pro",
    "librairie": "pro",
    "maraicher": "pro",
    "avignon": "authority",
}


@dataclass
class Town:
    """A founded currency, its people's tokens, and a way to do things in it."""

    ledger: Ledger
    folder: Path
    tokens: dict[str, str] = field(default_factory=dict)

    def do(
        self, operation: object, role: str = OPERATOR, person: str = "founder"
    ) -> dict[str, Json]:
        """Post an operation as the operator, or as somebody else."""
        context = Context(
            at=datetime.now(UTC),
            actor="operator",
            person=person,
            role=role,
            holder="",
            key=secrets.token_hex(8),
            fresh_id=secrets.token_urlsafe(9),
            salt=secrets.token_bytes(16),
        )
        answer = self.ledger.post_and_wait("roue", operation, context)  # type: ignore[arg-type] # a test's own mix of operations
        assert not answer.refused, answer.body
        return answer.json()


@contextmanager
def town(folder: Path, url: str = "") -> Iterator[Town]:
    """Found the demo town in a fresh database."""
    url = url or f"sqlite:///{folder}/books.db"
    migrate(url)
    ledger = open_ledger(url, signing_key(folder / "key.pem"))
    founded = datetime(2026, 9, 1, tzinfo=UTC)
    found_currency(
        ledger,
        code="roue",
        name="La Roue",
        unit="Roues",
        decimals=2,
        terms=Terms(since=date(2026, 1, 1)),
        at=founded,
    )
    made = Town(ledger, folder)
    _furnish(made)
    yield made
    ledger.close()


def _furnish(made: Town) -> None:
    made.do(OpenBankAccount("nef", "digital", "La Nef", NEF))
    made.do(
        OpenBankAccount(
            "credit-municipal", "paper", "Crédit Municipal", "FR7610107001011234567890129"
        )
    )
    made.do(OpenOffice("comptoir-halles", "Comptoir des Halles"))
    made.do(RegisterSponsor("grand-avignon", "Grand Avignon"))
    made.do(Deposit("grand-avignon", 26_000_00, "nef"))
    made.do(
        OpenCampaign(
            id="roue-20",
            sponsor="grand-avignon",
            rate_bps=2000,
            budget=26_000_00,
            since=date(2026, 1, 1),
            until=date(2099, 12, 31),
            cap=100_00,
            cap_period="month",
            kinds=("person",),
            communes=(),
            members=(),
            age_from=None,
            age_to=None,
            gift_expires_days=180,
            stackable=False,
        )
    )
    for id_, kind in MEMBERS.items():
        made.do(RegisterMember(id_, kind, name=id_.capitalize()))
    made.do(Convert("maraicher", 1_234_000_00, "bank"))
    for person in PEOPLE:
        role, _, holder = person.partition(":")
        token = secrets.token_urlsafe(32)
        made.tokens[person] = token
        made.do(CreateToken(token_hash(token), role.split("-")[0], holder, person))
