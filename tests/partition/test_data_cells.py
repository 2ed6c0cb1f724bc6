"""Cells that hold data: what they weigh, share and touch is what the face lattice says."""

from __future__ import annotations

import pickle
from fractions import Fraction as F
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.curvature.statistical import statistical_ricci
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.partition.boxes_lattice import partition_lattice
from exactgeom.partition.data_cells import data_cells
from exactgeom.testkit.strategies import arrangements, networks, points
from tests.partition.cell_cases import domains, trees
from tests.partition.test_programs import programs


def assert_same(model: Any, domain: Any, cells: Any, table: list[Any], rule: str) -> None:
    data = data_cells(model, table, domain, ties=rule)
    found, known = data.partition, cells.locate(table, ties=rule)
    signs = cells.cell_signs
    filled = sorted(signs[i] for i in range(len(signs)) if i not in known.empty_cells)
    assert list(found.cell_signs) == filled and data.empty_cells == ()
    number = {own: i for i, own in enumerate(signs)}
    for i in range(len(table)):
        assert sorted(found.cell_signs[c] for c in data.cells_of(i)) == sorted(
            signs[c] for c in known.cells_of(i)
        )
    assert data.outside == known.outside and data.outside_share == known.outside_share
    for cell in found.cells:
        same = number[cell.signs]
        assert cell.volume == cells.cells[same].volume and cell.centroid == cells.cells[same].centroid
        if rule != "smallest":  # the lowest cell depends on the numbers
            assert data.masses[cell.id] == known.masses[same]
            assert data.densities[cell.id] == known.densities[same]
            assert data.means[cell.id] == known.means[same]
    assert_shared(cells, found, number)


def assert_shared(cells: Any, found: Any, number: dict[str, int]) -> None:
    areas: dict[Any, Any] = {}
    for facet in cells.facets:
        if facet.is_interior:
            pair = tuple(sorted(cells.cell_signs[i] for i in facet.cell_ids))
            areas[pair] = areas.get(pair, 0) + facet.area
    names = [tuple(found.cell_signs[i] for i in facet.cell_ids) for facet in found.facets]
    assert {pair for pair in areas if set(pair) <= set(found.cell_signs)} == set(names)
    for pair, facet in zip(names, found.facets, strict=True):
        assert facet.area == areas[pair]
        assert all(cell.local.contains(facet.point) for cell in facet.cells)
    vertices = [set(cells.cells[number[own]].vertex_ids) for own in found.cell_signs]
    touching = [
        part
        for size in (1, 2, 3)
        for part in combinations(range(len(vertices)), size)
        if set.intersection(*(vertices[i] for i in part))
    ]
    if len(vertices) <= 9:
        assert list(found.contacts(2)) == touching


RULES = st.sampled_from(["split", "all", "smallest"])


@given(st.data(), networks() | arrangements(), RULES)
@settings(max_examples=40)
def test_data_cells_agree_with_the_lattice(data: Any, model: Any, rule: str) -> None:
    domain = data.draw(domains(model.input_dim))
    cells = eg.partition(model, domain)
    special = st.sampled_from([cell.centroid for cell in cells.cells] + list(cells.vertices))
    table = data.draw(st.lists(special | points(model.input_dim), min_size=1, max_size=6))
    assert_same(model, domain, cells, table, rule)


@given(st.data(), st.booleans().flatmap(lambda jumps: programs(jumps=jumps)), RULES)
@settings(max_examples=25)
def test_data_cells_of_programs_agree_with_the_lattice(data: Any, model: Any, rule: str) -> None:
    domain = data.draw(domains(model.input_dim))
    cells = eg.partition(model, domain)
    special = st.sampled_from([cell.centroid for cell in cells.cells] + list(cells.vertices))
    assert_same(model, domain, cells, data.draw(st.lists(special, min_size=1, max_size=5)), rule)


@given(st.data(), st.integers(1, 3), RULES)
@settings(max_examples=25)
def test_data_cells_of_trees_agree_with_the_lattice(data: Any, dim: int, rule: str) -> None:
    """T-junctions: the part of a facet that two cells share."""
    listed = data.draw(st.lists(trees(dim, 3), min_size=1, max_size=2))
    model = listed[0] if len(listed) == 1 else eg.TreeEnsemble(listed)
    domain = data.draw(domains(dim))
    cells = partition_lattice(model, domain)
    special = st.sampled_from([cell.centroid for cell in cells.cells] + list(cells.vertices))
    assert_same(model, domain, cells, data.draw(st.lists(special, min_size=1, max_size=5)), rule)


LINES = eg.Arrangement([([1, 0], 0), ([0, 1], 0), ([1, 1], F(1, 2))])
SQUARE = eg.box(-1, 1, dim=2)


def test_statistical_curvature_takes_data_cells() -> None:
    """With data in all cells it is the curvature of the whole partition; edges by sign strings."""
    P = eg.partition(LINES, SQUARE)
    table = [cell.centroid for cell in P.cells for _ in range(1 + cell.id)]
    data = data_cells(LINES, table, SQUARE)
    found = data.partition
    for length in ("centroid", "face", "unit", "mean"):
        for neighbours in ("mass", "face"):
            options: Any = {"length": length, "neighbours": neighbours, "alpha": "1/2"}
            ours = statistical_ricci(found, data, **options)
            whole = statistical_ricci(P, P.locate(table), **options)
            named = {frozenset(found.cell_signs[i] for i in edge): value for edge, value in ours.items()}
            expected = {frozenset(P.cell_signs[i] for i in edge): value for edge, value in whole.items()}
            assert named.keys() == expected.keys()
            for edge, value in named.items():
                other = expected[edge]
                assert value == other if ours.is_exact else abs(float(value) - float(other)) < 1e-12


