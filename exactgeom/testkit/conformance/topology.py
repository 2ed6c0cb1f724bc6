"""Judges of nerves, inner products, homology and Hodge theory."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.nerve.hodge import HodgeComplex
from exactgeom.nerve.hodge_harmonic import decompose
from exactgeom.nerve.hodge_harmonic import harmonic_basis as exact_basis
from exactgeom.nerve.labelled import LabelledMatrix
from exactgeom.nerve.simplicial import SimplicialComplex
from exactgeom.nerve.spectrum import spectrum as exact_spectrum
from exactgeom.testkit.cells import CellMatch, match_cells
from exactgeom.testkit.compare import Sheet, nearest, off_subspace
from exactgeom.testkit.conditioning import scales_of
from exactgeom.testkit.conformance.base import Arguments, InvalidProblem, judges
from exactgeom.testkit.conformance.geometry import cell_sizes, truth_for
from exactgeom.testkit.forensic import forensic_diff
from exactgeom.testkit.oracles import Truth
from exactgeom.testkit.shapes import BadAnswer, Sizes

AnyArray = np.ndarray[Any, Any]
Simplex = tuple[int, ...]


# -- the nerve of a partition ------------------------------------------------------------------------


def _nerve_sizes(arguments: Arguments) -> Sizes:
    return cell_sizes(arguments) | {"P": int(arguments["max_dim"]) + 1}


def _gram_sizes(arguments: Arguments) -> Sizes:
    return cell_sizes(arguments) | {"q": int(arguments["degree"]) + 1}


def _named(table: AnyArray, match: CellMatch, place: str) -> list[tuple[int, ...]]:
    """Rows of cell numbers of the answer as exact cells; −1 for a row that means none."""
    count = len(match.cell_of)
    if table.size and not (table.min() >= 0 and table.max() < count):
        raise BadAnswer(place, f"cells from 0 to {count - 1}", f"{table.min()} to {table.max()}")
    return [tuple(row) for row in match.cell_of[table].tolist()]


def _show(truth: Truth) -> Any:
    return lambda simplex: "{" + ", ".join(truth.name(cell) for cell in simplex) + "}"


def _compare_simplices(
    truth: Truth, match: CellMatch, p: int, got: list[Simplex], sheet: Sheet, wanted: set[Simplex]
) -> None:
    lost = set(match.missing)
    wanted = {s for s in wanted if not lost & set(s)}
    known = [tuple(sorted(s)) for s in got if min(s, default=0) >= 0]
    found = set(known)
    sheet.some(f"missing {p}-simplex", f"{p}-simplices missing", sorted(wanted - found), _show(truth))
    sheet.some(
        f"spurious {p}-simplex", f"{p}-simplices that do not exist", sorted(found - wanted), _show(truth)
    )
    if len(known) > len(found):
        sheet.fail(f"repeated {p}-simplex", f"{len(known) - len(found)} {p}-simplices given twice")


@judges("nerve", _nerve_sizes)
def nerve(arguments: Arguments, answer: Any, sheet: Sheet, zero_sign: int) -> None:
    """The sets of cells with a common point."""
    truth = truth_for(arguments)
    match = match_cells(truth, answer)
    match.report(sheet)
    complex_ = truth.partition.nerve(max_dim=int(arguments["max_dim"]))
    for p, table in enumerate(answer["simplices"]):
        got = _named(table, match, f"simplices[{p}]")
        _compare_simplices(truth, match, p, got, sheet, set(complex_.simplices(p)))
    if sheet.findings:
        sheet.forensic = forensic_diff(match)


@judges("gram", _gram_sizes)
def gram(arguments: Arguments, answer: Any, sheet: Sheet, zero_sign: int) -> None:
    """Inner products, each simplex oriented as its row lists it; simplices of norm 0 may be left out."""
    truth, p = truth_for(arguments), int(arguments["degree"])
    match = match_cells(truth, answer)
    match.report(sheet)
    matrix = truth.partition.nerve(max_dim=max(2, p)).gram(p, arguments["convention"])
    names, entries = matrix.rows, dict(matrix.items())
    number = {name: i for i, name in enumerate(names)}
    got = _named(answer["simplices"], match, "simplices")
    flat = {name for name in names if (number[name], number[name]) not in entries}
    given = {tuple(sorted(s)) for s in got}
    _compare_simplices(truth, match, p, got, sheet, set(names) - (flat - given))
    rows = [i for i, s in enumerate(got) if tuple(sorted(s)) in number]
    signs = {i: _parity(got[i]) for i in rows}
    spots = [number[tuple(sorted(got[i]))] for i in rows]
    values = answer["matrix"][np.ix_(rows, rows)] if rows else np.zeros((0, 0))
    at = {spot: k for k, spot in enumerate(spots)}
    pairs = {(at[a], at[b]) for a, b in entries if a in at and b in at}
    pairs |= {(int(i), int(j)) for i, j in np.argwhere(values != 0)}
    listed = sorted(pairs)  # all others are zero on both sides
    exact = [
        entries.get((spots[i], spots[j]), Fraction(0)) * (signs[rows[i]] * signs[rows[j]]) for i, j in listed
    ]
    natural = max((abs(nearest(x)) for x in entries.values()), default=1.0)
    scale = natural * float(np.max(scales_of(truth).shift + scales_of(truth).turn))
    show = _show(truth)

    def place(k: int) -> str:
        i, j = listed[k]
        return f"matrix[{show(got[rows[i]])}, {show(got[rows[j]])}]"

    sheet.numbers(place, [values[pair] for pair in listed], exact, scale)
    if sheet.findings:
        sheet.forensic = forensic_diff(match, sheet.worst)


def _parity(row: Simplex) -> int:
    """The sign of the permutation that sorts a row."""
    swaps = sum(a > b for i, a in enumerate(row) for b in row[i + 1 :])
    return -1 if swaps % 2 else 1


# -- complexes with diagonal inner products ----------------------------------------------------------


def _lists(arguments: Arguments) -> list[list[Simplex]]:
    lists = [[tuple(row) for row in np.asarray(table).tolist()] for table in arguments["simplices"]]
    for p, rows in enumerate(lists):
        known = set(lists[p - 1]) if p else set()
        for row in rows:
            if p and any(row[:i] + row[i + 1 :] not in known for i in range(p + 1)):
                raise InvalidProblem("a face is missing")
    if not lists or not lists[0]:
        raise InvalidProblem("an empty complex")
    return [rows for rows in lists if rows]


def _faces(lists: list[list[Simplex]], p: int) -> list[list[tuple[int, int]]]:
    """(number, sign) of the faces of every p-simplex: `∂[v_0 … v_p] = Σ (−1)^i [v_0 … v̂_i … v_p]`."""
    below = {row: i for i, row in enumerate(lists[p - 1])}
    return [[(below[row[:i] + row[i + 1 :]], (-1) ** i) for i in range(p + 1)] for row in lists[p]]


def _metric(arguments: Arguments) -> HodgeComplex:
    lists = _lists(arguments)
    if int(arguments["degree"]) >= len(lists):
        raise InvalidProblem("no simplex of this degree")
    norms = [[Fraction(x) for x in np.asarray(row).tolist()] for row in arguments["norms"]]
    grams = [LabelledMatrix.diagonal_of(rows, norms[p]) for p, rows in enumerate(lists)]
    boundaries = []
    for p in range(1, len(lists)):
        table = [[0] * len(lists[p]) for _ in lists[p - 1]]
        for j, faces in enumerate(_faces(lists, p)):
            for i, sign in faces:
                table[i][j] = sign
        boundaries.append(LabelledMatrix(lists[p - 1], lists[p], table))
    return HodgeComplex(boundaries, grams)


def _chain_sizes(arguments: Arguments) -> Sizes:
    return {"S": len(arguments["simplices"][int(arguments["degree"])])}


def _spread(arguments: Arguments) -> float:
    """How far the inner products are from equal: the condition of the Hodge problems."""
    values = np.concatenate([np.asarray(row, dtype=float) for row in arguments["norms"]])
    return float(np.max(values) / np.min(values))


@judges("betti", lambda arguments: {"D": sum(len(rows) > 0 for rows in arguments["simplices"])})
def betti(arguments: Arguments, answer: AnyArray, sheet: Sheet, zero_sign: int) -> None:
    """Betti numbers over Q."""
    lists = _lists(arguments)
    exact = SimplicialComplex([row for rows in lists for row in rows]).betti()
    if answer.tolist() != exact:
        sheet.fail("betti", f"betti: was {answer.tolist()}, but should be {exact}")


def _dense_laplacian(arguments: Arguments) -> list[list[Fraction]]:
    """`G_p⁻¹ δᵀ G_{p+1} δ + δ G_{p−1}⁻¹ δᵀ G_p`, summed over cofaces and over common faces."""
    lists, p = _lists(arguments), int(arguments["degree"])
    if p >= len(lists):
        raise InvalidProblem("no simplex of this degree")
    norms = [[Fraction(x) for x in np.asarray(row, dtype=float).tolist()] for row in arguments["norms"]]
    size = len(lists[p])
    total = [[Fraction(0)] * size for _ in range(size)]
    if p + 1 < len(lists):
        for k, faces in enumerate(_faces(lists, p + 1)):
            for i, s in faces:
                for j, t in faces:
                    total[i][j] += s * t * norms[p + 1][k] / norms[p][i]
    if p:
        around: dict[int, list[tuple[int, int]]] = {}
        for i, faces in enumerate(_faces(lists, p)):
            for k, s in faces:
                around.setdefault(k, []).append((i, s))
        for k, cofaces in around.items():
            for i, s in cofaces:
                for j, t in cofaces:
                    total[i][j] += s * t * norms[p][j] / norms[p - 1][k]
    return total


@judges("laplacian", _chain_sizes)
def laplacian(arguments: Arguments, answer: AnyArray, sheet: Sheet, zero_sign: int) -> None:
    """Entries of the Hodge Laplacian, from the definition in dense fractions."""
    total = _dense_laplacian(arguments)
    size = len(total)
    flat = [x for row in total for x in row]
    scale = max((float(abs(x)) for x in flat), default=1.0)
    sheet.numbers(lambda i: f"laplacian[{i // size}, {i % size}]", answer, flat, scale)


@judges("spectrum", _chain_sizes)
def spectrum(arguments: Arguments, answer: AnyArray, sheet: Sheet, zero_sign: int) -> None:
    """Eigenvalues in ascending order; the scale is the largest."""
    K, p = _metric(arguments), int(arguments["degree"])
    exact = exact_spectrum(K, p).counted()
    scale = max((nearest(x) for x in exact), default=1.0) * _spread(arguments) ** 0.5 * len(exact)
    sheet.numbers("eigenvalues", np.sort(answer), exact, scale)


@judges("eigenvectors", _chain_sizes)
def eigenvectors(arguments: Arguments, answer: Any, sheet: Sheet, zero_sign: int) -> None:
    """Any sign, any length, any basis of an eigenspace: columns with `Δv = λv`, independent, all of them.

    Residuals and independence are judged after scaling by `G^{1/2}`, where Δ is symmetric.
    """
    spectrum(arguments, answer["values"], sheet, zero_sign)
    order = np.argsort(answer["values"], kind="stable")
    root = np.sqrt(np.asarray(arguments["norms"][int(arguments["degree"])], dtype=float))
    matrix = np.array([[float(x) for x in row] for row in _dense_laplacian(arguments)])
    matrix = root[:, None] * matrix / root[None, :]
    columns = root[:, None] * answer["vectors"][:, order]
    lengths = np.linalg.norm(columns, axis=0)
    if not np.all((lengths > 0) & np.isfinite(lengths)):
        sheet.fail("eigenvector", "a column of vectors is zero or too long")
        return
    columns = columns / lengths
    exact = np.array(
        [nearest(x) for x in exact_spectrum(_metric(arguments), int(arguments["degree"])).counted()]
    )
    off = np.linalg.norm(matrix @ columns - columns * exact, axis=0)
    allowed = float(sheet.level.allowed(0.0, len(exact) * max(float(np.max(np.abs(matrix))), 1e-300)))
    bad = np.flatnonzero(off > allowed).tolist()
    sheet.some(
        "eigenvector", "columns with Δv ≠ λv", bad, lambda j: f"{j} (off by {off[j]:.3g} > {allowed:.3g})"
    )
    rank = int(np.linalg.matrix_rank(columns, tol=1e-8))
    if rank < len(exact):
        sheet.fail("eigenvector", f"vectors: was {rank} independent columns, but should be {len(exact)}")


@judges("harmonic_basis", _chain_sizes)
def harmonic_basis(arguments: Arguments, answer: AnyArray, sheet: Sheet, zero_sign: int) -> None:
    """A basis of the kernel, as a subspace: its dimension is exact, its columns are near it."""
    K, p = _metric(arguments), int(arguments["degree"])
    basis = exact_basis(K, p)
    exact = np.array([[nearest(x) for x in row] for row in basis.entries]).reshape(len(answer), -1)
    off, rank = off_subspace(answer, exact)
    if (answer.shape[1], rank) != (exact.shape[1], exact.shape[1]):
        was = f"{answer.shape[1]} columns of rank {rank}"
        sheet.fail("kernel dimension", f"kernel: was {was}, but should be {exact.shape[1]} independent ones")
    allowed = float(sheet.level.allowed(0.0, len(answer) * _spread(arguments)))
    if off > allowed:
        sheet.fail("number", f"a column is {off:.3g} off the kernel (relative), allowed {allowed:.3g}")


@judges("hodge_decomposition", _chain_sizes)
def hodge_decomposition(arguments: Arguments, answer: Any, sheet: Sheet, zero_sign: int) -> None:
    """The three parts of a cochain."""
    K, p = _metric(arguments), int(arguments["degree"])
    cochain = [Fraction(x) for x in np.asarray(arguments["cochain"], dtype=float).tolist()]
    parts = decompose(K, p, cochain)
    scale = float(max(abs(x) for x in cochain)) * _spread(arguments) * len(cochain)
    for name in ("exact", "coexact", "harmonic"):
        sheet.numbers(f"{name} part", answer[name], getattr(parts, name), scale)
