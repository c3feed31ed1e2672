"""`comptoir init`: a new currency."""

import json
from datetime import date
from typing import Annotated

import typer

from ledger.books.terms import Terms
from ledger.operations.currency import found_currency
from ledger.operations.token import CreateToken, token_hash
from scripts.edge import new_token, opened, operator
from scripts.voice import Json, Language, voice


def init(
    code: Annotated[str, typer.Argument(help="Its short name, as in addresses: roue.")],
    *,
    name: Annotated[str, typer.Option(help="Its full name.")],
    unit: Annotated[str, typer.Option(help="What its money is called.")],
    decimals: Annotated[int, typer.Option(help="Decimals of the unit, for life.")] = 2,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Found a currency with its account plan and first terms, and give its first admin token."""
    say = voice(lang)
    context = operator()
    with opened(say=say, migrating=True) as ledger:
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
    typer.echo(
        say(
            "{name} est fondée. Son jeton d'administration, montré cette seule fois :\n{token}",
            "{name} is founded. Its admin token, shown this once:\n{token}",
            name=name,
            token=token,
        )
    )
