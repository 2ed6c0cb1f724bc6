"""One-sided derivatives at walls: exact limits, jumps, and agreement with the gradient where it exists."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

import exactgeom as eg
from exactgeom.regularize import (
    InterfaceArea,
    MassMismatch,
    SharpAngles,
    Slivers,
    VolumeDispersion,
    grad,
    one_sided,
    taylor,
)
from exactgeom.regularize.motion import moved
from tests.regularize.cases import domain, dot, is_smooth, like, network, simple_regularizers

LINE = eg.box(-1, 1, dim=1)
TWINS = eg.Arrangement([([1], 0), ([1], 0)])
SQUARE = eg.box([-1, -1], [1, "3/2"])


def zero_bias(seed: int = 5) -> eg.Network:
    rng = random.Random(seed)
    pick = lambda rows, cols: [[rng.choice([-2, -1, 1, 2]) for _ in range(cols)] for _ in range(rows)]  # noqa: E731
    return eg.Network(
        [eg.Linear([[1, 2], [-1, 1], [2, -1]], [0] * 3), eg.ReLU(), eg.Linear(pick(2, 3), [0] * 2), eg.ReLU()]
    )


def test_moving_a_twin_apart_has_derivatives_of_both_signs() -> None:
    for sign in (1, -1):
        found = one_sided(VolumeDispersion(), TWINS, LINE, [([0], sign), ([0], 0)])
        assert (found.limit, found.derivative, found.jumps) == (Fraction(1, 2), Fraction(-1, 2), False)


def test_the_area_of_a_twin_jumps() -> None:
    found = one_sided(InterfaceArea(), TWINS, LINE, [([0], 1), ([0], 0)])
    assert (found.value, found.limit, found.derivative, found.jumps) == (1, 2, 0, True)


def test_twins_that_move_together_stay_on_their_wall() -> None:
    with pytest.raises(eg.NonSmoothError, match="along this direction still") as caught:
        one_sided(VolumeDispersion(), TWINS, LINE, [([0], 1), ([0], 1)])
    assert len(caught.value.units) == 2


def test_a_cell_that_is_born_makes_slivers_explode() -> None:
    corner = eg.Arrangement([([1, 1], "5/2")])  # touches the square in a vertex
    into, away = ([([0, 0], -1)], [([0, 0], 1)])
    with pytest.raises(eg.NonSmoothError, match="without bound"):
        one_sided(Slivers(), eg.Arrangement([([1, 0], 1)]), SQUARE, [([0, 0], -1)])
    assert one_sided(Slivers(), corner, SQUARE, away).derivative == 0
    born = one_sided(Slivers(), corner, SQUARE, into)
    assert born.jumps  # a small triangle has the shape of a large one
    assert born.limit - born.value == (2 + eg.Surd.sqrt(2)) ** 2 * 2
    assert one_sided(VolumeDispersion(), corner, SQUARE, into).derivative == 0  # the triangle has t^2 / 2


def test_the_limit_is_what_nearby_values_tend_to() -> None:
    net = zero_bias()
    delta = [([[0, 0]] * 3, [1, Fraction(1, 2), -1]), ([[0] * 3] * 2, [Fraction(1, 3), -1])]
    for regularizer in (VolumeDispersion(), InterfaceArea(), SharpAngles(), MassMismatch([["1/3", "1/7"]])):
        found = one_sided(regularizer, net, SQUARE, delta)
        h = Fraction(1, 10**6)
        a, b = (regularizer.value(eg.partition(moved(net, delta, t), SQUARE)) for t in (h, h / 2))
        assert float(2 * b - a) == pytest.approx(float(found.limit), rel=1e-9)
        assert float((a - b) / (h / 2)) == pytest.approx(float(found.derivative), rel=1e-4, abs=1e-4)
        assert h < found.until


def test_a_kink_shows_as_two_derivatives() -> None:
    """Three lines through a point: opening a triangle costs area at first order, on either side."""
    star = eg.Arrangement([([1, 0], 0), ([0, 1], 0), ([1, 1], 0)])
    there, back = (
        one_sided(SharpAngles(), star, SQUARE, [([0, 0], 0), ([0, 0], 0), ([0, 0], s)]) for s in (1, -1)
    )
    assert there.limit == back.limit
    assert there.jumps
    area = [
        one_sided(VolumeDispersion(), star, SQUARE, [([0, 0], 0), ([0, 0], 0), ([0, 0], s)]) for s in (1, -1)
    ]
    assert area[0].derivative == -area[1].derivative != 0  # volumes are C^1 there
    assert not area[0].jumps


def test_the_time_is_before_the_next_change_of_type() -> None:
    """The second line is met at t = 1/50; before it the twin's cell has length t."""
    lines = eg.Arrangement([([1], 0), ([1], 0), ([1], "1/50")])
    found = one_sided(VolumeDispersion(), lines, LINE, [([0], 1), ([0], 0), ([0], 0)])
    assert found.until < Fraction(1, 50)
    assert found.derivative == Fraction(-2, 4) * Fraction(1, 50)  # t^2 + (1/50 - t)^2 over 4
    back = one_sided(VolumeDispersion(), lines, LINE, [([0], -1), ([0], 0), ([0], 0)])
    assert back.until == Fraction(1, 16)


def test_at_a_smooth_point_it_is_the_gradient() -> None:
    net = next(m for s in range(20) if is_smooth(m := network([2, 3, 2, 1], s), 2))
    for regularizer in simple_regularizers(2):
        gradient = grad(regularizer, net, domain(2))
        delta = like(gradient, random.Random(2))
        found = one_sided(regularizer, net, domain(2), delta)
        assert found.derivative == dot(gradient, delta)
        assert not found.jumps


def test_a_data_point_on_a_wall_is_refused() -> None:
    with pytest.raises(eg.NonSmoothError, match=r"data\[0\]"):
        one_sided(MassMismatch([[0]]), TWINS, LINE, [([0], 1), ([0], 0)])


@pytest.mark.parametrize(
    "direction", [[], [([0], 1)], [([0, 0], 1), ([0], 1)], [1, 2], 3, [([0], "x"), ([0], 1)], [([0.5], 1)]]
)
def test_directions_must_fit(direction: Any) -> None:
    with pytest.raises(eg.InvalidInput, match="direction"):
        one_sided(VolumeDispersion(), TWINS, LINE, direction)
    with pytest.raises(eg.InvalidInput, match="direction"):
        net = eg.Network([eg.Linear([[1]], [0]), eg.ReLU(), eg.Linear([[1]], [0])])
        taylor(VolumeDispersion(), net, LINE, direction)


def test_trees_do_not_move_along_directions() -> None:
    from exactgeom.models.tree import DecisionTree, Leaf, Split

    tree = DecisionTree([Split(0, 0, 1, 2), Leaf([0]), Leaf([1])], 1)
    with pytest.raises(eg.InvalidInput, match="DecisionTree"):
        one_sided(VolumeDispersion(), tree, LINE, [1])
