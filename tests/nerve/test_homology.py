"""Homology over Z: known spaces, GUDHI, dense Smith forms, speed."""

from __future__ import annotations

import random
import time
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.linalg import rank_mod_p, smith_diagonal
from exactgeom.nerve.chains import ChainComplex
from exactgeom.nerve.simplicial import SimplicialComplex
from exactgeom.nerve.simplicial_table import SignedIncidence

FAMILIES = st.lists(st.sets(st.integers(0, 7), min_size=1, max_size=4), max_size=12)
PROJECTIVE_PLANE = [
    [1, 2, 5], [1, 2, 6], [1, 3, 4], [1, 3, 6], [1, 4, 5],
    [2, 3, 4], [2, 3, 5], [2, 4, 6], [3, 5, 6], [4, 5, 6],
]  # fmt: skip


def grid_surface(flip: bool) -> SimplicialComplex:
    """The torus, or with a flip the Klein bottle, as a 3 × 3 grid of squares cut in two."""

    def vertex(i: int, j: int) -> tuple[int, int]:
        return (0, (-j) % 3 if flip else j % 3) if i == 3 else (i, j % 3)

    squares = [
        [vertex(i + a, j + b) for a, b in product((0, 1), repeat=2)] for i in range(3) for j in range(3)
    ]
    return SimplicialComplex([t for p, q, r, s in squares for t in ([p, q, s], [p, r, s])])


def join(K: SimplicialComplex, L: SimplicialComplex) -> SimplicialComplex:
    return SimplicialComplex(
        [
            [*((0, v) for v in s), *((1, v) for v in t)]
            for s in K.maximal_simplices
            for t in L.maximal_simplices
        ]
    )


@pytest.mark.parametrize(
    ("K", "betti", "torsion"),
    [
        (SimplicialComplex(PROJECTIVE_PLANE), [1, 0, 0], [[], [2], []]),
        (grid_surface(False), [1, 2, 1], [[], [], []]),
        (grid_surface(True), [1, 1, 0], [[], [2], []]),
        (SimplicialComplex(combinations(range(5), 4)), [1, 0, 0, 1], [[], [], [], []]),
        (SimplicialComplex([[0], [1], [2, 3]]), [3, 0], [[], []]),
    ],
    ids=["projective plane", "torus", "Klein bottle", "3-sphere", "three pieces"],
)
def test_known_spaces(K: SimplicialComplex, betti: list[int], torsion: list[list[int]]) -> None:
    assert K.betti() == betti and K.torsion() == torsion


def test_joins_of_projective_planes_have_torsion_only() -> None:
    """H_n(X*Y) = ⊕ H_i(X)⊗H_j(Y) ⊕ Tor: of two projective planes Z/2 in degrees 3 and 4."""
    plane = SimplicialComplex(PROJECTIVE_PLANE)
    K = join(plane, plane)
    assert K.betti() == [1, 0, 0, 0, 0, 0]
    assert K.torsion() == [[], [], [], [2], [2], []]


def test_cellular_lens_spaces() -> None:
    """L(n, 1) has one cell per degree and ∂_2 = n: entries beyond ±1 as multiplicities of a map."""
    for n in (2, 3, 12):
        none = np.zeros(0, dtype=np.int64)
        empty = SignedIncidence(none, none, none)
        two = SignedIncidence(np.array([0]), np.array([0]), np.array([n]))
        C = ChainComplex(["a", "b", "c", "d"], [empty, two, empty])
        assert C.betti() == [1, 0, 0, 1] and C.torsion() == [[], [n], [], []]


def test_a_disc_with_a_hole_has_one_loop() -> None:
    annulus = SimplicialComplex(
        [[i, (i + 1) % 4, 4 + i] for i in range(4)]
        + [[(i + 1) % 4, 4 + i, 4 + (i + 1) % 4] for i in range(4)]
    )
    assert annulus.betti() == [1, 1, 0]


@given(FAMILIES)
def test_betti_numbers_from_dense_smith_forms(family: list[set[int]]) -> None:
    K = SimplicialComplex(family)
    ranks, torsion = [0] * (K.dimension + 2), [[] for _ in range(K.dimension + 1)]
    for p in range(1, K.dimension + 1):
        diagonal = smith_diagonal(K.boundary(p).matrix)
        ranks[p] = sum(1 for d in diagonal if d)
        torsion[p - 1] = [d for d in diagonal if d > 1]
        assert rank_mod_p(K.boundary(p).matrix, 1_000_003) <= ranks[p]
    assert K.betti() == [n - ranks[p] - ranks[p + 1] for p, n in enumerate(K.f_vector)]
    assert K.torsion() == torsion


@given(FAMILIES)
def test_euler_poincare(family: list[set[int]]) -> None:
    K = SimplicialComplex(family)
    assert sum((-1) ** p * b for p, b in enumerate(K.betti())) == K.euler_characteristic


@given(FAMILIES, st.permutations(range(8)))
def test_homology_does_not_depend_on_the_labels(family: list[set[int]], names: list[int]) -> None:
    renamed = SimplicialComplex([[names[v] for v in s] for s in family])
    K = SimplicialComplex(family)
    assert (K.betti(), K.torsion()) == (renamed.betti(), renamed.torsion())


@given(FAMILIES)
def test_betti_numbers_of_gudhi(family: list[set[int]]) -> None:
    pytest.importorskip("gudhi", reason="GUDHI is the peer")
    K = SimplicialComplex(family)
    tree = K.to_gudhi()
    assert tree.num_simplices() == sum(K.f_vector)
    tree.compute_persistence(persistence_dim_max=True)
    if any(K.torsion()):
        return
    found = tree.betti_numbers()
    assert K.betti() == found + [0] * (K.dimension + 1 - len(found))


def test_a_thousand_tetrahedra_are_fast() -> None:
    rnd = random.Random(4)
    K = SimplicialComplex([rnd.sample(range(50), 4) for _ in range(1000)])
    start = time.process_time()
    betti = K.betti()
    K.torsion()
    assert time.process_time() - start < 1
    assert sum((-1) ** p * b for p, b in enumerate(betti)) == K.euler_characteristic


def test_a_map_that_is_no_complex_is_refused() -> None:
    one = SignedIncidence(np.array([0]), np.array([0]), np.array([1]))
    with pytest.raises(InvalidInput, match="'c'"):
        ChainComplex(["a", "b", "c"], [one, one])


def test_ranks_have_certificates() -> None:
    from exactgeom.certificates import verify

    C = SimplicialComplex(PROJECTIVE_PLANE).chains
    documents = [C.certificate(p) for p in (1, 2)]
    assert verify(documents)
    documents[1]["claim"]["rank"] = 9
    assert not verify(documents)
