"""`PiecewisePolynomial`: one polynomial on each cell of a mesh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import prod
from typing import Any

from flint import fmpq, fmpq_mat

from exactgeom.exact import InvalidInput, exact, exact_vector, fraction, to_fmpq
from exactgeom.exact.values import Frozen
from exactgeom.nerve.spline_cycles import FaceIdeal
from exactgeom.nerve.spline_indices import monomials
from exactgeom.nerve.spline_mesh import Mesh
from exactgeom.nerve.spline_moments import cell_moments, products
from exactgeom.nerve.spline_reading import degree_of, locate_points, read_piece, row_matrix

Coefficients = tuple[Fraction, ...]


class PiecewisePolynomial(Frozen):
    """Polynomials on the cells of a mesh (immutable; equal when mesh and polynomials are).

    `coefficients[cell]` are those of the monomials in the order 1, x, y, x^2, xy, ... of
    `spline_indices.monomials`, all cells up to one degree.  Called at a point it gives the exact value; where
    it jumps, the value of the cell with the smallest number.  Sums, differences and multiples by numbers are
    piecewise polynomials again.

    >>> from exactgeom.nerve.spline import spline_space
    >>> hat = spline_space([[0], [1], [2]], [[0, 1], [1, 2]], degree=1, smoothness=0).basis[1]
    >>> hat.pieces, hat(["1/2"]), hat.integral()
    (({(1,): Fraction(1, 1)}, {(0,): Fraction(2, 1), (1,): Fraction(-1, 1)}), Fraction(1, 2), Fraction(1, 1))
    """

    __slots__ = ("coefficients", "mesh")
    mesh: Mesh
    coefficients: tuple[Coefficients, ...]

    def __init__(self, mesh: Mesh, coefficients: Iterable[Iterable[Fraction]]) -> None:
        object.__setattr__(self, "mesh", mesh)
        object.__setattr__(self, "coefficients", tuple(map(tuple, coefficients)))

    def __reduce__(self) -> tuple[Any, ...]:
        return PiecewisePolynomial, (self.mesh, self.coefficients)

    @staticmethod
    def from_pieces(mesh: Mesh, pieces: Any) -> PiecewisePolynomial:
        """Read exponents -> coefficient, once for all cells or one mapping per cell (numbers by the door).

        Errors: InvalidInput naming the piece.
        """
        if isinstance(pieces, Mapping):
            pieces = [pieces] * len(mesh.cells)
        pieces = list(pieces) if isinstance(pieces, Iterable) else [pieces]
        if len(pieces) != len(mesh.cells):
            raise InvalidInput(
                f"expected {len(mesh.cells)} pieces, one per cell, got {len(pieces)}", "pieces"
            )
        read = [read_piece(piece, mesh.dim, f"pieces[{i}]") for i, piece in enumerate(pieces)]
        degree = max((sum(e) for piece in read for e in piece), default=0)
        zero = Fraction(0)
        return PiecewisePolynomial(
            mesh, ([piece.get(e, zero) for e in monomials(mesh.dim, degree)] for piece in read)
        )

    # -- reading -------------------------------------------------------------------------------------

    @property
    def degree(self) -> int:
        """Largest degree of a piece (0 for zero)."""
        exponents = monomials(self.mesh.dim, self.bound)
        last = max((j for own in self.coefficients for j, c in enumerate(own) if c), default=0)
        return sum(exponents[last])

    @property
    def bound(self) -> int:
        """The degree the lists of coefficients have room for."""
        return degree_of(self.mesh.dim, len(self.coefficients[0]))

    @property
    def pieces(self) -> tuple[dict[tuple[int, ...], Fraction], ...]:
        """Per cell: exponents -> nonzero coefficient."""
        exponents = monomials(self.mesh.dim, self.bound)
        return tuple({e: c for e, c in zip(exponents, own, strict=True) if c} for own in self.coefficients)

    @property
    def support(self) -> tuple[int, ...]:
        """Cells on which it is not zero."""
        return tuple(i for i, own in enumerate(self.coefficients) if any(own))

    @property
    def is_polynomial(self) -> bool:
        """True when it is one polynomial on all cells."""
        return all(own == self.coefficients[0] for own in self.coefficients)

    def on_cell(self, cell: int, point: Any) -> Fraction:
        """Value of one cell's polynomial at a point (anywhere)."""
        x = exact_vector(point, "point")
        powers = monomials(self.mesh.dim, self.bound)
        terms = zip(powers, self.coefficients[cell], strict=True)
        return sum((c * prod(a**n for a, n in zip(x, e, strict=True)) for e, c in terms if c), Fraction(0))

    def __call__(self, point: Any) -> Fraction:
        """Value at a point of the union of the cells; InvalidInput outside."""
        (place,), (cell,) = locate_points(self.mesh, [point])
        return self.on_cell(cell, place)

    def is_smooth(self, smoothness: int) -> bool:
        """True when it is C^r: pieces agree to order r along every common face."""
        if smoothness < 0:
            return True
        for i, j, face in self.mesh.gluings:
            ideal = FaceIdeal(self.mesh, face, self.bound, smoothness)
            jump = [[to_fmpq(a - b)] for a, b in zip(self.coefficients[j], self.coefficients[i], strict=True)]
            if any(row[0] for row in jump) and not ideal.contains(fmpq_mat(jump)):
                return False
        return True

    # -- arithmetic ----------------------------------------------------------------------------------

    def _with(self, other: PiecewisePolynomial, sign: int) -> PiecewisePolynomial:
        """`self + sign * other`."""
        if self.mesh != other.mesh:
            raise InvalidInput("expected piecewise polynomials on the same mesh", "other")
        size = max(len(self.coefficients[0]), len(other.coefficients[0]))
        pairs = zip(self.padded(size), other.padded(size), strict=True)
        return PiecewisePolynomial(
            self.mesh, ([a + sign * b for a, b in zip(f, g, strict=True)] for f, g in pairs)
        )

    def padded(self, size: int) -> list[list[Fraction]]:
        """The coefficients with room for so many monomials."""
        return [[*own, *[Fraction(0)] * (size - len(own))] for own in self.coefficients]

    def __add__(self, other: PiecewisePolynomial) -> PiecewisePolynomial:
        return self._with(other, 1) if isinstance(other, PiecewisePolynomial) else NotImplemented

    def __sub__(self, other: PiecewisePolynomial) -> PiecewisePolynomial:
        return self._with(other, -1) if isinstance(other, PiecewisePolynomial) else NotImplemented

    def __mul__(self, factor: Any) -> PiecewisePolynomial:
        by = exact(factor, "factor")
        return PiecewisePolynomial(self.mesh, ([by * c for c in own] for own in self.coefficients))

    __rmul__ = __mul__

    def __neg__(self) -> PiecewisePolynomial:
        return self * -1

    # -- integrals -----------------------------------------------------------------------------------

    def integral(self) -> Fraction:
        """Integral over all cells, exactly."""
        moments = cell_moments(self.mesh, self.bound)
        return fraction(
            sum(
                (
                    to_fmpq(c) * m
                    for own, values in zip(self.coefficients, moments, strict=True)
                    for c, m in zip(own, values, strict=True)
                    if c
                ),
                fmpq(0),
            )
        )

    def inner(self, other: PiecewisePolynomial) -> Fraction:
        """`∫ f g` over all cells, exactly."""
        if self.mesh != other.mesh:
            raise InvalidInput("expected piecewise polynomials on the same mesh", "other")
        total = fmpq(0)
        tables = products(self.mesh, self.bound, other.bound)
        for f, table, g in zip(self.coefficients, tables, other.coefficients, strict=True):
            if any(f) and any(g):
                total += (row_matrix(f) * table * row_matrix(g).transpose())[0, 0]
        return fraction(total)

    # -- identity ------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PiecewisePolynomial):
            return NotImplemented
        return self.mesh == other.mesh and self.pieces == other.pieces

    def __hash__(self) -> int:
        return hash((PiecewisePolynomial, tuple(tuple(piece.items()) for piece in self.pieces)))

    def __repr__(self) -> str:
        where = f"{len(self.coefficients)} cells in R^{self.mesh.dim}"
        return f"<a piecewise polynomial of degree {self.degree} on {where}>"
