"""Networks that are graphs of layers: random ones beside a plain evaluator, sawtooth pieces, bad wiring."""

from __future__ import annotations

import json
import pickle
import re
from fractions import Fraction as F
from math import prod
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.models import (
    Abs,
    Add,
    Concat,
    Conv2d,
    Flatten,
    HardTanh,
    Linear,
    Maximum,
    Maxout,
    Minimum,
    Network,
    ReLU,
    Scale,
    Sign,
    Step,
    load,
)
from exactgeom.models.importers.json_file import network_from_json
from exactgeom.models.importers.json_layers import FIELDS
from exactgeom.models.layers import LAYER_TYPES
from exactgeom.models.network_named import sawtooth
from exactgeom.testkit.strategies import points, rationals

RESIDUAL = Network(
    [Linear([[1, 2], [3, "1/2"]], [0, 1]), ReLU(), Add([1, "-1/3"]), Maxout(2), Concat(), Abs()],
    input_dim=2,
    inputs={2: [1, -1], 4: [3, -1, 0]},
)


def plain(network, x):
    """The second route: layer by layer on fractions, each by its formula."""
    values = {-1: tuple(x)}
    for i, (layer, reads) in enumerate(zip(network.layers, network.inputs, strict=True)):
        values[i] = tuple(_apply(layer, [values[k] for k in reads]))
    return values[len(network.layers) - 1]


def _apply(layer, inputs):
    x, columns = inputs[0], list(zip(*inputs, strict=False))
    name = type(layer).__name__
    return {
        "Linear": lambda: layer(x),
        "ReLU": lambda: [max(z, F(0)) for z in x],
        "Abs": lambda: [abs(z) for z in x],
        "HardTanh": lambda: [min(max(z, layer.low), layer.high) for z in x],
        "Sign": lambda: [F((z > 0) - (z < 0)) for z in x],
        "Step": lambda: [F(z > 0) for z in x],
        "Scale": lambda: [s * z + t for z, s, t in zip(x, layer.scale, layer.shift, strict=True)],
        "Add": lambda: [
            sum(c * z for c, z in zip(layer.coefficients or (1,) * 9, zs, strict=False)) for zs in columns
        ],
        "Concat": lambda: [z for part in inputs for z in part],
        "Maximum": lambda: [max(zs) for zs in columns],
        "Minimum": lambda: [min(zs) for zs in columns],
        "Maxout": lambda: [max(x[i : i + layer.size]) for i in range(0, len(x), layer.size)],
    }[name]()  # fmt: skip


KINDS = ["linear", "relu", "abs", "tanh", "sign", "step", "scale", "add", "max", "min", "maxout"]


@st.composite
def graphs(draw):
    """Random graphs: each layer reads one or two earlier ones, and the last joins what nobody read."""
    dim = draw(st.integers(1, 3))
    layers, inputs, widths = [], {}, {-1: dim}
    for i in range(draw(st.integers(0, 6))):
        source = draw(st.sampled_from(sorted(widths)))
        width = widths[source]
        twins = [k for k in widths if widths[k] == width]
        kind = draw(st.sampled_from(KINDS))
        if kind == "linear":
            rows = st.lists(rationals(), min_size=width, max_size=width)
            weight = draw(st.lists(rows, min_size=1, max_size=3))
            layer = Linear(weight, draw(st.lists(rationals(), min_size=len(weight), max_size=len(weight))))
        elif kind == "maxout":
            layer = Maxout(draw(st.sampled_from([k for k in (1, 2, 3) if width % k == 0])))
        elif kind == "scale":
            numbers = st.lists(rationals(), min_size=width, max_size=width)
            layer = Scale(draw(numbers), draw(numbers))
        else:
            simple = {
                "relu": ReLU(),
                "abs": Abs(),
                "tanh": HardTanh(-1, "1/2"),
                "sign": Sign(),
                "step": Step(),
            }
            layer = simple.get(kind) or {"add": Add(), "max": Maximum(), "min": Minimum()}[kind]
        reads = [source]
        if layer.arity is None:
            reads += draw(st.lists(st.sampled_from(twins), max_size=2))
        layers.append(layer)
        inputs[i] = reads
        widths[i] = layer.out_dim if kind == "linear" else width // layer.size if kind == "maxout" else width
    unread = [i for i in range(len(layers)) if all(i not in reads for reads in inputs.values())]
    if len(unread) > 1:
        inputs[len(layers)] = unread
        layers.append(Concat())
    return Network(layers, dim, inputs=inputs)


