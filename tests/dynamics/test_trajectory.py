"""Laws of trajectories: conservation between checkpoints, second routes, degenerate checkpoints, budgets."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

import exactgeom as eg
from exactgeom.dynamics import Trajectory, trajectory

SQUARE = eg.box(-1, 1, dim=2)


def network(seed: int, width: int = 5, outputs: int = 2, dim: int = 2) -> eg.Network:
    """A network with small rational weights: ties and coincidences happen."""
    rng = np.random.default_rng(seed)

    def matrix(m: int, n: int) -> list[list[Fraction]]:
        return [[Fraction(int(k), 4) for k in row] for row in rng.integers(-6, 7, size=(m, n))]

    def vector(m: int) -> list[Fraction]:
        return [Fraction(int(k), 4) for k in rng.integers(-3, 4, size=m)]

    return eg.Network([
        eg.Linear(matrix(width, dim), vector(width)), eg.ReLU(),
        eg.Linear(matrix(width, width), vector(width)), eg.ReLU(),
        eg.Linear(matrix(outputs, width), vector(outputs)),
    ])  # fmt: skip


def grid(n: int = 5) -> list[list[Fraction]]:
    """Points on a grid, many of them on walls, corners of the square included."""
    ticks = [Fraction(2 * i, n - 1) - 1 for i in range(n)]
    return [[x, y] for x in ticks for y in ticks]


@pytest.fixture(scope="module")
def path() -> Trajectory:
    points = grid()
    return trajectory(
        [network(s) for s in range(4)], SQUARE, points, labels=[i % 2 for i in range(len(points))]
    )


# -- conservation ------------------------------------------------------------------------------------------


def test_born_minus_died_is_the_change_of_the_number_of_cells(path: Trajectory) -> None:
    for step in path.steps:
        assert len(step.born) - len(step.died) == step.after.cell_count - step.before.cell_count
        assert step.kept + len(step.died) == step.before.cell_count
        assert set(step.born) == set(step.after.signs) - set(step.before.signs)
        assert set(step.died) == set(step.before.signs) - set(step.after.signs)


def test_class_volumes_change_by_their_flows(path: Trajectory) -> None:
    for step in path.steps:
        volumes = dict(step.before.classes.volumes)
        for (a, b), volume in step.class_volume_flows.items():
            assert volume > 0
            volumes[a] = volumes.get(a, 0) - volume
            volumes[b] = volumes.get(b, 0) + volume
        assert {k: v for k, v in volumes.items() if v} == dict(step.after.classes.volumes)
        assert sum(volumes.values()) == SQUARE.volume


def test_masses_change_by_their_flows(path: Trajectory) -> None:
    for step in path.steps:
        masses = {step.before.signs[c]: m for c, m in step.before.data.masses.items()}
        for (a, b), mass in step.cell_flows.items():
            assert a != b and mass > 0
            masses[a] = masses.get(a, 0) - mass
            masses[b] = masses.get(b, 0) + mass
        wanted = {step.after.signs[c]: m for c, m in step.after.data.masses.items()}
        assert {k: m for k, m in masses.items() if m} == wanted


def test_class_masses_change_by_their_flows(path: Trajectory) -> None:
    for step in path.steps:
        count = dict.fromkeys(range(2), Fraction(0))
        for own, share in zip(step.before.data.classes, step.before.data.shares, strict=True):
            count[own] += share
        for (a, b), mass in step.class_flows.items():
            count[a] -= mass
            count[b] += mass
        after = dict.fromkeys(range(2), Fraction(0))
        for own, share in zip(step.after.data.classes, step.after.data.shares, strict=True):
            after[own] += share
        assert count == after


# -- second routes -----------------------------------------------------------------------------------------


def test_snapshots_agree_with_the_partition(path: Trajectory) -> None:
    for snapshot in path:
        P = eg.partition(snapshot.model, SQUARE)
        assert (snapshot.f_vector, snapshot.signs) == (P.f_vector, P.cell_signs)
        assert snapshot.volumes == tuple(cell.volume for cell in P.cells)
        assert snapshot.boundary_area == P.decision_boundary().area
        for i, cell in enumerate(P.cells):
            found = {
                j
                for other in cell.neighbors
                for j, (a, b) in enumerate(zip(cell.signs, other.signs, strict=True))
                if a != b
            }
            assert set(snapshot.cell_units[i]) == found


def test_class_volume_is_the_disagreement_volume(path: Trajectory) -> None:
    for step in path.steps:
        found = eg.compare(step.before.model, step.after.model, SQUARE)
        assert step.class_volume == found.disagreement_volume


@pytest.mark.parametrize("outputs", [1, 3])
def test_class_volume_with_other_numbers_of_outputs(outputs: int) -> None:
    first, second = network(1, outputs=outputs), network(2, outputs=outputs)
    step = trajectory([first, second], SQUARE).steps[0]
    assert step.class_volume == eg.compare(first, second, SQUARE).disagreement_volume


def test_pattern_volume_by_the_common_refinement() -> None:
    first, second = network(5, 3), network(6, 3)
    step = trajectory([first, second], SQUARE).steps[0]
    joint = eg.common_refinement(eg.partition(first, SQUARE), eg.partition(second, SQUARE))
    n = len(step.before.walls)
    wanted = sum(cell.volume for cell in joint.cells if cell.signs[:n] != cell.signs[n:])
    assert step.pattern_volume == wanted > 0


def test_classes_of_data_are_those_of_the_exact_outputs(path: Trajectory) -> None:
    points = [*grid(9), [3, 3]]
    for outputs in (1, 2, 3):
        net = network(outputs, outputs=outputs)
        state = trajectory([net], SQUARE, points)[0].data
        for x, own, cells in zip(points, state.classes, state.cells, strict=True):
            out = net(x)
            wanted = int(out[0] > 0) if len(out) == 1 else out.index(max(out))
            assert own == wanted
            assert bool(cells) == (max(x) <= 1)
    assert state.outside == (len(points) - 1,)


def test_accuracy_counts_labels(path: Trajectory) -> None:
    for snapshot in path:
        data = snapshot.data
        right = sum(a == b for a, b in zip(data.classes, data.labels, strict=True))
        assert data.accuracy == Fraction(right, len(data.cells))


def test_wall_areas_of_lines() -> None:
    lines = [eg.Arrangement([([1, 0], 0), ([1, 1], 0), ([0, 1], b)]) for b in ("1/2", 2, -2)]
    path = trajectory(lines, SQUARE)
    assert [str(w.area) for w in path[0].walls] == ["2", "2√2", "2"]
    assert [w.state for w in path.history("hyperplanes[2]")] == ["wall", "-", "+"]
    events = [step.unit_events for step in path.steps]
    assert events == [(("hyperplanes[2]", "vanished"),), (("hyperplanes[2]", "flipped"),)]
    assert path[0].classes is None and path.steps[0].class_volume is None
    assert path.steps[1].pattern_volume == 4 and path.steps[0].pattern_volume == 1


# -- units -------------------------------------------------------------------------------------------------


def test_a_wall_that_sweeps_over_a_corner_kills_the_triangle_between_three_walls() -> None:
    lines = [eg.Arrangement([([1, 0], 0), ([0, 1], 0), ([1, 1], b)]) for b in ("-1/4", "1/4")]
    step = trajectory(lines, SQUARE).steps[0]
    assert (step.died, step.born) == (("--+",), ("++-",))
    assert step.died_volume == step.born_volume == Fraction(1, 32)
    assert [(u.born, u.died, u.event) for u in step.units] == [(1, 1, "")] * 3
    assert [str(u.area_change) for u in step.units] == ["0", "0", "0"]


def test_lifetimes_are_the_runs_of_every_pattern(path: Trajectory) -> None:
    lives = path.lifetimes()
    for signs, runs in lives.items():
        present = [i for i, snapshot in enumerate(path) if signs in snapshot.signs]
        assert [i for a, b in runs for i in range(a, b + 1)] == present
        assert all(b + 1 < c for (_, b), (c, _) in pairwise(runs))
    assert sum(len(runs) for runs in lives.values()) == path[0].cell_count + sum(
        len(s.born) for s in path.steps
    )


# -- degenerate checkpoints --------------------------------------------------------------------------------


def zero_network() -> eg.Network:
    """All weights zero."""
    return eg.Network([
        eg.Linear([[0, 0]] * 3, [0] * 3), eg.ReLU(), eg.Linear([[0] * 3] * 2, [0] * 2),
    ])  # fmt: skip


def shallow(rows: list[list[object]], bias: list[object]) -> eg.Network:
    return eg.Network([eg.Linear(rows, bias), eg.ReLU(), eg.Linear([[1, 0, 1], [0, 1, 0]], [0, 0])])


def test_identical_checkpoints_change_nothing() -> None:
    net = network(3)
    step = trajectory([net, network(3)], SQUARE, grid()).steps[0]
    assert step.born == step.died == () and step.unit_events == ()
    assert step.pattern_volume == step.class_volume == step.mass_moved == step.class_mass_moved == 0
    assert step.cell_flows == step.class_flows == step.class_volume_flows == {}


def test_from_zero_weights_dead_units_and_coincident_units() -> None:
    dead = shallow([[1, 0], [0, 1], [1, 1]], [-5, 0, 0])
    twins = shallow([[1, 0], [1, 0], [2, 0]], [0, 0, 0])
    path = trajectory([zero_network(), dead, twins, zero_network()], SQUARE, grid(3))
    zero, with_dead, coincident, _ = path
    assert zero.signs == ("000",) and zero.units("0") == path.units and zero.boundary_area == 0
    assert zero.data.classes == (0,) * 9
    assert with_dead.units("-") == ("layers[1] unit 0 at 0",)
    assert coincident.signs in {("+++", "---"), ("---", "+++")}
    assert [str(w.area) for w in coincident.walls] == ["2", "2", "2"]
    assert path.steps[0].unit_events == (
        ("layers[1] unit 0 at 0", "flipped"),
        ("layers[1] unit 1 at 0", "appeared"),
        ("layers[1] unit 2 at 0", "appeared"),
    )
    assert path.steps[0].died == ("000",) and path.steps[0].pattern_volume == 4
    assert path.steps[2].unit_events == tuple((u, "vanished") for u in path.units)


def test_zero_bias_networks_have_all_walls_through_one_point() -> None:
    nets = [eg.Network([eg.Linear([[k, 1], [1, -k], [1, k + 1]], [0, 0, 0]), eg.ReLU()]) for k in (1, 2)]
    path = trajectory(nets, SQUARE, [[0, 0]])
    assert [snapshot.cell_count for snapshot in path] == [6, 6]
    assert path[0].curvature.total == 1
    assert path.steps[0].mass_moved == 1 - Fraction(1, 6) * len(set(path[0].signs) & set(path[1].signs))


def test_of_a_tie_only_what_must_move_moves() -> None:
    lines = [eg.Arrangement([([1, 0], 0), ([0, 1], b)]) for b in (0, "1/2")]
    step = trajectory(lines, SQUARE, [[0, 0]]).steps[0]
    assert step.cell_flows == dict.fromkeys(
        [("++", "+-"), ("++", "--"), ("-+", "+-"), ("-+", "--")], Fraction(1, 8)
    )
    assert step.mass_moved == Fraction(1, 2)


# -- options and input -------------------------------------------------------------------------------------


class Count:
    """A regulariser for tests: the number of cells."""

    def value(self, partition: object) -> int:
        return len(partition.cells)


def test_regularizers_by_name() -> None:
    net = network(0)
    count = eg.partition(net, SQUARE).f_vector[-1]
    assert dict(trajectory([net], SQUARE, regularizers=Count())[0].regularizers) == {"Count": count}
    twice = trajectory([net], SQUARE, regularizers=[Count(), Count()])[0].regularizers
    assert dict(twice) == {"Count 1": count, "Count 2": count}
    assert dict(trajectory([net], SQUARE, regularizers={"n": Count()})[0].regularizers) == {"n": count}


def test_real_regularizers_along_the_way() -> None:
    regularize = pytest.importorskip("exactgeom.regularize", reason="regularisers are not built")
    path = trajectory([network(0), network(1)], SQUARE, regularizers=regularize.VolumeDispersion())
    for snapshot in path:
        assert snapshot.regularizers["VolumeDispersion"] == sum(v**2 for v in snapshot.volumes) / 16


def test_executors_give_the_same_trajectory(path: Trajectory) -> None:
    nets, points = [snapshot.model for snapshot in path], grid()
    labels = [i % 2 for i in range(len(points))]
    for kind in (ThreadPoolExecutor, ProcessPoolExecutor):
        with kind(2) as executor:
            assert trajectory(nets, SQUARE, points, labels=labels, executor=executor) == path


def test_progress_counts_to_the_end() -> None:
    seen: list[tuple[int, int]] = []
    trajectory([network(0)] * 3, SQUARE, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(i, 5) for i in range(1, 6)]


def test_a_budget_of_cells_keeps_what_is_finished() -> None:
    small, large = network(0, 2), network(2, 2)
    most = eg.partition(small, SQUARE).f_vector[-1]
    assert eg.partition(large, SQUARE).f_vector[-1] > most
    with pytest.raises(eg.BudgetExceeded, match="after 1 of 2 checkpoints: checkpoint 'b'") as caught:
        trajectory({"a": small, "b": large}, SQUARE, budget=eg.Budget(cells=most))
    assert caught.value.partial.labels == ("a",) and caught.value.partial.steps == ()


def test_a_budget_of_no_seconds_keeps_nothing() -> None:
    with pytest.raises(eg.BudgetExceeded) as caught:
        trajectory([network(0)], SQUARE, budget=eg.Budget(seconds=0))
    assert len(caught.value.partial) == 0
    assert caught.value.partial.table()[0][0] == "checkpoint" and repr(caught.value.partial)


def test_labels_are_the_keys_and_pickles_are_equal(path: Trajectory) -> None:
    made = trajectory({0: network(0), 10: network(1)}, SQUARE)
    assert made.labels == (0, 10) and pickle.loads(pickle.dumps(path)) == path
    assert made.steps[0].before is made[0]
    step = pickle.loads(pickle.dumps(path.steps[0]))
    assert step.born == path.steps[0].born


def test_the_document_holds_every_number_exactly(path: Trajectory) -> None:
    document = json.loads(json.dumps(path.to_json()))
    assert document["schema"] == "exactgeom/trajectory-1" and len(document["checkpoints"]) == len(path)
    for own, snapshot in zip(document["checkpoints"], path, strict=True):
        assert [eg.exact(cell["volume"]) for cell in own["cells"]] == list(snapshot.volumes)
        assert sum(eg.exact(row["volume"]) for row in own["classes"]["volumes"]) == 4
    for own, step in zip(document["steps"], path.steps, strict=True):
        assert tuple(own["born"]) == step.born and eg.exact(own["pattern_volume"]) == step.pattern_volume
    short = path.to_json(cells=False)
    assert "cells" not in short["checkpoints"][0] and short["steps"][0]["born"] == len(path.steps[0].born)


def test_the_table_has_a_row_per_checkpoint(path: Trajectory) -> None:
    rows = path.table()
    assert len(rows) == len(path) + 1 and len({len(row) for row in rows}) == 1
    assert str(path).count("\n") == len(path)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: trajectory([], SQUARE), "checkpoints: expected at least one model"),
        (lambda: trajectory(3, SQUARE), "checkpoints: expected models, got int"),
        (lambda: trajectory([network(0)], None), "domain: expected a bounded polytope, got NoneType"),
        (lambda: trajectory([network(0)], eg.box(0, 1, dim=3)), r"checkpoints\[0\]: the model has 2 inputs"),
        (
            lambda: trajectory([network(0), network(0, 4)], SQUARE),
            r"checkpoints\[1\]: expected units and outputs",
        ),
        (lambda: trajectory({"e": 5}, SQUARE), r"checkpoints\['e'\]: expected a model"),
        (lambda: trajectory([network(0)], SQUARE, curvature="gauss"), "curvature: expected None or one of"),
        (lambda: trajectory([network(0)], SQUARE, regularizers=[3]), "expected a regulariser, got int"),
        (lambda: trajectory([network(0)], SQUARE, labels=[1]), "labels: expected None without data"),
        (lambda: trajectory([network(0)], SQUARE, [[0, 0]], weights=[0]), "weights: there are no points"),
        (lambda: trajectory([network(0)], SQUARE, budget=3), "budget: expected a Budget"),
        (lambda: trajectory([network(0)], SQUARE, progress=3), "progress: expected a callable"),
        (lambda: trajectory([network(0)], SQUARE).history("nobody"), "unit: expected a unit such as"),
    ],
)
def test_bad_input_gets_one_clear_line(call: object, message: str) -> None:
    with pytest.raises(eg.InvalidInput, match=message):
        call()


def test_located_data_bring_their_labels_and_weights() -> None:
    net = network(0)
    located = eg.partition(net, SQUARE).locate([[0, "1/3"], ["1/5", 0]], labels=["0", "1"], weights=[1, 3])
    state = trajectory([net], SQUARE, located)[0].data
    assert state.labels == ("0", "1") and state.shares == (Fraction(1, 4), Fraction(3, 4))
    assert state.accuracy is not None


def test_no_data_is_no_trouble() -> None:
    net = eg.Network([eg.Linear([[1, 0], [0, 1]], [0, 0]), eg.ReLU(), eg.Linear([[1, 1]], ["-1/2"])])
    path = trajectory([net, net], eg.box(-1, 1, dim=2), [])
    assert path.snapshots[0].data is not None and path.snapshots[0].data.masses == {}
