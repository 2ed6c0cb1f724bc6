"""Laws of Hodge theory on matrices: adjoints, Hodge's theorem, orthogonal complete decompositions."""

from __future__ import annotations

import pickle
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import Enclosure, InvalidInput, Surd, UndecidedError
from exactgeom.nerve.hodge import (
    HodgeComplex,
    adjoint,
    apply_laplacian,
    is_self_adjoint,
    laplacian,
    stiffness,
)
from exactgeom.nerve.hodge_field import Field
from exactgeom.nerve.hodge_harmonic import decompose, harmonic_basis, inner
from exactgeom.nerve.hodge_solve import solve_symmetric
from exactgeom.nerve.labelled import LabelledMatrix
from tests.nerve.matrices import COMPLEXES, betti, complex_of, cycle, path

NAMES = st.sampled_from(sorted(COMPLEXES))
SIDES = st.sampled_from(["cochains", "chains"])
KINDS = st.sampled_from([("rational", False), ("rational", True), ("surd", False), ("root4", False)])
FAR = Enclosure(0, Fraction(1, 2**40))


def random_vector(size, seed):
    rng = random.Random(seed)
    return tuple(Fraction(rng.randint(-5, 5), rng.randint(1, 3)) for _ in range(size))


def by_definition(K, p, side):
    """The Laplacian from dense SymPy inverses, a route that shares nothing with ours."""

    def map_of(q):
        return K.boundary(q).to_sympy()

    def g(q):
        return K.gram(q).to_sympy()

    total = None
    if p < K.dimension:
        d = map_of(p + 1)
        total = g(p).inv() * d * g(p + 1) * d.T if side == "cochains" else d * g(p + 1).inv() * d.T * g(p)
    if p > 0:
        d = map_of(p)
        down = d.T * g(p - 1).inv() * d * g(p) if side == "cochains" else g(p).inv() * d.T * g(p - 1) * d
        total = down if total is None else total + down
    return total


@pytest.mark.parametrize("name", ["edge", "path", "cycle", "annulus", "solid", "parts"])
@pytest.mark.parametrize("side", ["cochains", "chains"])
@pytest.mark.parametrize("full", [False, True])
def test_the_laplacian_is_its_definition(name, side, full):
    K = complex_of(COMPLEXES[name], full=full)
    for p in range(K.dimension + 1):
        assert laplacian(K, p, side).to_sympy() == by_definition(K, p, side)


@given(NAMES, SIDES, KINDS)
def test_laplacians_are_self_adjoint_and_the_stiffness_is_gram_times_laplacian(name, side, kind):
    K = complex_of(COMPLEXES[name], *kind)
    for p in range(K.dimension + 1):
        operator = laplacian(K, p, side)
        assert is_self_adjoint(operator, K.gram(p))
        assert stiffness(K, p, side) == K.gram(p) @ operator


@given(NAMES, KINDS, st.integers(0, 20))
def test_adjoints_move_across_the_inner_product(name, kind, seed):
    K = complex_of(COMPLEXES[name], *kind)
    for p in range(K.dimension):
        f = random_vector(len(K.gram(p).rows), seed)
        g = random_vector(len(K.gram(p + 1).rows), seed + 1)
        coboundary = K.boundary(p + 1).T
        assert inner(K.gram(p + 1), coboundary @ f, g) == inner(K.gram(p), f, adjoint(K, p) @ g)
        star = adjoint(K, p + 1, "chains")
        assert inner(K.gram(p), K.boundary(p + 1) @ g, f) == inner(K.gram(p + 1), g, star @ f)


@given(NAMES, SIDES, st.sampled_from([("rational", False), ("rational", True), ("surd", False)]))
def test_hodge_theorem_the_kernel_has_dimension_betti(name, side, kind):
    K = complex_of(COMPLEXES[name], *kind)
    numbers = betti(K)
    for p in range(K.dimension + 1):
        basis = harmonic_basis(K, p, side)
        assert basis.shape[1] == numbers[p]
        operator = laplacian(K, p, side)
        assert (operator @ basis).is_zero()
        if operator.is_rational:
            assert operator.matrix.kernel().n_columns == numbers[p]


