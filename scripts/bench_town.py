"""The benchmark's town: many funded wallets, made by posting through the real door."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from api.settings import Settings
from ledger.books.terms import Terms
from ledger.operations.conversion import Convert
from ledger.operations.currency import found_currency
from ledger.operations.fund import OpenBankAccount
from ledger.operations.ledger import Ledger, Operation
from ledger.operations.member import RegisterMember
from ledger.operations.token import CreateToken, token_hash
from scripts.edge import new_token, opened, operator

CODE: Final = "bench"
EUROS: Final = 100_000
"""Cents in each wallet: a hundred times more than the largest payment, several times over."""

NEF: Final = "FR7621570000010000000000176"
"""Made up and valid; no such account exists."""

_AT_ONCE: Final = 500


def build_town(settings: Settings, wallets: int) -> dict[str, str]:
    """Found a currency with funded wallets; gives a bearer token for each member."""
    members = [f"member-{number:05}" for number in range(wallets)]
    tokens = {member: new_token() for member in members}
    with opened(settings, migrating=True) as ledger:
        context = operator()
        terms = Terms(since=date(context.day.year, 1, 1))
        found_currency(
            ledger, code=CODE, name="Bench", unit="Bench", decimals=2, terms=terms, at=context.at
        )
        nef = OpenBankAccount("nef", "digital", "La Nef", NEF)
        asyncio.run(_post(ledger, [nef]))
        asyncio.run(_post(ledger, [RegisterMember(m, "person", m.title()) for m in members]))
        asyncio.run(_post(ledger, [_token(member, tokens[member]) for member in members]))
        asyncio.run(_post(ledger, [Convert(member, EUROS, "bank") for member in members]))
    return tokens


def _token(member: str, token: str) -> CreateToken:
    return CreateToken(token_hash(token), "member", member, member)


async def _post(ledger: Ledger, operations: Sequence[Operation]) -> None:
    """Post operations many at once, as many people would."""
    context = operator()
    for start in range(0, len(operations), _AT_ONCE):
        answers = await asyncio.gather(
            *(
                ledger.post(CODE, operation, replace(operator(), at=context.at))
                for operation in operations[start : start + _AT_ONCE]
            )
        )
        for answer in answers:
            if answer.refused:
                message = f"the town met a refusal: {answer.body.decode()}"
                raise RuntimeError(message)
