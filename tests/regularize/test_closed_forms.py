"""Closed forms of one polytope, against exact differences and against the gradient of a model."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.regularize import InterfaceArea, area_gradient, grad, schlaefli_sum, volume_gradient
from tests.regularize.cases import domain


def cut_box(dim: int, seed: int) -> eg.Polytope:
    """A box with two corners cut off: simple for nearly every seed."""
    import random

    rng = random.Random(seed)
    rows, bounds = [], []
    for i in range(dim):
        for s in (1, -1):
            rows.append([s * (i == j) for j in range(dim)])
            bounds.append(Fraction(rng.randint(4, 9), 4))
    for s in (1, -1):
        rows.append([s * rng.randint(1, 4) for _ in range(dim)])
        bounds.append(Fraction(rng.randint(5, 12), 3))
    return eg.Polytope.from_inequalities(rows, bounds)


def is_simple(polytope: eg.Polytope) -> bool:
    around = polytope.complex.coboundary(0)
    return all(len(around[v]) == polytope.dim for v in range(len(around)))


def shifted(polytope: eg.Polytope, facet: int, h: Fraction) -> eg.Polytope:
    rows = [(a, b + h * (i == facet)) for i, (a, b) in enumerate(polytope.inequalities)]
    return eg.Polytope.from_inequalities([a for a, _ in rows], [b for _, b in rows])


@given(st.sampled_from([1, 2, 3]), st.integers(0, 1000))
@settings(max_examples=10)
def test_volume_by_offsets_is_area_over_length(dim: int, seed: int) -> None:
    """In one offset the volume is a polynomial of degree <= 3: a fourth-order stencil is exact."""
    polytope, h = cut_box(dim, seed), Fraction(1, 10**6)
    assume(dim == 1 or is_simple(polytope))
    for i, (_, slope) in enumerate(volume_gradient(polytope)):
        values = {k: shifted(polytope, i, k * h).volume for k in (-2, -1, 1, 2)}
        assert (8 * (values[1] - values[-1]) - (values[2] - values[-2])) / (12 * h) == slope


@given(st.sampled_from([2, 3]), st.integers(0, 1000))
@settings(max_examples=10)
def test_volume_is_homogeneous(dim: int, seed: int) -> None:
    """sum b_i dvol/db_i = d vol, and scaling one (a_i, b_i) together does nothing."""
    polytope = cut_box(dim, seed)
    gradient = volume_gradient(polytope)
    rows = polytope.inequalities
    assert sum(b * slope for (_, b), (_, slope) in zip(rows, gradient, strict=True)) == dim * polytope.volume
    for (a, b), (da, db) in zip(rows, gradient, strict=True):
        assert sum(x * y for x, y in zip(a, da, strict=True)) + b * db == 0


@given(st.sampled_from([2, 3]), st.integers(0, 1000))
@settings(max_examples=6)
def test_areas_by_offsets(dim: int, seed: int) -> None:
    """Areas are at most quadratic in one offset: central differences are exact. Scaled, it is symmetric."""
    polytope, h = cut_box(dim, seed), Fraction(1, 10**6)
    assume(is_simple(polytope))
    matrix, count = area_gradient(polytope), len(polytope.inequalities)
    lengths = [eg.Surd.sqrt(sum(c * c for c in a)) for a, _ in polytope.inequalities]
    for j in range(count):
        ahead, behind = (areas(shifted(polytope, j, s * h)) for s in (1, -1))
        for i in range(count):
            own = direction(polytope.inequalities[i][0])
            assert (ahead[own] - behind[own]) / (2 * h) == matrix[i][j]
            assert matrix[i][j] * lengths[j] == matrix[j][i] * lengths[i]


def areas(polytope: eg.Polytope) -> dict[Any, Any]:
    """Facet areas by direction (a moved facet's integers are larger, and sorted elsewhere)."""
    return {
        direction(a): eg.Surd.sqrt(sum(c * c for c in a)) * slope
        for (a, _), (_, slope) in zip(polytope.inequalities, volume_gradient(polytope), strict=True)
    }


def direction(a: Any) -> tuple[Fraction, ...]:
    return tuple(c / gcd(*map(int, a)) for c in a)


@given(st.sampled_from([2, 3]), st.integers(0, 1000), st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_schlaefli(dim: int, seed: int, rng: Any) -> None:
    polytope = cut_box(dim, seed)
    moves = [[rng.randint(-5, 5) for _ in range(dim)] for _ in polytope.inequalities]
    assert schlaefli_sum(polytope, moves) == 0


def test_schlaefli_in_four_dimensions() -> None:
    simplex = eg.simplex(4)
    assert schlaefli_sum(simplex, [[1, 2, 0, 1], [0, 1, 0, 0], [1, 1, 1, 5], [0, 3, 0, 1], [2, 0, 0, 7]]) == 0


def test_the_length_of_a_chord_agrees_with_the_gradient() -> None:
    """One line through a box: the interface is a facet of the part below it."""
    line = eg.Arrangement([([3, 4], "1/5")])
    P = eg.partition(line, domain(2))
    below = next(c for c in P.cells if c.signs == "-")
    polytope = eg.Polytope.from_vertices(below.vertices)
    number = next(i for i, (a, _) in enumerate(polytope.inequalities) if a[0] * 4 == a[1] * 3 and a[0] > 0)
    scale = polytope.inequalities[number][0][0] / 3  # the polytope writes the line with integers
    assert grad(InterfaceArea(), line, domain(2))[0][1] == area_gradient(polytope)[number][number] * scale


def test_bad_input() -> None:
    flat = eg.Polytope.from_vertices([(0, 0), (1, 1)])
    for function in (volume_gradient, area_gradient):
        with pytest.raises(eg.InvalidInput, match="full-dimensional"):
            function(flat)
    with pytest.raises(eg.InvalidInput, match="velocities"):
        schlaefli_sum(eg.box(0, 1, dim=2), [[1, 2]])
    octahedron = eg.cross_polytope(3)
    with pytest.raises(eg.NonSmoothError, match="more facets"):
        area_gradient(octahedron)
