"""The auditor's own reading of a database: its own SELECTs, one snapshot, rows as they stand.

SQLite is opened read-only, beside a running server or as a copied file; PostgreSQL in one
read-only snapshot with cursors on the server's side, so that memory stays flat.
"""

import itertools
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from ledger.proof.rows import STREAMS, Raw, Source, Stream, UnreadableError

try:
    import pysqlite3.dbapi2 as sqlite
except ImportError:  # pragma: no cover - no wheel for this platform, see ledger/decisions.md
    import sqlite3 as sqlite

SQLITE: Final = "sqlite:///"
_AT_ONCE: Final = 1_000
_BUSY_SECONDS: Final = 30
_CACHE_KIB: Final = 32_768
_FLAWS: Final = 10


@contextmanager
def open_source(url: str) -> Iterator[Source]:
    """Open a database by URL (`sqlite:///path`, `postgresql://...`) for reading, in one snapshot.

    Raises UnreadableError when there is none, or not one of this program.
    """
    if url.startswith(SQLITE):
        with _sqlite_snapshot(Path(url.removeprefix(SQLITE))) as connection:
            yield SqliteSource(connection)
        return
    if not url.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")):
        message = f"a database is sqlite:///path or postgresql://..., not {url}"
        raise UnreadableError(message)
    with _postgres_snapshot(url.replace("+psycopg://", "://", 1)) as source:
        yield source


def _select(stream: Stream[Any], mark: str, as_it_lies: str = "") -> str:
    """Put a question into SQL; `as_it_lies` keeps SQLite from walking an index in another order."""
    own = "code" if stream.table == "currency" else "currency"
    also = f" AND {stream.where}" if stream.where else ""
    order = f" ORDER BY {stream.order}" if stream.order else ""
    return (
        f'SELECT {", ".join(stream.columns)} FROM "{stream.table}"'  # noqa: S608 - our own names
        f'{"" if order else as_it_lies} WHERE "{own}" = {mark}{also}{order}'
    )


_CURRENCIES: Final = " UNION ".join(
    ['SELECT "code" FROM "currency"']
    + [
        f'SELECT DISTINCT "currency" FROM "{table}"'  # noqa: S608 - our own names
        for table in sorted({stream.table for stream in STREAMS} - {"currency"})
    ]
)


# ---------------------------------------------------------------- SQLite


@contextmanager
def _sqlite_snapshot(path: Path) -> Iterator[Any]:
    """Open read-only, leaving nothing beside the file.

    Where no log lies beside it, no server has it open. It is then read as it stands, because
    SQLite would otherwise make a log that belongs to the auditor and shuts the server out.
    """
    if not path.is_file():
        message = f"there is no database at {path}"
        raise UnreadableError(message)
    before = _stamp(path)
    alone = "" if before[0] else "&immutable=1"
    address = f"file:{quote(str(path.absolute()))}?mode=ro{alone}"
    try:
        with closing(
            sqlite.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
        ) as connection:
            connection.execute("BEGIN")
            connection.execute('SELECT count(*) FROM "currency"').fetchone()
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            yield connection
    except sqlite.Error as error:
        raise UnreadableError(str(error)) from error
    if alone and _stamp(path) != before:
        message = "the database was opened for writing while it was read; verify it again"
        raise UnreadableError(message)


def _stamp(path: Path) -> tuple[bool, int, int]:
    """Tell whether a log lies beside the file, and when and how long the file was written."""
    stat = path.stat()
    return path.with_name(path.name + "-wal").exists(), stat.st_mtime_ns, stat.st_size


class SqliteSource:
    """Rows of a SQLite file."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - as above
        """Take a connection inside a transaction."""
        self._connection = connection

    def currencies(self) -> list[str]:
        """See Source."""
        self._connection.text_factory = _text_or_bytes
        found = sorted(str(row[0]) for row in self._connection.execute(_CURRENCIES))
        self._connection.text_factory = str
        return found

    def flaws(self) -> list[str]:
        """See Source. What a page reads through an index is then what was verified."""
        found = [
            str(row[0]) for row in self._connection.execute(f"PRAGMA integrity_check({_FLAWS})")
        ]
        return [] if found == ["ok"] else found

    def rows(self, stream: Stream[Any], currency: str) -> Iterator[Raw]:
        """See Source. A text that is not UTF-8 is given as the bytes it is."""
        sql = _select(stream, "?", " NOT INDEXED")
        given = 0
        try:
            cursor = self._connection.execute(sql, (currency,))
            while batch := cursor.fetchmany(_AT_ONCE):
                yield from batch
                given += len(batch)
        except sqlite.Error as error:
            if "decode" not in str(error):
                raise UnreadableError(str(error)) from error
            self._connection.text_factory = _text_or_bytes
            yield from itertools.islice(self._connection.execute(sql, (currency,)), given, None)


def _text_or_bytes(raw: bytes) -> str | bytes:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


# ---------------------------------------------------------------- PostgreSQL


@contextmanager
def _postgres_snapshot(url: str) -> Iterator[Source]:
    import psycopg  # noqa: PLC0415 - a copied SQLite file is audited without a client library

    try:
        with psycopg.connect(url, application_name="comptoir verify") as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            yield PostgresSource(connection, psycopg.Error)
    except psycopg.Error as error:
        raise UnreadableError(str(error).strip()) from error


class PostgresSource:
    """Rows of a PostgreSQL database."""

    def __init__(
        self,
        connection: Any,  # noqa: ANN401 - psycopg is imported lazily
        error: type[Exception],
    ) -> None:
        """Take a connection whose transaction is a snapshot, and what its driver raises."""
        self._connection = connection
        self._cursors = itertools.count()
        self._error = error

    def currencies(self) -> list[str]:
        """See Source."""
        return sorted(row[0] for row in self._connection.execute(_CURRENCIES))

    def flaws(self) -> list[str]:
        """See Source. PostgreSQL keeps checksums of its own."""
        return []

    def rows(self, stream: Stream[Any], currency: str) -> Iterator[Raw]:
        """See Source."""
        try:
            with self._connection.cursor(f"audit_{next(self._cursors)}", binary=True) as cursor:
                cursor.itersize = _AT_ONCE
                cursor.execute(_select(stream, "%s"), (currency,))
                yield from cursor
        except self._error as error:
            raise UnreadableError(str(error).strip()) from error
