"""Moments on walls: how a differential reaches the functions whose zeros bound the cells.

Numbers are sums of square roots; they are kept apart by radicand, so that all arithmetic is rational.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpz

from exactgeom.exact import Surd, to_fmpq
from exactgeom.models.program import Program
from exactgeom.polyhedra.arrays import AnyArray
from exactgeom.regularize.pieces import Piece, Scaled
from exactgeom.regularize.regularizer import Number
from exactgeom.regularize.walls import Wall

__all__ = ["Key", "Moments", "PieceTable", "Terms", "terms_of"]

Key = tuple[Wall, bytes]
"""A wall, and the signs of the operations before it (int8)."""

Terms = list[tuple[int, fmpq]]
"""Pairs (m, q) of ``sum of q sqrt(m)``."""


class Moments:
    """Sums of moments by wall, signs and radicand: ``by_key[wall, signs][m]`` counts times sqrt(m)."""

    def __init__(self) -> None:
        self.by_key: dict[Key, dict[int, list[fmpq]]] = {}

    def add(self, key: Key, weight: Terms, moment: Sequence[fmpq]) -> None:
        """Add ``weight * moment`` (a rational homogeneous vector); a weight is given by its `terms_of`."""
        own = self.by_key.setdefault(key, {}) if weight else {}
        for root, coefficient in weight:
            new = [coefficient * entry for entry in moment]
            old = own.get(root)
            own[root] = new if old is None else [a + b for a, b in zip(old, new, strict=True)]


def terms_of(weight: Number) -> Terms:
    """A number as the pairs (m, q) of ``sum of q sqrt(m)``; none for zero.

    >>> terms_of(1 + Surd.sqrt(8)), terms_of(fmpq(1, 2)), terms_of(fmpq(0))
    ([(1, 1), (2, 2)], [(1, 1/2)], [])
    """
    if isinstance(weight, Surd):
        return [(root, to_fmpq(coefficient)) for coefficient, root in weight.terms]
    return [(1, weight)] if weight else []


class PieceTable:
    """The pieces of one program, each made once, and the walls on them."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._starts = [0]
        for count in program.sign_counts:
            self._starts.append(self._starts[-1] + count)
        self._pieces: dict[bytes, Piece] = {}
        self._forms: dict[Key, tuple[list[fmpz], int]] = {}
        self._adjoints: dict[Key, list[tuple[int, Scaled]]] = {}

    def key(self, wall: Wall, signs: AnyArray) -> Key:
        """The wall where a cell has these signs."""
        return wall, signs[: self._starts[wall.operation]].tobytes()

    def piece(self, signs: bytes) -> Piece:
        """The blocks where the first signs are these."""
        if signs not in self._pieces:
            self._pieces[signs] = Piece(self.program, memoryview(signs).cast("b").tolist())
        return self._pieces[signs]

    def source(self, wall: Wall) -> int:
        """The block a wall is a functional of."""
        block: int = self.program.operations[wall.operation].source  # type: ignore[union-attr]
        return block

    def gradient(self, key: Key) -> tuple[list[fmpz], int]:
        """``grad h`` of a wall: integers over a denominator."""
        if key not in self._forms:
            wall, signs = key
            block = self.source(wall)
            rows, scale = self.piece(signs).block(block)
            self._forms[key] = (wall.functional(self.program.sizes[block]) * rows).entries()[1:], scale
        return self._forms[key]

    def adjoints(self, wall: Wall, signs: bytes) -> list[tuple[int, Scaled]]:
        """The wall's adjoint at every affine operation before it."""
        key = wall, signs
        if key not in self._adjoints:
            block = self.source(wall)
            functional = wall.functional(self.program.sizes[block])
            self._adjoints[key] = self.piece(signs).adjoints(block, functional)
        return self._adjoints[key]
