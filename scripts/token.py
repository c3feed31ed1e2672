"""`comptoir token create`: a bearer token for a role."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from ledger.operations.token import CreateToken, RevokeToken, token_hash
from scripts.edge import FOUND_SOMETHING, fail, new_token, opened, operator

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
    scope: Annotated[list[str] | None, typer.Option(help="May be given several times.")] = None,
    expires: Annotated[datetime | None, typer.Option(help="When it ends (UTC).")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Create a token; it is shown this once, only its hash is kept."""
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
    with opened() as ledger:
        code = currency or _only(ledger.reads.currencies())
        answer = ledger.post_and_wait(code, operation, operator())
    told = answer.json()
    if answer.refused:
        fail(json.dumps(told), FOUND_SOMETHING)
    if as_json:
        typer.echo(json.dumps({"id": told["id"], "token": token, "role": role}))
        return
    typer.echo(f"{token}\n(id {told['id']}, role {role}; shown this once)")


@app.command()
def revoke(
    token_id: Annotated[str, typer.Argument(help="The token's id, as create printed it.")],
    *,
    currency: Annotated[str, typer.Option(help="The currency; the only one by default.")] = "",
) -> None:
    """Revoke a token: from the next request on it opens nothing."""
    with opened() as ledger:
        code = currency or _only(ledger.reads.currencies())
        answer = ledger.post_and_wait(code, RevokeToken(token_id), operator())
    if answer.refused:
        fail(f"there is no token {token_id}", FOUND_SOMETHING)
    typer.echo("revoked")


def _only(currencies: list[str]) -> str:
    if len(currencies) != 1:
        fail(f"say which currency with --currency: {', '.join(currencies) or 'there is none'}")
    return currencies[0]
