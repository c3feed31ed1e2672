"""Checkpoints: what is signed holds, and nothing else does."""

from dataclasses import replace

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.proof.canonical import (
    canonical_bytes,
    entry_hash,
    memo_commitment,
    rebuilt_bytes,
)
from ledger.proof.checkpoint import (
    Checkpoint,
    continues,
    key_id,
    read_public_key,
    sign_checkpoint,
)
from ledger.proof.rows import KeptEntry, KeptPosting
from ledger.proof.tree import Frontier, consistency_proof
from tests.proof.town import KEY, TEXT_START

OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
LEAVES = [bytes([number]) * 32 for number in range(9)]


def made(size: int, currency: str = "roue") -> Checkpoint:
    frontier = Frontier(LEAVES[:size])
    return sign_checkpoint(
        KEY, currency=currency, frontier=frontier, head_hash=LEAVES[size - 1], at=TEXT_START
    )


def test_a_checkpoint_holds_for_its_key_only() -> None:
    checkpoint = made(5)
    assert checkpoint.holds(KEY.public_key())
    assert not checkpoint.holds(OTHER.public_key())
    assert not replace(checkpoint, size=6).holds(KEY.public_key())
    assert not replace(checkpoint, at="2028").holds(KEY.public_key())
    forged = replace(checkpoint, key_id=key_id(OTHER.public_key()))
    assert not forged.holds(OTHER.public_key())


def test_a_checkpoint_is_published_as_text() -> None:
    assert Checkpoint.parse(str(made(5))) == made(5)
    assert Checkpoint.parse(str(made(5)).encode()) == made(5)


@pytest.mark.parametrize(
    "change",
    [
        {"size": "5"},
        {"size": True},
        {"size": -1},
        {"root": "00"},
        {"root": "x"},
        {"root": 1},
        {"head_hash": ""},
        {"signature": "00"},
        {"currency": 5},
        {"at": None},
        {"key_id": 1},
    ],
)
def test_a_damaged_checkpoint_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Checkpoint.parse(orjson.dumps(orjson.loads(str(made(5))) | change))


@pytest.mark.parametrize("text", ["", "[]", "{}", "1", '"x"', "null", b"\xff"])
def test_what_is_no_checkpoint_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Checkpoint.parse(text)


def test_a_checkpoint_continues_an_earlier_one() -> None:
    proof = consistency_proof(LEAVES[:8], 5)
    assert continues(made(5), made(8), proof)
    assert not continues(made(5), made(8, "other"), proof)
    assert not continues(made(4), made(8), proof)


def test_a_public_key_is_read_from_pem() -> None:
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert key_id(read_public_key(pem)) == key_id(KEY.public_key())
    other = X25519PrivateKey.generate().public_key()
    for wrong in (b"", other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)):
        with pytest.raises(ValueError, match=r".+"):
            read_public_key(wrong)


def test_a_stored_row_gives_the_bytes_that_were_hashed() -> None:
    postings = [("a", "b", 5, "EUR"), ("b", "c", 6, "EUR")]
    facts: dict[str, str | int] = {"z": 'é"', "a": 3}
    sealed = canonical_bytes(
        currency="roue",
        number=7,
        at=TEXT_START,
        kind="k",
        actor="x",
        facts=facts,
        postings=postings,
        tallies=[("t", -1, 9)],
        memo=memo_commitment(b"s", "m"),
    )
    entry = KeptEntry(
        7,
        6,
        TEXT_START,
        "k",
        "x",
        orjson.dumps(facts, option=orjson.OPT_SORT_KEYS).decode(),
        '[["t",-1,9]]',
        memo_commitment(b"s", "m"),
        b"",
    )
    rows = [KeptPosting(7, at, *posting, 0, 0) for at, posting in enumerate(postings)]
    assert rebuilt_bytes("roue", entry, rows) == sealed
    assert entry_hash(bytes(32), sealed) != entry_hash(bytes(31) + b"\x01", sealed)
    with pytest.raises(orjson.JSONEncodeError):
        rebuilt_bytes("roue", entry._replace(kind="\ud800"), rows)
