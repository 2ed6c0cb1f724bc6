"""Distances from a point to hyperplanes and polyhedra in ℓ1, ℓ2 and ℓ∞, exactly, each with its proof.

A lower bound of a distance is a functional c of dual norm at most 1: ``‖p − y‖ ≥ c·(p − y)``.  So a distance
to a polyhedron is proved by the linear program ``max c·y`` over it (Hahn-Banach; for ℓ2 c is not normalised).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactgeom.certificates.document import Document
from exactgeom.exact import CertificateError, Surd
from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.lp_answers import Dual, Optimal
from exactgeom.linalg.spectral import check_norm
from exactgeom.partition.cell_projection import project

Vector = tuple[Fraction, ...]
Norm = int | str


@dataclass(frozen=True)
class Distance:
    """The distance from `point` to a closed convex set, and the point `nearest` of the set that attains it.

    Contract: exact.  `norm` is 1, 2 or "inf"; `value` a Fraction, for ℓ2 a Surd; `squared` a Fraction.
    `proof` is the linear program ``max c·y`` over the set, reached at `nearest`, with c·(point − y) never
    more than ‖c‖* ‖point − y‖; None for a hyperplane, where a formula does.
    """

    norm: Norm
    point: Vector
    nearest: Vector
    proof: Optimal | None

    @property
    def value(self) -> Fraction | Surd:
        """The distance."""
        if self.norm == 2:
            return Surd.sqrt(self.squared)
        return length(self._step, self.norm)

    @property
    def squared(self) -> Fraction:
        """The distance squared: for ℓ2 ``Σ (point − nearest)²``."""
        if self.norm == 2:
            return sum((d * d for d in self._step), Fraction(0))
        return length(self._step, self.norm) ** 2

    @property
    def _step(self) -> Vector:
        return tuple(p - x for p, x in zip(self.point, self.nearest, strict=True))

    def verify(self) -> bool:
        """Tell whether the proof holds: the functional, its dual norm, and the linear program."""
        if self.proof is None:
            return True
        c = self.proof.objective
        reached = sum((a * d for a, d in zip(c, self._step, strict=True)), Fraction(0))
        if self.norm == 2:
            tight = c == self._step
        else:
            dual = length(c, "inf" if self.norm == 1 else 1)
            tight = dual <= 1 and reached == length(self._step, self.norm)
        return tight and self.proof.x == self.nearest and self.proof.sense == "max" and self.proof.verify()

    def certificate(self, system: Any = None) -> Document:
        """Return the `lp-optimal` certificate of `proof`: nothing of the set is beyond `nearest` along c."""
        if self.proof is None:
            raise CertificateError("the distance to a hyperplane is a formula: there is nothing to certify")
        return self.proof.certificate(system)


def length(vector: Vector, norm: Norm) -> Fraction:
    """Return the ℓ1 or ℓ∞ norm of a vector.

    >>> length((Fraction(1), Fraction(-2)), 1), length((Fraction(1), Fraction(-2)), "inf")
    (Fraction(3, 1), Fraction(2, 1))
    """
    sizes = [abs(c) for c in vector]
    return sum(sizes, Fraction(0)) if norm == 1 else max(sizes, default=Fraction(0))


def plane_nearest(point: Vector, a: Sequence[Fraction], b: Fraction, norm: Norm) -> Vector:
    """Return the point of the hyperplane ``a·x = b`` nearest to a point (ℓ1: along the first best axis).

    With s = b − a·p the distance is ``|s|/‖a‖_∞``, ``|s|/‖a‖_2``, ``|s|/‖a‖_1`` in ℓ1, ℓ2, ℓ∞.

    >>> plane_nearest((Fraction(0), Fraction(0)), [Fraction(1), Fraction(2)], Fraction(5), 2)
    (Fraction(1, 1), Fraction(2, 1))
    """
    s = b - sum((c * v for c, v in zip(a, point, strict=True) if c), Fraction(0))
    if norm == 2:
        share = s / sum(c * c for c in a)
        return tuple(p + share * c if c else p for p, c in zip(point, a, strict=True))
    if norm == 1:
        k = max(range(len(a)), key=lambda i: abs(a[i]))
        return tuple(p + s / a[k] if i == k else p for i, p in enumerate(point))
    share = s / sum(abs(c) for c in a)
    return tuple(p + share * ((c > 0) - (c < 0)) if c else p for p, c in zip(point, a, strict=True))


def plane_distance(point: Vector, a: Sequence[Fraction], b: Fraction, norm: Norm = 2) -> Distance:
    """Return the distance to a hyperplane (see `plane_nearest`)."""
    check_norm(norm)
    return Distance(norm, point, plane_nearest(point, a, b, norm), None)


def set_distance(program: LinearProgram, point: Vector, norm: Norm = 2) -> Distance | None:
    """Return the distance from a point to the set of a program, or None when the set is empty.

    >>> far = LinearProgram([[-1, -1]], [-3], lower=0, upper=2)
    >>> origin = (Fraction(0), Fraction(0))
    >>> [set_distance(far, origin, norm).squared for norm in (1, 2, "inf")]
    [Fraction(9, 1), Fraction(9, 2), Fraction(9, 4)]
    """
    check_norm(norm)
    if norm == 2:
        found = project(program, point)
        return Distance(2, point, found.x, found) if isinstance(found, Optimal) else None
    return _sum_distance(program, point) if norm == 1 else _largest_distance(program, point)


def reach(program: LinearProgram, point: Vector, norm: Norm = 2) -> Distance | None:
    """Return the distance to the set of a program whose last constraint is what keeps the point away.

    If the nearest point of that hyperplane lies in the set, it is the answer, and its one row the proof.

    >>> reach(LinearProgram([[-1, -1]], [-2], lower=0), (Fraction(0), Fraction(1)), 1).nearest
    (Fraction(1, 1), Fraction(1, 1))
    """
    check_norm(norm)
    last = program.system.n_rows - 1
    a, b = program.row(last)
    gap = _dot(a, point) - b
    step = plane_distance(point, a, b, norm)
    if (gap < 0 and not program.n_equations) or not program.contains(step.nearest):
        return set_distance(program, point, norm)
    side = (gap > 0) - (gap < 0)
    share = gap / _dot(a, a) if norm == 2 else side / length(a, "inf" if norm == 1 else 1)
    c = tuple(share * v for v in a)
    multipliers = (*(Fraction(0),) * last, share)
    zero, count = (Fraction(0),) * program.dim, program.n_inequalities
    dual = Dual(multipliers[:count], multipliers[count:], zero, zero)
    proof = Optimal(program, c, "max", _dot(c, step.nearest), step.nearest, dual)
    return Distance(norm, point, step.nearest, proof)


def _sum_distance(program: LinearProgram, point: Vector) -> Distance | None:
    """ℓ1: x = p + u − w with u, w ≥ 0, so that only the rows of the set are rows."""
    dim, count = program.dim, program.n_inequalities
    rows = [program.row(i) for i in range(program.system.n_rows)]
    table = [((*a, *(-c for c in a)), b - _dot(a, point)) for a, b in rows]
    up = [None if h is None else _part(h - p) for h, p in zip(program.upper, point, strict=True)]
    down = [None if v is None else _part(p - v) for v, p in zip(program.lower, point, strict=True)]
    # A point outside the box must move: the least step becomes a lower bound.
    least_up = [_part(v - p) if v is not None else 0 for v, p in zip(program.lower, point, strict=True)]
    least_down = [_part(p - h) if h is not None else 0 for h, p in zip(program.upper, point, strict=True)]
    moves = LinearProgram(
        [a for a, _ in table[:count]],
        [b for _, b in table[:count]],
        equations=([a for a, _ in table[count:]], [b for _, b in table[count:]]),
        lower=[*least_up, *least_down],
        upper=[*up, *down],
        dim=2 * dim,
    )
    found = moves.minimize([1] * (2 * dim))
    if not isinstance(found, Optimal):
        return None
    x = tuple(p + u - w for p, u, w in zip(point, found.x[:dim], found.x[dim:], strict=True))
    one = Fraction(1)
    c = tuple(  # the direction of the step; where there is none, as close to the rows' as may be
        min(max(r, -one), one) if p == v else one if p > v else -one
        for r, p, v in zip(_row_sum(program, found.dual), point, x, strict=True)
    )
    return _proved(program, point, x, 1, c, found.dual)


def _largest_distance(program: LinearProgram, point: Vector) -> Distance | None:
    """ℓ∞: min t with ``±(x − p) ≤ t``."""
    dim, count = program.dim, program.n_inequalities
    rows = [program.row(i) for i in range(program.system.n_rows)]
    around = [
        ((*(Fraction(side * int(j == k)) for j in range(dim)), Fraction(-1)), side * point[k])
        for side in (1, -1)
        for k in range(dim)
    ]
    table = [((*a, Fraction(0)), b) for a, b in rows]
    ball = LinearProgram(
        [a for a, _ in (*table[:count], *around)],
        [b for _, b in (*table[:count], *around)],
        equations=([a for a, _ in table[count:]], [b for _, b in table[count:]]),
        lower=[*program.lower, None],
        upper=[*program.upper, None],
        dim=dim + 1,
    )
    found = ball.minimize([0] * dim + [1])
    if not isinstance(found, Optimal):
        return None
    up, down = found.dual.inequalities[count : count + dim], found.dual.inequalities[count + dim :]
    c = tuple(w - u for u, w in zip(up, down, strict=True))
    return _proved(program, point, found.x[:dim], "inf", c, found.dual)


def _row_sum(program: LinearProgram, dual: Dual) -> Vector:
    """Return ``Σ y_i a_i`` over the rows and equations of the set."""
    total = [Fraction(0)] * program.dim
    count = program.n_inequalities
    for i, y in enumerate((*dual.inequalities[:count], *dual.equations)):
        if y:
            total = [t + y * c if c else t for t, c in zip(total, program.row(i)[0], strict=True)]
    return tuple(total)


def _proved(program: LinearProgram, point: Vector, x: Vector, norm: Norm, c: Vector, found: Dual) -> Distance:
    """Return the distance with its proof: the rows' multipliers, completed by the box to the functional."""
    count = program.n_inequalities
    rest = [a - b for a, b in zip(c, _row_sum(program, found), strict=True)]
    dual = Dual(
        found.inequalities[:count],
        found.equations,
        tuple(max(-r, Fraction(0)) for r in rest),
        tuple(max(r, Fraction(0)) for r in rest),
    )
    return Distance(norm, point, x, Optimal(program, c, "max", _dot(c, x), x, dual))


def _part(value: Fraction) -> Fraction:
    return max(value, Fraction(0))


def _dot(a: Sequence[Fraction], x: Sequence[Fraction]) -> Fraction:
    return sum((p * q for p, q in zip(a, x, strict=True) if p and q), Fraction(0))
