"""Laws of exact location: a point is in a cell when it satisfies the inequalities of its vertices' hull."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction as F
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.exact import BudgetExceeded, InvalidInput
from exactgeom.models.mars import Hinge, Mars
from exactgeom.models.tree import Leaf, Split
from exactgeom.partition.boxes import partition_boxes
from exactgeom.partition.locate import locate, locator_of
from exactgeom.partition.locate_boxes_ties import BoxTies
from exactgeom.partition.locate_halfspaces import Halfspaces
from exactgeom.partition.locate_integers import integer_signs
from exactgeom.partition.points import Points
from exactgeom.polyhedra import Polytope
from exactgeom.testkit import strategies as own
from tests.partition.test_programs import programs

few = settings(max_examples=25, deadline=None)


def holds(inequalities: Any, x: Any) -> bool:
    return all(sum(p * q for p, q in zip(a, x, strict=True)) <= b for a, b in inequalities)


def by_vertices(partition: Any, points: Any) -> list[tuple[int, ...]]:
    """Per point the cells whose vertices' convex hull holds it: no signs, no facets, no floats."""
    hulls = [Polytope.from_vertices(cell.vertices).inequalities for cell in partition.cells]
    exact = [[eg.exact(c) for c in x] for x in points]
    return [tuple(i for i, hull in enumerate(hulls) if holds(hull, x)) for x in exact]


def special_points(partition: Any, most: int = 12) -> list[tuple[F, ...]]:
    """Vertices, and centroids of faces of every dimension (some of each)."""
    found = list(partition.vertices[:most])
    for k in range(1, partition.dimension + 1):
        found += [face.centroid for face in list(partition.faces(k))[:most]]
    return found


def neighbours_in_floats(point: Any) -> list[list[float]]:
    """The double nearest to a point, and its neighbours one unit in the last place away."""
    base = [float(c) for c in point]
    found = [base]
    for j, c in enumerate(base):
        for to in (-np.inf, np.inf):
            found.append([*base[:j], float(np.nextafter(c, to)), *base[j + 1 :]])
    return found


def assert_located(partition: Any, points: list[Any]) -> None:
    data = partition.locate(points)
    expected = by_vertices(partition, points)
    assert list(data) == expected
    assert data.outside == tuple(i for i, cells in enumerate(expected) if not cells)
    assert dict(data.ties) == {i: cells for i, cells in enumerate(expected) if len(cells) > 1}
    assert data.cells.tolist() == [cells[0] if cells else -1 for cells in expected]


@few
@given(own.networks(input_dims=(1, 2), wide=True), st.data())
def test_networks_locate_as_their_cells_vertices_do(model: Any, data: Any) -> None:
    partition = eg.partition(model, eg.box(-1, 1, dim=model.input_dim))
    drawn = data.draw(st.lists(own.points(model.input_dim, wide=True), min_size=1, max_size=6))
    special = special_points(partition)
    close = [p for x in special[:6] for p in neighbours_in_floats(x)]
    assert_located(partition, [*drawn, *special, *close])


@settings(max_examples=8, deadline=None)
@given(own.networks(input_dims=(3,), widths=(1, 2, 3)))
def test_networks_in_space(model: Any) -> None:
    assert_located(P := eg.partition(model, eg.box(-1, 1, dim=3)), special_points(P, 8))


@few
@given(own.arrangements(dims=(1, 2)), st.data())
def test_arrangements_on_any_polytope(model: Any, data: Any) -> None:
    domain = data.draw(own.polytopes(dims=(model.dim,), sizes=(3, 4, 5), flat=False))
    partition = eg.partition(model, domain)
    drawn = data.draw(st.lists(own.points(model.dim), max_size=4))
    assert_located(partition, [*drawn, *special_points(partition), *domain.vertices])


@few
@given(programs(jumps=False))
def test_maxima_and_shared_blocks(program: Any) -> None:
    assert_located(P := eg.partition(program, eg.box(-1, 1, dim=program.input_dim)), special_points(P, 8))


