"""Every layer beside its textbook formula: values, signs, shapes, programs, files, refusals."""

from __future__ import annotations

import json
import pickle
from fractions import Fraction as F
from itertools import product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.models import (
    Abs,
    AveragePool1d,
    AveragePool2d,
    ClippedReLU,
    Conv1d,
    Conv2d,
    Dropout,
    Flatten,
    HardSigmoid,
    HardTanh,
    Identity,
    LeakyReLU,
    Linear,
    Maxout,
    MaxPool1d,
    MaxPool2d,
    Network,
    PiecewiseLinear,
    PReLU,
    ReLU,
    Reshape,
    Scale,
    Sign,
    Step,
    Threshold,
)
from exactgeom.models.layers import LAYER_TYPES
from exactgeom.testkit.strategies import points

SHAPE = (2, 3, 4)


def channel(i):
    return i // 12


def kernel(*shape):
    """Weights with zeros and signs, never two alike in a row."""
    flat = [F((7 * i) % 11 - 5, 1 + i % 3) for i in range(prod(shape))]

    def nest(level, start):
        size = prod(shape[level + 1 :])
        if level == len(shape):
            return flat[start]
        return [nest(level + 1, start + i * size) for i in range(shape[level])]

    return nest(0, 0)


def median(*numbers):
    return sorted(numbers)[1]


POINTWISE = [
    (ReLU(), lambda z, i: max(z, 0)),
    (LeakyReLU("1/8"), lambda z, i: z if z > 0 else z / 8),
    (Abs(), lambda z, i: abs(z)),
    (HardTanh("-1/2", 1), lambda z, i: median(z, F(-1, 2), 1)),
    (ClippedReLU(1), lambda z, i: median(z, 0, 1)),
    (HardSigmoid(), lambda z, i: median((z + 3) / 6, 0, 1)),
    (HardSigmoid("-1/5", "1/2"), lambda z, i: median(F(1, 2) - z / 5, 0, 1)),
    (PiecewiseLinear(["1/2"], [[0, "1/2"], [1, 0]]), lambda z, i: max(z, F(1, 2))),
    (PiecewiseLinear([-1, 1], [[1, 1], [0, 0], [1, -1]]), lambda z, i: z - median(z, -1, 1)),
    (PReLU(["1/4", -1]), lambda z, i: z if z > 0 else z * (F(1, 4), -1)[channel(i)]),
    (PReLU(["1/4"]), lambda z, i: z if z > 0 else z / 4),
    (Scale([2, "1/3"], [0, -1]), lambda z, i: (2 * z, z / 3 - 1)[channel(i)]),
    (Scale([0], [5]), lambda z, i: F(5)),
    (Step(), lambda z, i: F(z > 0)),
    (Step([0], [0, 1], [1]), lambda z, i: F(z >= 0)),
    (
        Step([-1, 1], [3, "1/2", 2], [7, 8]),
        lambda z, i: {-1: F(7), 1: F(8)}.get(z, (3, F(1, 2), 2)[(z > -1) + (z > 1)]),
    ),
    (Sign(), lambda z, i: F((z > 0) - (z < 0))),
    (Threshold(1, "-1/3"), lambda z, i: z if z > 1 else F(-1, 3)),
    (Threshold(1, 1), lambda z, i: max(z, 1)),
    (Identity(), lambda z, i: z),
    (Dropout(), lambda z, i: z),
    (Flatten(), lambda z, i: z),
    (Reshape([4, 6]), lambda z, i: z),
]  # fmt: skip

STRUCTURED = [
    (Conv1d(kernel(3, 2, 2), [0, 1, "1/2"], stride=2, padding=1), (2, 5)),
    (Conv1d(kernel(4, 1, 3), [0] * 4, dilation=2, groups=2, padding=[(0, 2)]), (2, 5)),
    (Conv2d(kernel(2, 2, 2, 3), [1, 0], padding=(1, 0)), SHAPE),
    (Conv2d(kernel(2, 1, 2, 2), [1, 0], stride=(1, 2), groups=2), SHAPE),
    (MaxPool1d(2), (2, 5)),
    (MaxPool1d(3, 1, 1, 2), (2, 5)),
    (MaxPool2d((2, 3), stride=1), SHAPE),
    (MaxPool2d(2, padding=1, ceil_mode=True), SHAPE),
    (AveragePool1d(3, 2, 1), (2, 5)),
    (AveragePool2d((2, 3), stride=1, padding=1, count_include_pad=False), SHAPE),
    (AveragePool2d(2, ceil_mode=True, divisor=3), SHAPE),
    (Maxout(2), (4,)),
    (Maxout(2), (4, 3)),
]


def windows(layer, shape):
    """What each window sees, by definition: (kernel index, input index or None, counts as padded)."""
    w = layer.windows
    axes = list(zip(shape[1:], w.stride, w.padding, w.dilation, strict=True))
    for out in product(*map(range, layer.shape_after([shape])[1:])):
        seen = []
        for j in product(*map(range, w.kernel)):
            spot = [o * axis[1] - axis[2][0] + axis[3] * i for o, i, axis in zip(out, j, axes, strict=True)]
            inside = all(0 <= x < axis[0] for x, axis in zip(spot, axes, strict=True))
            padded = all(x < axis[0] + axis[2][1] for x, axis in zip(spot, axes, strict=True))
            seen.append((j, tuple(spot) if inside else None, padded))
        yield seen


