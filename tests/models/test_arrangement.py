"""Arrangements of hyperplanes: signs, value semantics, refusals."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.models import Arrangement, Linear, Network, ReLU
from exactgeom.testkit.strategies import arrangements, points


@given(arrangements(), st.data())
def test_signs_are_those_of_a_network_with_these_units(arrangement, data):
    x = data.draw(points(arrangement.dim))
    signs = arrangement.signs(x)
    assert len(signs) == len(arrangement.hyperplanes) == len(arrangement.unit_names())
    if arrangement.hyperplanes:
        normals = [normal for normal, _ in arrangement.hyperplanes]
        offsets = [-offset for _, offset in arrangement.hyperplanes]
        assert Network([Linear(normals, offsets), ReLU()]).signs(x) == signs


@given(arrangements())
def test_arrangements_are_values(arrangement):
    copy = pickle.loads(pickle.dumps(arrangement))
    assert copy == arrangement and hash(copy) == hash(arrangement)
    assert eval(repr(arrangement)) == arrangement
    with pytest.raises(AttributeError, match="immutable"):
        arrangement.dim = 3


def test_repeated_hyperplanes_each_keep_their_sign():
    assert Arrangement([([1], 0), ([1], 0), ([-1], 0)]).signs([2]) == "++-"


def test_sides_are_normal_dot_x_minus_offset():
    assert Arrangement([([1, 1], 1)]).signs([1, 1]) == "+"
    assert Arrangement([([1, 1], 1)]).signs(["1/2", "1/2"]) == "0"
    assert Arrangement([([1, 1], 1)]).signs([0, 0]) == "-"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Arrangement([]), "dim: an arrangement without hyperplanes needs dim"),
        (lambda: Arrangement([], dim=0), "dim: expected a whole number"),
        (lambda: Arrangement([([0, 0], 1)]), "hyperplanes[0].normal: expected a nonzero normal"),
        (
            lambda: Arrangement([([1], 0), ([1, 2], 0)]),
            "hyperplanes[1].normal: expected a nonzero normal of 1",
        ),
        (lambda: Arrangement([([], 0)]), "hyperplanes[0].normal: expected a nonzero normal"),
        (lambda: Arrangement([3]), "hyperplanes[0]: expected a pair (normal, offset)"),
        (lambda: Arrangement([([True], 0)]), "hyperplanes[0].normal[0]: expected a number, got the boolean"),
        (lambda: Arrangement([([1], 0)]).signs([1, 2]), "x: expected 1 coordinates, got 2"),
    ],
)
def test_bad_input_is_one_clear_line(make, message):
    with pytest.raises(InvalidInput) as caught:
        make()
    assert message in str(caught.value) and "\n" not in str(caught.value)