def test_curvature_where_most_cells_are_empty() -> None:
    data = data_cells(LINES, [[F(1, 2), F(1, 2)], [F(-1, 2), F(1, 2)], [F(-1, 2), F(1, 3)]], SQUARE)
    assert data.partition.pairs == ()  # the cell between holds nothing
    data = data_cells(LINES, [["1/8", "1/8"], ["-1/2", "1/2"], ["-1/2", "1/3"]], SQUARE)
    assert data.partition.pairs == ((0, 1),) and dict(data.edge_densities("minimum")).keys() == {(0, 1)}
    assert len(statistical_ricci(data.partition, data)) == 1


def test_the_nerve_of_data_cells_is_a_complex() -> None:
    P = eg.partition(LINES, SQUARE)
    data = data_cells(LINES, [cell.centroid for cell in P.cells], SQUARE)
    nerve = eg.SimplicialComplex(data.partition.contacts(3))
    assert nerve.betti()[:2] == [1, 0] and len(nerve.simplices(1)) == len(P.nerve().simplices(1))


def test_data_of_144_dimensions() -> None:
    """Images in a box: only their cells are made, adjacency without any cell's facets."""
    chance = np.random.default_rng(0)
    weights = [chance.normal(size=(6, 144)).astype(np.float32), chance.normal(size=(4, 6)).astype(np.float32)]
    net = eg.Network(
        [
            eg.Linear(weights[0], [9, -5, 3, 1, -7, 2]),
            eg.ReLU(),
            eg.Linear(weights[1], [1, -2, 3, 4]),
            eg.ReLU(),
        ]
    )
    table = chance.integers(0, 257, size=(16, 144)) / 256
    data = data_cells(net, table, eg.box(0, 1, dim=144), labels=[i % 3 for i in range(16)])
    assert sum(data.masses) == 1 and not data.ties and not data.outside
    assert [data.partition.cell_signs[c] for c in data.cells.tolist()] == [net.signs(x) for x in table]
    for facet in data.partition.facets:
        a, b = (cell.signs for cell in facet.cells)
        assert a != b
        assert all(cell.local.contains(facet.point) for cell in facet.cells)
    with pytest.raises(eg.InvalidInput, match="up to dimension 8"):
        data.densities  # noqa: B018


def test_unbounded_cells_have_no_density() -> None:
    data = data_cells(LINES, [[1, 1], [0, 0], ["1/8", "1/8"]])
    assert data.ties == {1: data.cells_of(1)} and len(data.cells_of(1)) == 4
    bounded = [cell.signs for cell in data.partition.cells if cell.is_bounded]
    assert bounded == ["++-"]
    with pytest.raises(eg.UnboundedError):
        data.densities  # noqa: B018
    with pytest.raises(eg.UnboundedError):
        data.partition.cells[0].centroid  # noqa: B018
    assert len(data.table()) == len(data.partition.cells)


def test_a_tree_that_rounds_its_inputs_rounds_first() -> None:
    tree = DecisionTree([Split(0, F(1, 3), 1, 2), Leaf([0]), Leaf([1])], input_dim=1)
    data = data_cells(tree, [["1/3"], [0], [1], [5]], eg.box(0, 1, dim=1))
    assert data.ties == {0: (0, 1)} and data.outside == (3,) and data.partition.facets[0].area == 1
    assert data.partition.facets[0].point == (F(1, 3),)


def test_data_cells_are_immutable_values_that_pickle() -> None:
    data = data_cells(LINES, [[1, 1], [0, 0]], SQUARE, labels=["a", "b"], weights=[1, 3])
    found = data.partition
    for value in (data, found, *found.cells, *found.facets):
        again = pickle.loads(pickle.dumps(value))
        assert again == value and hash(again) == hash(value) and repr(value).startswith("<")
    with pytest.raises(AttributeError):
        found.cells[0].id = 3
    assert data.class_masses["b"][0] + data.class_masses["a"][0] == data.masses[0]
    assert data.to_json()["schema"] == "exactgeom/data-1"
    assert [cell.id for cell in found.cells[0].neighbors] == [sum(pair) for pair in found.pairs if 0 in pair]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data_cells(LINES, [[0, 0], [0]], SQUARE), "points[1]: expected 2 coordinates, got 1"),
        (lambda: data_cells(LINES, [[0, float("nan")]], SQUARE), "points[0][1]"),
        (lambda: data_cells(LINES, [[0, 0]], SQUARE, ties="none"), "ties: expected one of split"),
        (lambda: data_cells(LINES, [[0, 0]], SQUARE, ties="refuse"), "points[0]: the point lies in 4 cells"),
        (lambda: data_cells(LINES, [[0, 0]], "box"), "domain: expected a Polytope or None"),
        (lambda: data_cells(3, [[0, 0]], SQUARE), "model: expected a model that can be partitioned"),
        (lambda: data_cells(LINES, [[0, 0]], SQUARE).partition.number("+"), "signs: no cell that holds data"),
    ],
)
def test_bad_input_is_one_clear_line(call: Any, message: str) -> None:
    with pytest.raises(eg.InvalidInput) as caught:
        call()
    assert message in str(caught.value) and "\n" not in str(caught.value)
