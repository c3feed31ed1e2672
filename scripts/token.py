"""`comptoir token create`: a bearer token for a role."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from ledger.operations.access import SCOPES
from ledger.operations.token import CreateToken, RevokeToken, token_hash
from scripts.edge import FOUND_SOMETHING, fail, new_token, opened, operator
from scripts.voice import Json, Language, Voice, voice

app = typer.Typer(help="Bearer tokens: opaque, of one role, revocable at once.")


@app.command()
def create(
    *,
    role: Annotated[str, typer.Option(help="member, shop, till, office, treasurer ...")],
    currency: Annotated[str, typer.Option(help="The currency; the only one by default.")] = "",
    member: Annotated[str, typer.Option(help="For member, shop and till.")] = "",
    authority: Annotated[str, typer.Option(help="For officer and approver.")] = "",
    office: Annotated[str, typer.Option(help="For office.")] = "",
    sponsor: Annotated[str, typer.Option(help="For sponsor.")] = "",
    person: Annotated[str, typer.Option(help="Who is behind it, for second-person rules.")] = "",
    scope: Annotated[
        list[str] | None,
        typer.Option(help=f"Less than the role may: {', '.join(SCOPES)}; may be repeated."),
    ] = None,
    expires: Annotated[datetime | None, typer.Option(help="When it ends (UTC).")] = None,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Create a token; it is shown this once, only its hash is kept.

    Id and token are also the client id and secret with which a machine draws tokens of an hour.
    """
    say = voice(lang)
    token = new_token()
    ends = expires.replace(tzinfo=UTC) if expires else None
    operation = CreateToken(
        token_hash(token),
        role,
        member or authority or office or sponsor,
        person,
        tuple(scope or ()),
        ends,
    )
    with opened(say=say) as ledger:
        code = currency or only_currency(ledger.reads.currencies(), say)
        answer = ledger.post_and_wait(code, operation, operator())
    told = answer.json()
    if answer.refused:
        fail(say.refused(told), FOUND_SOMETHING)
    if as_json:
        typer.echo(json.dumps({"id": told["id"], "token": token, "role": role}))
        return
    french = "{token}\n(id {id}, rôle {role} ; montré cette seule fois)"
    english = "{token}\n(id {id}, role {role}; shown this once)"
    typer.echo(say(french, english, token=token, id=told["id"], role=role))


@app.command()
def revoke(
    token_id: Annotated[str, typer.Argument(help="The token's id, as create printed it.")],
    *,
    currency: Annotated[str, typer.Option(help="The currency; the only one by default.")] = "",
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Revoke a token: from the next request on it opens nothing."""
    say = voice(lang)
    with opened(say=say) as ledger:
        code = currency or only_currency(ledger.reads.currencies(), say)
        answer = ledger.post_and_wait(code, RevokeToken(token_id), operator())
    if answer.refused:
        french, english = "il n'y a pas de jeton {id}", "there is no token {id}"
        fail(say(french, english, id=token_id), FOUND_SOMETHING)
    if as_json:
        typer.echo(json.dumps({"id": token_id, "revoked": True}))
    else:
        typer.echo(say("jeton révoqué", "revoked"))


def only_currency(currencies: list[str], say: Voice) -> str:
    """Give the currency that need not be named, or say that it must be."""
    if len(currencies) != 1:
        french = "dites quelle monnaie avec --currency : {codes}"
        english = "say which currency with --currency: {codes}"
        codes = ", ".join(currencies) or say("il n'y en a pas", "there is none")
        fail(say(french, english, codes=codes))
    return currencies[0]
