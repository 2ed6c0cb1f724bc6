"""Proper complexes: any two simplices of a list meet in a common face, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import fmpz_mat

from exactgeom.exact import InvalidInput

Simplex = tuple[int, ...]
_Signs = npt.NDArray[np.int8]


def read_simplices(simplices: Any, count: int, dim: int) -> tuple[Simplex, ...]:
    """Simplices as tuples of `dim + 1` different point numbers; InvalidInput naming the place."""
    if isinstance(simplices, np.ndarray):
        simplices = simplices.tolist()
    try:
        listed = [list(simplex) for simplex in simplices]
    except TypeError:
        raise InvalidInput("expected lists of point numbers", "simplices") from None
    if not listed:
        raise InvalidInput("expected at least one simplex", "simplices")
    seen: dict[Simplex, int] = {}
    for i, simplex in enumerate(listed):
        for v in simplex:
            if isinstance(v, bool) or not isinstance(v, int | np.integer) or not 0 <= v < count:
                raise InvalidInput(
                    f"expected point numbers from 0 to {count - 1}, got {v!r}", f"simplices[{i}]"
                )
        if len(simplex) != dim + 1 or len(set(simplex)) != dim + 1:
            raise InvalidInput(f"expected {dim + 1} different points, got {simplex}", f"simplices[{i}]")
        key = tuple(sorted(int(v) for v in simplex))
        if key in seen:
            raise InvalidInput(f"the same simplex as simplices[{seen[key]}]", f"simplices[{i}]")
        seen[key] = i
    return tuple(seen)


def check_proper(rows: Sequence[Sequence[int]], simplices: Sequence[Simplex]) -> None:
    """Raise InvalidInput unless no simplex is flat and any two meet in a common face, naming the two.

    Contract: exact.  `rows` are homogeneous integer rows [t, x], t > 0.  A pair is settled at once when a
    facet plane of one has the other on its far side and touches it in common vertices only; the few pairs
    that are left have their intersection computed.
    """
    forms = [_barycentric(rows, simplex, i) for i, simplex in enumerate(simplices)]
    corners = fmpz_mat([list(row) for row in rows]).transpose()
    cells = np.array(simplices, dtype=np.int64)
    clear = np.zeros((len(cells), len(cells)), dtype=bool)
    for i in range(len(cells)):
        entries = (forms[i] * corners).tolist()
        signs = np.array([[(q > 0) - (q < 0) for q in row] for row in entries], dtype=np.int8)
        clear[i] = _separated(signs, cells, i)
    clear |= clear.T
    np.fill_diagonal(clear, True)
    for i, j in np.argwhere(~clear).tolist():
        if i < j and not _meet_in_a_face(forms, simplices, i, j):
            raise InvalidInput(
                f"simplices {i} and {j} overlap or touch outside a common face "
                f"(points {list(simplices[i])} and {list(simplices[j])})",
                f"simplices[{j}]",
            )


def _barycentric(rows: Sequence[Sequence[int]], simplex: Simplex, i: int) -> fmpz_mat:
    """Integer rows of the barycentric coordinates, up to one positive factor each way."""
    matrix = fmpz_mat([list(rows[v]) for v in simplex])
    if matrix.det() == 0:
        raise InvalidInput(
            f"simplex {i} is flat: its points {list(simplex)} span no volume", f"simplices[{i}]"
        )
    top, bottom = matrix.inv().numer_denom()
    return top.transpose() if bottom > 0 else -top.transpose()


def _separated(signs: _Signs, cells: Any, i: int) -> npt.NDArray[np.bool_]:
    """For every simplex, whether a facet plane of simplex i proves that they meet in a common face."""
    common = np.isin(cells, cells[i])
    at = signs[:, cells]  # facet plane, simplex, corner
    beyond = at.max(axis=2) <= 0
    stray = ((at == 0) & ~common).any(axis=2)
    shares = np.array([common.sum(axis=1) - (cells == v).any(axis=1) == len(cells[i]) - 1 for v in cells[i]])
    settled: npt.NDArray[np.bool_] = (beyond & (~stray | shares)).any(axis=0)
    return settled


def _meet_in_a_face(forms: Sequence[fmpz_mat], simplices: Sequence[Simplex], i: int, j: int) -> bool:
    """Every vertex of the intersection lies on the face spanned by the common points."""
    table = [*forms[i].tolist(), *forms[j].tolist()]
    foreign = [a for a, v in enumerate(simplices[i]) if v not in simplices[j]]
    constraints = fmpz_mat(table)
    for chosen in combinations(range(len(table)), len(table[0]) - 1):
        matrix = fmpz_mat([table[a] for a in chosen])
        basis, nullity = matrix.nullspace()
        if nullity != 1:
            continue
        point = [basis[a, 0] for a in range(len(table[0]))]
        if point[0] == 0:
            continue
        if point[0] < 0:
            point = [-q for q in point]
        values = (constraints * fmpz_mat(len(point), 1, point)).entries()
        if min(values) >= 0 and any(values[a] != 0 for a in foreign):
            return False
    return True
