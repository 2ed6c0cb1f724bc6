"""`SplineSpace`: all C^r piecewise polynomials of degree at most k on a mesh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Any

from flint import fmpq, fmpq_mat, fmpz_mat

from exactgeom.certificates.document import Document, certificate, vector
from exactgeom.exact import InvalidInput, exact_vector, fraction, to_fmpq
from exactgeom.linalg import Matrix
from exactgeom.nerve.spline_bernstein import BernsteinRoute
from exactgeom.nerve.spline_cycles import CycleRoute
from exactgeom.nerve.spline_fit import Interpolation, Projection
from exactgeom.nerve.spline_indices import monomials, polynomial_dimension
from exactgeom.nerve.spline_kernel import SparseSystem
from exactgeom.nerve.spline_mesh import Mesh
from exactgeom.nerve.spline_moments import products
from exactgeom.nerve.spline_piecewise import PiecewisePolynomial
from exactgeom.nerve.spline_reading import locate_points


class SplineSpace:
    """The space of C^r splines of degree at most k on a mesh (immutable; exact; all answers lazy and kept).

    Made by `spline_space` and `spline_space_on`.  `method` is ``"bernstein"`` (simplices) or ``"cycles"``
    (any cells): two independent routes to the same space.  Equal when mesh, degree and smoothness are.
    """

    def __init__(self, mesh: Mesh, degree: int, smoothness: int, method: str) -> None:
        self.mesh, self.degree, self.smoothness, self.method = mesh, degree, smoothness, method

    def __reduce__(self) -> tuple[Any, ...]:
        return SplineSpace, (self.mesh, self.degree, self.smoothness, self.method)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SplineSpace):
            return NotImplemented
        mine, theirs = ((s.degree, s.smoothness, s.mesh) for s in (self, other))
        return mine == theirs

    def __hash__(self) -> int:
        return hash((SplineSpace, self.degree, self.smoothness, self.mesh))

    def __repr__(self) -> str:
        return (
            f"<the C^{self.smoothness} splines of degree {self.degree} on {len(self.mesh.cells)} cells "
            f"in R^{self.mesh.dim}>"
        )

    # -- the space -----------------------------------------------------------------------------------

    @cached_property
    def _route(self) -> BernsteinRoute | CycleRoute:
        kind = BernsteinRoute if self.method == "bernstein" else CycleRoute
        return kind(self.mesh, self.degree, self.smoothness)

    @property
    def conditions(self) -> SparseSystem:
        """The smoothness conditions: sparse rows, `width` unknowns (Bernstein coefficients, or factors q)."""
        return self._route.system

    def certificate(self) -> Document:
        """The certificate (kind `rank`) of the rank of `conditions`, hence of the dimension.

        The kernel it lists has `dimension` vectors for ``"bernstein"``; for ``"cycles"`` the polynomials on
        one cell of each component come on top.
        """
        system = self.conditions

        def dense(rows: Iterable[Mapping[int, Any]]) -> list[list[str]]:
            return [vector(fraction(row[j]) if j in row else 0 for j in range(system.width)) for row in rows]

        claim = {"matrix": dense(system.rows), "rank": system.rank}
        note = f"smoothness conditions of {self!r}: dimension {self.dimension}"
        return certificate("rank", claim, {"kernel": dense(system.kernel())}, note)

    @cached_property
    def dimension(self) -> int:
        """Dimension over the rationals; exact and certain (sparse elimination, see `spline_kernel`)."""
        return self._route.dimension

    @property
    def is_polynomial(self) -> bool:
        """True when the space holds nothing but one polynomial on all cells."""
        return self.dimension == polynomial_dimension(self.mesh.dim, self.degree)

    @cached_property
    def _matrices(self) -> list[Any]:
        """Per cell the `fmpq_mat` (monomial, basis function)."""
        return self._route.pieces()

    @cached_property
    def _columns(self) -> list[tuple[list[int], Any]]:
        """Per cell: the basis functions that do not vanish there, and their coefficients."""
        found = []
        for matrix in self._matrices:
            rows = matrix.tolist()
            here = [j for j in range(self.dimension) if any(row[j] for row in rows)]
            found.append((here, fmpq_mat([[row[j] for j in here] for row in rows])))
        return found

    @cached_property
    def basis(self) -> tuple[PiecewisePolynomial, ...]:
        """A basis, exactly: vectors of the kernel of the smoothness conditions, in a fixed order."""
        tables: list[list[list[Fraction]]] = [[] for _ in range(self.dimension)]
        zero = [Fraction(0)] * polynomial_dimension(self.mesh.dim, self.degree)
        for here, matrix in self._columns:
            place = {b: j for j, b in enumerate(here)}
            rows = matrix.tolist()
            for b, table in enumerate(tables):
                table.append([fraction(row[place[b]]) for row in rows] if b in place else zero)
        return tuple(PiecewisePolynomial(self.mesh, table) for table in tables)

    def spline(self, coefficients: Iterable[Any]) -> PiecewisePolynomial:
        """The combination of the basis with these coefficients (through the number door)."""
        given = exact_vector(coefficients, "coefficients")
        if len(given) != self.dimension:
            raise InvalidInput(f"expected {self.dimension} coefficients, got {len(given)}", "coefficients")
        entries = [[to_fmpq(c)] for c in given]
        return PiecewisePolynomial(
            self.mesh,
            (
                [fraction(q) for q in (matrix * fmpq_mat([entries[b] for b in here])).entries()]
                for here, matrix in self._columns
            ),
        )

    def __contains__(self, function: object) -> bool:
        """True when a piecewise polynomial on this mesh is C^r and of degree at most k."""
        return (
            isinstance(function, PiecewisePolynomial)
            and function.mesh == self.mesh
            and function.degree <= self.degree
            and function.is_smooth(self.smoothness)
        )

    def evaluate(self, points: Any) -> Matrix:
        """Values of the basis: one row per point, one column per basis function.

        Contract: exact; where splines jump (r = -1) the cell with the smallest number counts.
        Errors: InvalidInput for a point outside all cells.
        """
        places, cells = locate_points(self.mesh, points)
        exponents = monomials(self.mesh.dim, self.degree)
        table = [[fmpq(0)] * self.dimension for _ in places]
        for row, x, cell in zip(table, places, cells, strict=True):
            here, matrix = self._columns[cell]
            powers = [prod((a**n for a, n in zip(x, e, strict=True)), start=Fraction(1)) for e in exponents]
            values = fmpq_mat([[to_fmpq(p) for p in powers]]) * matrix
            for j, b in enumerate(here):
                row[b] = values[0, j]
        return _matrix(table, self.dimension)

    # -- inner products ------------------------------------------------------------------------------

    @cached_property
    def mass_matrix(self) -> Matrix:
        """Gram matrix `∫ b_i b_j` of the basis: exact, symmetric, positive definite."""
        tables = products(self.mesh, self.degree, self.degree)
        parts = []
        for (here, matrix), moments in zip(self._columns, tables, strict=True):
            (top, bottom), (values, scale) = matrix.numer_denom(), moments.numer_denom()
            parts.append((here, top.transpose() * (values * top), bottom * bottom * scale))
        return Matrix.from_flint(*sum_of_blocks(parts, self.dimension))

    def inner_products(self, functions: Sequence[PiecewisePolynomial]) -> Matrix:
        """`∫ b_i f_j`, a row per basis function and a column per function on the same mesh."""
        table = [[fmpq(0)] * len(functions) for _ in range(self.dimension)]
        for j, function in enumerate(functions):
            if function.mesh != self.mesh:
                raise InvalidInput("expected a piecewise polynomial on the mesh of the space", "function")
            tables = products(self.mesh, self.degree, function.bound)
            for cell, (here, matrix) in enumerate(self._columns):
                own = function.coefficients[cell]
                if any(own):
                    column = fmpq_mat([[to_fmpq(c)] for c in own])
                    values = (matrix.transpose() * (tables[cell] * column)).entries()
                    for b, q in zip(here, values, strict=True):
                        table[b][j] += q
        return _matrix(table, len(functions))

    def project(self, function: Any) -> Projection:
        """The spline nearest to a function in L², and the exact squared distance.

        `function` is a `PiecewisePolynomial` on the same mesh, one polynomial (exponents -> coefficient), or
        a list of them, one per cell.  Contract: exact; the normal equations `G c = b`, `b_i = ∫ b_i f`, are
        solved over the rationals and `distance² = ∫f² - c·b`.

        >>> from exactgeom.nerve.spline import spline_space
        >>> lines = spline_space([[0], [1]], [[0, 1]], degree=1, smoothness=0)
        >>> found = lines.project({(2,): 1})
        >>> found.spline.pieces, found.distance_squared
        (({(0,): Fraction(-1, 6), (1,): Fraction(1, 1)},), Fraction(1, 180))
        """
        if not isinstance(function, PiecewisePolynomial):
            function = PiecewisePolynomial.from_pieces(self.mesh, function)
        return self.project_all([function])[0]

    def project_all(self, functions: Sequence[PiecewisePolynomial]) -> tuple[Projection, ...]:
        """`project` of several piecewise polynomials, through one elimination."""
        right = self.inner_products(functions)
        solved = self.mass_matrix.solve(right)
        found = []
        for j, function in enumerate(functions):
            c, b = solved.column(j), right.column(j)
            square = function.inner(function) - sum((x * y for x, y in zip(c, b, strict=True)), Fraction(0))
            found.append(Projection(function, self.spline(c), square))
        return tuple(found)

    # -- interpolation -------------------------------------------------------------------------------

    def interpolate(self, points: Any, values: Any) -> Interpolation:
        """The splines with given values at given points, or a proof that there are none.

        Contract: exact.  `spline` is one solution (zero coefficient at every free basis function) or None;
        `kernel` a basis of the splines that vanish at all points; `obstruction` weights z with
        `Σ z_i s(x_i) = 0` for every spline s of the space but `Σ z_i y_i = 1`.  Errors: InvalidInput.

        >>> from exactgeom.nerve.spline import spline_space
        >>> lines = spline_space([[0], [2]], [[0, 1]], degree=1, smoothness=0)
        >>> lines.interpolate([[0], [1]], [1, 3]).spline.pieces
        ({(0,): Fraction(1, 1), (1,): Fraction(2, 1)},)
        >>> bad = lines.interpolate([[0], [1], [2]], [0, 0, 1])
        >>> bad.is_solvable, bad.obstruction
        (False, (Fraction(1, 1), Fraction(-2, 1), Fraction(1, 1)))
        """
        matrix = self.evaluate(points)
        wanted = exact_vector(values, "values")
        if len(wanted) != matrix.n_rows:
            raise InvalidInput(f"expected {matrix.n_rows} values, one per point, got {len(wanted)}", "values")
        solved = matrix.solve_affine(wanted)
        if solved is None:
            return Interpolation(None, self._vanishing(matrix.kernel()), _obstruction(matrix, wanted))
        return Interpolation(self.spline(solved.particular), self._vanishing(solved.kernel), None)

    def _vanishing(self, kernel: Matrix) -> tuple[PiecewisePolynomial, ...]:
        return tuple(self.spline(kernel.column(j)) for j in range(kernel.n_columns))


def _obstruction(matrix: Matrix, wanted: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Weights that kill every column but give 1 on the wanted values."""
    left = matrix.transpose().kernel()
    for j in range(left.n_columns):
        weights = left.column(j)
        total = sum((z * y for z, y in zip(weights, wanted, strict=True)), Fraction(0))
        if total:
            return tuple(z / total for z in weights)
    raise AssertionError("inconsistent equations have an obstruction")


