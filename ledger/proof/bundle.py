"""A bundle: the rows that prove a currency, in one file that anyone can verify offline.

A first line says what the file is; then for each currency and question a line that names them and
one line of JSON for each row, in order, bytes in hex. What people wrote, the answers they got
and what tills asked for stay out: the chain holds without them, and a bundle is for publication.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson

from ledger.proof.rows import MEMOS, SCANNED, STREAMS, Raw, Source, Stream, UnreadableError

BUNDLED: Final = tuple(stream for stream in STREAMS if stream not in {MEMOS, *SCANNED})

_FORMAT: Final = {"comptoir": "bundle/1"}


def write_bundle(source: Source, path: Path) -> int:
    """Write every currency of a source to a file; gives the number of rows.

    The file appears whole or not at all. Raises UnreadableError and OSError.
    """
    unfinished = path.with_name(path.name + ".part")
    rows = 0
    with unfinished.open("wb") as file:
        file.write(orjson.dumps(_FORMAT) + b"\n")
        for currency in source.currencies():
            for stream in BUNDLED:
                section = {"currency": currency, "section": stream.name}
                file.write(orjson.dumps(section) + b"\n")
                for row in source.rows(stream, currency):
                    file.write(orjson.dumps(row, default=_hex) + b"\n")
                    rows += 1
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return rows


def _hex(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError


class BundleSource:
    """Rows of a bundle."""

    def __init__(self, path: Path) -> None:
        """Find where each section begins; raises UnreadableError when it is no bundle."""
        self._path = path
        self._sections: dict[tuple[str, str], int] = {}
        self._currencies: set[str] = set()
        try:
            with path.open("rb") as file:
                if orjson.loads(file.readline()) != _FORMAT:
                    message = f"{path} is not a bundle"
                    raise UnreadableError(message)
                place = file.tell()
                for line in file:
                    place += len(line)
                    if line.startswith(b"{"):
                        self._begin(orjson.loads(line), place)
        except (OSError, ValueError, TypeError, KeyError) as error:
            message = f"{path} is not a bundle: {error}"
            raise UnreadableError(message) from error

    def _begin(self, section: dict[str, str], place: int) -> None:
        currency, name = section["currency"], section["section"]
        if (currency, name) in self._sections:
            message = f"{self._path} holds the section {name} of {currency} twice"
            raise UnreadableError(message)
        self._sections[currency, name] = place
        self._currencies.add(currency)

    def currencies(self) -> list[str]:
        """See Source."""
        return sorted(self._currencies)

    def flaws(self) -> list[str]:
        """See Source. A bundle has no index."""
        return []

    def rows(self, stream: Stream[Any], currency: str) -> Iterator[Raw]:
        """See Source."""
        place = self._sections.get((currency, stream.name))
        if place is None:
            return
        with self._path.open("rb") as file:
            file.seek(place)
            for line in file:
                if line.startswith(b"{"):
                    return
                yield _row(line, stream.binary)


def _row(line: bytes, binary: tuple[int, ...]) -> Raw:
    try:
        values = orjson.loads(line)
        for place in binary:
            values[place] = bytes.fromhex(values[place])
        return tuple(values)
    except (ValueError, TypeError, IndexError) as error:
        message = f"a line is no row: {line[:80]!r}"
        raise UnreadableError(message) from error
