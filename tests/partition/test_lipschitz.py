"""Lipschitz constants and operator norms: definiteness as a second route, attained bounds, exact roots."""

from __future__ import annotations

import pickle
from fractions import Fraction as F
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.linalg.spectral import LargestRoot, operator_norm
from exactgeom.testkit.strategies import networks, points, rationals
from tests.partition.plain import determinant, dot

NORMS = (1, 2, "inf")


@st.composite
def matrices(draw: st.DrawFn) -> list[list[F]]:
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    row = st.lists(rationals(), min_size=columns, max_size=columns)
    return draw(st.lists(row, min_size=rows, max_size=rows))


# -- algebraic numbers ---------------------------------------------------------------------------------


def is_positive_definite(table: list[list[F]]) -> bool:
    return all(determinant([row[:k] for row in table[:k]]) > 0 for k in range(1, len(table) + 1))


@given(matrices(), st.integers(1, 60))
@settings(max_examples=50)
def test_the_norm_is_where_definiteness_ends(rows: list[list[F]], bits: int) -> None:
    norm = operator_norm(rows)
    low, high = norm.enclosure(bits).lower, norm.enclosure(bits).upper
    gram = [[dot(a, b) for b in zip(*rows, strict=True)] for a in zip(*rows, strict=True)]

    def shifted(level: F) -> list[list[F]]:
        return [[level * (i == j) - c for j, c in enumerate(row)] for i, row in enumerate(gram)]

    assert is_positive_definite(shifted(high**2 + F(1, 10**30)))
    if low > 0:
        assert not is_positive_definite(shifted(low**2 - F(1, 10**30)))
    assert float(norm) == pytest.approx(np.linalg.norm(np.array(rows, dtype=float), 2), rel=1e-9, abs=1e-12)


def test_the_golden_ratio() -> None:
    norm = operator_norm([[1, 1], [0, 1]])
    assert norm.minimal_polynomial == (-1, -1, 1)
    assert norm == LargestRoot([1, -3, 1]).sqrt() and norm > F(1618, 1000) and norm < 1.6180339888
    assert hash(norm) == hash(LargestRoot([-1, -1, 1])) and pickle.loads(pickle.dumps(norm)) == norm


def test_rational_values_are_equal_to_fractions() -> None:
    half = LargestRoot([F(-1, 2), 1])
    assert half == F(1, 2) and hash(half) == hash(F(1, 2)) and float(half) == 0.5
    assert operator_norm([[3, 4]]) == 5 and operator_norm([[0, 0]]) == 0
    assert operator_norm([[0, 0]]).enclosure(53).contains(0)


def test_nearly_equal_numbers_are_told_apart() -> None:
    step = F(1, 2**200)
    one, two = LargestRoot([-2, 0, 1]), LargestRoot([-2 - step, 0, 1])
    assert one < two and one != two and not one > two
    assert one < F(3, 2) and not two > F(3, 2)


def test_no_other_kind_of_number_is_compared() -> None:
    assert LargestRoot([-2, 0, 1]) != "sqrt 2"
    with pytest.raises(TypeError):
        _ = LargestRoot([-2, 0, 1]) < "2"


@pytest.mark.parametrize(
    "make",
    [
        lambda: LargestRoot([3]),
        lambda: LargestRoot([]),
        lambda: LargestRoot([1, float("nan")]),
        lambda: operator_norm([[1]], 3),
        lambda: operator_norm([[1]], True),
        lambda: operator_norm([]),
        lambda: LargestRoot([-2, 0, 1]).as_fraction(),
    ],
)
def test_bad_input_is_refused(make: Any) -> None:
    with pytest.raises(eg.InvalidInput):
        make()


@given(matrices(), st.data())
@settings(max_examples=40)
def test_rational_norms_are_attained(rows: list[list[F]], data: st.DataObject) -> None:
    columns = list(zip(*rows, strict=True))
    basis = [[F(int(i == j)) for j in range(len(columns))] for i in range(len(columns))]
    best = max(sum(abs(dot(row, e)) for row in rows) for e in basis)  # ℓ1: extreme points of the ball
    assert operator_norm(rows, 1) == best
    signs = [[F(1 if c >= 0 else -1) for c in row] for row in rows]
    assert operator_norm(rows, "inf") == max(max(abs(dot(row, s)) for row in rows) for s in signs)
    assert operator_norm([list(c) for c in columns], 1) == operator_norm(rows, "inf")  # duality


# -- over a domain -------------------------------------------------------------------------------------


def length(vector: Any, norm: Any) -> F:
    """The ℓ1 or ℓ∞ length; for ℓ2 its square."""
    if norm == 2:
        return sum((c * c for c in vector), F(0))
    return sum(map(abs, vector), F(0)) if norm == 1 else max(map(abs, vector), default=F(0))


@given(networks(widths=(1, 2, 3), outputs=(1, 2)), st.data())
@settings(max_examples=30)
def test_no_two_points_are_stretched_more(net: eg.Network, data: st.DataObject) -> None:
    P = eg.partition(net, eg.box(-6, 6, dim=net.input_dim))
    x, y = (data.draw(points(net.input_dim)) for _ in range(2))
    for norm in NORMS:
        found = P.lipschitz(norm)
        stretch = length([a - b for a, b in zip(net(x), net(y), strict=True)], norm)
        own = length([a - b for a, b in zip(x, y, strict=True)], norm)
        constant = found.squared if norm == 2 else found.constant
        if own:
            assert constant >= stretch / own
        assert found.constant == found.cell.operator_norm(norm)


@given(networks(widths=(1, 2, 3), outputs=(1, 2)))
@settings(max_examples=30)
def test_the_constant_is_the_largest_of_the_cells(net: eg.Network) -> None:
    for domain in (eg.box(-1, 1, dim=net.input_dim), None):
        P = eg.partition(net, domain)
        for norm in NORMS:
            assert P.lipschitz(norm).constant == max(cell.operator_norm(norm) for cell in P.cells)


def test_a_rotation_by_steps_of_the_pythagorean_angle() -> None:
    turn = eg.Network([eg.Linear([["3/5", "-4/5"], ["4/5", "3/5"]], [0, 0])])
    found = eg.partition(turn).lipschitz()
    assert found.constant == 1 and found.squared == 1 and found.enclosure(53).contains(1)
    assert eg.partition(turn).lipschitz(1).constant == F(7, 5)


def test_a_model_without_a_map_has_no_constant() -> None:
    P = eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 1, dim=1))
    for ask in (P.lipschitz, P.cells[0].operator_norm):
        with pytest.raises(eg.InvalidInput):
            ask()
    with pytest.raises(eg.InvalidInput, match="norm"):
        eg.partition(eg.Network([eg.Abs()], input_dim=1), eg.box(-1, 1, dim=1)).lipschitz(3)
