"""How far a model's partition is from general position, with the smallest witness of each defect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput
from exactgeom.models.program import Affine, Largest, Pieces, Program, Steps, StepUnit, Unit
from exactgeom.partition.faces import Face, Point
from exactgeom.partition.jumps import has_inner_jump
from exactgeom.partition.lowering import program_of
from exactgeom.partition.values import block_columns
from exactgeom.polyhedra import Polytope
from exactgeom.polyhedra.arrays import AnyArray


@dataclass(frozen=True)
class Crossing:
    """A face on which more breakpoints (and facets of the domain) meet than its codimension.

    `units` names the breakpoints that vanish on all of it, `domain_facets` numbers the domain's
    inequalities that are tight on it, `point` lies in its relative interior.
    """

    face: Face
    units: tuple[str, ...]
    domain_facets: tuple[int, ...]
    point: Point

    @property
    def size(self) -> int:
        """Number of breakpoints and domain facets that meet."""
        return len(self.units) + len(self.domain_facets)


@dataclass(frozen=True)
class Genericity:
    """The report of `Partition.genericity`; exact.

    * `dead`: units (breakpoints) that are nowhere exceeded on the domain; `always_on`: exceeded wherever
      not met.  A candidate of a maximum is dead when it wins on no cell, always on when on every cell.
    * `vanishing`: cells on which a unit stays on its breakpoint.
    * `coincident`: facets on which two breakpoints, or one and a facet of the domain, coincide.
    * `crowded`: faces of codimension j >= 2 on more than j of them, unless a larger face is as crowded.

    Each list has its smallest members first: fewest units, then lowest number.
    """

    dead: tuple[str, ...]
    always_on: tuple[str, ...]
    vanishing: tuple[Crossing, ...]
    coincident: tuple[Crossing, ...]
    crowded: tuple[Crossing, ...]

    @property
    def is_transversal(self) -> bool:
        """True when every face of codimension j lies on exactly j bent hyperplanes and domain facets.

        Faces of the domain on no bent hyperplane are excepted.
        """
        return not (self.vanishing or self.coincident or self.crowded)

    @property
    def witness(self) -> Crossing | None:
        """The smallest defect: on the largest face, with the fewest units; None when transversal."""
        return next(iter((*self.vanishing, *self.coincident, *self.crowded)), None)


def genericity(partition: Any) -> Genericity:
    """See `Partition.genericity`."""
    program = program_of(partition.model)
    if has_inner_jump(program):
        raise InvalidInput("a model that reads its own jumps has no bent hyperplanes", place="model")
    meeting = _Meeting(partition, program)
    d, space = partition.dimension, partition.complex
    found: tuple[list[Crossing], ...] = ([], [], [])
    excess: AnyArray = np.zeros(0, dtype=np.int64)  # of the faces one dimension up
    for k in range(d, -1, -1):
        units, walls = meeting.counts(k)
        inherited = np.zeros(len(units), dtype=np.int64)
        if k < d and len(units):
            around = space.coboundary(k)
            np.maximum.at(inherited, around.owners, excess[around.index])
        excess = np.where(units > 0, units + walls - (d - k), 0)
        new = np.flatnonzero(excess > inherited)
        found[min(d - k, 2)].extend(meeting.crossing(k, face) for face in new.tolist())
    lists = (tuple(sorted(part, key=lambda c: (-c.face.dim, c.size, c.face.id))) for part in found)
    return Genericity(*_stuck(partition, program), *lists)


class _Meeting:
    """Which breakpoints and domain facets each face lies on."""

    def __init__(self, partition: Any, program: Program) -> None:
        self._partition, self._names = partition, _names(partition.model, program)
        space = partition.complex
        self._fine = getattr(space, "fine", space)
        self._groups = _groups(program)
        flags = np.concatenate((_attained(self._fine, program), _tight(self._fine, partition.domain)), axis=1)
        self._tables = [self._chosen(0, flags)]
        for k in range(1, space.dim + 1):
            boundary = self._fine.boundary(k)
            flags = np.logical_and.reduceat(flags[boundary.index], boundary.start[:-1])
            self._tables.append(self._chosen(k, flags))

    def _chosen(self, k: int, flags: AnyArray) -> AnyArray:
        """The rows of the partition's own k-faces (on R^d each is a union of finer ones with equal flags)."""
        if self._fine is self._partition.complex:
            return flags
        pieces = self._partition.complex._pieces[k]
        own: AnyArray = flags[pieces.index[pieces.start[:-1]]]
        return own

    def counts(self, k: int) -> tuple[AnyArray, AnyArray]:
        """(bent hyperplanes, domain facets) each k-face lies on; n candidates that tie count as n - 1."""
        table, size = self._tables[k], len(self._names)
        units = np.zeros(len(table), dtype=np.int64)
        for start, stop, spared in self._groups:
            tied = np.count_nonzero(table[:, start:stop], axis=1)
            units += np.maximum(tied - spared, 0)
        return units, np.count_nonzero(table[:, size:], axis=1)

    def crossing(self, k: int, face: int) -> Crossing:
        """The names of what meets on a k-face."""
        row, size = self._tables[k][face], len(self._names)
        units = []
        for start, stop, spared in self._groups:
            tied = [i for i in range(start, stop) if row[i]]
            units += [self._names[i] for i in tied] if len(tied) > spared else []
        walls = tuple(np.flatnonzero(row[size:]).tolist())
        return Crossing(self._partition.faces(k)[face], tuple(units), walls, self._inner_point(k, face))

    def _inner_point(self, k: int, face: int) -> Point:
        space = self._partition.complex
        if self._fine is not space:
            t, *x = (int(c) for c in space.inner_row(k, face))
            return tuple(Fraction(c, t) for c in x)
        points = [space.point(v) for v in space.closure(k)[face].tolist()]
        return tuple(sum(c, Fraction(0)) / len(points) for c in zip(*points, strict=True))


