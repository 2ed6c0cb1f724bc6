"""Smoothing splines: minimality, leave-one-out against real refits, exact GCV, explained failures."""

from __future__ import annotations

import pickle
import random
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput, Surd
from exactgeom.nerve.extended import extended_laplacian
from exactgeom.nerve.hodge import HodgeComplex, laplacian
from exactgeom.nerve.inertia import quadratic_form
from exactgeom.nerve.labelled import LabelledMatrix
from exactgeom.nerve.smoothing import choose_lambda, penalty_matrix, smoothing_spline
from tests.nerve.matrices import COMPLEXES, complex_of, path

CONNECTED = st.sampled_from(["edge", "path", "cycle", "annulus", "solid"])
LAMBDAS = st.sampled_from([Fraction(1, 10), Fraction(1), Fraction(7, 2)])


def problem(name, full, seed):
    K = complex_of(COMPLEXES[name], full=full)
    rng = random.Random(seed)
    size = len(K.gram(0).rows)
    masses = [Fraction(rng.randint(1, 5)) for _ in range(size)]
    data = [Fraction(rng.randint(-6, 6)) for _ in range(size)]
    return K.gram(0), extended_laplacian(K), masses, data


@given(CONNECTED, st.booleans(), LAMBDAS, st.integers(1, 3), st.integers(0, 9))
def test_the_fit_is_the_minimum_and_solves_the_normal_equations(name, full, lam, order, seed):
    gram, operator, masses, data = problem(name, full, seed)
    fit = smoothing_spline(masses, gram, operator, data, lam, order)
    penalty = penalty_matrix(gram, operator, order)

    def objective(f):
        return sum(m * (a - b) ** 2 for m, a, b in zip(masses, f, data, strict=True)) + lam * quadratic_form(
            penalty, f
        )

    assert fit.objective == objective(fit.values)
    for i in range(len(data)):
        for step in (Fraction(1, 7), Fraction(-1, 5)):
            moved = [v + step * (i == j) for j, v in enumerate(fit.values)]
            assert objective(moved) > fit.objective
    frame = sympy.diag(*masses)
    system = frame + lam * (gram.to_sympy() * operator.to_sympy() ** order)
    assert list(system.LUsolve(frame * sympy.Matrix(data))) == list(map(sympy.sympify, fit.values))
    assert (system.inv() * frame).trace() == fit.degrees_of_freedom


@given(CONNECTED, st.booleans(), LAMBDAS, st.integers(1, 2), st.integers(0, 9))
def test_leave_one_out_and_gcv_are_those_of_direct_refits(name, full, lam, order, seed):
    gram, operator, masses, data = problem(name, full, seed)
    fit = smoothing_spline(masses, gram, operator, data, lam, order)
    direct = []
    for i in range(len(data)):
        without = [0 if i == j else m for j, m in enumerate(masses)]
        refit = smoothing_spline(without, gram, operator, data, lam, order)
        direct.append(data[i] - refit.values[i])
    assert fit.leave_one_out == tuple(direct)
    score = sum(m * r * r for m, r in zip(masses, direct, strict=True)) / sum(masses)
    assert fit.cross_validation == score
    share = 1 - fit.degrees_of_freedom / len(data)
    residuals = sum(m * (y - f) ** 2 for m, y, f in zip(masses, data, fit.values, strict=True)) / sum(masses)
    assert fit.gcv == residuals / share**2


def test_a_straight_line_of_means_in_the_limits():
    K = complex_of(path(4))
    gram, operator = K.gram(0), laplacian(K, 0)
    data, masses = [0, 3, 6, 11], [1, 2, 3, 4]
    assert smoothing_spline(masses, gram, operator, data, 0).values == (0, 3, 6, 11)
    assert smoothing_spline(masses, gram, operator, data, 0).degrees_of_freedom == 4
    stiff = smoothing_spline(masses, gram, operator, data, 10**9)
    mean = Fraction(0 + 6 + 18 + 44, 10)
    assert all(abs(value - mean) < Fraction(1, 10**6) for value in stiff.values)
    constant = smoothing_spline(masses, gram, operator, [5] * 4, "1/3")
    assert constant.values == (5, 5, 5, 5)
    assert constant.roughness == 0


