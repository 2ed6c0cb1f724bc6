"""Which rows of `A x ≤ b` are needed, decided exactly, with a proof for every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from exactgeom.exact import CertificateError, InvalidInput, fraction_str
from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.lp_answers import Vector, document, strings
from exactgeom.linalg.redundancy_classes import Proof, dense, halfspaces
from exactgeom.linalg.redundancy_decide import FLAT, FULL, decide


@dataclass(frozen=True)
class Redundancy:
    """A smallest description of a polyhedron by its own inequalities, with a proof for every one of them.

    Contract: exact. Inequalities are numbered: rows of A, then the upper bounds that exist, then the lower.
    `needed` (sorted) describes the same set, and no member can be left out. `kind` is `"full"`, `"flat"` or
    `"empty"`. Of equal rows (positive multiples) the tightest is kept, of equally tight ones the first.
    `interior` is a point strictly inside all inequalities that are not implicit (None when empty).
    * full-dimensional: `needed` are the facets, each with a point on it strictly inside all other classes;
    * flat: `implicit` are the inequalities that hold with equality everywhere; of these the last is left out
      first; the others are judged inside the affine hull;
    * empty: `needed` is a smallest contradiction (with the equations), later rows left out first.
    Every other inequality has multipliers over `needed` ones (and equations) that imply it.
    """

    program: LinearProgram
    kind: str
    needed: tuple[int, ...]
    implicit: tuple[int, ...]
    interior: Vector | None
    _points: Mapping[int, Vector] = field(repr=False, compare=False, hash=False)
    _proofs: dict[int, Proof] = field(repr=False, compare=False, hash=False)

    @property
    def n_inequalities(self) -> int:
        """The number of inequalities, bounds included."""
        return len(self.needed) + len(self._proofs)

    def witness(self, i: int) -> Vector:
        """Return the point that shows that inequality i is needed.

        On it, and strictly inside all others that are not implicit; for an implicit one, and in an empty
        set: a point that violates it and satisfies all other needed ones.
        Errors: `InvalidInput` if i is not needed.
        """
        if i not in self._points:
            raise InvalidInput(f"expected a needed inequality, got {i}", "i")
        return self._points[i]

    def multipliers(self, i: int) -> Proof:
        """Return `{number: λ}` over needed inequalities and equations with `Σλa = a_i`, `Σλb ≤ b_i`.

        Equations are numbered after all inequalities; their multipliers have any sign. In an empty set
        `Σλa = 0` and `Σλb < 0`. Errors: `InvalidInput` if i is needed.
        """
        if i not in self._proofs:
            raise InvalidInput(f"expected an inequality that is not needed, got {i}", "i")
        return dict(self._proofs[i])

    def certificate(self, i: int | None = None, system: Any = None) -> dict[str, Any]:
        """Return the certificate of inequality i, `facet` or `redundant`; of all (None): `irredundant`.

        `system` may replace the rows written out, if its rows are numbered the same. Errors:
        `CertificateError` where the format has no kind: needed rows of a flat or empty set one by one, and
        all at once when there are equations.
        """
        system = self.program.document() if system is None else system
        if i is None:
            return self._whole(system)
        if i in self._proofs:
            return document(
                "redundant", {"system": system, "row": i}, {"multipliers": _sparse(self._proofs[i])}
            )
        point = self.witness(i)
        if self.kind != FULL or self.program.n_equations:
            raise CertificateError(
                f"needed inequality {i}: only without equations, of a full-dimensional set"
            )
        return document("facet", {"system": system, "row": i}, {"point": strings(point)})

    def _whole(self, system: Any) -> dict[str, Any]:
        if self.program.n_equations:
            raise CertificateError("there is no certificate of a whole description with equations")
        evidence = {
            "points": [strings(self._outside(i)) for i in self.needed],
            "multipliers": [_sparse(proof) for _, proof in sorted(self._proofs.items())],
        }
        return document("irredundant", {"system": system, "rows": list(self.needed)}, evidence)

    def _outside(self, i: int) -> Vector:
        """Return a point beyond inequality i that satisfies all other needed ones."""
        point = self.witness(i)
        if self.kind != FLAT or i in self.implicit or self.interior is None:
            return point
        step = tuple(x - y for x, y in zip(point, self.interior, strict=True))
        system, share = self.program, Fraction(1)
        for half in halfspaces(system):
            row = dense(half, system.dim)
            rate = sum(a * d for a, d in zip(row, step, strict=True))
            slack = half.right - sum(a * x for a, x in zip(row, point, strict=True))
            if rate > 0 and slack > 0:
                share = min(share, Fraction(slack) / Fraction(rate))
        return tuple(x + share * d for x, d in zip(point, step, strict=True))


def redundancy(
    A: Any = (),
    b: Any = (),
    *,
    equations: tuple[Any, Any] = ((), ()),
    lower: Any = None,
    upper: Any = None,
    dim: int | None = None,
) -> Redundancy:
    """Return which inequalities of `A x ≤ b`, `E x = f`, `lower ≤ x ≤ upper` are needed, and why.

    Contract: exact; input as for `LinearProgram`. See `Redundancy`.
    Cost: about one float program and one exact solve per inequality that rays do not decide.

    >>> found = redundancy([[1, 0], [0, 1], [1, 1], [-1, 0], [0, -1]], [1, 1, 2, 0, 0])
    >>> found.needed, found.multipliers(2)
    ((0, 1, 3, 4), {0: Fraction(1, 1), 1: Fraction(1, 1)})
    """
    return redundancy_of(LinearProgram(A, b, equations=equations, lower=lower, upper=upper, dim=dim))


def redundancy_of(program: LinearProgram) -> Redundancy:
    """Return which inequalities of a program are needed, bounds included; see `Redundancy`."""
    found = decide(program)
    return Redundancy(
        program,
        found.kind,
        tuple(sorted(found.points)),
        tuple(sorted(found.implicit)),
        found.interior,
        found.points,
        dict(sorted(found.proofs.items())),
    )


def nonredundant(A: Any, b: Any) -> list[int]:
    """Return the sorted indices of the rows of `A x ≤ b` that are needed: a smallest description of the set.

    Contract: exact, any rational input. Constant rows drop out; of positive multiples the tightest stays, of
    equally tight ones the first. A flat set keeps rows that pin its affine hull, an empty one a smallest
    contradiction: in both, later rows are left out first. No row at all, or all of space: an empty list.
    Errors: `InvalidInput` naming the entry.

    >>> nonredundant([[1, 0], [0, 1], [1, 1], [2, 0]], [1, 1, 2, 2])
    [0, 1]
    >>> nonredundant([[1], [-1], [2]], [0, -1, 5])
    [0, 1]
    """
    if not len(A) and not len(b):
        return []
    return list(redundancy(A, b).needed)


def _sparse(proof: Proof) -> list[list[Any]]:
    return [[number, fraction_str(value)] for number, value in sorted(proof.items()) if value]
