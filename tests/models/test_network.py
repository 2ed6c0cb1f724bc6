"""Exact networks: evaluation by a second route, symmetries, signs, affine maps, value semantics."""

from __future__ import annotations

import pickle
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.models import Abs, HardTanh, Identity, LeakyReLU, Linear, Network, ReLU
from exactgeom.testkit.strategies import activations, networks, points, rationals

FORMULAS = {
    ReLU: lambda unit, z: max(z, F(0)),
    LeakyReLU: lambda unit, z: z if z > 0 else unit.slope * z,
    Abs: lambda unit, z: abs(z),
    HardTanh: lambda unit, z: min(max(z, unit.low), unit.high),
    Identity: lambda unit, z: z,
}
"""The second route: each activation by its textbook formula, never through breakpoints and pieces."""


def naive(network, x):
    """Evaluate fraction by fraction; return the outputs and the inputs of every activation layer."""
    values, seen = list(x), []
    for layer in network.layers:
        if isinstance(layer, Linear):
            values = [
                sum((w * v for w, v in zip(row, values, strict=True)), b)
                for row, b in zip(layer.weight, layer.bias, strict=True)
            ]
        else:
            seen.append(tuple(values))
            values = [FORMULAS[type(layer)](layer, z) for z in values]
    return tuple(values), tuple(seen)


def naive_signs(network, x):
    units = [layer for layer in network.layers if not isinstance(layer, Linear)]
    marks = []
    for unit, values in zip(units, naive(network, x)[1], strict=True):
        edges = {HardTanh: lambda u: (u.low, u.high), Identity: lambda u: ()}.get(
            type(unit), lambda u: (F(0),)
        )
        marks += ["-0+"[(z > t) - (z < t) + 1] for z in values for t in edges(unit)]
    return "".join(marks)


@st.composite
def networks_and_points(draw, **options):
    network = draw(networks(**options))
    return network, draw(points(network.input_dim, wide=options.get("wide", False)))


@given(networks_and_points())
def test_evaluation_agrees_with_textbook_formulas(case):
    network, x = case
    outputs, before = naive(network, x)
    assert network(x) == outputs
    assert network.preactivations(x) == before
    assert len(outputs) == network.output_dim
    assert network.widths[0] == network.input_dim and network.widths[-1] == network.output_dim


@given(networks_and_points(wide=True))
def test_evaluation_is_exact_on_float64_weights(case):
    network, x = case
    outputs = network(x)
    assert outputs == naive(network, x)[0]
    assert all(type(value) is F for value in outputs)


@given(networks_and_points())
def test_signs_are_the_signs_of_the_preactivations(case):
    network, x = case
    signs = network.signs(x)
    assert signs == naive_signs(network, x)
    assert len(signs) == network.sign_count == len(network.unit_names())


@given(networks_and_points(wide=True))
def test_affine_map_of_the_signs_is_the_network(case):
    network, x = case
    rows, offsets = network.affine_map(network.signs(x))
    assert len(rows) == network.output_dim and all(len(row) == network.input_dim for row in rows)
    mapped = tuple(
        sum((a * v for a, v in zip(row, x, strict=True)), b) for row, b in zip(rows, offsets, strict=True)
    )
    assert mapped == network(x)


@given(st.data())
def test_affine_maps_together_are_the_maps_one_by_one(data):
    network = data.draw(networks())
    xs = data.draw(st.lists(points(network.input_dim), max_size=6))
    patterns = [network.signs(x) for x in xs]
    patterns += patterns[::-1]
    assert network.affine_maps(patterns) == tuple(map(network.affine_map, patterns))
    for x, (rows, offsets) in zip(xs, network.affine_maps(iter(patterns)), strict=False):
        values = [
            sum(a * c for a, c in zip(r, x, strict=True)) + b for r, b in zip(rows, offsets, strict=True)
        ]
        assert (tuple(values),) == network.evaluate([x])


@given(networks_and_points(), st.data())
def test_affine_map_holds_on_the_whole_segment_of_equal_signs(case, data):
    network, x = case
    y = data.draw(points(network.input_dim))
    if network.signs(x) != network.signs(y):
        return
    middle = [(a + b) / 2 for a, b in zip(x, y, strict=True)]
    assert network.signs(middle) == network.signs(x)  # cells are convex
    assert network(middle) == tuple((a + b) / 2 for a, b in zip(network(x), network(y), strict=True))


