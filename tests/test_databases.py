"""The tests' own databases: fresh each time, on both engines, and nothing left behind."""

import os
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from scripts.postgres import PostgresServer
from tests.conftest import is_nearby
from tests.databases import Databases, PostgresDatabases, SqliteDatabases, connect_sqlite

SCHEMA = "CREATE TABLE purse (coin integer)"


def run_sql(url: str, statement: str) -> list[tuple[int, ...]]:
    """Run one statement by the plain driver of the engine, and return its rows."""
    if url.startswith("sqlite"):
        with connect_sqlite(url) as connection:
            return list(connection.execute(statement).fetchall())
    with psycopg.connect(url) as session:
        cursor = session.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def stand_in_for_migrate(url: str) -> None:
    run_sql(url, SCHEMA)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def two_purses(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Databases]:
    if request.param == "sqlite":
        yield SqliteDatabases(tmp_path, stand_in_for_migrate)
        return
    made = PostgresDatabases(request.getfixturevalue("postgres_url"), stand_in_for_migrate)
    yield made
    made.close()


def test_each_database_is_migrated_and_nobody_elses(two_purses: Databases) -> None:
    with two_purses.fresh() as mine, two_purses.fresh() as yours:
        run_sql(mine, "INSERT INTO purse VALUES (7)")
        assert run_sql(mine, "SELECT coin FROM purse") == [(7,)]
        assert run_sql(yours, "SELECT coin FROM purse") == []
    with two_purses.fresh() as next_one:
        assert run_sql(next_one, "SELECT coin FROM purse") == []


def test_a_sqlite_database_is_removed_after_use(tmp_path: Path) -> None:
    databases = SqliteDatabases(tmp_path, stand_in_for_migrate)
    with databases.fresh() as url:
        file = Path(url.removeprefix("sqlite:///"))
        assert file.exists()
    assert not file.parent.exists()


@pytest.mark.postgres
def test_the_server_is_private_and_leaves_nothing() -> None:
    parent_mode = stat.S_IMODE(Path.home().stat().st_mode)
    with PostgresServer() as server:
        assert run_sql(server.url(), "SELECT 1") == [(1,)]
        assert stat.S_IMODE((server.home / "socket").stat().st_mode) == 0o700
        assert (server.home / "data").stat().st_uid != 0
        assert server.pid is not None
        os.kill(server.pid, 0)
        pid, home = server.pid, server.home
    assert not home.exists()
    assert subprocess.run(["ps", "-p", str(pid)], check=False, capture_output=True).returncode == 1  # noqa: S607 - ps lives in different places
    assert stat.S_IMODE(Path.home().stat().st_mode) == parent_mode


@pytest.mark.postgres
def test_what_was_committed_survives_a_crash() -> None:
    with PostgresServer({"max_connections": "5"}) as server:
        run_sql(server.url(), SCHEMA)
        run_sql(server.url(), "INSERT INTO purse VALUES (7)")
        server.crash()
        assert server.pid is None
        server.start()
        assert run_sql(server.url(), "SELECT coin FROM purse") == [(7,)]
        assert run_sql(server.url(), "SELECT current_setting('fsync') = 'on'") == [(True,)]


@pytest.mark.postgres
def test_a_server_that_cannot_start_says_why() -> None:
    with (
        pytest.raises(RuntimeError, match="no_such_setting"),
        PostgresServer({"no_such_setting": "1"}),
    ):
        pass


@pytest.mark.parametrize(
    ("address", "near"),
    [
        (("127.0.0.1", 80), True),
        (("localhost", 80), True),
        (("::1", 80, 0, 0), True),
        ("/run/x.sock", True),
        (("192.0.2.1", 80), False),
        (("example.org", 443), False),
    ],
)
def test_only_this_machine_is_near(address: object, near: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_nearby(address) is near


def test_the_network_is_closed() -> None:
    with socket.socket() as plug, pytest.raises(ConnectionRefusedError, match=r"192\.0\.2\.1"):
        plug.connect(("192.0.2.1", 80))
