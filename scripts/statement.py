"""`comptoir statement inspect|import`: bank files, read and booked."""

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from ledger.banking.csv_profiles import SHIPPED, ProfileError
from ledger.banking.detect import read_statements
from ledger.banking.statements import inspection
from ledger.operations.statement import import_statement
from ledger.refusals import UnreadableStatement
from scripts.edge import FOUND_SOMETHING, chosen_settings, fail, opened, operator
from scripts.voice import ENGLISH, FRENCH, Json, Language, Voice, columns, progress, voice

app = typer.Typer(help="Bank statements: camt, CFONB120, MT940, OFX, CSV, and zips of them.")

_File = Annotated[Path, typer.Argument(help="The bank's file.")]


@app.command()
def inspect(file: _File, *, as_json: Json = False, lang: Language = None) -> None:
    """Read a bank file and say what it holds; posts nothing."""
    say = voice(lang)
    data = _read(file, say)
    try:
        profiles = (*chosen_settings(say).profiles, *SHIPPED)
        found = [inspection(each) for each in read_statements(data, file.name, profiles)]
    except (ProfileError, OSError) as error:
        fail(say("COMPTOIR_CSV_PROFILES : {why}", "COMPTOIR_CSV_PROFILES: {why}", why=error))
    except UnreadableStatement as refusal:
        fail(" ".join(say.refusal(refusal).split()))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for told in found:
        columns(told, say.of(_NAMES))
        typer.echo("")


@app.command("import")
def import_(
    currency: Annotated[str, typer.Argument(help="The currency's code.")],
    file: _File,
    *,
    account: Annotated[str, typer.Option(help="The bank account's slug.")],
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Import a bank file: what is certain posts by itself, the rest waits in suspense."""
    say = voice(lang)
    data = _read(file, say)
    title = say("relevé", "statement")
    with opened(say=say) as ledger, progress(title, None, shown=not as_json):
        told = import_statement(
            ledger, currency, operator(), account=account, data=data, name=file.name
        )
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        columns(told, say.of(_NAMES))
    if told["warnings"]:
        raise typer.Exit(FOUND_SOMETHING)


def _read(file: Path, say: Voice) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        french, english = "{file} ne se lit pas : {why}", "{file} cannot be read: {why}"
        fail(say(french, english, file=file, why=error.strerror))


_NAMES: Final[dict[str, dict[str, str]]] = {
    ENGLISH: {},
    FRENCH: {
        "id": "relevé",
        "iban": "compte",
        "currency": "monnaie",
        "opening": "ouverture",
        "closing": "clôture",
        "entries": "lignes",
        "transactions": "opérations",
        "credits": "crédits",
        "debits": "débits",
        "balanced": "équilibré",
        "warnings": "attention",
        "statement": "relevé",
        "statements": "relevés",
        "lines": "lignes",
        "new": "nouvelles",
        "duplicates": "déjà là",
        "matched": "rapprochées",
        "waiting": "en attente",
    },
}