def _groups(program: Program) -> list[tuple[int, int, int]]:
    """(first column, last + 1, how many of them are attained anywhere) per unit or maximum."""
    found, at = [], 0
    for op, count in zip(program.operations, program.sign_counts, strict=True):
        sizes = [len(group) for group in op.groups] if isinstance(op, Largest) else [1] * count
        for size in sizes:
            found.append((at, at + size, int(isinstance(op, Largest))))
            at += size
    return found


def _attained(space: Any, program: Program) -> AnyArray:
    """[vertex, character of the sign string]: the breakpoint is met, or the maximum attained."""
    heads = space.coordinates
    columns: list[AnyArray] = [np.zeros((len(heads), 0), dtype=bool)]
    for op in program.operations:
        if isinstance(op, Affine):
            continue
        values, scale = block_columns(program, op.source, heads, {})
        if isinstance(op, Largest):
            made = [[row[i] == max(row[j] for j in g) for g in op.groups for i in g] for row in values]
        else:
            made = [
                [z * t.denominator == t.numerator * scale * head[0] for z, t in _breakpoints(op, row)]
                for head, row in zip(heads, values, strict=True)
            ]
        columns.append(np.array(made, dtype=bool).reshape(len(heads), -1))
    return np.concatenate(columns, axis=1)


def _breakpoints(op: Pieces | Steps, row: Sequence[Any]) -> Iterator[tuple[Any, Fraction]]:
    units: tuple[Unit | StepUnit, ...] = op.units
    for unit, z in zip(units, row, strict=True):
        for t in unit.breakpoints:
            yield z, t


def _tight(space: Any, domain: Polytope | None) -> AnyArray:
    """[vertex, inequality of the domain]: tight there."""
    heads = space.coordinates
    rows = [] if domain is None else domain.inequalities
    made = [
        [sum((int(c) * x for c, x in zip(a, head[1:], strict=True)), -int(b) * head[0]) == 0 for a, b in rows]
        for head in heads
    ]
    return np.array(made, dtype=bool).reshape(len(heads), len(rows))


def _stuck(partition: Any, program: Program) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the dead and of the always-on units."""
    names, signs = _names(partition.model, program), partition.cell_signs
    wins = {i for start, stop, spared in _groups(program) if spared for i in range(start, stop)}
    dead, always = [], []
    for i, name in enumerate(names):
        seen = {sign[i] for sign in signs}
        on, off = ("0", "-") if i in wins else ("+", "-")
        if on not in seen:
            dead.append(name)
        elif off not in seen:
            always.append(name)
    return tuple(dead), tuple(always)


def _names(model: Any, program: Program) -> tuple[str, ...]:
    if hasattr(model, "unit_names"):
        return tuple(model.unit_names())
    return tuple(f"signs[{i}]" for i in range(program.sign_count))
