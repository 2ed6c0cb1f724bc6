"""From torch's ``nn.Sequential`` to exact networks. Torch is imported only when called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.models.layers import HardTanh, Layer, LeakyReLU, Linear, ReLU
from exactgeom.models.network import Network

__all__ = ["from_torch"]

_DROPPED = {
    "Softmax": "outputs are logits, the class is the arg-max",
    "LogSoftmax": "outputs are logits, the class is the arg-max",
    "Sigmoid": "outputs are logits, class 1 iff output > 0",
    "LogSigmoid": "outputs are logits, class 1 iff output > 0",
}
_DROPOUTS = ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout")
_SUPPORTED = "Linear, ReLU, ReLU6, LeakyReLU, Hardtanh, Identity, Dropout, Flatten, nested Sequential"


def from_torch(module: Any, input_dim: int | None = None) -> Network:
    """Return an ``nn.Sequential`` (nested ones too, or one supported module) as an exact network.

    Exact: weights are taken at their binary value in their own dtype, and so are slopes and clip bounds:
    ``LeakyReLU(0.01)`` in a float32 model has the slope ``float32(0.01)``. Dropout is the identity, as
    in evaluation; a final Softmax, LogSoftmax, Sigmoid or LogSigmoid is dropped (it changes no
    decision); ``notes`` says both. ``input_dim`` is needed only when there is no linear layer.
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
    reader = _Reader(module)
    for place, part in _flatten(module, ""):
        reader.read(place, part)
    return Network(reader.layers, input_dim=input_dim, notes=reader.notes)


def _flatten(module: Any, place: str) -> Iterator[tuple[str, Any]]:
    """List the modules in the order they run, each with its dotted position."""
    _refuse_hooks(module, place)
    if _kind(module) == "Sequential":
        for name, child in module._modules.items():
            yield from _flatten(child, f"{place}.{name}" if place else name)
    else:
        yield place, module


def _refuse_hooks(module: Any, place: str) -> None:
    if getattr(module, "has_uninitialized_params", bool)():
        raise InvalidInput("the lazy layer has no weights yet: run it once", place=_where(place))
    for name in ("_forward_hooks", "_forward_pre_hooks"):
        if getattr(module, name, None):
            raise InvalidInput(
                f"{type(module).__name__} has forward hooks, which may change values: remove them first",
                place=_where(place),
            )


def _where(place: str) -> str:
    return f"module.{place}" if place else "module"


class _Reader:
    """Collects exact layers and notes while the modules pass by."""

    def __init__(self, module: Any) -> None:
        import torch

        self.layers: list[Layer] = []
        self.notes: list[str] = []
        self._ended_by: str | None = None
        self._width: int | None = None
        self._dtype = next((p.dtype for p in module.parameters()), torch.get_default_dtype())

    def read(self, place: str, part: Any) -> None:
        """Append the exact form of one module, or refuse it by name and position."""
        where, kind = _where(place), _kind(part)
        if kind in _DROPOUTS:
            self.notes.append(f"{where} ({kind}) is the identity, as in evaluation")
        elif kind == "Flatten":
            if (part.start_dim, part.end_dim) not in {(1, -1), (1, 1), (-1, -1)}:
                raise InvalidInput("Flatten must keep the batch dimension: start_dim=1", place=where)
        elif kind in _DROPPED:
            self._end(kind, part, where)
        elif kind == "Identity":
            pass
        elif self._ended_by is not None:
            raise InvalidInput(f"{kind} follows {self._ended_by}, which is not piecewise linear", place=where)
        elif kind == "Linear":
            self._dtype = part.weight.dtype
            self._append_linear(part, where)
        elif kind == "ReLU":
            self.layers.append(ReLU())
        elif kind == "LeakyReLU":
            self.layers.append(LeakyReLU(self._scalar(part.negative_slope), place=where))
        elif kind == "Hardtanh":  # ReLU6 too
            low, high = self._scalar(part.min_val), self._scalar(part.max_val)
            self.layers.append(HardTanh(low, high, place=where))
        else:
            name = type(part).__name__
            reason = "is not supported" if kind else "has its own forward"
            raise InvalidInput(f"{name} {reason}: expected one of {_SUPPORTED}", place=where)

    def _append_linear(self, part: Any, where: str) -> None:
        layer = _linear(part, where)
        if self._width not in (None, layer.in_dim):
            raise InvalidInput(f"expected {self._width} inputs, got {layer.in_dim}", place=where)
        self._width = layer.out_dim
        self.layers.append(layer)

    def _end(self, kind: str, part: Any, where: str) -> None:
        if getattr(part, "dim", -1) not in (None, 1, -1):
            raise InvalidInput(f"{kind} must run over the features: dim=1 or dim=-1", place=where)
        if self._ended_by is not None:
            raise InvalidInput(f"{kind} follows {self._ended_by}, which is not piecewise linear", place=where)
        self._ended_by = f"{kind} at {where}"
        self.notes.append(f"the final {kind} was dropped: {_DROPPED[kind]}")

    def _scalar(self, value: Any) -> float:
        """Round a Python number to the model's dtype, the value that torch computes with."""
        import torch

        return float(torch.tensor(value, dtype=self._dtype).to(torch.float64).item())


def _kind(part: Any) -> str:
    """Return the torch.nn class whose forward this module runs, or ``""`` if the forward is its own.

    So a subclass that keeps the forward (ReLU6, a parametrised Linear) counts as its base class.
    """
    if "forward" in vars(part):
        return ""
    owner = next(base for base in type(part).__mro__ if "forward" in vars(base))
    return owner.__name__ if owner.__module__.startswith("torch.nn.modules.") else ""


def _linear(part: Any, where: str) -> Linear:
    weight = _numbers(part.weight, f"{where}.weight")
    if part.bias is None:
        return Linear(weight, [0] * len(weight), place=where)
    return Linear(weight, _numbers(part.bias, f"{where}.bias"), place=where)


def _numbers(tensor: Any, place: str) -> list[Any]:
    """Return the entries as doubles: exact for every real float dtype up to 64 bits."""
    import torch

    if not torch.is_floating_point(tensor):
        raise InvalidInput(f"expected real floating-point weights, got {tensor.dtype}", place=place)
    listed: list[Any] = tensor.detach().to("cpu", torch.float64).tolist()
    return listed
