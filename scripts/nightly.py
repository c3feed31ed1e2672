"""`comptoir nightly`: what is due when a day is over. Safe to run twice."""

import json
from typing import Annotated

import typer

from ledger.operations.checkpoint import make_checkpoint
from ledger.operations.nightly import expire_gifts
from scripts.edge import opened, operator


def nightly(
    currency: Annotated[str, typer.Argument(help="The currency's code.")],
    *,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """End the gifts past their day and sign a checkpoint."""
    context = operator()
    with opened() as ledger:
        expired = expire_gifts(ledger, currency, context)
        checkpoint = make_checkpoint(ledger, currency, context)
    size = checkpoint.size if checkpoint else None
    if as_json:
        typer.echo(json.dumps({"expired": expired, "checkpoint": size}))
        return
    typer.echo(f"gifts expired: {expired}; checkpoint: {size or 'nothing new'}")
