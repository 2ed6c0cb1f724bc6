"""Nerve and dual complex of a partition, with the geometry of its faces.

The nerve: every set of cells with a common point is a simplex. The cells around each face span one, so
listing the subsets of the cells around all faces, in ascending order and degree by degree, gives all
simplices; the face of highest dimension that lists a simplex σ is (a piece of) ``F_σ = ∩ C_i``. The dual
complex: one p-cell per face of codimension p not contained in ∂D, signs from the face lattice.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput
from exactgeom.nerve.build_dual import dual_complex
from exactgeom.nerve.chains import ChainComplex
from exactgeom.nerve.complex import RiemannianComplex
from exactgeom.nerve.geometry import Carrier, FaceTable
from exactgeom.nerve.geometry_lattice import LatticeGeometry
from exactgeom.nerve.simplicial_subsets import MAX_SUBSETS, check_degree, subsets
from exactgeom.nerve.simplicial_table import SimplexTable
from exactgeom.polyhedra.arrays import Incidence, IntArray

__all__ = ["dual_complex", "nerve"]


def nerve(
    partition: Any, max_dim: int = 2, *, proper_only: bool = False, budget: int = MAX_SUBSETS
) -> RiemannianComplex:
    """The nerve of the cells up to degree `max_dim`.

    Contract: exact. σ = {i_0 < ... < i_p} is a simplex when ``F_σ = ∩ C_i`` is not empty, *proper* when
    ``dim F_σ = d − p``; the others have norm 0. With `proper_only` the simplices all of whose faces are
    proper are kept: its homology can differ from the domain's, and `notes` say so.
    Errors: InvalidInput; BudgetExceeded when cells around faces have more than `budget` subsets.

    >>> import exactgeom as eg
    >>> P = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))
    >>> K = nerve(P, max_dim=3)
    >>> K.counts, K.betti(), K.non_proper
    ((4, 6, 4, 1), [1, 0, 0, 0], ((1, (0, 3)), (1, (1, 2)), (3, (0, 1, 2, 3))))
    """
    check_degree(max_dim)
    if not hasattr(partition, "complex"):
        if not hasattr(partition, "facet_table"):
            raise InvalidInput(f"expected a partition, got {type(partition).__name__}", "partition")
        from exactgeom.nerve.build_boxes import nerve_of_boxes

        return nerve_of_boxes(partition, max_dim, proper_only=proper_only, budget=budget)
    table = FaceTable(partition.complex)
    simplices, carriers = _simplices(table, max_dim, proper_only, budget)
    whole = max(table.cells.lengths.tolist(), default=0) <= max_dim + 1 or simplices.dimension < max_dim
    notes: list[str] = []
    if not whole:
        notes.append(f"max_dim = {max_dim}: simplices of higher degree are left out")
    if proper_only:
        notes.append("proper simplices only: the homology can differ from that of the domain")

    def beyond() -> ChainComplex:
        return _chains(_simplices(table, max_dim + 1, proper_only, budget)[0])

    chains = _chains(simplices)
    return RiemannianComplex(
        "nerve",
        partition,
        chains,
        LatticeGeometry(partition, table, chains, carriers),
        options=(("max_dim", max_dim), ("proper_only", proper_only), ("budget", budget)),
        rebuild=nerve,
        beyond=None if whole else beyond,
        notes=tuple(notes),
    )


def _chains(table: SimplexTable) -> ChainComplex:
    labels = [[tuple(row) for row in table.rows(p).tolist()] for p in range(len(table.keys))]
    return ChainComplex(labels, [table.boundary(p) for p in range(1, len(labels))], check=False)


def _simplices(
    table: FaceTable, max_dim: int, proper_only: bool, budget: int
) -> tuple[SimplexTable, list[Carrier]]:
    """All simplices up to the degree, and the pieces of their F_σ."""
    n = table.space.count(table.dim)
    keys, carriers = [], []
    for found, face, simplex in subsets(table.cells, n, max_dim, budget):
        keys.append(found)
        carriers.append(_carrier(table, face, simplex, len(found)))
    made = SimplexTable(n, keys)
    return _proper_part(made, carriers, table.dim) if proper_only else (made, carriers)


def _carrier(table: FaceTable, face: IntArray, simplex: IntArray, count: int) -> Carrier:
    """Of all faces that list a simplex, those of the highest dimension."""
    dim = np.full(count, -1, dtype=np.int64)
    np.maximum.at(dim, simplex, table.dim_of[face])
    top = table.dim_of[face] == dim[simplex]
    return Carrier(Incidence.from_pairs(simplex[top], face[top], count), dim)


def _proper_part(table: SimplexTable, carriers: list[Carrier], d: int) -> tuple[SimplexTable, list[Carrier]]:
    """The simplices all of whose faces are proper."""
    given: list[IntArray] = []
    kept: list[Carrier] = []
    good = carriers[0].dim == d
    for p, carrier in enumerate(carriers):
        if p:
            part = table.boundary(p)
            fine = good[part.facet].reshape(-1, p + 1).all(axis=1)
            good = fine & (carrier.dim == d - p)
        chosen = np.flatnonzero(good)
        if p and not len(chosen):
            break
        given.append(table.rows(p)[chosen])
        kept.append(carrier.take(chosen))
    return SimplexTable.closure(table.size, given), kept
