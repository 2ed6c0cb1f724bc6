"""From torch modules to exact networks. Torch is imported only when called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.models.importers.builder import Builder, Value
from exactgeom.models.importers.torch_modules import Reader, kind_of
from exactgeom.models.network import Network
from exactgeom.models.network_wiring import first_shape

__all__ = ["from_torch"]


def from_torch(
    module: Any, input_dim: int | None = None, input_shape: Iterable[int] | None = None
) -> Network:
    """Return a torch module as an exact network: a Sequential, or any forward that `torch.fx` can trace.

    Exact: weights are taken at their binary value in their own dtype, and so are slopes and clip bounds:
    ``LeakyReLU(0.01)`` in a float32 model has the slope ``float32(0.01)``. A batch norm's factor
    ``gamma / sqrt(variance + eps)`` is rounded once to the dtype; dropout is the identity, as in evaluation;
    a final Softmax, LogSoftmax, Sigmoid or LogSigmoid is dropped (it changes no decision). ``notes`` says all
    three. The module works on a batch; shapes here are without the batch axis.
    ``input_shape`` such as ``(channels, height, width)`` is needed for convolutions and pooling,
    ``input_dim`` only when there is no linear layer.
    Raises ``InvalidInput`` naming the module and its position for anything else, for hooks (they may
    change values), and for weights that are no finite real numbers.
    """
    try:
        import torch
    except ImportError as error:
        raise InvalidInput(
            "from_torch needs torch: pip install 'exactgeom[torch]'", place="module"
        ) from error
    if not isinstance(module, torch.nn.Module):
        raise InvalidInput(f"expected an nn.Module, got {type(module).__name__}", place="module")
    for name, part in module.named_modules():
        _refuse_hooks(part, _where(name))
    declared = input_dim is not None or input_shape is not None
    builder = Builder(first_shape((), input_dim, input_shape) if declared else None)
    reader = Reader(module, builder)
    if all(kind_of(part) for part in _runs(module)):
        output = Value(-1)
        for place, part in _flatten(module, ""):
            output = reader.module(_where(place), part, output)
    else:
        from exactgeom.models.importers.torch_graph import run_graph

        output = run_graph(module, reader)
    if builder.shape is None:
        raise InvalidInput("a network without a linear layer needs input_dim", place="input_dim")
    return builder.network(output)


def _runs(module: Any) -> Iterator[Any]:
    """List the modules whose forward is called, if only containers call others."""
    yield module
    if kind_of(module) == "Sequential":
        for child in module._modules.values():
            yield from _runs(child)


def _flatten(module: Any, place: str) -> Iterator[tuple[str, Any]]:
    """List the modules in the order they run, each with its dotted position."""
    if kind_of(module) == "Sequential":
        for name, child in module._modules.items():
            yield from _flatten(child, f"{place}.{name}" if place else name)
    else:
        yield place, module


def _refuse_hooks(module: Any, where: str) -> None:
    if getattr(module, "has_uninitialized_params", bool)():
        raise InvalidInput("the lazy layer has no weights yet: run it once", place=where)
    for name in ("_forward_hooks", "_forward_pre_hooks"):
        if getattr(module, name, None):
            raise InvalidInput(
                f"{type(module).__name__} has forward hooks, which may change values: remove them first",
                place=where,
            )


def _where(place: str) -> str:
    return f"module.{place}" if place else "module"
