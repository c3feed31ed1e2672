"""Killing the server, or its database, while a crowd pays: what was told is there, once."""

import time
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Literal

from scripts.postgres import PostgresServer
from tests.databases import migrate
from tests.proof.town import opened
from tests.reliability.crowd import Crowd, doubled, lost, torn
from tests.reliability.server import Server, comptoir
from tests.reliability.test_guards import unprotected

PAUSES = (0.15, 0.4, 0.25, 0.6, 0.05)
"""Seconds under load before each kill, in turn: into first batches, full ones, and start-up."""


def killed(url: str, folder: Path, kills: int) -> Crowd:
    """Kill the server again and again under load; gives what the crowd was told."""
    with Server(url, folder) as server:
        crowd = Crowd(server)
        try:
            for turn in range(kills):
                time.sleep(PAUSES[turn % len(PAUSES)])
                server.kill()
                server.start()
            time.sleep(0.5)
        finally:
            crowd.stop()
    return crowd


def holds(url: str, folder: Path, crowd: Crowd) -> None:
    """Check everything that a crash may not break."""
    assert not any(witness.faults for witness in crowd.witnesses)
    assert {said.status for said in crowd.said.values()} <= {201, 409}
    assert lost(url, crowd.said) == []
    assert not doubled(url, crowd.said)
    assert torn(url) == []
    done = comptoir(url, folder, "verify", "--database", url)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(240)
def test_three_kills_lose_and_double_nothing(database_url: str, tmp_path: Path) -> None:
    crowd = killed(database_url, tmp_path, 3)
    assert crowd.unanswered >= 3, "nobody noticed the kills"
    assert sum(said.status == 201 for said in crowd.said.values()) > 50
    holds(database_url, tmp_path, crowd)


@pytest.mark.long
@pytest.mark.timeout(1_200)
def test_twenty_kills_lose_and_double_nothing(database_url: str, tmp_path: Path) -> None:
    crowd = killed(database_url, tmp_path, 20)
    assert crowd.unanswered >= 20, "nobody noticed the kills"
    holds(database_url, tmp_path, crowd)


def crashed(folder: Path, *, promise: str) -> tuple[list[str], Crowd]:
    """Crash PostgreSQL under load; gives what was lost of what the crowd was told before."""
    with PostgresServer({"wal_writer_delay": "10s"}) as postgres:
        url = postgres.url()
        migrate(url)
        with Server(url, folder) as server:
            # After the guards have passed, as a careless operator might.
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(
                    SQL("ALTER SYSTEM SET synchronous_commit = {}").format(Literal(promise))
                )
                connection.execute("SELECT pg_reload_conf()")
            time.sleep(0.3)
            crowd = Crowd(server)
            time.sleep(2)
            before = crowd.said
            postgres.crash()
            server.kill()
            postgres.start()
            gone = lost(url, before)
            if promise == "on":
                server.start()
            else:
                crowd.give_up()
            crowd.stop()
        if promise == "on":
            holds(url, folder, crowd)
    return gone, crowd


@pytest.mark.postgres
@pytest.mark.timeout(240)
def test_a_crash_of_postgresql_loses_nothing(tmp_path: Path) -> None:
    gone, crowd = crashed(tmp_path, promise="on")
    assert gone == []
    assert crowd.unanswered > 0


@pytest.mark.long
@pytest.mark.postgres
@pytest.mark.timeout(240)
def test_without_the_promise_a_crash_of_postgresql_loses_payments(tmp_path: Path) -> None:
    """The control: if this finds nothing lost, the tests above are blind."""
    gone, _ = crashed(tmp_path, promise="off")
    assert len(gone) > 0


def test_one_changed_byte_is_found_and_named(database_url: str, tmp_path: Path) -> None:
    with Server(database_url, tmp_path) as server:
        treasurer = server.client("treasurer")
        body = {"member": "alice", "euros": "10.00", "channel": "bank"}
        told = treasurer.ask("POST", "/v1/roue/conversions", body, "k1")
        treasurer.close()
        entry = told.body["entry"]
    assert comptoir(database_url, tmp_path, "verify", "--database", database_url).returncode == 0
    with opened(database_url) as execute:
        unprotected(execute, database_url)
        execute("UPDATE posting SET amount = amount + 1 WHERE number = ? AND ordinal = 0", entry)
    done = comptoir(database_url, tmp_path, "verify", "--database", database_url)
    assert done.returncode == 1
    assert str(entry) in done.stdout
