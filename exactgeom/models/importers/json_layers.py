"""Strict readers of the layers of ``exactgeom/network-1``: fields by name, then the layer's own checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from exactgeom.exact import InvalidInput, exact_json
from exactgeom.exact.documents import Document, array, fields, kind_of, shown
from exactgeom.models.layers import LAYER_TYPES, Layer, Linear
from exactgeom.models.layers_base import Shape, size_of
from exactgeom.models.network_wiring import earlier

__all__ = ["inputs_of", "layer_type", "read_layer"]

Names = tuple[str, ...]

_WINDOW: tuple[Names, Names] = (("kernel",), ("stride", "padding", "dilation", "ceil_mode"))
_MEAN: tuple[Names, Names] = (
    ("kernel",),
    ("stride", "padding", "ceil_mode", "count_include_pad", "divisor"),
)
_CONV: tuple[Names, Names] = (("weight", "bias"), ("stride", "padding", "dilation", "groups"))

FIELDS: dict[str, tuple[Names, Names]] = {
    "scale": (("scale", "shift"), ()),
    "leaky_relu": (("slope",), ()),
    "prelu": (("slopes",), ()),
    "hard_tanh": ((), ("low", "high")),
    "clipped_relu": (("high",), ()),
    "hard_sigmoid": (("alpha", "beta"), ()),
    "piecewise_linear": (("breakpoints", "pieces"), ()),
    "step": ((), ("breakpoints", "values", "on")),
    "threshold": (("threshold", "value"), ()),
    "conv1d": _CONV,
    "conv2d": _CONV,
    "average_pool1d": _MEAN,
    "average_pool2d": _MEAN,
    "max_pool1d": _WINDOW,
    "max_pool2d": _WINDOW,
    "maxout": (("size",), ()),
    "add": ((), ("coefficients",)),
    "concat": ((), ("axis",)),
    "reshape": (("shape",), ()),
}
"""Layer to its required and its optional fields; one that is not listed has none (linear is read apart)."""

_WHOLE = {"kernel", "stride", "padding", "dilation", "groups", "divisor", "size", "axis", "shape"}
_FLAGS = {"ceil_mode", "count_include_pad"}


def layer_type(entry: Any, place: str) -> str:
    """Return the type an entry names, which must be known."""
    known = "linear, relu, conv2d, max_pool2d or another layer of docs/NETWORKS.md"
    if not isinstance(entry, Mapping):
        raise InvalidInput(f"expected an object with a type, got {kind_of(entry)}", place=place)
    if "type" not in entry:
        raise InvalidInput(f"missing: expected one of {known}", place=f"{place}.type")
    kind = entry["type"]
    if not isinstance(kind, str) or kind not in LAYER_TYPES:
        raise InvalidInput(f"unknown layer {shown(kind)}: expected one of {known}", place=f"{place}.type")
    return kind


def inputs_of(entry: Document, i: int) -> tuple[int, ...]:
    """Return the numbers of the layers that entry i reads: the one before, unless it says otherwise."""
    return earlier(i, array(entry["inputs"], f"layers[{i}].inputs") if "inputs" in entry else (i - 1,))


def read_layer(entry: Document, place: str, shapes: Sequence[Shape]) -> Layer:
    """Return the layer of one entry whose inputs have these shapes.

    Errors: ``InvalidInput`` naming a field that is missing, unknown, or not what the layer needs.
    """
    kind = LAYER_TYPES[layer_type(entry, place)]
    if kind is Linear:
        return _linear(entry, place, size_of(shapes[0]))
    required, optional = FIELDS.get(kind.json_type, ((), ()))
    fields(entry, place, required=("type", *required), optional=(*optional, "inputs"))
    given = {
        name: _value(entry[name], name, f"{place}.{name}") for name in (*required, *optional) if name in entry
    }
    where = {"place": place} if required or optional else {}
    return kind(**given, **where)


def _value(value: Any, name: str, place: str) -> Any:
    """Check that numbers are JSON numbers; sizes and flags are checked by the layer."""
    if name in _FLAGS:
        return value
    if isinstance(value, list | tuple):
        return [_value(entry, name, f"{place}[{i}]") for i, entry in enumerate(value)]
    if name in _WHOLE:
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidInput(f"expected a whole number, got {kind_of(value)}", place=place)
        return value
    return exact_json(value, place)


def _linear(entry: Document, place: str, width: int) -> Layer:
    fields(entry, place, required=("type", "weight", "bias"), optional=("inputs",))
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
