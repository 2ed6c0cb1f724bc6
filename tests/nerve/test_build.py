"""Nerve and dual complex of partitions: brute force, the nerve theorem, orientation, T-junctions."""

from __future__ import annotations

import pickle
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.nerve.build import dual_complex, nerve
from exactgeom.nerve.build_dual import propagated_signs
from exactgeom.nerve.geometry import FaceTable
from exactgeom.partition.boxes_lattice import partition_lattice
from exactgeom.testkit.strategies import arrangements, networks

CROSS = eg.Arrangement([([1, 0], 0), ([0, 1], 0)])
T_JUNCTION = eg.DecisionTree(
    [
        eg.models.tree.Split(0, 0, 1, 2),
        eg.models.tree.Leaf([0]),
        eg.models.tree.Split(1, 0, 3, 4),
        eg.models.tree.Leaf([1]),
        eg.models.tree.Leaf([2]),
    ],
    2,
)


def cube(dim: int) -> Any:
    return eg.box(-1, 1, dim=dim)


def small(model: Any) -> Any:
    P = eg.partition(model, cube(model.dim if hasattr(model, "dim") else model.input_dim))
    return P if len(P.cells) <= 24 else None


def brute_force(P: Any, top: int) -> dict[tuple[int, ...], int]:
    """Simplex -> dim F_σ, from shared vertices and faces alone."""
    d, found = P.dimension, {}
    sets = [[set(P.complex.faces_below(d, c, k).tolist()) for k in range(d + 1)] for c in range(len(P.cells))]
    for p in range(top + 1):
        for σ in combinations(range(len(P.cells)), p + 1):
            dims = [k for k in range(d + 1) if set.intersection(*(sets[c][k] for c in σ))]
            if dims:
                found[σ] = max(dims)
    return found


@settings(max_examples=25)
@given(
    st.one_of(arrangements(dims=(1, 2, 3), sizes=(0, 1, 2, 3)), networks(input_dims=(1, 2), widths=(1, 2, 3)))
)
def test_nerve_agrees_with_brute_force(model: Any) -> None:
    P = small(model)
    if P is None or len(P.cells) > 14:
        return
    K, expected = nerve(P, 2), brute_force(P, 2)
    assert {s for p in range(K.dimension + 1) for s in K.simplices(p)} == set(expected)
    proper = {s for s, dim in expected.items() if dim == P.dimension - len(s) + 1}
    assert {s for _, s in K.non_proper} == set(expected) - proper
    for s in proper:
        face = K.face(len(s) - 1, s)
        assert set(s) <= set(cells_around(P, face))


def cells_around(P: Any, face: Any) -> list[int]:
    table = FaceTable(P.complex)
    faces = face if isinstance(face, tuple) else (face,)
    lists = [set(table.cells[int(table.offset[f.dim]) + f.id].tolist()) for f in faces]
    return sorted(set.intersection(*lists))


@settings(max_examples=25)
@given(st.one_of(arrangements(), networks()))
def test_homology_is_that_of_the_domain(model: Any) -> None:
    """The nerve theorem, and duality: a convex domain is contractible, degenerate models included."""
    P = small(model)
    if P is None:
        return
    for K in (nerve(P, 2), dual_complex(P), dual_complex(P, boundary=True)):
        K.chains.check()
        assert K.betti() == [1] + [0] * K.dimension
        assert not any(K.torsion())
    assert dual_complex(P).euler_characteristic == dual_complex(P, boundary=True).euler_characteristic == 1


@settings(max_examples=15)
@given(arrangements(sizes=(0, 1, 2, 3)))
def test_homology_on_all_of_space(model: Any) -> None:
    P = eg.partition(model, None)
    if len(P.cells) > 24:
        return
    K = dual_complex(P)
    K.chains.check()
    assert K.betti() == [1] + [0] * K.dimension and K.euler_characteristic == 1
    assert sum(K.counts) == sum(P.f_vector)
    assert nerve(P, 1).betti() == [1] + [0] * nerve(P, 1).dimension


@settings(max_examples=15)
@given(arrangements(dims=(2, 3), sizes=(1, 2, 3, 4)))
def test_signs_by_propagation_agree_up_to_orientation(model: Any) -> None:
    """Two routes to the signs: flipping dual cells turns one into the other."""
    P = small(model)
    if P is None:
        return
    table = FaceTable(P.complex)
    upper, lower, sign = propagated_signs(table)
    mine = dict(zip(zip(upper.tolist(), lower.tolist(), strict=True), sign.tolist(), strict=True))
    K, flip = dual_complex(P), dict.fromkeys(range(int(table.offset[-2]), len(table)), 1)
    for p in range(1, K.dimension + 1):
        part = K.chains.incidence(p)
        for i, j, s in zip(*(a.tolist() for a in part), strict=True):
            f, g = (int(table.offset[k]) + n for k, n in (K.labels(p)[i], K.labels(p - 1)[j]))
            turned = mine[g, f] * s * flip[g]
            assert flip.setdefault(f, turned) == turned


def test_edges_run_from_point_to_point() -> None:
    for K in (nerve(eg.partition(CROSS, cube(2))), dual_complex(eg.partition(CROSS, cube(2)), boundary=True)):
        assert all(sorted(x for row in K.boundary(1).T.entries[i : i + 1] for x in row if x) == [-1, 1]
                   for i in range(K.count(1)))  # fmt: skip


