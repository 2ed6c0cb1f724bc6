"""Curvature of cells: exterior angles, intrinsic volumes against closed forms, exact sums of angles."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.curvature.cells import cell_geometry, exterior_curvature, over_two_pi
from exactgeom.curvature.cells_sum import AngleSum
from exactgeom.exact import Angle, InvalidInput, Surd, UnboundedError
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.partition.boxes import partition_boxes

PI = Angle.pi()


def alone(polytope, dim):
    """The partition with one cell."""
    return eg.partition(eg.Arrangement([], dim=dim), polytope)


def elementary(sides, k):
    return sum((math.prod(chosen) for chosen in combinations(sides, k)), Fraction(0))


@given(st.lists(st.fractions(min_value="1/5", max_value=9, max_denominator=9), min_size=2, max_size=4))
@settings(max_examples=12)
def test_intrinsic_volumes_of_boxes_are_elementary_symmetric(sides) -> None:
    d = len(sides)
    cell = cell_geometry(alone(eg.box([0] * d, sides), d))[0]
    assert cell.intrinsic_volumes == tuple(elementary(sides, k) for k in (d, d - 1, d - 2))
    assert cell.faces == tuple(math.comb(d, k) * 2 ** (d - k) for k in range(d))


def random_plane(seed):
    lines = [([seed + 1, 2 - k], Fraction(k * k - seed, 7)) for k in range(5)]
    return eg.partition(eg.Arrangement(lines), eg.box(-1, 1, dim=2))


@pytest.mark.parametrize("seed", range(3))
def test_every_polygon_has_exterior_curvature_two_pi(seed) -> None:
    P = random_plane(seed)
    cells = cell_geometry(P)
    assert len(cells) > 5
    for cell in cells:
        assert cell.exterior == 2 * PI and cell.intrinsic_volumes[2] == 1
        assert cell.faces[0] == cell.faces[1] == len(P.cells[cell.cell].vertices)
        assert cell.exterior == exterior_curvature(P, cell.cell)
        assert cell.neighbors == len(P.cells[cell.cell].neighbors)
    total = sum(cell.intrinsic_volumes[0] for cell in cells)
    assert total == 4


def test_intrinsic_volumes_of_the_regular_tetrahedron() -> None:
    # In the cube with side 1: edges √2, dihedral angle arccos(1/3); V_1 = 6·√2·(π − arccos(1/3))/2π.
    corners = [(0, 0, 0), (1, 1, 0), (1, 0, 1), (0, 1, 1)]
    cell = cell_geometry(alone(eg.Polytope.from_vertices(corners), 3))[0]
    assert cell.volume == Fraction(1, 3) and cell.surface == 2 * Surd.sqrt(3)
    theta = Angle.from_cos("1/3")
    assert cell.exterior == 6 * AngleSum([(Surd.sqrt(2), PI - theta)])
    v1 = cell.intrinsic_volumes[2]
    assert math.isclose(float(v1.mid), 6 * math.sqrt(2) * (math.pi - math.acos(1 / 3)) / (2 * math.pi))
    assert v1.rad < Fraction(1, 2**60)


def test_mean_width_is_additive_over_pieces_of_a_convex_cell() -> None:
    # Valuations: V_1(A ∪ B) = V_1(A) + V_1(B) − V_1(A ∩ B), for a cube cut by an oblique plane.
    P = eg.partition(eg.Arrangement([([1, 2, 3], "1/2")]), eg.box(-1, 1, dim=3))
    first, second = cell_geometry(P)
    wall = next(facet for facet in P.facets if facet.is_interior)
    edges = {P.complex.boundary(2)[wall.id].tolist()[i] for i in range(len(P.complex.boundary(2)[wall.id]))}
    perimeter = Surd.sum(P.ridges[i].volume for i in edges)
    whole = cell_geometry(alone(eg.box(-1, 1, dim=3), 3))[0].exterior
    # V_1 of a polygon is half its perimeter, so 2π V_1 = π · perimeter.
    assert first.exterior + second.exterior - AngleSum([(perimeter, PI)]) == whole


def test_flat_ridges_carry_no_curvature() -> None:
    # A tree cuts one half only: the other half keeps its body and gains a flat vertex.
    tree = DecisionTree([Split(0, 0, 1, 2), Leaf([1]), Split(1, 0, 3, 4), Leaf([2]), Leaf([3])], 2)
    P = eg.partition(tree, eg.box(-1, 1, dim=2))
    cells = cell_geometry(P)
    assert sorted(cell.flat_ridges for cell in cells) == [0, 0, 1]
    assert all(cell.exterior == 2 * PI for cell in cells)
    assert sorted(cell.faces for cell in cells) == [(4, 4), (4, 4), (5, 5)]
    boxes = cell_geometry(partition_boxes(tree, [(-1, 1)] * 2))
    assert sorted(cell.intrinsic_volumes for cell in boxes) == sorted(
        cell.intrinsic_volumes for cell in cells
    )
    assert all(
        cell.exterior == exterior_curvature(partition_boxes(tree, [(-1, 1)] * 2), cell.cell) for cell in boxes
    )


def test_one_dimension_has_no_ridges() -> None:
    P = eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 2, dim=1))
    assert {cell.intrinsic_volumes for cell in cell_geometry(P)} == {(1, 1), (2, 1)}
    assert all(cell.exterior == 0 and cell.faces == (2,) for cell in cell_geometry(P))


def test_unbounded_cells_are_infinite_where_they_are() -> None:
    P = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), None)
    for cell in cell_geometry(P):
        assert (
            cell.volume is None and cell.surface is None and cell.exterior == AngleSum([(1, Angle.pi("1/2"))])
        )
        with pytest.raises(UnboundedError, match=f"cell {cell.cell}"):
            _ = cell.intrinsic_volumes
    wedge = cell_geometry(eg.partition(eg.Arrangement([([1, 0, 0], 0), ([0, 1, 0], 0)]), None))
    assert all(cell.exterior is None for cell in wedge)
    assert "∞" in wedge.table()[1]


def test_statistics_of_faces() -> None:
    cells = cell_geometry(random_plane(1))
    counts = [cell.faces[1] for cell in cells]
    statistics = cells.statistics(1)
    assert statistics.mean == Fraction(sum(counts), len(counts)) and statistics.range == (
        min(counts),
        max(counts),
    )
    assert statistics.variance == sum((n - statistics.mean) ** 2 for n in counts) / len(counts)
    assert statistics.cells == len(cells)
    with pytest.raises(InvalidInput, match="k: expected a dimension from 0 to 1"):
        cells.statistics(2)


def test_table_and_pickle() -> None:
    cells = cell_geometry(random_plane(0))
    assert len(cells.table()) == len(cells) + 1 and cells.table()[1][3] == "2π"
    assert pickle.loads(pickle.dumps(cells)) == cells


# --- sums of angles times surds -------------------------------------------------------------------------

factors = st.sampled_from(
    [Surd(2), Surd("1/3"), Surd.sqrt(2), Surd.sqrt(8), Surd.sqrt("3/4"), 1 + Surd.sqrt(3)]
)
angles = st.sampled_from(
    [Angle.pi("1/3"), Angle(0, [2]), Angle.from_cos("1/3"), Angle(1, ["1/5"]), -Angle(0, [2])]
)
sums = st.lists(st.tuples(factors, angles), max_size=4)


@given(sums, sums)
def test_sums_form_a_group_and_agree_with_floats(a, b) -> None:
    x, y = AngleSum(a), AngleSum(b)
    assert x + y == y + x and x - x == 0 and not (x - x)
    assert (-x) * -1 == x
    value = sum(float(f) * float(t) for f, t in a)
    assert math.isclose(float(x), value, rel_tol=1e-12, abs_tol=1e-12)
    assert x.enclosure(100).contains(x)
    assert (x < y) == (float(x - y) < 0) and hash(x + y - y) == hash(x)
    assert pickle.loads(pickle.dumps(x)) == x and eval(repr(x), vars(eg) | globals()) == x


def test_zero_is_decided_by_class() -> None:
    third = Angle.from_cos("1/3")
    # arccos(1/3) + arccos(−1/3) = π, under one root and under rational multiples of it.
    x = AngleSum([(Surd.sqrt(2), third), (Surd.sqrt("1/2"), 2 * Angle.from_cos("-1/3"))])
    assert x == AngleSum([(Surd.sqrt(2), PI)]) and x.over_pi() == Surd.sqrt(2)
    assert x != AngleSum([(Surd.sqrt(2), PI), (Surd.sqrt(3), Angle(0, [Fraction(1, 10**60)]))])
    assert AngleSum([(1, third)]).over_pi() is None
    assert AngleSum([(3, third)]) == 3 * third and hash(AngleSum([(3, third)])) == hash(3 * third)
    assert AngleSum([("1/3", Angle.pi(2))]) == Angle.pi("2/3")
    assert hash(AngleSum([("1/3", Angle.pi(2))])) == hash(Angle.pi("2/3"))
    assert over_two_pi(AngleSum()) == 0


def test_classes_are_found_without_factoring() -> None:
    # 53²·59 keeps its square: the class of √59 is found by an integer square test.
    x = AngleSum([(Surd.sqrt(53**2 * 59), Angle.pi("1/3")), (-Surd.sqrt(59), Angle.pi("53/3"))])
    assert x == 0 and x.terms == ()


def test_sums_compare_with_numbers() -> None:
    x = AngleSum([(Surd.sqrt(2), PI)])
    assert 4 < x < 5 and x > Surd.sqrt(19) and x < float("inf") and x != Surd.sqrt(20) and x > 4.44
    with pytest.raises(InvalidInput):
        _ = AngleSum([(Surd.root4(2), PI)]).terms
    with pytest.raises(InvalidInput, match=r"terms\[0\]\[1\]"):
        AngleSum([(1, 2)])
