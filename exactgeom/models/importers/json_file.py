"""Strict readers of ``exactgeom/network-1``, ``arrangement-1`` and ``polytope-1`` documents.

The ``*_from_json`` readers check names, shapes and declared sizes against what is present, before they
compute or allocate anything, and name the place of what is wrong; see `exactgeom.exact.documents`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike, fspath
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
    size,
)
from exactgeom.exact.documents import read_json_file as read_json
from exactgeom.models import linear_classifier, mars, sites, sites_labels
from exactgeom.models.arrangement import SCHEMA as ARRANGEMENT_SCHEMA
from exactgeom.models.arrangement import Arrangement
from exactgeom.models.importers.json_layers import inputs_of, layer_type, read_layer
from exactgeom.models.importers.onnx import from_onnx
from exactgeom.models.layers import Layer, Shape
from exactgeom.models.network import SCHEMA as NETWORK_SCHEMA
from exactgeom.models.network import Network
from exactgeom.models.network_wiring import first_shape, shape_of
from exactgeom.models.tree_json import READERS as TREE_READERS
from exactgeom.polyhedra import Polytope
from exactgeom.polyhedra.document import SCHEMA as POLYTOPE_SCHEMA

__all__ = ["READERS", "arrangement_from_json", "load", "network_from_json", "read_json"]


def load(source: Source) -> Any:
    """Read any model or polytope document, by its ``"schema"``, from a file or parsed; or an ONNX file.

    Exact. Errors: ``InvalidInput`` with one line naming the file, the place in the document and what was
    expected there; ``UnboundedError`` for an unbounded polytope.

    >>> load({"schema": "exactgeom/arrangement-1", "dim": 1, "hyperplanes": []})
    Arrangement([], dim=1)
    """
    if isinstance(source, str | PathLike) and fspath(source).lower().endswith(".onnx"):
        return from_onnx(source)
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
    fields(document, "", required=("schema", "input_dim", "layers"), optional=("input_shape", "notes"))
    input_dim = size(document["input_dim"], "input_dim")
    notes = array(document.get("notes", []), "notes")
    for i, note in enumerate(notes):
        if not isinstance(note, str):
            raise InvalidInput(f"expected a string, got {kind_of(note)}", place=f"notes[{i}]")
    entries = array(document["layers"], "layers")
    kinds = [layer_type(entry, f"layers[{i}]") for i, entry in enumerate(entries)]
    shape = _input_shape(document, input_dim)
    if not {"linear", "conv1d", "conv2d"} & set(kinds):
        bounded(input_dim, "input_dim", "weights")
    layers: list[Layer] = []
    shapes, inputs = [shape], {}
    for i, entry in enumerate(entries):
        inputs[i] = inputs_of(entry, i)
        incoming = [shapes[k + 1] for k in inputs[i]]
        layers.append(read_layer(entry, f"layers[{i}]", incoming))
        shapes.append(shape_of(i, layers[i], incoming))
    return Network(layers, notes=notes, inputs=inputs, input_shape=shape)


def _input_shape(document: Document, input_dim: int) -> Shape:
    sizes = array(document.get("input_shape", [input_dim]), "input_shape")
    shape = tuple(size(entry, f"input_shape[{i}]") for i, entry in enumerate(sizes))
    return first_shape((), input_dim, shape)


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
    sites.SCHEMA: sites.Sites.from_json,
    sites_labels.SCHEMA: sites_labels.SiteClassifier.from_json,
    linear_classifier.SCHEMA: linear_classifier.LinearClassifier.from_json,
    mars.SCHEMA: mars.Mars.from_json,
    **TREE_READERS,
}
"""Schema name to reader of a parsed document; ``load`` knows exactly these."""
