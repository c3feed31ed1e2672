"""`comptoir bench`: payments a second over HTTP, against a server that does nothing.

Machines are noisy, so only ratios count, and only those of one run: rounds of each kind take
turns, and the median of each ratio is told. Servers, database and load are the benchmark's own,
on the loopback and in a temporary folder; durability stays as it is in production. Afterwards the
auditor reads the books, and what was acknowledged must be what is found.
"""

import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from api.settings import HOUSE, Settings
from ledger.proof import verifier
from ledger.proof.reader import open_source
from ledger.proof.rows import ENTRIES
from scripts.bench_town import CODE, build_town
from scripts.edge import FOUND_SOMETHING, fail
from scripts.postgres import PostgresMissingError, PostgresServer

ROUNDS: Final = 5
WARM_SECONDS: Final = 30
MOST_REQUESTS: Final = 200_000
START_SECONDS: Final = 30
STOP_SECONDS: Final = 20

Figures = dict[str, Any]


class Rival(StrEnum):
    """What payments are compared with."""

    NOOP = "noop"


class Engine(StrEnum):
    """Which database is measured."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Course:
    """What is run: how many clients, for how long in all for each kind of round, how hot."""

    clients: int
    seconds: float
    hot: float
    rounds: int
    wallets: int
    against_noop: bool


def bench(
    *,
    against: Annotated[Rival | None, typer.Option(help="What to compare with.")] = None,
    clients: Annotated[int, typer.Option(help="People paying at once.", min=1, max=512)] = 32,
    seconds: Annotated[float, typer.Option(help="Measured for each kind.", min=0.1, max=600)] = 10,
    hot: Annotated[float, typer.Option(help="Share with the one shop.", min=0, max=1)] = 0.5,
    engine: Annotated[Engine, typer.Option(help="Database to measure.")] = Engine.BOTH,
    rounds: Annotated[int, typer.Option(help="Turns of each kind.", min=1, max=50)] = ROUNDS,
    wallets: Annotated[int, typer.Option(help="Funded wallets.", min=3, max=20_000)] = 1000,
    statement: Annotated[bool, typer.Option("--statement", help="Import a bank file.")] = False,
    lines: Annotated[int, typer.Option(help="Lines of that file.", min=100)] = 100_000,
    as_json: Annotated[bool, typer.Option("--json", help="Say everything as JSON.")] = False,
) -> None:
    """Measure payments a second over HTTP on servers of its own; the books are verified after.

    With --statement, measure instead how a large camt.053 is imported and matched, and a hundredth
    of it, so that what a line costs in each can be compared.

    Exit code 0: the books are sound and hold what was acknowledged. 1: they do not.
    """
    if statement:
        raise typer.Exit(FOUND_SOMETHING if not _bench_statement(lines, wallets, as_json) else 0)
    course = Course(clients, seconds, hot, rounds, wallets, against is Rival.NOOP)
    engines = [Engine.SQLITE, Engine.POSTGRESQL] if engine is Engine.BOTH else [engine]
    try:
        found = {one.value: _measure(one, course) for one in engines}
    except (PostgresMissingError, RuntimeError, subprocess.TimeoutExpired) as error:
        fail(str(error))
    if as_json:
        told = {"clients": clients, "seconds": seconds, "hot": hot, "wallets": wallets}
        typer.echo(json.dumps({**told, "engines": found}))
    else:
        for name, figures in found.items():
            _say(name, figures)
    if not all(figures["sound"] and figures["nothing_lost"] for figures in found.values()):
        raise typer.Exit(FOUND_SOMETHING)


def _bench_statement(lines: int, wallets: int, as_json: bool) -> bool:  # noqa: FBT001 - as the option is
    """Import a file of a hundredth of the lines and one of all; say whether the books are sound."""
    found = [_import(each, wallets) for each in (max(lines // 100, 100), lines)]
    small, large = (each["microseconds_a_line"] for each in found)
    if as_json:
        told = {"p6_line_large_to_small": round(large / small, 3), "imports": found}
        typer.echo(json.dumps(told))
    else:
        for each in found:
            typer.echo(
                f"{each['lines']} lines, {each['file_mb']} MB: {each['seconds']} s, "
                f"{each['microseconds_a_line']} µs a line, at most {each['peak_mb']} MB"
            )
        typer.echo(f"P6            {large / small:.3f} (a line among all to one among a hundredth)")
    return all(
        each["sound"] and each["matched"] + each["waiting"] == each["lines"] for each in found
    )


def _import(lines: int, wallets: int) -> Figures:
    """Import a file into a town of its own, in a process of its own, on SQLite; then verify."""
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
        settings = _settings(Path(folder), f"sqlite:///{folder}/comptoir.db")
        build_town(settings, wallets)
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "scripts.bench_statement", str(lines)],
            env={**os.environ, **_environment(settings)},
            stdout=subprocess.PIPE,
            cwd=HOUSE,
            check=False,
        )
        if done.returncode:
            message = "the import failed"
            raise RuntimeError(message)
        figures: Figures = json.loads(done.stdout)
        with open_source(settings.database_url) as source:
            return {**figures, "sound": verifier.verify(source).sound}


def _settings(folder: Path, url: str) -> Settings:
    return Settings(
        database_url=url,
        signing_key_file=folder / "signing-key.pem",
        secret_key_file=folder / "secret-key",
    )


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "COMPTOIR_DATABASE_URL": settings.database_url,
        "COMPTOIR_SIGNING_KEY_FILE": str(settings.signing_key_file),
        "COMPTOIR_SECRET_KEY_FILE": str(settings.secret_key_file),
    }


def _measure(engine: Engine, course: Course) -> Figures:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="comptoir-bench-")))
        url = f"sqlite:///{folder / 'comptoir.db'}"
        if engine is Engine.POSTGRESQL:
            url = stack.enter_context(PostgresServer()).url()
        settings = _settings(folder, url)
        tokens = build_town(settings, course.wallets)
        rounds, acknowledged, batch = _run(stack, settings, course, tokens)
        audit = _audit(url, acknowledged)
        return {**_figures(rounds), "batch": batch, **audit, "rounds": rounds}


def _run(
    stack: ExitStack, settings: Settings, course: Course, tokens: dict[str, str]
) -> tuple[dict[str, list[Figures]], int, float]:
    """Run the rounds in turn; gives what each told, all acknowledged payments, the mean batch."""
    kinds = {"uniform": (0.0, stack.enter_context(_ledger_server(settings)))}
    kinds["hot"] = (course.hot, kinds["uniform"][1])
    if course.against_noop:
        noop = ["-m", "scripts.bench_noop"]
        kinds = {"noop": (0.0, stack.enter_context(_server(noop, {}))), **kinds}
    rounds: dict[str, list[Figures]] = {kind: [] for kind in kinds}
    acknowledged = 0
    for turn in range(course.rounds + 1):
        for kind, (hot, port) in kinds.items():
            job = {
                "port": port,
                "path": f"/v1/{CODE}/payments",
                "tokens": tokens,
                "hot": hot,
                "seed": turn,
                "prefix": secrets.token_hex(8),
                "seconds": course.seconds / course.rounds if turn else WARM_SECONDS,
                "most": MOST_REQUESTS if turn else 2 * course.wallets,
                "clients": course.clients,
            }
            told = _load(job)
            if kind != "noop":
                acknowledged += told["acknowledged"]
            if turn:  # the first round warms caches and is not told
                rounds[kind].append(told)
    return rounds, acknowledged, _batch(kinds["uniform"][1])


def _batch(port: int) -> float:
    """Ask the server how many requests went together on average."""
    connection = HTTPConnection("127.0.0.1", port, timeout=STOP_SECONDS)
    connection.request("GET", "/metrics")
    lines = connection.getresponse().read().decode().splitlines()
    connection.close()
    values = dict(line.rsplit(" ", 1) for line in lines if line.startswith("comptoir_batch_"))
    commits = float(values["comptoir_batch_count"])
    return round(float(values["comptoir_batch_sum"]) / commits, 1)


def _load(job: Figures) -> Figures:
    """Run one round in a process of its own; RuntimeError when an answer was not a payment."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench_load"],
        input=json.dumps(job).encode(),
        stdout=subprocess.PIPE,
        cwd=HOUSE,
        check=False,
        timeout=job["seconds"] + 90,
    )
    if done.returncode:
        message = "the load process failed"
        raise RuntimeError(message)
    told: Figures = json.loads(done.stdout)
    if told["refused"] or told["lost"]:
        message = f"{told['refused']} refused, {told['lost']} lost: {told['refusal']}"
        raise RuntimeError(message)
    return told


