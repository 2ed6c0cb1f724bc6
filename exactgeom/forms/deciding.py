"""Is this SymPy expression zero? Yes with a proof, no with a proof, or `UndecidedError`.

* Yes: its numerator vanishes as a polynomial in its kernels modulo their relations (`fractions.py`).
* No: the numerator is a nonzero polynomial in free kernels, or at a rational point a certified ball excludes
0.
* Otherwise nothing is claimed. `sympy.simplify` is not used: a failed simplification proves nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import sympy
from flint import arb, fmpq
from sympy.core.function import AppliedUndef

from exactgeom.exact import InvalidInput, UndecidedError, exact, to_fmpq
from exactgeom.exact.balls import precision
from exactgeom.forms.fractions import KernelField
from exactgeom.forms.kernels import HYPERBOLIC, TRIGONOMETRIC, Kind, exact_rational, is_free

POINTS = 24
"""How many rational points are tried before a comparison is given up."""
_BITS = (96, 768)
_CONSTANTS = {sympy.pi: arb.pi, sympy.EulerGamma: arb.const_euler, sympy.Catalan: arb.const_catalan}
_FUNCTIONS = {
    **{function.__name__: function.__name__ for function in (*TRIGONOMETRIC, *HYPERBOLIC)},
    **dict.fromkeys(("exp", "log", "asin", "acos", "atan", "asinh", "acosh", "atanh", "gamma"), ""),
    **dict.fromkeys(("erf", "erfc", "erfi"), ""),
    "loggamma": "lgamma",
    "LambertW": "lambertw",
}


class NoBall(Exception):
    """An expression without a certified real value at this point (internal)."""


def ball(expression: Any, values: Mapping[Any, arb]) -> arb:
    """Return an enclosure of a SymPy expression at a point, at FLINT's working precision.

    `values` holds balls for symbols and applied undefined functions. Errors: `NoBall` for unknown functions.
    """
    if expression in values:
        return values[expression]
    if expression.is_Rational:
        return arb(fmpq(int(expression.p), int(expression.q)))
    if expression.is_Float:
        return ball(exact_rational(expression), values)
    if expression is sympy.E:
        return arb(1).exp()
    if expression in _CONSTANTS:
        return _CONSTANTS[expression]()
    parts = [ball(arg, values) for arg in expression.args]
    if expression.is_Add:
        return sum(parts, arb(0))
    if expression.is_Mul:
        product = arb(1)
        for part in parts:
            product *= part
        return product
    if expression.is_Pow:
        return _power(parts, expression.exp)
    if isinstance(expression, sympy.Abs):
        return abs(parts[0])
    name = _FUNCTIONS.get(type(expression).__name__)
    if name is None or len(parts) != 1:
        raise NoBall(str(expression))
    return getattr(parts[0], name or type(expression).__name__)()


def _power(parts: list[arb], exponent: Any) -> arb:
    base, power = parts
    if exponent.is_Integer:
        return base ** int(exponent)
    return (power * base.log()).exp()  # not finite unless the base is certainly positive


def sample_points(kernels: list[Any]) -> Iterator[dict[Any, Any]]:
    """Return fixed rational values for free kernels, point after point, respecting their assumptions."""
    source = random.Random(2)  # any points will do; fixed ones keep runs equal
    for turn in range(POINTS):
        yield {kernel: _sample(kernel, source, turn) for kernel in kernels}


def _sample(kernel: Any, source: random.Random, turn: int) -> fmpq:
    whole = kernel.is_integer
    value = fmpq(source.randint(1, 9)) if whole else fmpq(source.randint(1, 60), 17 + turn)
    if kernel.is_nonpositive or kernel.is_negative:
        return -value
    if kernel.is_nonnegative or kernel.is_positive or source.random() < 0.6:
        return value
    return -value


def balls_at(field: KernelField, point: Mapping[Any, fmpq]) -> list[arb | None]:
    """Return enclosures of a field's generators at a point; None where there is none."""
    values = {kernel: arb(value) for kernel, value in point.items()}
    found: list[arb | None] = []
    for generator in field.generators:
        try:
            value = ball(generator.value, values)
        except NoBall:
            found.append(None)
            continue
        found.append(value if value.is_finite() else None)
    return found