def sum_of_blocks(parts: Iterable[tuple[list[int], Any, Any]], size: int) -> tuple[Any, Any]:
    """Sum of square blocks (rows and columns, integer matrix, denominator) as one matrix over a denominator.

    Halves are added to halves: added one by one, every step would carry the denominators of all cells.
    """
    waiting: list[tuple[int, Any, Any]] = []
    for here, block, bottom in parts:
        table = [[0] * size for _ in range(size)]
        for i, row in zip(here, block.tolist(), strict=True):
            target = table[i]
            for j, q in zip(here, row, strict=True):
                target[j] = q
        waiting.append((0, fmpz_mat(table), bottom))
        while len(waiting) > 1 and waiting[-1][0] == waiting[-2][0]:
            waiting.append(_added(waiting.pop(), waiting.pop()))
    while len(waiting) > 1:
        waiting.append(_added(waiting.pop(), waiting.pop()))
    return waiting[0][1:]


def _added(first: tuple[int, Any, Any], second: tuple[int, Any, Any]) -> tuple[int, Any, Any]:
    """One level up: the sum of two matrices over their least common denominator."""
    level, a, p = first
    _, b, q = second
    common = p.gcd(q)
    return level + 1, a * (q // common) + b * (p // common), p * (q // common)


def _matrix(table: list[list[Any]], width: int) -> Matrix:
    if not table or not width:
        return Matrix.zeros(len(table), width)
    top, bottom = fmpq_mat(table).numer_denom()
    return Matrix.from_flint(top, bottom)
