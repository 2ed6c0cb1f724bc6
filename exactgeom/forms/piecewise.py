"""`PiecewiseForm`: one form per cell of a complex, such as the pullback by a piecewise-linear map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from exactgeom.exact import InvalidInput, exact_matrix, exact_vector
from exactgeom.forms.chains import Chain
from exactgeom.forms.chart import Chart, as_chart
from exactgeom.forms.errors import DimensionMismatch
from exactgeom.forms.form import DifferentialForm
from exactgeom.forms.maps import Map, pullback
from exactgeom.forms.orientation import OrientedFaces
from exactgeom.forms.spaces import Space


class PiecewiseForm:
    """A form on each cell of a polyhedral complex (immutable), all of one degree on one chart.

    `d` and `^` act cell by cell. A piecewise form that is the pullback by a continuous map has equal
    *tangential* traces on both sides of every shared facet, which `trace_mismatches` checks exactly; its
    coefficients may jump. Errors: `DimensionMismatch` unless there is one form per cell on a chart of the
    complex's dimension.

    >>> from exactgeom.polyhedra import box
    >>> halves, _ = box(-1, 1, dim=1).complex.subdivide([-1, 1])
    >>> (y,) = Chart("y").functions()
    >>> w = pullback_piecewise(y * y.d(), halves, [([[1]], [0]), ([[0]], [0])], "x")
    >>> print(w.forms[0]), print(w.forms[1]), w.trace_mismatches(), w.integrate()
    x*dx
    0
    (None, None, (), Fraction(1, 2))
    """

    def __init__(self, space: Space, forms: Sequence[DifferentialForm]) -> None:
        cells = space.count(space.dim)
        if len(forms) != cells:
            raise DimensionMismatch(f"expected {cells} forms, one per cell, got {len(forms)}", "forms")
        first = forms[0]
        if first.chart.dim != space.ambient_dim:
            raise DimensionMismatch(
                f"expected {space.ambient_dim} coordinates, got {first.chart.dim}", "forms"
            )
        for i, form in enumerate(forms):
            first.chart.same(form.chart, f"forms[{i}]")
            if form.degree != first.degree:
                raise InvalidInput(f"expected degree {first.degree}, got {form.degree}", f"forms[{i}]")
        self.space = space
        self.forms = tuple(forms)

    @property
    def chart(self) -> Chart:
        """The chart of all pieces."""
        return self.forms[0].chart

    @property
    def degree(self) -> int:
        """The degree of all pieces."""
        return self.forms[0].degree

    def _each(self, change: Callable[[DifferentialForm], DifferentialForm]) -> PiecewiseForm:
        known: dict[int, DifferentialForm] = {}  # pieces are shared between cells with one map
        for form in self.forms:
            if id(form) not in known:
                known[id(form)] = change(form)
        return PiecewiseForm(self.space, [known[id(form)] for form in self.forms])

    def d(self) -> PiecewiseForm:
        """Return the exterior derivative, cell by cell (what jumps across facets is not part of it)."""
        return self._each(lambda form: form.d())

    def _pairs(self, other: PiecewiseForm) -> list[tuple[DifferentialForm, DifferentialForm]]:
        if self.space is not other.space:
            raise InvalidInput("the two forms live on different complexes", "forms")
        return list(zip(self.forms, other.forms, strict=True))

    def __xor__(self, other: PiecewiseForm) -> PiecewiseForm:
        return PiecewiseForm(self.space, [a ^ b for a, b in self._pairs(other)])

    def __add__(self, other: PiecewiseForm) -> PiecewiseForm:
        return PiecewiseForm(self.space, [a + b for a, b in self._pairs(other)])

    def __mul__(self, factor: Any) -> PiecewiseForm:
        return self._each(lambda form: form * factor)

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PiecewiseForm):
            return NotImplemented
        return self.space is other.space and all(a == b for a, b in self._pairs(other))

    def __hash__(self) -> int:
        return hash((id(self.space), self.chart, self.degree))

    def __reduce__(self) -> tuple[Any, ...]:
        return PiecewiseForm, (self.space, self.forms)

    def __repr__(self) -> str:
        return f"<piecewise {self.degree}-form on {len(self.forms)} cells>"

    # -- traces --------------------------------------------------------------------------------------

    def trace(self, facet: int, cell: int) -> DifferentialForm:
        """Return the restriction of one cell's piece to a facet, in affine coordinates s1, s2, ...

        The coordinates depend on the facet only, so traces from its two cells can be compared.
        """
        return pullback(self.forms[cell], facet_map(self.space, facet, self.chart))

    def trace_mismatches(self) -> tuple[int, ...]:
        """Return the shared facets whose two tangential traces differ: none for a continuous map.

        Errors: `UndecidedError` when symbolic coefficients cannot be compared.
        """
        space = self.space
        if space.dim < 1 or self.degree > space.dim - 1:
            return ()  # a form of full degree restricts to zero
        around = space.coboundary(space.dim - 1)
        found = []
        for facet in range(space.count(space.dim - 1)):
            cells = around[facet].tolist()
            if len(cells) == 2 and not self._agree(facet, *cells):
                found.append(facet)
        return tuple(found)

    def _agree(self, facet: int, left: int, right: int) -> bool:
        a, b = self.forms[left], self.forms[right]
        if a is b:
            return True
        if self.space.dim == 1:
            place = self.space.point(facet)
            return bool(a.at(place) == b.at(place))
        jump: DifferentialForm = a - b
        return pullback(jump, facet_map(self.space, facet, self.chart)).is_zero()

    def integrate(self, cells: Sequence[int] | None = None) -> Fraction:
        """Return the integral over the cells given (default all); exact, for polynomial coefficients."""
        chosen = range(len(self.forms)) if cells is None else cells
        faces, k = OrientedFaces(self.space), self.space.dim
        parts = (Chain(self.space, k, {i: 1}, faces=faces).integrate(self.forms[i]) for i in chosen)
        return sum(parts, Fraction(0))


def facet_map(space: Space, facet: int, chart: Chart) -> Map:
    """Return the affine map from coordinates s1..s(d−1) onto the hyperplane of a facet."""
    k = space.dim - 1
    start = space.point(int(space.closure(k)[facet][0]))
    simplex = OrientedFaces(space).simplices(k, facet)[0]
    base, *others = (space.point(v) for v in simplex)
    columns = [[p - q for p, q in zip(other, base, strict=True)] for other in others]
    source = Chart([f"s{i + 1}" for i in range(k)])
    return Map.affine(source, chart, list(zip(*columns, strict=True)), start)


def pullback_piecewise(
    form: DifferentialForm, space: Space, maps: Sequence[tuple[Any, Any]], source: Any
) -> PiecewiseForm:
    """Return the pullback by a piecewise-affine map: `maps[i] = (A, b)` with `x -> A x + b` on cell i.

    `source` names the coordinates of the complex. Contract: exact; one pullback per different map.
    Errors: `DimensionMismatch`, `InvalidInput` naming the cell. For a network: `[P.affine_map(c) for c in
    P.cells]`.
    """
    chart = as_chart(source)
    if len(maps) != space.count(space.dim):
        raise DimensionMismatch(
            f"expected {space.count(space.dim)} maps, one per cell, got {len(maps)}", "maps"
        )
    known: dict[Any, DifferentialForm] = {}
    forms = []
    for i, pair in enumerate(maps):
        if pair is None:
            raise InvalidInput("the cell has no affine map", f"maps[{i}]")
        matrix, offset = exact_matrix(pair[0], f"maps[{i}].A"), exact_vector(pair[1], f"maps[{i}].b")
        if (matrix, offset) not in known:
            known[matrix, offset] = pullback(form, Map.affine(chart, form.chart, matrix, offset))
        forms.append(known[matrix, offset])
    return PiecewiseForm(space, forms)
