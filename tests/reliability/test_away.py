"""A full disk, a database that is away, a client that hung up: told plainly, and over by itself."""

import json
import resource
import socket
import time
from pathlib import Path

import pytest

from scripts.postgres import PostgresServer
from tests.databases import migrate
from tests.reliability.crowd import Crowd
from tests.reliability.server import Client, Said, Server
from tests.reliability.test_kill import holds

TINY = 4_096
CONVERSION = {"member": "librairie", "euros": "10.00", "channel": "bank"}


def settled(client: Client, key: str, status: int, seconds: float = 20) -> Said:
    """Ask what became of a key until the answer has a status."""
    give_up_at = time.monotonic() + seconds
    while True:
        said = client.ask("GET", f"/v1/roue/operations/{key}")
        if said.status == status or time.monotonic() > give_up_at:
            assert said.status == status, said
            return said
        time.sleep(0.05)


def test_a_full_disk_is_told_and_over_when_there_is_room(tmp_path: Path) -> None:
    """No file of the server may grow, not even its log; then it may again."""
    url = f"sqlite:///{tmp_path / 'comptoir.db'}"
    migrate(url)
    with Server(url, tmp_path) as server:
        treasurer = server.client("treasurer")
        before = treasurer.ask("POST", "/v1/roue/conversions", CONVERSION, "k0")
        assert before.status == 201
        server.fill_log(2 * TINY)
        server.limit_files(TINY)
        full = [
            treasurer.ask("POST", "/v1/roue/conversions", CONVERSION, f"k{turn}")
            for turn in range(1, 4)
        ]
        assert {said.status for said in full} <= {503, 507}
        assert {said.headers.get("content-type") for said in full} == {"application/problem+json"}
        journal = treasurer.ask("GET", "/v1/roue/journal")
        assert journal.status == 200
        assert all(entry["entry"] <= before.body["entry"] for entry in journal.body["items"])
        assert treasurer.ask("GET", "/v1/roue/operations/k1").status == 404
        server.limit_files(resource.RLIM_INFINITY)
        after = treasurer.ask("POST", "/v1/roue/conversions", CONVERSION, "k1")
        assert (after.status, after.body["entry"]) == (201, before.body["entry"] + 1)
        treasurer.close()


@pytest.mark.postgres
@pytest.mark.timeout(240)
def test_a_database_that_restarts_is_waited_for(tmp_path: Path) -> None:
    with PostgresServer() as postgres:
        url = postgres.url()
        migrate(url)
        with Server(url, tmp_path) as server:
            crowd = Crowd(server)
            reader = server.client("treasurer")
            seen: set[int] = set()
            try:
                for end in (postgres.stop, postgres.crash, postgres.stop):
                    time.sleep(0.4)
                    end()
                    seen |= {reader.ask("GET", "/v1/roue/fund").status for _ in range(3)}
                    time.sleep(0.3)
                    postgres.start()
                    time.sleep(0.4)
                    seen.add(reader.ask("GET", "/v1/roue/fund").status)
            finally:
                crowd.stop()
                reader.close()
        assert seen == {200, 503}
        holds(url, tmp_path, crowd)


def test_an_operation_whose_asker_hung_up_is_found_by_its_key(
    database_url: str, tmp_path: Path
) -> None:
    with Server(database_url, tmp_path) as server:
        treasurer = server.client("treasurer")
        for turn in range(5):
            key = f"gone-{turn}"
            hang_up(server, key)
            found = settled(treasurer, key, 200)
            again = treasurer.ask("POST", "/v1/roue/conversions", CONVERSION, key)
            assert again.status == 201
            assert again.headers.get("idempotent-replay") == "true"
            assert again.body["entry"] == found.body["entry"]
        treasurer.close()


def hang_up(server: Server, key: str) -> None:
    """Send a whole request and close the line before anything comes back."""
    body = json.dumps(CONVERSION).encode()
    head = (
        "POST /v1/roue/conversions HTTP/1.1\r\nHost: here\r\n"
        f"Authorization: Bearer {server.tokens['treasurer']}\r\nIdempotency-Key: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(head.encode() + body)
