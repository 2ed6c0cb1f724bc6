"""`gradcheck`: a float gradient beside the exact one, in ulps, with no step size.

Finite differences need a step, and lose half of the digits to it.  The exact gradient of a regulariser is a
rational number (or a sum of square roots) per parameter, so every entry of a float gradient has an error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput, Surd
from exactgeom.polyhedra import Polytope
from exactgeom.regularize import Regularizer, value_and_grad
from exactgeom.testkit.gradcheck_parameters import Named, array_parameters, gradient_entries, torch_parameters

__all__ = ["Entry", "GradCheck", "TensorCheck", "gradcheck"]

_HEADER = ("", "shape", "worst ulps", "at", "was", "should be", "of the bound", "verdict")


@dataclass(frozen=True)
class Entry:
    """One number: its index in the tensor, the exact value, the float, ulps off, and error over bound."""

    position: tuple[int, ...]
    exact: Fraction | Surd
    got: float
    ulps: float
    share: float


@dataclass(frozen=True)
class TensorCheck:
    """One tensor: its entry that is most ulps off, and the one nearest to (or furthest past) the bound."""

    name: str
    shape: tuple[int, ...]
    worst: Entry
    hardest: Entry

    @property
    def passed(self) -> bool:
        """True when every entry is within the bound."""
        return self.hardest.share <= 1

    def row(self) -> tuple[str, ...]:
        """A row of a table."""
        shown = self.worst if self.passed else self.hardest
        shape, at = "×".join(map(str, self.shape)) or "1", ", ".join(map(str, shown.position))
        numbers = f"{shown.ulps:.3g}", at, repr(shown.got), f"{float(shown.exact)!r}"
        return self.name, shape, *numbers, f"{self.hardest.share:.2g}", "passed" if self.passed else "FAILED"


@dataclass(frozen=True)
class GradCheck:
    """What came of a check: the value and every tensor of the gradient, beside the exact ones.

    An entry passes when ``|float - exact| <= u (ulps |exact| + scaled s)``, u the unit roundoff of `dtype`,
    s the largest exact entry of its tensor (of the gradient, where all of the tensor's are zero).
    """

    value: TensorCheck
    tensors: tuple[TensorCheck, ...]
    dtype: str
    ulps: float
    scaled: float

    @property
    def passed(self) -> bool:
        """True when the value and every entry of every tensor are within the bound."""
        return self.value.passed and all(tensor.passed for tensor in self.tensors)

    def __bool__(self) -> bool:
        return self.passed

    @property
    def worst(self) -> TensorCheck:
        """The tensor whose entry is nearest to, or furthest past, the bound."""
        return max((self.value, *self.tensors), key=lambda tensor: tensor.hardest.share)

    @property
    def worst_ulps(self) -> float:
        """The most ulps that any entry of the gradient is off."""
        return max((tensor.worst.ulps for tensor in self.tensors), default=0.0)

    def table(self) -> list[tuple[str, ...]]:
        """The rows of a table, the header first: the value, then a row per tensor."""
        return [_HEADER, self.value.row(), *(tensor.row() for tensor in self.tensors)]

    def __str__(self) -> str:
        rows = self.table()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]
        bound = f"bound: u ({self.ulps:g} |exact| + {self.scaled:g} largest), {self.dtype}"
        return "\n".join([*lines, f"{bound}: {'passed' if self.passed else 'FAILED'}"])


def gradcheck(
    function: Callable[[Any], Any],
    regularizer: Regularizer,
    model: Any,
    domain: Polytope,
    *,
    cells: Any = None,
    ulps: float = 64,
    scaled: float = 4096,
) -> GradCheck:
    """Compare a float implementation of a regulariser, and its gradient, with the exact ones.

    `model` is a torch module: then `function(module)` returns a scalar tensor, which is differentiated by the
    module's parameters; or a model of this library: then `function(parameters)` takes arrays and returns
    ``(value, gradient)``, the gradient nested like the parameters, as `jax.value_and_grad` does.  These are
    ``[(W, b), ...]`` for networks, ``[(normal, offset), ...]`` for arrangements, ``(points, weights)`` for
    sites.
    Contract: the exact side is exact, at the very weights the float side gets; no step size.  The errors are
    rounded only for show.  `ulps` and `scaled` state the bound (see `GradCheck`).
    Errors: NonSmoothError where the gradient is not certified; InvalidInput for parameters that are not
    floats of the gradient's dtype, shapes that differ, or a module with other parameters than its layers'.

    >>> import exactgeom as eg
    >>> from exactgeom.regularize import VolumeDispersion
    >>> net = eg.Network([eg.Linear([[2]], [1]), eg.ReLU()])
    >>> def dispersion(parameters):  # of two intervals, of lengths 1 -+ b/w
    ...     ((w, b),) = parameters
    ...     r = b / w[:, 0]
    ...     return ((1 + r * r) / 2)[0], [((-r * r / w[:, 0])[:, None], r / w[:, 0])]
    >>> found = gradcheck(dispersion, VolumeDispersion(), net, eg.box(-1, 1, dim=1))
    >>> found.passed, found.worst_ulps
    (True, 0.0)
    """
    for bound, place in ((ulps, "ulps"), (scaled, "scaled")):
        if isinstance(bound, bool) or not isinstance(bound, int | float) or not bound >= 0:
            raise InvalidInput(f"expected a number of at least 0, got {bound!r}", place)
    parameters = torch_parameters(model) if _is_module(model) else array_parameters(model)
    value, gradient = parameters.evaluate(function)
    dtype = np.dtype(gradient[0].dtype if gradient else np.float64)
    parameters.check_dtype(dtype)
    exact_value, exact_gradient = value_and_grad(regularizer, parameters.model, domain, cells=cells)
    entries = gradient_entries(parameters, exact_gradient)
    largest = max((abs(float(e)) for own in entries for _, e in own), default=0.0)
    limit = _Bound(float(np.finfo(dtype).eps) / 2, dtype, float(ulps), float(scaled))
    tensors = tuple(
        limit.check(named, array, own, largest)
        for named, array, own in zip(parameters.named, gradient, entries, strict=True)
    )
    whole = np.asarray(value, dtype=dtype).reshape(())
    first = limit.check(Named("value", ()), whole, [((), exact_value)], abs(float(exact_value)))
    return GradCheck(first, tensors, dtype.name, float(ulps), float(scaled))


@dataclass(frozen=True)
class _Bound:
    unit: float
    dtype: Any
    ulps: float
    scaled: float

    def check(
        self, named: Named, got: Any, exact: list[tuple[tuple[int, ...], Any]], largest: float
    ) -> TensorCheck:
        """Compare one tensor."""
        if got.shape != named.shape:
            raise InvalidInput(f"expected a gradient of shape {named.shape}, got {got.shape}", named.name)
        scale = max(abs(float(value)) for _, value in exact) or largest
        entries = list(self._entries(got, exact, scale))
        return TensorCheck(
            named.name,
            named.shape,
            max(entries, key=lambda entry: entry.ulps),
            max(entries, key=lambda entry: entry.share),
        )

    def _entries(self, got: Any, exact: list[tuple[tuple[int, ...], Any]], scale: float) -> Iterator[Entry]:
        for position, value in exact:
            number, size = float(got[position]), abs(float(value))
            error = abs(float(value - Fraction(number))) if math.isfinite(number) else math.inf
            last = float(np.spacing(self.dtype.type(size or scale or np.finfo(self.dtype).tiny)))
            allowed = self.unit * (self.ulps * size + self.scaled * scale)
            share = error / allowed if allowed else (0.0 if error == 0 else math.inf)
            yield Entry(position, value, number, error / last, share)


def _is_module(model: Any) -> bool:
    return any(kind.__module__.partition(".")[0] == "torch" for kind in type(model).__mro__)
