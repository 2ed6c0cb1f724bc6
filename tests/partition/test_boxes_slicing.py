"""Boxes against the slicing engine: cells, volumes, facets, ridges, angles by two independent routes."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput, Surd
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.partition.boxes import Box, partition_boxes
from exactgeom.partition.boxes_lattice import partition_lattice
from exactgeom.partition.partition import Partition
from exactgeom.polyhedra import box, cross_polytope, simplex

THRESHOLDS = st.sampled_from(
    [F(-2), F(-1), F(-1, 2), F(0), F(1, 3), F(1, 2), F(1), F(3)]
)  # ends and beyond too


@st.composite
def trees(draw, dim, max_splits=5):
    """Random trees: repeated thresholds, splits on the domain's edge and outside of it are common."""
    nodes, leaves = [Leaf([0])], [0]
    for _ in range(draw(st.integers(0, max_splits))):
        at = leaves.pop(draw(st.integers(0, len(leaves) - 1)))
        first = len(nodes)
        nodes[at] = Split(
            draw(st.integers(0, dim - 1)), draw(THRESHOLDS), first, first + 1, draw(st.booleans())
        )
        nodes += [Leaf([first]), Leaf([-first])]
        leaves += [first, first + 1]
    return DecisionTree(nodes, dim)


@st.composite
def ensembles(draw, dim, max_trees=3, max_splits=3):
    count = draw(st.integers(1, max_trees))
    return TreeEnsemble([draw(trees(dim, max_splits)) for _ in range(count)])


def slice_model(model, domain):
    """Cut the domain's face lattice node by node; return the complex and the leaves of its cells."""
    space = domain.complex
    leaves = [()] * space.count(space.dim)
    for tree in model.trees:
        at = [0] * len(leaves)
        while any(isinstance(tree.nodes[i], Split) for i in at):
            i = next(i for i in at if isinstance(tree.nodes[i], Split))
            node = tree.nodes[i]
            here = [c for c, j in enumerate(at) if j == i]
            values = [x[node.feature] - node.threshold for x in space.points]
            space, parents = space.subdivide(values, within=here)
            at = [at[p] for p in parents]
            leaves = [leaves[p] for p in parents]
            for c, j in enumerate(at):
                if j == i:
                    middle = space.measures.centroid(space.dim, c)[node.feature]
                    at[c] = node.right if middle > node.threshold else node.left
        leaves = [(*before, i) for before, i in zip(leaves, at, strict=True)]
    return space, leaves


def compare(model, domain):
    boxes = partition_boxes(model, domain)
    space, leaves = slice_model(model, domain)
    sliced = Partition(space, model=model, domain=domain, cell_signs=[""] * len(leaves))
    mine = {cell.leaves: cell for cell in boxes.cells}
    assert sorted(leaves) == sorted(mine)
    for cell in sliced.cells:
        twin = mine[leaves[cell.id]]
        assert twin.volume == cell.volume and twin.centroid == cell.centroid
        assert twin.box == tuple((min(xs), max(xs)) for xs in zip(*cell.vertices, strict=True))

    def names(ids, table):
        return tuple(sorted(table(i) for i in ids))

    def theirs(i):
        return leaves[i]

    def ours(i):
        return boxes.cells[i].leaves

    def facet(f, table):
        outward = tuple(
            c if table(f.cell_ids[0]) == names(f.cell_ids, table)[0] else -c for c in f.area_vector
        )
        return names(f.cell_ids, table), f.area, outward, f.centroid

    assert Counter(facet(f, ours) for f in boxes.facets) == Counter(facet(f, theirs) for f in sliced.facets)

    def ridge(r, table):
        angles = tuple(sorted((table(c), angle.is_multiple_of_pi()) for c, _, angle in r.angles))
        return names(r.cell_ids, table), r.volume, r.centroid, angles

    def corners(partition, table):
        """Per ridge and cell: which two facets meet there."""
        return Counter(
            (table(cell), tuple(sorted(facet(partition.facets[g], table) for g in pair)))
            for r in partition.ridges
            for cell, pair, _ in r.angles
        )

    if model.input_dim > 1:
        assert Counter(ridge(r, ours) for r in boxes.ridges) == Counter(
            ridge(r, theirs) for r in sliced.ridges
        )
        assert corners(boxes, ours) == corners(sliced, theirs)
    return boxes


@settings(max_examples=25)
@given(st.data(), st.integers(1, 3))
def test_boxes_of_a_tree_are_what_slicing_finds(data, dim):
    compare(data.draw(trees(dim)), box(-1, 1, dim=dim))


@settings(max_examples=25)
@given(st.data(), st.integers(1, 3))
def test_boxes_of_an_ensemble_are_the_common_refinement(data, dim):
    compare(data.draw(ensembles(dim)), box([-1] * dim, ["1/2"] * dim))


def test_in_dimension_four():
    nodes = [Split(0, 0, 1, 2), Split(1, 0, 3, 4), Split(2, 0, 5, 6), Leaf([1]), Split(3, 0, 7, 8)]
    tree = DecisionTree([*nodes, Leaf([2]), Split(1, "1/2", 9, 10), *(Leaf([i]) for i in range(4))], 4)
    other = DecisionTree([Split(3, "1/4", 1, 2), Leaf([1]), Split(0, "1/3", 3, 4), Leaf([2]), Leaf([3])], 4)
    boxes = compare(TreeEnsemble([tree, other]), box(-1, 1, dim=4))
    assert len(boxes.cells) > 10 and boxes.validate()


