"""Regge calculus: complexes whose geometry is given by squared edge lengths.

Source: T. Regge, "General relativity without coordinates", Nuovo Cimento 19 (1961); J. B. Hartle, R. Sorkin,
"Boundary terms in the action for the Regge calculus" (1981), for the bones on the boundary.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from exactgeom.curvature.cells_sum import AngleSum
from exactgeom.curvature.combinatorial import Complex, Faces, Simplex, Vertex
from exactgeom.curvature.lengths_values import Real, real
from exactgeom.curvature.regge_simplex import (
    SquaredLength,
    Unrealisable,
    dihedral_angles,
    distance_table,
    squared_length_in,
    squared_volume,
    squared_volume_change,
    unrealisable,
)
from exactgeom.exact import Angle, InvalidInput, Surd, exact, exact_vector


@dataclass(frozen=True)
class Realisability:
    """Whether all simplices exist: `verdict` is "euclidean", "flat" (some volume is 0) or "impossible".

    `failures` are the smallest faces that fail, each with its witness.
    """

    failures: tuple[Unrealisable, ...]

    @property
    def verdict(self) -> str:
        """The verdict in one word."""
        if not self.failures:
            return "euclidean"
        return "flat" if all(item.is_flat for item in self.failures) else "impossible"

    def __bool__(self) -> bool:
        return not self.failures


@dataclass(frozen=True)
class ReggeComplex:
    """A simplicial complex with a squared length per edge, flat inside every simplex (immutable).

    `ReggeComplex(simplices, squared_lengths)`: maximal simplices (or a complex with `.simplices(p)`) and a
    mapping from edges, under either name, to rational numbers; left out for a complex that knows them
    (`squared_length(edge)`). Contract: exact; lengths that fit no Euclidean simplex are normal input:
    `realisability` names the simplices. Errors: `InvalidInput` for a missing length.

    >>> sphere = [(0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)]
    >>> K = ReggeComplex(sphere, {(a, b): 1 for b in range(4) for a in range(b)})
    >>> K.realisability.verdict, str(K.total_volume), str(K.deficit((0,))), str(K.action)
    ('euclidean', '√3', 'π', '4π')
    """

    faces: Faces
    squared_lengths: tuple[tuple[Simplex, Fraction], ...]
    _kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __init__(
        self,
        simplices: Complex | Iterable[Iterable[Vertex]],
        squared_lengths: Mapping[Any, object] | Iterable[tuple[Simplex, object]] | None = None,
    ) -> None:
        faces = Faces.of(simplices)
        known: dict[Any, Any]
        if squared_lengths is None:
            known = {edge: _asked(simplices, edge) for edge in faces.simplices(1)}
        else:
            known = dict(squared_lengths)
        table = []
        for a, b in faces.simplices(1):
            value = known.get((a, b), known.get((b, a)))
            if value is None:
                raise InvalidInput(f"expected a squared length for edge {(a, b)}", "squared_lengths")
            table.append(((a, b), exact(value, f"squared_lengths[{(a, b)}]")))
        self.__dict__.update(faces=faces, squared_lengths=tuple(table), _kept={})

    def __reduce__(self) -> tuple[Any, ...]:
        return ReggeComplex, (self.faces, self.squared_lengths)

    @classmethod
    def from_points(
        cls, points: Mapping[Any, Iterable[object]] | Iterable[Iterable[object]], simplices: Any
    ) -> ReggeComplex:
        """Return the complex spanned by points with rational coordinates: labels, or 0, 1, … in order.

        >>> ReggeComplex.from_points([(0, 0), (1, 0), (0, 1)], [(0, 1, 2)]).total_volume
        Fraction(1, 2)
        """
        items = points.items() if isinstance(points, Mapping) else enumerate(points)
        square = distance_table({v: exact_vector(p, f"points[{v!r}]") for v, p in items})
        faces = Faces.of(simplices)
        return cls(faces, {(a, b): square(a, b) for a, b in faces.simplices(1)})

    @property
    def dimension(self) -> int:
        """Largest dimension of a simplex."""
        return self.faces.dimension

    @cached_property
    def _square(self) -> SquaredLength:
        return squared_length_in(dict(self.squared_lengths))

    @property
    def simplices(self) -> tuple[Simplex, ...]:
        """The simplices of the largest dimension."""
        return self.faces.simplices(self.dimension)

    @cached_property
    def realisability(self) -> Realisability:
        """Whether the lengths fit Euclidean simplices of full dimension, with witnesses where they do not."""
        failures: list[Unrealisable] = []
        if all(unrealisable(simplex, self._square) is None for simplex in self._maximal):
            return Realisability(())
        for k in range(1, self.dimension + 1):
            bad = [set(item.simplex) for item in failures]
            for simplex in self.faces.simplices(k):
                if not any(face <= set(simplex) for face in bad):
                    found = unrealisable(simplex, self._square)
                    failures.extend([found] if found else [])
        return Realisability(tuple(failures))

    @cached_property
    def _maximal(self) -> tuple[Simplex, ...]:
        found: list[Simplex] = []
        for k in range(self.dimension, 0, -1):
            covered = {
                simplex[:i] + simplex[i + 1 :]
                for simplex in self.faces.simplices(k + 1)
                for i in range(k + 2)
            }
            found += [simplex for simplex in self.faces.simplices(k) if simplex not in covered]
        return tuple(found)

    # -- volumes -------------------------------------------------------------------------------------

    def squared_volume(self, simplex: Iterable[Vertex]) -> Fraction:
        """Return `vol²` by Cayley and Menger; negative for some simplices that do not exist."""
        return squared_volume(self._named(simplex), self._square)

    def volume(self, simplex: Iterable[Vertex]) -> Real:
        """Return the volume, exactly. Errors: `InvalidInput` for a simplex that does not exist."""
        named = self._named(simplex)
        failure = unrealisable(named, self._square)
        if failure is not None and not failure.is_flat:
            raise InvalidInput(str(failure), "squared_lengths")
        return real(Surd.sqrt(squared_volume(named, self._square)))

    @property
    def total_volume(self) -> Real:
        """Sum of the volumes of the simplices of the largest dimension."""
        return real(Surd.sum(Surd(self.volume(simplex)) for simplex in self.simplices))

    def _named(self, simplex: Iterable[Vertex]) -> Simplex:
        wanted = tuple(simplex)
        members = set(wanted)
        key = tuple(v for v in self.faces.vertices if v in members)
        if len(key) != len(wanted) or key not in self._known:
            raise InvalidInput(f"expected a simplex of the complex, got {wanted!r}", "simplex")
        return key

    @cached_property
    def _known(self) -> frozenset[Simplex]:
        return frozenset(simplex for level in self.faces.by_dimension for simplex in level)

    # -- angles --------------------------------------------------------------------------------------

    @property
    def bones(self) -> tuple[Simplex, ...]:
        """The faces of codimension 2 of the simplices of the largest dimension; none below dimension 2."""
        return tuple(self._corners)

    @cached_property
    def _corners(self) -> dict[Simplex, tuple[Simplex, ...]]:
        """The top simplices around every bone."""
        around: dict[Simplex, list[Simplex]] = {}
        n = self.dimension
        for simplex in self.simplices if n >= 2 else ():
            for i in range(n + 1):
                for j in range(i):
                    bone = tuple(v for k, v in enumerate(simplex) if k not in (i, j))
                    around.setdefault(bone, []).append(simplex)
        order = {face: i for i, face in enumerate(self.faces.simplices(n - 2))}
        return {bone: tuple(around[bone]) for bone in sorted(around, key=order.__getitem__)}

    def dihedral_angle(self, simplex: Iterable[Vertex], bone: Iterable[Vertex]) -> Angle:
        """Return the interior angle of a top simplex at one of its bones. Errors: `UndefinedAngle`."""
        top, face = self._named(simplex), self._named(bone)
        if top not in self._kept:
            self._kept[top] = dihedral_angles(top, self._square)
        if face not in self._kept[top]:
            raise InvalidInput(f"{face} is not a face of codimension 2 of {top}", "bone")
        return self._kept[top][face]  # type: ignore[no-any-return]

    @cached_property
    def _boundary_bones(self) -> frozenset[Simplex]:
        count: dict[Simplex, int] = {}
        for simplex in self.simplices:
            for i in range(len(simplex)):
                facet = simplex[:i] + simplex[i + 1 :]
                count[facet] = count.get(facet, 0) + 1
        for facet, times in count.items():
            if times > 2:
                raise InvalidInput(f"{times} simplices meet in {facet}: expected at most two", "simplices")
        return frozenset(
            facet[:i] + facet[i + 1 :] for facet, n in count.items() if n == 1 for i in range(len(facet))
        )

    def is_boundary(self, bone: Iterable[Vertex]) -> bool:
        """Tell whether a bone lies on a facet of only one simplex."""
        return self._named(bone) in self._boundary_bones

    def deficit(self, bone: Iterable[Vertex]) -> Angle:
        """Return the deficit angle `2π − Σθ`, on the boundary `π − Σθ`, exactly. Errors: `UndefinedAngle`."""
        face = self._named(bone)
        if face not in self._corners:
            raise InvalidInput(f"{face} is not a bone", "bone")
        angles = [self.dihedral_angle(simplex, face) for simplex in self._corners[face]]
        return Angle.pi(1 if self.is_boundary(face) else 2) - sum(angles, Angle.pi(0))

    @property
    def deficits(self) -> dict[Simplex, Angle]:
        """The deficit angle of every bone."""
        return {bone: self.deficit(bone) for bone in self.bones}

    @property
    def action(self) -> AngleSum:
        """Regge's action `Σ vol(bone) · deficit`, the bones on the boundary with their own deficit: exact.

        In dimension 2 it is 2πχ. Errors: `UndefinedAngle`.
        """
        return AngleSum((self.volume(bone), angle) for bone, angle in self.deficits.items())

    def action_derivative(self, edge: Iterable[Vertex]) -> AngleSum:
        """Return the derivative of the action by the squared length of an edge: Regge's equation there.

        `Σ_bones ∂vol(bone)/∂ℓ² · deficit`: by Schläfli's identity the angles contribute nothing. Exact.

        >>> K = ReggeComplex([(0, 1, 2, 3)], {(a, b): 1 for b in range(4) for a in range(b)})
        >>> K.action_derivative((0, 1)) * 2 == K.deficit((0, 1))
        True
        """
        chosen = frozenset(self._named(edge))
        terms = []
        for bone, angle in self.deficits.items():
            change = squared_volume_change(bone, self._square, chosen)
            if change:
                terms.append((change / (2 * Surd(self.volume(bone))), angle))
        return AngleSum(terms)


def _asked(simplices: Any, edge: Simplex) -> object:
    if not hasattr(simplices, "squared_length"):
        raise InvalidInput("expected a squared length per edge", "squared_lengths")
    return simplices.squared_length(edge)
