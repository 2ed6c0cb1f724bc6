"""Closed forms for one polytope whose facets move; independent of the gradient's reverse pass.

The polytope is ``{x : a_i . x <= b_i}``, one pair per facet, in the order of `Polytope.inequalities`; F_i are
its facets, n_i their outward unit normals, R_ij the ridges, theta_ij the interior dihedral angles.
Sources: H. Minkowski, Volumen und Oberflaeche, Math. Ann. 57 (1903); L. Schlaefli, Theorie der vielfachen
Kontinuitaet (1852), for ``sum of vol(R) dtheta = 0``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from exactgeom.exact import InvalidInput, NonSmoothError, Surd, exact_matrix
from exactgeom.polyhedra import Polytope

__all__ = ["area_gradient", "schlaefli_sum", "volume_gradient"]

Vector = tuple[Fraction, ...]


def volume_gradient(polytope: Polytope) -> tuple[tuple[Vector, Fraction], ...]:
    """Derivatives of the volume by every facet's (a_i, b_i).

    Exact, rational: ``dvol/db_i = vol(F_i) / |a_i|`` and ``dvol/da_i = -vol(F_i) / |a_i| c_i``, c_i the
    centroid of F_i.  Errors: InvalidInput for a flat polytope.

    >>> from exactgeom.polyhedra import box
    >>> volume_gradient(box([0, 0], [2, 3]))[-1]  # x <= 2
    ((Fraction(-6, 1), Fraction(-9, 2)), Fraction(3, 1))
    """
    _check(polytope)
    measures, found = polytope.complex.measures, []
    for (a, _), facet in zip(polytope.inequalities, _facets(polytope), strict=True):
        normal = measures.area_vector(0, facet)
        ratio = next(n / c for n, c in zip(normal, a, strict=True) if c)
        found.append((tuple(-ratio * c for c in measures.centroid(polytope.dim - 1, facet)), ratio))
    return tuple(found)


def area_gradient(polytope: Polytope) -> tuple[tuple[Surd, ...], ...]:
    """The matrix ``dvol(F_i)/db_j`` of a simple polytope.

    Contract: exact.  ``vol(R_ij) / (|a_j| sin theta_ij)`` where F_i and F_j meet, else 0; on the diagonal
    ``sum over j of cot(theta_ij) vol(R_ij) / |a_i|``.  Errors: NonSmoothError where more than d facets meet;
    InvalidInput for a flat polytope.

    >>> from exactgeom.polyhedra import simplex
    >>> [[str(entry) for entry in row] for row in area_gradient(simplex(2))]
    [['1', '1', '1'], ['1', '1', '1'], ['√2', '√2', '√2']]
    """
    _check(polytope)
    space, rows = polytope.complex, polytope.inequalities
    if any(len(space.coboundary(0)[v]) != polytope.dim for v in range(space.count(0))) and polytope.dim > 1:
        raise NonSmoothError("at some vertex more facets meet than the dimension allows")
    numbers = {facet: i for i, facet in enumerate(_facets(polytope))}
    lengths = [Surd.sqrt(sum((c * c for c in a), Fraction(0))) for a, _ in rows]
    found = [[Surd(0)] * len(rows) for _ in rows]
    for ridge in range(space.count(polytope.dim - 2) if polytope.dim > 1 else 0):
        i, j = (numbers[f] for f in space.coboundary(polytope.dim - 2)[ridge].tolist())
        angle = space.measures.dihedral_angle(0, ridge)
        size = Surd(space.measures.volume(polytope.dim - 2, ridge)) / angle.sin
        for p, q in ((i, j), (j, i)):
            found[p][q] = size / lengths[q]
            found[p][p] = found[p][p] + size * angle.cos / lengths[p]
    return tuple(map(tuple, found))


def schlaefli_sum(polytope: Polytope, normals: Iterable[Iterable[Any]]) -> Surd:
    """``sum over ridges of vol(R) dtheta_R`` when the normals a_i move with velocities `normals`: 0.

    Contract: exact; the theorem says 0 for every motion of a polytope, so anything else is a bug.
    ``dtheta = (n_j - (n_i.n_j) n_i) . da_i / (|a_i| sin theta)`` plus the same with i and j exchanged.
    Errors: InvalidInput unless there is one velocity per facet.

    >>> from exactgeom.polyhedra import box
    >>> schlaefli_sum(box(0, 1, dim=3), [[1, 2, 3], [0, 1, 0], [5, 0, 1], [1, 1, 1], [0, 0, 2], [1, 0, 7]])
    Surd('0')
    """
    _check(polytope)
    moves = exact_matrix(normals, "normals")
    rows, d = polytope.inequalities, polytope.dim
    if len(moves) != len(rows) or any(len(move) != d for move in moves):
        raise InvalidInput(f"expected {len(rows)} velocities of {d} entries", place="normals")
    space, numbers = polytope.complex, {facet: i for i, facet in enumerate(_facets(polytope))}
    parts = [Surd(0)]
    for ridge in range(space.count(d - 2) if d > 1 else 0):
        i, j = (numbers[f] for f in space.coboundary(d - 2)[ridge].tolist())
        size = Surd(space.measures.volume(d - 2, ridge))
        for p, q in ((i, j), (j, i)):
            parts.append(size * _angle_rate(rows[p][0], rows[q][0], moves[p]))
    return Surd.sum(parts)


def _angle_rate(a: Vector, b: Vector, move: Vector) -> Surd:
    """How fast the angle between two facets changes when a moves: all square roots in one."""
    aa, bb, ab = _dot(a, a), _dot(b, b), _dot(a, b)
    along = _dot(b, move) - ab / aa * _dot(a, move)
    return Surd.sqrt(1 / (aa * bb - ab * ab)) * along


def _dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def _facets(polytope: Polytope) -> list[int]:
    """The facet of every inequality."""
    space = polytope.complex
    points, found = space.points, []
    for a, b in polytope.inequalities:
        on = {v for v, x in enumerate(points) if _dot(a, x) == b}
        closure = space.closure(polytope.dim - 1)
        found.append(next(f for f in range(len(closure)) if on.issuperset(closure[f].tolist())))
    return found


def _check(polytope: Any) -> None:
    if not isinstance(polytope, Polytope):
        raise InvalidInput(f"expected a Polytope, got {type(polytope).__name__}", place="polytope")
    if not polytope.is_full_dimensional:
        raise InvalidInput("expected a full-dimensional polytope", place="polytope")
