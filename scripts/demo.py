"""`comptoir demo`: fill the demo currency with a town of made-up people and months of history."""

import json
import time as clock_time
from datetime import datetime, time
from pathlib import Path
from random import Random
from typing import Annotated, Final, Literal

import typer

from api.settings import Settings
from ledger.books.context import TOWN
from ledger.operations.bankmonth import write_month
from ledger.operations.demo import CODE, continue_demo, is_demo
from ledger.operations.ledger import Ledger
from ledger.operations.reconciliation import last_month_end
from ledger.operations.town import BooksDifferError, TownPlan, begun, close_town, write_town
from ledger.operations.townlife import Town
from ledger.operations.townsfolk import SIZES
from ledger.refusals import AlreadyExists
from scripts.edge import chosen_settings, demo_tokens, fail, opened, operator
from scripts.voice import Json, Language, Voice, progress, voice


def demo(
    *,
    size: Annotated[
        Literal["village", "eusko", "france"], typer.Option(help="How large a town.")
    ] = "village",
    seed: Annotated[int, typer.Option(help="The same seed, the same town.", min=0)] = 1,
    month: Annotated[
        bool, typer.Option("--month", help="Last month at the bank instead: its files to drop.")
    ] = False,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Fill the demo currency with a town of made-up people and months of history, up to now.

    Interrupted, it goes on where it stopped; complete, it adds nothing.
    """
    say = voice(lang)
    started = clock_time.monotonic()
    settings = chosen_settings(say)
    if month:
        _tell_month(say, _month(settings, say, seed), as_json=as_json)
        return
    with opened(settings, say=say, migrating=True) as ledger:
        plan = TownPlan(SIZES[size], seed, operator().at.replace(microsecond=0))
        if CODE not in ledger.reads.currencies():
            first = operator(at=Town.first_instant(plan.size, plan.until))
            continue_demo(ledger, first, demo_tokens(settings.demo_tokens_file))
        _check_demo(ledger, say)
        try:
            new = _write(ledger, plan, say, shown=not as_json)
        except BooksDifferError as error:
            fail(str(error))
        _, head = ledger.reads.rulebook(CODE)
    seconds = f"{clock_time.monotonic() - started:.1f}"
    if as_json:
        told = {"currency": CODE, "size": size, "seed": seed, "new": new, "entries": head.number}
        typer.echo(json.dumps({**told, "seconds": seconds}))
        return
    typer.echo(say(*(_WRITTEN if new else _THERE), new=new, entries=head.number, seconds=seconds))


_WRITTEN: Final = (
    "La ville est là : {new} opérations nouvelles, {entries} écritures, en {seconds} s.",
    "The town is there: {new} new operations, {entries} entries, in {seconds} s.",
)
_THERE: Final = (
    "Cette ville est déjà là ; rien n'a été ajouté.",
    "This town is already there; nothing was added.",
)


def _check_demo(ledger: Ledger, say: Voice) -> None:
    if not is_demo(ledger):
        french = "{code} n'est pas la monnaie de démonstration ; rien n'y a été écrit."
        english = "{code} is not the demo currency; nothing was written to it."
        fail(say(french, english, code=CODE))


def _month(settings: Settings, say: Voice, seed: int) -> list[Path]:
    """Write the deeds of last month, and its bank files beside the demo's tokens."""
    folder = settings.demo_tokens_file.parent / "month"
    with opened(settings, say=say, migrating=True) as ledger:
        now = operator()
        until = last_month_end(now.day)
        if CODE not in ledger.reads.currencies():
            first = datetime.combine(until.replace(day=1), time(8), TOWN)
            continue_demo(ledger, operator(at=first), demo_tokens(settings.demo_tokens_file))
        _check_demo(ledger, say)
        files = write_month(ledger, CODE, now, Random(seed), until)  # noqa: S311 - no secret
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for account, data in files.items():
        path = folder / f"{account}-{until:%Y-%m}.xml"
        path.write_bytes(data)
        written.append(path)
    return written


def _tell_month(say: Voice, files: list[Path], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"files": [str(path) for path in files]}))
        return
    typer.echo(
        say(
            "Les relevés du mois sont là ; déposez-les sur /treasury/month :",
            "The month's bank files are there; drop them on /treasury/month:",
        )
    )
    for path in files:
        typer.echo(f"  {path}")


def _write(ledger: Ledger, plan: TownPlan, say: Voice, *, shown: bool) -> int:
    """Write the town, or what is missing of it; gives how many operations were new."""
    try:
        plan = begun(ledger, CODE, plan)
    except AlreadyExists as refusal:
        fail(
            say(
                "{currency} contient déjà la ville {town} ; une autre demande une base vide "
                "(COMPTOIR_DATABASE_URL).",
                "{currency} already holds the town {town}; another one needs an empty database "
                "(COMPTOIR_DATABASE_URL).",
                currency=CODE,
                town=refusal.facts["id"],
            )
        )
    new = 0
    days = write_town(ledger, CODE, plan, Random(plan.seed))  # noqa: S311 - a town, no secret
    with progress(plan.size.name, plan.size.days + 1, shown=shown) as bar:
        for _, fresh in bar.follow(days):
            new += fresh
    if new:
        close_town(ledger, CODE, operator())
    return new
