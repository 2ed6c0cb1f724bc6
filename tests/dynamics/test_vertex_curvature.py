"""Curvature of cells along trajectories: the formula by faces against the nerve, and Gauss-Bonnet."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.curvature import combinatorial_curvature
from exactgeom.dynamics.vertex_curvature import combinatorial, curvature_of


def arrangements(dim: int, most: int) -> st.SearchStrategy[eg.Arrangement]:
    """Few small integers: concurrent and coincident planes are common."""
    entry = st.integers(-2, 2)
    normal = st.lists(entry, min_size=dim, max_size=dim).filter(any)
    return st.lists(st.tuples(normal, entry), max_size=most).map(
        lambda planes: eg.Arrangement(planes, dim=dim)
    )


def agree(P: eg.Partition) -> None:
    found = combinatorial(P)
    wanted = combinatorial_curvature(P.nerve(max_dim=len(P.cells)))
    assert found == tuple(wanted[i] for i in range(len(P.cells)))
    assert sum(found) == 1


@given(arrangements(2, 4))
def test_the_formula_by_faces_is_the_curvature_of_the_nerve_in_the_plane(lines: eg.Arrangement) -> None:
    agree(eg.partition(lines, eg.box(-1, 1, dim=2)))


@given(arrangements(3, 3))
@settings(max_examples=15)
def test_the_formula_by_faces_is_the_curvature_of_the_nerve_in_space(planes: eg.Arrangement) -> None:
    agree(eg.partition(planes, eg.box(-1, 1, dim=3)))


@given(arrangements(1, 4))
def test_the_formula_by_faces_is_the_curvature_of_the_nerve_on_the_line(points: eg.Arrangement) -> None:
    agree(eg.partition(points, eg.box(-1, 1, dim=1)))


def test_many_cells_around_one_point_cost_nothing() -> None:
    lines = eg.Arrangement([([k, 1], 0) for k in range(-12, 12)])
    found = curvature_of(eg.partition(lines, eg.box(-1, 1, dim=2)), "combinatorial")
    assert len(found.values) == 48 and found.total == 1


def test_named_curvatures_sum_to_gauss_bonnet() -> None:
    P = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0), ([1, 1], "1/2")]), eg.box(-1, 1, dim=2))
    exterior = curvature_of(P, "exterior")
    assert exterior.total == 2 * len(P.cells) * eg.Angle.pi() and exterior.smallest == exterior.largest
    defect = curvature_of(P, "defect")
    assert len(defect.values) == len(P.cells)
    if None not in defect.values:
        faces = P.nerve(max_dim=2)
        assert defect.total == eg.Angle.pi(2 * faces.euler_characteristic)


def test_an_unknown_name_is_refused() -> None:
    P = eg.partition(eg.Arrangement([], dim=2), eg.box(-1, 1, dim=2))
    with pytest.raises(eg.InvalidInput, match="curvature: expected one of combinatorial, defect, exterior"):
        curvature_of(P, "gauss")
