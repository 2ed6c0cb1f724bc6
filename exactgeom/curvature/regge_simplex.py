"""One simplex from its squared edge lengths: does it exist, its volume, its dihedral angles.

With `G_ij = (ℓ²_0i + ℓ²_0j − ℓ²_ij)/2` the squared length of `Σ w_i p_i`, for weights of sum 0, is
`−½ Σ w_i w_j ℓ²_ij = xᵀGx`, sums over all ordered pairs and x = (w_1, …, w_n); the simplex exists when G is
positive definite, `vol² = det G / (n!)²`, and `G⁻¹` is the Gram matrix of the gradients of the barycentric
coordinates, from which the angles follow.
Source: K. Menger, "Untersuchungen über allgemeine Metrik" (1928); L. M. Blumenthal, "Theory and Applications
of Distance Geometry" (1953), ch. IV.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Any

from exactgeom.curvature.combinatorial import Simplex, Vertex
from exactgeom.exact import Angle, UndefinedAngle, fraction_str, to_json
from exactgeom.linalg import Matrix, inertia, is_positive_definite, negative_vector, quadratic_form

SquaredLength = Callable[[Vertex, Vertex], Fraction]


@dataclass(frozen=True)
class Unrealisable:
    """A simplex that is no Euclidean simplex of its dimension, with the weights that show it.

    `value = −½ Σ w_i w_j ℓ²_ij` would be the squared length of `Σ w_i p_i`, `Σ w_i = 0`, w ≠ 0: negative, so
    that there are no such points, or 0, so that they lie in a lower dimension (`is_flat`). No face fails.
    """

    simplex: Simplex
    weights: tuple[Fraction, ...]
    value: Fraction
    gram: tuple[tuple[Fraction, ...], ...]

    @property
    def is_flat(self) -> bool:
        """True when the points exist, in a lower dimension."""
        return self.value == 0

    def certificate(self) -> dict[str, Any]:
        """Return the certificate `not-psd`, or `rank` when flat, of the Gram matrix at the first vertex."""
        matrix = [[to_json(entry) for entry in row] for row in self.gram]
        vector = [to_json(weight) for weight in self.weights[1:]]
        head = {"schema": "exactgeom/certificate-1"}
        if not self.is_flat:
            return {**head, "kind": "not-psd", "claim": {"matrix": matrix}, "evidence": {"negative": vector}}
        kernel = [[to_json(entry) for entry in row] for row in _kernel(Matrix(self.gram))]
        claim = {"matrix": matrix, "rank": len(matrix) - len(kernel)}
        return {**head, "kind": "rank", "claim": claim, "evidence": {"kernel": kernel}}

    def __str__(self) -> str:
        what = "is flat" if self.is_flat else "does not exist"
        shown = ", ".join(map(fraction_str, self.weights))
        return (
            f"simplex {self.simplex} {what}: weights {shown} give squared length {fraction_str(self.value)}"
        )


def squared_length_in(lengths: Mapping[Any, Fraction]) -> SquaredLength:
    """Return the lookup of squared lengths under either name of an edge."""
    return lambda a, b: lengths[a, b] if (a, b) in lengths else lengths[b, a]


def gram(simplex: Simplex, square: SquaredLength) -> Matrix:
    """Return the Gram matrix of the edges at the first vertex.

    >>> gram((0, 1, 2), lambda a, b: Fraction(1))
    Matrix([[1, '1/2'], ['1/2', 1]])
    """
    first, *others = simplex
    arms = {v: square(first, v) for v in others}
    return Matrix(
        [[arms[a] if a == b else (arms[a] + arms[b] - square(a, b)) / 2 for b in others] for a in others]
    )


def squared_volume(simplex: Simplex, square: SquaredLength) -> Fraction:
    """Return `vol²` of a k-simplex: `det G / (k!)²`, 1 for a vertex; negative when it does not exist.

    >>> squared_volume((0, 1, 2), lambda a, b: Fraction(1))
    Fraction(3, 16)
    """
    k = len(simplex) - 1
    return gram(simplex, square).det() / factorial(k) ** 2 if k else Fraction(1)


def squared_volume_change(simplex: Simplex, square: SquaredLength, edge: frozenset[Vertex]) -> Fraction:
    """Return the derivative of `vol²` by the squared length of one edge; assumption: vol² ≠ 0.

    >>> squared_volume_change((0, 1), lambda a, b: Fraction(4), frozenset((0, 1)))
    Fraction(1, 1)
    """
    if not edge <= set(simplex) or len(simplex) < 2:
        return Fraction(0)
    matrix = gram(simplex, square)
    bump = gram(simplex, lambda a, b: Fraction(int({a, b} == edge)))
    change: Fraction = (matrix.inverse() @ bump).trace()
    return squared_volume(simplex, square) * change


def unrealisable(simplex: Simplex, square: SquaredLength) -> Unrealisable | None:
    """Return why a simplex is no Euclidean simplex of its dimension, None when it is one.

    >>> found = unrealisable((0, 1, 2), lambda a, b: Fraction(9 if {a, b} == {1, 2} else 1))
    >>> found.value < 0, sum(found.weights)
    (True, Fraction(0, 1))
    """
    if len(simplex) < 2:
        return None
    matrix = gram(simplex, square)
    if is_positive_definite(matrix):
        return None
    vector = negative_vector(matrix) if inertia(matrix)[1] else _kernel(matrix)[0]
    if vector is None:
        raise AssertionError("a symmetric matrix that is not positive definite has such a vector")
    weights = (-sum(vector, Fraction(0)), *vector)
    return Unrealisable(simplex, weights, quadratic_form(matrix, vector), matrix.rows)


def _kernel(matrix: Matrix) -> tuple[tuple[Fraction, ...], ...]:
    return matrix.kernel().columns


def dihedral_angles(simplex: Simplex, square: SquaredLength) -> dict[Simplex, Angle]:
    """Return the interior dihedral angle at every face of codimension 2, exactly.

    `cos θ = −H_ij / √(H_ii H_jj)` at the face opposite the edge ij, H the Gram matrix of the gradients of the
    barycentric coordinates. Errors: `UndefinedAngle` for a simplex that does not exist or is flat.

    >>> str(dihedral_angles((0, 1, 2), lambda a, b: Fraction(1))[(0,)])
    'π/3'
    """
    if failure := unrealisable(simplex, square):
        raise UndefinedAngle(str(failure))
    inner = gram(simplex, square).inverse()
    n = len(simplex) - 1
    rows = [[inner[i, j] for j in range(n)] for i in range(n)]
    full = [[-sum(row, Fraction(0)), *row] for row in rows]
    top = [-sum((row[j] for row in full), Fraction(0)) for j in range(n + 1)]
    table = [top, *full]
    found = {}
    for i in range(n + 1):
        for j in range(i):
            bone = tuple(v for k, v in enumerate(simplex) if k not in (i, j))
            x = -table[i][j]
            found[bone] = Angle.from_xy(x, table[i][i] * table[j][j] - x * x)
    return found


def distance_table(points: Mapping[Any, Iterable[Fraction]]) -> SquaredLength:
    """Return squared distances of points with rational coordinates."""
    kept = {vertex: tuple(point) for vertex, point in points.items()}
    return lambda a, b: sum(((x - y) ** 2 for x, y in zip(kept[a], kept[b], strict=True)), Fraction(0))
