"""`comptoir keys rotate`: a new master key for what is sealed."""

import json

import typer

from ledger.operations.rotation import Turned, rotate_keys
from scripts.edge import fail, opened, operator
from scripts.voice import Json, Language, progress, voice

app = typer.Typer(help="The master key that seals who people are.")


@app.callback()
def keys() -> None:
    """Keep a group of commands, be it of one."""


@app.command()
def rotate(*, as_json: Json = False, lang: Language = None) -> None:
    """Put a new master key in use and wrap anew what the old one did; goes on where it stopped.

    The service may run meanwhile, as long as it reads the same key file.
    """
    say = voice(lang)
    turned: dict[str, Turned] = {}
    with opened(say=say) as ledger:
        try:
            title = say("clés", "keys")
            with progress(title, None, shown=not as_json) as bar:
                for step in bar.follow(rotate_keys(ledger, operator())):
                    turned[step.currency] = step
        except OSError as error:
            french = "le fichier de la clé ne s'écrit pas : {why}"
            fail(say(french, "the key file cannot be written: {why}", why=error.strerror))
        in_use = ledger.vault.ring.current.id
    subjects = sum(step.done for step in turned.values())
    if as_json:
        typer.echo(json.dumps({"in_use": in_use, "subjects": subjects}))
        return
    french = "clé {key} en service ; {subjects} clés de personnes et de relevés refermées par elle"
    english = "key {key} in use; {subjects} keys of people and statements wrapped by it"
    typer.echo(say(french, english, key=in_use, subjects=subjects))
    warning = "copiez le fichier de la clé ailleurs", "copy the key file elsewhere"
    typer.echo(say(*warning))
