"""`DifferentialForm`: one type over two coefficient rings; its algebra, and doors to everything else.

Source of the sign conventions: C. W. Misner, K. S. Thorne, J. A. Wheeler, Gravitation (1973), ch. 4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from numbers import Rational
from typing import Any

import sympy

from exactgeom.exact import InvalidInput, UndecidedError, exact
from exactgeom.exact.values import Frozen, freeze
from exactgeom.forms import rings
from exactgeom.forms.algebra import Terms, plus, power, quotient, wedge
from exactgeom.forms.chart import Chart, as_chart
from exactgeom.forms.deciding import is_zero
from exactgeom.forms.errors import DegreeError, DimensionMismatch
from exactgeom.forms.rings import Coefficient
from exactgeom.linalg import Multivector, blades


class DifferentialForm(Frozen):
    """A differential form of one degree on a chart (immutable): `Σ c_I dx_I` over increasing index tuples I.

    Contract: exact. Coefficients are polynomials over Q (FLINT) where all of them are, else SymPy expressions
    in normal form; the results are the same; the former are hashable.
    `+ -` need equal degrees, `*` a function, `^` is the wedge product.
    **`^` binds weaker than `+` and `*`: bracket every wedge**, as printing always does.
    `==` decides the mathematics, or raises `UndecidedError`; zero forms of all degrees are equal to each
    other and to the number 0, and a 0-form may be compared with a number.
    Errors: `ChartMismatch`, `DegreeError`, `InvalidInput` naming the coefficient.

    >>> w = DifferentialForm("x y z", 1, {(0,): "x*y", (2,): 3})
    >>> print(w), print(w.d()), print(w ^ w.d())
    x*y*dx + 3*dz
    -x*(dx ^ dy)
    -3*x*(dx ^ dy ^ dz)
    (None, None, None)
    >>> w
    DifferentialForm('x y z', 1, {(0,): 'x*y', (2,): '3'})
    """

    __slots__ = ("_terms", "chart", "degree")
    __array_ufunc__ = None  # NumPy scalars and arrays leave mixed operations to this class
    _op_priority = 100.0  # and so does SymPy
    chart: Chart
    degree: int
    _terms: Terms

    def __init__(self, chart: Any, degree: int, components: Mapping[tuple[int, ...], Any]) -> None:
        place = as_chart(chart)
        check_degree(degree)
        terms: Terms = {}
        for index, value in components.items():
            if not isinstance(index, tuple) or len(index) != degree:
                raise DegreeError(f"expected {degree} indices, got {index!r}", "components")
            terms[blades.mask(index, place.dim)] = rings.coefficient(place, value, f"components[{index}]")
        self._set(place, degree, terms)

    def _set(self, chart: Chart, degree: int, terms: Mapping[int, Coefficient]) -> None:
        freeze(self, "chart", chart)
        freeze(self, "degree", degree)
        freeze(self, "_terms", rings.one_ring(chart, terms))

    @classmethod
    def from_coefficients(
        cls, chart: Chart, degree: int, terms: Mapping[int, Coefficient]
    ) -> DifferentialForm:
        """Return the form with raw coefficients by bit mask; assumption: they belong to the chart."""
        form = cls.__new__(cls)
        form._set(chart, degree, terms)
        return form

    @classmethod
    def function(cls, chart: Any, value: Any) -> DifferentialForm:
        """Return a 0-form from a number, a SymPy expression, a string or a 0-form.

        >>> print(DifferentialForm.function("x y", sympy.Symbol("x") ** 2))
        x**2
        """
        place = as_chart(chart)
        if isinstance(value, DifferentialForm):
            place.same(value.chart, "function")
            return value
        return cls.from_coefficients(place, 0, {0: rings.coefficient(place, value)})

    # -- parts ---------------------------------------------------------------------------------------

    @property
    def terms(self) -> Terms:
        """Raw coefficients by bit mask (a copy; for work inside the library)."""
        return dict(self._terms)

    @property
    def components(self) -> dict[tuple[int, ...], DifferentialForm]:
        """Coefficients that are not visibly zero, as 0-forms, by increasing index tuple."""
        found = sorted((blades.index(key), value) for key, value in self._terms.items())
        return {index: self.like(0, {0: value}) for index, value in found}

    def __getitem__(self, index: int | tuple[int, ...]) -> DifferentialForm:
        """Return one coefficient as a 0-form; indices in any order, with the sign of their order."""
        given = (index,) if isinstance(index, int) else tuple(index)
        if len(given) != self.degree or not all(0 <= i < self.chart.dim for i in given):
            raise DegreeError(f"expected {self.degree} indices below {self.chart.dim}, got {given}", "index")
        zero = self.like(0, {})
        if len(set(given)) < len(given) or (key := sum(1 << i for i in given)) not in self._terms:
            return zero
        swaps = sum(a > b for i, a in enumerate(given) for b in given[i + 1 :])
        return self.like(0, {0: -self._terms[key] if swaps % 2 else self._terms[key]})

    @property
    def is_polynomial(self) -> bool:
        """True when all coefficients are polynomials over Q in the coordinates."""
        return all(rings.is_polynomial(value) for value in self._terms.values())

    def like(self, degree: int, terms: Mapping[int, Coefficient]) -> DifferentialForm:
        """Return another form on the same chart."""
        return self.from_coefficients(self.chart, degree, terms)

    def is_zero(self) -> bool:
        """Tell whether the form is zero; errors: `UndecidedError` when that is not proved either way."""
        undecided: UndecidedError | None = None
        for value in self._terms.values():
            if rings.is_polynomial(value):
                return False
            try:
                if not is_zero(value):
                    return False
            except UndecidedError as error:
                undecided = error
        if undecided is not None:
            raise undecided
        return True

    def __bool__(self) -> bool:
        return not self.is_zero()

    # -- algebra -------------------------------------------------------------------------------------

    def _lifted(self, other: Any) -> DifferentialForm | None:
        """Return the other operand as a form on this chart; None for what is no coefficient."""
        if isinstance(other, DifferentialForm):
            return other
        if isinstance(other, str):
            return None
        try:
            return self.function(self.chart, other)
        except InvalidInput:
            if isinstance(other, int | float | Fraction | sympy.Basic):
                raise
            return None

    def __add__(self, other: Any) -> Any:
        right = self._lifted(other)
        if right is None:
            return NotImplemented
        if right.degree != self.degree:
            if not isinstance(other, DifferentialForm) and not right._terms:
                return self  # the number 0, so that sum() works
            raise DegreeError(
                f"forms of degrees {self.degree} and {right.degree} cannot be added (^ binds weaker than +: "
                "is a bracket around a wedge missing?)",
                "+",
            )
        return plus(self, right)

    __radd__ = __add__

    def __neg__(self) -> DifferentialForm:
        return self.like(self.degree, {key: -value for key, value in self._terms.items()})

    def __pos__(self) -> DifferentialForm:
        return self

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __mul__(self, other: Any) -> Any:
        right = self._lifted(other)
        if right is None:
            return NotImplemented
        if self.degree and right.degree:
            raise DegreeError("the product of forms is the wedge product, written ^ in brackets", "*")
        return wedge(self, right)

    def __rmul__(self, other: Any) -> Any:
        return self * other

    def __xor__(self, other: Any) -> Any:
        right = self._lifted(other)
        return NotImplemented if right is None else wedge(self, right)

    def __rxor__(self, other: Any) -> Any:
        left = self._lifted(other)
        return NotImplemented if left is None else wedge(left, self)

    def __truediv__(self, other: Any) -> Any:
        right = self._lifted(other)
        if right is None:
            return NotImplemented
        return quotient(self, right)

    def __rtruediv__(self, other: Any) -> Any:
        left = self._lifted(other)
        return NotImplemented if left is None else left / self

    def __pow__(self, exponent: Any) -> DifferentialForm:
        return power(self, exponent)

    def __rpow__(self, base: Any) -> Any:
        left = self._lifted(base)
        return NotImplemented if left is None else power(left, self)

    # -- calculus (each in a module of its own) ------------------------------------------------------

    def d(self) -> DifferentialForm:
        """Return the exterior derivative `Σ dc_I ∧ dx_I`; exact.

        >>> x, y = Chart("x y").functions()
        >>> print((x**2 * y).d())
        2*x*y*dx + x**2*dy
        """
        from exactgeom.forms.calculus import exterior_derivative

        return exterior_derivative(self)

    def interior(self, vector: Any) -> DifferentialForm:
        """Return the contraction with a vector field in the first slot (see `calculus.interior`)."""
        from exactgeom.forms.calculus import interior

        return interior(vector, self)

    def lie(self, vector: Any) -> DifferentialForm:
        """Return the Lie derivative along a vector field (see `calculus.lie`)."""
        from exactgeom.forms.calculus import lie

        return lie(vector, self)

    def __call__(self, *vectors: Any) -> DifferentialForm:
        """Return the function `w(X_1, ..., X_k)`; vectors are fields, or sequences of components."""
        from exactgeom.forms.calculus import evaluate

        return evaluate(self, vectors)

    def pullback(self, change: Any, *, source: Any = None) -> DifferentialForm:
        """Return the pullback by a map into this form's chart (see `maps.Map`, `maps.as_map`).

        `change` is a `Map`, or a dict from every coordinate of this chart to a function on the new one.

        >>> x, y = Chart("x y").functions()
        >>> r, t = Chart("r t").functions()
        >>> print((x.d() ^ y.d()).pullback({x: r * sympy.cos(t), y: r * sympy.sin(t)}))
        r*(dr ^ dt)
        """
        from exactgeom.forms.maps import as_map, pullback

        return pullback(self, as_map(change, self.chart, source))

    def is_closed(self) -> bool:
        """Tell whether `d` of the form is zero; errors: `UndecidedError`."""
        return self.d().is_zero()

    def is_exact(self) -> bool:
        """Tell whether the form is `d` of another on all of R^n (see `potential.is_exact`)."""
        from exactgeom.forms.potential import is_exact

        return is_exact(self)

    def potential(self, center: Sequence[Any] | None = None) -> DifferentialForm:
        """Return a form v with `v.d() == self`, by the Poincaré homotopy (see `potential.potential`)."""
        from exactgeom.forms.potential import potential

        return potential(self, center)

    def at(self, point: Sequence[Any]) -> Any:
        """Return the value at a rational point: a number for 0-forms, else a `Multivector`.

        Contract: exact. Errors: `DimensionMismatch`; `InvalidInput` where a k-form (k > 0) is not rational.

        >>> x, y = Chart("x y").functions()
        >>> (x * y).at([2, "1/3"]), (x * y.d()).at([2, 3])
        (Fraction(2, 3), Multivector({(1,): 2}, dimension=2))
        """
        if len(point) != self.chart.dim:
            raise DimensionMismatch(f"expected {self.chart.dim} coordinates, got {len(point)}", "point")
        place = [exact(c, f"point[{i}]") for i, c in enumerate(point)]
        values = {key: rings.value_at(self.chart, value, place) for key, value in self._terms.items()}
        if not self.degree:
            return values.get(0, Fraction(0))
        return Multivector(
            {blades.index(key): value for key, value in values.items()},
            dimension=self.chart.dim,
            grade=self.degree,
        )

    def map_coefficients(self, change: Callable[[Any], Any]) -> DifferentialForm:
        """Return the form with a function such as `sympy.simplify` applied to every coefficient."""
        changed = {key: change(rings.to_sympy(self.chart, value)) for key, value in self._terms.items()}
        terms = {key: rings.coefficient(self.chart, value) for key, value in changed.items()}
        return self.like(self.degree, terms)

    # -- identity and printing -----------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        known = isinstance(other, DifferentialForm | int | float | Rational | sympy.Expr)
        right = self._lifted(other) if known else None
        if right is None:
            return NotImplemented
        self.chart.same(right.chart, "==")
        if right.degree != self.degree:
            return self.is_zero() and right.is_zero()
        same: bool = (self - right).is_zero()
        return same

    def __hash__(self) -> int:
        if not self.is_polynomial:  # equality is decided, not canonical: no hash could respect it
            raise TypeError("forms with symbolic coefficients are not hashable; polynomial ones are")
        if not self._terms:
            return hash(0)
        if not self.degree and (number := rings.constant_value(self._terms[0])) is not None:
            return hash(number)
        return hash((self.chart, self.degree, rings.fingerprint(self._terms)))

    def __reduce__(self) -> tuple[Any, ...]:
        terms = {key: rings.portable(value) for key, value in self._terms.items()}
        return _restored, (self.chart, self.degree, terms)

    def _sympy_(self) -> Any:
        if self.degree:
            raise sympy.SympifyError(f"a {self.degree}-form is no SymPy expression: see to_sympy")
        return self.to_sympy()

    def to_sympy(self) -> Any:
        """Return a 0-form as a SymPy expression, any other as `sympy.diffgeom` objects (see `convert`)."""
        from exactgeom.forms.convert import to_sympy

        return to_sympy(self)

    def __repr__(self) -> str:
        from exactgeom.forms.render import constructor

        return constructor(self)

    def __str__(self) -> str:
        from exactgeom.forms.render import plain

        return plain(self)

    def to_latex(self) -> str:
        """Return the form as LaTeX, without dollar signs."""
        from exactgeom.forms.render import latex

        return latex(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.to_latex()}$"


def check_degree(degree: object) -> None:
    """Raise `DegreeError` unless the degree is a natural number."""
    if isinstance(degree, bool) or not isinstance(degree, int) or degree < 0:
        raise DegreeError(f"expected a degree 0, 1, 2, ..., got {degree!r}", "degree")


def _restored(chart: Chart, degree: int, terms: dict[int, Any]) -> DifferentialForm:
    parts = {key: rings.from_portable(chart, value) for key, value in terms.items()}
    return DifferentialForm.from_coefficients(chart, degree, parts)
