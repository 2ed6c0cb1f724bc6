"""The slicing engine and the models agree: every cell is where its model sends its points."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.models.linear_classifier import LinearClassifier
from exactgeom.models.mars import Hinge, Mars
from exactgeom.models.sites import Sites
from exactgeom.testkit.strategies import points
from tests.models.test_linear_classifier import classifiers
from tests.models.test_mars import splines
from tests.models.test_sites import sites


def value(affine, x):
    slopes, constants = affine
    return tuple(
        sum((a * c for a, c in zip(row, x, strict=True)), b) for row, b in zip(slopes, constants, strict=True)
    )


def check_cells(model, dim):
    """Signs and maps of all cells against the model at their centroids; volumes that fill the box."""
    partition = eg.partition(model, eg.box(-1, 1, dim=dim))
    assert partition.total_volume == 2**dim == sum(cell.volume for cell in partition.cells)
    signs = [cell.signs for cell in partition.cells]
    assert len(set(signs)) == len(signs)
    for cell in partition.cells:
        assert cell.signs == model.signs(cell.centroid)
        if cell.affine_map is not None:
            assert value(cell.affine_map, cell.centroid) == model(cell.centroid)
    return partition


@given(sites(dims=(1, 2)), st.data())
@settings(max_examples=25)
def test_cells_of_sites_are_their_owners_and_facets_are_bisectors(model, data):
    partition = check_cells(model, model.input_dim)
    owners = [model.owner_of_signs(cell.signs) for cell in partition.cells]
    assert len(set(owners)) == len(owners)
    for facet in partition.facets:
        if len(facet.cells) == 2:
            i, j = (owners[k] for k in facet.cells)
            gap = [b - a for a, b in zip(model.points[i], model.points[j], strict=True)]
            normal = facet.area_vector
            assert all(a * d == b * c for (a, b), (c, d) in combinations(zip(gap, normal, strict=True), 2))
            assert sum(a * b for a, b in zip(gap, normal, strict=True)) > 0  # from i towards j
    x = data.draw(points(model.input_dim))
    assert model.owner(x) in range(len(model.points))


@given(sites(dims=(1, 2), sizes=(1, 2, 3)))
@settings(max_examples=15)
def test_voronoi_cells_of_the_whole_space(model):
    space = eg.partition(Sites(model.points), None)
    assert len(space.cells) == len(set(model.points))  # no Voronoi cell is empty
    assert space.euler_characteristic == (-1) ** model.input_dim


@given(classifiers(dims=(1, 2), counts=(2, 3)))
@settings(max_examples=25)
def test_cells_of_linear_classifiers(model):
    check_cells(model, model.input_dim)


@given(classifiers(dims=(2,), counts=(3,), rules=["votes"]))
@settings(max_examples=15)
def test_votes_cut_along_the_arrangement_of_the_pairs(model):
    planes = [(row, -b) for row, b in zip(model.weight, model.bias, strict=True) if any(row)]
    arrangement = eg.Arrangement(planes, dim=model.input_dim)
    assert eg.partition(model, None).f_vector == arrangement.f_vector


@given(splines(dims=(1, 2), degrees=(0, 1)) | splines(dims=(1, 2), degrees=(2,)))
@settings(max_examples=25)
def test_cells_of_splines_are_boxes_between_knots(model):
    partition = check_cells(model, model.input_dim)
    walls = [[-1, *(t for t in knots if -1 < t < 1), 1] for knots in model.knots]
    lengths = [[b - a for a, b in pairwise(line)] for line in walls]
    areas = sorted(lengths[0] if len(lengths) == 1 else [a * b for a in lengths[0] for b in lengths[1]])
    assert sorted(cell.volume for cell in partition.cells) == areas
    assert all((cell.affine_map is None) == (model.degree > 1) for cell in partition.cells)


def test_coincident_sites_share_a_cell():
    partition = eg.partition(Sites([[0, 0], [0, 0], ["1/2", 0]]), eg.box(-1, 1, dim=2))
    assert {cell.signs: cell.volume for cell in partition.cells} == {"00-": F(5, 2), "--0": F(3, 2)}


def test_cocircular_sites_meet_in_one_vertex():
    space = eg.partition(Sites([[0, 0], [2, 0], [0, 2], [2, 2]]), None)
    assert space.f_vector == (1, 4, 4)


def test_an_empty_power_cell_is_no_cell():
    hidden = Sites([[0], [1], [2]], weights=[4, 0, 4])
    assert [cell.signs for cell in eg.partition(hidden, eg.box(-3, 5, dim=1)).cells] == ["0--", "--0"]


def test_confidence_cuts_what_votes_leave_tied():
    weight, bias = [[1, 0], [-1, 0], [0, 1]], [0, 0, 0]
    votes = LinearClassifier(weight, bias, rule="votes")
    sure = LinearClassifier(weight, bias, rule="votes, then confidence")
    box = eg.box(-1, 1, dim=2)
    assert len(eg.partition(votes, box).cells) < len(eg.partition(sure, box).cells)


def test_an_additive_spline_equals_a_network():
    spline = Mars([("1/2", []), (2, [Hinge(0, 0)]), (-1, [Hinge(1, "1/3", "-")])], input_dim=2)
    network = eg.Network([eg.Linear([[1, 0], [0, -1]], [0, "1/3"]), eg.ReLU(), eg.Linear([[2, -1]], ["1/2"])])
    box = eg.box(-1, 1, dim=2)
    ours, theirs = eg.partition(spline, box), eg.partition(network, box)
    assert ours.f_vector == theirs.f_vector
    maps = {cell.centroid: cell.affine_map for cell in theirs.cells}
    assert {cell.centroid: cell.affine_map for cell in ours.cells} == maps


@pytest.mark.parametrize("name", ["braid", "shi", "catalan", "linial", "boolean", "resonance"])
def test_named_arrangements_are_sliced_into_as_many_faces_as_counted(name):
    for n in (1, 2, 3):
        arrangement = getattr(eg.Arrangement, name)(n)
        assert eg.partition(arrangement, None).f_vector == arrangement.f_vector
