"""`comptoir payout`: what is due, as files that a bank executes. Safe to run twice."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from ledger.operations.due import BLOCKS, read_dues, shown_due
from ledger.operations.ledger import Ledger
from ledger.operations.payout import MakePaymentFile, file_content
from ledger.refusals import NothingToPay
from ledger.rules.payout import KINDS, LIVE, REDEMPTIONS
from scripts.edge import FOUND_SOMETHING, fail, opened, operator
from scripts.voice import Json, Language, Voice, voice


def payout(
    currency: Annotated[str, typer.Argument(help="The currency's code.")],
    format_: Annotated[
        Literal["pain.001"], typer.Option("--format", help="The file's format.")
    ] = "pain.001",
    kind: Annotated[
        str, typer.Option(help="What to pay: redemptions, or orders between own accounts.")
    ] = REDEMPTIONS,
    folder: Annotated[Path, typer.Option(help="Where to write the files.")] = Path(),
    file: Annotated[
        str, typer.Option(help="Write this file again, made before; makes nothing new.")
    ] = "",
    *,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Make a file of what is due from each bank account; each payment goes into one file only."""
    say = voice(lang)
    if kind not in KINDS:
        fail(say("--kind : {kinds}", "--kind: {kinds}", kinds=", ".join(KINDS)))
    with opened(say=say) as ledger:
        if file:
            made = [{"id": file, "written": _write(ledger, currency, file, folder, say)}]
            blocked: list[dict[str, Any]] = []
        else:
            made = _make(ledger, currency, kind, folder, say)
            left = [each for each in read_dues(ledger, currency, operator()) if each.kind == kind]
            blocked = [shown_due(each, operator()) for each in left if each.block]
    if as_json:
        told = {"format": format_, "files": made, "blocked": blocked}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        _tell(made, blocked, say)
    if blocked:
        raise typer.Exit(FOUND_SOMETHING)


def _make(
    ledger: Ledger, currency: str, kind: str, folder: Path, say: Voice
) -> list[dict[str, Any]]:
    due = [each for each in read_dues(ledger, currency, operator()) if each.kind == kind]
    files = []
    for account in sorted({each.account for each in due if not each.block}):
        answer = ledger.post_and_wait(currency, MakePaymentFile(account, kind), operator())
        told: dict[str, Any] = dict(answer.json())
        if answer.refused and told["slug"] != NothingToPay.slug:
            fail(say.refused(told))
        if answer.refused:  # another process was quicker
            continue
        if told["state"] == LIVE:
            told["written"] = _write(ledger, currency, str(told["id"]), folder, say)
        files.append(told)
    return files


def _write(ledger: Ledger, currency: str, file: str, folder: Path, say: Voice) -> str:
    name, content = file_content(ledger, currency, operator(), file)
    path = folder / name
    try:
        path.touch(mode=0o600)  # it names people and their accounts
        path.write_bytes(content)
    except OSError as error:
        fail(
            say(
                "le fichier {file} est fait, mais ne s'écrit pas : {why} ; reprenez avec --file",
                "the file {file} is made, but cannot be written: {why}; go on with --file",
                file=file,
                why=error.strerror,
            )
        )
    return str(path)


def _tell(made: list[dict[str, Any]], blocked: list[dict[str, Any]], say: Voice) -> None:
    if not made:
        typer.echo(say("rien à payer", "nothing to pay"))
    for each in made:
        if "euros" not in each:
            typer.echo(str(each["written"]))
            continue
        french = "{id} : {payments} paiements, {euros} EUR, débit de {account} : {where}"
        english = "{id}: {payments} payments, {euros} EUR, from {account}: {where}"
        waits = say("attend une seconde personne", "waits for a second person")
        typer.echo(say(french, english, where=each.get("written", waits), **_facts(each)))
    for each in blocked:
        why = say.sentence(BLOCKS[str(each["blocked"])])
        typer.echo(
            say(
                "bloqué : {to}, {euros} EUR : {why}",
                "blocked: {to}, {euros} EUR: {why}",
                to=each["to"],
                euros=each["euros"],
                why=why,
            )
        )


def _facts(each: dict[str, Any]) -> dict[str, Any]:
    return {name: each[name] for name in ("id", "payments", "euros", "account")}
