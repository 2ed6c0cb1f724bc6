"""Two models over one input: their programs side by side, and what is asked of both outputs at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.models.program import Affine, Largest, Operation, Pieces, Program, Unit
from exactgeom.partition.faces import AffineMap
from exactgeom.partition.lowering import program_of

_ZERO, _ONE = Fraction(0), Fraction(1)
MARK = Unit((_ZERO,), ((_ONE, _ZERO),) * 2)
"""The identity, cut at 0."""
MODULUS = Unit((_ZERO,), ((-_ONE, _ZERO), (_ONE, _ZERO)))
"""The absolute value."""


def side_by_side(first: Program, second: Program) -> tuple[Program, int | None, int | None]:
    """(both programs on the same input, output block of the first, of the second); its output is None.

    The sign strings are concatenated, the first program's first.
    """
    if first.input_dim != second.input_dim:
        raise InvalidInput(
            f"expected two models of the same inputs, got {first.input_dim} and {second.input_dim}",
            place="models",
        )
    shift = len(first.operations)

    def moved(block: int) -> int:
        return block + shift if block else 0

    tail: list[Operation] = []
    for op in second.operations:
        if isinstance(op, Affine):
            tail.append(replace(op, sources=tuple(map(moved, op.sources))))
        else:
            tail.append(replace(op, source=moved(op.source)))
    both = Program(first.input_dim, (*first.operations, *tail), None)
    return both, first.output, None if second.output is None else moved(second.output)


def extended(program: Program, *operations: Operation) -> Program:
    """The program with more operations; its output is the last block."""
    done = (*program.operations, *operations)
    return Program(program.input_dim, done, len(done))


def stacked(program: Program, a: int, b: int) -> Affine:
    """The operation that puts block b below block a."""
    size = program.sizes[a] + program.sizes[b]
    rows = tuple(tuple(int(i == j) for j in range(size)) for i in range(size))
    return Affine((a, b), rows, (0,) * size)


def with_modulus(program: Program, block: int, size: int) -> Program:
    """The program and ``sum_k |f_k - g_k|`` of a block that stacks f and g, of `size` entries each."""
    rows = tuple(tuple(f * (i == j) for f in (1, -1) for j in range(size)) for i in range(size))
    made = extended(program, Affine((block,), rows, (0,) * size))
    made = extended(made, Pieces(len(made.operations), (MODULUS,) * size))
    return extended(made, Affine((len(made.operations),), ((1,) * size,), (0,)))


def class_groups(sizes: tuple[int, int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where the scores of either model stand in the block that `with_classes` makes."""
    first, second = (max(size, 2) for size in sizes)
    return tuple(range(first)), tuple(range(first, first + second))


def with_classes(
    program: Program, block: int, sizes: tuple[int, int], groups: tuple[tuple[int, ...], tuple[int, ...]]
) -> Program:
    """The program and the maximum of each model's scores, for a block that stacks f and g.

    A single output z has the scores (0, z): with ties to the smallest index, class 1 iff z > 0.
    """
    width, rows, at = sum(sizes), [], 0
    for size in sizes:
        if size == 1:
            rows.append((0,) * width)
        rows += [tuple(int(j == at + i) for j in range(width)) for i in range(size)]
        at += size
    made = extended(program, Affine((block,), tuple(rows), (0,) * len(rows)))
    return extended(made, Largest(len(made.operations), groups))


def class_operation(program: Program, block: int) -> Largest | Pieces:
    """The operation that cuts where the class of an output block changes.

    Two outputs or more: the arg-max; one output: its sign.
    """
    size = program.sizes[block]
    return Pieces(block, (MARK,)) if size == 1 else Largest(block, (tuple(range(size)),))


def class_of(signs: Sequence[int | str]) -> int:
    """The class of a cell from the signs of its `class_operation` (numbers -1, 0, 1, or characters).

    Arg-max with ties to the smallest index; of one output, 1 iff it is positive on the cell.
    """
    if len(signs) == 1:
        return int(signs[0] in (1, "+"))
    return next(i for i, sign in enumerate(signs) if sign in (0, "0"))


def output_block(program: Program, block: int | None, place: str) -> int:
    """The output block, or InvalidInput when the model has none."""
    if block is None or program.sizes[block] == 0:
        raise InvalidInput("this model has no map", place=place)
    return block


@dataclass(frozen=True)
class Joint:
    """Two models over the same input as one: outputs and sign strings are concatenated.

    >>> import exactgeom as eg
    >>> from exactgeom.partition.joint import Joint
    >>> one, two = eg.Network([eg.Abs()], input_dim=1), eg.Network([eg.ReLU()], input_dim=1)
    >>> Joint(one, two)([-2]), Joint(one, two).program.signs([-2])
    ((Fraction(2, 1), Fraction(0, 1)), '--')
    """

    first: Any
    second: Any

    @cached_property
    def program(self) -> Program:
        """Both programs side by side; no output when one of them has none."""
        both, a, b = side_by_side(program_of(self.first), program_of(self.second))
        return both if a is None or b is None else extended(both, stacked(both, a, b))

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes of both models."""
        return (*getattr(self.first, "notes", ()), *getattr(self.second, "notes", ()))

    def __call__(self, x: Iterable[Any]) -> tuple[Fraction, ...]:
        """The outputs of the first, then of the second."""
        return self.program(x)

    def affine_map(self, signs: str) -> AffineMap | None:
        """(A, b) of both outputs where the signs are these; None when one model has no map."""
        return self.program.affine_map(signs)

    def split(self, signs: str) -> tuple[str, str]:
        """The sign strings of the first model and of the second."""
        at = program_of(self.first).sign_count
        return signs[:at], signs[at:]


@dataclass(frozen=True)
class Classified:
    """A model, cut further where its class changes; the map is the model's own.

    >>> import exactgeom as eg
    >>> from exactgeom.partition.joint import Classified
    >>> model = Classified(eg.Network([eg.Linear([[1], [-1]], [0, 0])]))
    >>> model.program.signs([3]), model.class_at("0-"), model.class_at("00")
    ('0-', 0, 0)
    """

    model: Any

    @cached_property
    def program(self) -> Program:
        """The model's program and one cutting operation more."""
        own = program_of(self.model)
        block = output_block(own, own.output, "model")
        return Program(own.input_dim, (*own.operations, class_operation(own, block)), block)

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes of the model."""
        return tuple(getattr(self.model, "notes", ()))

    def __call__(self, x: Iterable[Any]) -> tuple[Fraction, ...]:
        """The model's outputs."""
        return self.program(x)

    def affine_map(self, signs: str) -> AffineMap | None:
        """(A, b) of the model where the signs are these."""
        return self.program.affine_map(signs)

    def affine_maps(self, signs_list: Iterable[str]) -> tuple[AffineMap | None, ...]:
        """`affine_map` for many sign strings, each different beginning worked out once."""
        wanted = [signs[: len(signs) - self.program.sign_counts[-1]] for signs in signs_list]
        unique = sorted(set(wanted))
        together = getattr(self.model, "affine_maps", None)
        made = together(unique) if together else [self.model.affine_map(signs) for signs in unique]
        known = dict(zip(unique, made, strict=True))
        return tuple(known[signs] for signs in wanted)

    def class_at(self, signs: str) -> int:
        """The class on the cell of these signs."""
        return class_of(signs[len(signs) - self.program.sign_counts[-1] :])
