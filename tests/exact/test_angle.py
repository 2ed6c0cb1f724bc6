"""Angles: exact sums, the multiples of π decided, certified order."""

from __future__ import annotations

import math
import operator
import pickle
import random
import time
from fractions import Fraction
from itertools import pairwise

import mpmath
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exactgeom.exact import Angle, InvalidInput, Surd, UndecidedError, UndefinedAngle, from_json, to_json

coordinates = st.integers(-6, 6) | st.fractions(min_value=-4, max_value=4, max_denominator=5)
turns = st.integers(-24, 24).map(lambda k: Fraction(k, 12)) | st.fractions(-3, 3, max_denominator=20)


def vectors(dim: int) -> st.SearchStrategy[list[Fraction]]:
    return st.lists(coordinates, min_size=dim, max_size=dim).filter(any)


principal = st.tuples(st.integers(-9, 9), st.integers(1, 20)).map(lambda xy: Angle.from_xy(*xy))
angles = st.builds(
    lambda r, parts: Angle.pi(r) + sum((k * a for k, a in parts), Angle()),
    turns,
    st.lists(st.tuples(st.integers(-3, 3), principal), max_size=3),
)


def radians(angle: Angle) -> mpmath.mpf:
    """Evaluate the canonical form with mpmath."""
    with mpmath.workprec(300):
        r = angle.pi_part
        tangents = (mpmath.sqrt(mpmath.mpf(t.numerator) / t.denominator) for t in angle.tangents_squared)
        return mpmath.pi * r.numerator / r.denominator + mpmath.fsum(map(mpmath.atan, tangents))


@given(st.tuples(*[vectors(3)] * 3))
def test_angles_of_a_triangle_sum_to_pi(points):
    a, b, c = points
    assume(a != b and b != c and a != c)

    def towards(p, q):
        return [y - x for x, y in zip(p, q, strict=True)]

    total = sum(Angle.between(towards(p, q), towards(p, r)) for p, q, r in ((a, b, c), (b, c, a), (c, a, b)))
    assert total == Angle.pi()
    assert total.is_multiple_of_pi() == 1
    assert hash(total) == hash(Angle.pi())


@given(st.lists(vectors(2), min_size=1, max_size=7))
def test_angles_around_a_point_sum_to_two_pi(rays):
    frame = [[1, 0], [0, 1], [-1, 0], [0, -1]]  # so that no gap exceeds π
    rays = sorted((*rays, *frame), key=lambda v: math.atan2(v[1], v[0]))
    assert sum(Angle.between(u, v) for u, v in pairwise([*rays, rays[0]])) == Angle.pi(2)


@given(st.integers(1, 2**200), st.lists(st.tuples(st.integers(-99, 99), st.integers(1, 99)), min_size=1))
def test_one_field_ridge_sums_close_exactly(m, directions):
    """Angles between consecutive directions a + b√−m, all in one field, close up to 2π or π."""
    order = sorted(set(directions), key=lambda d: Fraction(-d[0], d[1]))
    start = Angle.from_xy(order[0][0], m * order[0][1] ** 2)
    steps = []
    for (a, b), (c, d) in pairwise(order):
        x, y = a * c + m * b * d, a * d - b * c  # the quotient of the two directions
        if y:
            steps.append(Angle.from_xy(x, m * y * y))
    last = Angle.from_xy(-order[-1][0], m * order[-1][1] ** 2)
    assert start + sum(steps) + last == Angle.pi()


def test_known_sums():
    third = Angle.from_xy
    assert third(2, 1) + third(3, 1) == Angle.pi("1/4")
    assert 4 * third(5, 1) - third(239, 1) == Angle.pi("1/4")  # Machin
    assert third(1, 1) + third(1, 4) + third(1, 9) == Angle.pi()
    assert 2 * third(1, 8) + 2 * third(1, 2) != Angle.pi()
    assert third(3, 16) + third(4, 9) == Angle.pi("1/2")  # the 3-4-5 triangle
    assert 2 * third(3, 16) + 2 * third(4, 9) == Angle.pi()
    tetrahedron = Angle.from_cos("1/3")
    assert 2 * tetrahedron + 2 * Angle.from_cos("-1/3") == Angle.pi(2)
    assert (5 * tetrahedron).is_multiple_of_pi() is None
    assert 5 * tetrahedron < Angle.pi(2)
    assert Angle.from_xy(0, 5) == Angle.from_xy(0, 7) == Angle.pi("1/2")
    assert Angle.from_xy(-1, 0) == Angle.pi()
    assert Angle.from_xy(1, 0) == Angle() == 0
    assert Angle.from_xy(1, 3) == Angle.pi("1/3")
    assert Angle.from_xy(3, 3) == Angle.pi("1/6")


@given(angles, angles, angles)
def test_group_laws(a, b, c):
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a - a == 0
    assert a + 0 == a == 0 + a
    assert 3 * a == a + a + a
    assert -2 * a == -(a + a)
    assert hash((a + b) - b) == hash(a)


