"""Exploration through facets finds exactly what the face lattice has: cells, facets, ridges, volumes."""

from __future__ import annotations

import pickle
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.certificates import verify
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.partition.boxes_lattice import partition_lattice
from exactgeom.partition.explore import explore
from exactgeom.partition.explore_result import Exploration
from exactgeom.testkit.strategies import arrangements, networks
from tests.partition.cell_cases import domains, local_planes, plane_of, planes_across, trees
from tests.partition.test_programs import programs


def seeds_in(data: Any, domain: Any) -> list[Any]:
    """The centre, a vertex, points on faces: anything in the domain."""
    corners = domain.vertices
    kind = data.draw(st.sampled_from(["centre", "corner", "several", "edge"]))
    if kind == "centre":
        return [domain.centroid]
    picked = data.draw(st.lists(st.sampled_from(corners), min_size=1, max_size=3))
    if kind == "edge":
        p, q = picked[0], data.draw(st.sampled_from(corners))
        return [[(a + b) / 2 for a, b in zip(p, q, strict=True)]]
    return picked[:1] if kind == "corner" else [*picked, domain.centroid]


def ridges_of(partition: Any, cell: Any) -> set[Any]:
    """Pairs of planes of a cell's facets that meet in a ridge; parts of one plane are no pair."""
    found: set[Any] = set()
    d = partition.dimension
    if d == 1:
        return found
    edges = {f.id: set(partition.complex.boundary(d - 1)[f.id].tolist()) for f in cell.facets}
    for ridge in set().union(*edges.values()):
        pair = frozenset(plane_of(partition, cell, f) for f in cell.facets if ridge in edges[f.id])
        found |= {pair} if len(pair) == 2 else set()
    return found


def assert_same(model: Any, domain: Any, cells: Any, found: Exploration, *, ridges: int = 6) -> None:
    assert found.is_complete and list(found.cell_signs) == sorted(cells.cell_signs)
    by_signs = {cell.signs: cell for cell in cells.cells}
    for i, local in enumerate(found):
        cell = by_signs[local.signs]
        assert {signs for wall in found.walls[i] for signs in wall.neighbors} == {
            other.signs for other in cell.neighbors
        }
        assert [found.cell_signs[j] for j in found.neighbors(i)] == sorted({o.signs for o in cell.neighbors})
        if domain is None:
            assert len(local.facets) == len(cell.facets)
        elif i < ridges:
            assert local_planes(local) == planes_across(cells, cell)
            assert local.volume == cell.volume
            planes = {f.number: tuple(map(int, (*f.normal, f.offset))) for f in local.facets}
            meet = {frozenset(planes[n] for n in ridge.numbers) for ridge in local.ridges}
            assert meet == ridges_of(cells, cell)
    if domain is not None:
        assert found.total_volume == domain.volume == cells.total_volume


@given(st.data(), networks())
@settings(max_examples=40)
def test_explorations_of_networks_agree_with_the_lattice(data: Any, model: Any) -> None:
    domain = data.draw(domains(model.input_dim))
    found = explore(model, seeds_in(data, domain), domain)
    cells = eg.partition(model, domain)
    assert_same(model, domain, cells, found)
    assert found.facet_count == cells.f_vector[-2]
    assert verify(found.certificate())


@given(st.data(), arrangements())
@settings(max_examples=30)
def test_explorations_of_arrangements_agree_with_the_lattice(data: Any, model: Any) -> None:
    domain = data.draw(domains(model.input_dim))
    found = explore(model, seeds_in(data, domain), domain)
    cells = eg.partition(model, domain)
    assert_same(model, domain, cells, found)
    assert found.facet_count == cells.f_vector[-2]
    assert verify(found.certificate())


@given(st.data(), st.booleans().flatmap(lambda jumps: programs(jumps=jumps)))
@settings(max_examples=30)
def test_explorations_of_programs_agree_with_the_lattice(data: Any, model: Any) -> None:
    """Maxima, steps with several cells across a facet, blocks that skip."""
    domain = data.draw(domains(model.input_dim))
    found = explore(model, seeds_in(data, domain), domain)
    assert_same(model, domain, eg.partition(model, domain), found)


