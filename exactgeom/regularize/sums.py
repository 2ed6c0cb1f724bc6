"""Sums of many integer matrices over unrelated denominators, without a gcd per entry."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpz, fmpz_mat

__all__ = ["Part", "tree_sum"]

Part = tuple[fmpz_mat, fmpz]
"""An integer matrix over a positive denominator."""


def tree_sum(parts: Sequence[Part]) -> Part:
    """Add matrices of one shape, neighbours first: one gcd of denominators per pair, none of entries.

    Exact; the result is not reduced.  Assumption: there is at least one part.

    >>> tree_sum([(fmpz_mat([[1, 0]]), fmpz(2)), (fmpz_mat([[1, 5]]), fmpz(6))])
    ([4, 5], 6)
    """
    left = list(parts)
    while len(left) > 1:
        pairs = [_add(a, b) for a, b in zip(left[::2], left[1::2], strict=False)]
        left = pairs + left[len(left) & ~1 :]
    return left[0]


def _add(left: Part, right: Part) -> Part:
    (a, p), (b, q) = left, right
    if p == q:
        return a + b, p
    common = p.gcd(q)
    return a * (q // common) + b * (p // common), p // common * q
