"""Arrangements with a name: their hyperplanes as (normal, offset), integers, in a fixed order.

Source: R. P. Stanley, An introduction to hyperplane arrangements, IAS/Park City Math. Ser. 13 (2007).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, product

from exactgeom.exact import InvalidInput

__all__ = ["boolean", "deformed_braid", "generic", "resonance"]

Planes = list[tuple[list[int], int]]
_MOST_PLANES = 1 << 16


def deformed_braid(n: int, offsets: Iterable[int]) -> Planes:
    """Return ``x_i - x_j = c`` for i < j and every c.

    Offsets 0: braid; 0, 1: Shi; -1, 0, 1: Catalan; 1: Linial.

    >>> deformed_braid(2, [0, 1])
    [([1, -1], 0), ([1, -1], 1)]
    """
    n = _size(n, "n", 1)
    levels = list(offsets)
    return [
        ([(k == i) - (k == j) for k in range(n)], level)
        for i, j in combinations(range(n), 2)
        for level in levels
    ]


def boolean(n: int) -> Planes:
    """Return the coordinate hyperplanes ``x_i = 0``.

    >>> boolean(2)
    [([1, 0], 0), ([0, 1], 0)]
    """
    n = _size(n, "n", 1)
    return [([int(k == i) for k in range(n)], 0) for i in range(n)]


def resonance(n: int) -> Planes:
    """Return ``sum of x_i over S = 0`` for every nonempty S, all ``2^n - 1``, in binary order.

    >>> resonance(2)
    [([0, 1], 0), ([1, 0], 0), ([1, 1], 0)]
    """
    n = _size(n, "n", 1)
    if 2**n > _MOST_PLANES:
        raise InvalidInput(f"2^{n} - 1 hyperplanes are more than {_MOST_PLANES}", place="n")
    return [(list(normal), 0) for normal in product((0, 1), repeat=n) if any(normal)]


def generic(dim: int, count: int) -> Planes:
    """Return `count` hyperplanes in general position: ``(1, t, ..., t^(dim-1)) . x = t^dim``, t = 0, 1, ...

    Any dim normals, and any dim + 1 rows (normal, offset), have a Vandermonde determinant, so they are
    independent.

    >>> generic(2, 3)
    [([1, 0], 0), ([1, 1], 1), ([1, 2], 4)]
    """
    dim, count = _size(dim, "dim", 1), _size(count, "count", 0)
    return [([t**k for k in range(dim)], t**dim) for t in range(count)]


def _size(value: int, place: str, least: int) -> int:
    if type(value) is not int or value < least:
        raise InvalidInput(f"expected a whole number of at least {least}, got {value!r}", place=place)
    return value
