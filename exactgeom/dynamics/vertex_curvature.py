"""The named curvatures of a trajectory: one number per cell, a vertex of the nerve.

Combinatorial curvature needs no nerve.  The cells of a simplex of the nerve meet in a polytope, and to
count the simplex is to count ``(-1)^dim`` over the faces of that polytope; turned around, every face F of the
cell v counts the simplices at v inside its star, and ``sum_k (-1)^k C(n-1, k) / (k+1) = 1/n``:
``K(v) = sum over the faces F of v of (-1)^dim(F) / n(F)``, n(F) the number of cells that have F.
This is linear in the face lattice, where a zero-bias network has 2^n simplices around one point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.curvature import angle_defects, cell_geometry
from exactgeom.exact import InvalidInput, Surd

__all__ = ["NAMES", "CellCurvature", "combinatorial", "curvature_of"]


@dataclass(frozen=True)
class CellCurvature:
    """A curvature by name, one exact number per cell (None where it is not defined)."""

    name: str
    values: tuple[Any, ...]

    @property
    def total(self) -> Any:
        """The sum over all cells; None when one is not defined."""
        if any(value is None for value in self.values):
            return None
        total = self.values[0]
        for value in self.values[1:]:
            total = total + value
        return total

    @property
    def smallest(self) -> Any:
        """The smallest of the values that are defined; None when there is none."""
        return min(self._defined, default=None)

    @property
    def largest(self) -> Any:
        """The largest of the values that are defined; None when there is none."""
        return max(self._defined, default=None)

    @property
    def _defined(self) -> tuple[Any, ...]:
        return tuple(value for value in self.values if value is not None)


def curvature_of(partition: Any, name: str) -> CellCurvature:
    """The curvature of every cell of a bounded partition, by name.

    ``"combinatorial"``: that of the nerve, sums to 1.  ``"defect"``: angle defects of the nerve's triangles
    for distances of centroids (link rule: they sum to 2πχ of the 2-skeleton), None where triangles have no
    angles.  ``"exterior"``: ``sum over ridges of (π − θ) vol(ridge)``, 2π for polygons.
    Contract: exact.  Errors: InvalidInput for another name.

    >>> import exactgeom as eg
    >>> P = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))
    >>> curvature_of(P, "combinatorial").values[0], curvature_of(P, "exterior").total == 4 * 2 * eg.Angle.pi()
    (Fraction(1, 4), True)
    """
    if name not in _BUILDERS:
        raise InvalidInput(f"expected one of {', '.join(NAMES)}, got {name!r}", place="curvature")
    return CellCurvature(name, _BUILDERS[name](partition))


def combinatorial(partition: Any) -> tuple[Fraction, ...]:
    """Combinatorial curvature ``sum_k (-1)^k f_k(v)/(k+1)`` of every vertex v of the nerve; sums to 1.

    Contract: exact, for a bounded partition into convex cells.  Cost: linear in the lattice.
    Source: see the module; the definition is MATHEMATICS, "Data, density, curvature".

    >>> import exactgeom as eg
    >>> combinatorial(eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 1, dim=1)))
    (Fraction(1, 2), Fraction(1, 2))
    """
    space = partition.complex
    count = space.count(space.dim)
    found = [Fraction(1)] * count  # the cell itself: n = 1
    if space.dim % 2:
        found = [-value for value in found]
    faces = None
    for k in range(space.dim - 1, -1, -1):
        below = space.boundary(k + 1)
        faces = below if faces is None else faces.then(below)
        sharers = np.bincount(faces.index, minlength=space.count(k))
        own, cells = np.unique(np.stack((faces.owners, sharers[faces.index])), axis=1, return_counts=True)
        for cell, n, times in zip(*own.tolist(), cells.tolist(), strict=True):
            found[cell] += Fraction((-1) ** k * times, n)
    return tuple(found)


def _defects(partition: Any) -> tuple[Any, ...]:
    nerve = partition.nerve(max_dim=2)
    centroids = [cell.centroid for cell in partition.cells]
    edges = [tuple(simplex) for simplex in nerve.simplices(1)]
    lengths = {
        (a, b): Surd.sqrt(sum((x - y) ** 2 for x, y in zip(centroids[a], centroids[b], strict=True)))
        for a, b in edges
    }
    found = angle_defects(nerve, lengths, rule="link")
    return tuple(found.get(i) for i in range(len(centroids)))


def _exterior(partition: Any) -> tuple[Any, ...]:
    return tuple(cell.exterior for cell in cell_geometry(partition))


_BUILDERS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "combinatorial": combinatorial,
    "defect": _defects,
    "exterior": _exterior,
}
NAMES = tuple(_BUILDERS)
"""The curvatures there are."""
