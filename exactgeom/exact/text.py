"""Plain text forms of surds and angles: `3 + 2√5`, `√2/2`, `π/4`, `π/2 + arctan √(3/4)`."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from exactgeom.exact.door import fraction_str, int_str

_SIGNS = {2: "√", 4: "∜"}


def surd_text(terms: Iterable[tuple[Fraction, int]], order: int) -> str:
    """Return `Σ q m^{1/order}` as text.

    >>> surd_text([(Fraction(3), 1), (Fraction(-3, 2), 5)], 2)
    '3 - 3√5/2'
    """
    return _sum((q, "" if m == 1 else _SIGNS[order] + int_str(m)) for q, m in terms)


def angle_text(turn: Fraction, tangents: Iterable[Fraction]) -> str:
    """Return `rπ + Σ arctan √t` as text.

    >>> angle_text(Fraction(-1, 2), [Fraction(3, 4), Fraction(2)])
    '-π/2 + arctan √(3/4) + arctan √2'
    """
    pieces = [(turn, "π")] if turn else []
    return _sum([*pieces, *((Fraction(1), f"arctan {_root(t)}") for t in tangents)])


def _root(t: Fraction) -> str:
    text = fraction_str(t)
    return f"√({text})" if t.denominator != 1 else f"√{text}"


def _sum(pieces: Iterable[tuple[Fraction, str]]) -> str:
    text = ""
    for coefficient, symbol in pieces:
        sign = "-" if coefficient < 0 else "+" if text else ""
        text += f" {sign} " if text else sign
        text += _product(abs(coefficient), symbol)
    return text or "0"


def _product(size: Fraction, symbol: str) -> str:
    """Return `p symbol / q`."""
    if not symbol:
        return fraction_str(size)
    top = "" if size.numerator == 1 else int_str(size.numerator)
    bottom = "" if size.denominator == 1 else f"/{int_str(size.denominator)}"
    return f"{top}{symbol}{bottom}"
