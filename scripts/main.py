"""The command line `comptoir`: one file per command, named after it, gathered here.

A command is a plain function that typer reads: its docstring is the help, its arguments are the
options. To add one, write `scripts/<command>.py` and name it below.
"""

import typer

from scripts import (
    bench,
    demo,
    export,
    init,
    keys,
    nightly,
    openapi,
    opening,
    payout,
    person,
    reconcile,
    serve,
    statement,
    token,
    verify,
    version,
)

app = typer.Typer(
    name="comptoir",
    help="The ledger of a local currency.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve.serve)
app.command()(init.init)
app.command()(demo.demo)
app.add_typer(person.app, name="person")
app.add_typer(token.app, name="token")
app.add_typer(statement.app, name="statement")
app.add_typer(opening.app, name="import")
app.add_typer(export.app, name="export")
app.add_typer(keys.app, name="keys")
app.command("reconcile")(reconcile.reconcile_)
app.command()(nightly.nightly)
app.command()(payout.payout)
app.command()(verify.verify)
app.command()(bench.bench)
app.command()(openapi.openapi)
app.command()(version.version)


@app.callback()
def comptoir() -> None:
    """Keep the books of a local currency: conversions, payments, guarantee fund, proofs."""


def main() -> None:
    """Run the command that the arguments name; the entry point of the installed program."""
    app()


if __name__ == "__main__":
    main()
