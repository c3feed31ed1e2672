"""`comptoir serve`: the API and the desks, after the guards have passed."""

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer
import uvicorn

from api.settings import HOUSE, Settings, unknown_settings
from ledger.operations.demo import CODE, continue_demo, cut_short
from ledger.operations.ledger import Ledger
from scripts.edge import chosen_settings, demo_tokens, fail, opened, operator
from scripts.mail import MailServer
from scripts.voice import Json, Language, Voice, voice

READY_TRIES = 1200
APPLICATION = "scripts.application:application"


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Server processes.", min=1, max=64)] = 1,
    empty: Annotated[bool, typer.Option("--empty", help="Start without demo data.")] = False,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Serve the API and the desks; refuses to start when a guard fails, saying why."""
    say = voice(lang)
    strangers = ", ".join(unknown_settings(os.environ))
    if strangers:
        french, english = (
            "réglages inconnus ici : {names}",
            "these settings are not known here: {names}",
        )
        fail(say(french, english, names=strangers))
    settings = chosen_settings(say)
    try:
        MailServer.chosen(settings)
    except ValueError:
        names = "COMPTOIR_SMTP_URL (smtp://..., smtps://...) + COMPTOIR_MAIL_FROM"
        fail(say("les lettres demandent {names}", "letters need {names}", names=names))
    _check_free(host, port, say)
    with opened(settings, say=say, migrating=True) as ledger:
        if not empty:
            ensure_demo(ledger, settings.demo_tokens_file)
        demo = settings.demo_tokens_file.exists() and CODE in ledger.reads.currencies()
    address = f"http://{host}:{port}"
    told = partial(_tell, address, settings, say, demo=demo, as_json=as_json)
    threading.Thread(target=_once_ready, args=(host, port, told), daemon=True).start()
    os.environ.setdefault("COMPTOIR_PUBLIC_URL", settings.public_url or address)
    listen(APPLICATION, host, port, workers, proxies=settings.trusted_proxies)


def ensure_demo(ledger: Ledger, tokens_file: Path) -> None:
    """Fill empty books with the demo, or finish what a kill cut short at the first start."""
    begun = bool(ledger.reads.currencies())
    if begun and not tokens_file.exists():
        return
    kept = demo_tokens(tokens_file)
    if not begun or cut_short(ledger, operator(), kept):
        continue_demo(ledger, operator(), kept)


def listen(application: str, host: str, port: int, workers: int = 1, *, proxies: str = "") -> None:
    """Serve an application factory (`module:function`) until told to stop.

    What `proxies` (addresses, a comma between) say of whom they ask for is believed, and nobody
    else: whoever could say it would choose the address that its guesses are counted for.
    """
    uvicorn.run(
        application,
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        loop="uvloop" if sys.platform != "win32" else "auto",
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=5,
        app_dir=str(HOUSE),
    )


def _once_ready(host: str, port: int, tell: Callable[[], None]) -> None:
    """Tell where the service is as soon as it listens, and not before."""
    for _ in range(READY_TRIES):
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            tell()
            return


def _check_free(host: str, port: int, say: Voice) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            french = "impossible d'écouter sur {place} : {why}"
            english = "cannot listen on {place}: {why}"
            fail(say(french, english, place=f"{host}:{port}", why=error.strerror))


def _tell(address: str, settings: Settings, say: Voice, *, demo: bool, as_json: bool) -> None:
    if as_json:
        told = {"address": address, "demo_tokens": str(settings.demo_tokens_file) if demo else None}
        typer.echo(json.dumps(told))
        sys.stdout.flush()
        return
    typer.echo(say(*_READY, address=address))
    words = _DEMO if demo else _EMPTY
    typer.echo(say(*words, address=address, tokens=settings.demo_tokens_file))


_READY: Final = (
    "Comptoir est à l'adresse {address}  (Ctrl-C l'arrête)",
    "Comptoir is at {address}  (Ctrl-C stops it)",
)
_EMPTY: Final = (
    "Les livres sont vides : `scripts/comptoir init --help` dit comment fonder une monnaie.",
    "The books are empty: `scripts/comptoir init --help` founds a currency.",
)
_DEMO: Final = (
    """Les personnes de la démonstration entrent par {address}/demo ; leurs jetons sont dans
{tokens}

Trois choses à essayer :
  1. En `office:comptoir-halles`, au guichet, changez 10,00 EUR en espèces pour alice : 12,00 Roues.
  2. En `till:boulangerie`, demandez 5,00 Roues ; en `member:alice`, ouvrez le lien du QR et payez.
  3. En `treasurer`, voyez au fonds que chaque Roue est couverte, et déposez un relevé.""",
    """Demo people sign in at {address}/demo; their bearer tokens are in
{tokens}

Three things to try:
  1. As `office:comptoir-halles`, at the counter, convert 10,00 EUR in cash for alice: 12,00 Roues.
  2. As `till:boulangerie`, ask for 5,00 Roues; as `member:alice`, open the link of the QR and pay.
  3. As `treasurer`, see at the treasury that every Roue is backed, and drop a bank statement.""",
)
