"""Hessians: symmetric, equal to exact differences, consistent with the gradient's Taylor coefficients."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

import exactgeom as eg
from exactgeom.regularize import InterfaceArea, VolumeDispersion, flatten, grad, hessian, taylor
from exactgeom.regularize.motion import moved
from tests.regularize.cases import domain, dot, like

LINES = eg.Arrangement([([1, "1/2"], "1/3"), ([-1, 2], "1/5")])


def test_the_quadratic_form_is_twice_the_second_coefficient() -> None:
    for regularizer in (VolumeDispersion(), InterfaceArea()):
        matrix = hessian(regularizer, LINES, domain(2))
        assert matrix == tuple(zip(*matrix, strict=True))
        delta = like(grad(regularizer, LINES, domain(2)), random.Random(4))
        flat = flatten(delta)
        form = sum(dot(list(row), list(flat)) * entry for row, entry in zip(matrix, flat, strict=True))
        assert form == 2 * taylor(regularizer, LINES, domain(2), delta, 2)[2]


def test_hessian_of_offsets_against_exact_differences() -> None:
    """By one offset the dispersion is a quartic, its derivative a cubic: differences of order 4 are exact."""
    matrix, h = hessian(VolumeDispersion(), LINES, domain(2)), Fraction(1, 10**6)
    delta = [([0, 0], 1), ([0, 0], 0)]
    found = {
        k: flatten(grad(VolumeDispersion(), moved(LINES, delta, k * h), domain(2))) for k in (-2, -1, 1, 2)
    }
    column = [(8 * (found[1][i] - found[-1][i]) - (found[2][i] - found[-2][i])) / (12 * h) for i in range(6)]
    assert [row[2] for row in matrix][2] == column[2]
    assert [row[2] for row in matrix][5] == column[5]


def test_euler_kills_the_scale_of_a_hyperplane() -> None:
    """(a, b) -> s (a, b) is the same hyperplane: H (a, b) + grad = 0 along it."""
    matrix, gradient = (
        hessian(VolumeDispersion(), LINES, domain(2)),
        flatten(grad(VolumeDispersion(), LINES, domain(2))),
    )
    (normal, offset), _ = LINES.hyperplanes
    ray = [*normal, offset, 0, 0, 0]
    product = [sum(a * b for a, b in zip(row, ray, strict=True)) for row in matrix]
    assert product == [-g for g in gradient[:3]] + [0, 0, 0]


def test_the_length_of_a_turning_chord() -> None:
    """On y = s x the square [-1, 1]^2 cuts off 2 sqrt(1 + s^2); at s = 3/4 the root is 5/4."""
    found = taylor(
        InterfaceArea(), eg.Arrangement([(["3/4", -1], 0)]), eg.box(-1, 1, dim=2), [([1, 0], 0)], 3
    )
    assert found == (Fraction(5, 2), Fraction(6, 5), Fraction(64, 125), Fraction(-768, 3125))


def test_large_models_are_refused() -> None:
    wide = eg.Network([eg.Linear([[1]] * 40, [Fraction(k, 41) for k in range(40)]), eg.ReLU()])
    with pytest.raises(eg.InvalidInput, match="64 parameters"):
        hessian(VolumeDispersion(), wide, domain(1))
