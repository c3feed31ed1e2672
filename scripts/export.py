"""`comptoir export fec|hledger|csv|xlsx`: the books for other programs, written as a stream."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import typer

from ledger.banking.fec_check import FecProblem, check_fec
from ledger.operations.export import Export, exported
from scripts.edge import FOUND_SOMETHING, fail, opened, operator
from scripts.voice import Json, Language, Voice, progress, voice

app = typer.Typer(help="The books for the accountant: FEC, hledger, CSV, XLSX.")

Currency = Annotated[str, typer.Argument(help="The currency's code.")]
Year = Annotated[int | None, typer.Option(help="One year; else from the first day on.")]
Output = Annotated[
    Path | None,
    typer.Option(help="A file, or a folder for a file under its own name; else standard output."),
]


@app.command()
def fec(
    currency: Annotated[str, typer.Argument(help="The currency's code.")] = "",
    *,
    year: Annotated[int | None, typer.Option(help="The year; else the one that goes on.")] = None,
    output: Output = None,
    check: Annotated[
        Path | None, typer.Option(help="Check this file instead, whoever wrote it.")
    ] = None,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Write the file of accounting entries of a year, or check one.

    Exit code 1 when the file that was checked has something wrong.
    """
    say = voice(lang)
    if check is not None:
        _check(check, say, as_json=as_json)
    elif currency:
        _export("fec", currency, year, output, say, as_json=as_json)
    else:
        fail(say("nommez une monnaie ou --check FICHIER", "name a currency or --check FILE"))


@app.command()
def hledger(
    currency: Currency,
    *,
    year: Year = None,
    output: Output = None,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Write the journal for hledger, euros and units, with every balance asserted at its end."""
    _export("hledger", currency, year, output, voice(lang), as_json=as_json)


@app.command()
def csv(
    currency: Currency,
    *,
    year: Year = None,
    output: Output = None,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Write the journal as CSV that a French Excel opens right, a row an arrow."""
    _export("csv", currency, year, output, voice(lang), as_json=as_json)


@app.command()
def xlsx(
    currency: Currency,
    *,
    year: Year = None,
    output: Output = None,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Write the journal as a workbook, a row an arrow."""
    _export("xlsx", currency, year, output, voice(lang), as_json=as_json)


def _export(
    form: str, currency: str, year: int | None, output: Path | None, say: Voice, *, as_json: bool
) -> None:
    title = say("export", "export")
    with opened(say=say) as ledger, progress(title, None, shown=not as_json) as bar:
        made = exported(ledger, currency, operator(), form, year)
        pieces = bar.follow(made.pieces)
        if output is None and not as_json:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            return
        path, size = _written(made, pieces, output or Path(), say)
    if as_json:
        typer.echo(json.dumps({"file": str(path), "name": made.name, "bytes": size}))
    else:
        typer.echo(path)


def _written(made: Export, pieces: Iterable[bytes], output: Path, say: Voice) -> tuple[Path, int]:
    """Write the pieces to the file, or into the folder; an unfinished file does not stay."""
    path = output / made.name if output.is_dir() else output
    unfinished = path.with_name(f"{path.name}.part")
    size = 0
    try:
        with unfinished.open("wb") as file:
            for piece in pieces:
                size += file.write(piece)
        unfinished.replace(path)
    except OSError as error:
        french, english = "{path} ne s'écrit pas : {why}", "{path} cannot be written: {why}"
        fail(say(french, english, path=path, why=error.strerror))
    finally:
        unfinished.unlink(missing_ok=True)
    return path, size


def _check(file: Path, say: Voice, *, as_json: bool) -> None:
    try:
        with file.open("rb") as lines:
            found = list(check_fec(file.name, lines))
    except OSError as error:
        french, english = "{file} ne se lit pas : {why}", "{file} cannot be read: {why}"
        fail(say(french, english, file=file, why=error.strerror))
    if as_json:
        told = [{"line": p.line, "problem": p.kind, "what": p.what} for p in found]
        typer.echo(json.dumps({"file": file.name, "sound": not found, "problems": told}))
    elif found:
        for problem in found:
            typer.echo(_sentence(problem, say))
    else:
        typer.echo(say("{name} : rien à redire", "{name}: nothing wrong", name=file.name))
    if found:
        raise typer.Exit(FOUND_SOMETHING)


def _sentence(problem: FecProblem, say: Voice) -> str:
    french, english = PROBLEMS[problem.kind]
    where = say("ligne {n}", "line {n}", n=problem.line) if problem.line else say("fichier", "file")
    return f"{where}: {say(french, english, what=problem.what)}"


PROBLEMS: Final = {
    "name": ("le nom n'est pas SIREN, FEC et date : {what}", "not SIREN, FEC and date: {what}"),
    "siren": ("ce SIREN n'existe pas : {what}", "no such SIREN: {what}"),
    "separator": (
        "ni tabulation ni barre entre les colonnes",
        "neither tab nor bar between columns",
    ),
    "columns": (
        "les 18 colonnes ne sont pas celles de la loi : {what}",
        "not the 18 columns: {what}",
    ),
    "cells": ("{what} colonnes au lieu de 18", "{what} columns instead of 18"),
    "missing": ("rien dans {what}", "nothing in {what}"),
    "half-a-pair": ("l'un sans l'autre : {what}", "one without the other: {what}"),
    "day": ("ce n'est pas une date AAAAMMJJ : {what}", "not a date YYYYMMDD: {what}"),
    "after-the-year": ("après la clôture : {what}", "after the last day: {what}"),
    "account": ("ce n'est pas un compte : {what}", "not an account: {what}"),
    "two-names": ("le compte {what} a deux libellés", "the account {what} has two names"),
    "number": ("la suite des numéros est rompue : {what}", "numbers are not continuous: {what}"),
    "two-days-or-journals": (
        "l'écriture {what} a deux dates ou deux journaux",
        "entry {what} has two dates or two journals",
    ),
    "amount": ("ce n'est pas un montant : {what}", "not an amount: {what}"),
    "debit-xor-credit": ("ni débit seul ni crédit seul : {what}", "not debit or credit: {what}"),
    "entry-unbalanced": ("écriture déséquilibrée de {what}", "entry out of balance by {what}"),
    "file-unbalanced": ("fichier déséquilibré de {what}", "file out of balance by {what}"),
    "line-too-long": ("ligne de {what} octets", "a line of {what} bytes"),
    "no-lines": ("aucune écriture", "no entries"),
}
"""What the checker says of each kind of problem: French, English."""
