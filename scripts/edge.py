"""The command line's edge: who runs it is the operator of the machine."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from api.dependencies import clock, operator
from api.settings import Settings
from ledger.operations.ledger import (
    Ledger,
    UnfitDatabaseError,
    migrate,
    open_ledger,
    signing_key,
)
from ledger.refusals import Refusal

__all__ = ["COULD_NOT_RUN", "FOUND_SOMETHING", "fail", "new_token", "opened", "operator"]

FOUND_SOMETHING = 1
COULD_NOT_RUN = 2


def new_token() -> str:
    """Make a bearer token: 256 random bits."""
    return secrets.token_urlsafe(32)


@contextmanager
def opened(settings: Settings | None = None, *, migrating: bool = False) -> Iterator[Ledger]:
    """Open the ledger for a command; what stops it is one sentence on stderr and exit code 2."""
    chosen = settings or Settings()
    try:
        if migrating:
            migrate(chosen.database_url)
        key = signing_key(chosen.signing_key_file)
        ledger = open_ledger(chosen.database_url, key, at=clock())
    except (UnfitDatabaseError, ValueError) as error:
        fail(str(error))
    try:
        yield ledger
    except Refusal as refusal:
        fail(refusal.detail)
    finally:
        ledger.close()


def fail(sentence: str, code: int = COULD_NOT_RUN) -> NoReturn:
    """Say why on stderr and stop."""
    sys.stderr.write(f"comptoir: {sentence}\n")
    raise typer.Exit(code)
