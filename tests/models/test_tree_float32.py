"""The float32 cast, exactly: against NumPy's, and the half-lines that rounding makes of thresholds."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.models.tree_float32 import float32_cut, round_float32

LARGEST = F(float(np.finfo(np.float32).max))
TINY = F(1, 2**149)
EPSILON = F(1, 10**60)
DOUBLES = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-3.4e38, max_value=3.4e38),
    st.floats(-10, 10),
    st.floats(-1e-44, 1e-44),
    st.floats(width=32, allow_nan=False, allow_infinity=False),
)


@given(DOUBLES)
@example(2.0**24 + 1)
@example(2.0**24 + 3)
@example(2.0**-150)
@example(-(2.0**-150))
@example(2.0**-149 * 1.5)
@example(1 - 2.0**-25)
@example(float(LARGEST))
def test_rounding_a_double_is_what_numpy_does(x):
    assert round_float32(x) == F(float(np.float32(x)))


@given(st.fractions(-1000, 1000))
def test_rounding_is_to_nearest_and_idempotent(q):
    r = round_float32(q)
    assert round_float32(r) == r == F(float(np.float32(float(r))))
    up, down = (F(float(np.nextafter(np.float32(float(r)), np.float32(s)))) for s in (1e9, -1e9))
    assert abs(q - r) <= min(abs(q - up), abs(q - down))


@given(DOUBLES, st.booleans())
@example(0.0, False)
@example(0.0, True)
@example(-(2.0**-1074), False)
@example(1.0, True)
@example(2.0, False)
@example(-2.0, True)
@example(float(LARGEST), False)
@example(float(LARGEST), True)
@example(-float(LARGEST), True)
@example(-float(LARGEST), False)
def test_the_cut_is_exactly_where_rounding_changes_the_decision(threshold, strict):
    t = F(threshold)
    cut, is_open = float32_cut(t, strict=strict)

    def left(x):
        """The rule itself; beyond the range of float32 the rounded value is infinite."""
        if abs(x) >= LARGEST + 2**103:
            return x < 0
        rounded = round_float32(x)
        return rounded < t if strict else rounded <= t

    size = max(abs(cut), F(1)) * EPSILON
    assert left(cut - size) and not left(cut + size)
    assert left(cut) == (not is_open)


@pytest.mark.parametrize("threshold", [1e300, -1e300, 3.5e38, -3.5e38])
def test_thresholds_beyond_the_range_decide_nothing_finite(threshold):
    cut, is_open = float32_cut(threshold)
    assert abs(cut) == LARGEST + 2**103 and is_open == (threshold > 0) and (cut > 0) == (threshold > 0)


def test_what_overflows_is_refused():
    with pytest.raises(InvalidInput, match=r"x\[1\]: 1\d* is beyond the range of float32"):
        DecisionTree([Leaf([0])], 2, rounding="float32")([0, 10**39])
    assert round_float32(LARGEST + 2**103 - 1) == LARGEST
    with pytest.raises(InvalidInput, match="beyond"):
        round_float32(LARGEST + 2**103)


@given(st.floats(-4, 4), st.floats(-4, 4), st.lists(st.floats(-4, 4), max_size=5), st.booleans())
def test_folding_keeps_the_value_at_every_real_point(s, t, others, strict):
    tree = DecisionTree(
        [Split(0, s, 1, 2, strict), Leaf([0]), Split(0, t, 3, 4), Leaf([1]), Leaf([2])], 1, rounding="float32"
    )
    folded = tree.folded()
    assert folded.rounding is None and folded.folded() is folded
    near = [F(v) for v in others]
    for v in (s, t):
        cut = float32_cut(v)[0]
        near += [
            F(v),
            cut,
            cut + EPSILON,
            cut - EPSILON,
            F(float(np.nextafter(v, 9))),
            F(float(np.float32(v))),
        ]
        near += [F(float(np.nextafter(np.float32(v), np.float32(side)))) for side in (-9, 9)]
    for x in near:
        assert folded([x]) == tree([x]) and folded.apply([x]) == tree.apply([x])
        assert TreeEnsemble([tree, tree]).folded()([x]) == TreeEnsemble([tree, tree])([x])