@contextmanager
def _ledger_server(settings: Settings) -> Iterator[int]:
    command = ["-m", "scripts.main", "serve", "--empty", "--port"]
    with _server(command, _environment(settings)) as port:
        yield port


@contextmanager
def _server(arguments: list[str], environment: dict[str, str]) -> Iterator[int]:
    """Serve on a free port of the loopback, which is the last argument."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, *arguments, str(port)],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        cwd=HOUSE,
    )
    try:
        _wait_until_open(process, port)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_open(process: "subprocess.Popen[bytes]", port: int) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < give_up_at:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    message = "a server did not start"
    raise RuntimeError(message)


def _figures(rounds: dict[str, list[Figures]]) -> Figures:
    """Take medians: of the rates of each kind, and of the ratios within each turn."""

    def median(kind: str, what: str) -> float | None:
        values = [told[what] for told in rounds.get(kind, []) if told[what] is not None]
        return round(statistics.median(values), 2) if values else None

    def ratio(over: str, under: str) -> float | None:
        pairs = zip(rounds.get(over, []), rounds.get(under, []), strict=False)
        ratios = [a["per_second"] / b["per_second"] for a, b in pairs if b["per_second"]]
        return round(statistics.median(ratios), 3) if ratios else None

    return {
        "payments_per_second": median("uniform", "per_second"),
        "hot_payments_per_second": median("hot", "per_second"),
        "noop_per_second": median("noop", "per_second"),
        "p1_payments_to_noop": ratio("uniform", "noop"),
        "p3_hot_to_uniform": ratio("hot", "uniform"),
        "p50_ms": median("uniform", "p50_ms"),
        "p99_ms": median("uniform", "p99_ms"),
        "hot_p50_ms": median("hot", "p50_ms"),
        "hot_p99_ms": median("hot", "p99_ms"),
    }


def _audit(url: str, acknowledged: int) -> Figures:
    """Verify the books as `comptoir verify` does, and count the payments in them."""
    with open_source(url) as source:
        report = verifier.verify(source)
        found = sum(ENTRIES.kept(*row).kind == "payment" for row in source.rows(ENTRIES, CODE))
    return {
        "acknowledged": acknowledged,
        "found": found,
        "nothing_lost": found == acknowledged,
        "sound": report.sound,
        "problems": [problem.sentence("en") for problem in report.problems],
    }


def _say(engine: str, figures: Figures) -> None:
    typer.echo(
        f"{engine}\n"
        f"  payments      {figures['payments_per_second']}/s, hot "
        f"{figures['hot_payments_per_second']}/s; {figures['batch']} to a batch\n"
        f"  waiting       p50 {figures['p50_ms']} ms, p99 {figures['p99_ms']} ms; hot p50 "
        f"{figures['hot_p50_ms']} ms, p99 {figures['hot_p99_ms']} ms\n"
        f"  P3            {figures['p3_hot_to_uniform']} (hot to uniform)"
    )
    if figures["noop_per_second"]:
        typer.echo(
            f"  P1            {figures['p1_payments_to_noop']} "
            f"(payments to the {figures['noop_per_second']}/s of doing nothing)"
        )
    typer.echo(
        f"  books         {'sound' if figures['sound'] else 'NOT SOUND'}, "
        f"{figures['acknowledged']} acknowledged, {figures['found']} found"
    )
