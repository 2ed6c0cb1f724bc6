"""What of a partition's complex is kept in a pickle, and when two of them are numbered alike.

Caches and provenance are dropped: measures are computed anew, by the route that needs no provenance.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from exactgeom.polyhedra import PolyhedralComplex
from exactgeom.polyhedra.unbounded import UnboundedComplex

Space = PolyhedralComplex | UnboundedComplex


def lattice_state(space: Space) -> tuple[Any, ...]:
    """(complex, pieces, boundaries): the latter two are None when it is bounded."""
    if isinstance(space, UnboundedComplex):
        boundaries = tuple(space.boundary(k) for k in range(1, space.dim + 1))
        return space.fine, space._pieces, boundaries
    return space, None, None


def revive(state: tuple[Any, ...]) -> Space:
    """The complex that `lattice_state` described."""
    fine, pieces, boundaries = state
    return fine if pieces is None else UnboundedComplex(fine, pieces, boundaries)


def same_lattice(one: Space, two: Space) -> bool:
    """True when both have the same faces under the same numbers."""
    return (
        one.f_vector == two.f_vector
        and one.points == two.points
        and all(
            np.array_equal(a.start, b.start) and np.array_equal(a.index, b.index)
            for a, b in ((one.boundary(k), two.boundary(k)) for k in range(1, one.dim + 1))
        )
    )
