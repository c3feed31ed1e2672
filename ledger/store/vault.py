"""The vault: what identifies people is sealed as a paper becomes a row, and opened on its way back.

Each subject (a person or member, a bank statement) has a data key of its own, wrapped by the master
key; destroying it erases everything that was sealed for the subject. A cell is sealed with AES-256-
GCM for its one place (currency, table, row, column, name of the key): anywhere else it is refused.
What must be found again, an IBAN or an e-mail address, has an HMAC-SHA-256 beside it.
"""

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.books.sealing import SealingKey, SubjectKey
from ledger.refusals import SealBroken
from ledger.store.keyring import Keyring, MasterKey, UnfitKeyError
from ledger.store.papers import SHELFMARKS, Shelfmark, sort_puts
from ledger.store.sql import Ask, Put, Row

Asker = Callable[[Sequence[Ask]], list[list[Row]]]
"""Asks the database for rows of the currency, under the lock where there is one."""

MOST_KEYS: Final = 10_000
"""How many opened data keys are kept in memory."""
_ID_BYTES: Final = 8
_NONCE_BYTES: Final = 12
_SUBJECT_KEY: Final = SHELFMARKS[SubjectKey]
_SEALING_KEY: Final = SHELFMARKS[SealingKey]
IN_USE: Final = "in-use"
RETIRING: Final = "retiring"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell stands: sealed for this place, it opens nowhere else."""

    currency: str
    table: str
    row: str
    column: str

    def bound(self, key: str) -> bytes:
        """Write the associated data under a key of this name."""
        return orjson.dumps([self.currency, self.table, self.row, self.column, key])


@dataclass(frozen=True, slots=True)
class DataKey:
    """The opened key of a subject; without a cipher it was destroyed."""

    id: str
    cipher: AESGCM | None

    def seal(self, text: str, place: Place) -> bytes:
        """Seal a text for a place; an empty one stays empty."""
        if not text:
            return b""
        if self.cipher is None:
            raise SealBroken(what=place.table, id=place.row)
        return bytes.fromhex(self.id) + _seal(self.cipher, text.encode(), place.bound(self.id))

    def open(self, cell: bytes, place: Place) -> str:
        """Open a cell; SealBroken when it was not sealed with this key for this place.

        Of what a destroyed key sealed nothing is left.
        """
        if not cell or self.cipher is None:
            return ""
        if cell[:_ID_BYTES].hex() != self.id:
            raise SealBroken(what=place.table, id=place.row)
        return _open(self.cipher, cell[_ID_BYTES:], place, self.id).decode()


class Vault:
    """Seals and opens the rows of papers with the keys of a ring; threads may share it."""

    def __init__(self, ring: Keyring) -> None:
        """Take the ring of master keys."""
        self.ring = ring
        self._opened: dict[tuple[str, str], DataKey] = {}

    def papers(self, mark: Shelfmark, rows: Iterable[Row], ask: Asker) -> list[Any]:
        """Make the papers of rows of one currency, opening what is sealed in them.

        Raises SealBroken for a cell that does not belong where it stands.
        """
        sealed = mark.sealed
        if sealed is None:
            return [mark.read(row) for row in rows]
        found = list(rows)
        if not found:
            return []
        currency = found[0][0]
        keys = self._known(currency, {mark.subject(row) for row in found if mark.holds(row)}, ask)
        return [mark.read(row, self._opener(mark, row, keys)) for row in found]

    def puts(self, currency: str, papers: Iterable[object], ask: Asker) -> list[Put]:
        """Make the rows of papers in the order of their foreign keys, sealing what is to be.

        A subject that has no key yet gets one, written with its first paper.
        """
        written = list(papers)
        secret = {
            mark.subject_of(paper)
            for paper, mark in ((paper, SHELFMARKS[type(paper)]) for paper in written)
            if mark.sealed and any(getattr(paper, name) for name in mark.sealed.fields)
        }
        if not secret:
            return sort_puts((paper, self._row(currency, paper, {}, None)) for paper in written)
        asks = (Ask(_SEALING_KEY.table), Ask(_SUBJECT_KEY.table, "subject", tuple(sorted(secret))))
        in_use, kept = ask(asks)
        master, registered = self._in_use(in_use)
        keys = {row[1]: self._unwrapped(currency, _SUBJECT_KEY.read(row)) for row in kept}
        made = []
        for subject in sorted(secret - keys.keys()):
            paper, keys[subject] = fresh_key(currency, subject, master)
            made.append(paper)
        new = [Put(_SEALING_KEY.table, [_SEALING_KEY.row(currency, p)]) for p in registered]
        if made:  # never over one that is there: what it sealed would be lost
            rows = [_SUBJECT_KEY.row(currency, paper) for paper in made]
            new.append(Put(_SUBJECT_KEY.table, rows))
        sealed = ((paper, self._row(currency, paper, keys, master)) for paper in written)
        return [*new, *sort_puts(sealed)]

    def indices(self, currency: str, column: str, values: Iterable[str]) -> list[bytes]:
        """Give what may stand beside sealed cells that hold one of these values.

        While keys are rotated, that is one index by each key.
        """
        self.ring.refresh()
        keys = self.ring.keys
        return [blind_index(key, currency, column, v) for v in values if v for key in keys]

    def indexed(self, currency: str, paper: object, fields: Sequence[str]) -> Row:
        """Give what a paper is found by, field by field, under the key in use."""
        return _indexed(self.ring.current, currency, paper, fields)

    # -- keys ---------------------------------------------------------------------------------

    def _known(self, currency: str, subjects: set[str], ask: Asker) -> dict[str, DataKey]:
        """Give the keys of subjects, asking for those that are not in memory."""
        missing = tuple(sorted(s for s in subjects if (currency, s) not in self._opened))
        if missing:
            if len(self._opened) + len(missing) > MOST_KEYS:
                self._opened.clear()
                missing = tuple(sorted(subjects))
            (rows,) = ask([Ask(_SUBJECT_KEY.table, "subject", missing)])
            for row in rows:
                self._opened[currency, row[1]] = self._unwrapped(currency, _SUBJECT_KEY.read(row))
        opened = {subject: self._opened.get((currency, subject)) for subject in subjects}
        return {subject: key for subject, key in opened.items() if key is not None}

    def _unwrapped(self, currency: str, kept: SubjectKey) -> DataKey:
        if not kept.wrapped:
            return DataKey(kept.id, None)
        master = self.ring.get(kept.master)
        if master is None:
            message = f"the key {kept.master} is not in {self.ring.path}"
            raise UnfitKeyError(message)
        return DataKey(kept.id, AESGCM(unwrapped(currency, kept, master)))

    def _in_use(self, rows: Sequence[Row]) -> tuple[MasterKey, list[SealingKey]]:
        """Give the master key to seal with, and what is to be registered for a first seal."""
        for row in rows:
            known: SealingKey = _SEALING_KEY.read(row)
            if known.state == IN_USE:
                master = self.ring.get(known.id)
                if master is None:
                    message = f"the key {known.id} is not in {self.ring.path}"
                    raise UnfitKeyError(message)
                return master, []
        master = self.ring.make()
        return master, [SealingKey(master.id, IN_USE)]

    # -- rows ---------------------------------------------------------------------------------

    @staticmethod
    def _opener(mark: Shelfmark, row: Row, keys: dict[str, DataKey]) -> Callable[[str, bytes], str]:
        key, table, id_ = keys.get(mark.subject(row)), mark.table.name, mark.key_of(row)

        def opened(column: str, cell: bytes) -> str:
            if not cell:
                return ""
            if key is None:
                raise SealBroken(what=table, id=id_)
            return key.open(bytes(cell), Place(row[0], table, id_, column))

        return opened

    @staticmethod
    def _row(
        currency: str, paper: object, keys: dict[str, DataKey], master: MasterKey | None
    ) -> Row:
        mark = SHELFMARKS[type(paper)]
        if mark.sealed is None:
            return mark.row(currency, paper)
        id_, key = str(getattr(paper, mark.key)), keys.get(mark.subject_of(paper))

        def seal(column: str, text: str) -> bytes:
            return key.seal(text, Place(currency, mark.table.name, id_, column)) if key else b""

        indices = _indexed(master, currency, paper, mark.sealed.known_by)
        return (*mark.row(currency, paper, seal), *indices)


def fresh_key(currency: str, subject: str, master: MasterKey) -> tuple[SubjectKey, DataKey]:
    """Make the key of a subject, wrapped by a master key."""
    secret = AESGCM.generate_key(256)
    kept = SubjectKey(subject, _chance(_ID_BYTES).hex(), master.id)
    return wrapped(currency, kept, master, secret), DataKey(kept.id, AESGCM(secret))


def wrapped(currency: str, kept: SubjectKey, master: MasterKey, secret: bytes) -> SubjectKey:
    """Wrap the secret of a subject's data key by a master key."""
    place = Place(currency, _SUBJECT_KEY.table.name, kept.subject, kept.id)
    cell = _seal(master.wrapping, secret, place.bound(master.id))
    return replace(kept, master=master.id, wrapped=cell)


