"""The facets of a single cell, the cells across them, and the rows that are no facets."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from exactgeom.certificates.document import Document
from exactgeom.exact import InvalidInput, Surd
from exactgeom.linalg.lp import LinearProgram
from exactgeom.partition.cell_across import across
from exactgeom.partition.cell_distances import Distance, plane_distance, reach
from exactgeom.partition.cell_ridges import LocalRidge, ridges_of
from exactgeom.partition.cell_volume import (
    facet_area_vector,
    facet_vertices,
    facet_volume,
    volume_certificate,
)

if TYPE_CHECKING:
    from exactgeom.partition.cell_local import LocalCell

Vector = tuple[Fraction, ...]


class RowHandle:
    """A row of a cell: `cell` and its `number` (immutable)."""

    __slots__ = ("__dict__", "cell", "number")
    cell: LocalCell
    number: int

    def __init__(self, cell: LocalCell, number: int) -> None:
        object.__setattr__(self, "cell", cell)
        object.__setattr__(self, "number", number)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable: cannot delete {name!r}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RowHandle):
            return NotImplemented
        return type(self) is type(other) and (self.number, self.cell) == (other.number, other.cell)

    def __hash__(self) -> int:
        return hash((type(self), self.number, self.cell))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.cell, self.number)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.number} of {self.cell!r}: {', '.join(self.units)}>"

    @property
    def rows(self) -> tuple[int, ...]:
        """Numbers of all rows that say the same (positive multiples), ascending."""
        return self.cell.rows.groups[self.number]

    @property
    def units(self) -> tuple[str, ...]:
        """Names of the units, breakpoints and inequalities of the domain those rows come from."""
        return tuple(self.cell.rows.name(number) for number in self.rows)

    @cached_property
    def halfspace(self) -> tuple[Vector, Fraction]:
        """(a, b) with ``a·x ≤ b`` on the cell, primitive integers; zeros for a row that says nothing."""
        *a, b = map(Fraction, self.cell.rows.integers(self.number))
        return tuple(a), b

    @property
    def normal(self) -> Vector:
        """Outward normal: primitive integers together with `offset`."""
        return self.halfspace[0]

    @property
    def offset(self) -> Fraction:
        """The value of `normal·x` on the facet."""
        return self.halfspace[1]

    def certificate(self, system: Any = None) -> Document:
        """Return the certificate, of kind `facet` or `redundant`; `system` may be a name in a bundle."""
        return self.cell.description.certificate(self.number, self.cell.system if system is None else system)


class RedundantRow(RowHandle):
    """A row that the facets imply: constant, a looser or later multiple of another, or cut off by others."""

    __slots__ = ()

    @property
    def multipliers(self) -> dict[int, Fraction]:
        """`{row of a facet: λ}` with ``Σλa = a``, ``Σλb ≤ b``: the proof."""
        return self.cell.description.multipliers(self.number)


class LocalFacet(RowHandle):
    """A facet of a cell: where it meets others, or a piece of the domain's boundary."""

    __slots__ = ()

    @property
    def point(self) -> Vector:
        """A point on the facet, strictly inside all other halfspaces: the proof that it is one."""
        return self.cell.description.witness(self.number)

    @property
    def on_domain(self) -> bool:
        """True on the boundary of the domain: nothing is across."""
        return any(number >= self.cell.rows.own for number in self.rows)

    @cached_property
    def neighbors(self) -> tuple[str, ...]:
        """Sign strings of the cells across: one, none on the domain's boundary; more where a model jumps
        or branches (steps, trees), and the facet meets several cells.
        """  # noqa: D205
        return across(self)

    @property
    def neighbor(self) -> str | None:
        """The sign string of the cell across; None on the boundary of the domain.

        Errors: InvalidInput where several cells are across (steps and trees): see `neighbors`.
        """
        found = self.neighbors
        if len(found) > 1:
            raise InvalidInput(f"{len(found)} cells are across this facet: ask for neighbors", place="facet")
        return found[0] if found else None

    @cached_property
    def ridges(self) -> tuple[LocalRidge, ...]:
        """The ridges of the cell on this facet, in the order of the other facet."""
        found = ridges_of(self)
        mine = self.number
        return tuple(
            LocalRidge(self.cell, (min(mine, i), max(mine, i)), point) for i, point in sorted(found.items())
        )

    def plane_distance(self, norm: int | str = 2) -> Distance:
        """Return the distance from the cell's point to the hyperplane of the facet, in ℓ1, ℓ2 or ℓ∞ ("inf").

        The nearest point of the hyperplane need not lie on the facet: see `distance`.
        """
        return plane_distance(self.cell.point, self.normal, self.offset, norm)

    def distance(self, norm: int | str = 2) -> Distance:
        """Return the distance from the cell's point to the facet itself, with its proof."""
        found = reach(self.program, self.cell.point, norm)
        if found is None:
            raise AssertionError("unreachable: a facet is not empty")
        return found

    @cached_property
    def program(self) -> LinearProgram:
        """The facet as a linear program: the other rows of the cell, and its own as an equation."""
        whole, mine = self.cell.program, set(self.rows)
        rows = [whole.row(i) for i in range(whole.n_inequalities) if i not in mine]
        return LinearProgram(
            [a for a, _ in rows],
            [b for _, b in rows],
            equations=([self.normal], [self.offset]),
            lower=whole.lower,
            upper=whole.upper,
            dim=whole.dim,
        )

    @property
    def volume(self) -> Surd:
        """Exact (d−1)-volume (1 for a point), up to dimension 8. Errors: as `cell.polytope`."""
        return facet_volume(self)

    @property
    def vertices(self) -> tuple[Vector, ...]:
        """The vertices of the facet, in lexicographic order. Errors: as `cell.polytope`."""
        return facet_vertices(self)

    @property
    def area_vector(self) -> Vector:
        """Outward rational vector as long as `volume`. Errors: as `cell.polytope`."""
        return facet_area_vector(self)

    def volume_certificate(self, system: Any = None) -> Document:
        """Return the `volume` certificate of the facet. Errors: as `cell.polytope`."""
        return volume_certificate(self.cell, self, system)

    def cross(self) -> LocalCell | None:
        """Return the cell across, seen from `point`; None on the domain's boundary (errors: `neighbor`)."""
        from exactgeom.partition.cell_local import LocalCell

        signs = self.neighbor
        if signs is None:
            return None
        return LocalCell(self.cell.model, signs, self.cell._domain, self.point)
