"""From a model to its program."""

from __future__ import annotations

from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.models.program import Program


def program_of(model: Any) -> Program:
    """The program of a model: the model itself, or its `program` (InvalidInput when it has none)."""
    program = model if isinstance(model, Program) else getattr(model, "program", None)
    if not isinstance(program, Program):
        raise InvalidInput(
            f"expected a model that can be partitioned, got {type(model).__name__}", place="model"
        )
    return program
