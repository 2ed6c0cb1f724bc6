"""Splines on simplices by Bernstein-Bezier coefficients.

On a simplex with barycentric coordinates λ, `p = Σ_α c_α k!/α! λ^α`, one coefficient per *domain point*
`Σ α_i v_i / k`.  Continuity identifies the coefficients of common domain points.  Agreement to order r along
a common face F says, for the coefficients of the second simplex at distance m <= r from F,

    c'_(γ, δ) = Σ_ε c_(γ + ε) [λ^ε] Π_l (Σ_a λ_a(w_l) λ_a)^δ_l

(a blossom of p at the points of F and the vertices w_l off F).

Source: M.-J. Lai, L. Schumaker, "Spline Functions on Triangulations" (2007), sections 2.9, 15.14.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from flint import fmpq, fmpq_mat, fmpz_mat

from exactgeom.forms.chart import polynomial_context
from exactgeom.nerve.spline_indices import Exponents, homogeneous, monomials, multinomial
from exactgeom.nerve.spline_kernel import Row, SparseSystem
from exactgeom.nerve.spline_mesh import Gluing, Mesh


class BernsteinRoute:
    """The space of splines on a simplicial mesh from Bernstein-Bezier coefficients; exact."""

    def __init__(self, mesh: Mesh, degree: int, smoothness: int) -> None:
        self.mesh, self.degree, self.smoothness = mesh, degree, smoothness
        self._numbers: dict[Any, int] = {}
        self.places = [self._numbered(cell) for cell in range(len(mesh.cells))]

    def _numbered(self, cell: int) -> dict[Exponents, int]:
        """Multi-index -> unknown, for one cell (shared between cells when splines are continuous)."""
        vertices, found = self.mesh.cells[cell], {}
        shared = -1 if self.smoothness >= 0 else cell
        for alpha in homogeneous(len(vertices), self.degree):
            key = (shared, *((v, e) for v, e in zip(vertices, alpha, strict=True) if e))
            if self.degree == 0 and shared == -1:
                key = (self._component[cell],)  # a constant has no domain point of its own
            found[alpha] = self._numbers.setdefault(key, len(self._numbers))
        return found

    @cached_property
    def _component(self) -> dict[int, int]:
        return {cell: i for i, group in enumerate(self.mesh.components) for cell in group}

    @cached_property
    def system(self) -> SparseSystem:
        """The smoothness conditions of order 1 to r."""
        return SparseSystem(self._conditions(), len(self._numbers))

    @property
    def dimension(self) -> int:
        """Dimension of the space (certain)."""
        return self.system.nullity

    def _conditions(self) -> Iterator[Row]:
        if self.smoothness >= 1:
            for gluing in self.mesh.gluings:
                yield from self._across(gluing)

    def _across(self, gluing: Gluing) -> Iterator[Row]:
        first, second = self.mesh.cells[gluing.first], self.mesh.cells[gluing.second]
        off = [v for v in second if v not in gluing.face]
        forms = self._barycentric(first)
        weights = [[_apply(form, self.mesh.rows[w]) for form in forms] for w in off]
        on = [first.index(v) for v in gluing.face]
        mine, theirs = self.places[gluing.first], self.places[gluing.second]
        for m in range(1, min(self.smoothness, self.degree) + 1):
            for delta in homogeneous(len(off), m):
                blossom = _product(weights, delta)
                for gamma in homogeneous(len(on), self.degree - m):
                    there = dict(zip(gluing.face, gamma, strict=True)) | dict(zip(off, delta, strict=True))
                    row: Row = {theirs[tuple(there[v] for v in second)]: fmpq(-1)}
                    base = [0] * len(first)
                    for i, e in zip(on, gamma, strict=True):
                        base[i] = e
                    for epsilon, c in blossom.items():
                        j = mine[tuple(a + b for a, b in zip(base, epsilon, strict=True))]
                        row[j] = row.get(j, 0) + c
                    yield row

    def _barycentric(self, cell: Sequence[int]) -> list[list[Any]]:
        """Rational forms [c_0, c_1..c_d]: the barycentric coordinates of a simplex."""
        rows = [self.mesh.rows[v] for v in cell]
        inverse = fmpz_mat([list(row) for row in rows]).inv()
        size = len(rows)
        return [[inverse[i, a] * rows[a][0] for i in range(size)] for a in range(size)]

    # -- the space -----------------------------------------------------------------------------------

    def pieces(self) -> list[Any]:
        """Per cell the matrix (monomial, basis function) of coefficients, as `fmpq_mat`."""
        vectors = self.system.kernel()
        table = [[fmpq(0)] * len(vectors) for _ in range(len(self._numbers))]
        for b, vector in enumerate(vectors):
            for j, q in vector.items():
                table[j][b] = q
        return [
            self._to_monomials(cell) * fmpq_mat([table[j] for j in self.places[i].values()])
            for i, cell in enumerate(self.mesh.cells)
        ]

    def _to_monomials(self, cell: Sequence[int]) -> Any:
        """Matrix (monomial, domain point) of the Bernstein polynomials of a simplex."""
        d, k = self.mesh.dim, self.degree
        context = polynomial_context(d)
        keys = [(0,) * d, *(tuple(int(i == j) for j in range(d)) for i in range(d))]
        powers = []
        for form in self._barycentric(cell):
            factor = context.from_dict(dict(zip(keys, form, strict=True)))
            row = [context.constant(1)]
            for _ in range(k):
                row.append(row[-1] * factor)
            powers.append(row)
        number = {e: i for i, e in enumerate(monomials(d, k))}
        columns = homogeneous(d + 1, k)
        table = [[fmpq(0)] * len(columns) for _ in number]
        for j, alpha in enumerate(columns):
            product = context.constant(multinomial(alpha))
            for row, e in zip(powers, alpha, strict=True):
                product = product * row[e]
            for exponents, c in product.to_dict().items():
                table[number[tuple(map(int, exponents))]][j] = c
        return fmpq_mat(table)


def _apply(form: Sequence[Any], row: Sequence[int]) -> Any:
    """Value of an affine form at a homogeneous point."""
    return sum((c * x for c, x in zip(form, row, strict=True)), fmpq(0)) / row[0]


def _product(weights: Sequence[Sequence[Any]], powers: Sequence[int]) -> dict[Exponents, Any]:
    """Coefficients of `Π_l (Σ_a weights[l][a] λ_a)^powers[l]`."""
    size = len(weights[0])
    found: dict[Exponents, Any] = {(0,) * size: fmpq(1)}
    for row, power in zip(weights, powers, strict=True):
        for _ in range(power):
            grown: dict[Exponents, Any] = {}
            for exponents, c in found.items():
                for a, weight in enumerate(row):
                    if weight:
                        key = (*exponents[:a], exponents[a] + 1, *exponents[a + 1 :])
                        grown[key] = grown.get(key, 0) + c * weight
            found = grown
    return found
