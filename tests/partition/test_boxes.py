"""Laws of partitions into boxes: they tile, they follow the model, they agree with plain counting."""

from __future__ import annotations

import pickle
import random
from fractions import Fraction as F
from itertools import pairwise, product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactgeom.exact import BudgetExceeded, InvalidInput, Surd, UnboundedError
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.models.tree_ensemble import TreeEnsemble, argmax
from exactgeom.partition.boxes import Box, BoxPartition, partition_boxes
from exactgeom.partition.boxes_contacts import contacts, overlaps
from exactgeom.polyhedra import box, simplex

ENDS = [F(-2), F(-1), F(-1, 2), F(0), F(1, 3), F(1, 2), F(1), F(3)]  # the edge -1 and 1 and beyond
DOMAINS = [
    Box.cube(-1, 1, dim=3),
    Box([(-1, 1), (None, "1/2"), (0, None)]),
    Box.cube(None, None, dim=3),
    Box([("1/3", "1/2"), (-1, None), (None, None)]),
]


@st.composite
def trees(draw, dim=3, max_splits=7, outputs=1):
    value = st.lists(st.integers(0, 2), min_size=outputs, max_size=outputs)
    nodes, leaves = [Leaf(draw(value))], [0]
    for _ in range(draw(st.integers(0, max_splits))):
        at = leaves.pop(draw(st.integers(0, len(leaves) - 1)))
        k = len(nodes)
        feature = draw(st.integers(0, dim - 1))
        nodes[at] = Split(feature, draw(st.sampled_from(ENDS)), k, k + 1, draw(st.booleans()))
        nodes += [Leaf(draw(value)), Leaf(draw(value))]
        leaves += [k, k + 1]
    return DecisionTree(nodes, dim)


models = st.one_of(trees(), st.lists(trees(max_splits=4), max_size=3).map(lambda ts: sums(ts)))


def sums(members):
    return TreeEnsemble(members, init=[F(1, 3)], input_dim=3)


def inner_points(domain):
    """One point in every open box of the grid that all possible thresholds make."""
    axes = []
    for low, high in domain.intervals:
        ends = sorted({e for e in ENDS if (low is None or low < e) and (high is None or e < high)})
        ends = (
            [ends[0] - 2 if low is None else low, *ends, ends[-1] + 2 if high is None else high]
            if ends
            else [low, high]
        )
        axes.append([(a + b) / 2 for a, b in pairwise(ends)])
    return list(product(*axes))


@given(models, st.sampled_from(DOMAINS))
def test_cells_are_the_leaves_with_an_interior(model, domain):
    P = partition_boxes(model, domain)
    points = inner_points(domain)
    owners = {x: model.apply(x) for x in points}
    assert {c.leaf for c in P.cells} == set(owners.values()) and len(P.cells) == len(set(owners.values()))
    located = P.locate(points)
    for x, found in zip(points, located, strict=True):
        (cell,) = found
        assert P.cells[cell].leaf == owners[x] and P.cell_of(x) == cell
        assert P.cells[cell].value == model(x)
        assert model.signs(x) == P.cells[cell].signs
    leaves = [c.leaves for c in P.cells]
    assert leaves == sorted(leaves) and P.validate(), str(P.validate())


@given(models, st.lists(st.sampled_from([*ENDS, F(1, 7)]), min_size=3, max_size=3), st.sampled_from(DOMAINS))
def test_points_on_walls_lie_in_every_cell_that_touches_them(model, x, domain):
    P = partition_boxes(model, domain)
    (found,) = P.locate([x])
    assert found == tuple(c.id for c in P.cells if Box(c.box).contains(x))
    if not domain.contains(x):
        assert found == ()
        with pytest.raises(InvalidInput, match="point: the point lies outside the domain"):
            P.cell_of(x)
    else:
        owner = P.cell_of(x)
        assert found and (owner is None or (owner in found and P.cells[owner].leaf == model.apply(x)))
        if all(a is None or a < v for v, (a, _) in zip(x, domain.intervals, strict=True)) and not any(
            node.strict for t in model.trees for node in t.nodes if isinstance(node, Split)
        ):
            assert owner is not None  # right-closed boxes: only the low ends of the domain can be orphans


