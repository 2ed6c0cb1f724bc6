"""Gradients: against forward series, exact differences, closed forms; the laws of invariance."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.models import Conv2d, Flatten, MaxPool1d, MaxPool2d, PReLU, Reshape, Scale, Step
from exactgeom.regularize import (
    InterfaceArea,
    MassMismatch,
    SharpAngles,
    Slivers,
    VolumeDispersion,
    grad,
    taylor,
    value_and_grad,
)
from exactgeom.regularize.motion import moved
from tests.regularize.cases import (
    HALF,
    domain,
    dot,
    is_smooth,
    like,
    network,
    simple_regularizers,
    smooth_networks,
)


def both_routes_agree(model: Any, dim: int, seed: int, *, kinds: Any = None) -> None:
    rng = random.Random(seed)
    for regularizer in kinds or simple_regularizers(dim):
        value, gradient = value_and_grad(regularizer, model, domain(dim))
        delta = like(gradient, rng)
        assert taylor(regularizer, model, domain(dim), delta, 1) == (value, dot(gradient, delta))


@given(smooth_networks(), st.integers(0, 10**6))
@settings(max_examples=5)
def test_the_reverse_pass_is_the_forward_series(net: eg.Network, seed: int) -> None:
    both_routes_agree(net, net.input_dim, seed)


@pytest.mark.parametrize(
    "activation",
    [eg.LeakyReLU("1/10"), eg.Abs(), eg.HardTanh()],
    ids=["leaky", "abs", "hard tanh"],
)
def test_every_pointwise_activation_has_gradients(activation: Any) -> None:
    model = next(m for s in range(20) if is_smooth(m := network([2, 3, 2, 1], s, activation), 2))
    both_routes_agree(model, 2, 1)


def test_slivers_in_three_dimensions() -> None:
    model = next(m for s in range(20) if is_smooth(m := network([3, 2], s, eg.ReLU()), 3))
    both_routes_agree(eg.Network([*model.layers, eg.ReLU()]), 3, 2, kinds=[Slivers()])


def test_four_dimensions() -> None:
    model = next(m for s in range(20) if is_smooth(m := network([4, 3, 1], s), 4))
    both_routes_agree(model, 4, 2, kinds=[VolumeDispersion(), InterfaceArea(), SharpAngles()])


def test_arrangements_sites_and_linear_classifiers() -> None:
    lines = eg.Arrangement([([1, "1/2"], "1/3"), ([-1, 2], "1/5"), (["1/7", 1], "-1/4")])
    sites = eg.Sites(
        [[0, "1/9"], ["1/2", "1/3"], ["-1/2", "1/5"], ["1/8", "-3/4"]], weights=[0, "1/8", 0, "1/9"]
    )
    scores = eg.LinearClassifier([[1, 0], ["-1/2", 1], ["-1/3", -1]], ["1/9", 0, "1/7"])
    for model in (lines, sites, scores):
        both_routes_agree(model, 2, 3)


def test_models_that_jump_at_the_end_have_gradients() -> None:
    votes = eg.LinearClassifier(
        [[1, 0], [0, 1], [-1, 1]], ["1/7", "1/9", "1/17"], rule="votes", classes="abc"
    )
    both_routes_agree(votes, 2, 7, kinds=[VolumeDispersion()])
    step = eg.Network([eg.Linear([[1, 2]], ["1/3"]), Step([0], [0, 1])])
    both_routes_agree(step, 2, 8, kinds=[VolumeDispersion(), InterfaceArea()])


def test_walls_without_parameters_do_not_move() -> None:
    """The first ReLU reads the input itself: only the wall of the second one has parameters."""
    net = eg.Network([eg.ReLU(), eg.Linear([[1, -1]], ["1/3"]), eg.ReLU()], input_dim=2)
    both_routes_agree(net, 2, 9)
    still = eg.Network([eg.ReLU()], input_dim=2)
    assert value_and_grad(VolumeDispersion(), still, domain(2))[1] == []


def test_points_outside_the_domain_count_in_the_whole() -> None:
    line = eg.Arrangement([([1, 2], "1/3")])
    mismatch = MassMismatch([[HALF, HALF], [-HALF, 0], [100, 100]])
    both_routes_agree(line, 2, 11, kinds=[mismatch])
    assert value_and_grad(mismatch, line, domain(2))[0] == mismatch.value(eg.partition(line, domain(2)))


def test_site_classifiers_give_the_gradient_of_their_sites() -> None:
    sites = eg.Sites([[0, "1/9"], ["1/2", "1/3"], ["-1/2", "1/5"]], labels=["a", "b", "c"])
    regularizer = VolumeDispersion()
    expected = grad(regularizer, sites, domain(2))
    classifier = eg.SiteClassifier(sites)
    assert grad(regularizer, classifier, domain(2)) == expected
    delta = like(expected, random.Random(1))
    assert taylor(regularizer, classifier, domain(2), delta, 1)[1] == dot(expected, delta)


def test_convolutions_scales_and_pooling_share_their_parameters() -> None:
    conv = Conv2d([[[[1, "-3/7"]]], [[["5/7", "9/7"]]]], ["1/5", "-2/5"])
    layers = [conv, Scale(["3/2", "-4/3"], ["1/7", "2/9"]), MaxPool2d([1, 2]), eg.ReLU(), Flatten()]
    net = eg.Network([*layers, eg.Linear([["2/3", -1]], ["1/11"]), eg.ReLU()], input_shape=(1, 1, 3))
    found = grad(VolumeDispersion(), net, domain(3))
    assert [len(pair) for pair in found] == [2, 2, 2]
    assert len(found[0][0][1][0][0]) == 2  # weight[1][0][0]: the kernel's row
    both_routes_agree(net, 3, 4, kinds=[VolumeDispersion(), InterfaceArea()])


def test_overlapping_maxima_may_have_the_same_winner() -> None:
    layers = [eg.Linear([[1, "1/3"], ["-1/2", 1], ["1/5", "-4/5"]], ["1/7", "1/5", "2/9"]), Reshape([1, 3])]
    end = [MaxPool1d(2, stride=1), Flatten(), eg.Linear([[1, "-2/3"]], ["-1/9"]), eg.ReLU()]
    both_routes_agree(eg.Network([*layers, *end]), 2, 6, kinds=[VolumeDispersion(), InterfaceArea()])


def test_a_residual_network_reads_blocks_twice() -> None:
    from exactgeom.models import Add

    layers = [
        eg.Linear([[1, "1/3"], ["-1/2", 1]], ["1/7", "1/5"]),
        eg.ReLU(),
        eg.Linear([[1, "-2/3"], ["4/5", 1]], ["-1/9", "1/4"]),
    ]
    net = eg.Network([*layers, Add(), eg.ReLU()], inputs={3: [2, 0]})
    both_routes_agree(net, 2, 5)


def test_parameters_that_are_not_affine_are_refused() -> None:
    net = eg.Network([eg.Linear([[1]], [0]), PReLU(["1/3"])])
    with pytest.raises(eg.InvalidInput, match=r"layers\[1\].*PReLU"):
        value_and_grad(VolumeDispersion(), net, domain(1))
    with pytest.raises(eg.InvalidInput, match="Mars"):
        value_and_grad(VolumeDispersion(), eg.Mars([(1, [])], input_dim=1), domain(1))


# -- exact finite differences ----------------------------------------------------------------------------


def stencil(values: dict[int, Any], h: Fraction) -> Any:
    """The derivative at 0 of a polynomial of degree at most 4, exactly."""
    return (8 * (values[1] - values[-1]) - (values[2] - values[-2])) / (12 * h)


@given(st.integers(0, 10**6))
@settings(max_examples=6)
def test_offsets_against_exact_differences_of_quartic_polynomials(seed: int) -> None:
    rng = random.Random(seed)
    planes = [
        ([rng.randint(-5, 5) or 1, rng.randint(-5, 5)], Fraction(rng.randint(-9, 9), 10)) for _ in range(3)
    ]
    model = eg.Arrangement(planes)
    if not is_smooth(model, 2):
        return
    gradient = grad(VolumeDispersion(), model, domain(2))
    h = Fraction(1, 10**7)  # so small that no vertex crosses a wall: numbers here have few digits
    for i in range(3):
        delta = [([0, 0], int(i == j)) for j in range(3)]
        values = {
            k: VolumeDispersion().value(eg.partition(moved(model, delta, k * h), domain(2)))
            for k in (-2, -1, 1, 2)
        }
        assert stencil(values, h) == gradient[i][1]


def test_surds_against_a_small_difference() -> None:
    net = next(m for s in range(20) if is_smooth(m := network([2, 4, 3, 1], s), 2))
    h = Fraction(1, 10**6)
    for regularizer in (InterfaceArea(), Slivers(), SharpAngles()):
        gradient = grad(regularizer, net, domain(2))
        delta = like(gradient, random.Random(3))
        ahead, behind = (
            regularizer.value(eg.partition(moved(net, delta, s * h), domain(2))) for s in (1, -1)
        )
        slope = float((ahead - behind) / (2 * h))
        assert slope == pytest.approx(float(dot(gradient, delta)), rel=1e-5)


# -- closed forms ------------------------------------------------------------------------------------------


def test_one_hyperplane_moves_volume_by_its_area_over_the_length_of_its_normal() -> None:
    model = eg.Arrangement([([3, 4], "1/5")])
    P = eg.partition(model, domain(2))
    facet = next(f for f in P.facets if f.is_interior)
    below = next(c for c in P.cells if c.signs == "-")
    rate = facet.area / 5  # dvol(below)/d offset
    ((normal, offset),) = grad(VolumeDispersion(), model, domain(2), cells=None)
    other = next(c for c in P.cells if c.signs == "+")
    scale = 2 * (below.volume - other.volume) / P.total_volume**2
    assert offset == scale * rate
    assert tuple(normal) == tuple(-scale * rate * c for c in facet.centroid)


def test_the_gradient_on_some_cells_is_that_of_their_volumes() -> None:
    model = eg.Arrangement([([1, "1/2"], "1/3"), ([-1, 2], "1/5")])
    P = eg.partition(model, domain(2))
    parts = [grad(VolumeDispersion(), P, cells=[c]) for c in P.cells]
    whole = grad(VolumeDispersion(), P)
    sums = [sum(part[0][1] for part in parts), sum(part[1][0][1] for part in parts)]
    assert sums == [whole[0][1], whole[1][0][1]]
    data = P.locate([[HALF, HALF], [-HALF, HALF]])
    chosen = sorted({c for around in data for c in around})
    assert value_and_grad(VolumeDispersion(), P, cells=data) == value_and_grad(
        VolumeDispersion(), P, cells=chosen
    )


# -- laws --------------------------------------------------------------------------------------------------


@given(smooth_networks())
@settings(max_examples=6)
def test_rescaling_a_relu_row_changes_nothing(net: eg.Network) -> None:
    """W_l, b_l -> s row, W_{l+1} -> column / s gives the same partition: Euler's identity."""
    for regularizer in (VolumeDispersion(), InterfaceArea()):
        gradient = grad(regularizer, net, domain(net.input_dim))
        linear = [layer for layer in net.layers if isinstance(layer, eg.Linear)]
        for number, layer in enumerate(linear[:-1]):
            for j in range(layer.out_dim):
                own = (
                    dot(list(layer.weight[j]), gradient[number][0][j])
                    + layer.bias[j] * gradient[number][1][j]
                )
                column = [row[j] for row in linear[number + 1].weight]
                assert own == dot(column, [row[j] for row in gradient[number + 1][0]])


