"""The command line's edge: who runs it is the operator of the machine."""

import json
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer
from pydantic import ValidationError

from api import logs
from api.dependencies import clock, operator
from api.settings import PREFIX, Settings
from ledger.operations.demo import PEOPLE
from ledger.operations.ledger import (
    Ledger,
    UnfitDatabaseError,
    migrate,
    open_ledger,
    secret_keys,
    signing_key,
)
from ledger.refusals import Refusal
from scripts.voice import Voice, voice

__all__ = [
    "COULD_NOT_RUN",
    "FOUND_SOMETHING",
    "chosen_settings",
    "demo_tokens",
    "fail",
    "new_token",
    "opened",
    "operator",
]

FOUND_SOMETHING = 1
COULD_NOT_RUN = 2


def new_token() -> str:
    """Make a bearer token: 256 random bits."""
    return secrets.token_urlsafe(32)


def demo_tokens(path: Path) -> dict[str, str]:
    """Give the demo's bearer tokens: those kept before, in whatever database, or new ones.

    They are kept before the first entry is written, so that a demo cut short can be finished, and
    only their owner reads them.
    """
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_bytes())
        return kept
    tokens = {name: new_token() for name in PEOPLE}
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(tokens, indent=1) + "\n", encoding="utf-8")
    return tokens


def chosen_settings(say: Voice) -> Settings:
    """Read the settings; a value that does not fit is one sentence and exit code 2."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = error.errors()[0]
        name = PREFIX + str(wrong["loc"][0]).upper()
        fail(
            say(
                "le réglage {name} ne convient pas : {why}",
                "the setting {name} does not fit: {why}",
                name=name,
                why=wrong["msg"],
            )
        )


@contextmanager
def opened(
    settings: Settings | None = None, *, say: Voice | None = None, migrating: bool = False
) -> Iterator[Ledger]:
    """Open the ledger for a command; what stops it is one sentence on stderr and exit code 2."""
    say = say or voice()
    chosen = settings or chosen_settings(say)
    logs.configure(chosen.log_format)
    try:
        ring = secret_keys(chosen.secret_key_file)
        if migrating:
            migrate(chosen.database_url, ring)
        key = signing_key(chosen.signing_key_file)
        ledger = open_ledger(chosen.database_url, key, ring, at=clock(), profiles=chosen.profiles)
    except UnfitDatabaseError as error:
        fail(str(error))
    except Exception as error:  # noqa: BLE001 - whatever keeps the books closed is told as a sentence
        why = str(error).strip().partition("\n")[0] or type(error).__name__
        fail(say("les livres ne s'ouvrent pas : {why}", "the books do not open: {why}", why=why))
    try:
        yield ledger
    except Refusal as refusal:
        fail(say.refusal(refusal))
    finally:
        ledger.close()


def fail(sentence: str, code: int = COULD_NOT_RUN) -> NoReturn:
    """Say why on stderr and stop."""
    sys.stderr.write(f"comptoir: {sentence}\n")
    raise typer.Exit(code)