@given(models)
def test_measures_agree_with_plain_products(model):
    domain = DOMAINS[0]
    P = partition_boxes(model, domain)
    volumes = [prod(b - a for a, b in c.box) for c in P.cells]
    assert [c.volume for c in P.cells] == volumes == list(P.volumes)
    assert sum(volumes) == P.total_volume == domain.volume == 8
    for cell in P.cells:
        assert [
            sum(column)
            for column in zip(
                *([s if f.cell_ids[0] == cell.id else -s for s in f.area_vector] for f in cell.facets),
                strict=True,
            )
        ] == [0, 0, 0]  # Minkowski
        sides = [
            sum((F(abs(sum(f.area_vector))) for f in cell.facets if f.axis == k), F(0)) for k in range(3)
        ]
        assert sides == [2 * cell.volume / (b - a) for a, b in cell.box]
        assert cell.centroid == tuple((a + b) / 2 for a, b in cell.box)
        assert cell.affine_map == (((F(0),) * 3,), cell.value)
    for facet in P.facets:
        assert facet.area == Surd(P.areas[facet.id]) == Surd(abs(sum(facet.area_vector)))
        assert facet.dim == 2 and facet.box[facet.axis][0] == facet.box[facet.axis][1]


@given(models, st.sampled_from(DOMAINS))
def test_neighbours_are_the_pairs_that_touch(model, domain):
    P = partition_boxes(model, domain)

    def touch(p, q):
        lows, highs = np.maximum(P.low[p], P.low[q]), np.minimum(P.high[p], P.high[q])
        return (lows <= highs).all() and (lows == highs).sum() == 1

    pairs = {(p, q) for p in range(len(P.cells)) for q in range(p) if touch(p, q)}
    inner = [f for f in P.facets if f.is_interior]
    assert {(f.cell_ids[1], f.cell_ids[0]) for f in inner} == pairs and len(inner) == len(pairs)
    graph = P.to_networkx()
    assert set(map(frozenset, graph.edges)) == {frozenset(pair) for pair in pairs}
    for cell in P.cells:
        assert {n.id for n in cell.neighbors} == set(graph[cell.id])
        assert graph.nodes[cell.id]["signs"] == cell.signs
    for f in inner:
        edge = graph.edges[f.cell_ids]
        assert edge["facets"] == (f.id,) and edge["area"] == (f.area if f.is_bounded else None)


def inside(a, b):
    """A number in an interval whose ends may be infinite."""
    finite = [end for end in (a, b) if end is not None] or [F(0)]
    return sum(finite) / len(finite)


@given(models)
def test_the_whole_space_has_cells_with_rays_and_lines(model):
    P = partition_boxes(model)
    assert not P.is_bounded and P.domain == Box.cube(None, None, dim=3)
    with pytest.raises(UnboundedError):
        _ = P.total_volume
    for cell in P.cells:
        ends = [e for pair in cell.box for e in pair]
        assert len(cell.rays) + 2 * len(cell.lineality) == ends.count(None)
        assert cell.is_bounded == (None not in ends)
        middle = [inside(a, b) for a, b in cell.box]
        for ray in [*cell.rays, *cell.lineality, *(tuple(-c for c in v) for v in cell.lineality)]:
            assert cell.id in P.locate([[m + 100 * r for m, r in zip(middle, ray, strict=True)]]).cells_of(0)
        if not cell.is_bounded:
            with pytest.raises(UnboundedError, match="infinite"):
                _ = cell.volume
            with pytest.raises(UnboundedError, match="no centre"):
                _ = cell.centroid
    assert all(f.is_interior for f in P.facets)  # the space has no boundary


@given(st.lists(trees(max_splits=3), min_size=1, max_size=3))
def test_the_order_of_trees_does_not_change_the_boxes(members):
    boxes = {c.box for c in partition_boxes(sums(members), DOMAINS[1]).cells}
    again = partition_boxes(sums(members[::-1]), DOMAINS[1])
    assert {c.box for c in again.cells} == boxes and len(again.cells) == len(boxes)
    twice = partition_boxes(sums([*members, *members]), DOMAINS[1])
    assert {c.box for c in twice.cells} == boxes


