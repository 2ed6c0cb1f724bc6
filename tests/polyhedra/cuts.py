"""Random subdivisions: functions through vertices, along facets, zero everywhere, nearly coincident."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction as F

from hypothesis import settings
from hypothesis import strategies as st

from exactgeom import PolyhedralComplex, Polytope
from exactgeom.testkit.strategies import points, polytopes, rationals
from tests.polyhedra.routes import dot, echelon, minus

KINDS = (
    "general",
    "general",
    "general",
    "vertices",
    "vertices",
    "middles",
    "facet",
    "repeat",
    "near",
    "constant",
)


def examples(share):
    """Settings with this share of the profile's examples."""
    return settings(max_examples=round(share * settings.default.max_examples))


@dataclass(frozen=True)
class Subdivided:
    """A complex, the domain it cuts up, and the functions (w, b) that cut it: w.x + b."""

    space: PolyhedralComplex
    domain: Polytope
    functions: tuple


def value(function, x):
    w, b = function
    return dot(w, x) + b


def values(function, space):
    return [value(function, x) for x in space.points]


def cut(space, function, within=None):
    return space.subdivide(values(function, space), within=within)


@st.composite
def functions(draw, space, domain, earlier=(), *, kinds=KINDS):
    """An affine function, often in special position to the complex."""
    n = space.ambient_dim
    kind = draw(st.sampled_from(kinds))
    if kind in ("repeat", "near") and earlier:
        w, b = draw(st.sampled_from(earlier))
        factor = draw(st.sampled_from([F(1), F(-1), F(2, 3)]))
        shift = F(0) if kind == "repeat" else draw(st.sampled_from([F(1, 2**80), F(-1, 3)]))
        return tuple(factor * c for c in w), factor * (b + shift)
    if kind == "constant":
        return (F(0),) * n, draw(st.sampled_from([F(0), F(1), F(-1)]))
    if kind == "facet" and (domain.inequalities or domain.equations):
        a, b = draw(st.sampled_from([*domain.inequalities, *domain.equations]))
        return a, -b
    if kind in ("vertices", "middles"):
        found = _through(draw, space, middles=kind == "middles")
        if found is not None:
            return found
    w = [draw(rationals(max_numerator=3)) for _ in range(n)]
    ends = draw(st.permutations(space.points))[:2]
    if kind == "inside" and len(ends) == 2:  # between two vertices: it cuts unless it is constant on them
        p, q = ends
        t = draw(st.sampled_from([F(1, 2), F(1, 3), F(3, 5)]))
        if dot(w, p) == dot(w, q):
            w = list(minus(p, q))
        return tuple(w), -(t * dot(w, p) + (1 - t) * dot(w, q))
    return tuple(w), -dot(w, draw(points(n) | st.sampled_from(space.points)))


def _through(draw, space, *, middles):
    """A function that vanishes at up to n vertices (or midpoints of edges) of the complex."""
    n = space.ambient_dim
    pool = list(space.points)
    if middles and space.dim:
        for edge in range(space.count(1)):
            p, q = (space.points[v] for v in space.boundary(1)[edge])
            pool.append(tuple((x + y) / 2 for x, y in zip(p, q, strict=True)))
    chosen = [draw(st.sampled_from(pool)) for _ in range(n)]
    reduced, pivots, _ = echelon([minus(p, chosen[0]) for p in chosen[1:]] or [[F(0)] * n])
    free = [j for j in range(n) if j not in pivots]
    if not free:
        return None
    w = [F(0)] * n
    for j in free:
        w[j] = draw(st.sampled_from([F(1), F(-1), F(2)]))
    for row, pivot in zip(reduced, pivots, strict=True):
        w[pivot] = -sum((row[j] * w[j] for j in free), F(0))
    return tuple(w), -dot(w, chosen[0])


@st.composite
def subdivisions(draw, *, dims=(3, 2, 2, 1, 3), cuts=(2, 3, 4), within=False, flat=True):
    """A polytope cut a few times, everywhere or (`within`) in some cells only.

    The first and the last function do cut it, unless it is a point.
    """
    flat = flat and draw(st.sampled_from([False, False, False, True]))
    domain = draw(polytopes(dims=dims, sizes=(4, 5, 6), flat=flat))
    space, used = domain.complex, []
    count = draw(st.sampled_from(cuts))
    for i in range(count):
        kinds = ("inside",) if i in (0, count - 1) else KINDS
        function = draw(functions(space, domain, used, kinds=kinds))
        cells = range(space.count(space.dim))
        chosen = draw(st.sets(st.sampled_from(cells), min_size=1)) if within else None
        space, _ = cut(space, function, chosen)
        used.append(function)
    return Subdivided(space, domain, tuple(used))


def face_points(space, k, face):
    return frozenset(space.points[v] for v in space.closure(k)[face])


def face_sets(space, k):
    """The k-faces as sets of points; no two coincide."""
    found = {face_points(space, k, i) for i in range(space.count(k))}
    assert len(found) == space.count(k)
    return found


def middle(space, k, face):
    """A point in the relative interior of a face: the mean of its vertices."""
    chosen = sorted(face_points(space, k, face))
    return tuple(sum(column, F(0)) / len(chosen) for column in zip(*chosen, strict=True))


def strip(space):
    """The same complex without provenance or history."""
    return PolyhedralComplex(space.boundaries, space.rows, space.ambient_dim)
