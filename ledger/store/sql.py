"""The two dialects of the one door: ask for rows by key, put rows, in as few steps as possible.

Everything that the writer sends is one of four sentences: lock the head, ask, put, commit. SQLite
runs them in process; PostgreSQL gets them in one pipeline per round, written by set (`unnest`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
    starts: str = ""
    """Says that the condition is a beginning of account names."""


@dataclass(frozen=True, slots=True)
class Put:
    """Rows for `table`, all columns in order; `updating` names those that an old row takes over.

    Without `updating` the rows are new, and one that exists is an error.
    """

    table: Table
    rows: Sequence[Row]
    updating: tuple[str, ...] = ()


class Door(Protocol):
    """One write transaction at a time over one connection."""

    def begin(self, currency: str, asks: Sequence[Ask]) -> tuple[Row | None, list[list[Row]]]:
        """Lock the currency's row and only then read: its row, and the rows of each ask."""

    def ask(self, currency: str, asks: Sequence[Ask]) -> list[list[Row]]:
        """Read more, under the lock."""

    def commit(self, puts: Sequence[Put]) -> None:
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


def _on_conflict(put: Put) -> str:
    if not put.updating:
        return ""
    keys = ", ".join(f'"{column.name}"' for column in put.table.primary_key)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in put.updating)
    return f" ON CONFLICT ({keys}) DO UPDATE SET {changes}"


CURRENCY: Final[Table] = CurrencyRow.__table__  # type: ignore[attr-defined]  # SQLModel sets it
_HEAD: Final = _select(CURRENCY)


class SqliteDoor:
    """The door over SQLite: `BEGIN IMMEDIATE` takes the write lock before anything is read."""

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
        return [self._rows(currency, ask) for ask in asks]

    def _rows(self, currency: str, ask: Ask) -> list[Row]:
        sql = f'{_select(ask.table)} WHERE "currency" = ?'
        if not ask.column:
            return list(self._connection.execute(sql + ask.also, (currency,)))
        sql += f' AND "{ask.column}" IN (SELECT "value" FROM json_each(?)){ask.also}'  # noqa: S608 - our own names
        return list(self._connection.execute(sql, (currency, orjson.dumps(ask.values).decode())))

    def commit(self, puts: Sequence[Put]) -> None:
        """See Door."""
        try:
            for put in puts:
                names = columns(put.table)
                self._connection.executemany(
                    f'INSERT INTO "{put.table.name}" ({", ".join(names)}) '  # noqa: S608 - our own names
                    f"VALUES ({', '.join('?' * len(names))}){_on_conflict(put)}",
                    put.rows,
                )
            self._connection.execute("COMMIT")
        except BaseException:
            self.rollback()
            raise

    def rollback(self) -> None:
        """See Door."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """See Door."""
        self._connection.close()


_ARRAYS: Final = (
    (BigInteger, "bigint[]"),
    (Integer, "integer[]"),
    (Boolean, "boolean[]"),
    (LargeBinary, "bytea[]"),
)


class PostgresDoor:
    """The door over PostgreSQL: the currency's row lock orders all processes that write."""

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
            sql = f'{_select(ask.table)} WHERE "currency" = %s'
            parameters: tuple[object, ...] = (currency,)
            if ask.column:
                sql += f' AND "{ask.column}" = ANY(%s::text[])'
                parameters = (currency, list(ask.values))
            cursors.append(self._connection.execute(sql + ask.also, parameters, prepare=True))
        return cursors

    def commit(self, puts: Sequence[Put]) -> None:
        """See Door."""
        try:
            with self._connection.pipeline():
                for put in puts:
                    names = ", ".join(columns(put.table))
                    arrays = ", ".join(f"%s::{_array(column.type)}" for column in put.table.columns)
                    self._connection.execute(
                        f'INSERT INTO "{put.table.name}" ({names}) '  # noqa: S608 - our own names
                        f"SELECT * FROM unnest({arrays}){_on_conflict(put)}",
                        [list(column) for column in zip(*put.rows, strict=True)],
                        prepare=True,
                    )
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


def _array(type_: object) -> str:
    for kind, name in _ARRAYS:
        if isinstance(type_, kind):
            return name
    return "text[]"
