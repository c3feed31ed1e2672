"""Checkpoints: a signed statement of the journal's size and root, published where all can keep it.

Whoever kept an old checkpoint can tell later whether the journal still continues it: a journal
rolled back or written anew, even with every hash made again, does not.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from ledger.proof.tree import HASH_SIZE, Frontier, proves_consistency

_TAG: Final = b"comptoir/checkpoint/1\n"
_SIGNATURE_SIZE: Final = 64
_KEY_ID_SIZE: Final = 16


def key_id(key: Ed25519PublicKey) -> str:
    """Name a public key: the first sixteen hex digits of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:_KEY_ID_SIZE]


def read_public_key(pem: bytes) -> Ed25519PublicKey:
    """Read an Ed25519 public key in PEM; raises ValueError when it is not one."""
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        message = "the key is not an Ed25519 public key"
        raise ValueError(message)  # noqa: TRY004 - whoever reads a file wants one kind of error
    return key


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The journal of a currency had `size` entries, this root over them and this last hash."""

    currency: str
    size: int
    root: bytes
    head_hash: bytes
    at: str
    """RFC 3339 UTC with microseconds."""
    key_id: str
    signature: bytes

    @property
    def canonical(self) -> bytes:
        """Write what is signed: a tag, then JSON with sorted keys and without the signature."""
        return _TAG + orjson.dumps(self._said(), option=orjson.OPT_SORT_KEYS)

    def holds(self, key: Ed25519PublicKey) -> bool:
        """Say whether the private half of `key` signed it."""
        if self.key_id != key_id(key):
            return False
        try:
            key.verify(self.signature, self.canonical)
        except InvalidSignature:
            return False
        return True

    def __str__(self) -> str:
        """Write the checkpoint for publication: one line of JSON, hashes in hex."""
        told = self._said() | {"signature": self.signature.hex()}
        return orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()

    @classmethod
    def parse(cls, text: str | bytes) -> "Checkpoint":
        """Read what `str` wrote; raises ValueError when it is not a checkpoint."""
        told = orjson.loads(text)
        try:
            checkpoint = cls(
                currency=told["currency"],
                size=told["size"],
                root=bytes.fromhex(told["root"]),
                head_hash=bytes.fromhex(told["head_hash"]),
                at=told["at"],
                key_id=told["key_id"],
                signature=bytes.fromhex(told["signature"]),
            )
        except (TypeError, KeyError) as error:
            message = f"not a checkpoint: {error}"
            raise ValueError(message) from error
        checkpoint._check()
        return checkpoint

    def _said(self) -> dict[str, str | int]:
        return {
            "at": self.at,
            "currency": self.currency,
            "head_hash": self.head_hash.hex(),
            "key_id": self.key_id,
            "root": self.root.hex(),
            "size": self.size,
        }

    def _check(self) -> None:
        words = (self.currency, self.at, self.key_id)
        sizes = (len(self.root), len(self.head_hash), len(self.signature))
        if (
            type(self.size) is not int
            or self.size < 0
            or not all(isinstance(word, str) for word in words)
            or sizes != (HASH_SIZE, HASH_SIZE, _SIGNATURE_SIZE)
        ):
            message = "not a checkpoint: a field has the wrong kind or length"
            raise ValueError(message)


def sign_checkpoint(
    key: Ed25519PrivateKey, *, currency: str, frontier: Frontier, head_hash: bytes, at: str
) -> Checkpoint:
    """Sign the journal as it is: its tree, the hash of its last entry, and when."""
    public = key.public_key()
    unsigned = Checkpoint(
        currency, frontier.size, frontier.root, head_hash, at, key_id(public), b""
    )
    signature = key.sign(unsigned.canonical)
    return Checkpoint(
        currency, frontier.size, frontier.root, head_hash, at, unsigned.key_id, signature
    )


def continues(older: Checkpoint, newer: Checkpoint, proof: Sequence[bytes]) -> bool:
    """Say whether `newer` provably continues `older`: same currency, nothing before it changed."""
    return older.currency == newer.currency and proves_consistency(
        older.size, older.root, newer.size, newer.root, proof
    )
