"""Judges of cells, volumes, facets, angles and their derivatives."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.testkit.cells import CellMatch, Sides, key_of, match_cells
from exactgeom.testkit.compare import Sheet
from exactgeom.testkit.conditioning import scales_of
from exactgeom.testkit.conformance.base import Arguments, InvalidProblem, judges
from exactgeom.testkit.forensic import forensic_diff
from exactgeom.testkit.oracles import Truth, exact_rows, truth_of
from exactgeom.testkit.shapes import BadAnswer, Sizes

AnyArray = np.ndarray[Any, Any]


def truth_for(arguments: Arguments) -> Truth:
    """The exact partition a question is about."""
    return truth_of(arguments["model"], arguments["lo"], arguments["hi"])


def cell_sizes(arguments: Arguments) -> Sizes:
    """The letters d, U, h, k that a model fixes."""
    model = arguments["model"]
    found = {"d": len(arguments["lo"])}
    if model["kind"] == "arrangement":
        found["h"] = found["U"] = len(model["offsets"])
    elif model["kind"] == "network":
        found["U"] = breakpoints(model)
        found["k"] = len(model["layers"][-1]["bias"])
    return found


def breakpoints(model: Any) -> int:
    """Characters of a network's sign strings."""
    width = total = 0
    for layer in model["layers"]:
        if layer["type"] == "linear":
            width = len(layer["bias"])
        else:
            total += width * (2 if layer["type"] == "hard_tanh" else 1)
    return total


def _close(match: CellMatch, sheet: Sheet, volumes: dict[int, float] | None = None) -> None:
    """Report the cells, and look closer when something is wrong."""
    match.report(sheet)
    if sheet.findings:
        sheet.forensic = forensic_diff(match, sheet.worst, volumes)


@judges("partition", cell_sizes)
def partition(arguments: Arguments, answer: Any, sheet: Sheet, zero_sign: int) -> None:
    """The cells; with vertices, each cell's."""
    truth = truth_for(arguments)
    match = match_cells(truth, answer)
    if ("vertices" in answer) != ("cells" in answer):
        raise BadAnswer("answer", "both 'vertices' and 'cells', or none", "one of them")
    if "cells" in answer and not truth.is_tree:
        _vertices(truth, match, answer, sheet)
    _close(match, sheet)


def _vertices(truth: Truth, match: CellMatch, answer: Any, sheet: Sheet) -> None:
    """Each vertex of a cell must be near one of the candidate's, and the other way round."""
    scales = scales_of(truth)
    for row in match.matched():
        cell = int(match.cell_of[row])
        numbers = answer["cells"][row]
        if len(numbers) and (min(numbers) < 0 or max(numbers) >= len(answer["vertices"])):
            raise BadAnswer(f"cells[{row}]", f"vertices below {len(answer['vertices'])}", str(max(numbers)))
        own = answer["vertices"][numbers]
        exact = np.array([[float(x) for x in p] for p in truth.partition.cells[cell].vertices])
        off = np.max(np.abs(own[:, None, :] - exact[None, :, :]), axis=2)
        allowed = sheet.level.allowed(float(np.max(np.abs(exact))), scales.shift[cell])
        bad = [p for p in range(len(exact)) if not len(own) or off[:, p].min() > allowed]
        if bad or len(np.unique(numbers)) != len(exact):
            was = f"{len(np.unique(numbers))} vertices"
            at = f"; none within {allowed:.3g} of {exact[bad[0]].tolist()}" if bad else ""
            sheet.fail("vertices", f"cell {truth.name(cell)}: was {was}, but should be {len(exact)}{at}")
            return


@judges("cell_volumes", cell_sizes)
def cell_volumes(arguments: Arguments, answer: Any, sheet: Sheet, zero_sign: int) -> None:
    """Volumes, cell by cell."""
    truth = truth_for(arguments)
    match = match_cells(truth, answer)
    rows = match.matched()
    cells = match.cell_of[rows].tolist()
    scale = np.zeros(truth.cell_count) if truth.is_tree else scales_of(truth).volumes
    if truth.is_tree:
        scale += float(np.prod(truth.hi - truth.lo))
    got = answer["volumes"][rows]

    def place(i: int) -> str:
        return f"volumes[{rows[i]}] (cell {truth.name(cells[i])})"

    sheet.numbers(place, got, [truth.volumes[c] for c in cells], scale[cells], cells)
    _close(match, sheet, dict(zip(cells, got.tolist(), strict=True)))


