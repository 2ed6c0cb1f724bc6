"""A cell says what its model says: signs, maps, points."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.testkit.strategies import arrangements, networks, points

MODELS = networks() | arrangements() | networks(widths=(1, 2), wide=True)
Point = tuple[Fraction, ...]


def affine(matrix: Any, offset: Any, x: Point) -> Point:
    return tuple(
        sum((a * c for a, c in zip(row, x, strict=True)), b) for row, b in zip(matrix, offset, strict=True)
    )


def inner_points(cell: Any) -> list[Point]:
    """The vertex mean, and points close to every vertex."""
    corners = cell.vertices
    mean = tuple(sum(column, Fraction(0)) / len(corners) for column in zip(*corners, strict=True))
    eps = Fraction(1, 2**70)
    return [mean] + [tuple(c + eps * (m - c) for c, m in zip(v, mean, strict=True)) for v in corners]


def closure_allows(cell_signs: str, point_signs: str) -> bool:
    """A point of the closed cell has the cell's signs, or zeros instead."""
    return all(p in (c, "0") for c, p in zip(cell_signs, point_signs, strict=True))


@given(MODELS)
@settings(max_examples=100)
def test_signs_agree_with_the_model_inside_and_on_the_boundary(model: Any) -> None:
    P = eg.partition(model, eg.box(-1, 1, dim=model.input_dim))
    for cell in P.cells:
        assert len(cell.signs) == model.sign_count == len(model.unit_names())
        assert all(model.signs(x) == cell.signs for x in inner_points(cell))
        assert model.signs(cell.centroid) == cell.signs
        assert all(closure_allows(cell.signs, model.signs(v)) for v in cell.vertices)
        assert all(closure_allows(cell.signs, model.signs(f.centroid)) for f in cell.facets)


@given(MODELS)
def test_signs_of_different_cells_differ(model: Any) -> None:
    P = eg.partition(model, eg.box(-1, 1, dim=model.input_dim))
    assert len(set(P.cell_signs)) == len(P.cells) == P.f_vector[-1]


@given(networks())
@settings(max_examples=100)
def test_affine_map_is_the_network_on_the_closed_cell(net: eg.Network) -> None:
    P = eg.partition(net, eg.box(-1, 1, dim=net.input_dim))
    for cell in P.cells:
        matrix, offset = cell.affine_map
        assert len(matrix) == len(offset) == net.output_dim
        for x in [*cell.vertices, cell.centroid]:
            assert affine(matrix, offset, x) == net(x)
    assert P.affine_map_count == len({cell.affine_map for cell in P.cells})


@given(networks())
def test_affine_maps_are_continuous_across_facets(net: eg.Network) -> None:
    P = eg.partition(net, eg.box(-1, 1, dim=net.input_dim))
    for facet in P.facets:
        for v in facet.vertices:
            assert len({affine(*cell.affine_map, v) for cell in facet.cells}) == 1


@given(arrangements())
def test_arrangements_have_no_map(arrangement: eg.Arrangement) -> None:
    P = eg.partition(arrangement, eg.box(-1, 1, dim=arrangement.dim))
    assert P.affine_map_count is None
    assert {cell.affine_map for cell in P.cells} == {None}


@given(MODELS, st.data())
@settings(max_examples=100)
def test_every_point_lies_in_the_cell_of_its_signs(model: Any, data: st.DataObject) -> None:
    """Full-dimensional signs name a cell; a point behind all facets of a cell has its signs, or zeros."""
    P = eg.partition(model, eg.box(-1, 1, dim=model.input_dim))
    x = tuple(max(Fraction(-1), min(Fraction(1), c)) for c in data.draw(points(model.input_dim)))
    signs, holding = model.signs(x), []
    for cell in P.cells:
        if all(behind(facet, cell, x) for facet in cell.facets):
            holding.append(cell)
            assert closure_allows(cell.signs, signs)
    assert holding
    strictly = [c for c in holding if all(behind(f, c, x, strict=True) for f in c.facets)]
    assert len(strictly) <= 1
    assert all(cell.signs == signs and len(holding) == 1 for cell in strictly)


def behind(facet: Any, cell: Any, x: Point, *, strict: bool = False) -> bool:
    sign = 1 if facet.cell_ids[0] == cell.id else -1
    gap = sum(sign * n * (a - b) for n, a, b in zip(facet.area_vector, x, facet.vertices[0], strict=True))
    return gap < 0 or (gap == 0 and not strict)


def test_models_without_cuts_have_one_cell() -> None:
    square = eg.box(-1, 1, dim=2)
    for model in (
        eg.Network([], input_dim=2),
        eg.Network([eg.Identity()], input_dim=2),
        eg.Network([eg.Linear([[1, 2]], [3])]),
        eg.Network([eg.Linear([[1, 2]], [3]), eg.Identity(), eg.Linear([[2], [3]], [0, 0])]),
        eg.Network([eg.Linear([[1, 2]], [30]), eg.ReLU()]),
        eg.Arrangement([], dim=2),
        eg.Arrangement([([1, 0], 1), ([1, 1], 2), ([1, 0], 7)]),  # along a facet, through a corner, far away
    ):
        P = eg.partition(model, square)
        assert P.f_vector == (4, 4, 1)
        assert P.cells[0].volume == 4
        assert P.validate()
        assert "0" not in P.cells[0].signs
    assert eg.partition(eg.Network([eg.Linear([[0, 0]], [0]), eg.ReLU()]), square).cell_signs == ("0",)


def test_activations_first_and_last() -> None:
    net = eg.Network([eg.Abs(), eg.Linear([[1, 1]], [-1]), eg.HardTanh(0, "1/2")], input_dim=2)
    P = eg.partition(net, eg.box(-2, 2, dim=2))
    assert len(P.cells) == 12  # four quadrants, each with two cuts
    assert {cell.signs[2:] for cell in P.cells} == {"--", "+-", "++"}
    assert sum(c.volume for c in P.cells if c.signs[2:] == "--") == 2  # the cross-polytope
    assert P.validate()


def test_huge_numbers_and_deep_chains_stay_exact() -> None:
    big = 10**400 + 1
    net = eg.Network([eg.Linear([[big, 1], [-1, Fraction(1, big)]], [Fraction(1, 3), 0]), eg.ReLU()])
    P = eg.partition(net, eg.box(-big, big, dim=2))
    assert P.total_volume == (2 * big) ** 2
    assert P.validate()
    tent = [eg.Linear([[1], [1]], [0, "-1/2"]), eg.ReLU(), eg.Linear([[2, -4]], [0])]
    deep = eg.Network([layer for _ in range(6) for layer in tent])
    Q = eg.partition(deep, eg.box(0, 1, dim=1))
    assert sorted({x for (x,) in Q.vertices}) == [Fraction(k, 64) for k in range(65)]
    assert {abs(c.affine_map[0][0][0]) for c in Q.cells} == {64}
