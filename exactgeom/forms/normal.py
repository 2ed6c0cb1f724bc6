"""The normal form of a SymPy expression: its fraction of polynomials in kernels, written back nicely.

It is what `sympy.cancel` gives for rational functions, extended by the relations of sines, hyperbolic
functions and roots (see `kernels.py`). It is deterministic, and zero whenever those relations prove it.
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd, lcm
from typing import Any

import sympy
from flint import fmpq

from exactgeom.forms.fractions import Fraction, Generator, KernelField
from exactgeom.forms.kernels import Kind, prime_powers

_FACTOR_UP_TO = 60  # terms: above, polynomials are printed expanded
_RATIONALISE_UP_TO = 400  # products of numbers of terms: above, denominators stay as they are


def simplest(field: KernelField, fraction: Fraction) -> Fraction:
    """Return a fraction, or the same with square roots and cosines out of its denominator if that is shorter.

    With them out, numerator and denominator share no factor in the field; before, one may hide: the numerator
    of `(a + b cos u) cos u / (a + b cos u)` need not look divisible once `cos² = 1 − sin²` has been used.
    """
    top, bottom = fraction
    for slot in reversed(range(len(field.generators))):
        _, _, power, base = field.generators[slot]
        if power != 2 or base is None or bottom.is_constant() or not bottom.degrees()[slot]:
            continue
        if len(top) * len(bottom) > _RATIONALISE_UP_TO:
            return fraction
        conjugate = _conjugate(field, bottom, slot)
        top, bottom = field.reduce(top * conjugate, bottom * conjugate)
    size = len(top) + len(bottom)
    before = len(fraction[0]) + len(fraction[1])
    return (top, bottom) if size < before or (size == before and bottom.is_constant()) else fraction


def _conjugate(field: KernelField, poly: Any, slot: int) -> Any:
    """Return the polynomial with the sign of one generator changed."""
    terms = {e: -c if e[slot] % 2 else c for e, c in poly.to_dict().items()}
    return field.context.from_dict(terms)


def to_sympy(field: KernelField, fraction: Fraction) -> Any:
    """Return a fraction as a SymPy expression, factored while it is small."""
    (top, above), (bottom, below) = (_factored(field, poly) for poly in fraction)
    return sympy.Mul(top / bottom, *above, *(sympy.Pow(factor, -1) for factor in below))


def _factored(field: KernelField, poly: Any) -> tuple[Any, list[Any]]:
    """Return (rational content, factors) in SymPy; the factors have coprime integer coefficients."""
    if poly.is_zero() or poly.is_constant():
        return expanded(field, poly), []
    if len(poly) > _FACTOR_UP_TO:
        scale, primitive = _primitive(poly)
        return _rational(scale), [expanded(field, primitive)]
    poly, lifted = _lift_squares(field, poly)
    content, factors = poly.factor()
    pieces = []
    for factor, power in factors:
        scale, primitive = _primitive(factor)
        content *= scale ** int(power)
        pieces.append(sympy.Pow(expanded(field, primitive), int(power)))
    return _rational(content), [*pieces, *lifted]


def _lift_squares(field: KernelField, poly: Any) -> tuple[Any, list[Any]]:
    """Divide out 1 − sin² where it is a factor and write it as cos², likewise 1 + sinh²."""
    lifted: list[Any] = []
    for generator in field.generators:
        if generator.family[0] in (Kind.CIRCLE, Kind.HYPERBOLA) and generator.base is not None:
            while not poly.is_constant():
                quotient, rest = divmod(poly, generator.base[0])
                if not rest.is_zero():
                    break
                poly, lifted = quotient, [*lifted, generator.value**2]
    return poly, lifted


def expanded(field: KernelField, poly: Any) -> Any:
    """Return a polynomial in the kernels as a SymPy sum of products."""
    values = [generator.value for generator in field.generators]
    terms = []
    for exponents, coefficient in poly.to_dict().items():
        powers = [sympy.Pow(values[i], int(e)) for i, e in enumerate(exponents) if e]
        terms.append(sympy.Mul(_rational(coefficient), *powers))
    return sympy.Add(*terms)


def _primitive(poly: Any) -> Fraction:
    """Return (c, p) with poly = c p and p of coprime integer coefficients, the leading one positive."""
    values = poly.coeffs()
    bottom = lcm(*(int(value.q) for value in values))
    top = gcd(*(int(value.p) * (bottom // int(value.q)) for value in values))
    scale = fmpq(top if values[0] > 0 else -top, bottom)
    return scale, poly / scale


def _rational(value: Any) -> Any:
    return sympy.Rational(int(value.p), int(value.q))


@lru_cache(maxsize=4096)
def normal_form(expression: Any) -> Any:
    """Return an expression as a reduced fraction of polynomials in its kernels.

    Contract: exact; equal to the argument wherever both are real and defined. Zero comes out as 0 whenever
    the relations of `kernels.py` prove it. Errors: `InvalidInput` when it divides by zero.

    >>> from sympy.abc import x, y
    >>> normal_form((x**2 - y**2) / (x - y)), normal_form(sympy.sin(x) ** 2 + sympy.cos(x) ** 2)
    (x + y, 1)
    """
    if expression.is_Rational or expression.is_Symbol:
        return expression
    field = KernelField([expression])
    return to_sympy(field, simplest(field, field.fractions[0]))


@lru_cache(maxsize=1024)
def split_radicand(expression: Any) -> tuple[list[tuple[Any, int]], Any]:
    """Return (nonnegative factors with multiplicities, rest) whose product is the expression.

    A factor counts as nonnegative when its polynomial is plainly so: positive coefficients, even powers of
    what may be negative. Only those may leave a root: the root of x² is |x|, not x.
    """
    field = KernelField([expression])
    top, bottom = field.fractions[0]
    outside: list[tuple[Any, int]] = []
    rest = sympy.S.One
    for poly, sign in ((top, 1), (bottom, -1)):
        if poly.is_zero():
            return [], sympy.S.Zero
        content, factors = poly.factor()
        if content < 0:
            content, rest = -content, -rest
        outside += [(sympy.Integer(p), sign * m) for p, m in prime_powers(int(content.p)) if p > 1]
        outside += [(sympy.Integer(p), -sign * m) for p, m in prime_powers(int(content.q)) if p > 1]
        for factor, times in factors:
            plain = expanded(field, factor)
            if _is_nonnegative(field, factor):
                outside.append((plain, sign * int(times)))
            else:
                pairs, odd = divmod(int(times), 2)
                outside += [(plain**2, sign * pairs)] * bool(pairs)
                rest *= plain ** (sign * odd)
    return outside, rest


def _is_nonnegative(field: KernelField, poly: Any) -> bool:
    signed = [not _nonnegative_kernel(generator) for generator in field.generators]
    return all(
        coefficient > 0 and not any(e % 2 for e, may in zip(exponents, signed, strict=True) if may)
        for exponents, coefficient in poly.to_dict().items()
    )


def _nonnegative_kernel(generator: Generator) -> bool:
    kind, base, _ = generator.family
    if kind is Kind.POWER:
        return base is sympy.E or bool(base.is_positive)
    if kind is Kind.ROOT:
        return generator.power % 2 == 0
    return bool(generator.value.is_nonnegative)
