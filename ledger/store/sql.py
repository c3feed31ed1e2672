"""The two dialects of the one door: ask for rows by key, put rows, in as few steps as possible.

Everything that the writer sends is one of four sentences: lock the head, ask, put, commit. SQLite
runs them in process; PostgreSQL gets them in one pipeline per round, written by set (`unnest`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol

import orjson
from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, Table

from ledger.store.engines import Database
from ledger.store.tables import CurrencyRow

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """Rows of `table` whose `column` is one of `values`; all of the currency's without a column."""

    table: Table
    column: str = ""
    values: tuple[str, ...] = ()
    also: str = ""
    """A further fixed condition."""


@dataclass(frozen=True, slots=True)
class Put:
    """Rows for `table`, all columns in order; `updating` names those that an old row takes over.

    Without `updating` the rows are new, and one that exists is an error.
    """

    table: Table
    rows: Sequence[Row]
    updating: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cut:
    """Rows of `table` whose `column` is one of these numbers, taken out of the currency."""

    currency: str
    table: Table
    column: str
    rows: tuple[int, ...]


class Door(Protocol):
    """One write transaction at a time over one connection."""

    def begin(self, currency: str, asks: Sequence[Ask]) -> tuple[Row | None, list[list[Row]]]:
        """Lock the currency's row and only then read: its row, and the rows of each ask."""

    def ask(self, currency: str, asks: Sequence[Ask]) -> list[list[Row]]:
        """Read more, under the lock."""

    def commit(self, puts: Sequence[Put | Cut]) -> None:
        """Write everything and commit; on return it is durable."""

    def rollback(self) -> None:
        """Give the lock back, nothing written."""

    def close(self) -> None:
        """Close the connection."""


def open_door(database: Database) -> Door:
    """Open a door to the database, in its dialect."""
    connection = database.writing_connection()
    return SqliteDoor(connection) if database.embedded else PostgresDoor(connection)


def columns(table: Table) -> tuple[str, ...]:
    """Name the columns of a table in order, quoted."""
    return tuple(f'"{column.name}"' for column in table.columns)


def _select(table: Table) -> str:
    return f'SELECT {", ".join(columns(table))} FROM "{table.name}"'  # noqa: S608 - our own names


def _on_conflict(table: Table, updating: tuple[str, ...]) -> str:
    if not updating:
        return ""
    keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in updating)
    return f" ON CONFLICT ({keys}) DO UPDATE SET {changes}"


CURRENCY: Final[Table] = CurrencyRow.__table__  # type: ignore[attr-defined]  # SQLModel sets it
_HEAD: Final = _select(CURRENCY)


