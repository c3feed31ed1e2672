"""Receipts: what a payer holds against a journal that would rather not remember.

A receipt is one URL-safe word. Entries that were written together are signed together: the
signature is over the root of a small tree whose leaves name each entry with its hash, and the
receipt carries the leaf's way up to that root. Signing was a fifth of what a payment costs; this
way it costs a few hashes, and whoever checks a receipt still needs the public key alone.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.proof.tree import HASH_SIZE, inclusion_proofs, root_proved

_ONE_TAG: Final = b"comptoir/receipt/1\n"
_MANY_TAG: Final = b"comptoir/receipts/1\n"
_RECEIPT: Final = re.compile(
    r"([^.\n]+)\.([1-9][0-9]{0,18})\.([A-Za-z0-9_-]{43})\.(?:([A-Za-z0-9_-]{1,800})\.)?"
    r"([A-Za-z0-9_-]{86})",
    re.ASCII,
)
_PLACE_SIZE: Final = 2
"""Bytes of a place, and of a size, in front of the hashes of a way."""
MOST_TOGETHER: Final = 256**_PLACE_SIZE - 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """A signed statement that an entry with this hash has this number."""

    currency: str
    number: int
    hash: bytes
    signature: bytes
    place: int = 0
    """Which of the entries signed together this is, from 0."""
    together: int = 1
    """How many entries were signed together."""
    way: tuple[bytes, ...] = ()
    """The hashes beside this entry's way up to what was signed, lowest first."""

    def __str__(self) -> str:
        """Write the receipt as one word: currency.number.hash.signature, a way before the last."""
        start = receipt_start(self.currency, self.number, self.hash)
        if self.together == 1:
            return start + _word(self.signature)
        place, together = (n.to_bytes(_PLACE_SIZE, "big") for n in (self.place, self.together))
        way = _word(b"".join((place, together, *self.way)))
        return f"{start}{way}.{_word(self.signature)}"

    @classmethod
    def parse(cls, text: str) -> "Receipt":
        """Read a receipt word; raises ValueError when it is not one, or not as it was written."""
        match = _RECEIPT.fullmatch(text)
        if match is None:
            message = "a receipt reads currency.number.hash.signature"
            raise ValueError(message)
        currency, number = match[1], int(match[2])
        hash_, signature = _binary(match[3]), _binary(match[5])
        receipt = cls(currency, number, hash_, signature)
        if match[4] is not None:
            way = _binary(match[4])
            place, together = (
                int.from_bytes(way[start : start + _PLACE_SIZE], "big")
                for start in (0, _PLACE_SIZE)
            )
            hashes = range(2 * _PLACE_SIZE, len(way), HASH_SIZE)
            beside = tuple(way[start : start + HASH_SIZE] for start in hashes)
            receipt = cls(currency, number, hash_, signature, place, together, beside)
        if str(receipt) != text or any(len(hash_) != HASH_SIZE for hash_ in receipt.way):
            message = "a receipt is written in one way only, from whole hashes"
            raise ValueError(message)
        return receipt

    def holds(self, key: Ed25519PublicKey) -> bool:
        """Say whether the signature was made with the private half of `key`."""
        signed = _receipt_bytes(self.currency, self.number, self.hash)
        if self.together != 1:
            root = root_proved(signed, self.place, self.together, self.way)
            if root is None:
                return False
            signed = _together_bytes(self.currency, self.together, root)
        try:
            key.verify(self.signature, signed)
        except InvalidSignature:
            return False
        return True


def sign_receipt(key: Ed25519PrivateKey, currency: str, number: int, hash_: bytes) -> Receipt:
    """Sign an entry's hash and number by itself; the same entry always gets the same receipt."""
    return Receipt(currency, number, hash_, key.sign(_receipt_bytes(currency, number, hash_)))


def sign_receipts(
    key: Ed25519PrivateKey, currency: str, sealed: Sequence[tuple[int, bytes]]
) -> list[Receipt]:
    """Sign entries (number, hash), one to MOST_TOGETHER of them, by one signature."""
    if len(sealed) == 1:
        return [sign_receipt(key, currency, *sealed[0])]
    root, ways = inclusion_proofs([_receipt_bytes(currency, *one) for one in sealed])
    signature = key.sign(_together_bytes(currency, len(sealed), root))
    return [
        Receipt(currency, number, hash_, signature, place, len(sealed), tuple(way))
        for place, ((number, hash_), way) in enumerate(zip(sealed, ways, strict=True))
    ]


def receipt_start(currency: str, number: int, hash_: bytes) -> str:
    """Write what every receipt of an entry begins with, up to how it was signed."""
    return f"{currency}.{number}.{_word(hash_)}."


def _word(binary: bytes) -> str:
    return binascii.b2a_base64(binary, newline=False).translate(_URL_SAFE, b"=").decode()


_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")


def _binary(word: str) -> bytes:
    return base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))


def _receipt_bytes(currency: str, number: int, hash_: bytes) -> bytes:
    return _ONE_TAG + f"{currency}\n{number}\n".encode() + hash_


def _together_bytes(currency: str, together: int, root: bytes) -> bytes:
    return _MANY_TAG + f"{currency}\n{together}\n".encode() + root
