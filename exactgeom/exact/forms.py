"""File forms: every exact number to and from JSON, LaTeX, SymPy and the nearest double.

JSON: `"p/q"`; `{"surd": [["q", "m"], …]}` for `Σ q√m`; `{"root4": …}` for `Σ q m^(1/4)`;
`{"angle": {"pi": "r", "atan_sqrt": ["t", …]}}` for `rπ + Σ arctan √t`; `{"mid", "rad"}` for an enclosure.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from exactgeom.exact.angle import Angle
from exactgeom.exact.door import MAX_LITERAL, exact, exact_json, fraction_str, int_of
from exactgeom.exact.enclosure import Enclosure
from exactgeom.exact.errors import InvalidInput
from exactgeom.exact.latex import fraction_latex
from exactgeom.exact.surd import Surd

Number = Fraction | Surd | Angle | Enclosure
_MAX_TERMS = 1_000_000


def to_json(x: Number | int) -> Any:
    """Return the JSON form of an exact number or enclosure.

    >>> to_json(Fraction(1, 3)), to_json(2 * Surd.sqrt(5))
    ('1/3', {'surd': [['2', '5']]})
    """
    return x.to_json() if isinstance(x, Surd | Angle | Enclosure) else fraction_str(exact(x))


def from_json(obj: object, place: str = "value") -> Number:
    """Return the number a JSON form stands for. Errors: `InvalidInput` naming the place.

    >>> from_json({"surd": [["1/2", "5"]]}) == Surd.sqrt(5) / 2
    True
    """
    if not isinstance(obj, dict):
        return exact_json(obj, place)
    keys = set(obj)
    if keys == {"mid", "rad"}:
        return _enclosure_from_json(obj, place)
    if keys == {"angle"}:
        return _angle_from_json(obj["angle"], f"{place}.angle")
    for key, order in (("surd", 2), ("root4", 4)):
        if keys == {key}:
            return _surd_from_json(obj[key], order, f"{place}.{key}")
    raise InvalidInput(
        'expected "p/q", {"surd": …}, {"root4": …}, {"angle": …} or {"mid": …, "rad": …}, '
        f"got an object with keys {sorted(map(str, keys))[:5]}",
        place,
    )


def _list(obj: object, place: str) -> list[Any]:
    if not isinstance(obj, list):
        raise InvalidInput(f"expected an array, got {type(obj).__name__}", place)
    if len(obj) > _MAX_TERMS:
        raise InvalidInput(f"{len(obj)} terms are more than {_MAX_TERMS}", place)
    return obj


def _surd_from_json(obj: object, order: int, place: str) -> Surd:
    pairs = []
    for i, pair in enumerate(_list(obj, place)):
        here = f"{place}[{i}]"
        if len(_list(pair, here)) != 2:
            raise InvalidInput(f"expected a pair [q, m], got {len(pair)} entries", here)
        q, m = exact_json(pair[0], f"{here}[0]"), exact_json(pair[1], f"{here}[1]")
        if m <= 0 or m.denominator != 1:
            raise InvalidInput("expected a positive integer radicand", f"{here}[1]")
        pairs.append((q, m))
    return Surd.from_terms(pairs, order=order)


def _angle_from_json(obj: object, place: str) -> Angle:
    if not isinstance(obj, dict) or set(obj) != {"pi", "atan_sqrt"}:
        raise InvalidInput('expected an object with keys "pi" and "atan_sqrt"', place)
    tangents = []
    for i, t in enumerate(_list(obj["atan_sqrt"], f"{place}.atan_sqrt")):
        tangents.append(exact_json(t, f"{place}.atan_sqrt[{i}]"))
        if tangents[-1] < 0:
            raise InvalidInput("expected a number >= 0", f"{place}.atan_sqrt[{i}]")
    return Angle(exact_json(obj["pi"], f"{place}.pi"), tangents)


def _enclosure_from_json(obj: dict[str, object], place: str) -> Enclosure:
    mid, rad = exact_json(obj["mid"], f"{place}.mid"), exact_json(obj["rad"], f"{place}.rad")
    if rad < 0:
        raise InvalidInput("expected a radius >= 0", f"{place}.rad")
    accuracy = abs(mid / rad).numerator.bit_length() - (mid / rad).denominator.bit_length() if rad else 0
    return Enclosure(mid, rad, bits=max(64, accuracy + 8, mid.numerator.bit_length()))


def read_json(text: str | bytes, place: str = "JSON") -> Any:
    """Parse JSON text by the file rules: integers of any length, no NaN, no infinities, no overflow.

    Errors: `InvalidInput` with line and column for malformed text.

    >>> read_json('{"a": [1, 0.5, "1/3"]}')
    {'a': [1, 0.5, '1/3']}
    """

    def refuse(name: str) -> Any:
        raise InvalidInput(f"{name} is not a number here", place)

    def integer(digits: str) -> int:
        if len(digits) > MAX_LITERAL:
            raise InvalidInput(f"integer of {len(digits)} digits is too long", place)
        return int_of(digits)

    def real(literal: str) -> float:
        value = float(literal)
        if value in (float("inf"), float("-inf")):
            raise InvalidInput(f"{literal[:40]} overflows a double", place)
        return value

    try:
        return json.loads(text, parse_constant=refuse, parse_int=integer, parse_float=real)
    except json.JSONDecodeError as error:
        raise InvalidInput(
            f"malformed JSON at line {error.lineno}, column {error.colno}: {error.msg}", place
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidInput("the text is not valid UTF-8", place) from error
    except RecursionError as error:
        raise InvalidInput("JSON nested too deeply", place) from error


def to_latex(x: Number | int) -> str:
    r"""Return the LaTeX form, without dollar signs.

    >>> print(to_latex(Fraction(1, 3)))
    \frac{1}{3}
    """
    return x.to_latex() if isinstance(x, Surd | Angle | Enclosure) else fraction_latex(exact(x))


def to_sympy(x: Number | int) -> Any:
    """Return the SymPy form.

    >>> to_sympy(2 * Surd.sqrt(3))
    2*sqrt(3)
    """
    if isinstance(x, Surd | Angle | Enclosure):
        return x.to_sympy()
    import sympy

    return sympy.Rational(*exact(x).as_integer_ratio())


def enclosure_of(x: Number | int, bits: int = 64) -> Enclosure:
    """Return a ball of relative accuracy at least `bits` that holds the number.

    >>> enclosure_of(Fraction(1, 3)).contains(Fraction(1, 3))
    True
    """
    return x.enclosure(bits) if isinstance(x, Surd | Angle | Enclosure) else Surd(exact(x)).enclosure(bits)


def float_of(x: Number | int) -> float:
    """Return the double nearest to an exact number (ties to even). Errors: `OverflowError`.

    >>> float_of(Surd.sqrt(2))
    1.4142135623730951
    """
    return float(x)
