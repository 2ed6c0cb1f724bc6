"""The certificate of smoothness: every wall of the parameter space is refused by name, nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

import exactgeom as eg
from exactgeom.models import Step
from exactgeom.regularize import MassMismatch, VolumeDispersion, check_smooth, value_and_grad
from tests.regularize.cases import HALF

SQUARE = eg.box(-1, 2, dim=2)


def refused(model: Any, domain: Any = SQUARE) -> tuple[object, ...]:
    with pytest.raises(eg.NonSmoothError, match="not certified smooth") as caught:
        value_and_grad(VolumeDispersion(), model, domain)
    assert caught.value.units
    return caught.value.units


def relu_net(weight: Any, bias: Any) -> eg.Network:
    return eg.Network([eg.Linear(weight, bias), eg.ReLU()])


def test_zero_bias_networks_are_walls() -> None:
    assert len(refused(relu_net([[1, 3], [3, 1], [3, -1]], [0, 0, 0]))) == 3


def test_two_lines_through_the_origin_are_not() -> None:
    check_smooth(eg.partition(relu_net([[1, 3], [3, 1]], [0, 0]), SQUARE))


def test_coincident_neurons_are_walls() -> None:
    assert refused(relu_net([[1, 3], [2, 6]], [1, 2])) == ("layers[1] unit 0 at 0", "layers[1] unit 1 at 0")


def test_a_neuron_that_vanishes_everywhere_is_a_wall() -> None:
    assert refused(relu_net([[0, 0], [1, 3]], [0, 1]))[0] == "layers[1] unit 0 at 0"


def test_dead_and_constant_neurons_off_their_breakpoint_are_not() -> None:
    net = relu_net([[0, 0], [1, 1], [1, 3]], [1, -100, 2])
    value, ((dw, db),) = value_and_grad(VolumeDispersion(), net, SQUARE)
    assert dw[:2] == [[0, 0], [0, 0]]
    assert db[:2] == [0, 0]
    assert db[2] != 0
    assert value < 1


def test_a_zero_set_through_a_vertex_of_the_domain_is_a_wall() -> None:
    assert refused(relu_net([[1, 1]], [2])) == ("layers[1] unit 0 at 0",)  # touches (-1, -1) only
    assert refused(relu_net([[1, -1]], [0])) == ("layers[1] unit 0 at 0",)  # the diagonal


def test_a_zero_set_along_a_facet_of_the_domain_is_a_wall() -> None:
    refused(relu_net([[1, 0]], [1]))


def test_a_unit_that_dies_inside_a_cell_of_zeros_is_a_wall() -> None:
    deep = [eg.Linear([[1, 3]], [0]), eg.ReLU(), eg.Linear([[1]], [0]), eg.ReLU()]
    refused(eg.Network(deep))
    alive = [*deep[:2], eg.Linear([[1]], ["-1/3"]), eg.ReLU()]
    check_smooth(eg.partition(eg.Network(alive), SQUARE))


def test_coincident_sites_are_walls_and_unequal_ones_not() -> None:
    refused(eg.Sites([[0, 0], [0, 0], [1, HALF]]))
    check_smooth(eg.partition(eg.Sites([[0, "1/7"], [1, HALF], ["1/3", 1]]), SQUARE))


def test_four_sites_of_a_square_meet_in_one_vertex() -> None:
    assert len(refused(eg.Sites([[0, 0], [0, 1], [1, 0], [1, 1]]))) == 4


def test_vertices_of_a_domain_that_is_not_simple_are_excepted() -> None:
    pyramid = eg.Polytope.from_vertices([(1, 1, 0), (1, -1, 0), (-1, 1, 0), (-1, -1, 0), (0, 0, 1)])
    value_and_grad(VolumeDispersion(), eg.Arrangement([(["1/7", "1/9", 1], "1/3")]), pyramid)
    refused(eg.Arrangement([([1, 0, 0], 0)]), pyramid)  # through the apex


def test_a_data_point_on_a_wall_is_named() -> None:
    net = relu_net([[1, 3]], [0])
    with pytest.raises(eg.NonSmoothError, match="data point 1") as caught:
        value_and_grad(MassMismatch([[1, 1], [0, 0]]), net, SQUARE)
    assert caught.value.units == ("data[1]",)


def test_models_that_read_their_own_jumps_are_refused() -> None:
    net = eg.Network([eg.Linear([[1, 3]], [0]), Step([0], [0, 1]), eg.Linear([[1]], ["-1/2"]), eg.ReLU()])
    with pytest.raises(eg.InvalidInput, match="jumps"):
        value_and_grad(VolumeDispersion(), net, SQUARE)


def test_unbounded_and_missing_domains_are_refused() -> None:
    net = relu_net([[1, 3]], [0])
    with pytest.raises(eg.InvalidInput, match="domain"):
        value_and_grad(VolumeDispersion(), net)
    with pytest.raises(eg.UnboundedError, match="bounded domain"):
        value_and_grad(VolumeDispersion(), eg.partition(net))
    with pytest.raises(eg.InvalidInput, match="its own domain"):
        value_and_grad(VolumeDispersion(), eg.partition(net, SQUARE), SQUARE)
    with pytest.raises(eg.InvalidInput, match="regulariser"):
        value_and_grad(lambda P: 0, net, SQUARE)  # type: ignore[arg-type]
