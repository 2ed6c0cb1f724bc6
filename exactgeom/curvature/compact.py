"""Short `repr` of results: the constructor call while it is short, else a summary.

Exact numbers may have thousands of digits; what a person reads in a session must not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

from exactgeom.exact import Enclosure, Surd, to_json

_BITS = 4096
"""Results that hold more bits than this are summarised."""


def compact(value: Any, summary: str) -> str:
    """Return the constructor call of a dataclass, or ``<Name summary>`` when it would be long.

    >>> from exactgeom.curvature import transport
    >>> transport([1], [1], [[10**9999]])
    <Transport of 1 to 1 masses: cost 1.00000e+9999>
    """
    name = type(value).__name__
    if _left(value, _BITS) < 0:
        return f"<{name} {summary}>"
    shown = (f"{item.name}={getattr(value, item.name)!r}" for item in fields(value) if item.repr)
    return f"{name}({', '.join(shown)})"


def brief(value: Any) -> str:
    """Return a number in a few characters: itself when short, else its leading digits.

    >>> brief(Fraction(1, 3)), brief(Fraction(10**200 + 1, 3 * 10**200)), brief(Surd.sqrt(2)), brief(None)
    ('1/3', '0.333333', '√2', '∞')
    """
    if value is None:
        return "∞"
    if not isinstance(value, Enclosure) and _left(value, 128) >= 0:
        return str(value)
    return _digits(value)


def _digits(value: Any) -> str:
    """Return the leading digits, also beyond the doubles."""
    held = value if isinstance(value, Enclosure) else Surd(value).enclosure(64)
    middle: str = held.ball.mid().str(6, radius=False)
    return middle


def _left(value: Any, bits: int) -> int:
    """Return what is left of `bits` after all numbers in a value; negative: too man."""
    if bits < 0:
        return bits
    if isinstance(value, int):
        return bits - value.bit_length() - 16
    if isinstance(value, Fraction):
        return bits - value.numerator.bit_length() - value.denominator.bit_length() - 16
    if isinstance(value, Surd):
        for q, m in value.terms:
            bits = _left(m, _left(q, bits))
        return bits
    if isinstance(value, str):
        return bits - 8 * len(value)
    parts: Any = ()
    if is_dataclass(value):
        parts = (getattr(value, item.name) for item in fields(value) if item.repr)
    elif isinstance(value, Mapping):
        parts = (part for pair in value.items() for part in pair)
    elif isinstance(value, tuple | list | frozenset):
        parts = value
    elif hasattr(value, "to_json"):
        return bits - 8 * len(str(to_json(value)))
    for part in parts:
        bits = _left(part, bits)
        if bits < 0:
            break
    return bits - 16
