"""The certificate that an exploration found all cells: every facet has a cell across it or is the domain's.

Cells with different signs have no inner point in common. Walk from a listed cell towards any point of the
connected domain: each facet on the way leads to a listed cell, so the listed cells fill the domain.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from exactgeom.certificates.document import Document, certificate, sparse, vector
from exactgeom.exact import CertificateError
from exactgeom.partition.cell_facets import LocalFacet
from exactgeom.partition.cell_local import LocalCell
from exactgeom.partition.cell_rows import CellRows
from exactgeom.partition.certificate import model_document

if TYPE_CHECKING:
    from exactgeom.partition.explore_result import Exploration


def complete_certificate(found: Exploration) -> Document:
    """Return the `complete` certificate of an exploration; see `Exploration.certificate`."""
    if not found.is_complete:
        raise CertificateError(f"{len(found.frontier)} cells are known but not explored")
    claim = {
        "model": model_document(found.model),
        "domain": found.cells[0]._domain.document(),
        "cells": list(found.cell_signs),
    }
    return certificate("complete", claim, {"cells": [_way(found, cell) for cell in found.cells]})


def _way(found: Exploration, cell: LocalCell) -> Document:
    """The evidence for one cell: an inner point, its facets with what is across, why there are no more."""
    own = cell.rows.own
    listed = {_row(facet, own): facet for facet in cell.facets}
    moved = {facet.number: row for row, facet in listed.items()}
    facets = [
        [row, None if facet.on_domain else found.number(facet.neighbors[0])]
        for row, facet in sorted(listed.items())
    ]
    others = [i for i in range(len(cell.rows)) if i not in listed]
    return {
        "point": vector(cell.interior_point),
        "facets": facets,
        "multipliers": [sparse(_proof(cell, i, moved)) for i in others],
    }


def _row(facet: LocalFacet, own: int) -> int:
    """The row that stands for a facet: on the border of the domain one of the domain."""
    return next(i for i in facet.rows if i >= own) if facet.on_domain else facet.number


def _proof(cell: LocalCell, row: int, moved: dict[int, int]) -> dict[int, Fraction]:
    """Multipliers of the rows that stand for facets, from those of the first row on each."""
    if row in moved:
        return {moved[row]: _ratio(cell.rows, row, moved[row])}
    known = cell.description.multipliers(row)
    return {moved[i]: value * _ratio(cell.rows, i, moved[i]) for i, value in known.items()}


def _ratio(rows: CellRows, i: int, j: int) -> Fraction:
    """The positive number that row i is of row j."""
    if i == j:
        return Fraction(1)
    (a, _), (b, _) = rows.halfspace(i), rows.halfspace(j)
    return next(x / y for x, y in zip(a, b, strict=True) if y)
