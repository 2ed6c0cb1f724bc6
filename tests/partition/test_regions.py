"""Regions: labels, measures, convexity by a second route, counts against known bounds."""

from __future__ import annotations

import pickle
from fractions import Fraction as F
from itertools import product
from math import comb
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.models.sites import Sites
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.partition.boxes import partition_boxes
from exactgeom.partition.regions import regions
from exactgeom.testkit.strategies import networks, points

CORNER = eg.Network([eg.Linear([[1, 0], [0, 1], [0, 0]], [0, 0, 0])])


def winner(values: Any) -> int:
    return int(values[0] > 0) if len(values) == 1 else max(range(len(values)), key=lambda k: (values[k], -k))


def small(**kwargs: Any) -> st.SearchStrategy[eg.Network]:
    return networks(widths=(1, 2, 3), input_dims=(1, 2), **kwargs)


# -- measures ------------------------------------------------------------------------------------------


@given(networks(widths=(1, 2, 3)), st.sampled_from(["activation", "affine", "argmax"]))
@settings(max_examples=30)
def test_regions_tile_the_domain_and_share_their_interfaces(net: eg.Network, by: str) -> None:
    P = eg.partition(net, eg.box(-1, 1, dim=net.input_dim))
    found = P.regions(by=by)
    assert sum(region.volume for region in found) == P.total_volume
    assert sorted(i for region in found for i in region.cell_ids) == list(range(len(found.partition.cells)))
    shared = sum((region.interface_area for region in found), eg.Surd(0))
    edges = found.adjacency.edges(data="area")
    assert shared == 2 * sum((area for _, _, area in edges), eg.Surd(0))
    outside = sum((region.perimeter - region.interface_area for region in found), eg.Surd(0))
    assert outside == 2 * net.input_dim * 2 ** (net.input_dim - 1)
    for region in found:
        assert sum(map(len, region.components)) == len(region.cell_ids)
        assert all(found.of_cell(i).id == region.id for i in region.cell_ids)


@given(networks(widths=(1, 2, 3)))
@settings(max_examples=20)
def test_activation_regions_are_the_cells(net: eg.Network) -> None:
    P = eg.partition(net, eg.box(-1, 1, dim=net.input_dim))
    for region, cell in zip(P.regions(), P.cells, strict=True):
        assert (region.label, region.volume, region.cell_ids) == (cell.signs, cell.volume, (cell.id,))
        assert region.outer_facets == cell.facet_ids and region.is_convex and region.component_count == 1


@given(networks(widths=(1, 2, 3)))
@settings(max_examples=30)
def test_affine_regions_are_maximal(net: eg.Network) -> None:
    found = eg.partition(net, eg.box(-1, 1, dim=net.input_dim)).regions(by="affine")
    for region in found:
        assert {cell.affine_map for cell in region.cells} == {region.label}
        assert region.component_count == 1
    for a, b in found.adjacency.edges:
        assert found[a].label != found[b].label


@given(small(outputs=(1, 2, 3)), st.data())
@settings(max_examples=30)
def test_argmax_regions_hold_the_points_of_their_class(net: eg.Network, data: st.DataObject) -> None:
    domain = eg.box(-1, 1, dim=net.input_dim)
    found = eg.partition(net, domain).regions(by="argmax")
    assert list(found.labels) == sorted(set(found.labels))
    for region in found:
        assert {winner(net(cell.centroid)) for cell in region.cells} == {region.label}
    if net.output_dim > 1:
        for k in range(net.output_dim):  # the constant classifier k disagrees everywhere else
            constant = eg.Network(
                [
                    eg.Linear(
                        [[0] * net.input_dim] * net.output_dim, [int(i == k) for i in range(net.output_dim)]
                    )
                ]
            )
            inside = sum((region.volume for region in found if region.label == k), F(0))
            assert inside == domain.volume - eg.compare(net, constant, domain).disagreement_volume


# -- convexity -----------------------------------------------------------------------------------------


