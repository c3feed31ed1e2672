"""The bytes of an entry that are hashed, and the chain that joins them.

An entry is written as UTF-8 JSON with sorted keys and no spaces, whole numbers only, and no
personal name: people are pseudonymous ids, and what they wrote stands as a salted hash. The hash
of an entry covers the hash of the one before, so that history can be continued but not changed.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

import orjson


class StoredEntry(Protocol):
    """The columns of an entry that are hashed."""

    @property
    def number(self) -> int:
        """Its place in the journal."""

    @property
    def at(self) -> str:
        """RFC 3339 UTC with microseconds."""

    @property
    def kind(self) -> str:
        """What happened."""

    @property
    def actor(self) -> str:
        """The id of the credential."""

    @property
    def facts(self) -> str:
        """JSON object with sorted keys."""

    @property
    def tallies(self) -> str:
        """JSON list of [name, change, limit]."""

    @property
    def memo(self) -> str | None:
        """Hex commitment."""


GENESIS: Final = bytes(32)
"""The hash that the first entry of a currency names as its predecessor."""

_ENTRY_TAG: Final = b"comptoir/entry/1\n"
_MEMO_TAG: Final = b"comptoir/memo/1\n"


def canonical_bytes(  # noqa: PLR0913 - the parts of an entry, each named at the call
    *,
    currency: str,
    number: int,
    at: str,
    kind: str,
    actor: str,
    facts: Mapping[str, str | int],
    postings: Iterable[tuple[str, str, int, str]],
    tallies: Iterable[tuple[str, int, int]],
    memo: str | None,
) -> bytes:
    """Write an entry as the bytes that are hashed.

    `at` is RFC 3339 UTC with microseconds; postings are (source, target, minor units, asset);
    tallies are (name, change, limit); `memo` is the hex commitment of `memo_commitment` or None.
    """
    return orjson.dumps(
        {
            "actor": actor,
            "at": at,
            "currency": currency,
            "facts": dict(facts),
            "kind": kind,
            "memo": memo,
            "number": number,
            "postings": list(postings),
            "tallies": list(tallies),
        },
        option=orjson.OPT_SORT_KEYS,
    )


def rebuilt_bytes(
    currency: str, entry: "StoredEntry", postings: Iterable[tuple[Any, ...]]
) -> bytes:
    """Write an entry from its stored row: the same bytes as `canonical_bytes`, if it is the same.

    Facts and tallies stand in the row as the JSON that was hashed and are taken over as they are,
    so that even another spacing shows. `postings` begin with (entry, ordinal, source, target,
    minor units, asset). Raises orjson.JSONEncodeError when no JSON can be made of the row.
    """
    return orjson.dumps(
        {
            "actor": entry.actor,
            "at": entry.at,
            "currency": currency,
            "facts": orjson.Fragment(entry.facts),
            "kind": entry.kind,
            "memo": entry.memo,
            "number": entry.number,
            "postings": [posting[2:6] for posting in postings],
            "tallies": orjson.Fragment(entry.tallies),
        }
    )


def entry_hash(previous: bytes, canonical: bytes) -> bytes:
    """Chain an entry to the one before: SHA-256 of a tag, the previous hash and its bytes."""
    return hashlib.sha256(_ENTRY_TAG + previous + canonical).digest()


def memo_commitment(salt: bytes, memo: str) -> str:
    """Commit to what a person wrote without revealing it, so that it can be erased (hex)."""
    return hashlib.sha256(_MEMO_TAG + salt + memo.encode()).hexdigest()