def test_degenerate_trees():
    leaf = partition_boxes(DecisionTree([Leaf([5])], 2), [(0, 1), (0, 2)])
    assert len(leaf.cells) == 1 and leaf.cells[0].volume == 2 and leaf.cells[0].signs == ""
    assert len(leaf.facets) == 4 and len(leaf.ridges) == 4
    assert all(a.is_multiple_of_pi() == F(1, 2) for r in leaf.ridges for _, _, a in r.angles)
    for threshold, kept in ((0, 2), (1, 1), (-1, 2), (9, 1)):  # on the domain's ends and beyond
        edge = partition_boxes(DecisionTree([Split(0, threshold, 1, 2), Leaf([0]), Leaf([1])], 1), [(0, 1)])
        assert [c.leaf for c in edge.cells] == [kept] and edge.cells[0].volume == 1
    again = [Split(0, 0, 1, 2), Split(0, 0, 3, 4), Split(0, 0, 5, 6), *(Leaf([i]) for i in range(4))]
    repeated = partition_boxes(DecisionTree(again, 1), [(-1, 1)])
    assert [c.leaf for c in repeated.cells] == [3, 6] and repeated.validate()
    # x <= 0 and not x < 0: a leaf of one point, which has no cell
    thin = DecisionTree(
        [Split(0, 0, 1, 2), Split(0, 0, 3, 4, strict=True), *(Leaf([i]) for i in range(3))], 1
    )
    P = partition_boxes(thin, [(-1, 1)])
    assert thin.apply([0]) == 4 and [c.leaf for c in P.cells] == [2, 3]
    assert P.cell_of([0]) is None and tuple(P.locate([[0]])) == ((0, 1),)


def test_one_dimension_has_points_as_facets_and_no_ridges():
    P = partition_boxes(DecisionTree([Split(0, "1/2", 1, 2), Leaf([0]), Leaf([1])], 1), [(0, 1)])
    assert [(f.cell_ids, f.area, f.area_vector) for f in P.facets] == [
        ((0,), Surd(1), (-1,)),
        ((0, 1), Surd(1), (1,)),
        ((1,), Surd(1), (1,)),
    ]
    assert len(P.ridges) == 0 and P.dimension == P.ambient_dimension == 1


def test_regions_by_every_label():
    nodes = [Split(0, 0, 1, 2), Leaf([1, 0]), Split(1, 0, 3, 4), Leaf([0, 1]), Leaf([1, 0])]
    tree = DecisionTree(nodes, 2)
    P = partition_boxes(tree, Box.cube(-1, 1, dim=2))

    def table(regions):
        return {region.label: region.cell_ids for region in regions}

    assert table(P.regions()) == {1: (0,), 3: (1,), 4: (2,)}
    assert table(P.regions("argmax")) == {0: (0, 2), 1: (1,)} and P.affine_map_count == 2
    assert {label[1]: cells for label, cells in table(P.regions("affine")).items()} == {
        (1, 0): (0, 2),
        (0, 1): (1,),
    }
    assert table(P.regions(lambda c: c.volume)) == {2: (0,), 1: (1, 2)}
    outer = next(region for region in P.regions("argmax") if region.label == 0)
    assert (outer.volume, outer.perimeter, outer.is_convex) == (3, 8, False)
    pair = partition_boxes(TreeEnsemble.mean([tree, tree]), Box.cube(-1, 1, dim=2))
    assert table(pair.regions(("leaf", 1))) == table(P.regions())
    assert list(table(pair.regions())) == [(1, 1), (3, 3), (4, 4)]
    for by in ("owner", ("leaf", 2), ("leaf",), 3):
        with pytest.raises(InvalidInput, match="by"):
            pair.regions(by)


def test_values_of_cells_are_the_model_inside():
    rng = random.Random(4)

    def stump():
        a, b = F(rng.randint(-9, 9), 10), F(rng.randint(-9, 9), 7)
        return DecisionTree([Split(rng.randrange(2), a, 1, 2), Leaf([b]), Leaf([rng.randint(0, 3)])], 2)

    model = TreeEnsemble.boosted(
        [[stump() for _ in range(3)] for _ in range(4)], learning_rate=0.1, init=["1/3", 0, 2]
    )
    P = partition_boxes(model, Box.cube(-1, 1, dim=2))
    for cell in P.cells:
        assert cell.value == model(cell.centroid) == cell.affine_map[1]
    classes = P.regions("argmax")
    assert {i for region in classes for i in region.cell_ids} == set(range(len(P.cells)))
    assert all(argmax(P.values[i]) == region.label for region in classes for i in region.cell_ids)


