"""Decision boundaries: closed forms, sections by lines, perimeters of regions, the complex of the facets."""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given, settings

import exactgeom as eg
from exactgeom.testkit.strategies import networks


def diamond() -> eg.Network:
    """Class 1 where |x| + |y| < 1: the boundary is a square."""
    return eg.Network([eg.Abs(), eg.Linear([[-1, -1]], [1])], input_dim=2)


def test_a_diamond_has_four_sides() -> None:
    found = eg.partition(diamond(), eg.box(-2, 2, dim=2)).decision_boundary()
    assert found.area == 4 * eg.Surd.sqrt(2) and found.areas == {(0, 1): found.area}
    assert (found.component_count, found.f_vector, found.euler_characteristic) == (1, (4, 4), 0)
    assert set(found.planes) == {
        ((F(a), F(b)), F(-1)) for a in (1, -1) for b in (1, -1)
    }  # pointing into the diamond, class 1
    assert sorted(found.complex.points) == [(-1, 0), (0, -1), (0, 1), (1, 0)]


def test_the_same_diamond_on_the_whole_plane() -> None:
    found = eg.partition(diamond()).decision_boundary()
    assert found.area == 4 * eg.Surd.sqrt(2) and found.f_vector == (4, 4)
    with pytest.raises(eg.UnboundedError):
        _ = found.complex


def test_an_infinite_boundary_says_so() -> None:
    line = eg.Network([eg.Linear([[1, 1]], [0])])
    found = eg.partition(line).decision_boundary()
    assert (len(found), found.component_count, found.f_vector) == (1, 1, (0, 1))
    with pytest.raises(eg.UnboundedError):
        _ = found.area


def test_an_octahedron_inside_a_cube() -> None:
    net = eg.Network([eg.Abs(), eg.Linear([[-1, -1, -1]], [1])], input_dim=3)
    found = eg.partition(net, eg.box(-2, 2, dim=3)).decision_boundary()
    assert found.area == 4 * eg.Surd.sqrt(3)  # eight triangles of side sqrt(2)
    assert (found.f_vector, found.euler_characteristic) == ((6, 12, 8), 2)
    assert sum(found.complex.measures.volumes(2), eg.Surd(0)) == found.area


def test_two_points_on_a_line() -> None:
    found = eg.partition(
        eg.Network([eg.Abs(), eg.Linear([[1]], [-1])], input_dim=1), eg.box(-2, 2, dim=1)
    ).decision_boundary()
    assert (found.area, found.component_count, found.f_vector) == (2, 2, (2,))
    assert sorted(found.complex.points) == [(-1,), (1,)]


def test_pieces_that_touch_in_a_point_hang_together() -> None:
    saddle = eg.Network([eg.Abs(), eg.Linear([[1, -1]], [0])], input_dim=2)  # |x| > |y|
    found = eg.partition(saddle, eg.box(-1, 1, dim=2)).decision_boundary()
    assert (len(found), found.component_count) == (4, 1)


def test_no_boundary_where_one_class_wins_everywhere() -> None:
    net = eg.Network([eg.Linear([[0, 0], [1, 0]], [5, 0])])
    found = eg.partition(net, eg.box(-1, 1, dim=2)).decision_boundary()
    assert (len(found), found.area, found.areas, found.component_count) == (0, 0, {}, 0)


def test_a_tie_on_a_full_cell_belongs_to_the_smallest_index() -> None:
    relu = eg.Network([eg.Linear([[0], [1]], [0, 0]), eg.ReLU()])  # (0, relu x): tie for x < 0
    found = eg.partition(relu, eg.box(-1, 1, dim=1)).decision_boundary()
    assert found.pairs == ((0, 1),) and found.facets[0].vertices == ((0,),)


@given(networks(widths=(1, 2, 3), outputs=(1, 2, 3)))
@settings(max_examples=30)
def test_the_boundary_is_what_the_regions_share(net: eg.Network) -> None:
    P = eg.partition(net, eg.box(-1, 1, dim=net.input_dim))
    found, regions = P.decision_boundary(), P.regions(by="argmax")
    assert 2 * found.area == sum((region.interface_area for region in regions), eg.Surd(0))
    assert sum(found.areas.values(), eg.Surd(0)) == found.area
    assert sum(map(len, found.components)) == len(found)
    if len(found):
        assert found.complex.f_vector == found.f_vector


def winner(values: Any) -> int:
    return int(values[0] > 0) if len(values) == 1 else max(range(len(values)), key=lambda k: (values[k], -k))


@given(networks(widths=(1, 2, 3), outputs=(1, 2, 3)))
@settings(max_examples=12)
def test_the_class_changes_across_every_facet(net: eg.Network) -> None:
    P = eg.partition(net, eg.box(-1, 1, dim=net.input_dim))
    found = P.decision_boundary()
    for facet, pair, (a, b) in zip(found.facets, found.pairs, found.planes, strict=True):
        cells = facet.cells
        centre = tuple(sum(c) / len(facet.vertices) for c in zip(*facet.vertices, strict=True))
        assert sum(p * q for p, q in zip(a, centre, strict=True)) == b
        step = F(1, 2)
        for _ in range(60):  # until both points lie in the cells they should
            ends = [_moved(centre, a, sign * step) for sign in _order(cells, found, pair)]
            if all(_inside(cell, end) for cell, end in zip(cells, ends, strict=True)):
                break
            step /= 2
        else:
            raise AssertionError("the plane points away from the larger class")
        assert (winner(net(_moved(centre, a, -step))), winner(net(_moved(centre, a, step)))) == pair


def _order(cells: Any, found: Any, pair: Any) -> list[int]:
    return [1 if found.regions.of_cell(cell).label == pair[1] else -1 for cell in cells]


def _moved(point: Any, direction: Any, step: F) -> tuple[F, ...]:
    return tuple(p + step * c for p, c in zip(point, direction, strict=True))


def _inside(cell: Any, point: Any) -> bool:
    return point in eg.Polytope.from_vertices(cell.vertices)


def test_a_model_without_outputs_has_no_boundary() -> None:
    with pytest.raises(eg.InvalidInput):
        eg.partition(eg.Arrangement([([1], 0)]), eg.box(0, 1, dim=1)).decision_boundary()
