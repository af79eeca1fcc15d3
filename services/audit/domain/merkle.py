"""The Merkle tree of RFC 9162 (the same as RFC 6962's): hashes, frontier, proofs and their verification.

A leaf's hash is SHA-256(0x00 ‖ leaf), an inner node's SHA-256(0x01 ‖ left ‖ right), the empty tree's root SHA-256 of
nothing. All hashes are 32 bytes. Whatever a proof holds is untrusted: verification answers False and never raises.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that is needed to append to a tree: its size, and the roots of its complete subtrees, the largest first.

    There is one subtree for each one-bit of ``size``, so the frontier has at most 63 nodes however large the tree is.
    """

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Assert what only a bug, or a changed row, could break."""
        assert self.size >= 0
        assert len(self.nodes) == self.size.bit_count()
        assert all(len(node) == HASH_BYTES for node in self.nodes)

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root


def appended(frontier: Frontier, leaf_hashes: Iterable[bytes]) -> Frontier:
    """The frontier after these leaves; one node is hashed a leaf on average."""
    size, nodes = frontier.size, list(frontier.nodes)
    for hash_of_leaf in leaf_hashes:
        node = hash_of_leaf
        # As in counting by ones, each trailing one-bit of the size is a subtree as large as the node carried up.
        carried = size
        while carried & 1:
            node = node_hash(nodes.pop(), node)
            carried >>= 1
        nodes.append(node)
        size += 1
    return Frontier(size, tuple(nodes))


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root of the tree of these leaves."""
    return appended(Frontier(), leaf_hashes).root


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The path that proves the leaf at ``index`` (RFC 9162, 2.1.3.1); the leaf's neighbour comes first.

    Raises ValueError if there is no such leaf.
    """
    if not 0 <= index < len(leaf_hashes):
        raise ValueError(f"no leaf {index} in a tree of {len(leaf_hashes)}")
    path: list[bytes] = []
    first, end = 0, len(leaf_hashes)
    while end - first > 1:
        middle = first + _left_size(end - first)
        if index < middle:
            path.append(root(leaf_hashes[middle:end]))
            end = middle
        else:
            path.append(root(leaf_hashes[first:middle]))
            first = middle
    return tuple(reversed(path))


def consistency_proof(leaf_hashes: Sequence[bytes], size_before: int) -> tuple[bytes, ...]:
    """The nodes that prove that the tree only grew since it had ``size_before`` leaves (RFC 9162, 2.1.4.1).

    Empty for the same tree and for the empty one. Raises ValueError if the tree never had that size.
    """
    if not 0 <= size_before <= len(leaf_hashes):
        raise ValueError(f"a tree of {len(leaf_hashes)} never had {size_before} leaves")
    if size_before in {0, len(leaf_hashes)}:
        return ()
    path: list[bytes] = []
    first, end, size = 0, len(leaf_hashes), size_before
    whole = True  # the subtree looked at begins with the first leaf, so the old root itself is known to the verifier
    while size < end - first:
        left = _left_size(end - first)
        if size <= left:
            path.append(root(leaf_hashes[first + left : end]))
            end = first + left
        else:
            path.append(root(leaf_hashes[first : first + left]))
            first, size, whole = first + left, size - left, False
    if not whole:
        path.append(root(leaf_hashes[first:end]))
    return tuple(reversed(path))


def proves_inclusion(hash_of_leaf: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes) -> bool:
    """Whether ``proof`` shows the leaf at ``index`` of the tree with this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(hash_of_leaf, tree_root, *proof):
        return False
    number, last, found = index, size - 1, hash_of_leaf
    for node in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(node, found)
            while not number & 1 and number != 0:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, node)
        number, last = number >> 1, last >> 1
    return last == 0 and found == tree_root


def proves_consistency(
    size_before: int, size_after: int, root_before: bytes, root_after: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether ``proof`` shows that the later tree begins with all leaves of the earlier one (RFC 9162, 2.1.4.2)."""
    if not 0 <= size_before <= size_after or not _are_hashes(root_before, root_after, *proof):
        return False
    if size_before == size_after:
        return not proof and root_before == root_after and (size_before > 0 or root_before == EMPTY_ROOT)
    if size_before == 0:
        return not proof and root_before == EMPTY_ROOT
    path = list(proof)
    if size_before.bit_count() == 1:
        path.insert(0, root_before)
    if not path:
        return False
    number, last = size_before - 1, size_after - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    before = after = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            before, after = node_hash(node, before), node_hash(node, after)
            while not number & 1 and number != 0:
                number, last = number >> 1, last >> 1
        else:
            after = node_hash(after, node)
        number, last = number >> 1, last >> 1
    return last == 0 and before == root_before and after == root_after


def _left_size(size: int) -> int:
    """The largest power of two below ``size``: how many leaves the left subtree has."""
    assert size > 1
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
