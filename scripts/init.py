"""`comptoir init`: a new currency."""

import json
from datetime import date
from typing import Annotated

import typer

from ledger.books.terms import Terms
from ledger.operations.currency import found_currency
from ledger.operations.token import CreateToken, token_hash
from scripts.edge import new_token, opened, operator


def init(
    code: Annotated[str, typer.Argument(help="Its short name, as in addresses: roue.")],
    *,
    name: Annotated[str, typer.Option(help="Its full name.")],
    unit: Annotated[str, typer.Option(help="What its money is called.")],
    decimals: Annotated[int, typer.Option(help="Decimals of the unit, for life.")] = 2,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Found a currency with its account plan and first terms, and give its first admin token."""
    context = operator()
    with opened(migrating=True) as ledger:
        found_currency(
            ledger,
            code=code,
            name=name,
            unit=unit,
            decimals=decimals,
            at=context.at,
            terms=Terms(since=date(context.day.year, 1, 1)),
        )
        token = new_token()
        ledger.post_and_wait(code, CreateToken(token_hash(token), "admin", "", "admin"), context)
    if as_json:
        typer.echo(json.dumps({"currency": code, "admin_token": token}))
        return
    typer.echo(f"{name} is founded. Its admin token, shown this once:\n{token}")