@few
@given(programs(jumps=True))
def test_points_on_jumps_belong_to_the_cells_on_both_sides(program: Any) -> None:
    assert_located(P := eg.partition(program, eg.box(-1, 1, dim=program.input_dim)), special_points(P, 8))


@few
@given(programs(jumps=False) | programs(jumps=True), st.data())
def test_signs_and_halfspaces_agree_on_the_whole_space(program: Any, data: Any) -> None:
    partition = eg.partition(program, None)
    dim = program.input_dim
    points = [*partition.vertices[:8], *data.draw(st.lists(own.points(dim, wide=True), max_size=8))]
    points += [tuple(10**30 * c for c in x) for x in points]
    halfspaces = Halfspaces(partition)
    every = range(len(partition.cells))
    assert list(partition.locate(points)) == [
        halfspaces.cells_at(tuple(map(eg.exact, x)), every) for x in points
    ]


def test_a_unit_that_vanishes_on_a_cell_does_not_slow_its_points_down() -> None:
    net = eg.Network(
        [eg.Linear([[1], [1]], [0, 0]), eg.ReLU(), eg.Linear([[1, 1], [1, -1]], [0, 0]), eg.ReLU()]
    )
    partition = eg.partition(net, eg.box(-1, 1, dim=1))
    data = partition.locate([[x / 64 + 1 / 999] for x in range(-64, 64)])
    assert data.exact_count <= 1 and not data.ties
    assert_located(partition, [[-1], [F(-1, 7)], [0], [F(1, 7)], [1]])


# -- near walls, and beyond the doubles ------------------------------------------------------------


@pytest.mark.parametrize("wall", ["1/3", "1/10", "3", "1e-300", "1e300", "1e-320"])
def test_the_doubles_next_to_a_wall_are_told_apart(wall: str) -> None:
    t = eg.exact(wall)
    partition = eg.partition(eg.Arrangement([([1], wall)]), eg.box(0, "1e308", dim=1))
    near = float(t)
    points = [[np.nextafter(near, -np.inf)], [near], [np.nextafter(near, np.inf)], [wall]]
    data = partition.locate(points)
    above = next(cell.id for cell in partition.cells if cell.signs == "+")
    expected = []
    for (x,) in points:
        gap = eg.exact(x) - t
        expected.append((0, 1) if gap == 0 else (above,) if gap > 0 else (1 - above,))
    assert list(data) == expected


def test_a_diagonal_wall_through_doubles() -> None:
    partition = eg.partition(eg.Arrangement([([0.1, -0.3], 0)]), eg.box(-1, 1, dim=2))
    points = [p for k in range(1, 40) for p in neighbours_in_floats([k * 0.3 / 20, k * 0.1 / 20])]
    points += [["3/10", "1/10"], [F(0.3), F(0.1)], [0.3, 0.1]]
    assert_located(partition, points)
    data = partition.locate(points)
    assert len(data.ties) >= 1 and 0 < data.exact_count <= len(points)
    far = [[k / 64, -k / 64 - 0.01] for k in range(60)]
    assert partition.locate(far).exact_count == 0


def test_huge_and_tiny_numbers() -> None:
    partition = eg.partition(eg.Arrangement([([1, 1], 0), ([1, -1], "1e400")]), None)
    points = [["1e400", 0], ["1e400", "1e-400"], ["1e400", "-1e-400"], [1e308, 1e308], [1e308, -1e308]]
    points += [[5e-324, 0.0], [5e-324, -5e-324], ["1e-400", "-1e-400"], ["2e400", "1e400"]]
    halfspaces, every = Halfspaces(partition), range(len(partition.cells))
    expected = [halfspaces.cells_at(tuple(map(eg.exact, x)), every) for x in points]
    assert list(partition.locate(points)) == expected
    assert [len(cells) for cells in expected] == [2, 1, 1, 1, 2, 1, 2, 2, 2]


