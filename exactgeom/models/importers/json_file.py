"""Strict readers of ``exactgeom/network-1``, ``arrangement-1`` and ``polytope-1`` documents.

The ``*_from_json`` readers check names, shapes and declared sizes against what is present, before they
compute or allocate anything, and name the place of what is wrong; see `exactgeom.exact.documents`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from exactgeom.exact import InvalidInput, exact_json
from exactgeom.exact.documents import (
    Document,
    Source,
    array,
    bounded,
    fields,
    kind_of,
    read_document,
    shown,
    size,
)
from exactgeom.exact.documents import read_json_file as read_json
from exactgeom.models.arrangement import SCHEMA as ARRANGEMENT_SCHEMA
from exactgeom.models.arrangement import Arrangement
from exactgeom.models.layers import Abs, HardTanh, Identity, Layer, LeakyReLU, Linear, ReLU
from exactgeom.models.network import SCHEMA as NETWORK_SCHEMA
from exactgeom.models.network import Network
from exactgeom.polyhedra import Polytope
from exactgeom.polyhedra.document import SCHEMA as POLYTOPE_SCHEMA

__all__ = ["READERS", "arrangement_from_json", "load", "network_from_json", "read_json"]


def load(source: Source) -> Any:
    """Read any model or polytope document, by its ``"schema"``, from a file or from a parsed document.

    Exact. Errors: ``InvalidInput`` with one line naming the file, the place in the document and what was
    expected there; ``UnboundedError`` for an unbounded polytope.

    >>> load({"schema": "exactgeom/arrangement-1", "dim": 1, "hyperplanes": []})
    Arrangement([], dim=1)
    """
    return read_document(source, READERS)


def network_from_json(source: Source) -> Network:
    """Read an ``exactgeom/network-1`` document from a file or a parsed document."""
    network: Network = read_document(source, {NETWORK_SCHEMA: _network})
    return network


def arrangement_from_json(source: Source) -> Arrangement:
    """Read an ``exactgeom/arrangement-1`` document from a file or a parsed document."""
    arrangement: Arrangement = read_document(source, {ARRANGEMENT_SCHEMA: _arrangement})
    return arrangement


# -- the documents --------------------------------------------------------------------------------


def _network(document: Document) -> Network:
    fields(document, "", required=("schema", "input_dim", "layers"), optional=("notes",))
    input_dim = size(document["input_dim"], "input_dim")
    notes = array(document.get("notes", []), "notes")
    for i, note in enumerate(notes):
        if not isinstance(note, str):
            raise InvalidInput(f"expected a string, got {kind_of(note)}", place=f"notes[{i}]")
    entries = array(document["layers"], "layers")
    kinds = [_layer_type(entry, f"layers[{i}]") for i, entry in enumerate(entries)]
    if "linear" not in kinds:
        bounded(input_dim, "input_dim", "weights")
    layers, width = [], input_dim
    for i, (kind, entry) in enumerate(zip(kinds, entries, strict=True)):
        layer = LAYERS[kind](entry, f"layers[{i}]", width)
        width = layer.out_dim if isinstance(layer, Linear) else width
        layers.append(layer)
    return Network(layers, input_dim=input_dim, notes=notes)


def _layer_type(entry: Any, place: str) -> str:
    if not isinstance(entry, Mapping):
        raise InvalidInput(f"expected an object with a type, got {kind_of(entry)}", place=place)
    if "type" not in entry:
        raise InvalidInput(f"missing: expected one of {', '.join(LAYERS)}", place=f"{place}.type")
    kind = entry["type"]
    if not isinstance(kind, str) or kind not in LAYERS:
        raise InvalidInput(
            f"unknown layer {shown(kind)}: expected one of {', '.join(LAYERS)}", place=f"{place}.type"
        )
    return kind


def _linear(entry: Document, place: str, width: int) -> Layer:
    fields(entry, place, required=("type", "weight", "bias"))
    rows = array(entry["weight"], f"{place}.weight")
    bias = array(entry["bias"], f"{place}.bias")
    if not rows:
        raise InvalidInput("expected at least one row", place=f"{place}.weight")
    for i, row in enumerate(rows):
        array(row, f"{place}.weight[{i}]", length=width, what="one per value that enters")
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
    fields(entry, place, required=("type", "slope"))
    return LeakyReLU(exact_json(entry["slope"], f"{place}.slope"))


def _hard_tanh(entry: Document, place: str, _width: int) -> Layer:
    fields(entry, place, required=("type",), optional=("low", "high"))
    low = exact_json(entry.get("low", -1), f"{place}.low")
    return HardTanh(low, exact_json(entry.get("high", 1), f"{place}.high"), place=place)


def _plain(make: Callable[[], Layer]) -> Callable[[Document, str, int], Layer]:
    def read(entry: Document, place: str, _width: int) -> Layer:
        fields(entry, place, required=("type",))
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
    fields(document, "", required=("schema", "dim", "hyperplanes"))
    dim = size(document["dim"], "dim")
    entries = array(document["hyperplanes"], "hyperplanes")
    if not entries:
        bounded(dim, "dim", "normals")
    planes = []
    for i, entry in enumerate(entries):
        place = f"hyperplanes[{i}]"
        if not isinstance(entry, Mapping):
            raise InvalidInput(f"expected an object, got {kind_of(entry)}", place=place)
        fields(entry, place, required=("normal", "offset"))
        row = array(entry["normal"], f"{place}.normal", length=dim, what="one per dimension")
        normal = [exact_json(value, f"{place}.normal[{j}]") for j, value in enumerate(row)]
        planes.append((normal, exact_json(entry["offset"], f"{place}.offset")))
    return Arrangement(planes, dim=dim)


READERS: dict[str, Callable[[Document], Any]] = {
    NETWORK_SCHEMA: _network,
    ARRANGEMENT_SCHEMA: _arrangement,
    POLYTOPE_SCHEMA: Polytope.from_json,
}
"""Schema name to reader of a parsed document; ``load`` knows exactly these."""
