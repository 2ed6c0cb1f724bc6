"""Integrals over cells: closed forms, centroids, the axis law, additivity under cuts."""

from __future__ import annotations

from fractions import Fraction as F
from math import factorial
from typing import Any

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.polyhedra.moments import Integrals, balanced_sum, sum_by_history, triangulation
from exactgeom.testkit.strategies import polytopes, rationals


def coordinates(space: Any, shift: Any = 0) -> Any:
    """The coordinate functions plus an integer, at every corner."""
    rows = [[c + shift * row[0] for c in row[1:]] for row in space.coordinates]
    return np.array(rows, dtype=object)[space.closure(space.dim).index]


full = polytopes(flat=False, wide=False)


@given(full)
@settings(max_examples=40)
def test_volumes_and_centroids_agree_with_the_measures(polytope: eg.Polytope) -> None:
    space = polytope.complex
    integrals = Integrals(space)
    assert integrals.volume == polytope.volume
    for j, centre in enumerate(polytope.centroid):
        assert integrals.affine(coordinates(space)[:, [j]]) == polytope.volume * centre


@given(full, st.integers(-5, 5))
@settings(max_examples=40)
def test_second_moments_obey_the_axis_law(polytope: eg.Polytope, shift: int) -> None:
    space, d = polytope.complex, polytope.dim
    integrals = Integrals(space)
    moved = integrals.squares(coordinates(space, shift))
    first, second = integrals.affine(coordinates(space)), integrals.squares(coordinates(space))
    assert moved == second + 2 * shift * first + d * shift**2 * polytope.volume


@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_moments_of_simplices_and_boxes(d: int) -> None:
    simplex, cube = eg.simplex(d).complex, eg.box(0, 1, dim=d).complex
    assert Integrals(simplex).affine(coordinates(simplex)) == F(d, factorial(d + 1))
    assert Integrals(simplex).squares(coordinates(simplex)) == F(2 * d, factorial(d + 2))
    assert Integrals(cube).squares(coordinates(cube)) == F(d, 3)
    assert len(triangulation(cube, np.array([0]))[0]) == factorial(d)


@given(full, st.data())
@settings(max_examples=30)
def test_integrals_add_up_over_the_cells_of_a_cut(polytope: eg.Polytope, data: st.DataObject) -> None:
    space = polytope.complex
    normal = data.draw(st.lists(rationals(), min_size=polytope.dim, max_size=polytope.dim))
    level = data.draw(rationals())
    cut, _ = space.subdivide(
        [sum((a * x for a, x in zip(normal, p, strict=True)), -level) for p in space.points]
    )
    whole, parts = Integrals(space), Integrals(cut)
    assert parts.volume == whole.volume
    assert parts.affine(coordinates(cut)) == whole.affine(coordinates(space))
    assert parts.squares(coordinates(cut)) == whole.squares(coordinates(space))
    each = [Integrals(cut, [i]) for i in range(cut.count(cut.dim))]
    assert sum(one.squares(coordinates(cut)) for one in each) == whole.squares(coordinates(space))


@given(st.lists(rationals(), max_size=9))
def test_sums_in_any_order_are_the_same(numbers: list[F]) -> None:
    parts = [fmpq(q.numerator, q.denominator) for q in numbers]
    assert balanced_sum(parts) == sum(parts, fmpq(0)) == sum_by_history(parts, [])


def test_unbounded_cells_are_refused() -> None:
    space = eg.partition(eg.Arrangement([([1], 0)])).complex
    with pytest.raises(eg.UnboundedError):
        Integrals(space, [0])
