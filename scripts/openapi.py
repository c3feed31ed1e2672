"""`comptoir openapi`: the description of the HTTP API, as it is committed in `api/openapi.json`."""

import json

import typer

from api.app import create_app


def openapi() -> None:
    """Print the OpenAPI description of the API; `comptoir openapi > api/openapi.json` renews it."""
    typer.echo(written(), nl=False)


def written() -> str:
    """Write the description: two spaces deep, in the order of the routes, ending in a newline."""
    return json.dumps(create_app().openapi(), indent=2, ensure_ascii=False) + "\n"
