"""`comptoir import`: an association that begins with members and balances of its life before."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer

from ledger.banking.balances_csv import balances_table, read_balances
from ledger.banking.member_sheets import read_members
from ledger.money import EUR, format_minor
from ledger.operations.member_import import import_members
from ledger.operations.opening import open_balances
from ledger.refusals import Refusal, UnreadableRows
from scripts.edge import FOUND_SOMETHING, fail, opened, operator
from scripts.voice import Json, Language, Voice, voice

_DRY: Final = ("À blanc : rien n'est écrit.", "Dry run: nothing is written.")

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
    data = _content(file, say)
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
        typer.echo(say(*_DRY))


@app.command()
def members(
    currency: Annotated[str, typer.Argument(help="The currency's code.")],
    file: Annotated[Path, typer.Argument(help="CSV or XLSX, as Cyclos, Odoo or Kohinos write it.")],
    *,
    kind: Annotated[
        Literal["person", "pro", "association", "authority"] | None,
        typer.Option(help="Of all members, where the file does not say it."),
    ] = None,
    status: Annotated[Literal["active", "invited"], typer.Option()] = "active",
    balances: Annotated[
        Path | None,
        typer.Option(help="Write what their wallets held here, for `comptoir import balances`."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read, register nobody.")] = False,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Register the members of a file that the books do not know, each once."""
    say = voice(lang)
    data = _content(file, say)
    with opened(say=say) as ledger:
        try:
            book, _ = ledger.reads.rulebook(currency)
            read, left_out = read_members(data, book.unit, kind or "")
            done = import_members(
                ledger, currency, operator(), members=read, status=status, dry=dry_run
            )
        except UnreadableRows as refusal:
            fail("\n".join([say.refusal(refusal), *refusal.whys[1:]]))
        except Refusal as refusal:
            fail(say.refusal(refusal))
    if balances is not None and not dry_run:
        _write(balances, balances_table(done.balances), say)
    told: dict[str, Any] = {
        "new": done.new,
        "known": done.known,
        "refused": list(done.refused),
        "left_out": left_out,
        "wallets": len(done.balances),
        "units": format_minor(sum(each.euros for each in done.balances), EUR.scale),
    }
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        _tell_members(told, say, dry_run=dry_run)
    if done.refused:
        raise typer.Exit(FOUND_SOMETHING)


def _tell_members(told: dict[str, Any], say: Voice, *, dry_run: bool) -> None:
    typer.echo(
        say(
            "{new} membres nouveaux, {known} déjà connus ; {wallets} portefeuilles : {units} EUR",
            "{new} new members, {known} known; {wallets} wallets: {units} EUR",
            **told,
        )
    )
    if told["left_out"]:
        names = ", ".join(told["left_out"])
        typer.echo(say("colonnes laissées : {names}", "columns left out: {names}", names=names))
    for refusal in told["refused"]:
        typer.echo(f"{refusal['place']}: {say.refused(refusal)}")
    if dry_run:
        typer.echo(say(*_DRY))


def _content(file: Path, say: Voice) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        french, english = "{file} ne se lit pas : {why}", "{file} cannot be read: {why}"
        fail(say(french, english, file=file, why=error.strerror))


def _write(file: Path, table: str, say: Voice) -> None:
    try:
        file.write_text(table, encoding="utf-8")
    except OSError as error:
        french, english = "{file} ne s'écrit pas : {why}", "{file} cannot be written: {why}"
        fail(say(french, english, file=file, why=error.strerror))