def test_models_that_round_locate_the_rounded_point():
    tree = DecisionTree([Split(0, 0.1, 1, 2), Leaf([0]), Leaf([1])], 1, rounding="float32")
    P, Q = partition_boxes(tree, [(0, 1)]), partition_boxes(tree.folded(), [(0, 1)])
    assert tree.apply([0.1]) == 2  # float32(0.1) > 0.1
    assert tuple(P.locate([[0.1]])) == ((1,),) and P.cells[0].volume == F(0.1) and "rounded" in P.notes[0]
    assert tuple(Q.locate([[0.1]])) == ((1,),)
    assert Q.cells[0].volume == tree.folded().nodes[0].threshold < F(0.1)


def test_thirty_dimensions_need_no_lattice():
    rng = random.Random(1)
    nodes, leaves = [Leaf([0])], [0]
    for i in range(60):
        at = leaves.pop(rng.randrange(len(leaves)))
        k = len(nodes)
        nodes[at] = Split(rng.randrange(30), F(rng.randint(-99, 99), 100), k, k + 1)
        nodes += [Leaf([i]), Leaf([-i])]
        leaves += [k, k + 1]
    tree = DecisionTree(nodes, 30)
    P = partition_boxes(tree, Box.cube(-1, 1, dim=30))
    assert sum(P.volumes) == P.total_volume == 2**30 and P.validate()
    assert P.f_vector is None and P.vertices is None and P.euler_characteristic is None
    for _ in range(50):
        x = [F(rng.randint(-100, 100), 100) for _ in range(30)]
        assert P.cells[P.cell_of(x)].leaf == tree.apply(x)


def test_partitions_and_handles_pickle_and_compare():
    tree = DecisionTree([Split(0, 0, 1, 2), Leaf([0]), Leaf([1])], 2)
    P, Q = partition_boxes(tree, Box.cube(-1, 1, dim=2)), partition_boxes(tree, Box.cube(-1, 2, dim=2))
    twin = pickle.loads(pickle.dumps(P))
    assert twin == P and hash(twin) == hash(P) and P != Q and P != 3 and twin.validate()
    for face in (P.cells[1], P.facets[0], P.ridges[2]):
        copy = pickle.loads(pickle.dumps(face))
        assert copy == face and hash(copy) == hash(face) and copy.volume == face.volume
    assert P.cells[twin.cells[1]] == P.cells[1] != P.facets[1] and P.cells[-1].id == 1
    assert P.cells[0] != Q.cells[0] and len(P.cells[:1]) == 1
    with pytest.raises(AttributeError, match="immutable"):
        P.model = tree
    with pytest.raises(AttributeError, match="immutable"):
        P.cells[0].id = 3
    with pytest.raises(InvalidInput, match="cell of this partition"):
        P.cells[Q.cells[0]]
    with pytest.raises(IndexError, match="facet 99 does not exist"):
        P.facets[99]
    with pytest.raises(ValueError, match="read-only"):
        P.low[0, 0] = 5
    assert repr(P) == "<a partition of dimension 2 into 2 boxes>" and "BoxCell 0" in repr(P.cells[0])
    ridge = P.ridges[0]
    assert P.dihedral_angle(ridge.cell_ids[0], ridge) == ridge.angles[0][2]
    stranger = next(r for r in P.ridges if 0 not in r.cell_ids)
    with pytest.raises(InvalidInput, match="cell 0 does not have ridge"):
        P.dihedral_angle(0, stranger)


def test_domains_of_every_kind():
    tree = DecisionTree([Split(0, 0, 1, 2), Leaf([0]), Leaf([1])], 2)
    same = [
        partition_boxes(tree, d) for d in (box(-1, 1, dim=2), Box.cube(-1, 1, dim=2), [(-1, 1), (-1, "1")])
    ]
    assert same[0] == same[1] == same[2] and isinstance(same[0], BoxPartition)
    wide = Box([(0, "1/2"), (None, 3)])
    assert (
        eval(repr(wide), {"Box": Box}) == wide == pickle.loads(pickle.dumps(wide)) and len({wide, wide}) == 1
    )
    with pytest.raises(UnboundedError):
        _ = wide.volume
    with pytest.raises(AttributeError, match="immutable"):
        wide.intervals = ()


