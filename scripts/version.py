"""`comptoir version`: which program this is."""

import json
from importlib.metadata import version as installed_version

import typer

from scripts.voice import Json, Language


def version(*, as_json: Json = False, lang: Language = None) -> None:
    """Print the version of the program."""
    del lang  # a number reads the same in both
    number = installed_version("comptoir")
    typer.echo(json.dumps({"version": number}) if as_json else f"comptoir {number}")
