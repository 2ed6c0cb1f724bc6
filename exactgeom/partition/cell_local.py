"""`LocalCell`: one cell of a model from its halfspaces, in any dimension, every answer with a certificate."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from typing import Any

from exactgeom.certificates.document import Document, bundle, cell, certificate, vector
from exactgeom.exact import CertificateError, InvalidInput, exact_vector
from exactgeom.linalg.lp import Answer, LinearProgram
from exactgeom.linalg.lp_interior import Interior
from exactgeom.linalg.redundancy import Redundancy, redundancy_of
from exactgeom.partition.cell_boundary import DecisionDistance, decision_distance
from exactgeom.partition.cell_distances import Distance, plane_distance
from exactgeom.partition.cell_domain import CellDomain, read_domain
from exactgeom.partition.cell_extent import extents
from exactgeom.partition.cell_facets import LocalFacet, RedundantRow
from exactgeom.partition.cell_ridges import LocalRidge
from exactgeom.partition.cell_rows import CellRows, rows_of
from exactgeom.partition.cell_volume import polytope_of, volume_certificate, volume_of
from exactgeom.partition.certificate import model_document
from exactgeom.polyhedra import Polytope

Vector = tuple[Fraction, ...]


class LocalCell:
    """A closed full-dimensional cell of a model, known by its halfspaces (immutable); made by `cell_at`.

    Contract: exact; no vertex is needed except for volumes.  `signs` is its sign string, `point` the point it
    was asked for (a point of the cell), `domain` what was given.  Nothing is computed before it is asked for.
    """

    def __init__(self, model: Any, signs: str, domain: CellDomain, point: Vector | None) -> None:
        self.__dict__.update(model=model, signs=signs, _domain=domain, _point=point)

    model: Any
    signs: str
    _domain: CellDomain
    _point: Vector | None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"LocalCell is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"LocalCell is immutable: cannot delete {name!r}")

    @classmethod
    def from_signs(cls, model: Any, signs: str, domain: Any = None, point: Any = None) -> LocalCell:
        """Return the cell with these signs; `point` (by default one strictly inside) must lie in it.

        Errors: InvalidInput when no full-dimensional cell has these signs, or the point is not in it.

        >>> import exactgeom as eg
        >>> net = eg.Network([eg.Linear([[1, 0], [1, 1]], [0, 0]), eg.ReLU()])
        >>> LocalCell.from_signs(net, "+-", eg.box(-1, 1, dim=2)).neighbors
        ('--', '++')
        """
        found = cls(model, signs, read_domain(domain, _input_dim(model)), None)
        found.interior_point  # noqa: B018 - raises where there is no such cell
        if point is None:
            return found
        return found.at(point)

    def at(self, point: Iterable[Any]) -> LocalCell:
        """Return the same cell seen from another of its points (InvalidInput when it is not in the cell)."""
        x = exact_vector(point, "point")
        if not self.contains(x):
            raise InvalidInput("the point is not in the cell", place="point")
        return LocalCell(self.model, self.signs, self._domain, x)

    # -- the set -------------------------------------------------------------------------------------

    @property
    def dim(self) -> int:
        """Dimension of the input space, and of the cell."""
        return self._domain.dim

    @property
    def domain(self) -> Any:
        """The domain, as it was given."""
        return self._domain.given

    @property
    def point(self) -> Vector:
        """The point the cell was asked for; else `interior_point`."""
        return self.interior_point if self._point is None else self._point

    @cached_property
    def rows(self) -> CellRows:
        """All halfspaces, numbered: one per character of `signs`, then those of the domain."""
        return rows_of(self.model, self.signs, self._domain)

    @cached_property
    def program(self) -> LinearProgram:
        """The cell as a linear program, to optimise over it."""
        return self.rows.program

    def contains(self, point: Iterable[Any]) -> bool:
        """Tell whether the closed cell contains a point, exactly."""
        x = exact_vector(point, "point")
        if len(x) != self.dim:
            raise InvalidInput(f"expected {self.dim} coordinates, got {len(x)}", place="point")
        return self.program.contains(x)

    @property
    def affine_map(self) -> tuple[tuple[Vector, ...], Vector] | None:
        """(A, b) with model(x) = A x + b on the cell; None for models without a map."""
        found: tuple[tuple[Vector, ...], Vector] | None = self.model.affine_map(self.signs)
        return found

    def form(self, position: int) -> tuple[Vector, Fraction]:
        """Return ``(ω, c)``: the function at a position of `signs` is ``ω·x + c`` on the cell.

        For a breakpoint t it is z − t, for a candidate of a maximum z − max; ω is the pulled-back 1-form of
        the unit. Zeros where the sign says so; InvalidInput off a tree's path.
        """
        if not 0 <= position < self.rows.own or self.signs[position] == ".":
            raise InvalidInput(f"there is no function at {position}", place="position")
        a, b = self.rows.halfspace(position)
        if self.signs[position] == "+":
            return tuple(-c for c in a), b
        return a, -b

    @cached_property
    def description(self) -> Redundancy:
        """Which halfspaces are needed, with a proof for every one."""
        found = redundancy_of(self.program)
        if found.kind != "full":
            raise InvalidInput("no full-dimensional cell has these signs", place="signs")
        return found

    @property
    def interior_point(self) -> Vector:
        """A point strictly inside all halfspaces, near the analytic centre where there is one."""
        point = self.description.interior
        if point is None:
            raise InvalidInput("no full-dimensional cell has these signs", place="signs")
        return point

    @cached_property
    def deepest(self) -> Interior:
        """The centre of the largest cube in the cell (half a side at most 1): `.x`, `.radius`, certified."""
        found = self.program.interior_point()
        if not isinstance(found, Interior):
            raise InvalidInput("no full-dimensional cell has these signs", place="signs")
        return found

    # -- facets --------------------------------------------------------------------------------------

    @cached_property
    def facets(self) -> tuple[LocalFacet, ...]:
        """The facets, in the order of the first row on each: units first, then the domain."""
        return tuple(LocalFacet(self, number) for number in self.description.needed)

    @cached_property
    def redundant(self) -> tuple[RedundantRow, ...]:
        """All other rows, ascending, each with the multipliers that make it superfluous."""
        needed = set(self.description.needed)
        return tuple(RedundantRow(self, i) for i in range(len(self.rows)) if i not in needed)

    @property
    def neighbors(self) -> tuple[str, ...]:
        """Sign strings of the cells across all facets, each once, in the order of the facets."""
        return tuple(dict.fromkeys(signs for facet in self.facets for signs in facet.neighbors))

    @cached_property
    def ridges(self) -> tuple[LocalRidge, ...]:
        """The ridges: all pairs of facets that meet in codimension 2, in the order of their numbers.

        Cost: one redundancy of a dimension less per facet; `facet.ridges` gives those of one.
        """
        found = {ridge.numbers: ridge for facet in self.facets[:-1] for ridge in facet.ridges}
        return tuple(ridge for _, ridge in sorted(found.items()))

    @cached_property
    def ties(self) -> tuple[LocalCell, ...]:
        """All cells that contain `point`, this one among them (InvalidInput for no point of the model)."""
        from exactgeom.partition.cell_at import cells_at

        return cells_at(self.model, self.point, self.domain)

    # -- distances from `point` ----------------------------------------------------------------------

    def plane_distances(self, norm: int | str = 2) -> tuple[Distance, ...]:
        """Return the distances from `point` to the hyperplanes of all rows of the model, constant ones apart.

        The least is how far the signs of the model surely stay the same.  No facet is needed for it.
        """
        table = (self.rows.halfspace(i) for i in range(self.rows.own))
        return tuple(plane_distance(self.point, a, b, norm) for a, b in table if any(a))

    def boundary_distance(self, norm: int | str = 2) -> Distance | None:
        """Return the distance from `point` to the boundary of the cell, the domain's walls included.

        It is the least distance to a hyperplane, whose nearest point is then in the cell. None: the cell is
        all of space.
        """
        domain, first = self._domain, self.rows.own + len(self._domain.rows)
        table = [self.rows.halfspace(i) for i in range(first)]
        gaps = {i: side * (bound - self.point[k]) for i, (k, side, bound) in enumerate(domain.bounds)}
        if gaps:  # a bound is as far in every norm
            table.append(self.rows.halfspace(first + min(gaps, key=lambda i: gaps[i])))
        found = [plane_distance(self.point, a, b, norm) for a, b in table if any(a)]
        return min(found, key=lambda one: one.squared, default=None)

    def nearest_wall(self, norm: int | str = 2) -> tuple[LocalFacet, Distance] | None:
        """Return the nearest facet with a cell across it, and the distance to it; None when there is none."""
        bounds = [(f.plane_distance(norm).squared, f.number, f) for f in self.facets if not f.on_domain]
        best: tuple[LocalFacet, Distance] | None = None
        for bound, _, facet in sorted(bounds, key=lambda entry: entry[:2]):
            if best is not None and bound >= best[1].squared:
                break
            found = facet.distance(norm)
            if best is None or found.squared < best[1].squared:
                best = facet, found
        return best

    def decision_distance(self, norm: int | str = 2) -> DecisionDistance | None:
        """Return the nearest part of the decision boundary inside the cell; None: the class stays the same.

        The class is the arg-max, ties to the smallest index; of a single output, 1 where it is positive.
        Parts of a class without interior points do not count. InvalidInput for a model without a map.
        """
        return decision_distance(self, norm)

    # -- extent, vertices, volume --------------------------------------------------------------------

    @cached_property
    def extents(self) -> tuple[tuple[Answer, Answer], ...]:
        """Per coordinate the certified answers to `min x_k` and `max x_k`."""
        return extents(self)

    @property
    def bounding_box(self) -> tuple[tuple[Fraction | None, Fraction | None], ...]:
        """Per coordinate (least, largest) value on the cell, exactly; None where it is unbounded."""
        ends = (tuple(getattr(answer, "value", None) for answer in pair) for pair in self.extents)
        return tuple((low, high) for low, high in ends)

    @cached_property
    def polytope(self) -> Polytope:
        """The cell with its vertices and whole face lattice, up to dimension 8.

        Errors: InvalidInput beyond; UnboundedError.
        """
        return polytope_of(self)

    @property
    def vertices(self) -> tuple[Vector, ...]:
        """The vertices, in lexicographic order. Errors: as `polytope`."""
        return self.polytope.vertices

    @cached_property
    def volume(self) -> Fraction:
        """Exact volume: of a box in any dimension, else up to dimension 8. Errors: as `polytope`."""
        return volume_of(self)

    def volume_certificate(self, system: Any = None) -> Document:
        """Return the `volume` certificate. Errors: as `polytope`."""
        return volume_certificate(self, None, system)

    # -- certificates --------------------------------------------------------------------------------

    @cached_property
    def system(self) -> Document:
        """The cell as a SYSTEM of certificates: from the model where the checker can derive it, else rows."""
        try:
            return cell(model_document(self.model), self.signs, self._domain.document())
        except CertificateError:
            return self.program.document()

    def certificate(self) -> Document:
        """Return the certificate that the facets, and no other rows, describe the cell (`irredundant`)."""
        return self.description.certificate(None, self.system)

    def certificates(self) -> Document:
        """Return a bundle: an inner point, and every facet and redundant row by itself."""
        inside = {"system": "cell", "strict": True}
        listed = [
            certificate("feasible", inside, {"point": vector(self.interior_point)}),
            *(self.description.certificate(i, "cell") for i in range(len(self.rows))),
        ]
        return bundle(listed, systems={"cell": self.system})

    # -- value ---------------------------------------------------------------------------------------

    def _key(self) -> tuple[Any, ...]:
        return self.signs, self._point, self.domain, self.model

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, LocalCell) else NotImplemented

    def __hash__(self) -> int:
        return hash((LocalCell, self.signs, self._point))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.model, self.signs, self.domain, self._point)

    def __repr__(self) -> str:
        shown = self.signs if len(self.signs) <= 40 else f"{self.signs[:37]}..."
        return f"<LocalCell {shown!r} in R^{self.dim}>"


def _input_dim(model: Any) -> int:
    from exactgeom.partition.cell_at import input_dim

    return input_dim(model)


def _restored(model: Any, signs: str, domain: Any, point: Vector | None) -> LocalCell:
    return LocalCell(model, signs, read_domain(domain, _input_dim(model)), point)