def test_overflow_inside_a_network_goes_the_exact_way() -> None:
    big = 1e200
    net = eg.Network(
        [eg.Linear([[big], [-big]], [0, 0]), eg.ReLU(), eg.Linear([[big, -big]], [1]), eg.ReLU()]
    )
    partition = eg.partition(net, eg.box(-1, 1, dim=1))
    points = [[x] for x in (-1.0, -1e-300, -F(1, 10**400), 0.0, 1e-300, 1.0)]
    assert_located(partition, points)


def test_cancellation_is_seen_through() -> None:
    net = eg.Network(
        [eg.Linear([[1], [1]], [2**60, 2**60 + 1]), eg.ReLU(), eg.Linear([[-2, 2]], [-2]), eg.ReLU()]
    )
    partition = eg.partition(net, eg.box(-1, 1, dim=1))
    assert_located(partition, [[0.25], [-0.25], [0], [1], [-1]])


@few
@given(st.lists(st.tuples(*[st.integers(-3, 3)] * 2), min_size=1, max_size=3), st.integers(0, 2**32 - 1))
def test_random_doubles_agree_with_exact_signs(normals: Any, seed: int) -> None:
    normals = [n for n in normals if any(n)] or [(1, 0)]
    model = eg.Arrangement([(n, 0.1 * k) for k, n in enumerate(normals)])
    partition = eg.partition(model, eg.box(-1, 1, dim=2))
    points = np.random.default_rng(seed).uniform(-1, 1, (50, 2)).round(1)
    data = partition.locate(points)
    for x, cells in zip(points, data, strict=True):
        signs = model.signs(x)
        allowed = [
            c.id for c in partition.cells if all(p in (q, "0") for p, q in zip(signs, c.signs, strict=True))
        ]
        assert cells == tuple(allowed)


# -- kinds of partitions ---------------------------------------------------------------------------


def tree() -> eg.DecisionTree:
    nodes = [Split(0, "1/2", 1, 2), Split(1, 0, 3, 4), Split(1, "1/3", 5, 6), *(Leaf([k]) for k in range(4))]
    return eg.DecisionTree(nodes, 2)


def test_trees_in_both_forms() -> None:
    boxes = eg.partition(tree(), eg.box(-1, 1, dim=2))
    simplex = Polytope.from_vertices([(-1, -1), (1, -1), (0, 1)])
    lattice = eg.partition(tree(), simplex)
    grid = [F(k, 6) for k in range(-7, 8)]
    points = [(x, y) for x in grid for y in grid]
    found = boxes.locate(points)
    assert list(locate(boxes, points)) == list(map(tuple, found))
    assert_located(lattice, points)
    assert_located(lattice, [(float(x), float(y)) for x, y in points])


@few
@given(st.integers(0, 2**32 - 1))
def test_ensembles_locate_as_the_boxes_themselves_do(seed: int) -> None:
    from exactgeom.models.tree import Leaf, Split

    rng = np.random.default_rng(seed)
    trees = []
    for _ in range(3):
        a, b, c = (
            Split(int(f), F(int(t), 3), *kids)
            for f, t, kids in zip(
                rng.integers(0, 2, 3), rng.integers(-3, 4, 3), [(1, 2), (3, 4), (5, 6)], strict=True
            )
        )
        trees.append(eg.DecisionTree([a, b, c, *(Leaf([k]) for k in range(4))], 2))
    model = eg.TreeEnsemble(trees)
    points = [(F(int(x), 3), F(int(y), 3)) for x, y in rng.integers(-4, 5, (30, 2))]
    points += [(float(x), float(y)) for x, y in points]
    for domain in ([(-1, 1)] * 2, None, [(None, 1), (0, None)]):
        partition = partition_boxes(model, domain)
        cells = [
            tuple(
                c.id
                for c in partition.cells
                if all(
                    (a is None or a <= v) and (b is None or v <= b)
                    for v, (a, b) in zip(x, c.box, strict=True)
                )
            )
            for x in points
        ]
        assert list(locate(partition, points)) == cells


