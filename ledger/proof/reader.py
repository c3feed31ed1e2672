"""The auditor's own reading of a database: its own SELECTs, one snapshot, rows as they stand.

SQLite is opened read-only, beside a running server or as a copied file; PostgreSQL in one
read-only snapshot with cursors on the server's side, so that memory stays flat.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from ledger.proof.rows import STREAMS, Raw, Source, Stream, UnreadableError

try:
    import pysqlite3.dbapi2 as sqlite
except ImportError:  # pragma: no cover - no wheel for this platform, see ledger/decisions.md
    import sqlite3 as sqlite

SQLITE: Final = "sqlite:///"
_AT_ONCE: Final = 5_000
_BUSY_SECONDS: Final = 30
_CACHE_KIB: Final = 32_768


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


def _select(stream: Stream[Any], mark: str) -> str:
    own = "code" if stream.table == "currency" else "currency"
    also = f" AND {stream.where}" if stream.where else ""
    return (
        f'SELECT {", ".join(stream.columns)} FROM "{stream.table}" '  # noqa: S608 - our own names
        f'WHERE "{own}" = {mark}{also} ORDER BY {stream.order}'
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
    if not path.is_file():
        message = f"there is no database at {path}"
        raise UnreadableError(message)
    connection = None
    try:
        connection = _open_sqlite(path)
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        yield connection
    except sqlite.Error as error:
        raise UnreadableError(str(error)) from error
    finally:
        if connection:
            connection.close()


def _open_sqlite(path: Path) -> Any:  # noqa: ANN401 - the driver has no types
    """Open read-only; a lone copy in a folder that cannot be written to is read as it stands."""
    address = f"file:{quote(str(path.absolute()))}"
    modes = ["?mode=ro"]
    if not path.with_name(path.name + "-wal").exists():
        modes.append("?mode=ro&immutable=1")
    *first, last = modes
    for mode in first:
        try:
            return _begin(address + mode)
        except sqlite.OperationalError:
            continue
    return _begin(address + last)


def _begin(address: str) -> Any:  # noqa: ANN401 - as above
    connection = sqlite.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("BEGIN")
        connection.execute('SELECT count(*) FROM "currency"').fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


class SqliteSource:
    """Rows of a SQLite file."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - as above
        """Take a connection inside a transaction."""
        self._connection = connection

    def currencies(self) -> list[str]:
        """See Source."""
        return sorted(str(row[0]) for row in self._connection.execute(_CURRENCIES))

    def rows(self, stream: Stream[Any], currency: str) -> Iterator[Raw]:
        """See Source. A text that is not UTF-8 is given as the bytes it is."""
        sql = _select(stream, "?")
        given = 0
        try:
            for row in self._connection.execute(sql, (currency,)):
                yield row
                given += 1
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
            yield PostgresSource(connection)
    except psycopg.Error as error:
        raise UnreadableError(str(error).strip()) from error


class PostgresSource:
    """Rows of a PostgreSQL database."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - psycopg is imported lazily
        """Take a connection whose transaction is a snapshot."""
        self._connection = connection
        self._cursors = itertools.count()

    def currencies(self) -> list[str]:
        """See Source."""
        return sorted(row[0] for row in self._connection.execute(_CURRENCIES))

    def rows(self, stream: Stream[Any], currency: str) -> Iterator[Raw]:
        """See Source."""
        with self._connection.cursor(f"audit_{next(self._cursors)}", binary=True) as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(_select(stream, "%s"), (currency,))
            yield from cursor
