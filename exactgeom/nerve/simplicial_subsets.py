"""All subsets of the lists of an incidence, each simplex numbered once: how every nerve here is listed."""

from __future__ import annotations

from collections.abc import Iterator
from math import comb

import numpy as np

from exactgeom.exact import BudgetExceeded, InvalidInput
from exactgeom.polyhedra.arrays import Incidence, IntArray, ragged_index

__all__ = ["MAX_SUBSETS", "check_degree", "subsets"]

MAX_SUBSETS = 20_000_000
"""How many (list, subset) a nerve may go through by default."""


def subsets(
    around: Incidence, count: int, max_dim: int, budget: int = MAX_SUBSETS
) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Per degree p: (keys of the simplices, list, simplex): every subset of p + 1 entries of every list.

    The lists hold ascending numbers below `count`; keys are those of a `SimplexTable`.
    Errors: BudgetExceeded, before anything is listed.

    >>> around = Incidence.from_lengths(np.array([3, 2]), np.array([0, 1, 2, 1, 2]))
    >>> [len(keys) for keys, _, _ in subsets(around, 3, 5)]
    [3, 3, 1]
    """
    _check_budget(around, max_dim, budget)
    owner, simplex, at = around.owners, around.index, np.arange(len(around.index))
    yield np.arange(count), owner, simplex
    for _ in range(max_dim):
        lengths = around.start[owner + 1] - at - 1
        at = ragged_index(at + 1, lengths)
        owner = np.repeat(owner, lengths)
        grown = np.repeat(simplex, lengths) * count + around.index[at]
        keys, simplex = np.unique(grown, return_inverse=True)
        if not len(keys):
            return
        yield keys, owner, simplex


def _check_budget(around: Incidence, max_dim: int, budget: int) -> None:
    sizes, counts = np.unique(around.lengths, return_counts=True)
    total = sum(
        many * comb(size, p + 1)
        for size, many in zip(sizes.tolist(), counts.tolist(), strict=True)
        for p in range(min(max_dim + 1, size))
    )
    if total > budget:
        raise BudgetExceeded(
            f"the nerve to degree {max_dim} lists {total} subsets (budget {budget}):"
            " lower max_dim, raise budget, or take the dual complex of the partition"
        )


def check_degree(max_dim: object) -> None:
    """Refuse a `max_dim` that is no whole number of at least 0."""
    if type(max_dim) is not int or max_dim < 0:
        raise InvalidInput(f"expected a whole number of at least 0, got {max_dim!r}", "max_dim")
