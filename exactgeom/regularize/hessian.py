"""Exact Hessians of small models, by polarising second derivatives along lines."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.polyhedra import Polytope
from exactgeom.regularize.directional import taylor
from exactgeom.regularize.gradient import value_and_grad
from exactgeom.regularize.regularizer import Regularizer

__all__ = ["flatten", "hessian"]

MAX_PARAMETERS = 64
"""More parameters than this would take thousands of partitions."""


def flatten(gradient: Any) -> tuple[Any, ...]:
    """The entries of a nested gradient, in order.

    >>> flatten([([[1, 2], [3, 4]], [5, 6])])
    (1, 2, 3, 4, 5, 6)
    """
    return tuple(_entries(gradient))


def _entries(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for part in value:
            yield from _entries(part)
    else:
        yield value


def hessian(regularizer: Regularizer, model: Any, domain: Polytope) -> tuple[tuple[Any, ...], ...]:
    """The matrix of second derivatives by the parameters, in the order of `flatten(grad(...))`.

    Contract: exact, symmetric.  ``H_ij = r_2(e_i + e_j) - r_2(e_i) - r_2(e_j)`` and ``H_ii = 2 r_2(e_i)``,
    r_2 the coefficients of `taylor`.  Cost: one second-order path per pair of parameters.
    Errors: NonSmoothError where the combinatorial type may change; InvalidInput above 64 parameters.

    >>> import exactgeom as eg
    >>> from exactgeom.regularize import VolumeDispersion
    >>> hessian(VolumeDispersion(), eg.Arrangement([([1], 0)]), eg.box(-1, 1, dim=1))
    ((Fraction(0, 1), Fraction(0, 1)), (Fraction(0, 1), Fraction(1, 1)))
    """
    shape = value_and_grad(regularizer, model, domain)[1]
    size = len(flatten(shape))
    if size > MAX_PARAMETERS:
        raise InvalidInput(f"expected at most {MAX_PARAMETERS} parameters, got {size}", place="model")

    def second(*chosen: int) -> Any:
        return taylor(regularizer, model, domain, _unit(shape, set(chosen)), 2)[2]

    diagonal = [second(i) for i in range(size)]
    rows = [[2 * diagonal[i] if i == j else Fraction(0) for j in range(size)] for i in range(size)]
    for i in range(size):
        for j in range(i):
            rows[i][j] = rows[j][i] = second(i, j) - diagonal[i] - diagonal[j]
    return tuple(map(tuple, rows))


def _unit(shape: Any, chosen: set[int]) -> Any:
    """The direction with ones at these positions, nested like a gradient."""
    count = iter(range(len(flatten(shape))))

    def fill(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return type(value)(fill(part) for part in value)
        return Fraction(int(next(count) in chosen))

    return fill(shape)