def test_angles_around_every_inner_ridge_are_a_full_turn():
    tree = DecisionTree(
        [Split(0, 0, 1, 2), Split(1, 0, 3, 4), Split(1, "1/2", 5, 6), *(Leaf([i]) for i in range(4))], 2
    )
    P = compare(tree, box(-1, 1, dim=2))
    for ridge in P.ridges:
        turn = sum(angle.is_multiple_of_pi() for _, _, angle in ridge.angles)
        assert turn == F(sum(c >= 0 for c in ridge.quadrants), 2)
    assert sum(any(a.is_multiple_of_pi() == 1 for _, _, a in r.angles) for r in P.ridges) == 2  # T-junctions
    graph = P.to_networkx(angles=True)
    edge = graph.edges[P.cells[0].id, P.cells[1].id]
    assert edge["area"] == Surd(1) and len(edge["angles"]) == 2


def test_a_wrong_box_is_noticed():
    tree = DecisionTree([Split(0, 0, 1, 2), Leaf([1]), Leaf([2])], 2)
    P = partition_boxes(tree, Box.cube(-1, 1, dim=2))
    high = P.high.copy()
    high[0, 0] = 2  # past the threshold
    broken = type(P)(tree, P.domain, P.low.copy(), high, P.cell_leaves.copy())
    assert P.validate() and not broken.validate()
    assert [name for name, _ in broken.validate().failures] == ["volume", "sides", "leaves"]
    assert "cell 0" in str(broken.validate())


@settings(max_examples=25)
@given(st.data(), st.integers(1, 3))
def test_the_lattice_is_the_one_of_slicing_step_by_step(data, dim):
    model, domain = data.draw(ensembles(dim)), box(-1, 1, dim=dim)
    P = partition_lattice(model, domain)
    space, leaves = slice_model(model, domain)
    assert P.f_vector == space.f_vector and P.euler_characteristic == 1 and P.validate(), str(P.validate())
    assert sorted(model.leaves_at(c.signs) for c in P.cells) == sorted(leaves)
    boxes = {c.leaves: c for c in partition_boxes(model, domain).cells}
    for cell in P.cells:
        twin = boxes[model.leaves_at(cell.signs)]
        assert (cell.volume, cell.signs) == (twin.volume, twin.signs)
        assert model.affine_map(cell.signs) == twin.affine_map


@settings(max_examples=25)
@given(st.data(), st.integers(1, 3))
def test_the_whole_space_by_lattice_and_by_boxes(data, dim):
    model = data.draw(ensembles(dim))
    P, boxes = partition_lattice(model), partition_boxes(model)
    assert P.euler_characteristic == (-1) ** dim and P.validate()
    names = {model.leaves_at(c.signs): c for c in P.cells}
    assert sorted(names) == sorted(c.leaves for c in boxes.cells) and len(names) == len(P.cells)
    for cell in boxes.cells:
        twin = names[cell.leaves]
        assert cell.is_bounded == twin.is_bounded and len(cell.lineality) == len(twin.lineality)

    def facets(partition, label):
        return Counter(
            (frozenset(map(label, f.cell_ids)), f.area if f.is_bounded else None) for f in partition.facets
        )

    lattice = facets(P, lambda i: model.leaves_at(P.cells[i].signs))
    assert facets(boxes, lambda i: boxes.cells[i].leaves) == lattice
    if dim > 1:
        ours = Counter((r.volume if r.is_bounded else None, len(r.cell_ids)) for r in boxes.ridges)
        assert ours == Counter((r.volume if r.is_bounded else None, len(r.cell_ids)) for r in P.ridges)


@settings(max_examples=20)
@given(ensembles(3), st.sampled_from([simplex(3), cross_polytope(3)]))
def test_other_domains_have_a_lattice_too(model, domain):
    P = partition_lattice(model, domain)
    assert P.validate() and P.total_volume == domain.volume and P.euler_characteristic == 1
    for cell in P.cells:
        assert model.apply(cell.centroid) == model.leaves_at(cell.signs)


def test_trees_with_more_splits_than_a_machine_word():
    """A chain of 150 splits: three passes."""
    nodes = []
    for k in range(150):
        nodes += [Split(k % 2, F(k - 70, 75), 2 * k + 1, 2 * k + 2), Leaf([k])]
    tree = DecisionTree([*nodes, Leaf([-1])], 2)
    P, boxes = partition_lattice(tree, box(-1, 1, dim=2)), partition_boxes(tree, Box.cube(-1, 1, dim=2))
    assert Counter((c.signs, c.volume) for c in P.cells) == Counter((c.signs, c.volume) for c in boxes.cells)
    assert len(P.facets) == len(boxes.facets) and len(P.ridges) == len(boxes.ridges)
    assert len(P.cells) > 100


def test_bad_domains_of_a_lattice_are_refused():
    tree = DecisionTree([Leaf([0])], 2)
    for make, message in (
        (lambda: partition_lattice("x"), "model: expected a DecisionTree"),
        (
            lambda: partition_lattice(tree, Box.cube(0, 1, dim=2)),
            "domain: expected a Polytope or None, got Box",
        ),
        (lambda: partition_lattice(tree, box(0, 1, dim=3)), r"full-dimensional domain in R\^2"),
        (lambda: partition_lattice(DecisionTree([Leaf([0])], 40)), "at most dimension 16"),
    ):
        with pytest.raises(InvalidInput, match=message):
            make()
    with pytest.raises(InvalidInput, match="no leaf has these signs"):
        tree.affine_map("+")
    with pytest.raises(InvalidInput, match="string of 0 signs"):
        TreeEnsemble([tree]).affine_map("+")