def hull_volume(region: Any) -> F:
    return eg.Polytope.from_vertices([v for cell in region.cells for v in cell.vertices]).volume


@given(networks(widths=(1, 2, 3)), st.sampled_from(["affine", "argmax", "modulo"]))
@settings(max_examples=30)
def test_convexity_agrees_with_the_volume_of_the_hull(net: eg.Network, by: str) -> None:
    P = eg.partition(net, eg.box(-1, 1, dim=net.input_dim))
    found = P.regions(by=(lambda cell: cell.id % 2) if by == "modulo" else by)
    for region in found:
        assert region.is_convex == (hull_volume(region) == region.volume)


def test_a_cross_has_a_nonconvex_region() -> None:
    P = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))
    first, second = P.regions(by=lambda cell: cell.signs == "++")
    assert (first.is_convex, second.is_convex) == (True, False)
    assert (first.volume, second.volume) == (1, 3)
    diagonal = P.regions(by=lambda cell: cell.signs[0] == cell.signs[1])
    assert [region.component_count for region in diagonal] == [2, 2]
    assert not any(region.is_convex for region in diagonal)
    for whole in (eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)])),):
        first, second = whole.regions(by=lambda cell: cell.signs == "++")
        assert (first.is_convex, second.is_convex) == (True, False)


# -- the whole space -----------------------------------------------------------------------------------


def test_regions_of_the_whole_plane() -> None:
    found = eg.partition(CORNER).regions(by="argmax")
    assert len(found) == 3 and all(region.is_convex for region in found)
    assert found.adjacency.number_of_edges() == 3
    with pytest.raises(eg.UnboundedError):
        _ = found[0].volume
    with pytest.raises(eg.UnboundedError):
        _ = found[0].perimeter


# -- other labels --------------------------------------------------------------------------------------


def test_owners_of_sites() -> None:
    sites = Sites([[0, 0], [2, 0], [0, 2]])
    found = eg.partition(sites, eg.box(-1, 3, dim=2)).regions(by="owner")
    assert found.labels == (0, 1, 2)
    for region in found:
        assert region.is_convex and sites.owner(region.cells[0].centroid) == region.label


@given(st.lists(points(2), min_size=1, max_size=6, unique=True))
@settings(max_examples=20)
def test_voronoi_regions_are_their_cells(places: list[Any]) -> None:
    found = eg.partition(Sites(places), eg.box(-2, 2, dim=2)).regions(by="owner")
    assert all(len(region.cells) == 1 and region.is_convex for region in found)


def test_leaves_and_classes_of_a_tree() -> None:
    tree = DecisionTree(
        [Split(0, 0, 1, 2), Leaf([1, 0]), Split(1, 0, 3, 4), Leaf([1, 0]), Leaf([0, 1])], input_dim=2
    )
    P = partition_boxes(tree, eg.box(-1, 1, dim=2))
    assert sorted(regions(P, "leaf").labels) == [1, 3, 4]
    first, second = regions(P, "argmax")
    assert (first.volume, second.volume) == (3, 1)
    assert (first.is_convex, second.is_convex) == (False, True)
    assert second.interface_area == 2 and first.perimeter == 8
    assert [region.component_count for region in regions(P, "affine")] == [1, 1]


def test_a_tree_on_a_polytope_has_the_regions_of_its_boxes() -> None:
    tree = DecisionTree(
        [Split(0, 0, 1, 2), Leaf([1, 0]), Split(1, 0, 3, 4), Leaf([1, 0]), Leaf([0, 1])], input_dim=2
    )
    P = eg.partition(tree, eg.cross_polytope(2))
    assert sorted(P.regions(by="leaf").labels) == [1, 3, 4]
    first, second = P.regions(by="argmax")
    assert (first.volume, second.volume) == (F(3, 2), F(1, 2))
    assert (first.is_convex, second.is_convex) == (False, True)
    found = P.decision_boundary()
    assert (found.area, found.component_count, found.complex.f_vector) == (2, 1, (3, 2))
    jumps = P.jump_facets()
    assert [jump.facet.id for jump in jumps] == list(found.facet_ids)
    forest = TreeEnsemble.mean([tree, tree])
    assert set(eg.partition(forest, eg.cross_polytope(2)).regions(by="leaf").labels) == {
        (1, 1),
        (3, 3),
        (4, 4),
    }