@judges("affine_maps", cell_sizes)
def affine_maps(arguments: Arguments, answer: Any, sheet: Sheet, zero_sign: int) -> None:
    """A and b, cell by cell; the scale is that of the weights' absolute values."""
    truth = truth_for(arguments)
    match = match_cells(truth, answer)
    scale = abs_bound(arguments["model"], float(np.max(np.abs([truth.lo, truth.hi]))))
    for row in match.matched():
        cell = int(match.cell_of[row])
        A, b = truth.partition.cells[cell].affine_map
        flat = [x for line in A for x in line]
        sheet.numbers(
            f"A[{row}] (cell {truth.name(cell)})", answer["A"][row], flat, scale, [cell] * len(flat)
        )
        sheet.numbers(f"b[{row}] (cell {truth.name(cell)})", answer["b"][row], b, scale, [cell] * len(b))
    _close(match, sheet)


def abs_bound(model: Any, reach: float) -> float:
    """A bound of what a network computes with, over all its paths: the scale of its outputs."""
    x = np.full(int(model["input_dim"]), max(reach, 1.0))
    for layer in model["layers"]:
        if layer["type"] == "linear":
            x = np.abs(layer["weight"]) @ x + np.abs(layer["bias"])
        elif layer["type"] == "hard_tanh":
            x = x + max(abs(layer["low"]), abs(layer["high"]))
    return float(np.max(x))


def _exact_keys(sheet: Sheet, what: str, exact: set[Any], got: list[Any], show: Any) -> None:
    """Sets must be equal, with nothing twice."""
    found = set(got)
    sheet.some(f"missing {what}", f"{what}s missing", sorted(exact - found), show)
    sheet.some(f"spurious {what}", f"{what}s that do not exist", sorted(found - exact), show)
    if len(got) > len(found):
        twice = sorted({key for key in found if got.count(key) > 1}) if len(got) < 5000 else []
        sheet.some(f"repeated {what}", f"{what}s given twice", twice or ["?"], show if twice else str)


def _sides_in_range(table: AnyArray, columns: slice, truth: Truth, count: int, place: str) -> None:
    values = table[:, columns]
    low, high = -2 * truth.dim, count
    if values.size and not (low <= values.min() and values.max() < high):
        raise BadAnswer(place, f"sides from {low} to {high - 1}", f"{values.min()} to {values.max()}")


def _to_cells(table: AnyArray, match: CellMatch, place: str) -> AnyArray:
    """Rows of the answer to exact cells (−10⁹ for rows that mean none); walls stay."""
    count = len(match.cell_of)
    if table.size and (table[:, 0].min() < 0 or table[:, 0].max() >= count):
        raise BadAnswer(place, f"a cell from 0 to {count - 1} in the first column", "others")
    _sides_in_range(table, slice(1, None), match.truth, count, place)
    lost = -(10**9)
    cell_of = np.where(match.cell_of < 0, lost, match.cell_of)
    return np.where(table >= 0, cell_of[np.maximum(table, 0)] if count else table, table)


@judges("facet_areas", cell_sizes)
def facet_areas(arguments: Arguments, answer: Any, sheet: Sheet, zero_sign: int) -> None:
    """Which cells meet, over how much, and which way the facet looks."""
    truth = truth_for(arguments)
    match, sides = match_cells(truth, answer), Sides(truth)
    table = _to_cells(answer["facets"], match, "facets")
    keys = [key_of(*pair) for pair in table.tolist()]
    missing = set(match.missing)
    wanted = {k for k in sides.number if not missing & set(k)}
    if not any(min(k) < 0 for k in keys):
        wanted = {k for k in wanted if min(k) >= 0}
        sheet.notes.append("interior facets only")
    known = [i for i, k in enumerate(keys) if min(k) > -(10**8)]
    _exact_keys(sheet, "facet", wanted, [keys[i] for i in known], sides.show)
    rows = [i for i in known if keys[i] in sides.number]
    scales = scales_of(truth)
    numbers = [sides.number[keys[i]] for i in rows]
    facets = [truth.partition.facets[f] for f in numbers]

    def place(i: int) -> str:
        return f"areas[{rows[i]}] ({sides.show(keys[rows[i]])})"

    cells = [int(table[i, 0]) for i in rows]
    sheet.numbers(place, answer["areas"][rows], [f.area for f in facets], scales.facet_areas[numbers], cells)
    if "vectors" in answer:
        exact = []
        for i, facet in zip(rows, facets, strict=True):
            outward = 1 if facet.cell_ids[0] == table[i, 0] else -1
            exact += [outward * x for x in facet.area_vector]
        turn = scales.turn[cells] * scales.areas[numbers] + scales.facet_areas[numbers]
        got = answer["vectors"][rows]
        d = truth.dim
        sheet.numbers(
            lambda i: f"vectors[{rows[i // d]}] ({sides.show(keys[rows[i // d]])})[{i % d}]",
            got,
            exact,
            np.repeat(turn, d),
            np.repeat(cells, d).tolist(),
        )
    _close(match, sheet)


