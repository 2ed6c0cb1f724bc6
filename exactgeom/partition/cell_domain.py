"""Where a single cell lives: a box, a polytope or all of R^d, as bounds and halfspaces; no face lattice."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Any

from exactgeom.certificates.document import Document, box, system
from exactgeom.exact import InvalidInput, fraction_str
from exactgeom.partition.boxes_domain import Box as Intervals
from exactgeom.polyhedra import Box, Polytope

Vector = tuple[Fraction, ...]
Bound = Fraction | None


class CellDomain:
    """`{x : a·x ≤ b for all rows, low ≤ x ≤ high}`, None for no bound; made by `read_domain`.

    Halfspaces are numbered: rows, then the upper bounds that exist, then the lower ones.
    """

    def __init__(
        self,
        given: Any,
        rows: tuple[tuple[Vector, Fraction], ...],
        low: tuple[Bound, ...],
        high: tuple[Bound, ...],
    ) -> None:
        self.given, self.rows, self.low, self.high = given, rows, low, high

    @property
    def dim(self) -> int:
        """The dimension."""
        return len(self.low)

    @cached_property
    def bounds(self) -> tuple[tuple[int, int, Fraction], ...]:
        """`(variable, side, bound)`, side 1 above and −1 below, in the order of their numbers."""
        return tuple(
            (k, side, bound)
            for ends, side in ((self.high, 1), (self.low, -1))
            for k, bound in enumerate(ends)
            if bound is not None
        )

    @property
    def size(self) -> int:
        """The number of halfspaces."""
        return len(self.rows) + len(self.bounds)

    def halfspace(self, number: int) -> tuple[Vector, Fraction]:
        """Return `(a, b)` of a halfspace."""
        if number < len(self.rows):
            return self.rows[number]
        k, side, bound = self.bounds[number - len(self.rows)]
        return tuple(Fraction(side * int(j == k)) for j in range(self.dim)), side * bound

    def name(self, number: int) -> str:
        """Return what a message calls a halfspace."""
        if number < len(self.rows):
            return f"domain.inequalities[{number}]"
        k, side, bound = self.bounds[number - len(self.rows)]
        return f"x[{k}] {'<=' if side > 0 else '>='} {fraction_str(bound)}"

    def slacks(self, x: Vector) -> list[Fraction]:
        """Return `b − a·x` of all halfspaces."""
        found = [b - sum((c * v for c, v in zip(a, x, strict=True) if c), Fraction(0)) for a, b in self.rows]
        return found + [side * (bound - x[k]) for k, side, bound in self.bounds]

    def document(self) -> Document | None:
        """Return the SYSTEM of certificates, its rows in the order of the numbers; None for R^d."""
        if not self.size:
            return None
        if not self.rows and len(self.bounds) == 2 * self.dim:
            return box([b for b in self.low if b is not None], [b for b in self.high if b is not None])
        listed = [self.halfspace(i) for i in range(self.size)]
        return system([a for a, _ in listed], [b for _, b in listed], dim=self.dim)


def read_domain(domain: Any, dim: int) -> CellDomain:
    """Return the domain of cells in R^dim: a box, a full-dimensional `Polytope`, or None for all of R^d.

    Errors: InvalidInput for anything else, a flat polytope, another dimension.

    >>> from exactgeom.polyhedra import box
    >>> read_domain(box(0, 1, dim=784), 784).size
    1568
    """
    none: tuple[Bound, ...] = (None,) * dim
    if domain is None:
        return CellDomain(None, (), none, none)
    if not isinstance(domain, Polytope | Intervals):
        raise InvalidInput(f"expected a Polytope or None, got {type(domain).__name__}", place="domain")
    if domain.ambient_dim != dim:
        raise InvalidInput(
            f"the model has {dim} inputs but the domain lives in dimension {domain.ambient_dim}",
            place="domain",
        )
    if isinstance(domain, Intervals):
        low, high = zip(*domain.intervals, strict=True)
        return CellDomain(domain, (), low, high)
    if isinstance(domain, Box):
        return CellDomain(domain, (), domain.low, domain.high)
    if not domain.is_full_dimensional:
        raise InvalidInput(
            f"expected a full-dimensional domain, got one of dimension {domain.dim} in R^{dim}",
            place="domain",
        )
    return CellDomain(domain, domain.inequalities, none, none)
