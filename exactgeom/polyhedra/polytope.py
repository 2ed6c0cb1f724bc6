"""`Polytope`: a bounded convex polytope with both of its descriptions and its whole face lattice."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

from flint import fmpz_mat, fmpz_poly

from exactgeom.exact import InvalidInput, UnboundedError, exact, exact_matrix, exact_vector, fraction_str
from exactgeom.exact.documents import Document, Source, read_document
from exactgeom.exact.values import Frozen
from exactgeom.polyhedra.complex import Point, PolyhedralComplex
from exactgeom.polyhedra.document import SCHEMA, document_of, read_rows
from exactgeom.polyhedra.hulls import halfspaces_lattice, hull_lattice

Inequality = tuple[tuple[Fraction, ...], Fraction]


class Polytope(Frozen):
    """A nonempty bounded convex polytope with rational vertices (immutable; may be flat).

    Contract: exact.  Built by the named constructors; equality and hash mean the same point set.

    >>> square = Polytope.from_inequalities([[1, 0], [-1, 0], [0, 1], [0, -1]], [1, 1, 1, 1])
    >>> square.volume, square.f_vector
    (Fraction(4, 1), (4, 4, 1))
    """

    __slots__ = ("__dict__", "_complex")
    _complex: PolyhedralComplex

    def __init__(self, space: PolyhedralComplex) -> None:
        object.__setattr__(self, "_complex", space)

    # -- constructors --------------------------------------------------------------------------------

    @classmethod
    def from_inequalities(cls, a: Any, b: Any, *, equations: Iterable[tuple[Any, Any]] = ()) -> Polytope:
        """The polytope {x : a x <= b, e x = f for (e, f) in equations}.

        Redundant and repeated rows are legal.  Errors: InvalidInput when empty, UnboundedError when
        unbounded.  Method: double description on the homogenised cone.

        >>> Polytope.from_inequalities([[1], [-1]], [2, "1/2"]).vertices
        ((Fraction(-1, 2),), (Fraction(2, 1),))
        """
        normals, bounds = exact_matrix(a, "a"), exact_vector(b, "b")
        if len(normals) != len(bounds):
            raise InvalidInput(f"expected {len(normals)} entries, one per row of a, got {len(bounds)}", "b")
        rows = [*zip(normals, bounds, strict=True)]
        for normal, offset in _read_equations(equations, len(normals[0]) if normals else None):
            rows += [(normal, offset), (tuple(-c for c in normal), -offset)]
        if not rows:
            raise UnboundedError("a polytope needs at least one inequality to be bounded")
        dim = len(rows[0][0])
        if dim == 0:
            raise InvalidInput("the space must have at least one dimension", place="a")
        return cls(PolyhedralComplex.from_lattice(halfspaces_lattice(rows, dim), dim))

    @classmethod
    def from_vertices(cls, points: Iterable[Iterable[Any]]) -> Polytope:
        """The convex hull of these points (repeated and inner points are legal).

        >>> Polytope.from_vertices([(0, 0), (1, 0), (0, 1), ("1/3", "1/3")]).volume
        Fraction(1, 2)
        """
        table = exact_matrix(list(points) if isinstance(points, set | frozenset) else points, "points")
        if not table:
            raise InvalidInput("the convex hull of no point is empty", place="points")
        dim = len(table[0])
        if dim == 0:
            raise InvalidInput("the space must have at least one dimension", place="points")
        return cls(PolyhedralComplex.from_lattice(hull_lattice(table), dim))

    # -- descriptions --------------------------------------------------------------------------------

    @cached_property
    def complex(self) -> PolyhedralComplex:
        """The face lattice (one cell)."""
        return self._complex

    @property
    def dim(self) -> int:
        """Dimension of the polytope itself."""
        return self.complex.dim

    @property
    def ambient_dim(self) -> int:
        """Dimension of the space around it."""
        return self.complex.ambient_dim

    @property
    def is_full_dimensional(self) -> bool:
        """True when it has interior points."""
        return self.dim == self.ambient_dim

    @cached_property
    def vertices(self) -> tuple[Point, ...]:
        """Vertices in lexicographic order."""
        return tuple(sorted(self.complex.points))

    @property
    def f_vector(self) -> tuple[int, ...]:
        """Number of faces of dimension 0, 1, ..., dim (itself included)."""
        return self.complex.f_vector

    @cached_property
    def inequalities(self) -> tuple[Inequality, ...]:
        """One (a, b) with ``a.x <= b`` per facet: primitive integers, sorted; see `equations` for aff P.

        >>> Polytope.from_vertices([(0,), (2,)]).inequalities
        (((Fraction(-1, 1),), Fraction(0, 1)), ((Fraction(1, 1),), Fraction(2, 1)))
        """
        space, measures = self.complex, self.complex.measures
        rows = []
        for facet in range(space.count(self.dim - 1) if self.dim else 0):
            normal = measures.outward_normal(0, facet)
            start = space.point(int(space.closure(self.dim - 1)[facet][0]))
            rows.append(_primitive_row(normal, start))
        return tuple(sorted(rows))

    @cached_property
    def equations(self) -> tuple[Inequality, ...]:
        """(a, b) with ``a.x = b``, spanning the affine hull's equations (none in full dimension).

        Reduced and primitive, the first nonzero entry positive: equal affine hulls have equal equations.

        >>> Polytope.from_vertices([(1, 0), (0, 1)]).equations
        (((Fraction(1, 1), Fraction(1, 1)), Fraction(1, 1)),)
        """
        table = [[*x, -t] for t, *x in self.complex.coordinates]
        basis, _ = fmpz_mat(table).nullspace()
        reduced, denominator, rank = basis.transpose().rref()
        rows = []
        for row in reduced.tolist()[:rank]:
            content = fmpz_poly(row).content() * (1 if denominator > 0 else -1)
            *a, b = (Fraction(int(entry // content)) for entry in row)
            rows.append((tuple(a), b))
        return tuple(rows)

    # -- measures ------------------------------------------------------------------------------------

    @property
    def volume(self) -> Fraction:
        """n-dimensional volume in the ambient space (0 when flat)."""
        if not self.is_full_dimensional:
            return Fraction(0)
        volume: Fraction = self.complex.measures.volume(self.dim, 0)
        return volume

    @property
    def relative_volume(self) -> Any:
        """Volume inside the affine hull: Fraction in full dimension, else a Surd."""
        return self.complex.measures.volume(self.dim, 0)

    @property
    def centroid(self) -> Point:
        """Centre of mass (relative to the affine hull when flat)."""
        return self.complex.measures.centroid(self.dim, 0)

    def __contains__(self, point: Iterable[Any]) -> bool:
        """Exact membership (the polytope is closed)."""
        x = exact_vector(point, "point")
        if len(x) != self.ambient_dim:
            raise InvalidInput(f"expected {self.ambient_dim} coordinates, got {len(x)}", place="point")

        def value(a: Point) -> Fraction:
            return sum((p * q for p, q in zip(a, x, strict=True)), Fraction(0))

        return all(value(a) <= b for a, b in self.inequalities) and all(
            value(a) == b for a, b in self.equations
        )

    def certificate(self) -> dict[str, Any]:
        """The volume with its proof: a `volume` certificate (CertificateError when flat)."""
        from exactgeom.polyhedra.certificate import volume_certificate

        return volume_certificate(self)

    # -- new polytopes -------------------------------------------------------------------------------

    def intersection(self, other: Polytope) -> Polytope:
        """Common points (InvalidInput when there is none)."""
        if not isinstance(other, Polytope):
            raise InvalidInput(f"expected a Polytope, got {type(other).__name__}", place="other")
        if self.ambient_dim != other.ambient_dim:
            raise InvalidInput(
                f"expected a polytope in dimension {self.ambient_dim}, got {other.ambient_dim}", place="other"
            )
        rows = [*self.inequalities, *other.inequalities]
        return Polytope.from_inequalities(
            [a for a, _ in rows], [b for _, b in rows], equations=[*self.equations, *other.equations]
        )

    def image(self, matrix: Any, offset: Any) -> Polytope:
        """The image under x -> matrix x + offset."""
        a, b = exact_matrix(matrix, "matrix"), exact_vector(offset, "offset")
        if not a or len(a[0]) != self.ambient_dim:
            raise InvalidInput(f"expected rows of {self.ambient_dim} entries", place="matrix")
        if len(a) != len(b):
            raise InvalidInput(f"expected {len(a)} entries, one per row, got {len(b)}", place="offset")
        return Polytope.from_vertices(
            [
                [sum((p * q for p, q in zip(row, x, strict=True)), c) for row, c in zip(a, b, strict=True)]
                for x in self.vertices
            ]
        )

    # -- identity ------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Polytope):
            return NotImplemented
        return self.vertices == other.vertices

    def __hash__(self) -> int:
        return hash(("Polytope", self.vertices))

    def __repr__(self) -> str:
        points = ", ".join("(" + ", ".join(repr(fraction_str(c)) for c in v) + ",)" for v in self.vertices)
        return f"Polytope.from_vertices([{points}])"

    def __reduce__(self) -> tuple[Any, ...]:
        return Polytope, (self.complex,)

    @classmethod
    def from_json(cls, source: Source) -> Polytope:
        """The polytope of an `exactgeom/polytope-1` document, parsed or in a file.

        Errors: InvalidInput naming the place, also when the polytope is empty; UnboundedError.

        >>> rows = [{"a": ["1"], "b": "1/2"}, {"a": [-1], "b": 0}]
        >>> Polytope.from_json({"schema": "exactgeom/polytope-1", "dim": 1, "inequalities": rows}).vertices
        ((Fraction(0, 1),), (Fraction(1, 2),))
        """

        def read(document: Document) -> Polytope:
            rows, equations = read_rows(document)
            return cls.from_inequalities([a for a, _ in rows], [b for _, b in rows], equations=equations)

        polytope: Polytope = read_document(source, {SCHEMA: read})
        return polytope

    def to_json(self) -> dict[str, Any]:
        """The polytope as `exactgeom/polytope-1`."""
        return document_of(self.ambient_dim, self.inequalities, self.equations)


def _read_equations(equations: Iterable[Any], dim: int | None) -> list[Inequality]:
    """Pairs (e, f) from outside, each with as many coefficients as the others."""
    if not isinstance(equations, Iterable):
        raise InvalidInput("expected pairs (a, b) for a.x = b", place="equations")
    rows: list[Inequality] = []
    for i, pair in enumerate(equations):
        place = f"equations[{i}]"
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise InvalidInput("expected a pair (a, b) for a.x = b", place)
        normal, offset = exact_vector(pair[0], f"{place}.a"), exact(pair[1], f"{place}.b")
        dim = len(normal) if dim is None else dim
        if len(normal) != dim:
            raise InvalidInput(f"expected {dim} entries, got {len(normal)}", f"{place}.a")
        rows.append((normal, offset))
    return rows


def _primitive_row(normal: Point, start: Point) -> Inequality:
    """(a, b) with primitive integer a, b for the halfspace normal.(x - start) <= 0."""
    offset = sum((p * q for p, q in zip(normal, start, strict=True)), Fraction(0))
    row = [*normal, offset]
    scale = lcm(*(c.denominator for c in row))
    integers = fmpz_poly([int(c * scale) for c in row])
    content = int(integers.content())
    a = tuple(c * scale / content for c in row)
    return a[:-1], a[-1]
