"""Extended, density-weighted and plain Laplacians beside each other."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput, Surd
from exactgeom.nerve.extended import (
    compare_with_graph,
    density_laplacian,
    edge_stiffness,
    extended_laplacian,
    graph_laplacian,
)
from exactgeom.nerve.hodge import HodgeComplex, is_self_adjoint, laplacian
from exactgeom.nerve.inertia import inertia
from exactgeom.nerve.labelled import LabelledMatrix
from tests.nerve.matrices import COMPLEXES, complex_of, path

NAMES = st.sampled_from(sorted(COMPLEXES))


@given(NAMES, st.booleans())
def test_the_extended_laplacian_is_the_hodge_laplacian_of_degree_zero(name, full):
    K = complex_of(COMPLEXES[name], full=full)
    operator = extended_laplacian(K)
    assert operator == laplacian(K, 0)
    assert is_self_adjoint(operator, K.gram(0))
    assert all(x == 0 for x in operator @ ([1] * len(operator.rows)))


@given(NAMES)
def test_for_diagonal_inner_products_all_agree(name):
    K = complex_of(COMPLEXES[name])
    assert graph_laplacian(K, normalized=True) == extended_laplacian(K)
    found = compare_with_graph(K)
    assert found.verdict == "equal"
    if K.dimension:
        assert found.lower.contains(1)
        assert found.upper.contains(1)


def test_the_plain_graph_laplacian_is_degrees_minus_weights():
    K = complex_of([(0, 1), (1, 2), (0, 2), (2, 3)])
    weights = dict(zip(K.gram(1).rows, K.gram(1).diagonal(), strict=True))
    plain = graph_laplacian(K)
    for u in range(4):
        for v in range(4):
            degree = sum(w for edge, w in weights.items() if u in edge)
            expected = degree if u == v else -weights.get((min(u, v), max(u, v)), 0)
            assert plain.at((u,), (v,)) == expected


def test_degenerate_and_indefinite_edge_products_are_legal():
    K = complex_of(path(3))
    odd = LabelledMatrix(K.gram(1).rows, K.gram(1).rows, [[1, 2], [2, 1]])
    K = HodgeComplex(K.boundaries, [K.gram(0), odd])
    assert is_self_adjoint(extended_laplacian(K), K.gram(0))
    found = compare_with_graph(K)
    assert found.verdict == "not comparable"
    assert found.lower.contains(-1)
    assert found.upper.contains(3)
    assert found.difference == found.extended - found.plain


@given(NAMES, st.integers(0, 5))
def test_the_bounds_hold_in_the_loewner_order(name, seed):
    K = complex_of(COMPLEXES[name], full=True, seed=seed)
    found = compare_with_graph(K)
    if found.lower is None:
        return
    low, high = found.lower.lower, found.upper.upper
    assert inertia(found.extended - found.plain * low).is_positive_semidefinite
    assert inertia(found.plain * high - found.extended).is_positive_semidefinite


@given(NAMES, st.sampled_from(["arithmetic", "harmonic", "minimum", "geometric"]), st.integers(0, 5))
def test_density_laplacians_are_self_adjoint_for_the_masses(name, mean, seed):
    K = complex_of(COMPLEXES[name])
    rng = random.Random(seed)
    masses = {label: Fraction(rng.randint(1, 9), 10) for label in K.gram(0).rows}
    operator = density_laplacian(K, masses, mean=mean)
    weights = LabelledMatrix.diagonal_of(operator.rows, list(masses.values()))
    assert is_self_adjoint(operator, weights)
    assert all(x == 0 for x in operator @ ([1] * len(masses)))
    assert inertia(weights @ operator).is_positive_semidefinite


def test_unit_density_changes_nothing():
    K = complex_of(COMPLEXES["annulus"], full=False)
    volumes = dict(zip(K.gram(0).rows, K.gram(0).diagonal(), strict=True))
    for mean in ("arithmetic", "harmonic", "minimum", "geometric"):
        assert density_laplacian(K, volumes, mean=mean) == extended_laplacian(K)


def test_density_on_one_edge_by_hand():
    K = complex_of([(0, 1)])
    unit = HodgeComplex(
        K.boundaries, [LabelledMatrix.diagonal_of(g.rows, [1] * len(g.rows)) for g in K.grams]
    )
    operator = density_laplacian(unit, [2, 6], mean="geometric")
    assert operator.entries == ((6, -6), (-2, 2))
    assert operator.at((0,), (0,)) == Surd.sqrt(12) ** 2 / 2


def test_bad_masses_and_means():
    K = complex_of(path(3))
    with pytest.raises(InvalidInput, match=r"\(1,\)"):
        density_laplacian(K, [1, 0, 1])
    with pytest.raises(InvalidInput, match="mean"):
        density_laplacian(K, [1, 1, 1], mean="median")
    with pytest.raises(InvalidInput, match="expected 3 numbers"):
        density_laplacian(K, [1, 1])


def test_no_edges():
    K = complex_of([(0,)])
    assert extended_laplacian(K).is_zero()
    assert edge_stiffness(K).is_zero()
    assert density_laplacian(K, [1]).is_zero()
    assert compare_with_graph(K).verdict == "equal"