def naive(layer, shape, x):
    """Evaluate a structured layer by its definition, from nested loops over a dictionary of values."""
    value = dict(zip(product(*map(range, shape)), x, strict=True))
    if isinstance(layer, Maxout):
        rest = list(product(*map(range, shape[1:])))
        return [
            max(value[(c + j, *r)] for j in range(layer.size))
            for c in range(0, shape[0], layer.size)
            for r in rest
        ]
    result = []
    if isinstance(layer, Conv1d | Conv2d):
        per_in, per_out = len(layer.weight[0]), len(layer.weight) // layer.groups
        for o, rows in enumerate(layer.weight):
            for seen in windows(layer, shape):
                total = layer.bias[o]
                for c, row in enumerate(rows):
                    for j, spot, _ in seen:
                        weight = row
                        for index in j:
                            weight = weight[index]
                        total += weight * value.get((o // per_out * per_in + c, *(spot or (-1,))), 0)
                result.append(total)
        return result
    for c in range(shape[0]):
        for seen in windows(layer, shape):
            inside = [value[(c, *spot)] for _, spot, _ in seen if spot is not None]
            if isinstance(layer, MaxPool1d | MaxPool2d):
                result.append(max(inside))
            else:
                count = sum(padded for *_, padded in seen) if layer.count_include_pad else len(inside)
                result.append(F(sum(inside)) / (layer.divisor or count))
    return result


@pytest.mark.parametrize(("layer", "formula"), POINTWISE, ids=[repr(layer) for layer, _ in POINTWISE])
@settings(max_examples=20)
@given(data=st.data())
def test_pointwise_layers_are_their_formulas(layer, formula, data):
    x = data.draw(points(24))
    network = Network([layer], input_shape=SHAPE)
    assert network(x) == tuple(formula(z, i) for i, z in enumerate(x))
    check_program(network, x)


@pytest.mark.parametrize(("layer", "shape"), STRUCTURED, ids=lambda case: repr(case)[:40])
@settings(max_examples=15)
@given(data=st.data())
def test_structured_layers_are_their_definitions(layer, shape, data):
    x = data.draw(points(prod(shape)))
    network = Network([layer], input_shape=shape)
    assert network(x) == tuple(naive(layer, shape, x))
    assert prod(network.shapes[1]) == network.output_dim
    check_program(network, x)


def check_program(network, x):
    """Both routes agree, the signs fit their names, and their affine map is the network at the point."""
    signs = network.signs(x)
    assert network.program(x) == network(x) and network.program.signs(x) == signs
    assert len(signs) == network.sign_count == network.program.sign_count == len(network.unit_names())
    rows, offsets = network.affine_map(signs)
    assert (rows, offsets) == network.program.affine_map(signs)
    assert network(x) == tuple(
        sum((a * v for a, v in zip(row, x, strict=True)), b) for row, b in zip(rows, offsets, strict=True)
    )


@pytest.mark.parametrize(
    "layer", [case[0] for case in (*POINTWISE, *STRUCTURED)], ids=lambda layer: repr(layer)[:40]
)
def test_layers_are_values(layer):
    shape = next((shape for own, shape in STRUCTURED if own is layer), SHAPE)
    network = Network([layer], input_shape=shape)
    assert eval(repr(layer)) == layer and hash(eval(repr(layer))) == hash(layer)
    assert pickle.loads(pickle.dumps(layer)) == layer
    assert Network.from_json(json.loads(json.dumps(network.to_json()))) == network
    assert eval(repr(network)) == network == pickle.loads(pickle.dumps(network))
    assert LAYER_TYPES[layer.to_json()["type"]] is type(layer)
    with pytest.raises(AttributeError, match="immutable"):
        layer.weight = ()


def test_layers_of_one_formula_are_equal():
    assert ClippedReLU(6) == HardTanh(0, 6) == PiecewiseLinear([0, 6], [[0, 0], [1, 0], [0, 6]])
    assert HardTanh() != ClippedReLU(1) and PReLU([1]) != Scale([1], [0])
    assert Conv1d([[[1]]], [0]) == Conv1d([[[1]]], [0], stride=[1], padding=[(0, 0)])
    assert MaxPool2d(2) == MaxPool2d((2, 2), stride=2) != MaxPool2d(2, stride=1)
    assert Step() == Step([0], [0, 1], [0]) != Step([0], [0, 1], [1])
    assert Flatten() != Dropout() and Sign() != Step([0], [-1, 1])


def test_signs_of_maxima_name_the_winners():
    network = Network([MaxPool1d(3, stride=2)], input_shape=(1, 5))
    assert network.signs([1, 4, 4, 0, 4]) == "-00" + "0-0"
    assert network.unit_names()[3] == "layers[0] unit 1 candidate 2"
    assert network.affine_map("-0-" + "--0")[0] == ((0, 1, 0, 0, 0), (0, 0, 0, 0, 1))
    for signs in ("---0--", "-+0--0"):
        with pytest.raises(InvalidInput, match=r"signs\[0\]: expected the signs of a maximum's candidates"):
            network.affine_map(signs)


def test_a_threshold_that_jumps_has_a_kink_and_a_jump():
    network = Network([Threshold(1, 0)], input_dim=2)
    assert network.signs([1, 2]) == "0+" + "0+"
    assert network.unit_names() == (
        "layers[0] unit 0 at 1", "layers[0] unit 1 at 1",
        "layers[0] unit 0 jump at 1", "layers[0] unit 1 jump at 1",
    )  # fmt: skip
    assert network.affine_map("-+-+") == (((0, 0), (0, 1)), (0, 0))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ClippedReLU(0), "high: clipped ReLU needs high > 0, got 0"),
        (lambda: HardSigmoid(0), "alpha: hard sigmoid needs alpha other than 0"),
        (lambda: PReLU([]), "slopes: expected at least one slope"),
        (lambda: PiecewiseLinear([0], [[0, 0], [1, 1]]), "pieces[1]: the function jumps at 0, from 0 to 1"),
        (lambda: PiecewiseLinear([0], [[0, 0]]), "pieces: expected 2 pairs"),
        (lambda: PiecewiseLinear([1, 1], [[0, 0]] * 3), "breakpoints: expected strictly increasing"),
        (lambda: Step([0], [1]), "values: expected 2 entries, one more than breakpoints, got 1"),
        (lambda: Step([0], [1, 2], []), "on: expected 1 entries, one per breakpoint, got 0"),
        (lambda: Step([1, 0], [1, 2, 3]), "breakpoints: expected strictly increasing"),
        (lambda: Scale([1], [0, 0]), "shift: expected 1 entries, one per factor, got 2"),
        (lambda: Scale([], []), "scale: expected at least one factor"),
        (lambda: Conv1d([[1]], [0]), "weight[0][0]: expected a vector"),
        (lambda: Conv1d([[[1], [1, 2]]], [0]), "weight[0][1]: ragged"),
        (lambda: Conv1d([[[1]], [[1], [2]]], [0, 0]), "weight[1]: ragged"),
        (lambda: Conv1d([[[1]]], [0, 0]), "bias: expected 1 entries, one per output channel, got 2"),
        (lambda: Conv1d([[[1]]], [0], groups=2), "groups: 1 output channels do not split into 2 groups"),
        (lambda: Conv2d([[[[1]]]], [0], stride=0), "stride: expected a whole number of at least 1, got 0"),
        (lambda: Conv2d([[[[1]]]], [0], padding=[1]), "padding: expected 2 entries, one per axis, got 1"),
        (lambda: Conv2d([[[[1]]]], [0], padding=-1), "padding: expected a whole number of at least 0"),
        (lambda: MaxPool2d(2.0), "kernel: expected a whole number of at least 1, got 2.0"),
        (lambda: MaxPool2d(True), "kernel: expected a whole number of at least 1, got True"),
        (lambda: MaxPool2d(10**9), "kernel: expected at most 1000000"),
        (lambda: MaxPool2d(2, ceil_mode=1), "ceil_mode: expected true or false, got 1"),
        (lambda: AveragePool2d(2, divisor=0), "divisor: expected a whole number of at least 1"),
        (lambda: Maxout(0), "size: expected a whole number of at least 1, got 0"),
        (lambda: Reshape([]), "shape: expected at least one size"),
        (lambda: Network([MaxPool2d(2)], 4), "layers[0]: expected values of shape (channels, height, width)"),
        (lambda: Network([MaxPool1d(5)], input_shape=(1, 4)), "layers[0]: a window of 5 does not fit into 4"),
        (
            lambda: Network([MaxPool1d(1, 1, 1)], input_shape=(1, 4)),
            "layers[0].padding: a window lies in the",
        ),
        (
            lambda: Network([Conv1d([[[1]]], [0])], input_shape=(2, 4)),
            "layers[0].weight: expected 1 channels, got 2",
        ),
        (lambda: Network([Maxout(2)], 3), "layers[0].size: 3 values do not split into groups of 2"),
        (lambda: Network([PReLU([1, 2])], 3), "layers[0].slopes: expected 3 entries, one per channel, got 2"),
        (lambda: Network([Scale([1, 2], [0, 0])], 3), "layers[0].scale: expected 3 entries"),
        (lambda: Network([Reshape([2, 2])], 3), "layers[0].shape: 3 values do not have shape (2, 2)"),
        (lambda: Network([Linear([[1]], [0])], input_shape=(1, 2)), "layers[0].weight: expected rows of 2"),
    ],
)
def test_bad_layers_are_one_clear_line(make, message):
    with pytest.raises(InvalidInput) as caught:
        make()
    assert message in str(caught.value) and "\n" not in str(caught.value)
