"""Fresh databases for tests: one migrated template an engine, one copy of it a test."""

import importlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import LiteralString, Protocol
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

from scripts.postgres import PostgresServer

try:
    import pysqlite3 as sqlite
except ImportError:  # no wheel for this platform, see ledger/decisions.md
    import sqlite3 as sqlite

Migrate = Callable[[str], None]


def migrate(url: str) -> None:
    """Bring the database to the newest schema through the same door as the program.

    Imported when first used, so that tests without a database do not wait for it.
    """
    importlib.import_module("ledger.store.engines").migrate(url)


@contextmanager
def connect_sqlite(url: str) -> Iterator[sqlite.Connection]:
    """Open a file by the plain driver; what was done is committed unless it failed."""
    with closing(sqlite.connect(url.removeprefix("sqlite:///"))) as connection, connection:
        yield connection


class Databases(Protocol):
    """One engine that hands out databases, each as good as new and gone afterwards."""

    engine: str

    def fresh(self) -> AbstractContextManager[str]:
        """Open the address of a fresh, migrated database; it is removed at the end."""


class SqliteDatabases:
    """Copies of one migrated file."""

    engine = "sqlite"

    def __init__(self, folder: Path, migrate: Migrate = migrate) -> None:
        """Make and migrate the template in `folder`."""
        self._folder = folder
        self._template = folder / "template.db"
        url = f"sqlite:///{self._template}"
        migrate(url)
        with connect_sqlite(url) as connection:  # a copy must not miss the log
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Copy the template; the file and what stands beside it are removed at the end."""
        folder = self._folder / secrets.token_hex(8)
        folder.mkdir()
        shutil.copyfile(self._template, folder / "comptoir.db")
        try:
            yield f"sqlite:///{folder / 'comptoir.db'}"
        finally:
            shutil.rmtree(folder)


class PostgresDatabases:
    """Copies of one migrated database of a server that is running."""

    engine = "postgresql"

    def __init__(self, server_url: str, migrate: Migrate = migrate) -> None:
        """Make and migrate the template; `server_url` may create databases."""
        self._server_url = server_url
        self._template = self._name()
        self._execute("CREATE DATABASE {}", self._template)
        migrate(self._url(self._template))

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Copy the template (about 35 ms); sessions left open on the copy are cut at the end."""
        name = self._name()
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, self._template)
        try:
            yield self._url(name)
        finally:
            self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def close(self) -> None:
        """Remove the template, for the sake of a server that is not ours."""
        self._execute("DROP DATABASE {} WITH (FORCE)", self._template)

    def _url(self, database: str) -> str:
        return urlsplit(self._server_url)._replace(path=f"/{database}").geturl()

    def _execute(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(SQL(statement).format(*map(Identifier, names)))

    @staticmethod
    def _name() -> str:
        return f"comptoir_test_{secrets.token_hex(8)}"


@contextmanager
def postgres_server_url() -> Iterator[str]:
    """Open the server named by COMPTOIR_TEST_POSTGRES, else one of our own."""
    if given := os.environ.get("COMPTOIR_TEST_POSTGRES"):
        yield given
        return
    with PostgresServer() as server:
        yield server.url()