@given(smooth_networks(), st.integers(-3, 3))
@settings(max_examples=5)
def test_translating_space_translates_the_gradient(net: eg.Network, shift: int) -> None:
    dim, s = net.input_dim, Fraction(shift, 3)
    D = domain(dim)
    low, high = zip(*((-1 - Fraction(k, 11), 1 + Fraction(1, 13 + k)) for k in range(dim)), strict=True)
    first = net.layers[0]
    assert isinstance(first, eg.Linear)
    bias = [b - sum(row) * s for row, b in zip(first.weight, first.bias, strict=True)]
    there = eg.Network([eg.Linear(first.weight, bias), *net.layers[1:]])
    box = eg.box([a + s for a in low], [b + s for b in high])
    for regularizer in (VolumeDispersion(), SharpAngles()):
        value, gradient = value_and_grad(regularizer, net, D)
        other, moved_gradient = value_and_grad(regularizer, there, box)
        assert value == other
        assert gradient[0][1] == moved_gradient[0][1]
        assert gradient[1:] == moved_gradient[1:]
        expected = [[w + b * s for w in row] for row, b in zip(gradient[0][0], gradient[0][1], strict=True)]
        assert moved_gradient[0][0] == expected


@given(smooth_networks(shapes=((2, 4, 3, 1), (3, 3, 2, 1))))
@settings(max_examples=3)
def test_scaling_space_scales_the_gradient_by_the_degree(net: eg.Network) -> None:
    dim, s = net.input_dim, Fraction(3, 2)
    low, high = zip(*((-1 - Fraction(k, 11), 1 + Fraction(1, 13 + k)) for k in range(dim)), strict=True)
    first = net.layers[0]
    assert isinstance(first, eg.Linear)
    there = eg.Network(
        [eg.Linear([[w / s for w in row] for row in first.weight], first.bias), *net.layers[1:]]
    )
    box = eg.box([a * s for a in low], [b * s for b in high])
    for regularizer in (
        VolumeDispersion(),
        InterfaceArea(),
        SharpAngles(),
        *([Slivers()] if dim == 2 else []),
    ):
        factor = s ** regularizer.scale_degree(dim)
        value, gradient = value_and_grad(regularizer, net, domain(dim))
        other, scaled = value_and_grad(regularizer, there, box)
        assert other == value * factor
        assert scaled[0][0] == [[w * factor * s for w in row] for row in gradient[0][0]]
        assert scaled[0][1] == [b * factor for b in gradient[0][1]]


