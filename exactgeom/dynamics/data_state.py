"""Data at one checkpoint: which cells hold each point, and which class the model gives it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

from flint import fmpz_mat

from exactgeom.partition.data import DataPartition
from exactgeom.partition.refine import has_jumps

__all__ = ["DataState", "data_state"]


@dataclass(frozen=True, repr=False)
class DataState:
    """Where the data are at one checkpoint (exact).

    `cells[i]` are all cells that hold point i (none outside of the domain), `classes[i]` is its class by the
    exact outputs (None for all points of models without outputs), `shares[i]` its share of the total weight,
    `labels` what was given.
    """

    cells: tuple[tuple[int, ...], ...]
    classes: tuple[int, ...] | None
    shares: tuple[Fraction, ...]
    labels: tuple[Any, ...] | None

    def __repr__(self) -> str:
        return f"<{len(self.cells)} points in {len({c for own in self.cells for c in own})} cells>"

    @property
    def outside(self) -> tuple[int, ...]:
        """The points outside of the domain."""
        return tuple(i for i, own in enumerate(self.cells) if not own)

    @cached_property
    def masses(self) -> dict[int, Fraction]:
        """Share of the weight in every cell that holds data; a point in k cells counts 1/k in each."""
        found: dict[int, Fraction] = {}
        for own, share in zip(self.cells, self.shares, strict=True):
            for cell in own:
                found[cell] = found.get(cell, Fraction(0)) + share / len(own)
        return found

    @property
    def accuracy(self) -> Fraction | None:
        """The share of all weight whose class is its label; None without whole-number labels or classes."""
        if self.classes is None or self.labels is None:
            return None
        wanted = [_whole(label) for label in self.labels]
        if None in wanted:
            return None
        triples = zip(self.classes, wanted, self.shares, strict=True)
        return sum((share for own, want, share in triples if own == want), Fraction(0))

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "masses"}


def data_state(located: DataPartition) -> DataState:
    """The state of located data; classes come from the outputs at the points, exactly."""
    total = located.total_weight
    count = len(located)
    weights = [Fraction(1)] * count if located.weights is None else list(located.weights)
    shares = [weight / total for weight in weights]
    cells = tuple(located.cells_of(i) for i in range(count))
    return DataState(cells, _classes(located), tuple(shares), located.labels)


def _classes(located: DataPartition) -> tuple[int, ...] | None:
    """The class of every point: by the map of a cell that holds it, outside of the domain by the model."""
    space = located.partition
    model = space.model
    if not getattr(model, "output_dim", 0):
        return None
    found = [-1] * len(located)
    jumps = has_jumps(model)
    members: dict[int, list[int]] = {}
    for i, cell in enumerate(located.cells.tolist()):
        if cell < 0 or jumps:
            found[i] = _winner(list(model(located.points.row(i))))
        else:
            members.setdefault(cell, []).append(i)
    signs = [space.cell_signs[cell] for cell in members]
    together = getattr(model, "affine_maps", None)
    maps = together(signs) if together else [model.affine_map(own) for own in signs]
    for own, affine in zip(members.values(), maps, strict=True):
        for i, winner in zip(own, _on_cell(affine, located, own), strict=True):
            found[i] = winner
    return tuple(found)


def _on_cell(affine: Any, located: DataPartition, points: list[int]) -> list[int]:
    """The classes of points in one cell: integer outputs over one positive denominator."""
    weight, bias = affine
    scale = lcm(*(c.denominator for row in weight for c in row), *(c.denominator for c in bias))
    rows = fmpz_mat([[int(c * scale) for c in (b, *row)] for row, b in zip(weight, bias, strict=True)])
    columns = []
    for i in points:
        x = located.points.row(i)
        common = lcm(*(c.denominator for c in x))
        columns.append([common, *(int(c * common) for c in x)])
    return [_winner(outputs) for outputs in (fmpz_mat(columns) * rows.transpose()).tolist()]


def _winner(outputs: list[Any]) -> int:
    """Arg-max with ties to the smallest index; of one output, 1 iff it is positive."""
    if len(outputs) == 1:
        return int(outputs[0] > 0)
    return max(range(len(outputs)), key=lambda k: (outputs[k], -k))


def _whole(label: Any) -> int | None:
    """A label as a whole number, if it is one."""
    try:
        value = int(label)
    except (TypeError, ValueError):
        return None
    return value if label == value or str(label).strip() == str(value) else None
