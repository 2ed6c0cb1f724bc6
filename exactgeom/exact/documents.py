"""Documents from outside: a JSON file of bounded size, read by its ``"schema"``, checked before it is used.

`read_json_file` turns a file into Python values and refuses duplicate keys; `read_document` chooses a reader
by schema and puts the file's name before the place of what is wrong. The checks (`fields`, `array`, `size`,
`bounded`) compare names, shapes and declared sizes with what is present, before anything is computed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from os import PathLike, fspath
from typing import Any

from exactgeom.exact.door import MAX_LITERAL, int_of
from exactgeom.exact.errors import InvalidInput, UnboundedError

MAX_BYTES = 128 * 2**20
"""Longest file that is read, in bytes."""
MAX_UNSUPPORTED_DIM = 1_000
"""Largest dimension a document may declare without any weight or normal of that length."""

Document = Mapping[str, Any]
Source = Document | str | PathLike[str]


def read_json_file(path: str | PathLike[str]) -> Any:
    """Return the parsed content of a JSON file, strictly.

    Contract: integers are exact at any length; literals with ``.`` or ``e`` become the nearest double;
    ``NaN``, ``Infinity`` and overflowing literals stay floats, and the number door refuses them by place.
    Errors: ``InvalidInput`` naming the file when it cannot be read, is larger than ``MAX_BYTES``, is not
    JSON in UTF-8, repeats a key in one object, or nests too deeply.
    """
    name = fspath(path)
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidInput(f"cannot read the file: {reason}", place=name) from error
    if len(content) > MAX_BYTES:
        raise InvalidInput(f"the file is larger than {MAX_BYTES} bytes", place=name)
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unique, parse_int=_integer)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"not a JSON file: byte {error.start} is not UTF-8", place=name) from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InvalidInput(f"not a JSON file: {error.msg} at {where}", place=name) from error
    except RecursionError as error:
        raise InvalidInput("the JSON nests too deeply", place=name) from error
    except InvalidInput as error:
        raise InvalidInput(error.message, place=name) from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise InvalidInput(f"the key {shown(twice)} occurs twice in one object")
    return result


def _integer(digits: str) -> int:
    if len(digits) > MAX_LITERAL:
        raise InvalidInput(f"an integer of {len(digits)} digits is too long")
    return int_of(digits)


def read_document(source: Source, readers: Mapping[str, Callable[[Document], Any]]) -> Any:
    """Return what the reader of the document's ``"schema"`` makes of it; a path names the file.

    Errors: `InvalidInput` and `UnboundedError` with the file's name before the place.

    >>> read_document({"schema": "numbers-1", "numbers": [1, 2]}, {"numbers-1": lambda d: sum(d["numbers"])})
    3
    """
    if isinstance(source, Mapping):
        return _dispatch(source, readers)
    if not isinstance(source, str | PathLike):
        raise InvalidInput(f"expected a path or a dict, got {type(source).__name__}", place="model")
    document = read_json_file(source)
    try:
        return _dispatch(document, readers)
    except InvalidInput as error:
        place = fspath(source) if error.place is None else f"{fspath(source)}: {error.place}"
        raise InvalidInput(error.message, place=place) from error
    except UnboundedError as error:
        raise UnboundedError(f"{fspath(source)}: {error}") from error


def _dispatch(document: Any, readers: Mapping[str, Callable[[Document], Any]]) -> Any:
    if not isinstance(document, Mapping):
        raise InvalidInput(f"expected an object with a schema, got {kind_of(document)}", place="document")
    schema = document.get("schema")
    wanted = ("one of " if len(readers) > 1 else "") + ", ".join(f'"{name}"' for name in readers)
    if "schema" not in document:
        raise InvalidInput(f"missing: expected {wanted}", place="schema")
    if not isinstance(schema, str) or schema not in readers:
        raise InvalidInput(f"expected {wanted}, got {shown(schema)}", place="schema")
    return readers[schema](document)


def fields(entry: Document, place: str, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
    """Refuse an object in which a required field is missing or an unknown one occurs."""
    at = f"{place}." if place else ""
    for name in required:
        if name not in entry:
            raise InvalidInput("missing", place=f"{at}{name}")
    for name in entry:
        if name not in required and name not in optional:
            known = ", ".join((*required, *optional))
            raise InvalidInput(f"unknown field {shown(name)}: expected {known}", place=place or "document")


def array(value: Any, place: str, length: int | None = None, what: str = "") -> list[Any] | tuple[Any, ...]:
    """Return an array, of this length if one is given (`what` says why)."""
    if not isinstance(value, list | tuple):
        raise InvalidInput(f"expected an array, got {kind_of(value)}", place=place)
    if length is not None and len(value) != length:
        raise InvalidInput(f"expected {length} entries, {what}, got {len(value)}", place=place)
    return value


def size(value: Any, place: str) -> int:
    """Return a dimension: a whole number of at least 1 that some file could back with entries."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        got = str(value) if type(value) is int and abs(value) < 10**9 else kind_of(value)
        raise InvalidInput(f"expected a whole number of at least 1, got {got}", place=place)
    if value > MAX_BYTES:
        raise InvalidInput(f"declares more than {MAX_BYTES} entries, which no file can hold", place=place)
    return value


def bounded(size: int, place: str, what: str) -> None:
    """Refuse a large dimension that nothing in the document backs."""
    if size > MAX_UNSUPPORTED_DIM:
        raise InvalidInput(
            f"declares {size} dimensions but holds no {what} of that length"
            f" (at most {MAX_UNSUPPORTED_DIM} without)",
            place=place,
        )


def kind_of(value: Any) -> str:
    """Return what a JSON value is, in words."""
    names = {bool: "a boolean", type(None): "null", str: "a string", int: "an integer", float: "a float"}
    if isinstance(value, list | tuple):
        return f"an array of {len(value)} entries"
    return "an object" if isinstance(value, Mapping) else names.get(type(value), type(value).__name__)


def shown(value: Any, limit: int = 60) -> str:
    """Return a short picture of a refused value."""
    if not isinstance(value, str):
        return kind_of(value)
    return json.dumps(value if len(value) <= limit else value[: limit - 3] + "...")
