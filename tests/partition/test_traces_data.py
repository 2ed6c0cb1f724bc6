"""Traces of data sets: groups, executors, digits."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.testkit.strategies import networks, points


def image_network(dtype=np.float32, *, seed: int = 0) -> eg.Network:
    rng = np.random.default_rng(seed)

    def linear(n: int, m: int) -> eg.Linear:
        return eg.Linear(rng.normal(size=(n, m)).astype(dtype) / 4, rng.normal(size=n).astype(dtype))

    return eg.Network([linear(32, 64), eg.ReLU(), linear(10, 32)])


def images(count: int, *, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 17, size=(count, 64)) / 16


@given(st.data())
@settings(max_examples=20)
def test_every_group_is_the_trace_of_each_of_its_points(data) -> None:
    net = data.draw(networks())
    batch = data.draw(st.lists(points(net.input_dim), max_size=6))
    traced = eg.trace_data(net, batch)
    assert sorted(i for group in traced for i in group.indices) == list(range(len(batch)))
    for i, point in enumerate(batch):
        alone = eg.trace_layers(net, point)
        assert traced.at(i).signs == alone.signs == net.signs(point)
        assert traced.at(i).layers == alone.layers
        assert [x.rank for x in traced.at(i).layers] == [x.rank for x in alone.layers]
    assert len({group.signs for group in traced}) == len(traced)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_wide_networks_need_no_lattice(dtype) -> None:
    net, batch = image_network(dtype), images(12)
    traced = eg.trace_data(net, batch)
    for group in list(traced)[:4]:
        last = group.trace.layers[3]
        assert (last.jacobian @ group.trace.point)[0] + last.offset[0] == net(group.trace.point)[0]
        r = last.rank
        assert r == min(10, group.signs.count("+"))
        assert last.volume_density_squared == (last.jacobian @ last.jacobian.T).charpoly()[10 - r] * (-1) ** r
        assert group.trace.angle((3, 0), (3, 1), metric=2) == eg.Angle.between(
            *(_local(group.trace, j) for j in (0, 1))
        ) or group.trace.layers[2].rank < group.signs.count("+")


def _local(trace, unit):
    """The unit's weights on the active units: its 1-form in the hidden layer's own coordinates."""
    weights = trace.model.layers[2].weight[unit]
    return [w if sign == "+" else 0 for w, sign in zip(weights, trace.signs, strict=True)]


def test_executors_give_the_same() -> None:
    net, batch = image_network(), images(9)
    expected = eg.trace_data(net, batch)
    calls: list[tuple[int, int]] = []
    with ProcessPoolExecutor(2) as pool:
        found = eg.trace_data(
            net, batch, executor=pool, progress=lambda done, total: calls.append((done, total))
        )
    assert found == expected and calls == [(i + 1, len(found)) for i in range(len(found))]
    with ThreadPoolExecutor(2) as pool:
        assert eg.trace_data(net, batch, executor=pool) == expected
    facts = [[x.volume_density for x in group.trace.layers] for group in found]
    assert facts == [[x.volume_density for x in group.trace.layers] for group in expected]


def test_data_traces_pickle() -> None:
    traced = eg.trace_data(image_network(), images(3))
    copy = pickle.loads(pickle.dumps(traced))
    assert copy == traced and repr(copy) == f"<DataTrace of 3 points in {len(traced)} cells>"


def test_no_points_no_groups() -> None:
    traced = eg.trace_data(image_network(), [])
    assert len(traced) == 0 and traced.group_of == ()
