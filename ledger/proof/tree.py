"""The Merkle tree over the hashes of the entries (RFC 6962): one root says what all of them are.

With the root of a checkpoint, anyone can check that an entry is in the journal (inclusion) and
that a later journal continues an earlier one (consistency), from a few dozen hashes.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

_sha256 = hashlib.sha256


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf; the prefix keeps it from ever passing for a node."""
    return _sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the one above them."""
    return _sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that only grows, held by its peaks: the roots of its full subtrees, left to right.

    Ten million leaves need two dozen hashes. A checkpoint keeps the peaks, so that the next one
    goes on from there.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Start with some leaves."""
        self.size = 0
        self._peaks: list[bytes] = []
        self.extend(leaves)

    def append(self, leaf: bytes) -> None:
        """Add one leaf on the right; amortised two hashes."""
        peaks = self._peaks
        node = _sha256(b"\x00" + leaf).digest()
        size = self.size
        while size & 1:
            node = _sha256(b"\x01" + peaks.pop() + node).digest()
            size >>= 1
        peaks.append(node)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaves on the right, in order."""
        for leaf in leaves:
            self.append(leaf)

    @property
    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self._peaks:
            return EMPTY_ROOT
        *others, root = self._peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root

    def to_bytes(self) -> bytes:
        """Write the peaks, 32 bytes each; the size is kept beside them."""
        return b"".join(self._peaks)

    @classmethod
    def from_bytes(cls, size: int, peaks: bytes) -> "Frontier":
        """Read what `to_bytes` wrote; raises ValueError when the peaks are not those of `size`."""
        if size < 0 or len(peaks) != HASH_SIZE * size.bit_count():
            message = f"{len(peaks)} bytes are not the peaks of a tree of {size} leaves"
            raise ValueError(message)
        frontier = cls()
        frontier.size = size
        frontier._peaks = [
            peaks[start : start + HASH_SIZE] for start in range(0, len(peaks), HASH_SIZE)
        ]
        return frontier


def _left_part(size: int) -> int:
    """Give the leaves of the left subtree: the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Prove that the leaf at `index` is in the tree: the roots beside its way up, lowest first.

    Only slices of `leaves` are read, one subtree after another. Raises IndexError.
    """
    low, high = 0, len(leaves)
    if not low <= index < high:
        message = f"a tree of {high} leaves has none at {index}"
        raise IndexError(message)
    proof: list[bytes] = []
    while high - low > 1:
        middle = low + _left_part(high - low)
        if index < middle:
            proof.append(Frontier(leaves[middle:high]).root)
            high = middle
        else:
            proof.append(Frontier(leaves[low:middle]).root)
            low = middle
    return proof[::-1]


def consistency_proof(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """Prove that the tree continues the one of its first `size` leaves (lowest first).

    Raises IndexError when there are fewer leaves. Nothing needs proof from the empty tree or to
    the same one.
    """
    low, high = 0, len(leaves)
    if not low <= size <= high:
        message = f"a tree of {high} leaves never had {size}"
        raise IndexError(message)
    if size in {low, high}:
        return []
    proof: list[bytes] = []
    while size < high:
        middle = low + _left_part(high - low)
        if size <= middle:
            proof.append(Frontier(leaves[middle:high]).root)
            high = middle
        else:
            proof.append(Frontier(leaves[low:middle]).root)
            low = middle
    if low:
        # The older root is not itself a subtree here, so its last part is told too.
        proof.append(Frontier(leaves[low:high]).root)
    return proof[::-1]


def inclusion_proofs(leaves: Sequence[bytes]) -> tuple[bytes, list[list[bytes]]]:
    """Give the root of a tree of at least one leaf, and the inclusion proof of every leaf.

    Each subtree is hashed once, so that a proof costs about two hashes, not a tree.
    """
    proofs: list[list[bytes]] = [[] for _ in leaves]

    def root_of(low: int, high: int) -> bytes:
        if high - low == 1:
            return leaf_hash(leaves[low])
        middle = low + _left_part(high - low)
        left, right = root_of(low, middle), root_of(middle, high)
        for proof in proofs[low:middle]:
            proof.append(right)
        for proof in proofs[middle:high]:
            proof.append(left)
        return node_hash(left, right)

    return root_of(0, len(leaves)), proofs


def root_proved(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Give the root that a proof of the leaf at `index` leads to; None if it fits no such tree."""
    if not 0 <= index < size:
        return None
    place, last, node = index, size - 1, leaf_hash(leaf)
    for other in proof:
        if not last:
            return None
        if place & 1 or place == last:
            node = node_hash(other, node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, other)
        place, last = place >> 1, last >> 1
    return None if last else node


def proves_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Say whether a proof shows the leaf at `index` of the tree with this size and root."""
    return root_proved(leaf, index, size, proof) == root


def proves_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether a proof shows that the tree of `size` leaves continues that of `old_size`."""
    if old_size in {0, size}:
        return not proof and old_root == (root if old_size else EMPTY_ROOT)
    if not proof or not 0 < old_size < size:
        return False
    # A full older tree is itself the first node; otherwise the proof begins with its last part.
    start, *path = proof if old_size & (old_size - 1) else [old_root, *proof]
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_node = node = start
    for other in path:
        if not last:
            return False
        if place & 1 or place == last:
            old_node, node = node_hash(other, old_node), node_hash(other, node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, other)
        place, last = place >> 1, last >> 1
    return not last and old_node == old_root and node == root
