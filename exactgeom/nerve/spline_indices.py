"""Exponents: the multi-indices of polynomials, their order, and binomials over them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import comb, factorial, prod

Exponents = tuple[int, ...]


@cache
def homogeneous(parts: int, total: int) -> tuple[Exponents, ...]:
    """All tuples of `parts` nonnegative integers with the given sum, the first part descending.

    >>> homogeneous(2, 2)
    ((2, 0), (1, 1), (0, 2))
    """
    if parts == 0:
        return ((),) if total == 0 else ()
    if parts == 1:
        return ((total,),)
    return tuple((i, *rest) for i in range(total, -1, -1) for rest in homogeneous(parts - 1, total - i))


@cache
def monomials(dim: int, degree: int) -> tuple[Exponents, ...]:
    """Exponents of the monomials in `dim` variables up to a degree, by degree.

    >>> monomials(2, 1)
    ((0, 0), (1, 0), (0, 1))
    """
    return tuple(e for total in range(degree + 1) for e in homogeneous(dim, total))


def multinomial(exponents: Sequence[int]) -> int:
    """`|e|! / Π e_i!`."""
    return factorial(sum(exponents)) // prod(factorial(e) for e in exponents)


def polynomial_dimension(dim: int, degree: int) -> int:
    """Dimension of the polynomials in `dim` variables up to a degree (0 for a negative degree)."""
    return comb(dim + degree, dim) if degree >= 0 else 0
