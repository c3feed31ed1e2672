"""The bytes of an entry that are hashed, the chain that joins them, and the receipt that signs one.

An entry is written as UTF-8 JSON with sorted keys and no spaces, whole numbers only, and no
personal name: people are pseudonymous ids, and what they wrote stands as a salted hash. The hash
of an entry covers the hash of the one before, so that history can be continued but not changed.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


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
_RECEIPT_TAG: Final = b"comptoir/receipt/1\n"
_RECEIPT: Final = re.compile(
    r"([^.\n]+)\.([1-9][0-9]{0,18})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{86})", re.ASCII
)


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


@dataclass(frozen=True, slots=True)
class Receipt:
    """A signed statement that an entry with this hash has this number."""

    currency: str
    number: int
    hash: bytes
    signature: bytes

    def __str__(self) -> str:
        """Write the receipt as one URL-safe word: currency.number.hash.signature."""
        return receipt_start(self.currency, self.number, self.hash) + _word(self.signature)

    @classmethod
    def parse(cls, text: str) -> "Receipt":
        """Read a receipt word; raises ValueError when it is not one."""
        match = _RECEIPT.fullmatch(text)
        if match is None:
            message = "a receipt reads currency.number.hash.signature"
            raise ValueError(message)
        hash_, signature = (
            base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in match.group(3, 4)
        )
        return cls(match[1], int(match[2]), hash_, signature)

    def holds(self, key: Ed25519PublicKey) -> bool:
        """Say whether the signature was made with the private half of `key`."""
        try:
            key.verify(self.signature, _receipt_bytes(self.currency, self.number, self.hash))
        except InvalidSignature:
            return False
        return True


def sign_receipt(key: Ed25519PrivateKey, currency: str, number: int, hash_: bytes) -> Receipt:
    """Sign an entry's hash and number; the same entry always gets the same receipt."""
    return Receipt(currency, number, hash_, key.sign(_receipt_bytes(currency, number, hash_)))


def receipt_start(currency: str, number: int, hash_: bytes) -> str:
    """Write what every receipt of an entry begins with, up to its signature."""
    return f"{currency}.{number}.{_word(hash_)}."


def _word(binary: bytes) -> str:
    return base64.urlsafe_b64encode(binary).rstrip(b"=").decode()


def _receipt_bytes(currency: str, number: int, hash_: bytes) -> bytes:
    return _RECEIPT_TAG + f"{currency}\n{number}\n".encode() + hash_