def test_four_cells_at_a_vertex_span_a_tetrahedron() -> None:
    K = nerve(eg.partition(CROSS, cube(2)), 3)
    assert K.counts == (4, 6, 4, 1)
    assert [p for p, _ in K.non_proper] == [1, 1, 3]
    assert nerve(eg.partition(CROSS, cube(2)), 3, proper_only=True).counts == (4, 4)
    thin = nerve(eg.partition(CROSS, cube(2)), 2, proper_only=True)
    assert thin.betti() == [1, 1] and thin.notes  # not the homology of the square, and it says so


def test_truncation_does_not_change_the_homology() -> None:
    K = nerve(eg.partition(CROSS, cube(2)), 1)
    assert K.betti() == [1, 0] and K.betti(skeleton=True) == [1, 3] and K.notes
    assert nerve(eg.partition(CROSS, cube(2)), 2).betti() == [1, 0, 0]


def test_t_junctions() -> None:
    P = partition_lattice(T_JUNCTION, cube(2))
    K = nerve(P)
    assert K.counts == (3, 3, 1) and not K.non_proper
    assert K.volume(0, 0) == 1 and {str(v) for v in K.norms(1)} == {"1"}
    flat = [pair.cos for _, _, pair in K.pairs(1)]
    assert sorted(map(str, flat)) == ["-1", "0", "0"]


def test_a_face_of_several_pieces_adds_up() -> None:
    """Cells A, B, D meet along an edge that the cut of C has divided: F has two pieces, one volume."""
    Split, Leaf = eg.models.tree.Split, eg.models.tree.Leaf
    tree = eg.DecisionTree(
        [Split(0, 0, 1, 2), Split(1, 0, 3, 4), Split(1, 0, 5, 6), Leaf([0]), Leaf([1]), Leaf([2]),
         Split(2, 0, 7, 8), Leaf([3]), Leaf([4])], 3)  # fmt: skip
    P = partition_lattice(tree, cube(3))
    K = nerve(P, 2)
    pieces = [K.face(2, s) for s in K.simplices(2) if isinstance(K.face(2, s), tuple)]
    assert pieces and all(len(faces) == 2 for faces in pieces)
    assert {str(K.volume(2, s)) for s in K.simplices(2) if isinstance(K.face(2, s), tuple)} == {"2"}
    D = dual_complex(P)
    D.chains.check()
    assert D.betti() == [1, 0, 0, 0]
    for complex in (K, D):
        complex.gram(2, "area-vector")  # pairs across pieces must be consistent
        assert complex.gram(1, "area-vector").is_rational


@settings(max_examples=10)
@given(arrangements(dims=(2, 3), sizes=(2, 3)))
def test_counts_agree_with_gudhi(model: Any) -> None:
    pytest.importorskip("gudhi", reason="GUDHI is the peer")
    P = small(model)
    if P is None:
        return
    K = nerve(P, 3)
    tree = K.to_gudhi()
    assert tree.num_simplices() == sum(K.counts) and tree.dimension() == K.dimension


def test_forms_and_pickling() -> None:
    P = eg.partition(CROSS, cube(2))
    for K in (P.nerve(), P.dual_complex(), P.dual_complex(boundary=True)):
        L = pickle.loads(pickle.dumps(K))
        assert L == K and hash(L) == hash(K) and L.boundary(1) == K.boundary(1)
        assert K.to_json()["kind"] == K.kind
        assert K.face_poset().number_of_nodes() == sum(K.counts)
    graph = P.dual_complex().to_networkx()
    assert graph.number_of_edges() == 4 and graph.nodes[(2, 0)]["volume"] == 1
    K = P.nerve()
    assert K.vertices == (0, 1, 2, 3) and sorted(K.to_networkx().edges) == sorted(K.simplices(1))
    assert P.nerve().boundary(1).to_scipy().shape == (4, 6)


def test_bad_input_and_budgets() -> None:
    P = eg.partition(CROSS, cube(2))
    with pytest.raises(eg.InvalidInput, match="max_dim"):
        P.nerve(-1)
    with pytest.raises(eg.BudgetExceeded, match="dual complex"):
        P.nerve(2, budget=10)
    with pytest.raises(eg.InvalidInput, match="no boundary"):
        eg.partition(CROSS, None).dual_complex(boundary=True)
    with pytest.raises(eg.UnboundedError):
        eg.partition(CROSS, None).dual_complex().gram(0)
    with pytest.raises(eg.InvalidInput, match="convention"):
        P.nerve().gram(1, "overlap")
    with pytest.raises(eg.InvalidInput, match="degree from 0 to 2"):
        P.nerve().gram(3)
    with pytest.raises(eg.InvalidInput, match="element"):
        P.nerve().volume(1, (0, 9))


def test_one_dimension_and_one_cell() -> None:
    P = eg.partition(eg.Arrangement([([1], 0)], dim=1), cube(1))
    assert P.nerve().counts == (2, 1) and P.nerve().gram(1).entries == ((1,),)
    Q = eg.partition(eg.Arrangement([], dim=2), cube(2))
    assert Q.nerve().counts == (1,) and Q.dual_complex().counts == (1,)
    assert Q.dual_complex(boundary=True).counts == (5, 8, 4)
    assert np.prod(Q.nerve().boundary(0).shape) == 0


def test_proper_simplices_of_lower_degree_leave_nothing_out() -> None:
    P = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))
    K = nerve(P, 2, proper_only=True)
    assert K.counts == (4, 4)
    assert K.notes == ("proper simplices only: the homology can differ from that of the domain",)
    assert K.betti() == K.betti(skeleton=True) == [1, 1]
    assert nerve(P, 1, proper_only=True).notes[0].startswith("max_dim = 1")
