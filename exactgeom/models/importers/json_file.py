"""Strict readers of ``exactgeom/network-1`` and ``exactgeom/arrangement-1`` documents.

Reading happens in two steps. ``read_json`` turns a file of bounded size into Python values and refuses
duplicate keys. The ``*_from_json`` readers then check names, shapes and declared sizes against what is
present, before they compute or allocate anything, and name the place of what is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from os import PathLike, fspath
from typing import Any

from exactgeom.exact import InvalidInput, exact_json
from exactgeom.exact.door import int_of
from exactgeom.models.arrangement import SCHEMA as ARRANGEMENT_SCHEMA
from exactgeom.models.arrangement import Arrangement
from exactgeom.models.layers import Abs, HardTanh, Identity, Layer, LeakyReLU, Linear, ReLU
from exactgeom.models.network import SCHEMA as NETWORK_SCHEMA
from exactgeom.models.network import Network

__all__ = [
    "MAX_BYTES",
    "MAX_UNSUPPORTED_DIM",
    "READERS",
    "arrangement_from_json",
    "load",
    "network_from_json",
    "read_json",
]

MAX_BYTES = 128 * 2**20
"""Longest file that is read, in bytes."""
MAX_UNSUPPORTED_DIM = 1_000
"""Largest dimension a document may declare without any weight or normal of that length."""

Document = Mapping[str, Any]
Source = Document | str | PathLike[str]


def read_json(path: str | PathLike[str]) -> Any:
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
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unique, parse_int=int_of)
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
        raise InvalidInput(f"the key {_short(twice)} occurs twice in one object")
    return result


def load(source: Source) -> Any:
    """Read any model document, by its ``"schema"``, from a file or from a parsed document.

    Exact. Errors: ``InvalidInput`` with one line naming the file, the place in the document and what was
    expected there.

    >>> load({"schema": "exactgeom/arrangement-1", "dim": 1, "hyperplanes": []})
    Arrangement([], dim=1)
    """
    return _read(source, READERS)


def network_from_json(source: Source) -> Network:
    """Read an ``exactgeom/network-1`` document from a file or a parsed document."""
    network: Network = _read(source, {NETWORK_SCHEMA: _network})
    return network


def arrangement_from_json(source: Source) -> Arrangement:
    """Read an ``exactgeom/arrangement-1`` document from a file or a parsed document."""
    arrangement: Arrangement = _read(source, {ARRANGEMENT_SCHEMA: _arrangement})
    return arrangement


def _read(source: Source, readers: Mapping[str, Callable[[Document], Any]]) -> Any:
    if isinstance(source, Mapping):
        return _dispatch(source, readers)
    if not isinstance(source, str | PathLike):
        raise InvalidInput(f"expected a path or a dict, got {type(source).__name__}", place="model")
    document = read_json(source)
    try:
        return _dispatch(document, readers)
    except InvalidInput as error:
        place = fspath(source) if error.place is None else f"{fspath(source)}: {error.place}"
        raise InvalidInput(error.message, place=place) from error


def _dispatch(document: Any, readers: Mapping[str, Callable[[Document], Any]]) -> Any:
    if not isinstance(document, Mapping):
        raise InvalidInput(f"expected an object with a schema, got {_kind(document)}", place="document")
    schema = document.get("schema")
    wanted = " or ".join(f'"{name}"' for name in readers)
    if "schema" not in document:
        raise InvalidInput(f"missing: expected {wanted}", place="schema")
    if not isinstance(schema, str) or schema not in readers:
        raise InvalidInput(f"expected {wanted}, got {_short(schema)}", place="schema")
    return readers[schema](document)


# -- the documents --------------------------------------------------------------------------------


def _network(document: Document) -> Network:
    _fields(document, "", required=("schema", "input_dim", "layers"), optional=("notes",))
    input_dim = _size(document["input_dim"], "input_dim")
    notes = _array(document.get("notes", []), "notes")
    for i, note in enumerate(notes):
        if not isinstance(note, str):
            raise InvalidInput(f"expected a string, got {_kind(note)}", place=f"notes[{i}]")
    entries = _array(document["layers"], "layers")
    kinds = [_layer_type(entry, f"layers[{i}]") for i, entry in enumerate(entries)]
    if "linear" not in kinds:
        _bounded(input_dim, "input_dim", "weights")
    layers, width = [], input_dim
    for i, (kind, entry) in enumerate(zip(kinds, entries, strict=True)):
        layer = LAYERS[kind](entry, f"layers[{i}]", width)
        width = layer.out_dim if isinstance(layer, Linear) else width
        layers.append(layer)
    return Network(layers, input_dim=input_dim, notes=notes)


def _layer_type(entry: Any, place: str) -> str:
    if not isinstance(entry, Mapping):
        raise InvalidInput(f"expected an object with a type, got {_kind(entry)}", place=place)
    if "type" not in entry:
        raise InvalidInput(f"missing: expected one of {', '.join(LAYERS)}", place=f"{place}.type")
    kind = entry["type"]
    if not isinstance(kind, str) or kind not in LAYERS:
        raise InvalidInput(
            f"unknown layer {_short(kind)}: expected one of {', '.join(LAYERS)}", place=f"{place}.type"
        )
    return kind


def _linear(entry: Document, place: str, width: int) -> Layer:
    _fields(entry, place, required=("type", "weight", "bias"))
    rows = _array(entry["weight"], f"{place}.weight")
    bias = _array(entry["bias"], f"{place}.bias")
    if not rows:
        raise InvalidInput("expected at least one row", place=f"{place}.weight")
    for i, row in enumerate(rows):
        _array(row, f"{place}.weight[{i}]", length=width, what="one per value that enters")
    if len(bias) != len(rows):
        raise InvalidInput(
            f"expected {len(rows)} entries, one per row of the weight, got {len(bias)}",
            place=f"{place}.bias",
        )
    return Linear(
        [
            [exact_json(entry, f"{place}.weight[{i}][{j}]") for j, entry in enumerate(row)]
            for i, row in enumerate(rows)
        ],
        [exact_json(entry, f"{place}.bias[{i}]") for i, entry in enumerate(bias)],
    )


def _leaky_relu(entry: Document, place: str, _width: int) -> Layer:
    _fields(entry, place, required=("type", "slope"))
    return LeakyReLU(exact_json(entry["slope"], f"{place}.slope"))


def _hard_tanh(entry: Document, place: str, _width: int) -> Layer:
    _fields(entry, place, required=("type",), optional=("low", "high"))
    low = exact_json(entry.get("low", -1), f"{place}.low")
    return HardTanh(low, exact_json(entry.get("high", 1), f"{place}.high"), place=place)


def _plain(make: Callable[[], Layer]) -> Callable[[Document, str, int], Layer]:
    def read(entry: Document, place: str, _width: int) -> Layer:
        _fields(entry, place, required=("type",))
        return make()

    return read


LAYERS: dict[str, Callable[[Document, str, int], Layer]] = {
    "linear": _linear,
    "relu": _plain(ReLU),
    "leaky_relu": _leaky_relu,
    "abs": _plain(Abs),
    "hard_tanh": _hard_tanh,
    "identity": _plain(Identity),
}


def _arrangement(document: Document) -> Arrangement:
    _fields(document, "", required=("schema", "dim", "hyperplanes"))
    dim = _size(document["dim"], "dim")
    entries = _array(document["hyperplanes"], "hyperplanes")
    if not entries:
        _bounded(dim, "dim", "normals")
    planes = []
    for i, entry in enumerate(entries):
        place = f"hyperplanes[{i}]"
        if not isinstance(entry, Mapping):
            raise InvalidInput(f"expected an object, got {_kind(entry)}", place=place)
        _fields(entry, place, required=("normal", "offset"))
        row = _array(entry["normal"], f"{place}.normal", length=dim, what="one per dimension")
        normal = [exact_json(value, f"{place}.normal[{j}]") for j, value in enumerate(row)]
        planes.append((normal, exact_json(entry["offset"], f"{place}.offset")))
    return Arrangement(planes, dim=dim)


READERS: dict[str, Callable[[Document], Any]] = {
    NETWORK_SCHEMA: _network,
    ARRANGEMENT_SCHEMA: _arrangement,
}
"""Schema name to reader of a parsed document; ``load`` knows exactly these."""


# -- checks ---------------------------------------------------------------------------------------


def _fields(entry: Document, place: str, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
    at = f"{place}." if place else ""
    for name in required:
        if name not in entry:
            raise InvalidInput("missing", place=f"{at}{name}")
    for name in entry:
        if name not in required and name not in optional:
            known = ", ".join((*required, *optional))
            raise InvalidInput(f"unknown field {_short(name)}: expected {known}", place=place or "document")


def _array(value: Any, place: str, length: int | None = None, what: str = "") -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise InvalidInput(f"expected an array, got {_kind(value)}", place=place)
    if length is not None and len(value) != length:
        raise InvalidInput(f"expected {length} entries, {what}, got {len(value)}", place=place)
    return value


def _size(value: Any, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        got = str(value) if type(value) is int and abs(value) < 10**9 else _kind(value)
        raise InvalidInput(f"expected a whole number of at least 1, got {got}", place=place)
    if value > MAX_BYTES:
        raise InvalidInput(f"declares more than {MAX_BYTES} entries, which no file can hold", place=place)
    return value


def _bounded(size: int, place: str, what: str) -> None:
    if size > MAX_UNSUPPORTED_DIM:
        raise InvalidInput(
            f"declares {size} dimensions but holds no {what} of that length"
            f" (at most {MAX_UNSUPPORTED_DIM} without)",
            place=place,
        )


def _kind(value: Any) -> str:
    names = {bool: "a boolean", type(None): "null", str: "a string", int: "an integer", float: "a float"}
    if isinstance(value, list | tuple):
        return f"an array of {len(value)} entries"
    return "an object" if isinstance(value, Mapping) else names.get(type(value), type(value).__name__)


def _short(value: Any, limit: int = 60) -> str:
    if not isinstance(value, str):
        return _kind(value)
    return json.dumps(value if len(value) <= limit else value[: limit - 3] + "...")
