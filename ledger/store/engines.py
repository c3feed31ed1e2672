"""Opening the database: SQLite embedded, PostgreSQL in production, one history of migrations.

SQLite comes from the `pysqlite3` wheel: the system's may be older than 3.51.3 and then can corrupt
a database in WAL mode. Both engines run with full durability; `guard` refuses anything weaker.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

try:
    import pysqlite3.dbapi2 as sqlite
except ImportError:  # no wheel for this platform: the system's, if the guard finds it new enough
    import sqlite3 as sqlite

from ledger.refusals import NotNow
from ledger.store.keyring import Keyring, UnfitKeyError

OLDEST_SQLITE: Final = (3, 51, 3)
BUSY_SECONDS: Final = 30
_MIGRATIONS: Final = Path(__file__).parents[2] / "migrations"


class UnfitDatabaseError(RuntimeError):
    """A guard failed: the sentence says what is wrong with the database."""


@dataclass(frozen=True, slots=True)
class Database:
    """An opened database: `reader` for questions; writes go through ledger.store.writer only."""

    url: URL
    reader: Engine

    @property
    def embedded(self) -> bool:
        """Say whether this is SQLite, one file beside the program."""
        return self.url.get_backend_name() == "sqlite"

    def writing_connection(self) -> Any:  # noqa: ANN401 - two drivers, no common type
        """Open the driver's own connection, in autocommit, for the one door."""
        if self.embedded:
            connection = sqlite.connect(
                self.url.database,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            _prepare_sqlite(connection)
            return connection
        import psycopg  # noqa: PLC0415 - the embedded mode starts without loading a client library

        return psycopg.connect(_libpq(self.url), autocommit=True, application_name="comptoir")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a pooled connection for questions; NotNow while the database is away.

        The first question after a restart finds its connection broken; the pool then drops all.
        """
        try:
            with self.reader.connect() as connection:
                yield connection
        except (OperationalError, InterfaceError, PoolTimeoutError) as error:
            raise NotNow from error

    def close(self) -> None:
        """Close every pooled connection."""
        self.reader.dispose()


def open_database(url: str) -> Database:
    """Open a database by URL (`sqlite:///path`, `postgresql://...`); makes a missing folder."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database:
            message = "a SQLite database needs a file: sqlite:///var/comptoir.db"
            raise UnfitDatabaseError(message)
        _make_private(Path(parsed.database))
        reader = create_engine(
            parsed.set(drivername="sqlite"),
            module=sqlite,
            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        )
        event.listen(reader, "connect", _prepare_reader)
        return Database(parsed, reader)
    return Database(parsed, create_engine(parsed.set(drivername="postgresql+psycopg")))


def migrate(url: str, ring: Keyring | None = None, *, to: str = "head") -> None:
    """Bring the schema to the newest version, or up or down to another one.

    `ring` seals what an older version kept in the open; without it such rows are refused.
    """
    database = open_database(url)
    try:
        with _in_words(), database.reader.connect() as connection:
            if database.embedded:
                connection.exec_driver_sql("PRAGMA query_only = OFF")
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # the driver begins none for DDL
            before = MigrationContext.configure(connection).get_current_revision()
            config = _alembic()
            config.attributes |= {"connection": connection, "ring": ring}
            if to in _behind(config, before):
                command.downgrade(config, to)
            else:
                command.upgrade(config, to)
            after = MigrationContext.configure(connection).get_current_revision()
            connection.commit()
            if before not in {None, after}:
                _forget_old_rows(connection, embedded=database.embedded)
    finally:
        database.close()


def _behind(config: Config, revision: str | None) -> set[str]:
    """Name the versions before one."""
    if revision is None:
        return set()
    history = ScriptDirectory.from_config(config).walk_revisions("base", revision)
    return {script.revision for script in history} - {revision}


def scour(database: Database) -> None:
    """Leave no bytes of what was just erased in the database's files, as far as they are ours.

    SQLite overwrites what it deletes (`secure_delete`); here its log goes too. PostgreSQL writes
    the tables anew; its own log keeps the old rows until it is recycled.
    """
    connection = database.writing_connection()
    try:
        if database.embedded:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            for table in ("subject_key", "identity", "memo", "payment_request"):
                connection.execute(f"VACUUM FULL {table}")
    finally:
        connection.close()


def _forget_old_rows(connection: Connection, *, embedded: bool) -> None:
    """Leave no bytes of what a migration replaced: a sealed name must not stand beside itself."""
    connection.execution_options(isolation_level="AUTOCOMMIT")
    if embedded:
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    connection.exec_driver_sql("VACUUM FULL identity, bank_line")


def guard(database: Database) -> None:
    """Refuse a database that cannot keep a promise (UnfitDatabaseError with the sentence)."""
    if database.embedded and sqlite.sqlite_version_info < OLDEST_SQLITE:
        message = f"SQLite {sqlite.sqlite_version} can corrupt a WAL database; 3.51.3 is needed"
        raise UnfitDatabaseError(message)
    with _in_words(), database.reader.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
        head = ScriptDirectory.from_config(_alembic()).get_current_head()
        if at != head:
            message = f"the schema is at {at or 'nothing'}, this program needs {head}"
            raise UnfitDatabaseError(message)
        if not database.embedded:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                value = connection.exec_driver_sql(f"SHOW {setting}").scalar()
                if value == "off":
                    message = f"PostgreSQL runs with {setting} = off and may forget payments"
                    raise UnfitDatabaseError(message)


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn what stops a database from being opened into a sentence (UnfitDatabaseError)."""
    try:
        yield
    except DatabaseError as error:
        message = f"the database cannot be used: {' '.join(str(error.orig).split())}"
        raise UnfitDatabaseError(message) from error
    except UnfitKeyError as error:
        raise UnfitDatabaseError(str(error)) from error
    except CommandError as error:
        message = f"the schema is not one that this program knows: {error}"
        raise UnfitDatabaseError(message) from error


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _make_private(file: Path) -> None:
    """Make a database's file, and its folder, for nobody else: SQLite makes its others alike."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)


def _prepare_sqlite(connection: Any) -> None:  # noqa: ANN401 - the driver has no types
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "mmap_size = 0",
        "secure_delete = ON",  # what is erased leaves no bytes behind in the file
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_reader(connection: Any, _record: object) -> None:  # noqa: ANN401 - as above
    _prepare_sqlite(connection)
    connection.execute("PRAGMA query_only = ON")
