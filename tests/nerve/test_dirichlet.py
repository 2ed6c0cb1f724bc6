"""Dirichlet problems: exact solutions, residuals, the maximum principle, minimal energy."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import Enclosure, InvalidInput, Surd, UndecidedError
from exactgeom.nerve.dirichlet import dirichlet, dirichlet_problem, harmonic_extension
from exactgeom.nerve.hodge import HodgeComplex, laplacian, stiffness
from exactgeom.nerve.inertia import quadratic_form
from exactgeom.nerve.labelled import LabelledMatrix
from tests.nerve.matrices import COMPLEXES, complex_of, path

CONNECTED = st.sampled_from(["edge", "path", "cycle", "annulus", "sphere", "solid"])


@given(
    CONNECTED, st.sampled_from([("rational", False), ("rational", True), ("surd", False)]), st.integers(0, 9)
)
def test_harmonic_extensions_are_harmonic_and_minimise_the_energy(name, kind, seed):
    K = complex_of(COMPLEXES[name], *kind)
    rng = random.Random(seed)
    labels = K.gram(0).rows
    fixed = {label: Fraction(rng.randint(-4, 4)) for label in rng.sample(labels, rng.randint(1, len(labels)))}
    found = harmonic_extension(K, fixed)
    assert found.is_exact
    assert found.residual_is_zero
    assert all(found[label] == value for label, value in fixed.items())
    image = laplacian(K, 0) @ found.values
    if not kind[1]:  # a diagonal G_0 turns the weak equation into the strong one
        assert all(x == 0 for label, x in zip(labels, image, strict=True) if label not in fixed)
        assert found.satisfies_maximum_principle
    energy = stiffness(K, 0)
    assert found.energy == quadratic_form(energy, found.values)
    for label in labels:
        if label not in fixed:
            moved = [v + int(name == label) for name, v in zip(labels, found.values, strict=True)]
            assert quadratic_form(energy, moved) > found.energy


def test_a_path_is_interpolated_by_its_resistances():
    K = complex_of(path(4))
    conductances = LabelledMatrix.diagonal_of(K.gram(1).rows, [1, "1/2", "1/3"])
    found = harmonic_extension(HodgeComplex(K.boundaries, [K.gram(0), conductances]), {(0,): 0, (3,): 6})
    assert found.values == (0, 1, 3, 6)
    assert found.energy == 6


def test_sources_are_matched():
    K = complex_of(path(5))
    unit = HodgeComplex(
        K.boundaries, [LabelledMatrix.diagonal_of(g.rows, [1] * len(g.rows)) for g in K.grams]
    )
    found = dirichlet_problem(unit, 0, {(0,): 0, (4,): 0}, [2] * 5)
    assert found.values == (0, 3, 4, 3, 0)  # −f'' = 2, f = x(4 − x)
    assert found.residual_is_zero


def test_edges_have_dirichlet_problems_too():
    K = complex_of(COMPLEXES["solid"], full=True)
    found = dirichlet_problem(K, 1, {(0, 1): 1})
    assert found.residual_is_zero
    assert found[(0, 1)] == 1


def test_an_indefinite_product_can_break_the_maximum_principle():
    star = [(0, 1), (0, 2), (0, 3)]
    K = complex_of(star)
    odd = LabelledMatrix(K.gram(1).rows, K.gram(1).rows, [[2, 0, -3], [0, 2, 0], [-3, 0, 5]])
    found = harmonic_extension(HodgeComplex(K.boundaries, [K.gram(0), odd]), {(1,): 0, (2,): 0, (3,): 1})
    assert found.residual_is_zero
    assert found.values[0] == Fraction(2, 3)
    worse = LabelledMatrix(K.gram(1).rows, K.gram(1).rows, [[4, 0, -3], [0, 1, 0], [-3, 0, 2]])
    found = harmonic_extension(HodgeComplex(K.boundaries, [K.gram(0), worse]), {(1,): 0, (2,): 0, (3,): 1})
    assert not found.satisfies_maximum_principle


def test_large_fields_raise_or_enclose():
    primes = [2, 3, 5, 7, 11, 13, 17, 19, 23]
    K = complex_of(path(10))
    weights = LabelledMatrix.diagonal_of(K.gram(1).rows, [1 / Surd.sqrt(p) for p in primes])
    K = HodgeComplex(K.boundaries, [K.gram(0), weights])
    ends = {(0,): 0, (9,): 1}
    with pytest.raises(UndecidedError, match="bits="):
        harmonic_extension(K, ends)
    found = harmonic_extension(K, ends, bits=100)
    assert not found.is_exact
    assert found.residual_is_zero
    assert found.satisfies_maximum_principle
    total = Surd.sum(Surd.sqrt(p) for p in primes)
    assert isinstance(found[(1,)], Enclosure)
    assert (found[(1,)] * total.enclosure(100)).contains(Surd.sqrt(2))  # a voltage divider
    assert found[(1,)].rad < Fraction(1, 2**80)


def test_unreached_components_are_named():
    K = complex_of(COMPLEXES["parts"])
    with pytest.raises(InvalidInput, match=r"component of \(3,\), \(4,\)"):
        harmonic_extension(K, {(0,): 1, (5,): 2})
    with pytest.raises(InvalidInput, match="no given value reaches"):
        harmonic_extension(K, {})
    found = harmonic_extension(K, {(0,): 1, (3,): 2, (5,): 3})
    assert found.values == (1, 1, 1, 2, 2, 3)


def test_everything_given_and_bad_input():
    K = complex_of([(0, 1)])
    found = harmonic_extension(K, {(0,): 1, (1,): 2})
    assert found.values == (1, 2)
    assert found.residual == ()
    with pytest.raises(InvalidInput, match="not one of the labels"):
        harmonic_extension(K, {(7,): 1})
    with pytest.raises(InvalidInput, match="symmetric"):
        dirichlet(LabelledMatrix("ab", "ab", [[1, 2], [0, 1]]), {"a": 1})
    with pytest.raises(InvalidInput, match="singular"):
        dirichlet(LabelledMatrix("abc", "abc", [[1, 0, 1], [0, 1, 1], [1, 1, 2]]), {})
