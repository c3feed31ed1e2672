"""`comptoir reconcile`: what the banks say of a day, what the books say, and what lies between."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

import typer

from admin.words import words
from ledger.operations.reconciliation import last_month_end, reconcile
from ledger.rules.reconciliation import KINDS
from scripts.edge import FOUND_SOMETHING, opened, operator
from scripts.voice import Json, Language, Voice, voice


def reconcile_(
    currency: Annotated[str, typer.Argument(help="The currency's code.")],
    *,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day; else the last of the month before."),
    ] = None,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Compare banks and books of a day, each difference itemised; 1 when something is wrong."""
    say = voice(lang)
    with opened(say=say) as ledger:
        today = operator().day
        day = on.date() if on else last_month_end(today)
        _, problems, report = reconcile(ledger, currency, day)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
    else:
        _tell(report, say, day)
        spoken = words(say.language)
        for problem in problems:
            mark = say("empêche de signer", "forbids signing") if problem.blocking else "!"
            typer.echo(f"{mark}: {spoken.sentence(problem.template, problem.facts)}")
    if problems:
        raise typer.Exit(FOUND_SOMETHING)


def _tell(report: Mapping[str, Any], say: Voice, day: date) -> None:
    spoken = words(say.language)
    typer.echo(spoken.day(day))
    for account in report["accounts"]:
        facts = {
            name: spoken.amount_text(account[name] or "0.00")
            for name in ("closing", "booked", "suspense", "difference")
        }
        french = (
            "{slug} : banque {closing}, livres {booked} dont en attente {suspense}, "
            "écart {difference}"
        )
        english = (
            "{slug}: bank {closing}, books {booked} of which waiting {suspense}, "
            "difference {difference}"
        )
        typer.echo(say(french, english, slug=account["slug"], **facts))
        for item in account["items"]:
            why = spoken.say(KINDS[item["kind"]])
            amount = spoken.amount_text(item["euros"])
            typer.echo(f"  {amount:>14}  {item['day']}  {why} ({item['key']})")
    for fund in report["funds"]:
        french = "{medium} : dû {required}, présent {present}"
        english = "{medium}: owed {required}, present {present}"
        facts = {name: spoken.amount_text(fund[name]) for name in ("required", "present")}
        typer.echo(say(french, english, medium=fund["medium"], **facts))
