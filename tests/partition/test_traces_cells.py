"""Traces on cells: areas and dihedral angles from 1-forms equal those of the face lattice, exactly."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings

import exactgeom as eg
from exactgeom.linalg import Matrix
from exactgeom.models import MaxPool1d, Reshape
from exactgeom.testkit.strategies import networks


def partitions(net):
    return eg.partition(net, eg.box(-2, 2, dim=net.input_dim))


@given(networks())
@settings(max_examples=25)
def test_two_ways_to_every_area_and_every_angle(net) -> None:
    """Facet areas and dihedral angles from pulled-back 1-forms equal those from area vectors, exactly."""
    P = partitions(net)
    for cell in P.cells[:12]:
        trace = eg.trace_layers(net, cell)
        assert trace.facet_areas() == {facet.id: facet.area for facet in cell.facets}
        if P.dimension < 2:
            continue
        for ridge in {r for f in cell.facet_ids for r in P.complex.boundary(P.dimension - 1)[f].tolist()}:
            assert trace.dihedral_angle(ridge) == P.dihedral_angle(cell, ridge)


@given(networks())
@settings(max_examples=15)
def test_walls_point_outwards_along_area_vectors(net) -> None:
    P = partitions(net)
    for cell in P.cells[:8]:
        for number, wall in eg.trace_layers(net, cell).walls.items():
            facet = P.facets[number]
            sign = 1 if facet.cell_ids[0] == cell.id else -1
            assert Matrix([wall.covector, [sign * c for c in facet.area_vector]]).rank() == 1
            assert sum(a * sign * b for a, b in zip(wall.covector, facet.area_vector, strict=True)) > 0


def test_areas_in_a_layer_are_areas_of_images() -> None:
    """A facet of a triangle-free example, mapped by J, has the Gram determinant's length."""
    net = eg.Network(
        [eg.Linear([[2, 1], [0, 1], [1, -1]], [0, "1/3", 0]), eg.ReLU(), eg.Linear([[1, 1, 1]], [0])]
    )
    P = partitions(net)
    for cell in P.cells:
        trace = eg.trace_layers(net, cell)
        for number, layer in enumerate(trace.layers):
            for facet in cell.facets:
                p, q = facet.vertices
                image = layer.jacobian @ tuple(b - a for a, b in zip(p, q, strict=True))
                assert trace.facet_area(facet, metric=number) ** 2 == sum(c * c for c in image)


def test_areas_of_images_in_space() -> None:
    net = eg.Network([eg.Linear([[2, 1, 0], [0, 1, 1], [1, -1, 3], [1, 1, 1]], [0, 0, 1, "1/2"]), eg.ReLU()])
    P = eg.partition(net, eg.simplex(3))
    for cell in P.cells:
        trace = eg.trace_layers(net, cell)
        for facet in cell.facets:
            for number, layer in enumerate(trace.layers):
                total = eg.Surd(0)
                first, *rest = _ring(facet)
                for p, q in pairwise(rest):
                    sides = [tuple(b - a for a, b in zip(first, v, strict=True)) for v in (p, q)]
                    images = Matrix([layer.jacobian @ side for side in sides])
                    total = total + eg.Surd.sqrt((images @ images.T).det()) * Fraction(1, 2)
                assert trace.facet_area(facet, metric=number) == total


def _ring(facet):
    """The vertices of a polygon, one after another around it."""
    edges = facet.partition.complex.boundary(2)[facet.id].tolist()
    pairs = [facet.partition.complex.closure(1)[e].tolist() for e in edges]
    ring = pairs.pop()
    while pairs:
        pair = next(p for p in pairs if ring[-1] in p)
        pairs.remove(pair)
        ring.append(pair[0] if pair[1] == ring[-1] else pair[1])
    return [facet.partition.complex.point(v) for v in ring[:-1]]


def test_ties_of_a_maximum_are_walls() -> None:
    linear = eg.Linear([[1, 0], [0, 1], [-1, -1]], [0, 0, 0])
    net = eg.Network([linear, Reshape([1, 3]), MaxPool1d(3)])
    P = partitions(net)
    assert len(P.cells) == 3
    for cell in P.cells:
        trace = eg.trace_layers(net, cell)
        inner = {wall.unit for n, wall in trace.walls.items() if P.facets[n].is_interior}
        assert all(len(unit) == 3 for unit in inner)
        assert trace.facet_areas() == {facet.id: facet.area for facet in cell.facets}


def test_the_units_of_walls_are_named() -> None:
    net = eg.Network([eg.Linear([[1, 0], [0, 1]], [0, 0]), eg.ReLU()])
    P = partitions(net)
    walls = eg.trace_layers(net, P.cells[0]).walls
    assert sorted(w.unit for w in walls.values() if w.unit) == [(1, 0), (1, 1)]
    assert sum(w.unit is None for w in walls.values()) == 2


def test_a_cell_and_a_point_inside_it_have_the_same_trace() -> None:
    net = eg.Network(
        [eg.Linear([[1, 2], [3, "-1/2"]], [0, 1]), eg.LeakyReLU("1/4"), eg.Linear([[1, -1]], [0])]
    )
    for cell in partitions(net).cells:
        assert eg.trace_layers(net, cell).layers == eg.trace_layers(net, cell.centroid).layers


def test_facets_of_others_are_refused() -> None:
    net = eg.Network([eg.Linear([[1, 0], [0, 1]], [0, 0]), eg.ReLU()])
    P = partitions(net)
    trace = eg.trace_layers(net, P.cells[0])
    foreign = next(f for f in P.facets if P.cells[0].id not in f.cell_ids)
    with pytest.raises(eg.InvalidInput, match="is not one of"):
        trace.facet_area(foreign)
    whole = eg.partition(net)
    with pytest.raises(eg.UnboundedError, match="bounded"):
        _ = eg.trace_layers(net, whole.cells[0]).walls
