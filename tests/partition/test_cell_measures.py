"""Ridges, angles, extents, vertices and volumes of single cells, against the face lattice and the checker."""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.certificates import verify
from exactgeom.partition.cell_at import cell_at
from exactgeom.testkit.strategies import networks
from tests.partition.cell_cases import domains, plane_of, primitive
from tests.partition.test_programs import programs
from tests.polyhedra.cuts import examples

MODELS = networks(input_dims=(1, 2, 3, 4)) | programs(jumps=False)


def ridges_in_lattice(cells: Any, cell: Any) -> dict[frozenset[Any], eg.Angle]:
    """Pairs of facet planes that meet in a ridge of a cell, with the angle there."""
    planes = {facet.id: plane_of(cells, cell, facet) for facet in cell.facets}
    return {
        frozenset((planes[g], planes[h])): angle
        for ridge in (cells.ridges if cells.dimension > 1 else ())
        for number, (g, h), angle in ridge.angles
        if number == cell.id
    }


@given(MODELS, st.data())
def test_ridges_and_angles_agree_with_the_lattice(model: Any, data: Any) -> None:
    domain = data.draw(domains(model.input_dim))
    cells = eg.partition(model, domain)
    for cell in cells.cells[:2]:
        local = cell_at(model, cell.centroid, domain)
        planes = {facet.number: primitive([*facet.normal, facet.offset]) for facet in local.facets}
        found = {frozenset(planes[i] for i in ridge.numbers): ridge.angle for ridge in local.ridges}
        assert found == ridges_in_lattice(cells, cell)
        assert all(verify(ridge.certificate()) for ridge in local.ridges[:2])
        assert {r.numbers for f in local.facets for r in f.ridges} == {r.numbers for r in local.ridges}


@given(MODELS, st.data())
def test_vertices_volumes_and_extents_agree_with_the_lattice(model: Any, data: Any) -> None:
    domain = data.draw(domains(model.input_dim))
    cells = eg.partition(model, domain)
    for cell in cells.cells[:3]:
        local = cell_at(model, cell.centroid, domain)
        assert local.vertices == tuple(sorted(cell.vertices)) and local.volume == cell.volume
        assert local.bounding_box == tuple((min(c), max(c)) for c in zip(*cell.vertices, strict=True))
        assert all(answer.verify() for pair in local.extents for answer in pair)
        planes = {primitive([*facet.normal, facet.offset]): facet for facet in local.facets}
        for facet in cell.facets:
            mine = planes[plane_of(cells, cell, facet)]
            assert mine.volume == facet.area and mine.vertices == tuple(sorted(facet.vertices))
        assert all(sum(c) == 0 for c in zip(*(f.area_vector for f in local.facets), strict=True))


@given(networks(input_dims=(1, 2, 3)))
@examples(0.3)
def test_volumes_are_proved(model: Any) -> None:
    domain = eg.box(-1, 1, dim=model.input_dim)
    local = cell_at(model, ["1/3"] * model.input_dim, domain)
    assert verify(local.volume_certificate())
    assert verify([facet.volume_certificate() for facet in local.facets])
    wrong = local.volume_certificate()
    wrong["claim"]["volume"] = str(local.volume + 1)
    assert not verify(wrong)


def test_the_angle_of_a_wrong_ridge_is_rejected() -> None:
    net = eg.Network([eg.Linear([[1, 1]], [0]), eg.ReLU()])
    ridge = cell_at(net, [1, 1], eg.box(-2, 2, dim=2)).ridges[0]
    document = ridge.certificate()
    assert verify(document) and ridge.angle == eg.Angle("1/4")
    document["claim"]["cos"] = "1/2"
    assert not verify(document)


def test_extents_of_an_unbounded_cell() -> None:
    net = eg.Network([eg.Linear([[1, 0], [1, 1]], [0, -3]), eg.ReLU()])
    cell = cell_at(net, [1, 1])
    assert cell.bounding_box == ((0, None), (None, 3))
    (low, high), _ = cell.extents
    assert verify(low.certificate(cell.system)) and verify(high.certificate(cell.system))
    with pytest.raises(eg.UnboundedError):
        cell.vertices  # noqa: B018


def test_extents_in_a_box_come_from_its_facets_or_from_programs() -> None:
    net = eg.Network([eg.Linear([[1, 1]], [-1]), eg.ReLU()])
    cell = cell_at(net, [0, 0], eg.box([-1, -1], [3, "1/2"]))
    assert cell.bounding_box == ((-1, 2), (-1, F(1, 2)))
    assert verify([answer.certificate(cell.system) for pair in cell.extents for answer in pair])


def test_the_deepest_point_is_certified() -> None:
    net = eg.Network([eg.Linear([[1, 1]], [-1]), eg.ReLU()])
    cell = cell_at(net, [0, 0], eg.box(-1, 1, dim=2))
    deepest = cell.deepest
    assert deepest.radius == F(3, 4) and verify(deepest.certificate(cell.system))


def test_vertices_end_at_dimension_eight() -> None:
    normals = [[int(i == j) for i in range(9)] for j in range(8)] + [[1] * 9]
    planes = eg.Arrangement([(normal, 0) for normal in normals])
    cell = cell_at(planes, [1] * 9, eg.box(-2, 2, dim=9))
    with pytest.raises(eg.InvalidInput, match="up to dimension 8, not 9"):
        cell.vertices  # noqa: B018