def test_trees_that_round_see_the_rounded_point() -> None:
    from exactgeom.models.tree import Leaf, Split

    model = eg.DecisionTree([Split(0, 0.1, 1, 2), Leaf([0]), Leaf([1])], 1, rounding="float32")
    boxes = eg.partition(model, eg.box(0, 1, dim=1))
    for x in (0.1, np.float32(0.1), "0.1", np.nextafter(np.float32(0.1), np.float32(0)), 0.0999999999):
        assert locate(boxes, [[x]]).cells.tolist() == [model.apply([x]) - 1]
    with pytest.raises(InvalidInput, match=r"points\[1\]\[0\]: .*float32"):
        locate(boxes, [[0], ["1e39"]])


def test_sites_go_to_the_nearest() -> None:
    sites = eg.Sites([[0, 0], [2, 0], [0, 2], [2, 2]])
    partition = eg.partition(sites, eg.box(-1, 3, dim=2))
    assert_located(partition, special_points(partition))
    assert len(partition.locate([[1, 1]]).ties[0]) == 4


def test_models_on_a_plane() -> None:
    net = eg.Network([eg.Linear([[1, 1, 0], [0, 1, -1]], [0, 0.1]), eg.ReLU(), eg.Linear([[1, 1]], [0])])
    plane = eg.restrict(net, [[1, 0], [0, 1], [1, 1]], [0, 0, "1/3"])
    assert_located(P := eg.partition(plane, eg.box(-1, 1, dim=2)), special_points(P))


def test_refinements_by_class_and_partial_partitions() -> None:
    net = eg.Network(
        [eg.Linear([[1, 2], [-1, 1]], [0, "1/2"]), eg.ReLU(), eg.Linear([[1, -1], [0, 1]], [0, 0])]
    )
    partition = eg.partition(net, eg.box(-1, 1, dim=2))
    refined = partition.regions("argmax").partition
    assert_located(refined, special_points(refined))
    deep = eg.Network(
        [
            eg.Linear([[1, 2], [-1, 1], [1, 0]], [0, "1/2", 0]),
            eg.ReLU(),
            eg.Linear([[1, -1, 1], [0, 1, -1]], [0, 0]),
            eg.ReLU(),
        ]
    )
    for cells in (2, 3, 4, 6):
        with pytest.raises(BudgetExceeded) as stopped:
            eg.partition(deep, eg.box(-1, 1, dim=2), budget=eg.Budget(cells=cells))
        partial = stopped.value.partial
        assert_located(partial, special_points(partial))


def test_no_cuts_at_all() -> None:
    partition = eg.partition(eg.Arrangement([], dim=2), eg.box(0, 1, dim=2))
    assert list(partition.locate([[0, 0], [0.5, 2], ["1/3", 1]])) == [(0,), (), (0,)]
    whole = eg.partition(eg.Arrangement([], dim=2), None)
    assert list(whole.locate([["1e500", 0]])) == [(0,)]


# -- running ---------------------------------------------------------------------------------------


def plane() -> Any:
    return eg.partition(eg.Arrangement([([1, 2], 0.1), ([2, -1], 0), ([1, 1], "1/7")]), eg.box(-1, 1, dim=2))


def test_chunks_progress_and_processes_change_nothing(monkeypatch: Any) -> None:
    partition = plane()
    points = np.random.default_rng(0).integers(-10, 11, (500, 2)) / 10
    whole = partition.locate(points)
    monkeypatch.setattr(import_module("exactgeom.partition.locate"), "_CHUNK", 64)
    monkeypatch.setattr(import_module("exactgeom.partition.locate_program"), "_ENTRIES", 50)
    seen: list[tuple[int, int]] = []
    assert partition.locate(points, progress=lambda done, total: seen.append((done, total))) == whole
    assert seen[-1] == (500, 500) and all(a[0] < b[0] for a, b in pairwise(seen))
    with ProcessPoolExecutor(1) as executor:
        assert partition.locate(points, executor=executor) == whole


