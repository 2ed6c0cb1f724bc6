"""Rounding a quotient by a square root: nearest among its neighbours, decided without a square root."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.models.importers.rounding import FORMATS, batch_norm, nearest_quotient

TYPES = {"float64": np.float64, "float32": np.float32, "float16": np.float16}


def distance_order(a, b, numerator, radicand):
    """Sign of |a - t| - |b - t| for t = numerator / sqrt(radicand), where a < b: that of 2t - (a + b)."""
    middle = (a + b) / 2
    if (numerator > 0) != (middle > 0):
        return 1 if numerator > 0 else -1
    difference = numerator**2 / radicand - middle**2
    return ((difference > 0) - (difference < 0)) * (1 if numerator > 0 else -1)


@pytest.mark.parametrize("form", TYPES)
@given(st.floats(-4, 4, allow_subnormal=False).filter(lambda g: abs(g) > 1e-2), st.floats(1e-3, 50))
def test_no_neighbour_is_nearer(form, gamma, spread):
    numerator, radicand = F(gamma), F(spread)
    value = TYPES[form](float(nearest_quotient(numerator, radicand, form)))
    assert F(float(value)) == nearest_quotient(numerator, radicand, form)
    below, above = (F(float(np.nextafter(value, TYPES[form](end)))) for end in (-np.inf, np.inf))
    assert distance_order(below, F(float(value)), numerator, radicand) >= 0
    assert distance_order(F(float(value)), above, numerator, radicand) <= 0


@given(st.sampled_from(sorted(FORMATS)), st.integers(-(2**8), 2**8), st.integers(1, 50))
def test_exact_quotients_stay(form, numerator, root):
    assert nearest_quotient(F(numerator * root), F(root**2), form) == numerator


def test_ties_go_to_even_and_small_numbers_lose_bits():
    assert nearest_quotient(F(2**24 + 1), F(1), "float32") == 2**24
    assert nearest_quotient(F(2**24 + 3), F(1), "float32") == 2**24 + 4
    assert nearest_quotient(F(-3, 2**150), F(1), "float32") == F(-2, 2**149)
    assert nearest_quotient(F(1, 2**151), F(1), "float32") == 0
    assert nearest_quotient(F(257), F(1), "bfloat16") == 256
    assert nearest_quotient(F(0), F(2), "float16") == 0


def test_batch_norm_rounds_the_factor_once_and_nothing_else():
    layer = batch_norm([1, 1], ["1/3", 0], [1, "1/7"], [1, 3], 1, "float64", "here")
    assert layer.scale == (F(0.5**0.5), F(1, 2))
    assert layer.shift == (F(1, 3) - layer.scale[0], F(-1, 14))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nearest_quotient(F(1), F(0), "float32", "v"), "v: expected a positive variance, got 0.0"),
        (
            lambda: nearest_quotient(F(10**9), F(1), "float16", "v"),
            "v: gamma / sqrt(variance + eps) is beyond",
        ),
        (lambda: batch_norm([1], [0], [0], [-1], 0, "float32", "bn"), "bn.variance[0]: expected a positive"),
        (
            lambda: batch_norm([1], [0], [0], [float("nan")], 0, "float32", "bn"),
            "bn.variance[0]: expected a fin",
        ),
    ],
)
def test_bad_statistics_are_one_clear_line(make, message):
    with pytest.raises(InvalidInput) as caught:
        make()
    assert message in str(caught.value)