class SqliteDoor:
    """The door over SQLite: `BEGIN IMMEDIATE` takes the write lock before anything is read.

    Rows travel as one JSON text a question or table. The driver lets the interpreter go at every
    step of a statement and must wait for its turn to come back, so a step a row would make the
    whole batch wait once for each of its rows.
    """

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - the driver has no types
        """Take a connection in autocommit mode."""
        self._connection = connection

    def begin(self, currency: str, asks: Sequence[Ask]) -> tuple[Row | None, list[list[Row]]]:
        """See Door."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            head = self._connection.execute(f'{_HEAD} WHERE "code" = ?', (currency,)).fetchone()
            return head, self.ask(currency, asks)
        except BaseException:
            self.rollback()
            raise

    def ask(self, currency: str, asks: Sequence[Ask]) -> list[list[Row]]:
        """See Door."""
        if not asks:
            return []
        sql = _sqlite_asks(tuple((ask.table, ask.column, ask.also) for ask in asks))
        values: list[str] = []
        for ask in asks:
            values += (currency, orjson.dumps(ask.values).decode()) if ask.column else (currency,)
        told = self._connection.execute(sql, values).fetchone()
        return [_told_rows(ask.table, text) for ask, text in zip(asks, told, strict=True)]

    def commit(self, puts: Sequence[Put | Cut]) -> None:
        """See Door."""
        try:
            for put in puts:
                if isinstance(put, Cut):
                    numbers = put.currency, orjson.dumps(put.rows).decode()
                    self._connection.execute(_sqlite_cut(put.table, put.column), numbers)
                else:
                    self._put(put)
            self._connection.execute("COMMIT")
        except BaseException:
            self.rollback()
            raise

    def _put(self, put: Put) -> None:
        rows = orjson.dumps(put.rows, default=bytes.hex)
        if _NUL in rows:  # SQLite's JSON ends a text there
            sql = _sqlite_put_each(put.table, put.updating)
            self._connection.executemany(sql, put.rows)
        else:
            self._connection.execute(_sqlite_put(put.table, put.updating), (rows.decode(),))

    def rollback(self) -> None:
        """See Door."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """See Door."""
        self._connection.close()


_NUL: Final = b"\\u0000"


def _told_rows(table: Table, text: str) -> list[Row]:
    """Read rows that came as one JSON text, bytes in hex."""
    rows: list[list[Any]] = orjson.loads(text)
    for place in _binary(table):
        for row in rows:
            row[place] = bytes.fromhex(row[place])
    return [tuple(row) for row in rows]


@cache
def _binary(table: Table) -> tuple[int, ...]:
    """Give the places of the columns that hold bytes."""
    kinds = enumerate(column.type for column in table.columns)
    return tuple(place for place, kind in kinds if isinstance(kind, LargeBinary))


@cache
def _sqlite_asks(asks: tuple[tuple[Table, str, str], ...]) -> str:
    """Write several questions as one sentence: a JSON text each, side by side."""
    return f"SELECT {', '.join(f'({_sqlite_ask(*ask)})' for ask in asks)}"


def _sqlite_ask(table: Table, column: str, also: str) -> str:
    """Write the question for all rows as one JSON text, bytes in hex."""
    binary = _binary(table)
    names = ", ".join(
        f"hex({name})" if place in binary else name for place, name in enumerate(columns(table))
    )
    sql = f'SELECT json_group_array(json_array({names})) FROM "{table.name}" WHERE "currency" = ?'  # noqa: S608 - our own names
    if column:
        sql += f' AND "{column}" IN (SELECT "value" FROM json_each(?))'  # noqa: S608 - as above
    return sql + also


@cache
def _sqlite_put(table: Table, updating: tuple[str, ...]) -> str:
    """Write the statement that takes the rows of a table as one JSON text, bytes in hex.

    `jsonb_each` hands each row on as it was parsed; `json_each` would have every column of it
    parsed again from text.
    """
    binary = _binary(table)
    values = ", ".join(
        f"unhex(value ->> {place})" if place in binary else f"value ->> {place}"
        for place in range(len(table.columns))
    )
    return (
        f'INSERT INTO "{table.name}" ({", ".join(columns(table))}) '  # noqa: S608 - our own names
        f"SELECT {values} FROM jsonb_each(?) WHERE true{_on_conflict(table, updating)}"
    )


def _sqlite_cut(table: Table, column: str) -> str:
    """Write the statement that takes rows out by their numbers."""
    return (
        f'DELETE FROM "{table.name}" WHERE "currency" = ? '  # noqa: S608 - our own names
        f'AND "{column}" IN (SELECT "value" FROM json_each(?))'
    )


@cache
def _sqlite_put_each(table: Table, updating: tuple[str, ...]) -> str:
    """Write the statement that takes one row."""
    names = columns(table)
    return (
        f'INSERT INTO "{table.name}" ({", ".join(names)}) '  # noqa: S608 - our own names
        f"VALUES ({', '.join('?' * len(names))}){_on_conflict(table, updating)}"
    )


_TYPES: Final = (
    (BigInteger, "bigint"),
    (Integer, "integer"),
    (Boolean, "boolean"),
)


class PostgresDoor:
    """The door over PostgreSQL: the currency's row lock orders all processes that write.

    What is sent travels as one JSON text a statement: the driver would make an array of each
    column, value by value, and that was half of the writer's work.
    """

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - psycopg is imported lazily
        """Take a connection in autocommit mode."""
        self._connection = connection

    def begin(self, currency: str, asks: Sequence[Ask]) -> tuple[Row | None, list[list[Row]]]:
        """See Door."""
        try:
            with self._connection.pipeline() as pipeline:
                self._connection.execute("BEGIN")
                head = self._connection.execute(
                    f'{_HEAD} WHERE "code" = %s FOR UPDATE', (currency,), prepare=True
                )
                cursors = self._send(currency, asks)
                pipeline.sync()
                return head.fetchone(), [cursor.fetchall() for cursor in cursors]
        except BaseException:
            self.rollback()
            raise

    def ask(self, currency: str, asks: Sequence[Ask]) -> list[list[Row]]:
        """See Door."""
        with self._connection.pipeline() as pipeline:
            cursors = self._send(currency, asks)
            pipeline.sync()
            return [cursor.fetchall() for cursor in cursors]

    def _send(self, currency: str, asks: Sequence[Ask]) -> list[Any]:
        cursors = []
        for ask in asks:
            sql = _postgres_ask(ask.table, ask.column, ask.also)
            values = (currency, orjson.dumps(ask.values).decode()) if ask.column else (currency,)
            cursors.append(self._connection.execute(sql, values, prepare=True))
        return cursors

    def commit(self, puts: Sequence[Put | Cut]) -> None:
        """See Door."""
        try:
            with self._connection.pipeline():
                for put in puts:
                    rows = orjson.dumps(put.rows, default=bytes.hex).decode()
                    if isinstance(put, Cut):
                        sql = _postgres_cut(put.table, put.column)
                        self._connection.execute(sql, (put.currency, rows))
                    else:
                        sql = _postgres_put(put.table, put.updating)
                        self._connection.execute(sql, (rows,), prepare=True)
                self._connection.execute("COMMIT")
        except BaseException:
            self.rollback()
            raise

    def rollback(self) -> None:
        """See Door."""
        if not self._connection.closed:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """See Door."""
        self._connection.close()


@cache
def _postgres_ask(table: Table, column: str, also: str) -> str:
    sql = f'{_select(table)} WHERE "currency" = %s'
    if column:
        sql += f' AND "{column}" = ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb)))'
    return sql + also


def _postgres_cut(table: Table, column: str) -> str:
    return (
        f'DELETE FROM "{table.name}" WHERE "currency" = %s AND "{column}" = '  # noqa: S608 - our own names
        "ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb)::bigint))"
    )


@cache
def _postgres_put(table: Table, updating: tuple[str, ...]) -> str:
    """Write the statement that takes the rows of a table as one JSON text, bytes in hex."""
    values = ", ".join(
        _postgres_value(place, column.type) for place, column in enumerate(table.columns)
    )
    return (
        f'INSERT INTO "{table.name}" ({", ".join(columns(table))}) '  # noqa: S608 - our own names
        f"SELECT {values} FROM jsonb_array_elements(%s::jsonb) AS one(row)"
        f"{_on_conflict(table, updating)}"
    )


def _postgres_value(place: int, kind: object) -> str:
    if isinstance(kind, LargeBinary):
        return f"decode(one.row ->> {place}, 'hex')"
    for type_, name in _TYPES:
        if isinstance(kind, type_):
            return f"(one.row ->> {place})::{name}"
    return f"one.row ->> {place}"
