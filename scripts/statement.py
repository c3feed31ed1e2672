"""`comptoir statement inspect|import`: bank files, read and booked."""

import json
from pathlib import Path
from typing import Annotated

import typer

from ledger.banking.detect import read_statements
from ledger.banking.statements import inspection
from ledger.operations.statement import import_statement
from ledger.refusals import UnreadableStatement
from scripts.edge import FOUND_SOMETHING, fail, opened, operator

app = typer.Typer(help="Bank statements: camt.052, camt.053, camt.054 and CFONB120.")

_File = Annotated[Path, typer.Argument(help="The bank's file.")]


@app.command()
def inspect(file: _File, *, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Read a bank file and say what it holds; posts nothing."""
    try:
        found = [inspection(statement) for statement in read_statements(_read(file), file.name)]
    except UnreadableStatement as refusal:
        fail(refusal.detail)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for told in found:
        for name, value in told.items():
            typer.echo(f"{name:>13}  {value}")
        typer.echo("")


@app.command("import")
def import_(
    currency: Annotated[str, typer.Argument(help="The currency's code.")],
    file: _File,
    *,
    account: Annotated[str, typer.Option(help="The bank account's slug.")],
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Import a bank file: what is certain posts by itself, the rest waits in suspense."""
    data = _read(file)
    with opened() as ledger:
        told = import_statement(
            ledger, currency, operator(), account=account, data=data, name=file.name
        )
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for name, value in told.items():
            typer.echo(f"{name:>11}  {value}")
    if told["warnings"]:
        raise typer.Exit(FOUND_SOMETHING)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}")
