"""The two coefficient rings of forms, with one set of functions: polynomials over Q, and SymPy expressions.

A coefficient is a FLINT `fmpq_mpoly` in the chart's coordinates whenever it is such a polynomial, otherwise a
SymPy expression in normal form. A form has one ring for all its coefficients; mixing them makes SymPy.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy
from flint import fmpq, fmpq_mpoly

from exactgeom.exact import InvalidInput, exact, fraction, to_fmpq
from exactgeom.forms.chart import Chart
from exactgeom.forms.fractions import KernelField
from exactgeom.forms.normal import normal_form, simplest
from exactgeom.forms.normal import to_sympy as fraction_to_sympy

_EXPRESSION = re.compile(r"[\w\s+\-*/().,^<>=]+")
_NAME = re.compile(r"[^\W\d]\w*")
_ATTRIBUTE = re.compile(r"__|\.\s*[^\W\d]")
_BUILTINS = frozenset(vars(builtins)) - {
    "abs"
}  # SymPy's parser evaluates: no calls of Python's own functions

Coefficient = Any
"""An `fmpq_mpoly` or a SymPy expression."""


def is_polynomial(value: Coefficient) -> bool:
    """Tell whether a raw coefficient lies in the polynomial ring."""
    return isinstance(value, fmpq_mpoly)


def coefficient(chart: Chart, value: Any, place: str = "coefficient") -> Coefficient:
    """Return anything that can be a coefficient on a chart: in the polynomial ring if it is a polynomial.

    Numbers go through the number door, strings through SymPy's parser (it evaluates what it reads: for your
    own text only). Errors: `InvalidInput` for anything else, and for symbols that look like coordinates but
    are not.
    """
    if isinstance(value, fmpq_mpoly):
        return value
    if isinstance(value, str):
        value = _parsed(chart, value, place)
    if isinstance(value, sympy.Basic):
        return _from_sympy(chart, value, place)
    return chart.context.constant(to_fmpq(exact(value, place)))


def _parsed(chart: Chart, text: str, place: str) -> Any:
    names = set(_NAME.findall(text)) - set(chart.names)
    if not _EXPRESSION.fullmatch(text) or _ATTRIBUTE.search(text) or names & _BUILTINS:
        raise InvalidInput(f"expected an expression, got {text!r}", place)
    try:
        return sympy.sympify(text, locals=dict(zip(chart.names, chart.symbols, strict=True)))
    except (sympy.SympifyError, SyntaxError, TypeError, AttributeError) as error:
        raise InvalidInput(f"expected an expression, got {text!r}", place) from error


def _from_sympy(chart: Chart, value: Any, place: str) -> Coefficient:
    if not isinstance(value, sympy.Expr):
        raise InvalidInput(f"expected a SymPy expression, got {value} of type {type(value).__name__}", place)
    if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        raise InvalidInput(f"expected a finite expression, got {value}", place)
    names = dict(zip(chart.names, chart.symbols, strict=True))
    for symbol in value.free_symbols:
        if symbol.name in names and names[symbol.name] != symbol:
            raise InvalidInput(
                f"the symbol {symbol} has other assumptions than the coordinate {symbol}: "
                "build the chart from your own symbols",
                place,
            )
    return settle(chart, value)


def settle(chart: Chart, expression: Any) -> Coefficient:
    """Return a SymPy expression in normal form, as a polynomial when it is one over Q in the coordinates."""
    if expression.has(sympy.zoo, sympy.nan):
        raise InvalidInput("division by an expression that is zero", "expression")
    field = KernelField([expression])
    top, bottom = simplest(field, field.fractions[0])
    degrees = top.degrees() if not top.is_constant() else ()
    values = [generator.value for generator in field.generators]
    used = {values[i] for i, degree in enumerate(degrees) if degree}
    if bottom.is_constant() and used <= set(chart.symbols):
        places = [chart.symbols.index(value) if value in chart.symbols else -1 for value in values]
        terms = {}
        for exponents, factor in top.to_dict().items():
            key = [0] * chart.dim
            for place, power in zip(places, exponents, strict=True):
                if power:
                    key[place] = int(power)
            terms[tuple(key)] = factor
        return chart.context.from_dict(terms)
    return fraction_to_sympy(field, (top, bottom))


def to_sympy(chart: Chart, value: Coefficient) -> Any:
    """Return a coefficient as a SymPy expression."""
    if not isinstance(value, fmpq_mpoly):
        return value
    terms = []
    for exponents, factor in value.to_dict().items():
        powers = [sympy.Pow(s, int(e)) for s, e in zip(chart.symbols, exponents, strict=True) if e]
        terms.append(sympy.Mul(sympy.Rational(int(factor.p), int(factor.q)), *powers))
    return sympy.Add(*terms)


def one_ring(chart: Chart, terms: Mapping[int, Coefficient]) -> dict[int, Coefficient]:
    """Return terms with all coefficients in one ring and without those that are visibly zero."""
    if all(isinstance(value, fmpq_mpoly) for value in terms.values()):
        return {key: value for key, value in terms.items() if not value.is_zero()}
    settled = {
        key: value if isinstance(value, fmpq_mpoly) else settle(chart, value) for key, value in terms.items()
    }
    if any(not isinstance(value, fmpq_mpoly) for value in settled.values()):
        settled = {key: to_sympy(chart, value) for key, value in settled.items()}
        return {key: value for key, value in settled.items() if value != 0}
    return {key: value for key, value in settled.items() if not value.is_zero()}


def derivative(chart: Chart, value: Coefficient, position: int) -> Coefficient:
    """Return the partial derivative by a coordinate (SymPy results are not yet in normal form)."""
    if isinstance(value, fmpq_mpoly):
        return value.derivative(position)
    return sympy.diff(value, chart.symbols[position])


def substitute(chart: Chart, value: Coefficient, images: Sequence[Coefficient], target: Chart) -> Coefficient:
    """Return a coefficient with the coordinates replaced, all at once, by coefficients on another chart."""
    polynomial = all(isinstance(image, fmpq_mpoly) for image in images)
    if isinstance(value, fmpq_mpoly) and polynomial:
        return value.compose(*images, ctx=target.context)
    expressions = [to_sympy(target, image) for image in images]
    return replace(to_sympy(chart, value), chart.symbols, expressions)


def replace(expression: Any, symbols: Sequence[Any], images: Sequence[Any]) -> Any:
    """Return a SymPy expression with symbols replaced simultaneously, derivatives included."""
    changes = dict(zip(symbols, images, strict=True))
    if expression.has(sympy.Derivative, sympy.Subs, sympy.Integral):
        return expression.subs(changes, simultaneous=True)
    return expression.xreplace(changes)


def constant_value(value: Coefficient) -> Fraction | None:
    """Return the value of a coefficient that is a rational number, else None."""
    if isinstance(value, fmpq_mpoly):
        return (
            fraction(value.leading_coefficient())
            if value.is_constant() and not value.is_zero()
            else (Fraction(0) if value.is_zero() else None)
        )
    return exact(value) if value.is_Rational else None


def value_at(chart: Chart, value: Coefficient, point: Sequence[Fraction]) -> Any:
    """Return a coefficient at a rational point: a Fraction, or a SymPy number where it is not rational."""
    if isinstance(value, fmpq_mpoly):
        found = value(*map(to_fmpq, point)) if not value.is_constant() else constant_value(value)
        return found if isinstance(found, Fraction) else fraction(found)
    numbers = [sympy.Rational(c.numerator, c.denominator) for c in point]
    found = normal_form(replace(value, chart.symbols, numbers))
    return exact(found) if found.is_Rational else found


def fingerprint(terms: Mapping[int, Coefficient]) -> frozenset[Any]:
    """Return polynomial coefficients as a hashable set: equal for equal ones."""
    return frozenset(
        (key, tuple(map(int, e)), int(c.p), int(c.q))
        for key, value in terms.items()
        for e, c in value.to_dict().items()
    )


def portable(value: Coefficient) -> Any:
    """Return a coefficient in a form that pickles."""
    if not isinstance(value, fmpq_mpoly):
        return sympy.srepr(value)
    return {tuple(map(int, e)): (int(c.p), int(c.q)) for e, c in value.to_dict().items()}


def from_portable(chart: Chart, value: Any) -> Coefficient:
    """Return the coefficient that `portable` was given."""
    if isinstance(value, str):
        return sympy.sympify(value)
    return chart.context.from_dict({exponents: fmpq(*pair) for exponents, pair in value.items()})
