"""Receipts: what is signed holds, alone or together with others, and nothing else does."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.proof.receipt import Receipt, receipt_start, sign_receipt, sign_receipts
from tests.proof.town import KEY

OTHER = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key()


def sealed(count: int) -> list[tuple[int, bytes]]:
    return [(number, bytes([number]) * 32) for number in range(1, count + 1)]


@pytest.mark.parametrize("receipt", [sign_receipt(KEY, "roue", 12, bytes(range(32)))], ids=["one"])
def test_a_receipt_is_one_word_and_holds_for_its_key(receipt: Receipt) -> None:
    word = str(receipt)
    assert Receipt.parse(word) == receipt
    assert receipt.holds(PUBLIC)
    assert not receipt.holds(OTHER.public_key())
    assert not replace(receipt, number=13).holds(PUBLIC)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 26, 255])
def test_entries_signed_together_each_have_a_receipt_of_their_own(count: int) -> None:
    receipts = sign_receipts(KEY, "roue", sealed(count))
    assert len({receipt.signature for receipt in receipts}) == 1
    for receipt, (number, hash_) in zip(receipts, sealed(count), strict=True):
        word = str(receipt)
        assert word.startswith(receipt_start("roue", number, hash_))
        assert Receipt.parse(word) == receipt
        assert receipt.holds(PUBLIC)
        assert not receipt.holds(OTHER.public_key())


def test_one_entry_alone_is_signed_as_ever() -> None:
    assert sign_receipts(KEY, "roue", sealed(1)) == [sign_receipt(KEY, "roue", *sealed(1)[0])]


def test_nothing_in_a_receipt_can_be_exchanged() -> None:
    first, second, *_, last = sign_receipts(KEY, "roue", sealed(5))
    forged = [
        replace(first, number=second.number),
        replace(first, hash=second.hash),
        replace(first, number=second.number, hash=second.hash),
        replace(first, place=second.place),
        replace(first, place=5),
        replace(first, together=4),
        replace(first, together=6),
        replace(first, together=0),
        replace(first, together=1, way=()),
        replace(first, way=first.way[:-1]),
        replace(first, way=(*first.way, first.way[0])),
        replace(first, way=last.way),
        replace(first, currency="eusko"),
        replace(first, signature=sign_receipt(KEY, "roue", 1, first.hash).signature),
    ]
    assert [receipt for receipt in forged if receipt.holds(PUBLIC)] == []


def test_a_word_written_in_another_way_is_refused() -> None:
    alone = str(sign_receipt(KEY, "roue", 1, bytes(32)))
    start, signature = alone.rsplit(".", 1)
    head, way, tail = str(sign_receipts(KEY, "roue", sealed(3))[0]).rsplit(".", 2)
    for word in (
        f"{start}.AAAAAQ.{signature}",  # the way of one alone is not written
        f"{start}.A.{signature}",
        f"{start}.AA.{signature}",
        f"{head}.{way}A.{tail}",
        f"{head}.{way}..{tail}",
        alone[:-1] + ("B" if alone[-1] != "B" else "C"),  # bits that no byte holds
    ):
        with pytest.raises(ValueError, match=r".+"):
            Receipt.parse(word)


@given(st.text() | st.from_regex(r"[a-z.]*\.[0-9]+\.[\w-]{40,45}\.([\w-]{1,99}\.)?[\w-]{80,90}"))
def test_any_other_word_is_refused_by_value_error(text: str) -> None:
    try:
        receipt = Receipt.parse(text)
    except ValueError:
        return
    assert len(receipt.hash) == 32
    assert len(receipt.signature) == 64
    assert not receipt.holds(PUBLIC)
