"""`Polytope`: a bounded convex polytope with both of its descriptions and its whole face lattice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

from flint import fmpz_mat, fmpz_poly

from exactgeom.exact import InvalidInput, UnboundedError, exact_matrix, exact_vector, fraction_str
from exactgeom.polyhedra.arrays import Incidence
from exactgeom.polyhedra.complex import Point, PolyhedralComplex
from exactgeom.polyhedra.lattice import Lattice, box_lattice, cone_lattice, independent_rows, row_list

Inequality = tuple[tuple[Fraction, ...], Fraction]


class Polytope:
    """A nonempty bounded convex polytope with rational vertices (immutable; may be flat).

    Contract: exact.  Built by the named constructors; equality and hash mean the same point set.

    >>> square = Polytope.from_inequalities([[1, 0], [-1, 0], [0, 1], [0, -1]], [1, 1, 1, 1])
    >>> square.volume, square.f_vector
    (Fraction(4, 1), (4, 4, 1))
    """

    __slots__ = ("__dict__", "_complex")

    def __init__(self, space: PolyhedralComplex) -> None:
        self._complex = space

    # -- constructors --------------------------------------------------------------------------------

    @classmethod
    def from_inequalities(cls, a: Any, b: Any, *, equations: Iterable[tuple[Any, Any]] = ()) -> Polytope:
        """The polytope {x : a x <= b, e x = f for (e, f) in equations}.

        Redundant and repeated rows are legal.  Errors: InvalidInput when empty, UnboundedError when
        unbounded.  Method: double description on the homogenised cone.

        >>> Polytope.from_inequalities([[1], [-1]], [2, "1/2"]).vertices
        ((Fraction(-1, 2),), (Fraction(2, 1),))
        """
        rows = [*zip(exact_matrix(a, "a"), exact_vector(b, "b"), strict=False)]
        if len(rows) != len(tuple(b)) or len(rows) != len(tuple(a)):
            raise InvalidInput("a and b must have as many rows as each other", place="a")
        for i, (e, f) in enumerate(equations):
            normal, offset = exact_vector(e, f"equations[{i}].a"), exact_vector([f], f"equations[{i}].b")[0]
            rows += [(normal, offset), (tuple(-c for c in normal), -offset)]
        if not rows:
            raise UnboundedError("a polytope needs at least one inequality to be bounded")
        dim = len(rows[0][0])
        if dim == 0:
            raise InvalidInput("the space must have at least one dimension", place="a")
        if any(len(normal) != dim for normal, _ in rows):
            raise InvalidInput(f"every row must have {dim} entries", place="equations")
        return cls(PolyhedralComplex.from_lattice(_from_halfspaces(rows, dim), dim))

    @classmethod
    def from_vertices(cls, points: Iterable[Iterable[Any]]) -> Polytope:
        """The convex hull of these points (repeated and inner points are legal).

        >>> Polytope.from_vertices([(0, 0), (1, 0), (0, 1), ("1/3", "1/3")]).volume
        Fraction(1, 2)
        """
        table = exact_matrix([list(p) for p in points], "points")
        if not table:
            raise InvalidInput("the convex hull of no point is empty", place="points")
        dim = len(table[0])
        if dim == 0:
            raise InvalidInput("the space must have at least one dimension", place="points")
        return cls(PolyhedralComplex.from_lattice(_hull(table), dim))

    # -- descriptions --------------------------------------------------------------------------------

    @property
    def complex(self) -> PolyhedralComplex:
        """The face lattice (one cell)."""
        return self._complex

    @property
    def dim(self) -> int:
        """Dimension of the polytope itself."""
        return self._complex.dim

    @property
    def ambient_dim(self) -> int:
        """Dimension of the space around it."""
        return self._complex.ambient_dim

    @property
    def is_full_dimensional(self) -> bool:
        """True when it has interior points."""
        return self.dim == self.ambient_dim

    @cached_property
    def vertices(self) -> tuple[Point, ...]:
        """Vertices in lexicographic order."""
        return tuple(sorted(self._complex.points))

    @property
    def f_vector(self) -> tuple[int, ...]:
        """Number of faces of dimension 0, 1, ..., dim (itself included)."""
        return self._complex.f_vector

    @cached_property
    def inequalities(self) -> tuple[Inequality, ...]:
        """One (a, b) with ``a.x <= b`` per facet: primitive integers, sorted; see `equations` for aff P.

        >>> Polytope.from_vertices([(0,), (2,)]).inequalities
        (((Fraction(-1, 1),), Fraction(0, 1)), ((Fraction(1, 1),), Fraction(2, 1)))
        """
        space, measures = self._complex, self._complex.measures
        rows = []
        for facet in range(space.count(self.dim - 1) if self.dim else 0):
            normal = measures.outward_normal(0, facet)
            start = space.point(int(space.closure(self.dim - 1)[facet][0]))
            rows.append(_primitive_row(normal, start))
        return tuple(sorted(rows))

    @cached_property
    def equations(self) -> tuple[Inequality, ...]:
        """(a, b) with ``a.x = b``, spanning the affine hull's equations (none in full dimension)."""
        basis, _ = fmpz_mat(self._complex.coordinates).nullspace()
        reduced, _, rank = basis.transpose().rref()
        rows = []
        for row in reduced.tolist()[:rank]:
            content = fmpz_poly(row).content()
            c = [Fraction(int(entry // content)) for entry in row]
            rows.append((tuple(c[1:]), -c[0]))
        return tuple(rows)

    # -- measures ------------------------------------------------------------------------------------

    @property
    def volume(self) -> Fraction:
        """n-dimensional volume in the ambient space (0 when flat)."""
        if not self.is_full_dimensional:
            return Fraction(0)
        volume: Fraction = self._complex.measures.volume(self.dim, 0)
        return volume

    @property
    def relative_volume(self) -> Any:
        """Volume inside the affine hull: Fraction in full dimension, else a Surd."""
        return self._complex.measures.volume(self.dim, 0)

    @property
    def centroid(self) -> Point:
        """Centre of mass (relative to the affine hull when flat)."""
        return self._complex.measures.centroid(self.dim, 0)

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

    # -- new polytopes -------------------------------------------------------------------------------

    def intersection(self, other: Polytope) -> Polytope:
        """Common points (InvalidInput when there is none)."""
        if self.ambient_dim != other.ambient_dim:
            raise InvalidInput("polytopes live in spaces of different dimension", place="other")
        rows = [*self.inequalities, *other.inequalities]
        return Polytope.from_inequalities(
            [a for a, _ in rows], [b for _, b in rows], equations=[*self.equations, *other.equations]
        )

    def image(self, matrix: Any, offset: Any) -> Polytope:
        """The image under x -> matrix x + offset."""
        a, b = exact_matrix(matrix, "matrix"), exact_vector(offset, "offset")
        if len(a) != len(b) or any(len(row) != self.ambient_dim for row in a):
            raise InvalidInput(f"expected a matrix with {self.ambient_dim} columns and matching offset")
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
        return Polytope, (self._complex,)

    def to_json(self) -> dict[str, Any]:
        """The polytope as `exactgeom/polytope-1`."""

        def rows(pairs: Sequence[Inequality]) -> list[dict[str, Any]]:
            return [{"a": [fraction_str(c) for c in a], "b": fraction_str(b)} for a, b in pairs]

        document = {
            "schema": "exactgeom/polytope-1",
            "dim": self.ambient_dim,
            "inequalities": rows(self.inequalities),
        }
        if self.equations:
            document["equations"] = rows(self.equations)
        return document


def _primitive_row(normal: Point, start: Point) -> Inequality:
    """(a, b) with primitive integer a, b for the halfspace normal.(x - start) <= 0."""
    offset = sum((p * q for p, q in zip(normal, start, strict=True)), Fraction(0))
    row = [*normal, offset]
    scale = lcm(*(c.denominator for c in row))
    integers = fmpz_poly([int(c * scale) for c in row])
    content = int(integers.content())
    a = tuple(c * scale / content for c in row)
    return a[:-1], a[-1]


def integer_rows(rows: Iterable[Sequence[Fraction]]) -> list[list[int]]:
    """Each row times the least common denominator of its entries."""
    table = []
    for row in rows:
        scale = lcm(*(c.denominator for c in row))
        table.append([c.numerator * (scale // c.denominator) for c in row])
    return table


def _from_halfspaces(rows: Sequence[Inequality], dim: int) -> Lattice:
    """Face lattice of {a.x <= b}; InvalidInput when empty, UnboundedError when unbounded."""
    cone = [[1] + [0] * dim, *integer_rows([(b, *(-c for c in a)) for a, b in rows])]
    matrix = fmpz_mat(cone)
    pivots = independent_rows(matrix.transpose())
    lattice = cone_lattice(fmpz_mat([[row[j] for j in pivots] for row in cone]))
    if not any(row[0] != 0 for row in lattice.rows):
        raise InvalidInput("the polytope is empty: no point satisfies all of its inequalities")
    if len(pivots) <= dim or any(row[0] == 0 for row in lattice.rows):
        raise UnboundedError("the polytope is unbounded: a bounded one is expected")
    return lattice


def _hull(points: Sequence[Point]) -> Lattice:
    """Face lattice of the convex hull: the dual of the cone of valid inequalities."""
    rows = fmpz_mat(integer_rows([(Fraction(1), *p) for p in sorted(set(points))]))
    table = rows.tolist()
    pivots = independent_rows(rows.transpose())
    if len(pivots) == 1:
        return Lattice((), (fmpz_poly(table[0]),))
    projected = fmpz_mat([[row[j] for j in pivots] for row in table])
    dual = cone_lattice(projected)
    top = dual.dim
    # a vertex of the hull is a facet of the dual: the point whose inequality is tight on all its rays
    rays = fmpz_mat([row_list(row, len(pivots)) for row in dual.rows])
    tight = [
        [i for i, c in enumerate(column) if c == 0] for column in (projected * rays.transpose()).tolist()
    ]
    below = _vertex_sets(dual)
    number = {frozenset(t): i for i, t in enumerate(tight)}
    vertices = [fmpz_poly(table[number[s]]) for s in below]
    boundaries = []
    for k in range(1, top):
        low = dual.boundaries[top - 1 - k]  # boundary of dual (top-k)-faces = our (k-1)-faces over k-faces
        boundaries.append(low.transpose(_count(dual, top - 1 - k)))
    facets = len(dual.rows)
    boundaries.append(Incidence.from_lengths(_array([facets]), _array(range(facets))))
    return Lattice(tuple(boundaries), tuple(vertices))


def _count(lattice: Lattice, k: int) -> int:
    return len(lattice.rows) if k == 0 else len(lattice.boundaries[k - 1])


def _array(values: Iterable[int]) -> Any:
    import numpy as np

    return np.array(list(values), dtype=np.int64)


def _vertex_sets(dual: Lattice) -> list[frozenset[int]]:
    """Rays of each facet of the dual cone."""
    top = dual.dim
    if top == 1:
        return [frozenset((i,)) for i in range(len(dual.rows))]
    closure = dual.boundaries[0].sorted()
    for k in range(2, top):
        closure = dual.boundaries[k - 1].then(closure)
    return [frozenset(closure[i].tolist()) for i in range(len(closure))]


# -- named polytopes ---------------------------------------------------------------------------------


def box(low: Any, high: Any, *, dim: int | None = None) -> Polytope:
    """The box {low <= x <= high}: two numbers with `dim`, or two vectors (low < high in each coordinate).

    >>> box(-1, 1, dim=3).volume, box([0, 0], [1, "1/2"]).volume
    (Fraction(8, 1), Fraction(1, 2))
    """
    if dim is not None:
        if isinstance(dim, bool) or not isinstance(dim, int) or dim < 1:
            raise InvalidInput(f"expected a positive integer, got {dim!r}", place="dim")
        if dim > 16:
            raise InvalidInput(
                f"a box of dimension {dim} has 3^{dim} faces; at most 16 is supported", place="dim"
            )
        lows, highs = exact_vector([low] * dim, "low"), exact_vector([high] * dim, "high")
    else:
        lows, highs = exact_vector(low, "low"), exact_vector(high, "high")
    if not lows or len(lows) != len(highs):
        raise InvalidInput("low and high must have the same positive length", place="low")
    for i, (a, b) in enumerate(zip(lows, highs, strict=True)):
        if a >= b:
            raise InvalidInput(
                f"expected low < high, got {fraction_str(a)} >= {fraction_str(b)}", place=f"low[{i}]"
            )
    scale = lcm(*(c.denominator for c in (*lows, *highs)))
    lattice = box_lattice([int(a * scale) for a in lows], [int(b * scale) for b in highs], scale)
    return Polytope(PolyhedralComplex.from_lattice(lattice, len(lows)))


def simplex(dim: int) -> Polytope:
    """The standard simplex {x >= 0, sum x <= 1}; volume 1/dim!.

    >>> simplex(3).volume
    Fraction(1, 6)
    """
    _check_dim(dim)
    return Polytope.from_vertices([[0] * dim, *([int(i == j) for j in range(dim)] for i in range(dim))])


def cross_polytope(dim: int) -> Polytope:
    """The cross-polytope {sum |x_i| <= 1}; volume 2^dim/dim!.

    >>> cross_polytope(3).f_vector
    (6, 12, 8, 1)
    """
    _check_dim(dim)
    return Polytope.from_vertices([[s * (i == j) for j in range(dim)] for i in range(dim) for s in (1, -1)])


def permutohedron(n: int) -> Polytope:
    """Convex hull of all permutations of (1, ..., n): flat, of dimension n - 1 in R^n.

    >>> permutohedron(3).f_vector, permutohedron(3).dim
    ((6, 6, 1), 2)
    """
    from itertools import permutations

    _check_dim(n)
    return Polytope.from_vertices(list(permutations(range(1, n + 1))))


def _check_dim(dim: int) -> None:
    if isinstance(dim, bool) or not isinstance(dim, int) or dim < 1:
        raise InvalidInput(f"expected a positive integer, got {dim!r}", place="dim")
