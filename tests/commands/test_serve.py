"""`comptoir serve` as a real process: what it refuses, what it keeps, and how it stops."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from api.dependencies import clock
from ledger.books.context import Context
from ledger.operations.demo import CODE
from ledger.operations.ledger import (
    Answer,
    Ledger,
    Operation,
    migrate,
    open_ledger,
    secret_keys,
    signing_key,
)
from scripts.serve import ensure_demo

HOUSE = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def room(folder: Path) -> dict[str, str]:
    """Give the environment of a server whose files are all in a folder."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("COMPTOIR_")}
    return mine | {
        "COMPTOIR_DATABASE_URL": f"sqlite:///{folder}/comptoir.db",
        "COMPTOIR_SIGNING_KEY_FILE": f"{folder}/signing-key.pem",
        "COMPTOIR_SECRET_KEY_FILE": f"{folder}/secret-key",
        "LANG": "en_GB.UTF-8",
        "PYTHONPATH": str(HOUSE),
    }


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "scripts.main", "serve", *arguments]


@contextmanager
def serving(folder: Path, *arguments: str, **more: str) -> Iterator[dict[str, Any]]:
    """Start a server, give what it says when it is ready, and stop it as Ctrl-C does."""
    line = command("--json", "--port", str(free_port()), *arguments)
    process = subprocess.Popen(
        line,
        env=room(folder) | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout
        first = process.stdout.readline()
        assert first, process.communicate()[1]
        yield json.loads(first)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def cookie_by_https(address: str) -> str:
    """Sign in as a proxy's visitor would; gives the cookie."""
    visitor = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
    answer = httpx.post(f"{address}/demo", data={"person": "member:alice"}, headers=visitor)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    return answer.headers["set-cookie"]


def test_a_proxy_is_believed_when_it_is_named_and_files_are_their_owners(tmp_path: Path) -> None:
    var = tmp_path / "var"
    with serving(var) as told:
        assert cookie_by_https(told["address"]).startswith("comptoir-session=")
        modes = {path.name: path.stat().st_mode & 0o777 for path in var.iterdir()}
    assert modes.pop("signing-key.pub.pem")
    assert {"comptoir.db", "comptoir.db-wal", "secret-key", "demo-tokens.json"} <= set(modes)
    assert set(modes.values()) == {0o600}
    assert var.stat().st_mode & 0o777 == 0o700
    with serving(var, COMPTOIR_TRUSTED_PROXIES="127.0.0.1") as told:
        cookie = cookie_by_https(told["address"])
    assert cookie.startswith("__Host-comptoir-session=")
    assert "Secure" in cookie


def refusal(folder: Path, *arguments: str, **more: str) -> str:
    """Start a server that must refuse, and give why, which is one line."""
    done = subprocess.run(
        command(*arguments),
        env=room(folder) | more,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done
    return done.stderr


def asked(address: str, path: str, method: str = "GET", **headers: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    try:
        body = headers.pop("body", None)
        connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_a_second_start_keeps_the_books_and_the_tokens(tmp_path: Path) -> None:
    with serving(tmp_path) as ready:
        tokens = Path(ready["demo_tokens"]).read_text()
        paid = asked(
            ready["address"],
            "/v1/roue/conversions",
            "POST",
            body='{"member": "alice", "euros": "10.00", "channel": "cash"}',
            Authorization=f"Bearer {json.loads(tokens)['office:comptoir-halles']}",
            Idempotency_Key="change-1",
            Content_Type="application/json",
        )
        assert paid[0] == 201
    with serving(tmp_path) as ready:
        assert Path(ready["demo_tokens"]).read_text() == tokens
        status, face = asked(ready["address"], "/v1/roue")
        assert (status, face["circulation"]["digital"]) == (200, "12.00")


def test_an_empty_start_has_no_currency(tmp_path: Path) -> None:
    with serving(tmp_path, "--empty") as ready:
        assert ready["demo_tokens"] is None
        assert asked(ready["address"], "/v1/roue")[0] == 404
        assert asked(ready["address"], "/healthz")[0] == 200


def test_settings_that_nobody_knows_are_refused_by_name(tmp_path: Path) -> None:
    why = refusal(tmp_path, COMPTOIR_DATABASE="x", COMPTOIR_PORT="1", COMPTOIR_TEST_POSTGRES="x")
    assert "COMPTOIR_DATABASE, COMPTOIR_PORT" in why
    assert "COMPTOIR_TEST" not in why


def test_settings_of_the_tests_are_left_alone(tmp_path: Path) -> None:
    with serving(
        tmp_path, "--empty", COMPTOIR_TEST_CHROMIUM="/nowhere", COMPTOIR_BANK_FILES="/nowhere"
    ) as ready:
        assert ready["address"]


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"127.0.0.1:{port}" in refusal(tmp_path, "--port", port)


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    with serving(tmp_path / "not" / "yet", "--empty"):
        assert (tmp_path / "not" / "yet" / "comptoir.db").exists()


def test_a_place_where_no_folder_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "the books do not open" in refusal(tmp_path / "file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_only_reads_is_told(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    assert "the books do not open" in refusal(tmp_path / "closed")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_key_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "signing-key.pem").touch(mode=0o000)
    assert "the books do not open" in refusal(tmp_path)


def test_a_file_that_holds_no_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "signing-key.pem").write_text("not a key")
    assert "the books do not open" in refusal(tmp_path)


def test_a_demo_cut_short_at_the_first_start_is_finished_at_the_next(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'books.db'}"
    migrate(url)
    tokens_file = tmp_path / "demo-tokens.json"
    ledger = open_ledger(
        url, signing_key(tmp_path / "key.pem"), secret_keys(tmp_path / "secret-key"), at=clock()
    )
    try:
        steps = 0

        class Cut(Exception):  # noqa: N818 - stands for a kill
            """The power went away."""

        def post(currency: str, operation: Operation, context: Context) -> Answer:
            nonlocal steps
            steps += 1
            if steps > 9:
                raise Cut
            return ledger.post_and_wait(currency, operation, context)

        broken = SimpleNamespace(reads=ledger.reads, database=ledger.database, post_and_wait=post)
        with pytest.raises(Cut):
            ensure_demo(cast("Ledger", broken), tokens_file)
        kept = tokens_file.read_bytes()
        ensure_demo(ledger, tokens_file)
        head = ledger.reads.rulebook(CODE)[1].number
        ensure_demo(ledger, tokens_file)
        assert ledger.reads.rulebook(CODE)[1].number == head == 50
        assert tokens_file.read_bytes() == kept
    finally:
        ledger.close()
