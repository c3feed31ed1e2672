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
from typing import Annotated

import typer
import uvicorn

from api.settings import HOUSE, Settings, unknown_settings
from ledger.operations.demo import CODE, fill_demo
from scripts.edge import fail, new_token, opened, operator

READY_TRIES = 1200
APPLICATION = "scripts.application:create"


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Server processes.", min=1, max=64)] = 1,
    empty: Annotated[bool, typer.Option("--empty", help="Start without demo data.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say what is ready as JSON.")] = False,
) -> None:
    """Serve the API and the desks; refuses to start when a guard fails, saying why."""
    strangers = unknown_settings(os.environ)
    if strangers:
        fail(f"these settings are not known here: {', '.join(strangers)}")
    settings = Settings()
    _check_free(host, port)
    with opened(settings, migrating=True) as ledger:
        if not empty and not ledger.reads.currencies():
            tokens = fill_demo(ledger, operator(), new_token)
            _keep(settings.demo_tokens_file, tokens)
        demo = settings.demo_tokens_file.exists() and CODE in ledger.reads.currencies()
    address = f"http://{host}:{port}"
    told = partial(_tell, address, settings, demo=demo, as_json=as_json)
    threading.Thread(target=_once_ready, args=(host, port, told), daemon=True).start()
    os.environ.setdefault("COMPTOIR_PUBLIC_URL", settings.public_url or address)
    uvicorn.run(
        APPLICATION,
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        loop="uvloop" if sys.platform != "win32" else "auto",
        access_log=False,
        server_header=False,
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


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            fail(f"cannot listen on {host}:{port}: {error.strerror}")


def _keep(path: Path, tokens: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(tokens, indent=1) + "\n", encoding="utf-8")


def _tell(address: str, settings: Settings, *, demo: bool, as_json: bool) -> None:
    if as_json:
        told = {"address": address, "demo_tokens": str(settings.demo_tokens_file) if demo else None}
        typer.echo(json.dumps(told))
        sys.stdout.flush()
        return
    typer.echo(f"Comptoir is at {address}  (Ctrl-C stops it)")
    if not demo:
        typer.echo("The books are empty: `scripts/comptoir init --help` founds a currency.")
        return
    typer.echo(
        f"""Demo people sign in at {address}/demo; their bearer tokens are in
{settings.demo_tokens_file}

Three things to try:
  1. As `office:comptoir-halles`, at the counter, convert 10,00 EUR in cash for alice: 12,00 Roues.
  2. As `till:boulangerie`, ask for 5,00 Roues; as `member:alice`, open the link of the QR and pay.
  3. As `treasurer`, see at the treasury that every Roue is backed, and drop a bank statement."""
    )
