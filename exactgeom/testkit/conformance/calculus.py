"""Judges of forms, integrals and curvature.

Forms are done here in dictionaries of fractions, apart from `exactgeom.forms`, so that the loopback is a
comparison of two programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from exactgeom.exact import ExactGeomError
from exactgeom.testkit.compare import Sheet
from exactgeom.testkit.conformance.base import Arguments, InvalidProblem, judges
from exactgeom.testkit.shapes import Sizes

AnyArray = np.ndarray[Any, Any]
Key = tuple[tuple[int, ...], tuple[int, ...]]
Terms = dict[Key, Fraction]
"""(increasing indices, exponents) to coefficient."""


def read_terms(form: Mapping[str, Any]) -> Terms:
    """A form of the protocol, in normal form.

    >>> read_terms({"coefficients": [2.0], "exponents": [[0, 1]], "indices": [[1, 0]]})
    {((0, 1), (0, 1)): Fraction(-2, 1)}
    """
    found: Terms = {}
    coefficients = np.asarray(form["coefficients"], dtype=float).tolist()
    exponents = np.asarray(form["exponents"]).tolist()
    indices = np.asarray(form["indices"]).tolist()
    for c, e, index in zip(coefficients, exponents, indices, strict=True):
        _add(found, tuple(index), tuple(e), Fraction(c))
    return found


def _add(terms: Terms, index: tuple[int, ...], exponents: tuple[int, ...], value: Fraction) -> None:
    if len(set(index)) < len(index):
        return
    swaps = sum(a > b for i, a in enumerate(index) for b in index[i + 1 :])
    key = (tuple(sorted(index)), exponents)
    terms[key] = terms.get(key, Fraction(0)) + (-value if swaps % 2 else value)


def _form_sizes(name: str) -> Any:
    def sizes(arguments: Arguments) -> Sizes:
        form = arguments[name]
        m, p = np.asarray(form["exponents"]).shape[1], np.asarray(form["indices"]).shape[1]
        if "second" in arguments:
            p += np.asarray(arguments["second"]["indices"]).shape[1]
        if "map" in arguments:
            m = np.asarray(arguments["map"][0]["exponents"]).shape[1]
        return {"m": m, "p": p + (len(arguments) == 1)}

    return sizes


def _compare(answer: Mapping[str, Any], exact: Terms, scale: Fraction, sheet: Sheet) -> None:
    got = read_terms(answer)
    keys = sorted(set(got) | {k for k, v in exact.items() if v})
    values = [float(got.get(key, 0)) for key in keys]
    truth = [exact.get(key, Fraction(0)) for key in keys]
    sheet.numbers(lambda i: f"coefficient of {_monomial(keys[i])}", values, truth, float(scale))


def _monomial(key: Key) -> str:
    powers = [f"x{i}^{e}" if e > 1 else f"x{i}" for i, e in enumerate(key[1]) if e]
    return "*".join(powers or ["1"]) + "".join(f" dx{i}" for i in key[0])


def _products(a: Terms, b: Terms) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], Fraction]]:
    for (i, e), x in a.items():
        for (j, f), y in b.items():
            yield i + j, tuple(map(sum, zip(e, f, strict=True))), x * y


def _size(terms: Terms) -> Fraction:
    return sum((abs(x) for x in terms.values()), Fraction(0))


def _wedge(a: Terms, b: Terms) -> Terms:
    found: Terms = {}
    for index, exponents, value in _products(a, b):
        _add(found, index, exponents, value)
    return found


@judges("wedge", _form_sizes("first"))
def wedge(arguments: Arguments, answer: Any, sheet: Sheet, zero_sign: int) -> None:
    """The product, term by term."""
    a, b = read_terms(arguments["first"]), read_terms(arguments["second"])
    _compare(answer, _wedge(a, b), _size(a) * _size(b), sheet)


def _d(form: Terms) -> Terms:
    found: Terms = {}
    for (index, exponents), value in form.items():
        for i, e in enumerate(exponents):
            if e:
                lower = (*exponents[:i], e - 1, *exponents[i + 1 :])
                _add(found, (i, *index), lower, value * e)
    return found


@judges("exterior_derivative", _form_sizes("form"))
def exterior_derivative(arguments: Arguments, answer: Any, sheet: Sheet, zero_sign: int) -> None:
    """`d(f dx_I) = Σ_i ∂_i f dx_i ∧ dx_I`."""
    form = read_terms(arguments["form"])
    degree = max((max(e, default=0) for _, e in form), default=0)
    _compare(answer, _d(form), _size(form) * max(degree, 1), sheet)


def _pullback(form: Terms, components: list[Terms], m: int) -> Terms:
    one: Terms = {((), (0,) * m): Fraction(1)}
    total: Terms = {}
    for (index, exponents), value in form.items():
        part = {key: value * x for key, x in one.items()}
        for component, e in zip(components, exponents, strict=True):
            for _ in range(e):
                part = _wedge(part, component)
        for i in index:
            part = _wedge(part, _d(components[i]))
        for key, x in part.items():
            total[key] = total.get(key, Fraction(0)) + x
    return total


@judges("pullback", _form_sizes("form"))
def pullback(arguments: Arguments, answer: Any, sheet: Sheet, zero_sign: int) -> None:
    """Substitute the components, and their differentials for dx_i."""
    form = read_terms(arguments["form"])
    polynomials = [
        {**part, "indices": np.zeros((len(part["coefficients"]), 0), dtype=int)} for part in arguments["map"]
    ]
    components = [read_terms(part) for part in polynomials]
    m = np.asarray(arguments["map"][0]["exponents"]).shape[1]
    sizes = [_size(c) * max((max(e, default=0) for _, e in c), default=1) for c in components]
    bound = sum(
        (
            abs(value)
            * prod((_size(c) ** e for c, e in zip(components, exponents, strict=True)), start=Fraction(1))
            * prod((sizes[i] for i in index), start=Fraction(1))
            for (index, exponents), value in form.items()
        ),
        Fraction(0),
    )
    _compare(answer, _pullback(form, components, m), bound, sheet)


@judges("integrate", lambda arguments: {})
def integrate(arguments: Arguments, answer: AnyArray, sheet: Sheet, zero_sign: int) -> None:
    """`∫ Σ c x^e` over the convex hull; the scale is `Σ|c| X^|e|` times the volume of the bounding box."""
    from exactgeom.forms.chains import integrate as integral
    from exactgeom.forms.form import DifferentialForm
    from exactgeom.polyhedra import Polytope

    points = np.asarray(arguments["vertices"], dtype=float)
    d = points.shape[1]
    hull = Polytope.from_vertices([[Fraction(x) for x in row] for row in points.tolist()])
    if hull.dim != d:
        raise InvalidProblem("a flat polytope")
    names = [f"x{i}" for i in range(d)]
    exponents = np.asarray(arguments["exponents"]).tolist()
    coefficients = np.asarray(arguments["coefficients"], dtype=float).tolist()
    terms = [
        "*".join([f"({Fraction(c)})", *(f"{x}**{k}" for x, k in zip(names, e, strict=True) if k)])
        for c, e in zip(coefficients, exponents, strict=True)
    ]
    form = DifferentialForm(" ".join(names), d, {tuple(range(d)): " + ".join(terms or ["0"])})
    reach = max(1.0, float(np.max(np.abs(points))))
    size = sum(abs(c) * reach ** sum(e) for c, e in zip(coefficients, exponents, strict=True))
    scale = size * float(np.prod(np.ptp(points, axis=0)))
    sheet.numbers("integral", answer, [integral(form, hull)], scale)


@judges("scalar_curvature", lambda arguments: {"n": len(arguments["points"])})
def scalar_curvature(arguments: Arguments, answer: AnyArray, sheet: Sheet, zero_sign: int) -> None:
    """The exact expression at the exact points."""
    import sympy

    from exactgeom.forms.riemann import curvature

    symbols = sympy.symbols(list(arguments["coordinates"]))
    table = [[sympy.sympify(entry) for entry in row] for row in arguments["metric"]]
    try:
        found = sympy.sympify(curvature(table, symbols).scalar)
    except ExactGeomError as error:
        raise InvalidProblem(str(error)) from None
    exact = []
    for point in np.asarray(arguments["points"], dtype=float).tolist():
        at = {s: sympy.Rational(*Fraction(x).as_integer_ratio()) for s, x in zip(symbols, point, strict=True)}
        value = sympy.Rational(found.subs(at))
        exact.append(Fraction(int(value.p), int(value.q)))
    shown = np.asarray(arguments["points"]).tolist()
    scale = max((abs(float(x)) for x in exact), default=1.0) + 16
    sheet.numbers(lambda i: f"curvature at {shown[i]}", answer, exact, scale)
