"""Basis multivectors `e_I` as bit masks: index sets, signs, and the wedge of sparse integer sums of them."""

from __future__ import annotations

from itertools import pairwise

from exactgeom.exact import InvalidInput

Index = tuple[int, ...]
"""Strictly increasing indices of a basis multivector."""


def mask(index: Index, dimension: int) -> int:
    """Return the bit mask of an index tuple.

    Errors: `InvalidInput` unless it is a tuple, strictly increasing, and below `dimension`.

    >>> mask((0, 2), 3)
    5
    """
    if not isinstance(index, tuple) or not all(isinstance(i, int) for i in index):
        raise InvalidInput(f"expected a tuple of indices, got {index!r}", "components")
    if not all(a < b for a, b in pairwise(index)) or not all(0 <= i < dimension for i in index):
        text = f"expected strictly increasing indices below {dimension}, got {index}"
        raise InvalidInput(text, "components")
    return sum(1 << i for i in index)


def index(bits: int) -> Index:
    """Return the index tuple of a bit mask.

    >>> index(5)
    (0, 2)
    """
    return tuple(i for i in range(bits.bit_length()) if bits >> i & 1)


def sign(left: int, right: int) -> int:
    """Return the sign that sorts `e_left ∧ e_right`: one swap per pair of indices out of order.

    Assumption: the two masks are disjoint.

    >>> sign(0b10, 0b01), sign(0b01, 0b10)
    (-1, 1)
    """
    swaps = 0
    while left:
        swaps += (left & right).bit_count()
        left >>= 1
    return -1 if swaps & 1 else 1


def wedge(left: dict[int, int], right: dict[int, int]) -> dict[int, int]:
    """Return the wedge of two sums of `integer * e_mask`.

    >>> wedge({1: 2}, {1: 5, 2: 3})
    {3: 6}
    """
    terms: dict[int, int] = {}
    for a, top in left.items():
        for b, factor in right.items():
            if not a & b:
                value = top * factor
                terms[a | b] = terms.get(a | b, 0) + (value if sign(a, b) > 0 else -value)
    return terms
