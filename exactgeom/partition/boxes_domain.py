"""`Box`: a product of closed intervals in any dimension, possibly unbounded."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import prod
from typing import Any

from exactgeom.exact import InvalidInput, UnboundedError, exact, exact_vector, fraction_str
from exactgeom.exact.values import Frozen
from exactgeom.polyhedra import Box as LatticeBox
from exactgeom.polyhedra import Polytope

__all__ = ["Box", "Interval", "domain_box"]

Interval = tuple[Fraction | None, Fraction | None]


class Box(Frozen):
    """Immutable product of intervals ``[low, high]``; None for an end at infinity.

    Exact, and no face lattice: any dimension. Errors: InvalidInput unless low < high everywhere.

    >>> wide = Box([(0, "1/2"), (None, 3)])
    >>> wide.dim, wide.is_bounded, Box.cube(-1, 1, dim=30).volume == 2**30
    (2, False, True)
    """

    intervals: tuple[Interval, ...]

    def __init__(self, intervals: Iterable[tuple[Any, Any]]) -> None:
        listed = []
        for i, pair in enumerate(intervals):
            place = f"intervals[{i}]"
            try:
                low, high = pair
            except (TypeError, ValueError):
                raise InvalidInput("expected a pair (low, high)", place=place) from None
            a = None if low is None else exact(low, f"{place}[0]")
            b = None if high is None else exact(high, f"{place}[1]")
            if a is not None and b is not None and a >= b:
                raise InvalidInput(
                    f"expected low < high, got {fraction_str(a)} >= {fraction_str(b)}", place=place
                )
            listed.append((a, b))
        if not listed:
            raise InvalidInput("expected at least one interval", place="intervals")
        self.__dict__["intervals"] = tuple(listed)

    @classmethod
    def cube(cls, low: Any, high: Any, *, dim: int) -> Box:
        """The same interval in every coordinate."""
        if type(dim) is not int or dim < 1:
            raise InvalidInput(f"expected a positive integer, got {dim!r}", place="dim")
        return cls([(low, high)] * dim)

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return len(self.intervals)

    @property
    def ambient_dim(self) -> int:
        """Number of coordinates, under the name that polytopes use."""
        return len(self.intervals)

    @property
    def is_bounded(self) -> bool:
        """True when no end is at infinity."""
        return all(a is not None and b is not None for a, b in self.intervals)

    @property
    def volume(self) -> Fraction:
        """Exact volume. Errors: UnboundedError when infinite."""
        return prod((length(a, b) for a, b in self.intervals), start=Fraction(1))

    def contains(self, point: Iterable[Any]) -> bool:
        """True when the closed box holds the point.

        >>> Box([(0, None)]).contains([0]), Box([(0, None)]).contains(["-1/9"])
        (True, False)
        """
        x = exact_vector(point, "point")
        if len(x) != self.dim:
            raise InvalidInput(f"expected {self.dim} coordinates, got {len(x)}", place="point")
        return all(
            (a is None or a <= v) and (b is None or v <= b)
            for v, (a, b) in zip(x, self.intervals, strict=True)
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Box):
            return NotImplemented
        return self.intervals == other.intervals

    def __hash__(self) -> int:
        return hash((Box, self.intervals))

    def __repr__(self) -> str:
        def show(q: Fraction | None) -> str:
            return "None" if q is None else fraction_str(q) if q.denominator == 1 else repr(fraction_str(q))

        return f"Box([{', '.join(f'({show(a)}, {show(b)})' for a, b in self.intervals)}])"

    def __reduce__(self) -> tuple[Any, ...]:
        return Box, (self.intervals,)


def length(low: Fraction | None, high: Fraction | None) -> Fraction:
    """Length of an interval (UnboundedError when infinite)."""
    if low is None or high is None:
        raise UnboundedError("an interval reaches infinity: its length is infinite")
    return high - low


def domain_box(domain: Any, dim: int) -> Box:
    """The box that a domain stands for: a Box, a Polytope that is one, pairs (low, high); None for R^dim.

    Errors: InvalidInput for another dimension, or a polytope that is no full-dimensional box.

    >>> from exactgeom.polyhedra import box
    >>> domain_box(box(0, 1, dim=2), 2), domain_box(None, 1)
    (Box([(0, 1), (0, 1)]), Box([(None, None)]))
    """
    if domain is None:
        return Box([(None, None)] * dim)
    if isinstance(domain, LatticeBox):
        made = Box(zip(domain.low, domain.high, strict=True))
    elif isinstance(domain, Polytope):
        made = _from_polytope(domain)
    elif isinstance(domain, Box):
        made = domain
    elif isinstance(domain, Iterable) and not isinstance(domain, str | bytes | dict):
        made = Box(domain)
    else:
        raise InvalidInput(f"expected a box or None, got {type(domain).__name__}", place="domain")
    if made.dim != dim:
        raise InvalidInput(
            f"the model has {dim} inputs but the domain lives in dimension {made.dim}", place="domain"
        )
    return made


def _from_polytope(polytope: Polytope) -> Box:
    if not polytope.is_full_dimensional:
        raise InvalidInput(
            f"expected a full-dimensional domain, got one of dimension {polytope.dim} in "
            f"R^{polytope.ambient_dim}",
            place="domain",
        )
    rows = list(zip(*polytope.vertices, strict=True))
    ends = [(min(row), max(row)) for row in rows]
    # A polytope is its bounding box when it has all corners of it.
    corners = 2 ** len(ends)
    if len(polytope.vertices) != corners or any(
        v not in end for row, end in zip(rows, ends, strict=True) for v in row
    ):
        raise InvalidInput("the box form of a tree needs a box as its domain", place="domain")
    return Box(ends)