def unwrapped(currency: str, kept: SubjectKey, master: MasterKey) -> bytes:
    """Give the secret of a subject's data key; SealBroken when it is not this subject's."""
    place = Place(currency, _SUBJECT_KEY.table.name, kept.subject, kept.id)
    return _open(master.wrapping, kept.wrapped, place, master.id)


def blind_index(key: MasterKey, currency: str, column: str, value: str) -> bytes:
    """Give what tells a value from others without telling the value: HMAC-SHA-256."""
    said = orjson.dumps([currency, column, _FOLDS[column](value)])
    return hmac.digest(key.index, said, "sha256")


def _indexed(
    key: MasterKey | None, currency: str, paper: object, fields: Sequence[str]
) -> tuple[bytes | None, ...]:
    values = ((name, getattr(paper, name)) for name in fields)
    return tuple(
        blind_index(key, currency, name, value) if key and value else None for name, value in values
    )


def _compact(text: str) -> str:
    return "".join(text.split()).upper()


def _address(text: str) -> str:
    return text.strip().casefold()


_FOLDS: Final[dict[str, Callable[[str], str]]] = {"iban": _compact, "email": _address}
"""How what people type is brought to one form before it is compared."""


def _chance(size: int) -> bytes:
    """Draw random bytes from where the library draws its keys."""
    return AESGCM.generate_key(128)[:size]


def _seal(cipher: AESGCM, secret: bytes, bound: bytes) -> bytes:
    nonce = _chance(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, secret, bound)


def _open(cipher: AESGCM, cell: bytes, place: Place, key: str) -> bytes:
    try:
        return cipher.decrypt(cell[:_NONCE_BYTES], cell[_NONCE_BYTES:], place.bound(key))
    except (InvalidTag, ValueError) as error:
        raise SealBroken(what=place.table, id=place.row) from error
