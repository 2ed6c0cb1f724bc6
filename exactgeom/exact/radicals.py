"""Single real radicals and their classes: the terms a surd is made of.

A term `(n, s, p)` stands for `s · p^(1/n)`: order n in {1, 2, 4}, sign s = ±1, rational p > 0. A
coefficient lives under the root (`q√m` is `(2, sign q, q²m)`), so a term of minimal order is canonical.
Two terms of order n are rational multiples of each other when `p_i/p_j` is an n-th power of a rational, which
is decided by integer roots, never by factoring. Radicals of different classes are linearly independent over Q
(A. S. Besicovitch, "On the linear independence of fractional powers of integers", 1940).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from math import prod

from flint import arb, fmpq, fmpz

Term = tuple[int, int, fmpq]

_FEW = 6  # below this many terms comparing pairs is cheaper than computing class keys
_NICE_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)
_NICE_PRODUCT = fmpz(prod(_NICE_PRIMES))


def exact_sqrt(value: fmpq) -> fmpq | None:
    """Return the rational square root of a nonnegative rational, or None when it is irrational."""
    top, bottom = value.p, value.q
    if not (top.is_square() and bottom.is_square()):
        return None
    return fmpq(top.isqrt(), bottom.isqrt())


def exact_root(value: fmpq, order: int) -> fmpq | None:
    """Return the rational root of order 1, 2 or 4 of a nonnegative rational, or None."""
    root: fmpq | None = value
    while order > 1 and root is not None:
        root = exact_sqrt(root)
        order //= 2
    return root


def lowest(term: Term) -> Term:
    """Return the same number as a term of the lowest possible order."""
    order, sign, power = term
    while order > 1:
        root = exact_sqrt(power)
        if root is None:
            break
        order, power = order // 2, root
    return order, sign, power


def times(a: Term, b: Term) -> Term:
    """Return the product of two terms (its order need not be minimal)."""
    order = max(a[0], b[0])
    return order, a[1] * b[1], a[2] ** (order // a[0]) * b[2] ** (order // b[0])


def term_ball(term: Term) -> arb:
    """Return a ball that holds the term, at the working precision."""
    order, sign, power = term
    ball = arb(power)
    if order > 1:
        ball = ball.sqrt()
    if order == 4:
        ball = ball.sqrt()
    return ball if sign > 0 else -ball


@cache
def _residue_tables() -> tuple[int, tuple[tuple[int, bytes], ...]]:
    """Return the product of 24 primes near 4000 and, for each, which residues are squares."""
    primes = [p for p in range(4093, 3800, -2) if all(p % d for d in range(3, 64, 2))][:24]
    product, tables = 1, []
    for p in primes:
        table = bytearray(p)
        for x in range(1, (p + 1) // 2):
            table[x * x % p] = 1
        tables.append((p, bytes(table)))
        product *= p
    return product, tuple(tables)


def square_class_key(value: fmpq) -> int:
    """Return a hash that agrees on all rationals of one square class.

    For each of 24 primes ℓ the parity of the valuation and the Legendre symbol of the unit part depend on the
    square class only; different classes collide about once in 2^24 and are then told apart exactly.
    """
    product, tables = _residue_tables()
    whole: fmpz = value.p * value.q
    residue = int(whole % product)
    key = 0
    for prime, table in tables:
        r = residue % prime
        if r:
            key = key << 2 | table[r]
        else:
            unit, odd = whole, 0
            while unit % prime == 0:
                unit, odd = unit // prime, odd ^ 1
            key = key << 2 | odd << 1 | table[int(unit % prime)]
    return key


def collect(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Return the canonical form of a sum of terms: lowest orders, one term per class, no zeros, sorted.

    Equal sums give equal results. Cost: one root test per term, one more per pair with equal class keys.
    """
    reduced = [lowest(term) for term in terms]
    many = len(reduced) > _FEW
    rational = fmpq(0)
    buckets: dict[tuple[int, int], list[tuple[fmpq, list[fmpq]]]] = {}
    for order, sign, power in reduced:
        if order == 1:
            rational += sign * power
            continue
        bucket = buckets.setdefault((order, square_class_key(power) if many else 0), [])
        for representative, coefficient in bucket:
            ratio = exact_root(power / representative, order)
            if ratio is not None:
                coefficient[0] += sign * ratio
                break
        else:
            bucket.append((power, [fmpq(sign)]))
    result: list[Term] = []
    if rational != 0:
        result.append((1, 1 if rational > 0 else -1, abs(rational)))
    for (order, _), bucket in buckets.items():
        for representative, (total,) in bucket:
            if total != 0:
                result.append((order, 1 if total > 0 else -1, total**order * representative))
    if len(result) > 1:
        result.sort(key=lambda term: (term[0], term[2]))
    return tuple(result)


def coefficient_and_radicand(term: Term, order: int) -> tuple[fmpq, fmpz]:
    """Return `(q, m)` with the term equal to `q · m^(1/order)`, m a positive integer.

    Powers of small primes, and a remaining perfect power, are moved out of m, so that everyday numbers look
    like themselves; m need not be free of powers. Assumption: the term's own order divides `order`.
    """
    own, sign, power = term
    power = power ** (order // own)
    bottom = power.q
    outside, inside, rest = fmpq(sign, bottom), fmpz(1), power.p * bottom ** (order - 1)
    common = int(rest.gcd(_NICE_PRODUCT))
    for prime in _NICE_PRIMES:
        if common % prime:
            continue
        exponent = 0
        while rest % prime == 0:
            rest //= prime
            exponent += 1
        outside *= fmpq(prime) ** (exponent // order)
        inside *= fmpz(prime) ** (exponent % order)
    root = exact_root(fmpq(rest), order)
    return (outside * root, inside) if root is not None else (outside, inside * rest)