TREE = DecisionTree([Split(0, 0, 1, 2), Leaf([0]), Leaf([1])], 2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: partition_boxes("tree"), "model: expected a DecisionTree or a TreeEnsemble, got str"),
        (lambda: partition_boxes(TREE, simplex(2)), "domain: the box form of a tree needs a box"),
        (lambda: partition_boxes(TREE, box(0, 1, dim=3)), "domain: the model has 2 inputs but .*dimension 3"),
        (lambda: partition_boxes(TREE, [(0, 1)]), "domain: the model has 2 inputs"),
        (lambda: partition_boxes(TREE, 5), "domain: expected a box or None, got int"),
        (lambda: partition_boxes(TREE, [(0, 1), (2, 2)]), r"intervals\[1\]: expected low < high, got 2 >= 2"),
        (lambda: partition_boxes(TREE, [(0, 1), 7]), r"intervals\[1\]: expected a pair"),
        (lambda: partition_boxes(TREE, [(0, float("inf")), (0, 1)]), r"intervals\[0\]\[1\]: .*finite"),
        (lambda: partition_boxes(TREE, cells=0), "cells: expected a whole number of at least 1"),
        (lambda: partition_boxes(TREE).locate([[0]]), r"points\[0\]: expected 2 coordinates, got 1"),
        (lambda: partition_boxes(TREE).affine_map(2), "cell: expected a number below 2, got 2"),
        (lambda: partition_boxes(TREE).affine_map("0"), "cell: expected a cell or its number"),
        (lambda: Box([]), "intervals: expected at least one interval"),
        (lambda: Box.cube(0, 1, dim=0), "dim: expected a positive integer"),
        (lambda: Box.cube(0, 1, dim=2).contains([0]), "point: expected 2 coordinates"),
    ],
)
def test_bad_input_is_refused_in_one_line(make, message):
    with pytest.raises(InvalidInput, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_the_budget_keeps_the_trees_that_fit():
    def stump(f, t):
        return DecisionTree([Split(f, t, 1, 2), Leaf([0]), Leaf([1])], 2)

    model = TreeEnsemble([stump(0, F(k, 9)) for k in range(4)] + [stump(1, 0)])
    with pytest.raises(BudgetExceeded, match="more than 4 cells") as caught:
        partition_boxes(model, Box.cube(-1, 1, dim=2), cells=4)
    partial = caught.value.partial
    assert len(partial.cells) == 4 and len(partial.model.trees) == 3 and partial.validate()
    assert len(partition_boxes(model, Box.cube(-1, 1, dim=2), cells=10).cells) == 10
    with pytest.raises(BudgetExceeded) as caught:
        partition_boxes(TREE, cells=1)
    assert caught.value.partial is None


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_overlaps_by_halving_are_all_pairs(seed, dim):
    """Large enough that families are halved; against the definition."""
    rng = np.random.default_rng(seed)
    families = []
    for count in (300, 320):
        low = rng.integers(0, 12, (count, dim)).astype(np.int32)
        families += [low, low + rng.integers(1, 5, (count, dim)).astype(np.int32)]
    a_low, a_high, b_low, b_high = families
    i, j = overlaps(*families, first=int(rng.integers(dim)))
    meets = ((a_low[:, None] < b_high) & (b_low < a_high[:, None])).all(axis=2)
    assert sorted(zip(i.tolist(), j.tolist(), strict=True)) == sorted(map(tuple, np.argwhere(meets).tolist()))
    axis = int(rng.integers(dim))
    k, m = contacts(a_low, a_high, axis)
    low, high = np.maximum(a_low[:, None], a_low), np.minimum(a_high[:, None], a_high)
    others = [f for f in range(dim) if f != axis]
    touching = (a_high[:, None, axis] == a_low[:, axis]) & (low < high)[..., others].all(axis=2)
    assert sorted(zip(k.tolist(), m.tolist(), strict=True)) == sorted(
        map(tuple, np.argwhere(touching).tolist())
    )