@given(smooth_networks(shapes=((2, 4, 3, 1),)), st.permutations(range(4)))
@settings(max_examples=6)
def test_permuting_hidden_units_permutes_the_gradient(net: eg.Network, order: list[int]) -> None:
    first, second = net.layers[0], net.layers[2]
    assert isinstance(first, eg.Linear) and isinstance(second, eg.Linear)
    mixed = eg.Network(
        [
            eg.Linear([first.weight[i] for i in order], [first.bias[i] for i in order]),
            eg.ReLU(),
            eg.Linear([[row[i] for i in order] for row in second.weight], second.bias),
            *net.layers[3:],
        ]
    )
    gradient, other = (grad(InterfaceArea(), model, domain(2)) for model in (net, mixed))
    assert other[0] == ([gradient[0][0][i] for i in order], [gradient[0][1][i] for i in order])
    assert other[1][0] == [[row[i] for i in order] for row in gradient[1][0]]
    assert other[1][1] == gradient[1][1]


def test_sums_and_multiples_have_the_combined_gradient() -> None:
    net = next(m for s in range(20) if is_smooth(m := network([2, 3, 2, 1], s), 2))
    a, b = VolumeDispersion(), InterfaceArea()
    (va, ga), (vb, gb), (v, g) = (value_and_grad(r, net, domain(2)) for r in (a, b, 2 * a + b / 3))
    delta = like(g, random.Random(1))
    assert v == 2 * va + vb / 3
    assert dot(g, delta) == 2 * dot(ga, delta) + dot(gb, delta) / 3
    assert isinstance(g[0][1][0], eg.Surd)
    assert isinstance(ga[0][1][0], Fraction)
