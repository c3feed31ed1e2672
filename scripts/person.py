"""`comptoir person invite`: a link by which somebody chooses how to sign in."""

import json
from typing import Annotated

import typer

from api.settings import Settings
from ledger.operations.grant import Given
from ledger.operations.invitation import InviteAgain
from ledger.operations.ledger import Ledger, Operation
from ledger.operations.person import InvitePerson, person_of_login
from ledger.operations.token import token_hash
from scripts.edge import FOUND_SOMETHING, chosen_settings, fail, new_token, opened, operator
from scripts.token import only_currency
from scripts.voice import Json, Language, voice

HERE = "http://127.0.0.1:8000"
"""Where `scripts/run` serves, until the settings say how the outside sees it."""

app = typer.Typer(help="People, who sign in at the desks.")


def link_to(settings: Settings, token: str) -> str:
    """Write the address by which an invited person chooses how to sign in."""
    return f"{(settings.public_url or HERE).rstrip('/')}/enrol/{token}"


@app.command()
def invite(
    login: Annotated[str, typer.Argument(help="What the person types: small letters, hyphens.")],
    *,
    role: Annotated[str, typer.Option(help="treasurer, admin, member ...; of a new person.")] = "",
    holder: Annotated[str, typer.Option(help="Whom the role acts for, if anybody.")] = "",
    agreed_by: Annotated[
        str, typer.Option(help="Who agrees that a known person starts anew, without second factor.")
    ] = "",
    currency: Annotated[str, typer.Option(help="The currency; the only one by default.")] = "",
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Let somebody in by a link that opens once in seven days; a known login gets another link."""
    say = voice(lang)
    settings, token = chosen_settings(say), new_token()
    with opened(settings, say=say) as ledger:
        code = currency or only_currency(ledger.reads.currencies(), say)
        operation = _invitation(
            ledger, code, token_hash(token), login, Given(role, holder), agreed_by
        )
        answer = ledger.post_and_wait(code, operation, operator())
    if answer.refused:
        fail(say.refused(answer.json()), FOUND_SOMETHING)
    link = link_to(settings, token)
    if as_json:
        typer.echo(json.dumps({"login": login, "link": link}))
        return
    french = "{login} choisit comment se connecter ; le lien n'est montré que cette fois :\n{link}"
    english = "{login} chooses how to sign in; the link is shown this once:\n{link}"
    typer.echo(say(french, english, login=login, link=link))


def _invitation(  # noqa: PLR0917 - the parts of one invitation
    ledger: Ledger, code: str, hashed: str, login: str, grant: Given, agreed_by: str
) -> Operation:
    known = person_of_login(ledger, code, login)
    if known is None:
        return InvitePerson(login, "", "", grant, link=hashed)
    return InviteAgain(known.id, hashed, resets=bool(agreed_by), agreed_by=agreed_by)
