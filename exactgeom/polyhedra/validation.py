"""Proofs that a complex is what it claims to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput
from exactgeom.polyhedra.arrays import Incidence, IntArray


@dataclass(frozen=True, slots=True)
class Validation:
    """The outcome of `validate`: which identities hold, and where the others fail.

    `failures` maps the name of each identity that fails to a line that names the place; `checked` lists
    all that were tried.  True when none fails.
    """

    checked: tuple[str, ...]
    failures: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return not self.failures

    def __str__(self) -> str:
        lines = dict(self.failures)
        return "\n".join(f"{name}: {lines.get(name, 'holds')}" for name in self.checked)


def validate(space: Any, *, domain: Any = None, labels: Sequence[str] | None = None) -> Validation:
    """Prove the identities of a partition's complex, exactly.

    Euler's relation; every facet in one or two cells, two on opposite sides; cells convex; labels (sign
    strings) pairwise different; and on bounded domains also the boundary of a boundary is zero and the
    cell volumes add up to the domain's.

    >>> from exactgeom.polyhedra import box
    >>> bool(validate(box(0, 1, dim=3).complex, domain=box(0, 1, dim=3)))
    True
    """
    tests: dict[str, Callable[[Any, Any], str | None]] = {"euler": _euler, "facets": _facets}
    if labels is not None:
        tests["patterns"] = lambda s, d: _patterns(labels)
    if space.dim == space.ambient_dim:
        tests["sides"] = _sides
    if space.is_bounded:
        tests["boundary of boundary"] = _boundary_of_boundary
        if domain is not None:
            tests["volume"] = _volume
    failures = []
    for name, test in tests.items():
        try:
            problem = test(space, domain)
        except InvalidInput as error:  # too broken to be measured
            problem = str(error)
        if problem:
            failures.append((name, problem))
    return Validation(tuple(tests), tuple(failures))


def _euler(space: Any, domain: Any) -> str | None:
    expected = 1 if space.is_bounded else (-1) ** space.dim
    found = space.euler_characteristic
    return None if found == expected else f"the alternating sum is {found}, but should be {expected}"


def _facets(space: Any, domain: Any) -> str | None:
    if space.dim == 0:
        return None
    counts = space.coboundary(space.dim - 1).lengths
    allowed = (counts == 1) | (counts == 2) if space.is_bounded else counts == 2
    bad = np.flatnonzero(~allowed)
    return f"facet {bad[0]} lies in {counts[bad[0]]} cells" if len(bad) else None


def _patterns(labels: Sequence[str]) -> str | None:
    seen: dict[str, int] = {}
    for cell, label in enumerate(labels):
        if label in seen:
            return f"cells {seen[label]} and {cell} have the same signs {label!r}"
        seen[label] = cell
    return None


def _sides(space: Any, domain: Any) -> str | None:
    """Each cell lies behind each of its facets, and two cells at a facet on opposite sides."""
    if space.dim == 0:
        return None
    measures, d = space.measures, space.dim
    for facet in range(space.count(d - 1)):
        cells = space.coboundary(d - 1)[facet].tolist()
        normals = [measures.outward_normal(cell, facet) for cell in cells]
        if len(normals) == 2 and any(a != -b for a, b in zip(*normals, strict=True)):
            return f"cells {cells[0]} and {cells[1]} are on the same side of facet {facet}"
        for cell, normal in zip(cells, normals, strict=True):
            if not _behind(space, cell, facet, normal):
                return f"cell {cell} crosses the hyperplane of its facet {facet}"
    return None


def _behind(space: Any, cell: int, facet: int, normal: Sequence[Fraction]) -> bool:
    vertices = space.closure(space.dim - 1)[facet].tolist()
    if not vertices:
        return True

    def height(vertex: int) -> Fraction:
        return sum((a * x for a, x in zip(normal, space.points[vertex], strict=True)), Fraction(0))

    level = height(vertices[0])
    return all(height(v) <= level for v in space.closure(space.dim)[cell].tolist())


def _boundary_of_boundary(space: Any, domain: Any) -> str | None:
    for k in range(2, space.dim + 1):
        face = boundary_square(
            space.boundary(k),
            space.measures.incidence_signs(k),
            space.boundary(k - 1),
            space.measures.incidence_signs(k - 1),
        )
        if face is not None:
            return f"the boundary of the boundary of {k}-face {face} is not zero"
    return None


def boundary_square(
    upper: Incidence, upper_signs: IntArray, lower: Incidence, lower_signs: IntArray
) -> int | None:
    """The first face whose signed boundary of boundary is not zero, or None."""
    lengths, entries = lower.take(upper.index)
    owner = np.repeat(upper.owners, lengths)
    inner = Incidence(lower.start.copy(), lower_signs.astype(np.int64))
    products = np.repeat(upper_signs, lengths) * inner.take(upper.index)[1]
    keys = owner * (int(entries.max(initial=0)) + 1) + entries
    names, inverse = np.unique(keys, return_inverse=True)
    sums = np.bincount(inverse.ravel(), weights=products, minlength=len(names))
    bad = np.flatnonzero(sums != 0)
    return int(owner[np.flatnonzero(inverse.ravel() == bad[0])[0]]) if len(bad) else None


def _volume(space: Any, domain: Any) -> str | None:
    total, expected = space.measures.total_volume, domain.relative_volume
    return None if total == expected else f"the cell volumes add up to {total}, but should to {expected}"
