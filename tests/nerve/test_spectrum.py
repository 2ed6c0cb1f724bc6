"""Spectra: textbook graphs, both routes against each other and against NumPy, exact multiplicities."""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import cos, pi

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import BudgetExceeded, Enclosure, InvalidInput, UndecidedError
from exactgeom.nerve import spectrum_pencil
from exactgeom.nerve.hodge import HodgeComplex, laplacian, stiffness
from exactgeom.nerve.labelled import LabelledMatrix
from exactgeom.nerve.spectrum import (
    characteristic_polynomial,
    pencil_spectrum,
    roots_with_multiplicity,
    spectrum,
    spectrum_of,
)
from tests.nerve.matrices import COMPLEXES, betti, complex_of, cycle, path


def unit(maximal):
    K = complex_of(maximal)
    return HodgeComplex(
        K.boundaries, [LabelledMatrix.diagonal_of(g.rows, [1] * len(g.rows)) for g in K.grams]
    )


def holds(value, number):
    low, high = (value.lower, value.upper) if isinstance(value, Enclosure) else (value, value)
    return float(low) - 1e-12 <= number <= float(high) + 1e-12


@pytest.mark.parametrize("n", [3, 4, 5, 6, 8, 12])
@pytest.mark.parametrize("method", ["polynomial", "enclosure"])
def test_cycles_have_eigenvalues_2_minus_2_cos(n, method):
    found = spectrum(unit(cycle(n)), 0, method=method)
    expected = sorted(2 - 2 * cos(2 * pi * k / n) for k in range(n))
    assert len(found) == n
    assert all(map(holds, found.counted(), expected))
    assert found.nullity == 1
    assert holds(found.gap, 2 - 2 * cos(2 * pi / n))


@pytest.mark.parametrize("n", [1, 2, 3, 5, 9])
def test_paths_have_eigenvalues_2_minus_2_cos(n):
    found = spectrum(unit(path(n) or [(0,)]), 0)
    expected = [2 - 2 * cos(pi * k / n) for k in range(n)]
    assert all(map(holds, found.counted(), expected))
    assert found.isolated


def test_the_simplex_has_one_eigenvalue():
    K = unit([(0, 1, 2, 3)])
    for p in range(1, 4):  # the full simplex on n vertices: Δ_p = n for p >= 1
        assert set(spectrum(K, p).counted()) == {4}
    assert spectrum(K, 0).counted() == (0, 4, 4, 4)


def test_multiplicities_are_exact_where_floats_cannot_know():
    nearly = Fraction(1, 10**30)
    operator = LabelledMatrix.diagonal_of("abcd", [2, 2, 2 + nearly, -1])
    found = spectrum_of(operator)
    assert [(e.value, e.multiplicity) for e in found.eigenvalues] == [(-1, 1), (2, 2), (2 + nearly, 1)]
    close = roots_with_multiplicity(
        [Fraction(-2) * (1 + nearly) * -2, 0, -2 * (1 + nearly) - 2, 0, 1], bits=32
    )
    assert len(close) == 4  # ±√2 and ±√(2 + ε): separated
    ends = [e.enclosure for e in close]
    assert all(a.upper < b.lower for a, b in itertools.pairwise(ends))


@given(st.sampled_from(sorted(COMPLEXES)), st.sampled_from(["cochains", "chains"]), st.booleans())
def test_both_routes_and_numpy_agree_and_zero_has_multiplicity_betti(name, side, full):
    K = complex_of(COMPLEXES[name], full=full)
    numbers = betti(K)
    for p in range(K.dimension + 1):
        exactly = spectrum(K, p, side, method="polynomial")
        certified = spectrum(K, p, side, method="enclosure")
        assert exactly.nullity == certified.nullity == numbers[p]
        assert len(exactly) == len(certified) == len(K.gram(p).rows)
        for a, b in zip(exactly.counted(), certified.counted(), strict=True):
            assert (
                b.contains(a.mid if isinstance(a, Enclosure) else a) if isinstance(b, Enclosure) else a == b
            )
        floats = np.sort(np.linalg.eigvals(laplacian(K, p, side).to_numpy(float)).real)
        scale = max(1, *map(abs, floats))
        for value, number in zip(certified.counted(), floats, strict=True):
            assert abs(float(value.mid if isinstance(value, Enclosure) else value) - number) < 1e-9 * scale


