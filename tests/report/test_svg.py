"""Pictures: well-formed, one shape per cell, and the shapes have the cells' sizes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.models import Arrangement, Linear, Network, ReLU
from exactgeom.polyhedra import Polytope, box
from exactgeom.report.inputs import cut_subject
from exactgeom.report.planar import corner_cycle
from exactgeom.report.svg import partition_svg
from exactgeom.report.wireframe import edge_kinds

SVG = "{http://www.w3.org/2000/svg}"
small = st.integers(-4, 4)
planes = st.lists(
    st.tuples(st.tuples(small, small).filter(any), st.fractions(-3, 3, max_denominator=5)), max_size=6
)
NET = Network([Linear([[1, "1/3"], [2, -1], [-1, 1]], [0, "1/7", "1/5"]), ReLU(), Linear([[1, 1, 2]], [1])])


def cells_of(picture):
    """The shapes of the cells, by cell id."""
    root = ET.fromstring(picture)
    group = next(g for g in root.iter(f"{SVG}g") if g.get("class") == "cells")
    return {int(shape.get("data-cell")): shape for shape in group}


def shape_area(shape):
    if shape.tag == f"{SVG}rect":
        return float(shape.get("width"))
    corners = [tuple(map(float, p.split(","))) for p in shape.get("points").split()]
    ends = [*corners[1:], corners[0]]
    return abs(sum(a * d - b * c for (a, b), (c, d) in zip(corners, ends, strict=True))) / 2


@given(planes)
@settings(max_examples=20)
def test_one_polygon_per_cell_with_its_share_of_the_area(lines):
    result = cut_subject(Arrangement(lines, dim=2), box(-1, 1, dim=2))
    shapes = cells_of(partition_svg(result))
    assert sorted(shapes) == [cell.id for cell in result.cells]
    total = sum(map(shape_area, shapes.values()))
    for cell in result.cells:
        share = float(cell.volume / result.total_volume)
        # Corners are rounded to 1/1000 pixel on a sheet of 640.
        assert shape_area(shapes[cell.id]) == pytest.approx(share * total, abs=5)
        assert f"cell {cell.id}\n" in shapes[cell.id][0].text


@given(planes)
@settings(max_examples=20)
def test_polygon_corners_go_once_around(lines):
    result = cut_subject(Arrangement(lines, dim=2), box(-1, 1, dim=2))
    for cell in result.cells:
        cycle = corner_cycle(cell)
        assert sorted(cycle) == sorted(map(int, cell.vertex_ids))
        corners = [result.vertices[i] for i in cycle]
        ends = [*corners[1:], corners[0]]
        doubled = sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(corners, ends, strict=True))
        assert abs(doubled) == 2 * cell.volume


def test_lengths_in_one_dimension():
    result = cut_subject(Arrangement([([1], "1/3"), ([1], "-1/2")]), box(-1, 1, dim=1))
    shapes = cells_of(partition_svg(result))
    total = sum(map(shape_area, shapes.values()))
    for cell in result.cells:
        assert shape_area(shapes[cell.id]) == pytest.approx(total * float(cell.volume) / 2, abs=0.01)


def test_graph_of_a_network_on_a_line_is_drawn():
    net = Network([Linear([[1], [2]], [0, 1]), ReLU(), Linear([[1, 1], [1, 0]], [0, 0])])
    picture = partition_svg(cut_subject(net, box(-1, 1, dim=1)))
    root = ET.fromstring(picture)
    assert sum(p.get("class") == "lines output" for p in root.iter(f"{SVG}path")) == 2


def test_larger_cells_are_lighter():
    from exactgeom.report.palette import lightness

    result = cut_subject(Arrangement([([1, 0], "1/2"), ([1, 1], "1/3"), ([0, 1], "-3/4")]), box(-1, 1, dim=2))
    shapes = cells_of(partition_svg(result))
    by_size = sorted(result.cells, key=lambda c: c.volume)
    levels = [lightness(shapes[cell.id].get("fill")) for cell in by_size]
    assert levels == sorted(levels)
    assert levels[0] < levels[-1]


def test_maps_differ_in_colour_across_walls():
    result = cut_subject(NET, box(-1, 1, dim=2))
    shapes = cells_of(partition_svg(result, color="map"))
    for facet in result.facets:
        if len(facet.cell_ids) == 2:
            a, b = facet.cell_ids
            same_map = result.cells[a].affine_map == result.cells[b].affine_map
            assert (shapes[a].get("fill") == shapes[b].get("fill")) == same_map


def test_unbounded_partition_is_shown_in_a_window_that_meets_every_cell():
    lines = Arrangement([([1, 0], 0), ([0, 1], 1000), ([1, 1], 3)])
    result = cut_subject(lines, None)
    picture = partition_svg(result)
    assert sorted(cells_of(picture)) == [cell.id for cell in result.cells]
    assert "beyond the window" in picture
    assert "volume infinite" in picture


def test_parallel_lines_without_vertices_have_a_window_too():
    result = cut_subject(Arrangement([([1, 1], -50), ([1, 1], 50)]), None)
    assert len(cells_of(partition_svg(result))) == 3


def test_wires_are_the_edges_and_know_where_they_lie():
    result = cut_subject(Arrangement([([1, 0, 0], 0), ([0, 1, 0], 0), ([0, 0, 1], 0)]), box(-1, 1, dim=3))
    kinds = list(edge_kinds(result).values())
    assert len(kinds) == result.f_vector[1] == 54
    assert sorted(map(kinds.count, set(kinds))) == [6, 24, 24]
    root = ET.fromstring(partition_svg(result))
    drawn = [int(g.get("data-edges")) for g in root.iter(f"{SVG}g") if g.get("class") == "wires"]
    assert sum(drawn) == 54


@pytest.mark.parametrize(
    "points",
    [[(0, 0), (1, 2)], [(1, 0, 0), (0, 1, 0), (0, 0, 1)], [(0, 0, 0), (1, 1, 1)], [(1, 2, 3)], [(7,)]],
)
def test_flat_polytopes_are_drawn(points):
    picture = partition_svg(cut_subject(Polytope.from_vertices(points)))
    assert ET.fromstring(picture).tag == f"{SVG}svg"


@pytest.mark.parametrize("scale", [Fraction(1, 10**40), Fraction(10**40)])
def test_tiny_and_huge_windows_look_alike(scale):
    def picture(factor):
        lines = Arrangement([([1, 2], factor / 3), ([3, -1], factor / 5)])
        return cells_of(partition_svg(cut_subject(lines, box(-factor, factor, dim=2))))

    plain, scaled = picture(Fraction(1)), picture(scale)
    assert [s.get("points") for s in plain.values()] == [s.get("points") for s in scaled.values()]


def test_far_away_windows_keep_their_digits():
    def picture(shift):
        lines = Arrangement([([1, 2], Fraction(1, 3) + 3 * shift), ([3, -1], Fraction(1, 5) + 2 * shift)])
        domain = box([shift - 1] * 2, [shift + 1] * 2)
        return cells_of(partition_svg(cut_subject(lines, domain)))

    near, far = picture(0), picture(10**30)
    assert [s.get("points") for s in near.values()] == [s.get("points") for s in far.values()]


def test_up_is_up_and_right_is_right():
    result = cut_subject(Arrangement([([1, 0], 0), ([0, 1], 0)]), box(-1, 1, dim=2))
    for cell_id, shape in cells_of(partition_svg(result)).items():
        across, down = zip(*(map(float, p.split(",")) for p in shape.get("points").split()), strict=True)
        x, y = result.cells[cell_id].centroid
        middle = 320.0
        assert (sum(across) / 4 - 70 > middle) == (x > 0)
        assert (sum(down) / 4 - 92 < middle) == (y > 0)


def test_four_dimensions_have_no_picture():
    with pytest.raises(InvalidInput, match="1 to 3 dimensions"):
        partition_svg(cut_subject(box(0, 1, dim=4)))


def test_colour_words_are_checked():
    square = cut_subject(box(0, 1, dim=2))
    with pytest.raises(InvalidInput, match="expected volume, map, density"):
        partition_svg(square, color="blue")
    with pytest.raises(InvalidInput, match="no affine maps"):
        partition_svg(square, color="map")


def test_titles_are_escaped():
    picture = partition_svg(cut_subject(box(0, 1, dim=2)), title="<a> & 'b'")
    assert ET.fromstring(picture).find(f"{SVG}title").text == "<a> & 'b'"
