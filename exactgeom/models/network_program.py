"""Lowering a network to a program: the stages, with sparse affine maps written out as dense rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from exactgeom.exact import InvalidInput
from exactgeom.models.layers_base import SparseAffine
from exactgeom.models.network_stages import Stage
from exactgeom.models.program import Affine, Operation, Program

__all__ = ["MAX_WEIGHTS", "program_of"]

MAX_WEIGHTS = 10_000_000
"""Most entries that the dense matrices of a program may have together."""


def program_of(stages: Sequence[Stage], input_dim: int, output: int) -> Program:
    """Return the program with the same blocks; ``InvalidInput`` naming the layer that is too large."""
    sizes, total = [input_dim], 0
    for stage in stages:
        width = sum(sizes[s] for s in stage.sources)
        sizes.append(stage.part.size)
        if isinstance(stage.part, Affine | SparseAffine):
            total += width * stage.part.size
        if total > MAX_WEIGHTS:
            raise InvalidInput(
                f"written out, its matrix of {stage.part.size} x {width} makes the program {total} entries,"
                f" more than {MAX_WEIGHTS}: restrict the model to fewer inputs",
                place=f"layers[{stage.layer}]",
            )
    operations = [_operation(stage, sum(sizes[s] for s in stage.sources)) for stage in stages]
    return Program(input_dim, tuple(operations), output)


def _operation(stage: Stage, width: int) -> Operation:
    part = stage.part
    if isinstance(part, SparseAffine):
        rows = []
        for taps in part.rows:
            row = [0] * width
            for i, weight in taps:
                row[i] += weight
            rows.append(tuple(row))
        return Affine(stage.sources, tuple(rows), part.bias, part.denominator)
    if isinstance(part, Affine):
        return replace(part, sources=stage.sources)
    return replace(part, source=stage.sources[0])
