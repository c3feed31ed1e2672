"""The vault on the connection of a migration: seals what stood in the open, and opens it again."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Table, insert, select

from ledger.books.sealing import SealingKey, SubjectKey
from ledger.store.keyring import Keyring, MasterKey, UnfitKeyError
from ledger.store.papers import SHELFMARKS
from ledger.store.vault import IN_USE, DataKey, Place, blind_index, fresh_key, unwrapped

AT_ONCE: Final = 1_000
_SUBJECT_KEY: Final[Table] = SHELFMARKS[SubjectKey].table
_SEALING_KEY: Final[Table] = SHELFMARKS[SealingKey].table


class MigratingVault:
    """Keys of subjects, made or opened as rows pass by; `keep` writes the new ones."""

    def __init__(self, connection: Connection, ring: Keyring | None) -> None:
        """Take the migration's connection, and the ring if there is one."""
        self._connection = connection
        self._ring = ring
        self._keys: dict[tuple[str, str], DataKey] = {}
        self._made: list[tuple[str, SubjectKey]] = []

    def sealed(
        self, currency: str, table: str, row: str, subject: str, said: Mapping[str, str]
    ) -> dict[str, bytes]:
        """Seal the texts of a row by column."""
        if not any(said.values()):
            return dict.fromkeys(said, b"")
        key = self._keys.get((currency, subject))
        if key is None:
            paper, key = fresh_key(currency, subject, self._master())
            self._keys[currency, subject] = key
            self._made.append((currency, paper))
        return {
            column: key.seal(text, Place(currency, table, row, column))
            for column, text in said.items()
        }

    def opened(
        self, currency: str, table: str, row: str, subject: str, cells: Mapping[str, bytes]
    ) -> dict[str, str]:
        """Open the cells of a row by column."""
        if not any(cells.values()):
            return dict.fromkeys(cells, "")
        key = self._known(currency, subject)
        return {
            column: key.open(bytes(cell), Place(currency, table, row, column))
            for column, cell in cells.items()
        }

    def index(self, currency: str, column: str, value: str) -> bytes | None:
        """Give what a value is found by; None for an empty one."""
        return blind_index(self._master(), currency, column, value) if value else None

    def keep(self) -> None:
        """Write the keys that were made, and which master key wrapped them."""
        currencies = sorted({currency for currency, _ in self._made})
        master = self._master().id if currencies else ""
        for currency in currencies:
            row = {"currency": currency, "id": master, "state": IN_USE}
            self._connection.execute(insert(_SEALING_KEY), row)
        rows = (
            {
                "currency": currency,
                "subject": paper.subject,
                "id": paper.id,
                "master": paper.master,
                "wrapped": paper.wrapped,
            }
            for currency, paper in self._made
        )
        for some in _parts(rows):
            self._connection.execute(insert(_SUBJECT_KEY), some)

    def _known(self, currency: str, subject: str) -> DataKey:
        key = self._keys.get((currency, subject))
        if key is None:
            table = _SUBJECT_KEY
            question = select(table).where(table.c.currency == currency, table.c.subject == subject)
            row = self._connection.execute(question).one()
            kept: SubjectKey = SHELFMARKS[SubjectKey].read(tuple(row))
            cipher = None
            if kept.wrapped:
                cipher = AESGCM(unwrapped(currency, kept, self._master(kept.master)))
            key = self._keys[currency, subject] = DataKey(kept.id, cipher)
        return key

    def _master(self, id_: str = "") -> MasterKey:
        if self._ring is None:
            message = "what identifies people cannot be sealed or opened without the key file"
            raise UnfitKeyError(message)
        master = self._ring.get(id_) if id_ else self._ring.make()
        if master is None:
            message = f"the key {id_} is not in {self._ring.path}"
            raise UnfitKeyError(message)
        return master


def _parts(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Cut rows into lists that one statement takes."""
    waiting = iter(rows)
    while some := list(islice(waiting, AT_ONCE)):
        yield some
