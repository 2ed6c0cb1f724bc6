"""Angle defects: the curvature of a triangulated surface at its vertices, from the lengths of its edges.

Source: A. D. Alexandrov, "Convex Polyhedra" (1950), ch. 1; the form by the link of a vertex is the discrete
Gauss-Bonnet theorem for any two-dimensional simplicial complex.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from exactgeom.curvature.combinatorial import Complex, Faces, Simplex, Vertex
from exactgeom.curvature.compact import compact
from exactgeom.curvature.lengths import finite_length
from exactgeom.curvature.lengths_values import BITS, Real, positive, real, shown
from exactgeom.curvature.vertex_angles import AngleValue, TriangleVerdict, triangle
from exactgeom.exact import Angle, Enclosure, InvalidInput, Surd, UndecidedError, UndefinedAngle


@dataclass(frozen=True)
class Violation:
    """A triangle whose edge `edge` is longer than the two others together, by `excess`."""

    triangle: Simplex
    edge: tuple[Vertex, Vertex]
    excess: Real

    def __str__(self) -> str:
        a, b = self.edge
        return f"triangle {self.triangle}: edge {a}-{b} is longer than the others by {shown(self.excess)}"


@dataclass(frozen=True)
class AngleDefects(Mapping[Vertex, AngleValue]):
    """Angle defects by vertex, with the triangles that admit no angles.

    A mapping from the vertices where the defect is defined; `undefined` maps the others to the offending
    triangles: those in `violations`, and those in `unmeasured`, which have an edge without a finite length.
    `angles` maps a triangle to its angles in the order of its vertices.
    """

    defects: tuple[tuple[Vertex, AngleValue], ...]
    violations: tuple[Violation, ...]
    flat: tuple[Simplex, ...]
    unmeasured: tuple[Simplex, ...]
    boundary: tuple[Vertex, ...]
    euler_characteristic: int
    is_surface: bool
    angles: tuple[tuple[Simplex, tuple[AngleValue, ...]], ...]
    _kept: dict[Vertex, AngleValue] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __repr__(self) -> str:
        faults = f"{len(self.violations)} violations, {len(self.unmeasured)} unmeasured triangles"
        return compact(self, f"at {len(self.defects)} vertices: {faults}")

    def __getitem__(self, vertex: Vertex) -> AngleValue:
        if not self._kept:
            self._kept.update(self.defects)
        if vertex in self._kept:
            return self._kept[vertex]
        if vertex in self.undefined:
            raise UndefinedAngle(f"the defect at {vertex!r} is not defined: {self._reason(vertex)}")
        raise KeyError(vertex)

    def __iter__(self) -> Iterator[Vertex]:
        return (vertex for vertex, _ in self.defects)

    def __len__(self) -> int:
        return len(self.defects)

    @property
    def undefined(self) -> dict[Vertex, tuple[Simplex, ...]]:
        """The vertices without a defect, each with the triangles to blame."""
        found: dict[Vertex, list[Simplex]] = {}
        for simplex in (*(item.triangle for item in self.violations), *self.unmeasured):
            for vertex in simplex:
                found.setdefault(vertex, []).append(simplex)
        return {vertex: tuple(simplices) for vertex, simplices in found.items()}

    def _reason(self, vertex: Vertex) -> str:
        for item in self.violations:
            if vertex in item.triangle:
                return str(item)
        simplex = next(simplex for simplex in self.unmeasured if vertex in simplex)
        return f"triangle {simplex} has an edge without a finite length"

    @property
    def total(self) -> AngleValue:
        """The sum of all defects: 2πχ on a triangulated surface. Errors: `UndefinedAngle`."""
        if self.undefined:
            raise UndefinedAngle(f"not every defect is defined: {self._reason(next(iter(self.undefined)))}")
        return _sum([value for _, value in self.defects])

    @property
    def gauss_bonnet(self) -> Angle:
        """2πχ, to compare `total` with (equal on surfaces, and for any complex under `rule="link"`)."""
        return Angle.pi(2 * self.euler_characteristic)


def _sum(values: list[AngleValue]) -> AngleValue:
    exact_part = sum((v for v in values if isinstance(v, Angle)), Angle.pi(0))
    balls = [v for v in values if isinstance(v, Enclosure)]
    if not balls:
        return exact_part
    return sum(balls[1:], balls[0]) + _as_ball(exact_part, max(v.bits for v in balls))


def _as_ball(angle: Angle, bits: int) -> Enclosure:
    return angle.enclosure(bits + 8)


def angle_defects(
    triangles: Complex | Iterable[Iterable[Vertex]],
    lengths: Mapping[Any, Any],
    *,
    squared: bool = False,
    rule: str = "surface",
    boundary: Iterable[Vertex] | None = None,
    strict: bool = False,
    bits: int = BITS,
) -> AngleDefects:
    """Return `2π − Σθ` at every vertex, `π − Σθ` at boundary vertices, θ from the law of cosines.

    Contract: exact angles wherever the cosines are square roots of rationals (always for rational squared
    lengths), else enclosures of `bits` bits; the triangle inequality is decided exactly for exact lengths.
    `lengths` maps edges, under either name, to positive numbers: rational, surd or enclosure (with
    `squared=True` to their squares); None or a missing edge means no finite length.
    `rule="surface"`: boundary vertices are the ends of edges of exactly one triangle, unless given.
    `rule="link"`: `(2 − χ(link v))π − Σθ`, the same on surfaces, and with sum 2πχ on every 2-complex.
    Triangles that violate the triangle inequality are named in the result and leave the defects at their
    vertices undefined; `strict=True` raises instead. Only simplices up to dimension 2 count.
    Errors: `InvalidInput` for lengths ≤ 0; `UndecidedError` when enclosures decide nothing.

    >>> tetrahedron = [(0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)]
    >>> unit = {(a, b): 1 for a in range(4) for b in range(a)}
    >>> K = angle_defects(tetrahedron, unit)
    >>> str(K[0]), str(K.total)
    ('π', '4π')
    >>> angle_defects([(0, 1, 2)], {(0, 1): 1, (1, 2): 1, (0, 2): 3}).violations[0].edge
    (0, 2)
    """
    if rule not in ("surface", "link"):
        raise InvalidInput(f'expected "surface" or "link", got {rule!r}', "rule")
    faces = Faces(Faces.of(triangles).by_dimension[:3])
    known = _lengths_of(faces, lengths, squared)
    verdicts, unmeasured = _verdicts(faces, known, bits)
    violations = tuple(
        Violation(simplex, _edges_of(simplex)[verdict.longest], verdict.excess)
        for simplex, verdict in verdicts.items()
        if verdict.angles is None
    )
    if strict and (violations or unmeasured):
        reasons = [*map(str, violations), *(f"triangle {t} has an edge without length" for t in unmeasured)]
        raise InvalidInput("; ".join(reasons), "lengths")
    links = _links(faces)
    edge_ends = _boundary_vertices(faces) if boundary is None else frozenset(boundary)
    turns = {
        v: Angle.pi(2 - links[v].euler_characteristic if rule == "link" else 1 if v in edge_ends else 2)
        for v in faces.vertices
    }
    return AngleDefects(
        _defects(turns, verdicts, unmeasured),
        violations,
        tuple(simplex for simplex, verdict in verdicts.items() if verdict.is_flat),
        unmeasured,
        tuple(v for v in faces.vertices if v in edge_ends),
        faces.euler_characteristic,
        all(_is_arc_or_circle(link) for link in links.values()) and faces.dimension == 2,
        tuple((simplex, found.angles) for simplex, found in verdicts.items() if found.angles is not None),
    )


def _edges_of(simplex: Simplex) -> tuple[tuple[Vertex, Vertex], ...]:
    """Return the edges of a triangle, each opposite the vertex in its place."""
    a, b, c = simplex
    return (b, c), (a, c), (a, b)


def _lengths_of(
    faces: Faces, lengths: Mapping[Any, Any], squared: bool
) -> dict[tuple[Vertex, ...], Real | None]:
    if not isinstance(lengths, Mapping):
        raise InvalidInput(f"expected a mapping of edges to lengths, got {type(lengths).__name__}", "lengths")
    known: dict[tuple[Vertex, ...], Real | None] = {}
    for a, b in faces.simplices(1):
        value = finite_length(lengths, a, b)
        known[a, b] = value if value is None or not squared else root(value, f"length of edge {(a, b)}")
    return known


def root(square: Real, place: str) -> Real:
    """Return the positive square root of a positive number."""
    positive(square, place)
    if isinstance(square, Enclosure):
        return square.sqrt()
    try:
        return real(Surd.sqrt(square))
    except InvalidInput:
        return Surd(square).enclosure(2 * BITS).sqrt()


def _verdicts(
    faces: Faces, known: Mapping[tuple[Vertex, ...], Real | None], bits: int
) -> tuple[dict[Simplex, TriangleVerdict], tuple[Simplex, ...]]:
    verdicts, unmeasured = {}, []
    for simplex in faces.simplices(2):
        p, q, r = (known[edge] for edge in _edges_of(simplex))
        if p is None or q is None or r is None:
            unmeasured.append(simplex)
            continue
        try:
            verdicts[simplex] = triangle((p, q, r), bits)
        except UndecidedError as error:
            raise UndecidedError(f"triangle {simplex}: {error}") from None
    return verdicts, tuple(unmeasured)


def _defects(
    turns: Mapping[Vertex, Angle],
    verdicts: Mapping[Simplex, TriangleVerdict],
    unmeasured: tuple[Simplex, ...],
) -> tuple[tuple[Vertex, AngleValue], ...]:
    around: dict[Vertex, list[AngleValue]] = {v: [] for v in turns}
    undefined = {v for simplex in unmeasured for v in simplex}
    for simplex, verdict in verdicts.items():
        if verdict.angles is None:
            undefined.update(simplex)
            continue
        for vertex, angle in zip(simplex, verdict.angles, strict=True):
            around[vertex].append(angle)
    return tuple((v, -_sum([*around[v], -turn])) for v, turn in turns.items() if v not in undefined)


def _links(faces: Faces) -> dict[Vertex, Faces]:
    """Return the link of every vertex: points for edges at it, edges for triangles at it."""
    pieces: dict[Vertex, list[tuple[Hashable, ...]]] = {v: [] for v in faces.vertices}
    for k in (1, 2):
        for simplex in faces.simplices(k):
            for vertex in simplex:
                pieces[vertex].append(tuple(v for v in simplex if v != vertex))
    return {vertex: Faces.of(simplices) for vertex, simplices in pieces.items()}


def _is_arc_or_circle(link: Faces) -> bool:
    """Tell whether a graph is one path or one circle: connected, degrees at most 2."""
    around: dict[Vertex, list[Vertex]] = {v: [] for v in link.vertices}
    for a, b in link.simplices(1):
        around[a].append(b)
        around[b].append(a)
    if not link.simplices(1) or any(len(others) > 2 for others in around.values()):
        return False
    seen, todo = {link.vertices[0]}, [link.vertices[0]]
    while todo:
        new = [w for w in around[todo.pop()] if w not in seen]
        seen.update(new)
        todo.extend(new)
    return len(seen) == len(around)


def _boundary_vertices(faces: Faces) -> frozenset[Vertex]:
    count = dict.fromkeys(faces.simplices(1), 0)
    for a, b, c in faces.simplices(2):
        for edge in ((a, b), (a, c), (b, c)):
            count[edge] += 1
    return frozenset(v for edge, n in count.items() if n == 1 for v in edge)
