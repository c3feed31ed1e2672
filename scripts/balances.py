"""`comptoir import balances`: an association that begins with old balances, proved before."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.banking.balances_csv import read_balances
from ledger.operations.opening import open_balances
from ledger.refusals import Refusal
from scripts.edge import FOUND_SOMETHING, fail, opened, operator
from scripts.voice import Json, Language, Voice, voice

app = typer.Typer(help="What an association brings from its life before.")


@app.callback()
def import_() -> None:
    """Bring what an association had before its books began here."""


@app.command()
def balances(
    currency: Annotated[str, typer.Argument(help="The currency's code.")],
    file: Annotated[Path, typer.Argument(help="CSV: kind;name;amount")],
    *,
    on: Annotated[
        datetime,
        typer.Option(formats=["%Y-%m-%d"], help="The day at whose end the balances stood so."),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Prove, open nothing.")] = False,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Open accounts with their old balances, each once, after a proof that euros cover units."""
    say = voice(lang)
    try:
        data = file.read_bytes()
    except OSError as error:
        french, english = "{file} ne se lit pas : {why}", "{file} cannot be read: {why}"
        fail(say(french, english, file=file, why=error.strerror))
    with opened(say=say) as ledger:
        try:
            rows = read_balances(data)
            told: dict[str, Any] = open_balances(
                ledger, currency, operator(), balances=rows, on=on.date(), dry=dry_run
            )
        except Refusal as refusal:
            fail(say.refusal(refusal))
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        _tell(told, say, dry_run=dry_run)
    if told["refused"]:
        raise typer.Exit(FOUND_SOMETHING)


def _tell(told: dict[str, Any], say: Voice, *, dry_run: bool) -> None:
    for fund in told["funds"]:
        french = "{fund} : {required} EUR dus aux porteurs, {present} EUR à la banque"
        typer.echo(say(french, "{fund}: {required} EUR owed, {present} EUR at the bank", **fund))
    typer.echo(
        say(
            "au {on} : {opened} comptes ouverts, {known} déjà ouverts, fonds propres {own} EUR",
            "as of {on}: {opened} accounts opened, {known} open already, own funds {own} EUR",
            **{name: told[name] for name in ("on", "opened", "known", "own")},
        )
    )
    for refusal in told["refused"]:
        typer.echo(say.refused(refusal))
    if dry_run:
        typer.echo(say("À blanc : rien n'est écrit.", "Dry run: nothing is written."))