def test_locators_pickle() -> None:
    for partition in (plane(), eg.partition(tree(), eg.box(-1, 1, dim=2))):
        locator = locator_of(partition)
        again = pickle.loads(pickle.dumps(locator))
        points = Points.from_rows([[0.5, "1/3"], [0, 0]])
        one, two = locator(points), again(points)
        assert one[0].tolist() == two[0].tolist() and one[1] == two[1]


@few
@given(st.permutations(range(12)))
def test_the_order_of_points_does_not_matter(order: Any) -> None:
    partition = plane()
    points = [[F(k, 10), F(2 * k - 7, 12)] for k in range(12)]
    whole = list(partition.locate(points))
    assert list(partition.locate([points[k] for k in order])) == [whole[k] for k in order]


def test_integers_in_doubles_stop_where_they_are_no_longer_exact() -> None:
    program = eg.Arrangement([([1, 2**52], 2**52 + 1)]).program
    good, plus, minus = integer_signs(program, np.array([[1.0, 1.0], [0.0, 0.0], [2.0, 0.0]]))
    assert good.tolist() == [False, True, True]
    assert minus[1:3].all() and not plus[1:3].any()


@few
@given(st.integers(0, 2**32 - 1), st.integers(1, 3))
def test_tables_of_ties_agree_with_comparing_every_box(seed: int, dim: int) -> None:
    rng = np.random.default_rng(seed)
    low = rng.integers(0, 5, (90, dim))
    high = np.minimum(low + rng.integers(1, 4, (90, dim)), 6)
    numbers = rng.permutation(200)[:90]
    below = rng.integers(0, 6, (40, dim))
    above = below + rng.integers(0, 2, (40, dim))
    expected = [
        tuple(
            sorted(
                int(n)
                for n, a, b in zip(numbers, low, high, strict=True)
                if (a <= x).all() and (y <= b).all()
            )
        )
        for x, y in zip(below, above, strict=True)
    ]
    assert BoxTies(low, high, numbers, [7] * dim)(below, above) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("exactgeom.partition.locate_boxes_ties"), "_BYTES", 0)
        assert BoxTies(low, high, numbers, [7] * dim)(below, above) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            import_module("exactgeom.partition.locate_boxes_ties"), "_FLAGS", 270
        )  # three rows at a time
        assert BoxTies(low, high, numbers, [7] * dim)(below, above) == expected


def test_hinges_of_splines_and_the_doubles_beside_their_knots() -> None:
    knots = [(0, "1/3"), (0, 0.1), (0, "-1/2"), (1, 0), (1, "2/7")]
    terms = [(1, [Hinge(v, t, side)]) for v, t in knots for side in "+-"]
    terms.append((2, [Hinge(0, "1/3"), Hinge(1, "2/7", "-")]))
    partition = eg.partition(Mars(terms, input_dim=2), eg.box(-1, 1, dim=2))
    special = special_points(partition, 40)
    close = [p for x in special[:12] for p in neighbours_in_floats(x)]
    near = [(F(1, 3) + s * F(1, 10**40), F(2, 7) - s * F(1, 10**400)) for s in (-1, 0, 1)]
    assert_located(partition, [*special, *close, *near])
    first, second, third = partition.locate(near)
    assert len(second) == 4 and len(first) == len(third) == 1 and first != third


@given(st.fractions() | st.floats(allow_nan=False, allow_infinity=False).map(F))
def test_a_breakpoint_lies_within_its_error(t: F) -> None:
    from exactgeom.partition.locate_floats import _rounded

    near, error = _rounded(t)
    assert not np.isfinite(near) or abs(F(near) - t) <= F(error)
