"""Slices: a model of many inputs on a plane (or any flat) through its input space."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from exactgeom.exact import InvalidInput, exact_matrix, exact_vector
from exactgeom.linalg import Matrix
from exactgeom.models import Linear, Network
from exactgeom.models.lowered_model import affine
from exactgeom.models.program import Affine, Operation, Program
from exactgeom.partition.faces import AffineMap
from exactgeom.partition.lowering import program_of

Vector = tuple[Fraction, ...]
Rows = tuple[Vector, ...]


def restrict(model: Any, matrix: Any, offset: Any) -> Any:
    """The model y -> model(matrix y + offset): what it does on the flat {matrix y + offset}.

    Contract: exact; sign strings are those of the model at ``matrix y + offset``.  A network becomes a
    network with one linear layer more (which can be saved); other models are wrapped.
    Shapes: `matrix` has a row per input of the model and a column per new input.
    Errors: InvalidInput when the shapes do not fit or the model cannot be sliced.

    >>> import exactgeom as eg
    >>> net = eg.Network([eg.Linear([[1, 2, 3]], [0]), eg.ReLU()])
    >>> line = eg.restrict(net, [[1], [0], [1]], [0, 1, 0])
    >>> line(["1/2"]), [cell.signs for cell in eg.partition(line, eg.box(-1, 1, dim=1)).cells]
    ((Fraction(4, 1),), ['+', '-'])
    """
    inputs = program_of(model).input_dim
    rows, shift = exact_matrix(matrix, "matrix"), exact_vector(offset, "offset")
    if len(rows) != inputs:
        raise InvalidInput(f"expected {inputs} rows, one per input of the model, got {len(rows)}", "matrix")
    if not rows[0]:
        raise InvalidInput("expected at least one column", place="matrix")
    if len(shift) != inputs:
        raise InvalidInput(f"expected {inputs} entries, one per input, got {len(shift)}", place="offset")
    if isinstance(model, Network) and len(model.input_shape) == 1:
        wiring = {i + 1: [source + 1 for source in sources] for i, sources in enumerate(model.inputs)}
        return Network([Linear(rows, shift), *model.layers], notes=model.notes, inputs=wiring)
    return Restricted(model, rows, shift)


def plane_through(points: Iterable[Iterable[Any]]) -> tuple[Rows, Vector]:
    """(matrix, offset) with ``y = 0`` at the first point and ``y = e_i`` at the i-th after it.

    Three points give a plane, k + 1 points a flat of dimension k.  Exact.  Errors: InvalidInput for fewer
    than two points, or points that are affinely dependent.

    >>> plane_through([[1, 0, 0], [0, 1, 0], [0, 0, "1/2"]])[0][2]
    (Fraction(0, 1), Fraction(1, 2))
    """
    table = exact_matrix(list(points), "points")
    if len(table) < 2:
        raise InvalidInput("expected at least two points", place="points")
    first, *others = table
    columns = [tuple(c - f for c, f in zip(point, first, strict=True)) for point in others]
    if Matrix(columns).rank() < len(columns):
        raise InvalidInput("the points are affinely dependent", place="points")
    return tuple(zip(*columns, strict=True)), first


@dataclass(frozen=True)
class Restricted:
    """A model on a flat: x = matrix y + offset.  Made by `restrict`."""

    model: Any
    matrix: Rows
    offset: Vector

    @cached_property
    def program(self) -> Program:
        """The affine map, then the model's own operations."""
        own = program_of(self.model)
        moved: list[Operation] = [affine(0, self.matrix, self.offset)]
        for op in own.operations:
            if isinstance(op, Affine):
                moved.append(replace(op, sources=tuple(s + 1 for s in op.sources)))
            else:
                moved.append(replace(op, source=op.source + 1))
        output = None if own.output is None else own.output + 1
        return Program(len(self.matrix[0]), tuple(moved), output)

    @property
    def input_dim(self) -> int:
        """Number of inputs: columns of the matrix."""
        return len(self.matrix[0])

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes of the model."""
        return tuple(getattr(self.model, "notes", ()))

    def unit_names(self) -> tuple[str, ...]:
        """One name per character of a sign string: the model's."""
        return tuple(self.model.unit_names())

    def __call__(self, y: Iterable[Any]) -> Vector:
        """The model's outputs at ``matrix y + offset``."""
        return self.program(y)

    def signs(self, y: Iterable[Any]) -> str:
        """The model's sign string at ``matrix y + offset``."""
        return self.program.signs(y)

    def affine_map(self, signs: str) -> AffineMap | None:
        """(A, b) in the new coordinates where the signs are these; None when the model has no map."""
        return self.program.affine_map(signs)
