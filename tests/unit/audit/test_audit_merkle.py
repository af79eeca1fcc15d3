"""The Merkle tree: the vectors known from Certificate Transparency, and what must hold for every tree."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audit.domain.merkle import (
    EMPTY_ROOT,
    Frontier,
    appended,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    proves_consistency,
    proves_inclusion,
    root,
)

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
CONSISTENCY = {
    (1, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
INCLUSION = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
}

trees = st.lists(st.binary(max_size=4).map(leaf_hash), min_size=1, max_size=70)


def test_hashes_of_leaf_and_node() -> None:
    """Leaf and node hashes are those published with RFC 6962's reference code."""
    assert leaf_hash(bytes.fromhex("101112131415161718191a1b1c1d1e1f")).hex() == (
        "3bfb960453ebaebf33727da7a1f4db38acc051d381b6da20d6d4e88f0eabfd7a"
    )
    assert node_hash(bytes(range(0x20)), bytes(range(0x20, 0x40))).hex() == (
        "1a378704c17da31e2d05b6d121c2bb2c7d76f6ee6fa8f983e596c2d034963c57"
    )


@pytest.mark.parametrize("size", range(9))
def test_known_roots(size: int) -> None:
    """The roots of the first n leaves are the known ones, whether computed at once or leaf by leaf."""
    assert root(HASHES[:size]).hex() == ROOTS[size]
    frontier = Frontier()
    for hash_of_leaf in HASHES[:size]:
        frontier = appended(frontier, [hash_of_leaf])
    assert frontier.root.hex() == ROOTS[size]


@pytest.mark.parametrize(("span", "proof"), CONSISTENCY.items())
def test_known_consistency_proofs(span: tuple[int, int], proof: tuple[str, ...]) -> None:
    """Consistency proofs are the known ones."""
    assert tuple(node.hex() for node in consistency_proof(HASHES[: span[1]], span[0])) == proof


@pytest.mark.parametrize(("place", "proof"), INCLUSION.items())
def test_known_inclusion_proofs(place: tuple[int, int], proof: tuple[str, ...]) -> None:
    """Inclusion proofs are the known ones."""
    assert tuple(node.hex() for node in inclusion_proof(HASHES[: place[1]], place[0])) == proof


@given(trees, st.lists(st.integers(0, 70), max_size=5))
def test_frontier_does_not_depend_on_the_batches(leaf_hashes: list[bytes], cuts: list[int]) -> None:
    """However the leaves are cut into batches, the frontier is the same, and its root is the tree's."""
    places = [0, *sorted(min(cut, len(leaf_hashes)) for cut in cuts), len(leaf_hashes)]
    frontier = Frontier()
    for first, end in pairwise(places):
        frontier = appended(frontier, leaf_hashes[first:end])
    assert frontier == appended(Frontier(), leaf_hashes)
    assert frontier.root == _root_by_definition(leaf_hashes)


@given(trees, st.data())
def test_every_leaf_is_proven_and_nothing_else(leaf_hashes: list[bytes], data: st.DataObject) -> None:
    """Each leaf's proof holds for its index, size and root, and for no other leaf, index, size, root or proof."""
    size, tree_root = len(leaf_hashes), root(leaf_hashes)
    index = data.draw(st.integers(0, size - 1))
    leaf = leaf_hashes[index]
    proof = inclusion_proof(leaf_hashes, index)
    assert proves_inclusion(leaf, index, size, proof, tree_root)
    assert not proves_inclusion(leaf_hash(b"another leaf"), index, size, proof, tree_root)
    assert not proves_inclusion(leaf, size, size, proof, tree_root)
    assert not proves_inclusion(leaf, -1, size, proof, tree_root)
    assert not proves_inclusion(leaf, index, size, proof, EMPTY_ROOT)
    assert not proves_inclusion(leaf, index, size, (*proof, leaf), tree_root)
    assert not proves_inclusion(leaf, index, size, (*proof, b"short"), tree_root)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not proves_inclusion(leaf, index, size, proof[:place] + proof[place + 1 :], tree_root)
        changed = bytes([proof[place][0] ^ 1]) + proof[place][1:]
        assert not proves_inclusion(leaf, index, size, (*proof[:place], changed, *proof[place + 1 :]), tree_root)


@given(trees, st.data())
def test_growth_is_proven_and_nothing_else(leaf_hashes: list[bytes], data: st.DataObject) -> None:
    """Every earlier tree is proven to be the later one's beginning; a changed root or proof proves nothing."""
    size_after = len(leaf_hashes)
    size_before = data.draw(st.integers(0, size_after))
    before, after = root(leaf_hashes[:size_before]), root(leaf_hashes)
    proof = consistency_proof(leaf_hashes, size_before)
    assert proves_consistency(size_before, size_after, before, after, proof)
    other = leaf_hash(b"another root")
    assert not proves_consistency(size_before, size_after, other, after, proof)
    assert not proves_consistency(size_before, size_after, before, after, (*proof, other))
    assert not proves_consistency(size_before, size_after, before, after, (*proof, b""))
    assert not proves_consistency(size_after + 1, size_after, before, after, proof)
    if size_before > 0:
        assert not proves_consistency(size_before, size_after, before, other, proof)
    if proof:
        assert not proves_consistency(size_before, size_after, before, after, ())
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not proves_consistency(size_before, size_after, before, after, proof[:place] + proof[place + 1 :])
        changed = bytes([proof[place][0] ^ 1]) + proof[place][1:]
        altered = (*proof[:place], changed, *proof[place + 1 :])
        assert not proves_consistency(size_before, size_after, before, after, altered)


@given(
    st.integers(-1, 80),
    st.integers(-1, 80),
    st.lists(st.binary(max_size=33) | st.binary(min_size=32, max_size=32), max_size=8),
    st.binary(max_size=33),
    st.binary(min_size=32, max_size=32),
)
def test_verification_answers_for_any_input(
    first: int, second: int, proof: list[bytes], short: bytes, tree_root: bytes
) -> None:
    """Whatever it is given, verification says no instead of raising; an invented proof proves nothing."""
    assert not proves_inclusion(leaf_hash(short), first, second, proof, tree_root)
    if first not in {0, second}:
        assert not proves_consistency(first, second, leaf_hash(short), tree_root, proof)
    assert proves_consistency(first, second, short, tree_root, proof) in {True, False}


def test_no_proof_of_what_is_not_there() -> None:
    """A proof can't be asked for a leaf, or a size, that the tree doesn't have."""
    with pytest.raises(ValueError, match="no leaf 8"):
        inclusion_proof(HASHES, 8)
    with pytest.raises(ValueError, match="never had 9"):
        consistency_proof(HASHES, 9)


def test_a_broken_frontier_is_a_bug() -> None:
    """A frontier whose nodes don't fit its size can't exist."""
    with pytest.raises(AssertionError):
        Frontier(3, (HASHES[0],))


def _root_by_definition(leaf_hashes: list[bytes]) -> bytes:
    """RFC 9162's recursive definition, word by word."""
    if not leaf_hashes:
        return EMPTY_ROOT
    if len(leaf_hashes) == 1:
        return leaf_hashes[0]
    left = 1
    while left * 2 < len(leaf_hashes):
        left *= 2
    return node_hash(_root_by_definition(leaf_hashes[:left]), _root_by_definition(leaf_hashes[left:]))