def test_surd_inner_products_have_certified_spectra():
    K = complex_of(COMPLEXES["annulus"], "surd")
    for p in range(3):
        found = spectrum(K, p)
        assert found.nullity == betti(K)[p]
        floats = np.sort(np.linalg.eigvals(laplacian(K, p).to_numpy(float)).real)
        assert all(
            abs(float(getattr(v, "mid", v)) - x) < 1e-9 * max(floats)
            for v, x in zip(found.counted(), floats, strict=True)
        )
        assert found.gap > 0


def test_badly_scaled_inner_products_do_not_overflow():
    K = complex_of(path(4))
    tall = [
        LabelledMatrix.diagonal_of(g.rows, [Fraction(10) ** (400 * (-1) ** i) for i in range(len(g.rows))])
        for g in K.grams
    ]
    assert spectrum(HodgeComplex(K.boundaries, tall), 1, method="polynomial").nullity == 0
    same = [g * Fraction(10) ** 400 for g in K.grams]
    assert spectrum(HodgeComplex(K.boundaries, same), 0, method="enclosure").nullity == 1


def test_the_characteristic_polynomial_is_sympys():
    operator = laplacian(complex_of(COMPLEXES["solid"], full=True), 1)
    t = sympy.Symbol("t")
    theirs = operator.to_sympy().as_mutable().charpoly(t).all_coeffs()[::-1]
    assert [sympy.Rational(c.numerator, c.denominator) for c in characteristic_polynomial(operator)] == theirs


def test_what_is_not_known_raises():
    K = complex_of(path(3))
    bad = HodgeComplex(K.boundaries, [-K.gram(0), K.gram(1)])
    with pytest.raises(InvalidInput, match="positive"):
        spectrum(bad, 0, method="enclosure")
    free = pencil_spectrum(stiffness(K, 0), K.gram(0))
    assert not free.isolated
    with pytest.raises(UndecidedError):
        _ = free.nullity
    with pytest.raises(InvalidInput, match="not real"):
        spectrum_of(LabelledMatrix("ab", "ab", [[0, 1], [-1, 0]]))
    with pytest.raises(BudgetExceeded):
        characteristic_polynomial(LabelledMatrix.diagonal_of(range(301), [1] * 301))
    with pytest.raises(InvalidInput, match="method"):
        spectrum(K, 0, method="magic")


def test_no_cells_no_eigenvalues():
    empty = LabelledMatrix([], [], {})
    assert spectrum_of(empty).counted() == ()
    assert pencil_spectrum(empty, empty).counted() == ()


@pytest.mark.parametrize("seed", range(6))
def test_a_poor_float_basis_widens_the_enclosures_and_never_loses_an_eigenvalue(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    honest = spectrum_pencil._basis

    def poor(k, g):
        basis = honest(k, g)
        return basis @ (np.eye(len(basis)) + 0.02 * rng.standard_normal(basis.shape))

    K = complex_of(COMPLEXES["annulus"], full=True)
    exactly = spectrum(K, 1, method="polynomial").counted()
    monkeypatch.setattr(spectrum_pencil, "_basis", poor)
    balls = spectrum_pencil.pencil_eigenvalues(stiffness(K, 1), K.gram(1))
    assert all(
        ball.contains(getattr(value, "mid", value)) for ball, value in zip(balls, exactly, strict=True)
    )
    assert max(ball.rad for ball in balls) > Fraction(1, 10**4)


@pytest.mark.parametrize("angle", [0.01, -0.05])
def test_the_enclosure_is_two_sided(angle, monkeypatch):
    def turned(k, g):
        return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    monkeypatch.setattr(spectrum_pencil, "_basis", turned)
    form = LabelledMatrix.diagonal_of("ab", [1, 4])
    balls = spectrum_pencil.pencil_eigenvalues(form, LabelledMatrix.diagonal_of("ab", [1, 1]))
    assert balls[0].contains(1)  # below its Rayleigh quotient
    assert balls[1].contains(4)  # above its Rayleigh quotient