@pytest.mark.parametrize("by", ["leaf", "owner", "colour", 3, lambda cell: []])
def test_labels_a_model_does_not_have_are_refused(by: Any) -> None:
    with pytest.raises(eg.InvalidInput):
        eg.partition(CORNER, eg.box(0, 1, dim=2)).regions(by=by)


def test_an_arrangement_has_no_classes_and_no_map() -> None:
    P = eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 1, dim=1))
    for by in ("affine", "argmax"):
        with pytest.raises(eg.InvalidInput):
            P.regions(by=by)


def test_regions_pickle() -> None:
    found = pickle.loads(pickle.dumps(eg.partition(CORNER, eg.box(-1, 1, dim=2)).regions(by="argmax")))
    assert [region.volume for region in found] == [F(3, 2), F(3, 2), 1]


# -- counts --------------------------------------------------------------------------------------------


def sawtooth(depth: int) -> eg.Network:
    """The tent map composed `depth` times: 2^depth pieces on [0, 1]."""
    layers: list[Any] = []
    for _ in range(depth):
        layers += [eg.Linear([[2], [4]], [0, -2]), eg.ReLU(), eg.Linear([[1, -1]], [0])]
    return eg.Network(layers)


@pytest.mark.parametrize("depth", range(1, 9))
def test_a_sawtooth_of_depth_l_has_2_to_the_l_pieces(depth: int) -> None:
    P = eg.partition(sawtooth(depth), eg.box(0, 1, dim=1))
    found = P.regions(by="affine")
    assert len(found) == 2**depth
    assert {abs(region.label[0][0][0]) for region in found} == {2**depth}
    assert {region.volume for region in found} == {F(1, 2**depth)}


def serra_bound(inputs: int, widths: tuple[int, ...]) -> int:
    """Serra, Tjandraatmadja, Ramalingam (2018), Theorem 1: sum over J of prod C(n_l, j_l)."""
    total = 0
    for j in product(*(range(n + 1) for n in widths)):
        limit, good = inputs, True
        for n, k in zip(widths, j, strict=True):
            good &= k <= limit
            limit = min(limit, n - k)
        total += good * _choices(widths, j)
    return total


def _choices(widths: tuple[int, ...], j: tuple[int, ...]) -> int:
    result = 1
    for n, k in zip(widths, j, strict=True):
        result *= comb(n, k)
    return result


def montufar_bound(inputs: int, widths: tuple[int, ...]) -> int:
    """Montufar (2017), Proposition 3: the product over layers of sum_{j <= m_l} C(n_l, j)."""
    total, limit = 1, inputs
    for n in widths:
        limit = min(limit, n)
        total *= sum(comb(n, j) for j in range(limit + 1))
    return total


@given(networks(input_dims=(1, 2), widths=(1, 2, 3, 4), depths=(1, 2), activations=st.just(eg.ReLU())))
@settings(max_examples=40)
def test_region_counts_stay_below_the_published_bounds(net: eg.Network) -> None:
    relus = [i for i, layer in enumerate(net.layers) if isinstance(layer, eg.ReLU)]
    widths = tuple(net.widths[i] for i in relus)
    P = eg.partition(net)
    bound = serra_bound(net.input_dim, widths)
    assert bound <= montufar_bound(net.input_dim, widths)
    assert len(P.regions(by="affine")) <= len(P.cells) <= bound


def test_the_bound_is_attained_by_one_generic_layer() -> None:
    lines = eg.Network([eg.Linear([[1, 0], [0, 1], [1, 1], [1, 2]], [0, 0, 1, 3]), eg.ReLU()])
    assert len(eg.partition(lines).cells) == serra_bound(2, (4,)) == montufar_bound(2, (4,)) == 11
