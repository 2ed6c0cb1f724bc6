"""Where two models differ: cutting one's cells by the other against comparison and common refinement."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.dynamics import trajectory
from exactgeom.dynamics.difference import difference
from exactgeom.testkit.strategies import networks


def moved(net: eg.Network, shift: int, flip: bool) -> eg.Network:
    """A network of the same shape: biases shifted by sevenths, first rows perhaps negated."""
    layers = []
    for layer in net.layers:
        if isinstance(layer, eg.Linear):
            rows = [list(row) for row in layer.weight]
            if flip and rows:
                rows[0] = [-w for w in rows[0]]
            layer = eg.Linear(rows, [b + eg.exact(f"{shift}/7") for b in layer.bias])
        layers.append(layer)
    return eg.Network(layers, input_dim=net.input_dim)


def second_route(first: eg.Network, second: eg.Network, domain: eg.Polytope) -> tuple:
    joint = eg.common_refinement(eg.partition(first, domain), eg.partition(second, domain))
    n = len(eg.partition(first, domain).cells[0].signs)
    changed = sum(cell.volume for cell in joint.cells if cell.signs[:n] != cell.signs[n:])
    return changed, eg.compare(first, second, domain).disagreement_volume


@given(networks(input_dims=(1, 2), outputs=(1, 2, 3)), st.integers(-3, 3), st.booleans())
@settings(max_examples=25)
def test_both_volumes_by_two_routes(net: eg.Network, shift: int, flip: bool) -> None:
    other, domain = moved(net, shift, flip), eg.box(-1, 2, dim=net.input_dim)
    found = difference(net, other, domain)
    assert (found.pattern_volume, found.class_volume) == second_route(net, other, domain)
    back = difference(other, net, domain)
    assert back.pattern_volume == found.pattern_volume
    assert back.class_flows == tuple(sorted(((b, a), v) for (a, b), v in found.class_flows))


@given(networks(input_dims=(2, 1), outputs=(1, 2)), st.integers(-2, 2))
@settings(max_examples=15)
def test_trajectories_of_degenerate_networks_balance(net: eg.Network, shift: int) -> None:
    domain = eg.box(-1, 1, dim=net.input_dim)
    path = trajectory(
        [net, moved(net, shift, False), net], domain, [[0] * net.input_dim, [1] * net.input_dim]
    )
    there, back = path.steps
    assert (there.born, there.died) == (back.died, back.born)
    assert there.mass_moved == back.mass_moved
    assert {(b, a): m for (a, b), m in there.cell_flows.items()} == dict(back.cell_flows)
    for snapshot in path:
        assert sum(snapshot.volumes) == domain.volume and snapshot.curvature.total == 1
        assert sum(volume for _, volume in snapshot.classes.volumes) == domain.volume


def test_models_with_jumps() -> None:
    def stairs(at: object) -> eg.Network:
        from exactgeom.models.layers_step import Step

        return eg.Network(
            [eg.Linear([[1, 0], [0, 1]], [0, at]), Step(), eg.Linear([[1, 1], [1, 0]], [0, "1/2"])]
        )

    square = eg.box(-1, 1, dim=2)
    found = difference(stairs(0), stairs("1/2"), square)
    assert (found.pattern_volume, found.class_volume) == second_route(stairs(0), stairs("1/2"), square)
    path = trajectory([stairs(0), stairs("1/2")], square, [[0, 0], ["1/4", "-1/4"]])
    for snapshot in path:
        outputs = [snapshot.model(x) for x in ((0, 0), ("1/4", "-1/4"))]
        assert snapshot.data.classes == tuple(out.index(max(out)) for out in outputs)


def test_sites_that_move() -> None:
    square = eg.box(-1, 1, dim=2)
    path = trajectory([eg.Sites([[-1, 0], [1, 0], [0, y]]) for y in (4, 1)], square, [[0, 0], [0, "9/10"]])
    assert [snapshot.cell_count for snapshot in path] == [2, 3]
    assert path.steps[0].born == ("--0",) and path.steps[0].died == ()
    assert path.steps[0].pattern_volume == path[1].volumes[path[1].cell_of["--0"]]


def test_a_budget_stops_the_second_model_too() -> None:
    net = eg.Network([eg.Linear([[1, 0], [0, 1]], [0, 0]), eg.ReLU()])
    with pytest.raises(eg.BudgetExceeded):
        difference(net, moved(net, 1, False), eg.box(-1, 1, dim=2), eg.Budget(seconds=0))
