"""Which exact cell each row of an answer means, and what to say when that does not come out even."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from exactgeom.testkit.compare import Sheet
from exactgeom.testkit.oracles import Truth
from exactgeom.testkit.shapes import BadAnswer

__all__ = ["CellMatch", "Sides", "match_cells"]

AnyArray = np.ndarray[Any, Any]
KEYS = ("signs", "points", "leaves")


@dataclass(frozen=True)
class CellMatch:
    """Rows of an answer beside exact cells.

    `cell_of[i]` is the exact cell of row i, −1 for a row that is none (or repeats one); `missing` are the
    exact cells without a row, `spurious` the rows of no cell, `repeated` the rows of a cell already named.
    """

    truth: Truth
    rows: Any
    cell_of: AnyArray
    missing: tuple[int, ...]
    spurious: tuple[tuple[int, str], ...]
    repeated: tuple[int, ...]

    @property
    def is_even(self) -> bool:
        """True when rows and cells correspond one to one."""
        return not (self.missing or self.spurious or self.repeated)

    @cached_property
    def row_of(self) -> dict[int, int]:
        """Exact cell to row."""
        return {int(cell): row for row, cell in enumerate(self.cell_of) if cell >= 0}

    def matched(self) -> AnyArray:
        """The rows that mean a cell."""
        return np.flatnonzero(self.cell_of >= 0)

    def report(self, sheet: Sheet) -> None:
        """Say on the sheet what does not come out even."""
        name = self.truth.name
        sheet.some("missing cell", f"of {self.truth.cell_count} cells missing", self.missing, name)
        sheet.some("spurious cell", "spurious cells", self.spurious, lambda item: item[1])
        sheet.some(
            "repeated cell",
            "cells named twice",
            self.repeated,
            lambda row: f"{self.rows_text(row)} (row {row})",
        )

    def rows_text(self, row: int) -> str:
        """How a row names its cell."""
        value = np.asarray(self.rows)[row]
        if self.truth.is_tree or value.dtype.kind == "f":
            return str(value.tolist())
        return sign_text(value)


def sign_text(row: AnyArray) -> str:
    """A row of signs as a string.

    >>> sign_text(np.array([1, 0, -1]))
    '+0-'
    """
    return "".join("-0+"[int(s) + 1] for s in row) or "(no sign)"


def match_cells(truth: Truth, answer: Mapping[str, Any]) -> CellMatch:
    """Match the rows of an answer with the exact cells. Errors: BadAnswer without exactly one key."""
    given = [key for key in KEYS if key in answer]
    allowed = ("leaves", "points") if truth.is_tree else ("signs", "points")
    if len(given) != 1 or given[0] not in allowed:
        got = " and ".join(map(repr, given)) or f"the keys {sorted(map(str, answer))}"
        raise BadAnswer("answer", f"exactly one of {', '.join(map(repr, allowed))}", got)
    rows = answer[given[0]]
    if given[0] == "points":
        found, remarks = _by_points(truth, rows)
    else:
        found, remarks = _by_name(truth, rows)
    cell_of = np.full(len(found), -1, dtype=np.int64)
    seen: set[int] = set()
    repeated, spurious = [], []
    for row, cell in enumerate(found.tolist()):
        if cell < 0:
            spurious.append((row, remarks.get(row, f"row {row}")))
        elif cell in seen:
            repeated.append(row)
        else:
            seen.add(cell)
            cell_of[row] = cell
    missing = tuple(cell for cell in range(truth.cell_count) if cell not in seen)
    return CellMatch(truth, rows, cell_of, missing, tuple(spurious), tuple(repeated))


def _by_points(truth: Truth, points: AnyArray) -> tuple[AnyArray, dict[int, str]]:
    found, ties = truth.locate(points)
    found = found.copy()
    remarks = {}
    for row in range(len(points)):
        where = [float(x) for x in points[row]]
        if row in ties:
            between = " and ".join(truth.name(cell) for cell in ties[row][:3])
            remarks[row] = f"point {where} is in no interior: it lies on {between}"
            found[row] = -1
        elif found[row] < 0:
            remarks[row] = f"point {where} is outside the box"
    return found, remarks


def _by_name(truth: Truth, rows: AnyArray) -> tuple[AnyArray, dict[int, str]]:
    exact = truth.leaves.reshape(-1, 1) if truth.is_tree else truth.signs
    known = {tuple(row): cell for cell, row in enumerate(exact.tolist())}
    table = np.asarray(rows).reshape(len(rows), exact.shape[1])
    found = np.array([known.get(tuple(row), -1) for row in table.tolist()], dtype=np.int64)
    remarks = {}
    for row in np.flatnonzero(found < 0).tolist():
        remarks[row] = f"leaf {table[row][0]}" if truth.is_tree else sign_text(table[row])
    return found, remarks


class Sides:
    """The facets of an exact partition by (cell, side): a neighbour's number, or −1 − wall of the box."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        space = truth.partition.complex
        d = truth.dim
        self.pairs: list[tuple[int, int]] = []
        self.number: dict[tuple[int, int], int] = {}
        for facet in truth.partition.facets:
            cells = facet.cell_ids
            pair = (cells[0], cells[1] if len(cells) == 2 else -1 - self._wall(space, d, facet.id))
            self.pairs.append(pair)
            self.number[key_of(*pair)] = facet.id

    @staticmethod
    def _wall(space: Any, d: int, facet: int) -> int:
        (cell,) = space.coboundary(d - 1)[facet].tolist()
        normal = space.measures.outward_normal(cell, facet)
        axis = next(i for i, x in enumerate(normal) if x)
        return 2 * axis + int(normal[axis] > 0)

    def side(self, cell: int, facet: int) -> int:
        """The side on which a cell has a facet."""
        a, b = self.pairs[facet]
        return b if a == cell else a

    def show(self, key: tuple[int, int]) -> str:
        """A facet in words."""
        cell, side = (key[1], key[0]) if key[0] < 0 else key
        wall = -1 - side
        beyond = self.truth.name(side) if side >= 0 else f"wall {'-+'[wall % 2]}x{wall // 2}"
        return f"{self.truth.name(cell)} | {beyond}"


def key_of(cell: int, side: int) -> tuple[int, int]:
    """The same for both orders of an interior facet."""
    return (min(cell, side), max(cell, side))