@given(st.data(), st.integers(1, 3))
@settings(max_examples=25)
def test_explorations_of_trees_agree_with_the_lattice(data: Any, dim: int) -> None:
    """T-junctions: a facet with several cells across, some of which reach beyond it."""
    listed = data.draw(st.lists(trees(dim, 3), min_size=1, max_size=2))
    model = listed[0] if len(listed) == 1 else eg.TreeEnsemble(listed)
    domain = data.draw(domains(dim))
    found = explore(model, seeds_in(data, domain), domain)
    assert_same(model, domain, partition_lattice(model, domain), found)


@given(networks(), st.data())
@settings(max_examples=15)
def test_explorations_of_all_of_space_agree_with_the_lattice(model: Any, data: Any) -> None:
    cells = eg.partition(model)
    seed = [data.draw(st.fractions(-3, 3, max_denominator=4)) for _ in range(model.input_dim)]
    found = explore(model, [seed])
    assert_same(model, None, cells, found)
    assert verify(found.certificate())


@given(networks(input_dims=(1, 2)), st.data())
@settings(max_examples=12)
def test_the_seeds_do_not_matter(model: Any, data: Any) -> None:
    domain = eg.box(-1, 1, dim=model.input_dim)
    points = [
        [data.draw(st.fractions(-1, 1, max_denominator=3)) for _ in range(model.input_dim)] for _ in range(3)
    ]
    assert explore(model, points[:1], domain) == explore(model, points[1:], domain)


# -- degenerate by hand ----------------------------------------------------------------------------


def test_several_deeper_cells_across_one_wall() -> None:
    """A step opens a second layer on one side only: one facet, three cells across it."""
    tree = DecisionTree(
        [
            Split(0, 0, 1, 2),
            Leaf([0]),
            Split(1, F(-1, 2), 3, 4),
            Leaf([1]),
            Split(1, F(1, 2), 5, 6),
            Leaf([2]),
            Leaf([3]),
        ],
        input_dim=2,
    )
    found = explore(tree, [[-1, 0]], eg.box(-1, 1, dim=2))
    left = found.number("-..")
    assert len(found) == 4 and len(found.neighbors(left)) == 3 and found.total_volume == 4
    assert sorted(len(wall.neighbors) for wall in found.walls[left]) == [0, 0, 0, 3]
    assert found.facet_count == 3 + 2 + 3 + 3 + 3 - 1
    with pytest.raises(eg.CertificateError):
        found.certificate()


def test_a_wall_along_the_border_has_nothing_behind() -> None:
    """A unit that vanishes on a facet of the domain: its row is proved by the domain's."""
    net = eg.Network([eg.Linear([[1, 0], [-2, 0], [0, 1]], [-1, 2, 0]), eg.ReLU()])
    found = explore(net, [[1, 0]], eg.box(-1, 1, dim=2))
    assert len(found) == 2 and found.facet_count == 7 and verify(found.certificate())


def test_a_network_in_many_dimensions_is_completed_and_proved() -> None:
    """Three units in R^30: eight cells, no vertex."""
    rows = [[(i * j) % 7 - 3 for i in range(30)] for j in (1, 2, 4)]
    net = eg.Network([eg.Linear(rows, [0, 1, -1]), eg.ReLU()])
    found = explore(net, [[0] * 30], eg.box(-1, 1, dim=30))
    assert len(found) == 8 and found.is_complete and len(found.pairs) == 12
    certificate = found.certificate()
    assert verify(certificate)
    del certificate["claim"]["cells"][3], certificate["evidence"]["cells"][3]
    assert not verify(certificate)


# -- budgets, values, input ------------------------------------------------------------------------

LINES = eg.Arrangement([([1, 0], F(k, 4)) for k in range(-2, 3)] + [([1, 3], F(k, 2)) for k in range(-2, 3)])
SQUARE = eg.box(-1, 1, dim=2)


