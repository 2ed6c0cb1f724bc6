"""Gram matrices: multivectors, angles, closedness, definiteness, invariance under relabelling."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.exact import InvalidInput, Surd
from exactgeom.linalg import Matrix, Multivector
from exactgeom.nerve.build import dual_complex, nerve
from exactgeom.nerve.gram import Convention
from exactgeom.nerve.inertia import check_congruence
from exactgeom.partition.boxes_lattice import partition_lattice
from exactgeom.testkit.strategies import arrangements, networks

MODELS = st.one_of(
    arrangements(dims=(1, 2, 3), sizes=(0, 1, 2, 3, 4)), networks(input_dims=(2,), widths=(1, 2, 3))
)
TRIANGLE = eg.Arrangement([([1, 0], 0), ([0, 1], 0), ([1, 2], "1/2")])
NAMES = ("diagonal", "face-weighted", "embedded", "ridge-weighted", "area-vector")


def small(model: Any, most: int = 16) -> Any:
    P = eg.partition(model, eg.box(-1, 1, dim=model.dim if hasattr(model, "dim") else model.input_dim))
    return P if len(P.cells) <= most else None


def omegas(P: Any) -> list[list[Multivector]]:
    """Ω of every oriented face by the cone formula: a route of its own (vertices and signs only)."""
    space, n = P.complex, P.dimension
    found = [[Multivector.scalar(1, n) for _ in range(space.count(0))]]
    for k in range(1, n + 1):
        signs, start = space.measures.incidence_signs(k), space.boundary(k).start
        level = []
        for f in range(space.count(k)):
            apex = space.point(int(space.closure(k)[f][0]))
            total = Multivector.zero(k, n)
            for at in range(int(start[f]), int(start[f + 1])):
                g = int(space.boundary(k).index[at])
                base = space.point(int(space.closure(k - 1)[g][0]))
                step = Multivector.vector([a - b for a, b in zip(base, apex, strict=True)])
                total = total + (step ^ found[-1][g]) * Fraction(int(signs[at]), k)
            level.append(total)
        found.append(level)
    return found


def meet(P: Any, k: int, f: int, g: int) -> bool:
    """Two k-faces have a common face one dimension up, and one common facet in it."""
    up = [set(P.complex.coboundary(k)[x].tolist()) for x in (f, g)]
    down = [set(P.complex.boundary(k)[x].tolist()) for x in (f, g)]
    return bool(up[0] & up[1]) and bool(down[0] & down[1])


@settings(max_examples=30)
@given(MODELS)
def test_area_vectors_are_inner_products_of_volume_multivectors(model: Any) -> None:
    """On the dual complex ``⟨f*, g*⟩ = ⟨Ω(f), Ω(g)⟩`` for f, g that meet: signs, angles and all."""
    P = small(model)
    if P is None:
        return
    Ω, K, d = omegas(P), dual_complex(P), P.dimension
    for p in range(K.dimension + 1):
        G, names = K.gram(p, "area-vector"), K.labels(p)
        for i, (k, f) in enumerate(names):
            assert G[i, i] == Ω[k][f].norm_squared
            for j, (_, g) in enumerate(names[:i]):
                pairs = 0 < p < d and meet(P, k, f, g)
                assert G[i, j] == (Ω[k][f].inner(Ω[k][g]) if pairs else 0)


@settings(max_examples=20)
@given(MODELS)
def test_conventions_from_one_another(model: Any) -> None:
    P = small(model)
    if P is None:
        return
    for K in (nerve(P, 2), dual_complex(P, boundary=True)):
        for p in range(min(K.dimension, P.dimension) + 1):
            grams = {name: K.gram(p, name) for name in NAMES}
            norms, ridges = K.norms(p), {(i, j): pair.ridge_volume for i, j, pair in K.pairs(p)}
            for (i, j), area in grams["area-vector"].items():
                if i == j:
                    assert area == norms[i] * norms[i] and grams["ridge-weighted"][i, i] == norms[i]
                elif i < j:
                    ε_cos = -area / (Surd(norms[i]) * norms[j])
                    both = Surd(norms[i]) * norms[j]
                    assert grams["ridge-weighted"][i, j] == ε_cos * ridges[i, j]
                    assert grams["face-weighted"][i, j] == -grams["embedded"][i, j]
                    assert Surd(grams["face-weighted"][i, j]) ** 2 == ε_cos * ε_cos * both
                    assert (Surd(grams["face-weighted"][i, j]) * ε_cos).sign() > 0
            assert grams["diagonal"].is_diagonal and grams["diagonal"].diagonal() == tuple(norms)
            assert all(gram.is_symmetric() for gram in grams.values())


@settings(max_examples=20)
@given(MODELS)
def test_the_rational_core_is_congruent(model: Any) -> None:
    P = small(model)
    if P is None:
        return
    K = dual_complex(P)
    for p in range(K.dimension + 1):
        for name in ("diagonal", "face-weighted", "embedded"):
            core, scaling = K.gram_core(p, name)
            assert core.is_rational and check_congruence(K.gram(p, name), core, scaling)
        assert K.gram_core(p, "embedded")[0] == K.gram(p, "area-vector")
    with pytest.raises(eg.InvalidInput, match="core"):
        K.gram_core(0, "ridge-weighted")


@settings(max_examples=20)
@given(MODELS)
def test_nerve_and_dual_agree_in_degree_one(model: Any) -> None:
    """Interior facets are the proper edges: the same matrix, up to the orientation of edges."""
    P = small(model)
    if P is None or P.dimension == 1:
        return
    K, D = nerve(P, 1), dual_complex(P)
    if not D.count(1):
        return
    edge = {}
    for i, (_, facet) in enumerate(D.labels(1)):
        ends = D.boundary(1).T.lines[i]
        lower, upper = sorted(ends)
        edge[lower, upper] = (i, int(ends[upper]))
        assert P.facets[facet].cell_ids == (lower, upper)
    places = {label: i for i, label in enumerate(K.labels(1))}
    for name in NAMES:
        G, H = K.gram(1, name), D.gram(1, name)
        for a, (i, s) in edge.items():
            for b, (j, t) in edge.items():
                assert G[places[a], places[b]] == H[i, j] * (s * t)


def test_closedness_puts_a_vector_in_the_kernel() -> None:
    """Minkowski: the area vectors of a triangle sum to zero, so the star of an inner triangle is singular."""
    P = eg.partition(TRIANGLE, eg.box(-1, 1, dim=2))
    K = dual_complex(P)
    d = K.boundary(1)
    G = K.gram(1, "area-vector")
    (cell,) = [c.id for c in P.cells if len(c.facets) == 3 and all(f.is_interior for f in c.facets)]
    ε = [d[cell, j] for j in range(K.count(1))]
    inner = [j for j in range(K.count(1)) if ε[j]]
    assert all(sum(G[i, j] * ε[j] for j in inner) == 0 for i in inner)
    plus, minus, zero = K.inertia(1, "embedded").signature
    assert plus + minus + zero == 9 and K.inertia(1, "area-vector") == K.inertia(1, "embedded").signature


def test_a_known_angle() -> None:
    """Two lines at 45 degrees: cos π/4 and cos 3π/4, with the signs of the edges."""
    P = eg.partition(eg.Arrangement([([1, 0], 0), ([1, -1], 0)]), eg.box(-1, 1, dim=2))
    K = dual_complex(P)
    cosines = sorted(pair.cos for _, _, pair in K.pairs(1))
    half = Surd.sqrt("1/2")
    assert cosines == [-half, -half, half, half]
    assert {str(v) for v in K.gram(1).diagonal()} == {"1", "√2"}
    angles = {a.cos for r in P.ridges for _, _, a in r.angles if len(r.angles) == 4}
    assert angles == {half, -half}


def test_angles_agree_with_dihedral_angles() -> None:
    planes = [([1, 0, 0], 0), ([1, 2, 1], "1/3"), ([0, 1, -1], 0), ([1, -1, 1], "1/5")]
    P = eg.partition(eg.Arrangement(planes), eg.box(-1, 1, dim=3))
    K = dual_complex(P)
    for _, _, pair in K.pairs(1):
        (_, cell), (f, g) = pair.common, (pair.first[1], pair.second[1])
        assert pair.cos == P.complex.measures.facet_angle(cell, f, g).cos


def test_flat_ridges_of_t_junctions() -> None:
    Split, Leaf = eg.models.tree.Split, eg.models.tree.Leaf
    tree = eg.DecisionTree([Split(0, 0, 1, 2), Leaf([0]), Split(1, 0, 3, 4), Leaf([1]), Leaf([2])], 2)
    K = dual_complex(partition_lattice(tree, eg.box(-1, 1, dim=2)))
    flat = [(i, j) for i, j, pair in K.pairs(1) if pair.cos == -1]
    assert len(flat) == 1
    assert abs(K.gram(1, "area-vector")[flat[0]]) == 1  # two walls of length 1 that go on


def test_functions_are_conventions() -> None:
    K = dual_complex(eg.partition(TRIANGLE, eg.box(-1, 1, dim=2)))
    twice = K.gram(1, lambda pair: 2 * pair.area_product * pair.sign)
    area = K.gram(1, "area-vector")
    assert all(twice[i, j] == 2 * v for (i, j), v in area.items() if i != j)
    assert twice.diagonal() == K.gram(1).diagonal()
    unit = K.gram(1, Convention("unit", None, lambda volume: 1))
    assert unit.matrix == Matrix.identity(9)


@settings(max_examples=15)
@given(MODELS, st.randoms(use_true_random=False))
def test_relabelling_the_cells_changes_nothing_else(model: Any, rnd: Any) -> None:
    """Permuted rows of a first layer (planes of an arrangement) give the same inertia and determinants."""
    if not isinstance(model, eg.Arrangement):
        return
    P = small(model)
    planes = list(model.hyperplanes)
    if P is None or not planes:
        return
    rnd.shuffle(planes)
    Q = eg.partition(eg.Arrangement(planes, dim=model.dim), P.domain)
    K, L = nerve(P, 2), nerve(Q, 2)
    assert K.counts == L.counts
    for p in range(min(K.dimension, P.dimension) + 1):
        mine, theirs = (k.gram(p, "area-vector").matrix.charpoly() for k in (K, L))
        assert mine == theirs  # flipping orientations is a congruence by a ±1 diagonal


def test_laplacians_of_the_dual_complex() -> None:
    P = eg.partition(TRIANGLE, eg.box(-1, 1, dim=2))
    K = P.dual_complex()
    for name in ("diagonal",):
        for p in range(K.dimension + 1):
            assert len(K.harmonic_basis(p, name).columns) == K.betti()[p]
    extended = K.extended_laplacian("area-vector")
    assert extended.is_rational and extended == K.laplacian(0, "area-vector")
    values = K.harmonic_extension({(2, 0): 0, (2, 1): 1})
    assert values[(2, 0)] == 0 and values[(2, 1)] == 1
    spline = K.smoothing_spline([1, 0, 0, 0, 0, 0, 0], "1/2", "area-vector")
    assert sum(spline.values) == 1  # constants are not penalised


@pytest.mark.parametrize("p", [0, 1, 2])
def test_non_proper_elements_have_norm_zero(p: int) -> None:
    K = nerve(eg.partition(TRIANGLE, eg.box(-1, 1, dim=2)), 2)
    G = K.gram(p, "embedded")
    for degree, label in K.non_proper:
        if degree == p:
            assert not G.lines[K.index(p, label)]
    zero = K.inertia(p, "embedded").zero
    assert zero >= sum(1 for degree, _ in K.non_proper if degree == p)


def test_laplacians_that_need_a_singular_gram_matrix_name_its_kernel() -> None:
    P = eg.partition(TRIANGLE, eg.box(-1, 1, dim=2))
    K = nerve(P, 2)
    edge = next(label for degree, label in K.non_proper if degree == 1)
    for convention in ("diagonal", "area-vector"):
        with pytest.raises(InvalidInput, match=r"gram\(1\): singular: its kernel holds") as caught:
            K.laplacian(1, convention)
        assert repr(edge) in str(caught.value)
        proper = nerve(P, 2, proper_only=True)
        L = proper.laplacian(1, convention)
        assert proper.gram(1, convention) @ L == proper.stiffness(1, convention)
        assert len(proper.harmonic_basis(1, convention).columns) == proper.betti(skeleton=True)[1]
