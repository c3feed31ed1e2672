"""`comptoir init`: a new currency."""

import json
from datetime import date
from typing import Annotated

import typer

from ledger.books.terms import Terms
from ledger.operations.currency import found_currency
from ledger.operations.grant import Given
from ledger.operations.person import InvitePerson
from ledger.operations.token import CreateToken, token_hash
from scripts.edge import chosen_settings, new_token, opened, operator
from scripts.person import link_to
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
    """Found a currency with its account plan and first terms, and let its first admin in.

    The link is for the desks, the token for programs.
    """
    say = voice(lang)
    context, settings = operator(), chosen_settings(say)
    with opened(settings, say=say, migrating=True) as ledger:
        found_currency(
            ledger,
            code=code,
            name=name,
            unit=unit,
            decimals=decimals,
            at=context.at,
            terms=Terms(since=date(context.day.year, 1, 1)),
        )
        token, link = new_token(), new_token()
        ledger.post_and_wait(code, CreateToken(token_hash(token), "admin", "", "admin"), context)
        first = InvitePerson("admin", "", "", Given("admin"), link=token_hash(link))
        ledger.post_and_wait(code, first, operator())
    address = link_to(settings, link)
    if as_json:
        told = {"currency": code, "admin_token": token, "admin_link": address}
        typer.echo(json.dumps(told))
        return
    typer.echo(
        say(
            "{name} est fondée. Son jeton d'administration, montré cette seule fois :\n{token}\n"
            "Le lien par lequel « admin » choisit comment se connecter :\n{link}",
            "{name} is founded. Its admin token, shown this once:\n{token}\n"
            "The link by which 'admin' chooses how to sign in:\n{link}",
            name=name,
            token=token,
            link=address,
        )
    )
