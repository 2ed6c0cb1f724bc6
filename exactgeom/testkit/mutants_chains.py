"""Bugs in homology and in Hodge theory."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from exactgeom.testkit import loopback
from exactgeom.testkit.mutants_base import Mutant, mutant

__all__ = ["CHAINS"]

AnyArray = np.ndarray[Any, Any]
Tables = list[AnyArray]


def boundary(simplices: Tables, p: int, *, signed: bool = True) -> AnyArray:
    """∂_p in the given order, dense; without signs if asked.

    >>> boundary([np.array([[0], [1]]), np.array([[0, 1]])], 1).tolist()
    [[-1.0], [1.0]]
    """
    number = {tuple(row): i for i, row in enumerate(simplices[p - 1].tolist())}
    matrix = np.zeros((len(number), len(simplices[p])))
    for j, row in enumerate(simplices[p].tolist()):
        for i in range(p + 1):
            face = tuple(row[:i] + row[i + 1 :])
            matrix[number[face], j] = (-1) ** i if signed else 1
    return matrix


def rank_mod_2(matrix: AnyArray) -> int:
    """Rank over the field of two elements.

    >>> rank_mod_2(np.array([[1, 1], [1, -1]]))
    1
    """
    rows = [int("".join(map(str, row)) or "0", 2) for row in (matrix.astype(int) % 2).tolist()]
    rank = 0
    while rows:
        pivot = rows.pop()
        if pivot:
            rank += 1
            low = pivot & -pivot
            rows = [row ^ pivot if row & low else row for row in rows]
    return rank


# -- homology ----------------------------------------------------------------------------------------


def _reduced(simplices: Tables) -> AnyArray:
    """Reduced homology."""
    found = loopback.betti(simplices).copy()
    found[0] -= 1
    return found


def _degree_offset(simplices: Tables) -> AnyArray:
    """The rank of ∂_p is taken off in degree p − 1 only."""
    sizes = [len(rows) for rows in simplices]
    ranks = [0] + [int(np.linalg.matrix_rank(boundary(simplices, p))) for p in range(1, len(sizes))]
    return np.array(
        [size - 2 * r if p else size - r for p, (size, r) in enumerate(zip(sizes, ranks, strict=True))]
    )


def _mod_2(simplices: Tables) -> AnyArray:
    """Ranks over the field of two elements."""
    top = len(simplices)
    ranks = [0, *(rank_mod_2(boundary(simplices, p, signed=False)) for p in range(1, top)), 0]
    return np.array([len(simplices[p]) - ranks[p] - ranks[p + 1] for p in range(top)])


# -- Laplacians --------------------------------------------------------------------------------------


def _down(simplices: Tables, degree: int, norms: Tables) -> AnyArray:
    """`δ G⁻¹ δᵀ G`, the part from below."""
    if degree == 0:
        return np.zeros((len(simplices[0]),) * 2)
    back = boundary(simplices, degree)
    return back.T @ (back / norms[degree - 1][:, None]) * norms[degree][None, :]


def _no_down(simplices: Tables, degree: int, norms: Tables) -> AnyArray:
    """Only the part from above."""
    return loopback.laplacian(simplices, degree, norms) - _down(simplices, degree, norms)


def _unit_metric(simplices: Tables, degree: int, norms: Tables) -> AnyArray:
    """Norms are ignored."""
    return loopback.laplacian(simplices, degree, [np.ones(len(row)) for row in norms])


def _inverse_metric(simplices: Tables, degree: int, norms: Tables) -> AnyArray:
    """Norms of chains in place of norms of cochains."""
    return loopback.laplacian(simplices, degree, [1 / row for row in norms])


def _unsigned_boundary(simplices: Tables, degree: int, norms: Tables) -> AnyArray:
    """Incidences without signs."""
    return np.abs(loopback.laplacian(simplices, degree, norms))


def _once_each(simplices: Tables, degree: int, norms: Tables) -> AnyArray:
    """Every eigenvalue once."""
    return np.unique(np.round(loopback.spectrum(simplices, degree, norms), 9))


def _graph_only(simplices: Tables, degree: int, norms: Tables) -> AnyArray:
    """Eigenvalues of the part from above: kernels become too large."""
    matrix = _no_down(simplices, degree, norms)
    root = np.sqrt(norms[degree])
    even = root[:, None] * matrix / root[None, :]
    values: AnyArray = np.linalg.eigvalsh((even + even.T) / 2)
    return values


def _unscaled_vectors(simplices: Tables, degree: int, norms: Tables) -> dict[str, AnyArray]:
    """Eigenvectors of the symmetric form are given for those of the operator."""
    found = loopback.eigenvectors(simplices, degree, norms)
    return {**found, "vectors": found["vectors"] * np.sqrt(norms[degree])[:, None]}


def _kernel_less(simplices: Tables, degree: int, norms: Tables) -> AnyArray:
    """The last vector of the basis is lost."""
    return loopback.harmonic_basis(simplices, degree, norms)[:, :-1]


def _no_harmonic(simplices: Tables, degree: int, norms: Tables, cochain: AnyArray) -> dict[str, AnyArray]:
    """What is not exact is taken for coexact."""
    found = loopback.hodge_decomposition(simplices, degree, norms, cochain)
    return {**found, "coexact": found["coexact"] + found["harmonic"], "harmonic": 0 * found["harmonic"]}


def _flat_projection(simplices: Tables, degree: int, norms: Tables, cochain: AnyArray) -> dict[str, AnyArray]:
    """Projections in the plain inner product."""
    return loopback.hodge_decomposition(simplices, degree, [np.ones(len(row)) for row in norms], cochain)


CHAINS: Final[tuple[Mutant, ...]] = (
    mutant("reduced-homology", "reduced homology", "betti", _reduced, "betti", r"was \[0.* should be \[1"),
    mutant("betti-offset", "ranks are taken off in the wrong degree", "betti", _degree_offset, "betti"),
    mutant(
        "betti-mod-2",
        "ranks over two elements see torsion",
        "betti",
        _mod_2,
        "betti",
        r"was \[1, 1, 1\], but should be \[1, 0, 0\]",
    ),
    mutant(
        "laplacian-without-down",
        "the part from below is missing",
        "laplacian",
        _no_down,
        "number",
        "laplacian",
    ),
    mutant("metric-ignored", "norms are taken for 1", "laplacian", _unit_metric, "number", "laplacian"),
    mutant(
        "metric-inverted",
        "norms of chains in place of cochains",
        "laplacian",
        _inverse_metric,
        "number",
        "laplacian",
    ),
    mutant(
        "unsigned-boundary",
        "incidences without signs",
        "laplacian",
        _unsigned_boundary,
        "number",
        r"was ([\d.]+), but should be -\1",
    ),
    mutant("no-multiplicity", "every eigenvalue is given once", "spectrum", _once_each, "shape", r"\(S"),
    mutant(
        "spectrum-without-down",
        "eigenvalues of the part from above",
        "spectrum",
        _graph_only,
        "number",
        "eigenv",
    ),
    mutant(
        "vectors-unscaled",
        "eigenvectors of the symmetric form in place of the operator",
        "eigenvectors",
        _unscaled_vectors,
        "eigenvector",
    ),
    mutant(
        "kernel-too-small",
        "the basis of the kernel misses a vector",
        "harmonic_basis",
        _kernel_less,
        "kernel dimension",
        "was 0|was 1",
    ),
    mutant(
        "harmonic-dropped",
        "the harmonic part is put into the coexact one",
        "hodge_decomposition",
        _no_harmonic,
        "number",
        r"harmonic part.*was 0.0",
    ),
    mutant(
        "plain-projection",
        "the decomposition ignores the norms",
        "hodge_decomposition",
        _flat_projection,
        "number",
        "part",
    ),
)
"""All of them."""
