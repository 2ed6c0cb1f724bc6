"""`Chain`: sums of oriented faces of a complex; boundary, integration, Stokes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import fmpq

from exactgeom.exact import InvalidInput, UnboundedError, exact, fraction, to_fmpq
from exactgeom.forms.errors import DimensionMismatch
from exactgeom.forms.form import DifferentialForm
from exactgeom.forms.orientation import OrientedFaces
from exactgeom.forms.simplices import check_integrand, integrate_simplex, simplex_integral
from exactgeom.forms.spaces import Space


class Chain:
    """A sum of oriented k-faces of a polyhedral complex with rational coefficients (immutable).

    `Chain(complex, k, {face: coefficient})`; faces are oriented as `orientation.py` says: full-dimensional
    cells like the space. Contract: exact. Errors: `InvalidInput` for a face that does not exist.

    >>> from exactgeom.polyhedra import box
    >>> square = Chain(box(0, 1, dim=2).complex, 2, {0: 1})
    >>> square.boundary().boundary().coefficients
    {}
    >>> from exactgeom.forms import coordinates
    >>> x, y = coordinates("x y")
    >>> square.boundary().integrate(x * y.d())
    Fraction(1, 1)
    """

    def __init__(
        self,
        space: Space,
        k: int,
        coefficients: Mapping[int, Any],
        *,
        faces: OrientedFaces | None = None,
    ) -> None:
        if isinstance(k, bool) or not isinstance(k, int) or not 0 <= k <= space.dim:
            raise InvalidInput(f"expected a dimension from 0 to {space.dim}, got {k!r}", "k")
        given = {}
        for face, value in coefficients.items():
            if not 0 <= int(face) < space.count(k):
                raise InvalidInput(
                    f"there is no {k}-face {face}: expected 0 to {space.count(k) - 1}", "faces"
                )
            given[int(face)] = exact(value, f"coefficients[{face}]")
        self.space = space
        self.k = k
        self.coefficients = {face: value for face, value in sorted(given.items()) if value}
        self._faces = faces if faces is not None else OrientedFaces(space)

    @classmethod
    def cells(cls, space: Space) -> Chain:
        """Return the sum of all cells."""
        return cls(space, space.dim, dict.fromkeys(range(space.count(space.dim)), 1))

    def boundary(self) -> Chain:
        """Return `∂c = Σ [f:g] c_f g`; errors: `InvalidInput` for a chain of vertices."""
        if self.k == 0:
            raise InvalidInput("a chain of vertices has no boundary chain", "boundary")
        found: dict[int, Fraction] = {}
        for face, value in self.coefficients.items():
            for facet in self.space.boundary(self.k)[face].tolist():
                sign = self._faces.incidence(self.k, face, facet)
                found[facet] = found.get(facet, Fraction(0)) + sign * value
        return Chain(self.space, self.k - 1, found, faces=self._faces)

    def integrate(self, form: DifferentialForm) -> Fraction:
        """Return `∫_c ω = Σ c_f ∫_f ω` of a polynomial k-form, exactly.

        Errors: `DegreeError`, `DimensionMismatch`, `InvalidInput`, `UnboundedError` for an unbounded face.
        """
        check_integrand(form, self.k, self.space.ambient_dim)
        total = fmpq(0)
        for face, value in self.coefficients.items():
            total += to_fmpq(value) * self._over_face(form, face)
        return fraction(total)

    def _over_face(self, form: DifferentialForm, face: int) -> fmpq:
        if not self.space.is_face_bounded(self.k, face):
            raise UnboundedError(f"the {self.k}-face {face} is unbounded: a form has no integral over it")
        total, point = fmpq(0), self.space.point
        for simplex in self._faces.simplices(self.k, face):
            total += simplex_integral(form, [point(v) for v in simplex])
        return total

    def stokes_defect(self, form: DifferentialForm) -> Fraction:
        """Return `∫_∂c ω − ∫_c dω`, which Stokes' theorem says is 0.

        >>> from exactgeom.polyhedra import cross_polytope
        >>> from exactgeom.forms import coordinates
        >>> x, y, z = coordinates("x y z")
        >>> Chain.cells(cross_polytope(3).complex).stokes_defect(x**2 * z * (x.d() ^ y.d()))
        Fraction(0, 1)
        """
        return self.boundary().integrate(form) - self.integrate(form.d())

    def __add__(self, other: Chain) -> Chain:
        if self.space is not other.space or self.k != other.k:
            raise DimensionMismatch("chains of one complex and one dimension can be added", "+")
        found = dict(self.coefficients)
        for face, value in other.coefficients.items():
            found[face] = found.get(face, Fraction(0)) + value
        return Chain(self.space, self.k, found, faces=self._faces)

    def __mul__(self, number: Any) -> Chain:
        factor = exact(number, "factor")
        scaled = {face: factor * value for face, value in self.coefficients.items()}
        return Chain(self.space, self.k, scaled, faces=self._faces)

    __rmul__ = __mul__

    def __neg__(self) -> Chain:
        return self * -1

    def __sub__(self, other: Chain) -> Chain:
        return self + (-other)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Chain):
            return NotImplemented
        return self.space is other.space and (self.k, self.coefficients) == (other.k, other.coefficients)

    def __hash__(self) -> int:
        return hash((id(self.space), self.k, tuple(self.coefficients.items())))

    def __reduce__(self) -> tuple[Any, ...]:
        return Chain, (self.space, self.k, self.coefficients)

    def __repr__(self) -> str:
        shown = {face: str(value) for face, value in self.coefficients.items()}
        return f"<Chain of {self.k}-faces {shown}>"


def integrate(form: DifferentialForm, domain: Any) -> Fraction:
    """Return `∫ω` of a polynomial form over a polytope, a face of a partition, a chain, or a simplex.

    `domain` is a `Polytope`, a `Chain`, a face handle such as `P.cells[0]` or `P.facets[3]`, or the k + 1
    vertices of a simplex in order. Polytopes and faces are oriented by their leading minor: like the space
    when they are full- dimensional, positive along the first coordinate when they are segments.
    Contract: exact. Errors: `DegreeError`, `DimensionMismatch`, `InvalidInput`, `UnboundedError`.

    >>> from exactgeom.polyhedra import box
    >>> from exactgeom.forms import coordinates
    >>> x, y = coordinates("x y")
    >>> integrate(x**2 * y * (x.d() ^ y.d()), box(0, 1, dim=2))
    Fraction(1, 6)
    >>> integrate(y * x.d(), [(0, 0), (1, 1)])
    Fraction(1, 2)
    """
    if isinstance(domain, Chain):
        return domain.integrate(form)
    if hasattr(domain, "complex") and hasattr(domain, "vertices"):  # a polytope
        return Chain(domain.complex, domain.dim, {0: 1}).integrate(form)
    if hasattr(domain, "partition") and hasattr(domain, "id"):
        return Chain(domain.partition.complex, domain.dim, {domain.id: 1}).integrate(form)
    return integrate_simplex(form, domain)
