"""The tree against the definitions of RFC 6962, section 2.1, written down once more, naively."""

import hashlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proof.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    proves_consistency,
    proves_inclusion,
)

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The leaves of the certificate transparency project's own tests."""

KNOWN_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def sha256(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()


def naive_split(size: int) -> int:
    split = 1
    while split * 2 < size:
        split *= 2
    return split


def naive_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0])
    k = naive_split(len(leaves))
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:]))


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = naive_split(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(m: int, leaves: list[bytes], *, known: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if known else [naive_root(leaves)]
    k = naive_split(len(leaves))
    if m <= k:
        return [*naive_subproof(m, leaves[:k], known=known), naive_root(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], known=False), naive_root(leaves[:k])]


@pytest.mark.parametrize("size", KNOWN_ROOTS)
def test_known_roots(size: int) -> None:
    assert Frontier(LEAVES[:size]).root.hex() == KNOWN_ROOTS[size]


trees = st.lists(st.binary(max_size=3), min_size=1, max_size=70)


@given(trees)
def test_the_root_is_the_definition_s(leaves: list[bytes]) -> None:
    assert Frontier(leaves).root == naive_root(leaves)


@given(trees, st.data())
def test_inclusion_is_proved(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root = naive_root(leaves)
    proof = inclusion_proof(leaves, index)
    assert proof == naive_path(index, leaves)
    assert proves_inclusion(leaves[index], index, len(leaves), proof, root)
    assert not proves_inclusion(leaves[index] + b"!", index, len(leaves), proof, root)
    assert not proves_inclusion(leaves[index], index, len(leaves), [*proof, root], root)
    assert not proves_inclusion(leaves[index], len(leaves), len(leaves), proof, root)
    if proof:
        assert not proves_inclusion(leaves[index], index, len(leaves), proof[:-1], root)


@given(trees, st.data())
def test_consistency_is_proved(leaves: list[bytes], data: st.DataObject) -> None:
    old = data.draw(st.integers(1, len(leaves)))
    old_root, root = naive_root(leaves[:old]), naive_root(leaves)
    proof = consistency_proof(leaves, old)
    assert proof == naive_subproof(old, leaves, known=True)
    assert proves_consistency(old, old_root, len(leaves), root, proof)
    assert not proves_consistency(old, sha256(old_root), len(leaves), root, proof)
    assert not proves_consistency(old, old_root, len(leaves), sha256(root), proof)
    assert not proves_consistency(old, old_root, len(leaves), root, [*proof, root])
    assert not proves_consistency(len(leaves) + 1, old_root, len(leaves), root, proof)
    if old < len(leaves):
        assert not proves_consistency(old, old_root, len(leaves), root, proof[:-1])


@pytest.mark.parametrize("size", range(1, 9))
def test_every_proof_of_small_trees(size: int) -> None:
    leaves, root = LEAVES[:size], naive_root(LEAVES[:size])
    for old in range(1, size + 1):
        proof = consistency_proof(leaves, old)
        assert proves_consistency(old, naive_root(leaves[:old]), size, root, proof)
        way = inclusion_proof(leaves, old - 1)
        assert proves_inclusion(leaves[old - 1], old - 1, size, way, root)


def test_nothing_needs_no_proof() -> None:
    root = naive_root(LEAVES)
    assert consistency_proof(LEAVES, 0) == []
    assert proves_consistency(0, EMPTY_ROOT, 8, root, [])
    assert not proves_consistency(0, root, 8, root, [])
    assert not proves_consistency(0, EMPTY_ROOT, 8, root, [root])
    assert not proves_consistency(-1, EMPTY_ROOT, 8, root, [])
    assert not proves_consistency(3, naive_root(LEAVES[:3]), 8, root, [])
    too_long = [naive_root(LEAVES[1:2]), root]
    assert not proves_consistency(1, naive_root(LEAVES[:1]), 2, naive_root(LEAVES[:2]), too_long)


def test_proofs_of_what_is_not_there() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(LEAVES, 8)
    with pytest.raises(IndexError):
        consistency_proof(LEAVES, 9)


@given(trees, trees)
def test_a_frontier_goes_on_from_its_peaks(first: list[bytes], then: list[bytes]) -> None:
    frontier = Frontier(first)
    peaks = frontier.to_bytes()
    assert len(peaks) == 32 * len(first).bit_count()
    again = Frontier.from_bytes(len(first), peaks)
    again.extend(then)
    assert (again.root, again.size) == (naive_root(first + then), len(first + then))


def test_peaks_must_be_those_of_the_size() -> None:
    for size, length in ((-1, 32), (3, 32), (1, 31)):
        with pytest.raises(ValueError, match="not the peaks"):
            Frontier.from_bytes(size, bytes(length))


def test_memory_grows_with_the_logarithm() -> None:
    frontier = Frontier()
    sizes = []
    for _ in range(1025):
        frontier.append(b"leaf")
        sizes.append(len(frontier.to_bytes()) // 32)
    assert max(sizes) == 10
    assert all(after <= before + 1 for before, after in pairwise(sizes))
