"""The certificate of smoothness: near these parameters the combinatorial type of the partition is constant.

Every vertex must lie on exactly d of {walls of the model, facets of the domain}; a vertex of the domain
on no wall is excepted.  Then every vertex is a transversal crossing that moves smoothly with the parameters,
and no face is born or dies.  Source: MATHEMATICS, "Regularisers and their exact derivatives".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from exactgeom.exact import NonSmoothError, UnboundedError, fraction_str
from exactgeom.models.program import Program
from exactgeom.partition.lowering import program_of
from exactgeom.polyhedra.arrays import AnyArray
from exactgeom.regularize.walls import Column, attained, columns_of, tight

__all__ = ["Smooth", "check_smooth"]


@dataclass(frozen=True)
class Smooth:
    """What the certificate found: which characters of the sign strings are met at which vertex.

    `met[vertex, character]` and `on_domain[vertex, inequality]`; `columns` explains the characters.
    """

    program: Program
    columns: list[Column]
    met: AnyArray
    on_domain: AnyArray


def check_smooth(partition: Any) -> Smooth:
    """Prove that the combinatorial type is constant near the model's parameters.

    Contract: exact.  Errors: NonSmoothError naming the units and the point where too many walls meet, or a
    unit stays on its breakpoint ("not certified": the derivative may still exist); UnboundedError without a
    domain.

    >>> import exactgeom as eg
    >>> cross = eg.Arrangement([([1, 0], 0), ([0, 1], 0), ([1, 1], 0)])
    >>> try:
    ...     check_smooth(eg.partition(cross, eg.box(-1, 2, dim=2)))
    ... except eg.NonSmoothError as error:
    ...     print(error.units)
    ('hyperplanes[0]', 'hyperplanes[1]', 'hyperplanes[2]')
    """
    if partition.domain is None:
        raise UnboundedError("gradients need a bounded domain, this partition is of all of R^d")
    program = program_of(partition.model)
    columns, space = columns_of(program), partition.complex
    found = Smooth(program, columns, attained(space, program), tight(space, partition.domain))
    walls = _counts(found)
    total = walls + np.count_nonzero(found.on_domain, axis=1)
    bad = np.flatnonzero((walls > 0) & (total != space.dim))
    if len(bad):
        raise _error(partition, found, bad, total)
    return found


def _counts(found: Smooth) -> AnyArray:
    """Walls through every vertex: breakpoints met; of n candidates that tie, n - 1."""
    counts = np.zeros(len(found.met), dtype=np.int64)
    groups: dict[int, list[int]] = {}
    for i, column in enumerate(found.columns):
        groups.setdefault(column.group, []).append(i)
    for group, own in groups.items():
        tied = np.count_nonzero(found.met[:, own], axis=1)
        counts += tied if group < 0 else tied - 1
    return counts


def _error(partition: Any, found: Smooth, bad: AnyArray, total: AnyArray) -> NonSmoothError:
    """Name what meets at the vertex where the fewest meet."""
    vertex = int(bad[np.argmin(total[bad])])
    row = found.met[vertex]
    tied: dict[int, int] = {}
    for i in np.flatnonzero(row).tolist():
        tied[found.columns[i].group] = tied.get(found.columns[i].group, 0) + 1
    chosen = [
        i
        for i in np.flatnonzero(row).tolist()
        if found.columns[i].group < 0 or tied[found.columns[i].group] > 1
    ]
    names = _names(partition.model, len(found.columns))
    units = tuple(names[i] for i in chosen)
    point = ", ".join(map(fraction_str, partition.complex.point(vertex)))
    facets = int(np.count_nonzero(found.on_domain[vertex]))
    there = f" and {facets} facet{'s' * (facets > 1)} of the domain" if facets else ""
    return NonSmoothError(
        f"not certified smooth: at vertex {vertex} = ({point}) meet {_listed(units)}{there}, "
        f"more than dimension {partition.dimension} allows",
        units,
    )


def _listed(units: tuple[str, ...]) -> str:
    """The first few names."""
    few = ", ".join(units[:6])
    return few if len(units) <= 6 else f"{few} and {len(units) - 6} more units"


def _names(model: Any, count: int) -> tuple[str, ...]:
    if hasattr(model, "unit_names"):
        return tuple(model.unit_names())
    return tuple(f"signs[{i}]" for i in range(count))
