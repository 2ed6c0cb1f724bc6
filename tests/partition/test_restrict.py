"""Slices of models: evaluation, signs, cells and maps agree with the model on the flat."""

from __future__ import annotations

import pickle
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.models import Add, ReLU
from exactgeom.models.sites import Sites
from exactgeom.models.tree import DecisionTree, Leaf
from exactgeom.testkit.strategies import arrangements, networks, points, rationals


@st.composite
def flats(draw: st.DrawFn, dim: int) -> tuple[list[list[F]], list[F]]:
    """Any (matrix, offset) into Q^dim, singular ones too."""
    width = draw(st.integers(1, 2))
    row = st.lists(rationals(), min_size=width, max_size=width)
    return draw(st.lists(row, min_size=dim, max_size=dim)), draw(
        st.lists(rationals(), min_size=dim, max_size=dim)
    )


def moved(matrix: Any, offset: Any, y: Any) -> tuple[F, ...]:
    return tuple(
        sum((a * c for a, c in zip(row, y, strict=True)), b) for row, b in zip(matrix, offset, strict=True)
    )


@given(networks(widths=(1, 2, 3)), st.data())
@settings(max_examples=40)
def test_a_restricted_network_is_the_network_on_the_flat(net: eg.Network, data: st.DataObject) -> None:
    matrix, offset = data.draw(flats(net.input_dim))
    small = eg.restrict(net, matrix, offset)
    width = len(matrix[0])
    for _ in range(3):
        y = data.draw(points(width))
        assert small(y) == net(moved(matrix, offset, y))
        assert small.signs(y) == net.signs(moved(matrix, offset, y))
    P = eg.partition(small, eg.box(-1, 1, dim=width))
    assert P.total_volume == 2**width
    for cell in P.cells:
        x = moved(matrix, offset, cell.centroid)
        assert cell.signs == net.signs(x)
        a, b = cell.affine_map
        assert moved(a, b, cell.centroid) == net(x)


@given(arrangements(), st.data())
@settings(max_examples=30)
def test_a_restricted_arrangement_keeps_its_signs(planes: eg.Arrangement, data: st.DataObject) -> None:
    matrix, offset = data.draw(flats(planes.dim))
    small = eg.restrict(planes, matrix, offset)
    P = eg.partition(small, eg.box(-1, 1, dim=len(matrix[0])))
    for cell in P.cells:
        assert cell.signs == planes.signs(moved(matrix, offset, cell.centroid)) and cell.affine_map is None
    assert small.unit_names() == planes.unit_names()


def test_a_section_of_voronoi_cells() -> None:
    sites = Sites([[0, 0, 5], [2, 0, -5], [0, 2, 0]])
    matrix, offset = [[1], [0], [0]], [0, 0, 0]
    P = eg.partition(eg.restrict(sites, matrix, offset), eg.box(-30, 30, dim=1))
    for cell in P.cells:
        assert sites.signs(moved(matrix, offset, cell.centroid)) == cell.signs
    assert len(P.cells) > 1
    copy = pickle.loads(pickle.dumps(P.model))
    assert copy == P.model and copy(["1/3"]) == sites(["1/3", 0, 0])


def test_a_residual_network_keeps_its_wiring() -> None:
    net = eg.Network([ReLU(), Add()], input_dim=2, inputs={1: [0, -1]})
    small = eg.restrict(net, [[1], [-1]], [0, 1])
    assert isinstance(small, eg.Network)
    for y in (-2, 0, F(1, 2), 3):
        assert small([y]) == net([y, 1 - y])
    assert eg.Network.from_json(small.to_json()) == small


def test_slices_are_compared_as_models_are() -> None:
    net = eg.Network([eg.Linear([[1, 1], [1, -1]], [0, 0]), eg.Abs()])
    other = eg.Network([eg.Linear([[1, 1], [1, 1]], [0, 0]), eg.Abs()])
    assert not eg.compare(net, other).equal
    axis = ([[1], [0]], [0, 0])
    assert eg.compare(eg.restrict(net, *axis), eg.restrict(other, *axis)).equal


@given(st.lists(points(4), min_size=2, max_size=4, unique=True))
@settings(max_examples=30)
def test_a_plane_goes_through_its_points(chosen: list[Any]) -> None:
    try:
        matrix, offset = eg.plane_through(chosen)
    except eg.InvalidInput as error:
        assert "dependent" in str(error)
        return
    count = len(chosen) - 1
    for i, point in enumerate(chosen):
        assert moved(matrix, offset, [int(j == i - 1) for j in range(count)]) == tuple(point)


NET = eg.Network([eg.Linear([[1, 2]], [0])])


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (lambda: eg.restrict(NET, [[1]], [0, 0]), "matrix"),
        (lambda: eg.restrict(NET, [[1], [1]], [0]), "offset"),
        (lambda: eg.restrict(NET, [[], []], [0, 0]), "matrix"),
        (lambda: eg.restrict(NET, [[1], [float("nan")]], [0, 0]), "matrix"),
        (lambda: eg.restrict(DecisionTree([Leaf([0])], input_dim=1), [[1]], [0]), "model"),
        (lambda: eg.restrict(3, [[1]], [0]), "model"),
        (lambda: eg.plane_through([[1, 2]]), "points"),
        (lambda: eg.plane_through([[1, 2], [1, 2]]), "points"),
    ],
)
def test_bad_input_is_refused(make: Any, place: str) -> None:
    with pytest.raises(eg.InvalidInput, match=place):
        make()
