"""`comptoir nightly`: what is due when a day is over. Safe to run twice."""

import json
from typing import Annotated

import typer

from ledger.operations.nightly import do_nightly
from scripts.edge import opened, operator
from scripts.voice import Json, Language, voice


def nightly(
    currency: Annotated[str, typer.Argument(help="The currency's code.")],
    *,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """End the gifts past their day, explain bank lines left behind, sign a checkpoint."""
    say = voice(lang)
    with opened(say=say) as ledger:
        night = do_nightly(ledger, currency, operator())
    if as_json:
        told = {
            "expired": night.expired,
            "ibans": night.ibans,
            "collections": night.collections,
            "sheets": night.sheets,
            "matched": night.matched,
            "waiting": night.waiting,
            "checkpoint": night.checkpoint,
            "alarms": list(night.alarms),
        }
        typer.echo(json.dumps(told))
        return
    typer.echo(
        say(
            "cadeaux échus : {expired} ; lignes de banque rapprochées : {matched}, en attente : "
            "{waiting} ; IBAN changés : {ibans} ; fichiers de prélèvement : {collections} ; "
            "bordereaux de régie : {sheets} ; point de contrôle : {checkpoint}",
            "gifts expired: {expired}; bank lines matched: {matched}, waiting: {waiting}; "
            "IBANs changed: {ibans}; files of direct debits: {collections}; "
            "sheets of services: {sheets}; checkpoint: {checkpoint}",
            expired=night.expired,
            ibans=night.ibans,
            collections=night.collections,
            sheets=night.sheets,
            matched=night.matched,
            waiting=night.waiting,
            checkpoint=night.checkpoint or say("rien de nouveau", "nothing new"),
        )
    )
    for alarm in night.alarms:
        typer.echo(f"! {alarm}")
