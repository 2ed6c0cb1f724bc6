"""Tables in CSV files, by the house's reading rules.

Quoted fields are strings and exact (``"0.1"`` is 1/10); so are integers and fractions such as ``1/3``;
other literals with ``.`` or ``e`` are the nearest double, taken exactly.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from fractions import Fraction
from os import PathLike, fspath

import numpy as np

from exactgeom.exact import InvalidInput, exact
from exactgeom.polyhedra.arrays import AnyArray

_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_PLAIN = re.compile(r"[-+.0-9eE \t]*")
_NONZERO = re.compile(r"[-+.0]*[1-9]")
_WORDS = {"nan", "inf", "infinity", "true", "false", "na", "none", "null", ""}
_FIELD = re.compile(r'[ \t]*"((?:[^"]|"")*)"[ \t]*(,|\r\n|\n|\r|\Z)|([^",\r\n]*)(,|\r\n|\n|\r|\Z)')


class Quoted(str):
    """The text of a quoted field."""

    __slots__ = ()


Record = tuple[int, list[str]]  # the row's number in the file, from 1, and its fields


def read_records(path: str | PathLike[str]) -> list[Record]:
    """Return the records of a CSV file in UTF-8, blank lines left out.

    Errors: InvalidInput naming the file when it cannot be read, or the row when a quote does not close.
    """
    name = fspath(path)
    try:
        with open(path, "rb") as file:
            text = file.read().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise InvalidInput(f"not a text file: byte {error.start} is not UTF-8", place=name) from error
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidInput(f"cannot read the file: {reason}", place=name) from error
    if '"' in text:
        records = _scan(text, name)
    else:
        records = [(i, line.split(",")) for i, line in enumerate(re.split(r"\r\n|\n|\r", text), 1)]
    return [(i, fields) for i, fields in records if len(fields) > 1 or fields[0].strip()]


def _scan(text: str, name: str) -> list[Record]:
    records: list[Record] = []
    fields: list[str] = []
    at, number = 0, 1
    while at <= len(text):
        match = _FIELD.match(text, at)
        if match is None:
            raise InvalidInput("a quoted field does not close", place=f"{name}: row {number}")
        quoted, end_quoted, plain, end_plain = match.groups()
        fields.append(plain if quoted is None else Quoted(quoted.replace('""', '"')))
        end = end_plain if quoted is None else end_quoted
        at = match.end()
        if end != ",":
            records.append((number, fields))
            fields, number = [], number + 1
            if end == "":
                break
    return records


def looks_like_number(field: str) -> bool:
    """Return whether a field is meant as a number (or as a missing or infinite one) rather than a name."""
    text = field.strip()
    return text.lstrip("+-").lower() in _WORDS or text[:1] in "+-.0123456789"


def plain_numbers(fields: Sequence[str]) -> AnyArray | None:
    """Return a column of unquoted decimal literals as doubles, or None for any other.

    Each is what `number_of` gives: its nearest double, and integers below 2^53 are doubles themselves.
    """
    if Quoted in set(map(type, fields)) or not _PLAIN.fullmatch(" ".join(fields)):
        return None
    try:
        found = np.array(list(map(float, fields)), dtype=np.float64)
    except ValueError:
        return None
    if not (np.abs(found) < 2.0**53).all():
        return None
    if any(_NONZERO.match(fields[i].strip()) for i in np.flatnonzero(found == 0).tolist()):
        return None
    return found


def number_of(field: str, place: str) -> float | Fraction:
    """Return the number in a field: a double, or an exact rational that need not be one.

    >>> number_of("0.5", "here"), number_of(Quoted("0.1"), "here"), number_of(" 1/3", "here")
    (0.5, Fraction(1, 10), Fraction(1, 3))
    """
    text = field.strip()
    if not text:
        raise InvalidInput("expected a number, got an empty field", place=place)
    if isinstance(field, Quoted) or not _FLOAT.fullmatch(text) or text.lstrip("+-").isdecimal():
        return exact(text, place)
    value = float(text)
    if not math.isfinite(value):
        raise InvalidInput(f"{text[:40]} is beyond the range of doubles", place=place)
    if not value and _NONZERO.match(text):
        raise InvalidInput(f"{text[:40]} is 0 as a double: quote it to keep it exact", place=place)
    return value
