"""Boxes: polytopes of any dimension whose face lattice is built only when it is asked for."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from math import lcm, prod
from typing import Any

from exactgeom.exact import InvalidInput, exact_vector, fraction_str
from exactgeom.polyhedra.complex import Point, PolyhedralComplex
from exactgeom.polyhedra.lattice import box_lattice
from exactgeom.polyhedra.polytope import Inequality, Polytope

MAX_LATTICE_DIM = 13
"""A box of dimension d has 3^d faces: beyond this its lattice is out of reach."""

MAX_DIM = 10**6


class Box(Polytope):
    """The box {low <= x <= high}, of any dimension (immutable); made by `box`.

    Contract: exact.  Bounds, inequalities, volume and membership never need the face lattice.
    """

    __slots__ = ()

    low: Point
    high: Point

    def __init__(self, low: Point, high: Point) -> None:
        self.__dict__.update(low=low, high=high)

    @cached_property
    def complex(self) -> PolyhedralComplex:
        """The face lattice (InvalidInput beyond dimension 13)."""
        n = len(self.low)
        if n > MAX_LATTICE_DIM:
            raise InvalidInput(
                f"a box of dimension {n} has 3^{n} faces: face lattices end at dimension {MAX_LATTICE_DIM}",
                place="domain",
            )
        scale = lcm(*(c.denominator for c in (*self.low, *self.high)))
        low, high = ([int(c * scale) for c in side] for side in (self.low, self.high))
        return PolyhedralComplex.from_lattice(box_lattice(low, high, scale), n)

    @property
    def dim(self) -> int:
        """Dimension of the box."""
        return len(self.low)

    @property
    def ambient_dim(self) -> int:
        """Dimension of the space around it (the same)."""
        return len(self.low)

    @cached_property
    def inequalities(self) -> tuple[Inequality, ...]:
        """One (a, b) with ``a.x <= b`` per facet: primitive integers, sorted."""
        rows = []
        for i, (a, b) in enumerate(zip(self.low, self.high, strict=True)):
            for sign, bound in ((-1, -a), (1, b)):
                q = bound.denominator
                normal = tuple(Fraction(sign * q * (j == i)) for j in range(self.dim))
                rows.append((normal, bound * q))
        return tuple(sorted(rows))

    @property
    def equations(self) -> tuple[Inequality, ...]:
        """None: a box is full-dimensional."""
        return ()

    @property
    def volume(self) -> Fraction:
        """Product of the side lengths."""
        return prod((b - a for a, b in zip(self.low, self.high, strict=True)), start=Fraction(1))

    @property
    def centroid(self) -> Point:
        """Centre of the box."""
        return tuple((a + b) / 2 for a, b in zip(self.low, self.high, strict=True))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Box):
            return (self.low, self.high) == (other.low, other.high)
        if isinstance(other, Polytope) and other.ambient_dim == self.dim <= MAX_LATTICE_DIM:
            return super().__eq__(other)
        return False if isinstance(other, Polytope) else NotImplemented

    def __hash__(self) -> int:
        return super().__hash__() if self.dim <= MAX_LATTICE_DIM else hash((self.low, self.high))

    def __repr__(self) -> str:
        sides = (", ".join(repr(fraction_str(c)) for c in side) for side in (self.low, self.high))
        return "box([{}], [{}])".format(*sides)

    def __reduce__(self) -> tuple[Any, ...]:
        return Box, (self.low, self.high)


def box(low: Any, high: Any, *, dim: int | None = None) -> Box:
    """The box {low <= x <= high}: two numbers with `dim`, or two vectors (low < high in each coordinate).

    Errors: InvalidInput naming the bound.  The 3^dim faces are made when first needed (up to dimension 13).

    >>> box(-1, 1, dim=3).volume, box([0, 0], [1, "1/2"]).volume, box(0, 2, dim=64).volume == 2**64
    (Fraction(8, 1), Fraction(1, 2), True)
    """
    if dim is not None:
        if isinstance(dim, bool) or not isinstance(dim, int) or dim < 1:
            raise InvalidInput(f"expected a positive integer, got {dim!r}", place="dim")
        if dim > MAX_DIM:
            raise InvalidInput(f"expected at most {MAX_DIM} dimensions, got {dim}", place="dim")
        lows, highs = exact_vector([low], "low") * dim, exact_vector([high], "high") * dim
    else:
        lows, highs = exact_vector(low, "low"), exact_vector(high, "high")
    if not lows or len(lows) != len(highs):
        raise InvalidInput("low and high must have the same positive length", place="low")
    for i, (a, b) in enumerate(zip(lows, highs, strict=True)):
        if a >= b:
            raise InvalidInput(
                f"expected low < high, got {fraction_str(a)} >= {fraction_str(b)}", place=f"low[{i}]"
            )
    return Box(lows, highs)