@given(angles, angles)
def test_order_is_the_order_of_the_reals(a, b):
    with mpmath.workprec(300):
        gap = radians(a) - radians(b)
        sign = 0 if abs(gap) < mpmath.mpf(2) ** -250 else int(mpmath.sign(gap))
    assert (a < b, a == b, a > b) == (sign < 0, sign == 0, sign > 0)
    assert (a - b).sign() == sign


@given(turns, st.lists(st.tuples(st.integers(-4, 4), st.integers(-9, 9), st.integers(1, 20)), max_size=5))
def test_canonical_form_keeps_the_value(r, parts):
    angle = Angle.pi(r) + sum((k * Angle.from_xy(x, y) for k, x, y in parts), Angle())
    with mpmath.workprec(300):
        expected = mpmath.pi * r.numerator / r.denominator
        expected += mpmath.fsum(k * mpmath.atan2(mpmath.sqrt(y), x) for k, x, y in parts)
        assert abs(radians(angle) - expected) < mpmath.mpf(2) ** -250
        with mpmath.workprec(53):
            assert float(angle) == float(+radians(angle)) == angle.radians
        degrees = radians(angle) * 180 / mpmath.pi
    if angle.tangents_squared:
        with mpmath.workprec(53):
            assert angle.degrees == float(+degrees)
    else:
        assert angle.degrees == float(180 * angle.pi_part)


@given(st.integers(-24, 24), st.lists(principal, max_size=2))
def test_cosine_and_sine(k, parts):
    angle = Angle.pi(Fraction(k, 12)) + sum(parts, Angle())
    c, s = angle.cos, angle.sin
    assert c * c + s * s == 1
    assert angle.cos_squared == c**2
    assert math.isclose(float(c), math.cos(float(angle)), abs_tol=1e-14)
    assert math.isclose(float(s), math.sin(float(angle)), abs_tol=1e-14)


@given(vectors(4), vectors(4))
def test_cosine_of_vectors(u, v):
    def dot(p, q):
        return sum(x * y for x, y in zip(p, q, strict=True))

    angle = Angle.between(u, v)
    expected = dot(u, v) / (Surd.sqrt(dot(u, u)) * Surd.sqrt(dot(v, v)))
    assert angle.cos == expected
    assert angle.sin >= 0
    assert angle.cos_squared.as_fraction() == Fraction(dot(u, v)) ** 2 / (dot(u, u) * dot(v, v))
    assert Angle.from_cos(expected) == angle
    assert 0 <= angle <= Angle.pi()


def test_comparison_with_numbers_of_radians():
    assert Angle.pi() > 3
    assert Angle.pi() < Fraction(22, 7)
    assert Angle.pi() > math.pi  # the double lies below
    assert Angle.pi() != math.pi
    assert Angle.pi() < math.inf
    assert Angle() == 0
    assert hash(Angle()) == hash(0)


@given(angles)
def test_round_trips(a):
    for copy in (from_json(to_json(a)), pickle.loads(pickle.dumps(a)), eval(repr(a))):
        assert copy == a
        assert hash(copy) == hash(a)
        assert repr(copy) == repr(a)
    assert a.enclosure(90).contains(a)
    assert not a or a.enclosure(90).accuracy_bits >= 90
    assert math.isclose(float(a.to_sympy().evalf(30)), float(a), abs_tol=1e-12)
    assert a._repr_latex_().startswith("$")


def test_ridge_of_many_cells_is_fast():
    rng = random.Random(5)
    m = rng.getrandbits(400)
    start = time.perf_counter()
    for _ in range(50):
        half = [Angle.from_xy(rng.randint(-999, 999), m * rng.randint(1, 999) ** 2) for _ in range(4)]
        other = [Angle.pi() - a for a in half]
        assert sum(half + other) == Angle.pi(4)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: Angle.from_xy(0, 0), UndefinedAngle),
        (lambda: Angle.between([0, 0], [1, 0]), UndefinedAngle),
        (lambda: Angle.from_xy(1, -1), InvalidInput),
        (lambda: Angle.between([1, 0], [1, 0, 0]), InvalidInput),
        (lambda: Angle.from_cos(2), InvalidInput),
        (lambda: Angle.from_cos(Surd.sqrt(2) - 1), InvalidInput),
        (lambda: Angle(0, [-1]), InvalidInput),
        (lambda: Angle(None), InvalidInput),
        (lambda: Angle.pi(math.nan), InvalidInput),
        (lambda: Angle.pi("1/7").cos, UndecidedError),
        (lambda: Angle.pi() + 1, TypeError),
        (lambda: Angle.pi() + 0.0, TypeError),
        (lambda: Angle.pi() * 0.5, TypeError),
        (lambda: Angle.pi() * True, TypeError),
        (lambda: operator.lt(Angle.pi(), "4"), TypeError),
        (lambda: setattr(Angle.pi(), "x", 1), AttributeError),
    ],
)
def test_what_is_refused(make, error):
    with pytest.raises(error):
        make()
