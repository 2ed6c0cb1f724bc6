"""Operations of an ONNX graph on constants alone: only those that move entries and round nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput
from exactgeom.models.importers.builder import Array, Value

__all__ = ["FOLDS", "doubles"]

Fold = Callable[[Any, list[Any]], Any]


def doubles(value: Any, where: str) -> Any:
    """Return a float constant as doubles, which are exact up to 64 bits; others as they are."""
    if value is None or isinstance(value, Value) or value.dtype.kind in "iu":
        return value
    if (value.dtype.kind == "f" and value.dtype.itemsize <= 8) or str(value.dtype) == "bfloat16":
        return value.astype(np.float64)
    raise InvalidInput(f"expected real constants, got {value.dtype}", place=where)


def _axes(node: Any, arguments: list[Any]) -> tuple[int, ...]:
    found = arguments[1] if len(arguments) > 1 and arguments[1] is not None else node.attributes.get("axes")
    if found is None:
        raise InvalidInput("expected axes", place=node.where)
    return tuple(int(axis) for axis in np.asarray(found).reshape(-1))


def _cast(node: Any, arguments: list[Any]) -> Array:
    """Cast constants, if no value changes (checked)."""
    from onnx import helper

    source: Array = arguments[0]
    result = source.astype(helper.tensor_dtype_to_np_dtype(node.attributes["to"]))
    if not (result.astype(source.dtype) == source).all():
        raise InvalidInput("a cast that rounds constants is not supported", place=node.where)
    return result


def _slice(node: Any, arguments: list[Any]) -> Array:
    source, starts, ends, *rest = (np.asarray(a) for a in arguments if a is not None)
    axes = rest[0] if rest else np.arange(len(starts))
    steps = rest[1] if len(rest) > 1 else np.ones(len(starts), dtype=np.int64)
    cut: list[slice] = [slice(None)] * source.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        cut[int(axis)] = slice(int(start), int(end), int(step))
    return source[tuple(cut)]


FOLDS: dict[str, Fold] = {
    "Identity": lambda node, args: args[0],
    "Transpose": lambda node, args: np.transpose(args[0], node.attributes.get("perm")),
    "Unsqueeze": lambda node, args: np.expand_dims(args[0], _axes(node, args)),
    "Squeeze": lambda node, args: np.squeeze(args[0], _axes(node, args)),
    "Reshape": lambda node, args: np.reshape(args[0], [int(size) for size in args[1]]),
    "Concat": lambda node, args: np.concatenate(
        [np.atleast_1d(a) for a in args], node.attributes.get("axis", 0)
    ),
    "Gather": lambda node, args: np.take(args[0], args[1], node.attributes.get("axis", 0)),
    "Cast": _cast,
    "Slice": _slice,
}
"""Name of an operation to what it does with constants."""