@given(networks_and_points(), st.data())
def test_batch_evaluation_agrees_with_single_points(case, data):
    network, x = case
    batch = [x, *data.draw(st.lists(points(network.input_dim), max_size=4))]
    assert network.evaluate(batch) == tuple(network(point) for point in batch)
    assert network.evaluate([]) == ()


@given(networks_and_points(depths=(1, 2)), st.data())
def test_permuting_the_neurons_of_a_layer_changes_nothing(case, data):
    network, x = case
    where = _hidden(network)
    if where is None:
        return
    before, unit, after = network.layers[where : where + 3]
    order = data.draw(st.permutations(range(before.out_dim)))
    mixed = Network(
        [
            *network.layers[:where],
            Linear([before.weight[i] for i in order], [before.bias[i] for i in order]),
            unit,
            Linear([[row[i] for i in order] for row in after.weight], after.bias),
            *network.layers[where + 3 :],
        ],
        input_dim=network.input_dim,
    )
    assert mixed(x) == network(x)
    assert sorted(mixed.signs(x)) == sorted(network.signs(x))


HOMOGENEOUS = st.sampled_from([ReLU(), LeakyReLU("1/10"), Abs()])


@given(
    networks_and_points(depths=(1, 2), activations=HOMOGENEOUS),
    st.data(),
)
def test_rescaling_a_neuron_changes_neither_function_nor_signs(case, data):
    network, x = case
    where = _hidden(network)
    if where is None:
        return
    before, unit, after = network.layers[where : where + 3]
    k = data.draw(st.integers(0, before.out_dim - 1))
    c = data.draw(rationals().filter(lambda q: q > 0))
    weight, bias = [list(row) for row in before.weight], list(before.bias)
    weight[k], bias[k] = [c * w for w in weight[k]], c * bias[k]
    undone = [[w / c if j == k else w for j, w in enumerate(row)] for row in after.weight]
    scaled = Network(
        [
            *network.layers[:where],
            Linear(weight, bias),
            unit,
            Linear(undone, after.bias),
            *network.layers[where + 3 :],
        ],
        input_dim=network.input_dim,
    )
    assert scaled(x) == network(x)
    assert scaled.signs(x) == network.signs(x)


def _hidden(network):
    """Index of the first linear layer that an activation and a linear layer follow."""
    kinds = [isinstance(layer, Linear) for layer in network.layers]
    for i in range(len(kinds) - 2):
        if kinds[i : i + 3] == [True, False, True]:
            return i
    return None


@given(activations(), rationals())
def test_activation_shape_is_continuous_and_matches_its_formula(unit, z):
    assert unit(z) == FORMULAS[type(unit)](unit, z)
    assert len(unit.pieces) == len(unit.breakpoints) + 1
    assert list(unit.breakpoints) == sorted(set(unit.breakpoints))
    for t, (low, high) in zip(unit.breakpoints, zip(unit.pieces, unit.pieces[1:], strict=False), strict=True):
        assert low[0] * t + low[1] == high[0] * t + high[1]
        assert unit.sign_at(t).count("0") == 1


@given(networks())
def test_networks_are_values(network):
    copy = pickle.loads(pickle.dumps(network))
    assert copy == network and hash(copy) == hash(network)
    assert eval(repr(network)) == network  # repr is a constructor call
    assert Network(network.layers, network.input_dim, notes=["other"]) == network
    assert Network.from_json(network.to_json()) == network
    with pytest.raises(AttributeError, match="immutable"):
        network.input_dim = 7
    for layer in network.layers:
        assert eval(repr(layer)) == layer and pickle.loads(pickle.dumps(layer)) == layer
        assert hash(pickle.loads(pickle.dumps(layer))) == hash(layer)
        with pytest.raises(AttributeError, match="immutable"):
            layer.weight = ()


def test_pickles_after_the_integer_form_is_cached():
    network = Network([Linear([[1, "1/2"]], [0]), ReLU()])
    network([1, 1])
    assert pickle.loads(pickle.dumps(network))([1, 1]) == (F(3, 2),)


def test_activations_are_equal_when_the_mathematics_is():
    assert LeakyReLU(0) == ReLU() and hash(LeakyReLU(0)) == hash(ReLU())
    assert LeakyReLU(-1) == Abs()
    assert LeakyReLU(1) != Identity()  # a breakpoint is part of the meaning: it gives a sign
    assert LeakyReLU(0.01) != LeakyReLU() and LeakyReLU().slope == F(1, 100)
    assert ReLU() != "relu" and Linear([[1]], [0]) != ReLU() and Network([], 1) != Network([], 2)