@st.composite
def graphs_and_points(draw):
    network = draw(graphs())
    return network, draw(points(network.input_dim))


@given(graphs_and_points())
def test_evaluation_agrees_with_the_plain_route_and_with_the_program(case):
    network, x = case
    assert network(x) == (plain(network, x) if network.layers else tuple(x)) == network.program(x)
    assert network.evaluate([x, x]) == (network(x),) * 2


@given(graphs_and_points())
def test_signs_and_affine_maps_agree_with_the_program(case):
    network, x = case
    signs = network.signs(x)
    assert signs == network.program.signs(x)
    assert len(signs) == network.sign_count == network.program.sign_count == len(network.unit_names())
    rows, offsets = network.affine_map(signs)
    assert (rows, offsets) == network.program.affine_map(signs)
    mapped = tuple(
        sum((a * v for a, v in zip(row, x, strict=True)), b) for row, b in zip(rows, offsets, strict=True)
    )
    assert mapped == network(x)


@given(graphs(), st.data())
@settings(max_examples=30)
def test_affine_maps_of_many_points_are_those_of_each(network, data):
    batch = data.draw(st.lists(points(network.input_dim), max_size=6))
    signs = [network.signs(x) for x in batch]
    assert network.affine_maps(signs) == tuple(network.affine_map(own) for own in signs)


@given(graphs())
def test_graphs_are_values(network):
    text = json.dumps(network.to_json())
    assert Network.from_json(json.loads(text)) == network == load(json.loads(text))
    assert eval(repr(network)) == network == pickle.loads(pickle.dumps(network))
    assert hash(eval(repr(network))) == hash(network)


def test_a_residual_network_by_hand():
    assert RESIDUAL([1, -2]) == (F(11, 3), 1, 2, 3, 3)
    assert RESIDUAL.signs([1, -2]) == "-+" + "-0" + "+" + "+-" + "-+"
    assert RESIDUAL.preactivations([1, -2])[1] == (F(-1, 3), F(11, 3))
    assert RESIDUAL.widths == (2, 2, 2, 2, 1, 5, 5)
    assert Network(RESIDUAL.layers, 2, inputs={2: [-1, 1], 4: [3, -1, 0]}) != RESIDUAL