@given(
    NAMES,
    SIDES,
    st.sampled_from([("rational", False), ("rational", True), ("surd", False)]),
    st.integers(0, 9),
)
def test_hodge_decomposition_is_orthogonal_complete_and_where_it_claims(name, side, kind, seed):
    K = complex_of(COMPLEXES[name], *kind)
    p = seed % (K.dimension + 1)
    gram = K.gram(p)
    f = random_vector(len(gram.rows), seed)
    parts = decompose(K, p, f, side)
    assert parts.sum() == f
    for a, b in [("exact", "coexact"), ("exact", "harmonic"), ("coexact", "harmonic")]:
        assert inner(gram, getattr(parts, a), getattr(parts, b)) == 0
    assert all(x == 0 for x in laplacian(K, p, side) @ parts.harmonic)
    up = K.boundary(p + 1).T if p < K.dimension else None
    down = K.boundary(p) if p > 0 else None
    closed, coclosed = (up, down) if side == "cochains" else (down, up)
    if closed is not None:
        assert all(x == 0 for x in closed @ parts.exact)
    if coclosed is not None:
        assert all(x == 0 for x in coclosed @ (gram @ parts.coexact))


def test_a_loop_splits_as_the_textbook_says():
    K = complex_of(cycle(4))
    ones = HodgeComplex(K.boundaries, [LabelledMatrix.diagonal_of(g.rows, [1] * 4) for g in K.grams])
    flow = {(0, 1): 1, (1, 2): 1, (2, 3): 1, (0, 3): -1}
    parts = decompose(ones, 1, flow)
    assert parts.harmonic == tuple(map(Fraction, (1, -1, 1, 1)))
    assert parts.exact == parts.coexact == (0, 0, 0, 0)


@pytest.mark.parametrize("name", sorted(COMPLEXES))
@pytest.mark.parametrize("kind", ["rational", "surd"])
def test_float_laplacians_agree_within_ulps(name, kind):
    K = complex_of(COMPLEXES[name], kind)
    d = [K.boundary(q).to_numpy(float) for q in range(1, K.dimension + 1)]
    g = [K.gram(q).to_numpy(float) for q in range(K.dimension + 1)]
    for p in range(K.dimension + 1):
        total = np.zeros_like(g[p])
        if p < K.dimension:
            total += np.linalg.inv(g[p]) @ d[p] @ g[p + 1] @ d[p].T
        if p > 0:
            total += d[p - 1].T @ np.linalg.inv(g[p - 1]) @ d[p - 1] @ g[p]
        ours = laplacian(K, p).to_numpy(float)
        assert np.abs(ours - total).max(initial=0) <= 16 * np.spacing(np.abs(ours).max(initial=1))
    unit = HodgeComplex(
        K.boundaries, [LabelledMatrix.diagonal_of(m.rows, [1] * len(m.rows)) for m in K.grams]
    )
    for p in range(
        K.dimension + 1
    ):  # the combinatorial Hodge Laplacian of TopoNetX: B_pᵀB_p + B_{p+1}B_{p+1}ᵀ
        up = d[p] @ d[p].T if p < K.dimension else 0
        down = d[p - 1].T @ d[p - 1] if p > 0 else 0
        assert (laplacian(unit, p).to_numpy(float) == up + down).all()


def test_diagonal_surds_of_many_classes_stay_exact():
    K = complex_of(path(12))
    primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]
    grams = [LabelledMatrix.diagonal_of(g.rows, map(Surd.sqrt, primes[: len(g.rows)])) for g in K.grams]
    K = HodgeComplex(K.boundaries, grams)
    operator = laplacian(K, 1)
    assert operator.is_exact
    assert is_self_adjoint(operator, grams[1])
    wide = harmonic_basis(complex_of(cycle(6)), 1)
    assert wide.shape == (6, 1)


