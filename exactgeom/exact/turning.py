"""Sums of arguments of complex numbers `x + i√y`: the arithmetic behind exact angles.

Within one square class of y all numbers lie in one field Q(√−m), so arguments add by multiplying, reduced to
coprime integers after each step; half-turns are counted exactly from signs. What is left is, per class, one
`arctan √t`, from which every rational multiple of π has been taken out. This form is canonical: if a sum of
arctan √t_c over different square classes were a rational multiple of π, the automorphisms of the field that
hold all of them would make each summand one (a root of unity in Q(√−m): multiples of π/4 for m = 1, of π/6
for m = 3, of π/2 otherwise), and those have been taken out.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from flint import fmpq, fmpz

from exactgeom.exact.radicals import exact_sqrt, square_class_key

Part = tuple[fmpq, fmpq, int]
"""`(x, y, k)` stands for `k · arg(x + i√y)`, y > 0."""
Direction = tuple[int, fmpz, fmpz]
"""`(n, a, b)` stands for the angle `nπ + arg(a + b√−m)` with b > 0, or b = 0 and a > 0."""

_FEW = 6
_RIGHT = Fraction(1, 2)


def _combine(u: Direction, v: Direction, m: fmpz) -> Direction:
    """Return the sum of two angles of one class, as a coprime pair in the upper half-plane."""
    half_turns = u[0] + v[0]
    a, b = u[1] * v[1] - m * u[2] * v[2], u[1] * v[2] + u[2] * v[1]
    if b < 0 or (b == 0 and a < 0):
        a, b, half_turns = -a, -b, half_turns + 1
    common = a.gcd(b)
    return half_turns, a // common, b // common


def _times(u: Direction, k: int, m: fmpz) -> Direction:
    """Return k times an angle, k ≥ 0."""
    result: Direction = (0, fmpz(1), fmpz(0))
    while k:
        if k & 1:
            result = _combine(result, u, m)
        k >>= 1
        if k:
            u = _combine(u, u, m)
    return result


def _direction(part: Part, m: fmpz) -> Direction:
    """Return `k · arg(x + i√y)` in the class of m; assumption: y/m is a rational square."""
    x, y, k = part
    s = exact_sqrt(y / m)
    if s is None:
        raise AssertionError("not in this square class")
    a, b = x.p * s.q, s.p * x.q
    common = a.gcd(b)
    a, b = a // common, b // common
    if k >= 0:
        return _times((0, a, b), k, m)
    half_turns, a, b = _times((0, -a, b), -k, m)  # −θ = (π − θ) − π
    return half_turns + k, a, b


def _classes(parts: Iterable[Part], many: bool) -> list[tuple[fmpz, list[Part]]]:
    """Group parts by the square class of y; each class comes with an integer m in it."""
    buckets: dict[int, list[tuple[fmpz, list[Part]]]] = {}
    for part in parts:
        y = part[1]
        bucket = buckets.setdefault(square_class_key(y) if many else 0, [])
        for m, members in bucket:
            if exact_sqrt(y / m) is not None:
                members.append(part)
                break
        else:
            whole = y.p * y.q
            bucket.append((fmpz(1) if whole.is_square() else whole, [part]))
    return [group for bucket in buckets.values() for group in bucket]


def _acute(direction: Direction, m: fmpz) -> tuple[Fraction, fmpq]:
    """Return `(r, t)` with the angle equal to `rπ + arctan √t`, t ≥ 0."""
    half_turns, a, b = direction
    if b == 0:
        return Fraction(half_turns), fmpq(0)
    if a > 0:
        return Fraction(half_turns), fmpq(m * b * b, a * a)
    return half_turns + _RIGHT, fmpq(a * a, m * b * b)


def _without_torsion(t: fmpq) -> tuple[Fraction, fmpq]:
    """Take multiples of π/4 (class 1) or π/6 (class 3) out of `arctan √t`, t > 0."""
    root = exact_sqrt(t)
    if root is not None:
        if root < 1:
            return Fraction(0), t
        return Fraction(1, 4), ((root - 1) / (root + 1)) ** 2
    root = exact_sqrt(t / 3)
    if root is None or 3 * root < 1:
        return Fraction(0), t
    if root < 1:
        return Fraction(1, 6), 3 * ((root - fmpq(1, 3)) / (1 + root)) ** 2
    return Fraction(1, 3), 3 * ((root - 1) / (1 + 3 * root)) ** 2


def collect_angle(turn: Fraction, parts: tuple[Part, ...]) -> tuple[Fraction, tuple[Part, ...]]:
    """Return the canonical form `(r, parts)` of `turn·π + Σ k·arg(x + i√y)`, each part `(1, t, 1)`.

    Contract: exact; equal angles give equal results.
    """
    tangents = []
    for m, members in _classes(parts, len(parts) > _FEW):
        total: Direction = (0, fmpz(1), fmpz(0))
        for part in members:
            total = _combine(total, _direction(part, m), m)
        extra, t = _acute(total, m)
        turn += extra
        if t != 0:
            extra, t = _without_torsion(t)
            turn += extra
        if t != 0:
            tangents.append(t)
    one = fmpq(1)
    return turn, tuple((one, t, 1) for t in sorted(tangents))
