r"""LaTeX forms of fractions, surds and angles (no dollar signs)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from exactgeom.exact.door import int_str


def fraction_latex(value: Fraction | int) -> str:
    r"""Return `p` or `\frac{p}{q}`.

    >>> print(fraction_latex(Fraction(-3, 7)))
    -\frac{3}{7}
    """
    if value.denominator == 1:
        return int_str(value.numerator)
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{int_str(abs(value.numerator))}}}{{{int_str(value.denominator)}}}"


def sum_latex(pieces: Iterable[tuple[Fraction, str]]) -> str:
    """Return `Σ coefficient · symbol`; an empty symbol stands for 1."""
    text = ""
    for coefficient, symbol in pieces:
        size = abs(coefficient)
        if not symbol:
            body = fraction_latex(size)
        elif size == 1:
            body = symbol
        else:
            body = f"{fraction_latex(size)} {symbol}"
        if not text:
            text = f"-{body}" if coefficient < 0 else body
        else:
            text += f" - {body}" if coefficient < 0 else f" + {body}"
    return text or "0"


def surd_latex(terms: Iterable[tuple[Fraction, int]], order: int) -> str:
    r"""Return `Σ q m^{1/order}` as LaTeX.

    >>> print(surd_latex([(Fraction(1), 1), (Fraction(-2), 5)], 2))
    1 - 2 \sqrt{5}
    """
    root = r"\sqrt" if order == 2 else rf"\sqrt[{order}]"
    return sum_latex((q, "" if m == 1 else f"{root}{{{int_str(m)}}}") for q, m in terms)


def angle_latex(turn: Fraction, tangents: Iterable[Fraction]) -> str:
    r"""Return `rπ + Σ arctan √t` as LaTeX.

    >>> print(angle_latex(Fraction(1, 2), [Fraction(1, 4)]))
    \frac{1}{2} \pi + \arctan \sqrt{\frac{1}{4}}
    """
    pieces = [(turn, r"\pi")] if turn else []
    pieces += [(Fraction(1), rf"\arctan \sqrt{{{fraction_latex(t)}}}") for t in tangents]
    return sum_latex(pieces)
