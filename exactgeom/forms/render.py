"""Forms as text: plain (always with brackets around wedges), LaTeX, and as constructor calls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import sympy

from exactgeom.forms import rings
from exactgeom.forms.chart import Chart
from exactgeom.linalg import blades

if TYPE_CHECKING:
    from exactgeom.forms.fields import VectorField
    from exactgeom.forms.form import DifferentialForm


def joined(pieces: Iterable[tuple[str, str]]) -> str:
    """Return `Σ coefficient*symbol` with signs drawn out; an empty symbol stands for 1.

    >>> joined([("x + 1", "dx"), ("-1", "dy"), ("-2*x", "dz")])
    '(x + 1)*dx - dy - 2*x*dz'
    """
    text = ""
    for coefficient, symbol in pieces:
        if coefficient == "0":
            continue
        negative, body = _signed(coefficient)
        term = _times(body, symbol)
        if text:
            text += f" - {term}" if negative else f" + {term}"
        else:
            text = f"-{term}" if negative else term
    return text or "0"


def _times(body: str, symbol: str) -> str:
    """Return `body*symbol`; a fraction goes around it, because Python reads 1/3 as a float."""
    if not symbol:
        return body
    top, slash, bottom = body.partition("/")
    if slash and top.isdigit() and bottom.isdigit():
        return f"{_times(top, symbol)}/{bottom}"
    return symbol if body == "1" else f"{body}*{symbol}"


def _signed(coefficient: str) -> tuple[bool, str]:
    """Return (has a leading minus, the rest), bracketed where it is a sum."""
    negative = coefficient.startswith("-")
    body = coefficient[1:] if negative else coefficient
    if _is_sum(body):
        return False, f"({coefficient})"
    return negative, body


def _is_sum(text: str) -> bool:
    depth = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if not depth and sign in "+-":
            return True
    return False


def coefficients(form: DifferentialForm) -> list[tuple[tuple[int, ...], sympy.Expr]]:
    """Return the coefficients as SymPy expressions, by increasing index tuple."""
    pairs = sorted((blades.index(key), value) for key, value in form.terms.items())
    return [(index, rings.to_sympy(form.chart, value)) for index, value in pairs]


def plain(form: DifferentialForm) -> str:
    """Return the form as a Python expression in the coordinates and their differentials."""
    names = form.chart.names
    if not form.degree:
        return str(coefficients(form)[0][1]) if form.terms else "0"
    pieces = []
    for index, value in coefficients(form):
        symbol = " ^ ".join(f"d{names[i]}" for i in index)
        pieces.append((str(value), f"({symbol})" if len(index) > 1 else symbol))
    return joined(pieces)


def latex(form: DifferentialForm) -> str:
    r"""Return the form as LaTeX.

    >>> from exactgeom.forms import coordinates
    >>> x, y = coordinates("x y")
    >>> print(latex(x * y * (x.d() ^ y.d())))
    x y \, \mathrm{d}x \wedge \mathrm{d}y
    """
    symbols = [sympy.latex(symbol) for symbol in form.chart.symbols]
    pieces = []
    for index, value in coefficients(form):
        basis = r" \wedge ".join(rf"\mathrm{{d}}{symbols[i]}" for i in index)
        pieces.append((value, basis))
    return _latex_sum(pieces)


def field_latex(field: VectorField) -> str:
    """Return a vector field as LaTeX."""
    symbols = [sympy.latex(symbol) for symbol in field.chart.symbols]
    pieces = [
        (component.to_sympy(), rf"\partial_{{{symbol}}}")
        for component, symbol in zip(field.components, symbols, strict=True)
    ]
    return _latex_sum([(value, basis) for value, basis in pieces if value != 0])


def _latex_sum(pieces: list[tuple[sympy.Expr, str]]) -> str:
    text = ""
    for value, basis in pieces:
        negative = bool(value.could_extract_minus_sign()) and not value.is_Add
        size = -value if negative else value
        body = sympy.latex(size)
        if basis:
            if value.is_Add:
                body = rf"\left({body}\right)"
            body = basis if size == 1 else rf"{body} \, {basis}"
        text += (" - " if negative else " + ") + body if text else ("-" if negative else "") + body
    return text or "0"


def chart_argument(chart: Chart) -> str:
    """Return what stands for a chart in a constructor call."""
    shown = repr(chart)
    return shown[6:-1] if shown.startswith("Chart('") else shown


def constructor(form: DifferentialForm) -> str:
    """Return the form as a constructor call."""
    parts = ", ".join(f"{index}: {str(value)!r}" for index, value in coefficients(form))
    return f"DifferentialForm({chart_argument(form.chart)}, {form.degree}, {{{parts}}})"