@given(st.integers(1, 30))
@settings(max_examples=4)
def test_a_budget_leaves_a_part_of_the_exploration(cells: int) -> None:
    whole = explore(LINES, [[0, 0]], SQUARE)
    assume(cells < len(whole))
    with pytest.raises(eg.BudgetExceeded, match=f"after {cells} cells") as caught:
        explore(LINES, [[0, 0]], SQUARE, budget=eg.Budget(cells=cells))
    part: Any = caught.value.partial
    assert len(part) == cells and not part.is_complete and part.frontier
    for i, signs in enumerate(part.cell_signs):
        assert part.walls[i] == whole.walls[whole.number(signs)]
    assert set(part.frontier) <= set(whole.cell_signs) - set(part.cell_signs)
    assert part.total_volume < 4 and part.facet_count >= len(part.pairs)
    with pytest.raises(eg.CertificateError, match="not explored"):
        part.certificate()


def test_a_budget_of_exactly_all_cells_is_enough() -> None:
    whole = explore(LINES, [[0, 0]], SQUARE)
    assert explore(LINES, [[0, 0]], SQUARE, budget=eg.Budget(cells=len(whole), seconds=1000)) == whole


def test_no_time_at_all() -> None:
    with pytest.raises(eg.BudgetExceeded) as caught:
        explore(LINES, [[0, 0]], SQUARE, budget=eg.Budget(seconds=0))
    part: Any = caught.value.partial
    assert len(part) == 0 and len(part.frontier) == 4


def test_2_to_the_40_cells_around_a_seed_do_not_hang() -> None:
    planes = eg.Arrangement([([int(i == j) for i in range(40)], 0) for j in range(40)])
    with pytest.raises(eg.BudgetExceeded) as caught:
        explore(planes, [[0] * 40], eg.box(-1, 1, dim=40), budget=eg.Budget(cells=2))
    part: Any = caught.value.partial
    assert len(part) == 2 and all(len(walls) == 80 for walls in part.walls)


def test_progress_counts_cells() -> None:
    seen: list[tuple[int, int]] = []
    found = explore(LINES, [[0, 0]], SQUARE, progress=lambda done, known: seen.append((done, known)))
    assert [done for done, _ in seen] == list(range(1, len(found) + 1)) and seen[-1] == (len(found),) * 2


def test_explorations_are_immutable_values_that_pickle() -> None:
    found = explore(LINES, [[0, 0]], SQUARE)
    again = pickle.loads(pickle.dumps(found))
    assert (
        again == found
        and hash(again) == hash(found)
        and repr(found) == f"<{len(found)} cells in R^2, complete>"
    )
    with pytest.raises(AttributeError):
        found.frontier = ()  # type: ignore[misc]
    graph = found.to_networkx()
    assert sorted(map(tuple, map(sorted, graph.edges))) == list(found.pairs)
    assert graph.nodes[0]["signs"] == found.cell_signs[0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: explore(LINES, [[0, 0], [2, 0]], SQUARE),
            "seeds[1]: the point lies outside the domain",
        ),
        (lambda: explore(LINES, [[0]], SQUARE), "seeds[0]: expected 2 coordinates, got 1"),
        (lambda: explore(LINES, [0, 0], SQUARE), "seeds[0]: expected a point, got int"),
        (lambda: explore(LINES, [], SQUARE), "seeds: expected at least one point"),
        (lambda: explore(LINES, "here", SQUARE), "seeds: expected a list of points, got str"),
        (lambda: explore(LINES, [[0, float("inf")]], SQUARE), "seeds[0][1]"),
        (lambda: explore(LINES, [[0, 0]], SQUARE, budget=3), "budget: expected a Budget or None, got int"),
        (
            lambda: explore(LINES, [[0, 0]], SQUARE, progress=3),
            "progress: expected a callable or None",
        ),
        (lambda: explore(LINES, [[0, 0]], eg.box(-1, 1, dim=3)), "domain: the model has 2 inputs"),
        (
            lambda: explore("net", [[0, 0]], SQUARE),
            "model: expected a model that can be partitioned",
        ),
        (lambda: explore(LINES, [[0, 0]], SQUARE).number("++"), "signs: no explored cell has these signs"),
    ],
)
def test_bad_input_is_one_clear_line(call: Any, message: str) -> None:
    with pytest.raises(eg.InvalidInput) as caught:
        call()
    assert message in str(caught.value) and "\n" not in str(caught.value)
