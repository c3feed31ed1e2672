"""`comptoir payout`: what is due, as files that a bank executes. Safe to run twice."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from ledger.operations.due import BLOCKS, read_dues, shown_due
from ledger.operations.ledger import Ledger
from ledger.operations.payout import MakePaymentFile, file_content
from ledger.operations.standing import MakeCollections
from ledger.refusals import NothingToPay
from ledger.rules.payout import COLLECTIONS, LIVE, ORDERS, REDEMPTIONS
from scripts.edge import FOUND_SOMETHING, fail, opened, operator
from scripts.voice import Json, Language, Voice, voice


def payout(
    currency: Annotated[str, typer.Argument(help="The currency's code.")],
    format_: Annotated[
        Literal["pain.001", "pain.008"],
        typer.Option("--format", help="pain.001 pays what is due, pain.008 debits members."),
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
    if kind not in {REDEMPTIONS, ORDERS}:
        fail(f"--kind: {REDEMPTIONS}, {ORDERS}")
    kind = COLLECTIONS if format_ == "pain.008" else kind
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
    files = []
    for operation in _operations(ledger, currency, kind):
        answer = ledger.post_and_wait(currency, operation, operator())
        told: dict[str, Any] = dict(answer.json())
        if answer.refused and told["slug"] != NothingToPay.slug:
            fail(say.refused(told))
        if answer.refused:  # another process was quicker, or no debit is due
            continue
        if told["state"] == LIVE:
            told["written"] = _write(ledger, currency, str(told["id"]), folder, say)
        files.append(told)
    return files


def _operations(
    ledger: Ledger, currency: str, kind: str
) -> list[MakePaymentFile | MakeCollections]:
    if kind == COLLECTIONS:
        book, _ = ledger.reads.rulebook(currency)
        debiting = [each.slug for each in book.bank_accounts.values() if each.creditor_id]
        return [MakeCollections(account) for account in debiting]
    due = [each for each in read_dues(ledger, currency, operator()) if each.kind == kind]
    accounts = sorted({each.account for each in due if not each.block})
    return [MakePaymentFile(account, kind) for account in accounts]


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
        french = "{id} : {payments} paiements, {euros} EUR, compte {account} : {where}"
        english = "{id}: {payments} payments, {euros} EUR, account {account}: {where}"
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
