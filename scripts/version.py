"""`comptoir version`: which program this is."""

import json
from importlib.metadata import version as installed_version
from typing import Annotated

import typer


def version(*, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Print the version of the program."""
    number = installed_version("comptoir")
    typer.echo(json.dumps({"version": number}) if as_json else f"comptoir {number}")