def free_kernels(field: KernelField) -> list[Any]:
    """Return symbols, undefined functions and their derivatives in a field, inside functions too."""
    found: set[Any] = set()
    for generator in field.generators:
        if generator.family[0] is Kind.FREE:
            found.add(generator.value)
        else:
            found |= generator.value.free_symbols | generator.value.atoms(AppliedUndef, sympy.Derivative)
    found = {kernel for kernel in found if is_free(kernel)}
    return sorted(found, key=sympy.default_sort_key)


def poly_ball(poly: Any, values: list[arb | None]) -> arb | None:
    """Return an enclosure of a polynomial in the generators, or None where one of them has no value."""
    total = arb(0)
    for exponents, coefficient in poly.to_dict().items():
        term = arb(coefficient)
        for value, power in zip(values, exponents, strict=True):
            if power:
                if value is None:
                    return None
                term *= value ** int(power)
        total += term
    return total


def _signs_in(field: KernelField, points: list[dict[Any, fmpq]], *, first: bool) -> set[int]:
    """Return the certified nonzero signs of a field's first fraction at some points; `first`: stop at one."""
    top, bottom = field.fractions[0]
    found: set[int] = set()
    for bits in _BITS:
        with precision(bits):
            for point in points:
                values = balls_at(field, point)
                above, below = poly_ball(top, values), poly_ball(bottom, values)
                if above is None or below is None:
                    continue
                for p, q in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                    if p * above > 0 and q * below > 0:
                        found.add(p * q)
                if found and first:
                    return found
        if found:
            return found
    return found


def _used(field: KernelField, poly: Any) -> set[Kind]:
    degrees = poly.degrees()
    return {g.family[0] for g, degree in zip(field.generators, degrees, strict=True) if degree}


@lru_cache(maxsize=4096)
def is_zero(expression: Any) -> bool:
    """Tell whether an expression is identically zero where it is real and defined.

    Contract: exact, both ways. Errors: `UndecidedError` when neither is proved.

    >>> x = sympy.Symbol("x")
    >>> is_zero(sympy.cosh(x) ** 2 - sympy.sinh(x) ** 2 - 1), is_zero(sympy.sqrt(x**2) - x)
    (True, False)
    >>> is_zero(sympy.atan(x) + sympy.atan(1 / x) - sympy.pi / 2)
    False
    """
    expression = sympy.sympify(expression)
    if expression.is_Rational:
        return bool(expression == 0)
    field = KernelField([expression])
    top, _ = field.fractions[0]
    if top.is_zero():
        return True
    points = list(sample_points(free_kernels(field)))
    if _used(field, top) <= {Kind.FREE} or _signs_in(field, points, first=True):
        return False
    raise UndecidedError(f"neither proved zero nor proved nonzero: {_short(expression)}")


def equal(a: Any, b: Any) -> bool:
    """Tell whether two expressions are identically equal; errors: `UndecidedError`."""
    return bool(a == b) or is_zero(a - b)


def constant_sign(expression: Any, at: Mapping[Any, Any] | None = None) -> int:
    """Return the certified sign of an expression that does not change sign; 0 when it is proved zero.

    `at` is a point of the domain, as {symbol: rational}. Without it the sign is taken at sample points;
    that it is the same at all others is the caller's assumption.
    Errors: `UndecidedError` when both signs occur, or none is certified.

    >>> x = sympy.Symbol("x")
    >>> constant_sign(-sympy.exp(x)), constant_sign(1 - x, at={x: 3})
    (-1, -1)
    """
    field = KernelField([sympy.sympify(expression)])
    if field.fractions[0][0].is_zero():
        return 0
    kernels = free_kernels(field)
    if at is None:
        points = list(sample_points(kernels))
    else:
        given = {sympy.sympify(key): to_fmpq(exact(value, f"at[{key}]")) for key, value in at.items()}
        if missing := [str(kernel) for kernel in kernels if kernel not in given]:
            raise InvalidInput(f"no value is given for {', '.join(missing)}", "at")
        points = [{kernel: given[kernel] for kernel in kernels}]
    signs = _signs_in(field, points, first=False)
    if len(signs) != 1:
        what = "takes both signs" if signs else "has no certified sign"
        raise UndecidedError(f"the sign depends on the domain or is not decided: {_short(expression)} {what}")
    return signs.pop()


def _short(expression: Any) -> str:
    text = str(expression)
    return text if len(text) <= 200 else text[:197] + "..."