def test_empty_cells_are_filled_in():
    K = complex_of(path(3))
    unit = HodgeComplex(
        K.boundaries, [LabelledMatrix.diagonal_of(g.rows, [1] * len(g.rows)) for g in K.grams]
    )
    fit = smoothing_spline([1, 0, 1], unit.gram(0), laplacian(unit, 0), [0, 99, 2], "1/2")
    assert fit.values[1] == (fit.values[0] + fit.values[2]) / 2
    assert fit.leverages[1] == 0
    assert fit.leave_one_out[1] == 99 - fit.values[1]
    assert fit.gcv > 0


def test_surds_stay_exact():
    K = complex_of(path(3), "surd")
    fit = smoothing_spline([1, 1, 1], K.gram(0), laplacian(K, 0), [0, 1, 5], 1)
    assert any(isinstance(value, Surd) for value in fit.values)
    total = sum(m * r for m, r in zip(fit.masses, fit.residuals, strict=True))
    assert total == 0  # constants are free of roughness, so residuals balance
    assert pickle.loads(pickle.dumps(fit)) == fit


def test_lambda_minimises_the_exact_score_and_ties_go_to_the_smallest():
    K = complex_of(COMPLEXES["annulus"])
    gram, operator = K.gram(0), laplacian(K, 0)
    masses, data = [1] * 6, [0, 1, 0, 2, 1, 3]
    grid = [Fraction(k, 4) for k in (1, 2, 4, 8, 16)]
    best = choose_lambda(masses, gram, operator, data, grid, 2)
    scores = {lam: smoothing_spline(masses, gram, operator, data, lam, 2).gcv for lam in grid}
    assert best.gcv == min(scores.values()) == scores[best.lam]
    tied = choose_lambda(masses, gram, operator, [1] * 6, ["3", "1/2", "2"])
    assert tied.lam == Fraction(1, 2)
    with pytest.raises(InvalidInput, match="candidate"):
        choose_lambda(masses, gram, operator, data, [])
    with pytest.raises(InvalidInput, match="0/0"):
        choose_lambda(masses, gram, operator, data, [0, 1])


def test_singular_cases_are_explained():
    K = complex_of(COMPLEXES["parts"])
    gram, operator = K.gram(0), laplacian(K, 0)
    with pytest.raises(InvalidInput, match=r"no mass on the component of \(3,\), \(4,\)"):
        smoothing_spline([1, 1, 1, 0, 0, 1], gram, operator, range(6), 1)
    with pytest.raises(InvalidInput, match=r"mass > 0 .* at \(1,\)"):
        smoothing_spline([1, 0, 1, 1, 1, 1], gram, operator, range(6), 0)
    with pytest.raises(InvalidInput, match="mass >= 0"):
        smoothing_spline([1, -1, 1, 1, 1, 1], gram, operator, range(6), 1)
    lonely = smoothing_spline([1] * 6, gram, operator, range(6), 1)
    assert lonely.leverages[5] == 1
    with pytest.raises(InvalidInput, match=r"without \(5,\)"):
        _ = lonely.leave_one_out
    with pytest.raises(InvalidInput, match="lam"):
        smoothing_spline([1] * 6, gram, operator, range(6), -1)
    with pytest.raises(InvalidInput, match="order"):
        smoothing_spline([1] * 6, gram, operator, range(6), 1, 0)
    with pytest.raises(InvalidInput, match="self-adjoint"):
        smoothing_spline(
            [1, 1],
            LabelledMatrix.diagonal_of("ab", [1, 2]),
            LabelledMatrix("ab", "ab", [[1, -1], [-1, 1]]),
            [0, 0],
            1,
        )


def test_an_indefinite_penalty_has_no_minimum():
    K = complex_of(path(3))
    odd = LabelledMatrix(K.gram(1).rows, K.gram(1).rows, [[1, 5], [5, 1]])
    K = HodgeComplex(K.boundaries, [K.gram(0), odd])
    with pytest.raises(InvalidInput, match="no minimum"):
        smoothing_spline([1, 1, 1], K.gram(0), laplacian(K, 0), [0, 1, 2], 10)


def test_one_vertex():
    one = LabelledMatrix.diagonal_of("v", [1])
    fit = smoothing_spline([2], one, LabelledMatrix("v", "v", [[0]]), [7], 1)
    assert fit.values == (7,)
    assert fit.degrees_of_freedom == 1
    with pytest.raises(InvalidInput, match="0/0"):
        _ = fit.gcv