@judges("dihedral_angles", cell_sizes)
def dihedral_angles(arguments: Arguments, answer: Any, sheet: Sheet, zero_sign: int) -> None:
    """Interior angles by (cell, side, side)."""
    truth = truth_for(arguments)
    match, sides = match_cells(truth, answer), Sides(truth)
    exact = {}
    for ridge in truth.partition.ridges:
        for cell, (g, h), angle in ridge.angles:
            exact[(cell, *sorted((sides.side(cell, g), sides.side(cell, h))))] = angle
    table = _to_cells(answer["corners"], match, "corners")
    keys = [(c, *sorted(pair)) for c, *pair in table.tolist()]
    missing = set(match.missing)
    wanted = {k for k in exact if not missing & set(k)}
    known = [i for i, k in enumerate(keys) if min(k) > -(10**8)]

    def show(key: tuple[int, ...]) -> str:
        return " and ".join(sides.show(key_of(key[0], side)) for side in key[1:])

    _exact_keys(sheet, "corner", wanted, [keys[i] for i in known], show)
    rows = [i for i in known if keys[i] in exact]
    cells = [keys[i][0] for i in rows]
    sheet.numbers(
        lambda i: f"angles[{rows[i]}] ({show(keys[rows[i]])})",
        answer["angles"][rows],
        [exact[keys[i]] for i in rows],
        scales_of(truth).turn[cells],
        cells,
    )
    _close(match, sheet)


@judges("volume_gradient", cell_sizes)
def volume_gradient(arguments: Arguments, answer: Any, sheet: Sheet, zero_sign: int) -> None:
    """`∂vol/∂offset = −σ vol(F)/|n|`, `∂vol/∂n = σ vol(F)/|n| · centroid(F)`, σ the cell's sign."""
    truth = truth_for(arguments)
    match = match_cells(truth, answer)
    scales = scales_of(truth)
    normals = exact_rows(arguments["model"]["normals"])
    least = float(np.min(np.linalg.norm(arguments["model"]["normals"], axis=1), initial=np.inf))
    reach = max(1.0, float(np.max(np.abs([truth.lo, truth.hi]))))
    for row in match.matched():
        cell = int(match.cell_of[row])
        by_normal, by_offset = _gradient(truth, cell, normals)
        scale = float(np.max(scales.facet_areas)) / least * reach + float(np.max(scales.areas)) / least
        name = truth.name(cell)
        flat = [x for line in by_normal for x in line]
        sheet.numbers(
            f"normals[{row}] (cell {name})", answer["normals"][row], flat, scale, [cell] * len(flat)
        )
        sheet.numbers(
            f"offsets[{row}] (cell {name})", answer["offsets"][row], by_offset, scale, [cell] * len(by_offset)
        )
    _close(match, sheet)


def _gradient(truth: Truth, cell: int, normals: Any) -> tuple[list[list[Fraction]], list[Fraction]]:
    by_normal = [[Fraction(0)] * truth.dim for _ in normals]
    by_offset = [Fraction(0)] * len(normals)
    for facet in truth.partition.cells[cell].facets:
        ids = facet.cell_ids
        crossed = np.flatnonzero(truth.signs[ids[0]] != truth.signs[ids[-1]]).tolist()
        if len(crossed) > 1:
            raise InvalidProblem("hyperplanes coincide: the volume has no derivative")
        for h in crossed:
            n, sign = normals[h], int(truth.signs[cell][h])
            square = sum(x * x for x in n)
            rate = abs(sum(x * y for x, y in zip(facet.area_vector, n, strict=True))) / square
            by_offset[h] -= sign * rate
            centre = truth.partition.complex.measures.centroid(truth.dim - 1, facet.id)
            by_normal[h] = [g + sign * rate * c for g, c in zip(by_normal[h], centre, strict=True)]
    return by_normal, by_offset
