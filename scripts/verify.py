"""`comptoir verify`: the independent auditor, who needs the rows and a public key, nothing else.

It imports neither the store nor the operations, so it runs on an auditor's own machine.
"""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from rich.console import Console
from rich.progress import Progress

from api.settings import Settings
from ledger.proof import verifier
from ledger.proof.bundle import BundleSource, write_bundle
from ledger.proof.certificate import certificate_problems, is_certificate
from ledger.proof.checkpoint import Checkpoint, read_public_key
from ledger.proof.problems import ENGLISH, FRENCH, Problem, problem
from ledger.proof.reader import open_source
from ledger.proof.rows import Source, UnreadableError

DATABASE: Final = "sqlite:///var/comptoir.db"
PUBLIC_KEY: Final = Path("var/signing-key.pub.pem")
"""Where an auditor looks who sets nothing: below the folder that the command is called from."""

_LARGEST_CERTIFICATE: Final = 16_000_000

SOUND: Final = 0
WRONG: Final = 1
COULD_NOT_RUN: Final = 2

_WORDS: Final = {
    FRENCH: {
        "sound": "{currency} : {entries} écritures vérifiées, rien à redire",
        "wrong": "{currency} : {entries} écritures lues, {problems} anomalies",
        "warning": "attention",
        "untold": "et {untold} autres anomalies",
        "failed": "vérification impossible : {reason}",
        "certificate": "le certificat est authentique, ses chiffres s'additionnent",
        "no": "ce certificat ne vaut rien",
        "no-key": "sans clé publique : les signatures ne sont pas vérifiées",
    },
    ENGLISH: {
        "sound": "{currency}: {entries} entries verified, nothing wrong",
        "wrong": "{currency}: {entries} entries read, {problems} problems",
        "warning": "warning",
        "untold": "and {untold} more problems",
        "failed": "could not verify: {reason}",
        "certificate": "the certificate is genuine and its figures add up",
        "no": "this certificate is worth nothing",
        "no-key": "without a public key, signatures are not checked",
    },
}


def verify(
    *,
    database: Annotated[
        str | None, typer.Option(help="sqlite:///path or postgresql://...; else a setting")
    ] = None,
    bundle: Annotated[Path | None, typer.Option(help="an exported file instead")] = None,
    public_key: Annotated[Path | None, typer.Option(help="PEM; signs checkpoints")] = None,
    against: Annotated[Path | None, typer.Option(help="a checkpoint kept elsewhere")] = None,
    write: Annotated[
        Path | None, typer.Option("--write-bundle", help="export what was verified")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    lang: Annotated[str | None, typer.Option(help="fr or en")] = None,
) -> None:
    """Verify the books from their rows alone: chain, balances, funds, counts, checkpoints.

    Exit code 0: nothing wrong. 1: something is. 2: could not run.
    """
    language = _language(lang)
    try:
        key = _key(public_key)
        if bundle and (data := _certificate(bundle)):
            _judge(data, key, language, as_json=as_json)
        checkpoint = Checkpoint.parse(against.read_bytes()) if against else None
        with _source(database, bundle) as source, _progress(shown=not as_json) as progress:
            report = verifier.verify(source, key, checkpoint, progress)
            if write:
                write_bundle(source, write)
    except (UnreadableError, OSError, ValueError) as error:
        typer.echo(_WORDS[language]["failed"].format(reason=" ".join(str(error).split())), err=True)
        raise typer.Exit(COULD_NOT_RUN) from error
    if as_json:
        typer.echo(json.dumps(_told(report, language, signatures=key is not None)))
    else:
        _say(report, language, signatures=key is not None)
    raise typer.Exit(SOUND if report.sound else WRONG)


def _certificate(path: Path) -> bytes:
    """Give the bytes of a certificate, or nothing for another kind of file."""
    with path.open("rb") as file:
        start = file.read(_LARGEST_CERTIFICATE)
    return start if is_certificate(start) else b""


def _judge(data: bytes, key: Ed25519PublicKey | None, language: str, *, as_json: bool) -> NoReturn:
    """Verify the certificate of a reconciliation, and stop with what was found."""
    if key is None:
        message = "a certificate needs --public-key"
        raise ValueError(message)
    problems = [problem(slug) for slug in certificate_problems(data, key)]
    if as_json:
        found = [{"problem": one.slug, "sentence": one.sentence(language)} for one in problems]
        typer.echo(json.dumps({"sound": not problems, "problems": found}))
    else:
        for one in problems:
            typer.echo(one.sentence(language))
        typer.echo(_WORDS[language]["no" if problems else "certificate"])
    raise typer.Exit(WRONG if problems else SOUND)


def _language(lang: str | None) -> str:
    wanted = lang or os.environ.get("LANG", "")
    return ENGLISH if wanted.startswith(ENGLISH) else FRENCH


def _key(path: Path | None) -> Ed25519PublicKey | None:
    """Read the key given, or the one beside the signing key if there is one."""
    if path is None:
        settings = Settings()
        named = "signing_key_file" in settings.model_fields_set
        path = settings.signing_key_file.with_suffix(".pub.pem") if named else PUBLIC_KEY
        if not path.exists():
            return None
    return read_public_key(path.read_bytes())


@contextlib.contextmanager
def _source(database: str | None, bundle: Path | None) -> Iterator[Source]:
    if bundle:
        if database:
            message = "--database or --bundle, not both"
            raise ValueError(message)
        yield BundleSource(bundle)
        return
    settings = Settings()
    named = settings.database_url if "database_url" in settings.model_fields_set else DATABASE
    with open_source(database or named) as source:
        yield source


@contextlib.contextmanager
def _progress(*, shown: bool) -> Iterator[verifier.Progress | None]:
    """Draw a bar on a terminal, and nothing elsewhere."""
    if not shown or not sys.stderr.isatty():
        yield None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(currency: str, done: int, total: int) -> None:
            if currency not in tasks:
                tasks[currency] = bar.add_task(currency, total=total)
            bar.update(tasks[currency], completed=done)

        yield show


def _told(report: verifier.Report, language: str, *, signatures: bool) -> dict[str, Any]:
    def one(problem: Problem) -> dict[str, Any]:
        return {
            "problem": problem.slug,
            "currency": problem.currency,
            "entry": problem.entry,
            "facts": dict(problem.facts),
            "sentence": problem.sentence(language),
        }

    return {
        "sound": report.sound,
        "entries": report.entries,
        "signatures_checked": signatures,
        "problems": [one(problem) for problem in report.problems],
        "warnings": [one(problem) for problem in report.warnings],
        "untold": report.untold,
    }


def _line(problem: Problem, language: str) -> str:
    sentence = problem.sentence(language)
    return f"{problem.currency}: {sentence}" if problem.currency else sentence


def _say(report: verifier.Report, language: str, *, signatures: bool) -> None:
    words = _WORDS[language]
    for one in report.problems:
        typer.echo(_line(one, language))
    if report.untold:
        typer.echo(words["untold"].format(untold=report.untold))
    for one in report.warnings:
        typer.echo(f"{words['warning']}: {_line(one, language)}")
    if not signatures:
        typer.echo(words["no-key"], err=True)
    for currency, entries in report.entries.items():
        wrong = sum(one.currency == currency for one in report.problems)
        verdict = words["wrong" if wrong else "sound"]
        typer.echo(verdict.format(currency=currency, entries=entries, problems=wrong))
