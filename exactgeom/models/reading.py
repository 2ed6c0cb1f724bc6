"""Checks for the readers of small JSON documents: names, shapes and sizes before any number is computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exactgeom.exact import InvalidInput

__all__ = ["array", "fields", "size", "strings"]

_LARGEST = 1 << 24


def fields(entry: Any, place: str, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
    """Check that `entry` is an object with the required fields and no unknown ones.

    >>> fields({"a": 1, "b": 2}, "terms[0]", ("a",))
    Traceback (most recent call last):
    exactgeom.exact.errors.InvalidInput: terms[0]: unknown field 'b': expected a
    """
    if not isinstance(entry, Mapping):
        raise InvalidInput(f"expected an object, got {_kind(entry)}", place=place or "document")
    for name in required:
        if name not in entry:
            raise InvalidInput("missing", place=f"{place}.{name}" if place else name)
    for name in entry:
        if name not in required and name not in optional:
            known = ", ".join((*required, *optional))
            shown = repr(name if len(str(name)) <= 60 else str(name)[:57] + "...")
            raise InvalidInput(f"unknown field {shown}: expected {known}", place=place or "document")


def array(value: Any, place: str, length: int | None = None) -> list[Any]:
    """Return a JSON array, of `length` entries if given."""
    if not isinstance(value, list | tuple):
        raise InvalidInput(f"expected an array, got {_kind(value)}", place=place)
    if length is not None and len(value) != length:
        raise InvalidInput(f"expected {length} entries, got {len(value)}", place=place)
    return list(value)


def size(value: Any, place: str, *, most: int = _LARGEST) -> int:
    """Return a whole number from 1 to `most`: a dimension."""
    if type(value) is not int or value < 1:
        got = value if type(value) is int and abs(value) < 10**9 else _kind(value)
        raise InvalidInput(f"expected a whole number of at least 1, got {got}", place=place)
    if value > most:
        raise InvalidInput(f"expected at most {most}, got {value}", place=place)
    return value


def strings(value: Any, place: str) -> list[str]:
    """Return a JSON array of strings."""
    listed = array(value, place)
    for i, entry in enumerate(listed):
        if not isinstance(entry, str):
            raise InvalidInput(f"expected a string, got {_kind(entry)}", place=f"{place}[{i}]")
    return listed


def _kind(value: Any) -> str:
    names = {bool: "a boolean", type(None): "null", str: "a string", int: "an integer", float: "a float"}
    if isinstance(value, list | tuple):
        return f"an array of {len(value)} entries"
    return "an object" if isinstance(value, Mapping) else names.get(type(value), type(value).__name__)
