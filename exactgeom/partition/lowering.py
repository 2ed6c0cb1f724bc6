"""From a model to its program."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.models import Arrangement, Linear, Network
from exactgeom.models.program import Affine, Operation, Pieces, Program, Unit


def program_of(model: Any) -> Program:
    """The program of a model (InvalidInput when it has none)."""
    program = getattr(model, "program", None)
    if isinstance(program, Program):
        return program
    if isinstance(model, Network):
        return _network(model)
    if isinstance(model, Arrangement):
        return _arrangement(model)
    raise InvalidInput(f"expected a model that can be partitioned, got {type(model).__name__}", place="model")


def _network(model: Network) -> Program:
    operations: list[Operation] = []
    width = model.input_dim
    for i, layer in enumerate(model.layers):
        if isinstance(layer, Linear):
            weight, bias, q = layer.integer_form
            operations.append(Affine((i,), weight, bias, q))
            width = layer.out_dim
        else:
            unit = Unit(layer.breakpoints, layer.pieces)  # type: ignore[attr-defined]
            operations.append(Pieces(i, (unit,) * width))
    return Program(model.input_dim, tuple(operations), len(operations))


def _arrangement(model: Arrangement) -> Program:
    if not model.hyperplanes:
        return Program(model.dim, (), None)
    layer = Linear([a for a, _ in model.hyperplanes], [-b for _, b in model.hyperplanes])
    weight, bias, q = layer.integer_form
    step = Unit((Fraction(0),), ((Fraction(1), Fraction(0)),) * 2)
    return Program(model.dim, (Affine((0,), weight, bias, q), Pieces(1, (step,) * len(bias))), None)