def test_beyond_small_fields_it_raises_or_encloses():
    primes = [2, 3, 5, 7, 11, 13, 17, 19]
    K = complex_of(cycle(8))
    grams = [K.gram(0), LabelledMatrix.diagonal_of(K.gram(1).rows, map(Surd.sqrt, primes))]
    K = HodgeComplex(K.boundaries, grams)
    with pytest.raises(UndecidedError, match="bits="):
        decompose(K, 1, range(8))
    parts = decompose(K, 1, range(8), bits=80)
    assert all((got - want).contains(0) for got, want in zip(parts.sum(), range(8), strict=True))
    circulation = [
        value * weight for value, weight in zip(parts.harmonic, map(Surd.sqrt, primes), strict=True)
    ]
    signs = [1, -1, *[1] * 6] if K.gram(1).rows[1] == (0, 7) else None
    assert signs is not None
    assert all((s * x - circulation[0]).contains(0) for s, x in zip(signs, circulation, strict=True))


def test_solving_in_a_field_agrees_with_multiplying_back():
    a, b = Surd.sqrt(2), Surd.root4(3)
    m = LabelledMatrix("xyz", "xyz", [[a, 1, 0], [1, b, a], [0, a, 5]])
    right = LabelledMatrix("xyz", "r", [[1], [b], [a + 1]])
    assert m @ solve_symmetric(m, right) == right
    assert Field([a, b]).degree == 8
    assert Field([Surd.root4(2), Surd.sqrt(2)]).degree == 4


def test_degenerate_inner_products_are_named():
    K = complex_of([(0, 1, 2)])
    zero = LabelledMatrix.diagonal_of(K.gram(1).rows, [1, 0, 2])
    broken = HodgeComplex(K.boundaries, [K.gram(0), zero, K.gram(2)])
    with pytest.raises(InvalidInput, match=r"gram\(1\).*\(0, 2\)"):
        laplacian(broken, 1)
    assert laplacian(broken, 0).shape == (3, 3)  # G_1 is not inverted there
    flat = LabelledMatrix(K.gram(0).rows, K.gram(0).rows, [[1] * 3] * 3)
    with pytest.raises(InvalidInput, match=r"gram\(0\): singular: its kernel holds"):
        laplacian(HodgeComplex(K.boundaries, [flat, K.gram(1), K.gram(2)]), 0)
    with pytest.raises(InvalidInput, match="positive definite"):
        decompose(broken, 1, [1, 2, 3])


def test_degrees_and_sides_are_checked():
    K = complex_of([(0, 1)])
    for bad in (-1, 2, True, "0"):
        with pytest.raises(InvalidInput, match="degree"):
            laplacian(K, bad)
    with pytest.raises(InvalidInput, match="side"):
        laplacian(K, 0, "cycles")
    with pytest.raises(InvalidInput, match=r"∂_1 ∂_2 = 0"):
        d2 = LabelledMatrix(["e"], ["t"], [[1]])
        d1 = LabelledMatrix("ab", ["e"], [[-1], [1]])
        HodgeComplex([d1, d2], [LabelledMatrix.diagonal_of(x, [1] * len(x)) for x in ("ab", ["e"], ["t"])])
    with pytest.raises(InvalidInput, match="not one of the labels"):
        decompose(K, 1, {(1, 2): 1})


def test_one_vertex_has_the_zero_laplacian():
    K = complex_of([(0,)])
    assert laplacian(K, 0).is_zero()
    assert harmonic_basis(K, 0).entries == ((1,),)
    assert decompose(K, 0, [5]).harmonic == (5,)


def test_hodge_complexes_pickle():
    K = complex_of(COMPLEXES["annulus"], "surd")
    assert pickle.loads(pickle.dumps(K)) == K


@given(NAMES, SIDES, KINDS, st.integers(0, 99))
def test_the_laplacian_of_one_chain_without_the_matrix(name, side, kind, seed):
    K = complex_of(COMPLEXES[name], seed=seed, kind=kind[0], full=kind[1])
    for p in range(K.dimension + 1):
        f = random_vector(len(K.gram(p).rows), seed)
        assert apply_laplacian(K, p, f, side) == laplacian(K, p, side) @ f
