"""From ONNX files to exact networks. The package `onnx` is imported only when called."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike, fspath
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput
from exactgeom.models.importers.builder import Builder, Value
from exactgeom.models.importers.onnx_constants import FOLDS, doubles
from exactgeom.models.importers.onnx_nodes import NODES, Node
from exactgeom.models.network import Network
from exactgeom.models.network_wiring import first_shape

__all__ = ["from_onnx"]


def from_onnx(source: Any, input_shape: Iterable[int] | None = None) -> Network:
    """Return an ONNX model (a path, or an `onnx.ModelProto`) as an exact network.

    Exact: initializers are taken at their binary value, attributes such as a slope at their float32 value,
    as they are stored. A batch norm's factor ``scale / sqrt(var + epsilon)`` is rounded once to the model's
    format; dropout is the identity; a final Softmax, LogSoftmax, Sigmoid or ArgMax is dropped: ``notes`` says
    so. The graph has one input, whose first axis is the batch; ``input_shape`` (without the batch) replaces
    what the file says, and is needed where the file leaves a size open.
    Raises ``InvalidInput`` naming the node for an operation that is not supported, and the file when it
    cannot be read.
    """
    try:
        import onnx
    except ImportError as error:
        raise InvalidInput("from_onnx needs onnx: pip install 'exactgeom[onnx]'", place="model") from error
    if isinstance(source, str | PathLike):
        model = _read(onnx, fspath(source))
        try:
            return _network(onnx, model, input_shape)
        except InvalidInput as error:
            raise InvalidInput(error.message, place=f"{fspath(source)}: {error.place}") from error
    if not isinstance(source, onnx.ModelProto):
        raise InvalidInput(
            f"expected a path or an onnx.ModelProto, got {type(source).__name__}", place="model"
        )
    return _network(onnx, source, input_shape)


def _read(onnx: Any, path: str) -> Any:
    try:
        return onnx.load(path)
    except OSError as error:
        raise InvalidInput(f"cannot read the file: {error.strerror or error}", place=path) from error
    except Exception as error:  # protobuf and external data have error classes of their own
        line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InvalidInput(f"not an ONNX file: {line:.100}", place=path) from error


def _network(onnx: Any, model: Any, input_shape: Iterable[int] | None) -> Network:
    graph = model.graph
    known: dict[str, Any] = {"": None}
    for tensor in graph.initializer:
        known[tensor.name] = onnx.numpy_helper.to_array(tensor)
    inputs = [entry for entry in graph.input if entry.name not in known]
    if len(inputs) != 1 or len(graph.output) != 1:
        raise InvalidInput(
            f"expected one input and one output, got {len(inputs)} and {len(graph.output)}", place="graph"
        )
    declared = _declared_shape(inputs[0])
    shape = first_shape((), None, input_shape) if input_shape is not None else declared
    builder = Builder(shape, batch=_batch(inputs[0]))
    known[inputs[0].name] = Value(-1)
    form = next((str(a.dtype) for a in known.values() if _is_float(a)), "float32")
    versions = {entry.domain: entry.version for entry in model.opset_import}
    opset = versions.get("", versions.get("ai.onnx", 1))
    for i, node in enumerate(graph.node):
        _run(onnx, Node(builder, i, node, form, opset), known)
    output = known.get(graph.output[0].name)
    if not isinstance(output, Value):
        raise InvalidInput("the output does not depend on the input", place="graph")
    if builder.shape is None:
        raise InvalidInput(
            "the file leaves the size of the input open: give input_shape", place=f"input {inputs[0].name}"
        )
    return builder.network(output)


def _is_float(array: Any) -> bool:
    return isinstance(array, np.ndarray) and (array.dtype.kind == "f" or str(array.dtype) == "bfloat16")


def _declared_shape(entry: Any) -> tuple[int, ...] | None:
    """Return the declared shape without the batch axis; None while a size is open."""
    if not entry.type.HasField("tensor_type"):
        raise InvalidInput("expected an input that is a tensor", place=f"input {entry.name}")
    if not entry.type.tensor_type.HasField("shape"):
        return None
    sizes = [axis.dim_value for axis in entry.type.tensor_type.shape.dim]
    if len(sizes) < 2:
        raise InvalidInput(
            f"expected a batch axis and at least one more, got {len(sizes)} axes", place=f"input {entry.name}"
        )
    return tuple(sizes[1:]) if all(size > 0 for size in sizes[1:]) else None


def _batch(entry: Any) -> int:
    """Return the declared size of the batch axis, -1 if it is open."""
    axes = entry.type.tensor_type.shape.dim
    return (axes[0].dim_value or -1) if axes else -1


def _run(onnx: Any, node: Node, known: dict[str, Any]) -> None:
    """Apply one node to what is known of its inputs; whatever a malformed node lacks is named."""
    try:
        _apply(onnx, node, known)
    except InvalidInput:
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        line = f"{type(error).__name__}: {error}".splitlines()[0]
        raise InvalidInput(f"not a well-formed node: {line:.100}", place=node.where) from error


def _apply(onnx: Any, node: Node, known: dict[str, Any]) -> None:
    proto = node.proto
    for attribute in proto.attribute:
        node.attributes[attribute.name] = onnx.helper.get_attribute_value(attribute)
    arguments = []
    for name in proto.input:
        if name not in known:
            raise InvalidInput(f"reads {name!r}, which nothing before it makes", place=node.where)
        arguments.append(known[name])
    kind = proto.op_type if proto.domain in ("", "ai.onnx") else f"{proto.domain}.{proto.op_type}"
    if kind == "Constant":
        result = _constant(onnx, node)
    elif kind == "Shape" and isinstance(arguments[0], Value):
        # The batch has size 0, which a Reshape copies from its input.
        result = np.array([0, *node.builder.shape_of(arguments[0], node.where)], dtype=np.int64)
    elif not any(isinstance(value, Value) for value in arguments):
        if kind not in FOLDS:
            raise InvalidInput(f"{kind} of constants is not supported", place=node.where)
        result = FOLDS[kind](node, arguments)
    elif kind in NODES:
        result = NODES[kind](node, *(doubles(value, node.where) for value in arguments))
    else:
        raise InvalidInput(f"{kind} is not supported", place=node.where)
    known[proto.output[0]] = result


def _constant(onnx: Any, node: Node) -> Any:
    for name, value in node.attributes.items():
        if name == "value":
            return onnx.numpy_helper.to_array(value)
        if name in ("value_float", "value_floats"):
            return np.array(value, dtype=np.float32)
        if name in ("value_int", "value_ints"):
            return np.array(value, dtype=np.int64)
    raise InvalidInput("expected a constant of numbers", place=node.where)