def test_floats_enter_at_their_binary_value():
    assert Network([Linear([[0.1]], [0])])([1]) == (F(3602879701896397, 2**55),)


def test_units_on_their_breakpoint_read_zero():
    network = Network([Linear([[1], [0], [2]], [0, 1, -1]), HardTanh(-1, 1), Linear([[1, 1, 1]], [0])])
    assert network.signs([0]) == "+-" + "+0" + "0-"
    assert network.unit_names()[3] == "layers[1] unit 1 at 1"


def test_zero_takes_the_lower_piece():
    network = Network([Linear([[1]], [0]), LeakyReLU("1/2")])
    assert network.affine_map("0") == network.affine_map("-") == (((F(1, 2),),), (F(0),))
    clipped = Network([HardTanh()], input_dim=1)
    assert clipped.affine_map("+0") == clipped.affine_map("+-")
    assert clipped.affine_map("0-") == clipped.affine_map("--") == (((F(0),),), (F(-1),))


def test_piece_at_a_breakpoint_is_the_lower_one():
    assert [HardTanh().piece_at(z) for z in (-2, -1, 0, 1, 2)] == [0, 0, 1, 1, 2]


def test_no_layers_is_the_identity():
    network = Network([], input_dim=2)
    assert network([1, "1/2"]) == (F(1), F(1, 2))
    assert network.signs([1, 2]) == "" and network.affine_map("") == (((1, 0), (0, 1)), (0, 0))


@pytest.mark.parametrize(
    ("signs", "message"),
    [
        ("+", "expected a string of 4 signs, got 1"),
        (None, "expected a string of 4 signs, got NoneType"),
        ("+x--", "signs[0]: expected the signs"),
        ("++-+", "signs[2]: expected the signs"),
        ("00--", "signs[0]: expected the signs"),
        ("--0+", "signs[2]: expected the signs"),
    ],
)
def test_impossible_signs_are_refused(signs, message):
    network = Network([HardTanh()], input_dim=2)
    with pytest.raises(InvalidInput) as caught:
        network.affine_map(signs)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Linear([[float("nan")]], [0]), "weight[0][0]: expected a finite number"),
        (lambda: Linear([[1]], [float("inf")]), "bias[0]: expected a finite number"),
        (lambda: Linear([[True]], [0]), "weight[0][0]: expected a number, got the boolean"),
        (lambda: Linear([[1, 2], [3]], [0, 0]), "weight[1]"),
        (lambda: Linear([[1]], [0, 0]), "bias: expected 1 entries"),
        (lambda: Linear([], []), "weight: a linear layer needs at least one row"),
        (lambda: Linear([[]], [0]), "weight[0]: a row of weights needs at least one entry"),
        (lambda: HardTanh(1, 1), "low: hard tanh needs low < high, got low 1 and high 1"),
        (lambda: LeakyReLU(None), "slope: "),
        (
            lambda: Network([Linear([[1]], [0]), Linear([[1, 2]], [0])]),
            "layers[1].weight: expected rows of 1",
        ),
        (lambda: Network([Linear([[1]], [0])], input_dim=2), "layers[0].weight: expected rows of 2"),
        (lambda: Network([ReLU(), Linear([[1, 2]], [0])], input_dim=3), "layers[1].weight"),
        (lambda: Network([]), "input_dim: a network without a linear layer needs input_dim"),
        (lambda: Network([], input_dim=0), "input_dim: expected a whole number of at least 1, got 0"),
        (lambda: Network([], input_dim=True), "input_dim"),
        (lambda: Network(["relu"], input_dim=1), "layers[0]: expected a layer such as Linear"),
        (lambda: Network([], 2)([1]), "x: expected 2 coordinates, got 1"),
        (lambda: Network([], 1)([float("nan")]), "x[0]: expected a finite number"),
        (lambda: Network([], 1)(3), "x: expected a vector"),
        (lambda: Network([], 2).evaluate([[1, 2], [1]]), "points[1]: expected 2 coordinates"),
        (lambda: Linear([[1]], [0])([1, 2]), "x: expected 1 coordinates"),
    ],
)
def test_bad_input_is_one_clear_line(make, message):
    with pytest.raises(InvalidInput) as caught:
        make()
    assert message in str(caught.value) and "\n" not in str(caught.value)