@pytest.mark.parametrize("depth", [1, 2, 3, 6])
def test_sawtooth_has_two_to_the_depth_pieces(depth):
    network, teeth = sawtooth(depth), 2**depth
    assert network.evaluate([F(i, teeth)] for i in range(teeth + 1)) == tuple(
        (F(i % 2),) for i in range(teeth + 1)
    )
    middles = [network.signs([F(2 * i + 1, 2 * teeth)]) for i in range(teeth)]
    slopes = [network.affine_map(signs)[0][0][0] for signs in middles]
    assert slopes == [teeth, -teeth] * (teeth // 2) and len(set(middles)) == teeth
    assert network.program([F(1, 3)]) == network([F(1, 3)])


def test_a_convolution_too_large_for_a_program_still_evaluates():
    network = Network([Conv2d([[[[1, 1], [1, 1]]]] * 4, [0] * 4), Flatten(), ReLU()], input_shape=(1, 60, 60))
    assert set(network([1] * 3600)) == {4} and network.sign_count == 4 * 59**2
    with pytest.raises(InvalidInput, match=r"layers\[0\]: written out, its matrix of 13924 x 3600 makes"):
        network.program  # noqa: B018


def wired(*layers, dim=2, **extra):
    return {"schema": "exactgeom/network-1", "input_dim": dim, "layers": list(layers)} | extra


BAD_FILES = {
    "a later layer": (
        wired({"type": "add", "inputs": [0, -1]}),
        "layers[0].inputs: expected numbers of earlier",
    ),
    "no layer": (wired({"type": "add", "inputs": []}), "layers[0].inputs: expected at least one layer"),
    "a name": (wired({"type": "add", "inputs": ["x"]}), "layers[0].inputs: expected numbers of earlier"),
    "no array": (wired({"type": "add", "inputs": -1}), "layers[0].inputs: expected an array, got an integer"),
    "two inputs": (wired({"type": "relu", "inputs": [-1, -1]}), "layers[0].inputs: expected 1 layer, got 2"),
    "two into linear": (
        wired({"type": "linear", "weight": [[1, 1]], "bias": [0], "inputs": [-1, -1]}),
        "layers[0].inputs: expected 1 layer, got 2",
    ),
    "unread": (
        wired({"type": "relu"}, {"type": "abs", "inputs": [-1]}),
        "layers[0]: no layer reads this one, and it is not the last",
    ),
    "coefficients": (
        wired({"type": "add", "coefficients": [1, 2]}),
        "layers[0].coefficients: expected 1 entries, one per input, got 2",
    ),
    "shapes": (
        wired({"type": "maxout", "size": 2}, {"type": "add", "inputs": [0, -1]}),
        "layers[1]: expected inputs of one shape, got (1,) and (2,)",
    ),
    "axis": (wired({"type": "concat", "axis": 1, "inputs": [-1, -1]}), "do not join along axis 1"),
    "input shape": (wired(input_shape=[3, 1]), "input_shape: 2 values do not have shape (3, 1)"),
    "input shape no array": (wired(input_shape=2), "input_shape: expected an array, got an integer"),
    "no input shape": (
        wired({"type": "max_pool2d", "kernel": 2}),
        "layers[0]: expected values of shape (channels, height, width), got shape (2,)",
    ),
    "kernel": (
        wired({"type": "max_pool2d", "kernel": 1.5}),
        "layers[0].kernel: expected a whole number, got a f",
    ),
    "kernel missing": (wired({"type": "max_pool2d"}), "layers[0].kernel: missing"),
    "weight": (
        wired({"type": "conv1d", "weight": [[[True]]], "bias": [0]}),
        "layers[0].weight[0][0][0]: expected a number, got a boolean",
    ),
    "flag": (
        wired({"type": "max_pool1d", "kernel": 1, "ceil_mode": "yes"}, dim=2, input_shape=[1, 2]),
        "layers[0].ceil_mode: expected true or false",
    ),
    "field": (wired({"type": "prelu", "slope": 1}), "layers[0].slopes: missing"),
    "huge": (
        wired({"type": "conv1d", "weight": [[[1]]], "bias": [0], "padding": 10**6 - 1}, input_shape=[1, 2])
        | {"layers": [{"type": "conv1d", "weight": [[[1]]] * 9, "bias": [0] * 9, "padding": 10**6}]},
        "layers[0]: makes 18000018 values, more than 10000000",
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_wiring_is_one_clear_line(name):
    document, message = BAD_FILES[name]
    with pytest.raises(InvalidInput) as caught:
        network_from_json(document)
    assert message in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Network([ReLU()], 1, inputs={1: [0]}), "inputs: there is no layer 1"),
        (
            lambda: Network([ReLU()], 1, inputs={0: "x"}),
            "layers[0].inputs: expected an array of layer numbers",
        ),
        (lambda: Network([ReLU()], 1, inputs={0: [True]}), "layers[0].inputs: expected numbers of earlier"),
        (lambda: Network([ReLU()], 3, input_shape=[2]), "input_shape: 3 values do not have shape (2,)"),
        (lambda: Network([ReLU()], input_shape=[2, 0]), "input_shape[1]: expected a whole number"),
        (lambda: Network([ReLU()], input_shape=[]), "input_shape: expected at least one size"),
        (lambda: Network([Maxout(2), Linear([[1]], [0])]), "input_dim: a network without a linear layer"),
    ],
)
def test_bad_graphs_are_one_clear_line(make, message):
    with pytest.raises(InvalidInput) as caught:
        make()
    assert message in str(caught.value)


def test_values_of_shapes_are_flat_in_row_major_order():
    network = Network([Concat(axis=1)], input_shape=[2, 2], inputs={0: [-1, -1]})
    assert network([1, 2, 3, 4]) == (1, 2, 1, 2, 3, 4, 3, 4) and network.shapes == ((2, 2), (2, 4))
    assert prod(network.shapes[-1]) == network.output_dim


PAGE = (Path(__file__).resolve().parents[2] / "docs" / "NETWORKS.md").read_text(encoding="utf-8")


def test_the_page_of_networks_names_every_layer_and_its_examples_run():
    rows = [line.split("|") for line in PAGE.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row[1])}
    assert named == set(LAYER_TYPES)
    fields = {
        name: set(re.findall(r"`(\w+)`", row[3])) for row in rows for name in re.findall(r"`(\w+)`", row[1])
    }
    for name, (required, optional) in FIELDS.items():
        assert fields[name] - {"reshape"} == {*required, *optional}, name
    document = json.loads(re.search(r"```json\n(.*?)```", PAGE, re.DOTALL).group(1))
    network = network_from_json(document)
    assert network.shapes[-1] == (1,) and network_from_json(network.to_json()) == network
    scope = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL).group(1), scope)
    assert scope["block"]([1, -1]) == (1, -1)
