"""Hypothesis strategies for exact models: plural names, keyword-only options, valid by construction.

The degenerate cases are on by default, because they are where implementations break: coincident, opposite and
dead units, hyperplanes through corners and along facets of ``[-1, 1]^d``, slivers, zero biases, units that
vanish on a whole cell, layers without units, one cell. `degeneracy` says how much: ``"none"``, ``"some"``
(default), ``"hostile"``; ``degenerate=False`` means the same as ``"none"``.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from exactgeom.models import Abs, Arrangement, HardTanh, Identity, LeakyReLU, Linear, Network, ReLU
from exactgeom.models.layers import Pointwise
from exactgeom.polyhedra import Polytope
from exactgeom.testkit.strategies_more import (
    DEGENERACIES,
    forms,
    maps,
    odds,
    point_sets,
    simplicial_complexes,
    sites,
    transport_problems,
    trees,
    weighted_graphs,
)

__all__ = [
    "DEGENERACIES",
    "activations",
    "arrangements",
    "forms",
    "maps",
    "networks",
    "point_sets",
    "points",
    "polytopes",
    "rationals",
    "simplicial_complexes",
    "sites",
    "transport_problems",
    "trees",
    "weighted_graphs",
]

Row = tuple[list[Fraction], Fraction]  # (w, b): the affine function w . x + b

_Point = tuple[Fraction, ...]

_SLIVER = Fraction(1, 2**40)


def rationals(
    *, max_numerator: int = 6, max_denominator: int = 4, wide: bool = False, degeneracy: str = "some"
) -> SearchStrategy[Fraction]:
    """Small rationals with many coincidences; ``wide`` mixes in the exact values of float64 numbers.

    `degeneracy` "none" takes float64 values only, which hardly ever coincide; "hostile" adds slivers beside
    small rationals, tiny and huge numbers.

    >>> from hypothesis import find
    >>> find(rationals(), lambda q: q > 1)
    Fraction(2, 1)
    >>> find(rationals(degeneracy="hostile"), lambda q: 0 < q < Fraction(1, 10**6)) <= _SLIVER
    True
    """
    odds(degeneracy)  # refuses what is no degeneracy
    small = st.builds(Fraction, st.integers(-max_numerator, max_numerator), st.integers(1, max_denominator))
    fine = st.floats(-4, 4, allow_subnormal=False).map(Fraction)
    if degeneracy == "none":
        return fine
    made = small | fine if wide else small
    if degeneracy == "some":
        return made
    slivers = st.sampled_from([_SLIVER, -_SLIVER, _SLIVER**4])
    beside = st.builds(lambda q, sliver: q + sliver, small, slivers)
    return made | beside | slivers | st.sampled_from([1 / _SLIVER, -1 / _SLIVER**2])


def points(dim: int, *, wide: bool = False) -> SearchStrategy[tuple[Fraction, ...]]:
    """Points of ``Q^dim``: corners and centre of ``[-1, 1]^dim`` often, small rationals otherwise."""
    corner = st.sampled_from([Fraction(0), Fraction(1), Fraction(-1)])
    special = st.lists(corner, min_size=dim, max_size=dim)
    general = st.lists(rationals(wide=wide), min_size=dim, max_size=dim)
    return (general | special).map(tuple)


def activations(*, max_numerator: int = 3) -> SearchStrategy[Pointwise]:
    """Every pointwise activation; slopes and clip bounds vary, slopes 0, 1 and below 0 included."""
    slopes = st.sampled_from([Fraction(1, 100), Fraction(1, 4), Fraction(0), Fraction(-1), Fraction(1)])
    bounds = st.tuples(
        rationals(max_numerator=max_numerator), st.sampled_from([Fraction(2), Fraction(1), Fraction(1, 8)])
    )
    return st.one_of(
        st.just(ReLU()),
        st.builds(LeakyReLU, slopes),
        st.just(Abs()),
        st.just(HardTanh()),
        bounds.map(lambda pair: HardTanh(pair[0], pair[0] + pair[1])),
        st.just(Identity()),
    )


@st.composite
def networks(
    draw: DrawFn,
    *,
    input_dims: Sequence[int] = (1, 2, 3),
    depths: Sequence[int] = (1, 2, 0),
    widths: Sequence[int] = (1, 2, 3, 4),
    outputs: Sequence[int] = (1, 2),
    activations: SearchStrategy[Pointwise] | None = None,
    degenerate: bool = True,
    degeneracy: str = "some",
    wide: bool = False,
) -> Network:
    """Small networks ``Linear, activation, ..., Linear`` with ``depths`` hidden layers.

    With ``degenerate`` (default) the unit kinds of the module's head are mixed in, layers may lose all
    their biases, and now and then the network starts or ends with an activation or has no layer at all.
    ``wide`` lets entries be exact float64 values.
    """
    degenerate, general = _knob(degenerate, degeneracy)
    dim, depth = draw(st.sampled_from(input_dims)), draw(st.sampled_from(depths))
    units = _default_activations() if activations is None else activations
    entries = rationals(wide=wide)
    shape = draw(_shapes()) if degenerate else "plain"
    if shape == "empty":
        return Network([], input_dim=dim)
    layers: list[Linear | Pointwise] = [draw(units)] if shape == "activation first" else []
    width = dim
    for level in range(depth):
        unit, size = draw(units), draw(st.sampled_from(widths))
        kinds = (*general, *(_DEEP if level else _FIRST)) if degenerate else _GENERAL
        rows = _rows(draw, width, size, kinds=kinds, entries=entries, levels=unit.breakpoints)
        if degenerate and draw(st.sampled_from([False, False, False, True])):
            rows = [(w, Fraction(0)) for w, _ in rows]
        layers += [Linear([w for w, _ in rows], [b for _, b in rows]), unit]
        width = size
    size = draw(st.sampled_from(outputs))
    last = _rows(draw, width, size, kinds=_GENERAL, entries=entries, levels=())
    layers.append(Linear([w for w, _ in last], [b for _, b in last]))
    if shape == "activation last":
        layers.append(draw(units))
    return Network(layers, input_dim=dim)


def _knob(degenerate: bool, degeneracy: str) -> tuple[bool, Sequence[str]]:
    """Whether degenerate kinds are drawn, and the general ones beside them."""
    odds(degeneracy)  # refuses what is no degeneracy
    return degenerate and degeneracy != "none", () if degeneracy == "hostile" else _GENERAL * 3


def _default_activations() -> SearchStrategy[Pointwise]:
    return activations()


def _shapes() -> SearchStrategy[str]:
    return st.sampled_from(["plain"] * 12 + ["activation first", "activation last", "empty"])


@st.composite
def arrangements(
    draw: DrawFn,
    *,
    dims: Sequence[int] = (1, 2, 3),
    sizes: Sequence[int] = (0, 1, 2, 3, 4, 5),
    degenerate: bool = True,
    degeneracy: str = "some",
    wide: bool = False,
) -> Arrangement:
    """Small arrangements of hyperplanes ``normal . x = offset``.

    With ``degenerate`` (default): repeated, opposite, parallel and nearly coincident hyperplanes, ones
    through corners and along facets of ``[-1, 1]^d``, and central arrangements.
    """
    degenerate, general = _knob(degenerate, degeneracy)
    dim, size = draw(st.sampled_from(dims)), draw(st.sampled_from(sizes))
    kinds = (*general, *_FIRST) if degenerate else _GENERAL
    rows = _rows(draw, dim, size, kinds=kinds, entries=rationals(wide=wide), levels=(Fraction(0),))
    central = degenerate and draw(st.sampled_from([False, False, True]))
    planes = []
    for i, (w, b) in enumerate(rows):
        normal = w if any(w) else _unit(dim, i % dim, Fraction(1))  # a zero normal is no hyperplane
        planes.append((normal, Fraction(0) if central else -b))
    return Arrangement(planes, dim=dim)


@st.composite
def polytopes(
    draw: DrawFn,
    *,
    dims: Sequence[int] = (1, 2, 3),
    sizes: Sequence[int] = (4, 5, 6, 7, 8),
    flat: bool = True,
    degenerate: bool = True,
    degeneracy: str = "some",
    wide: bool = False,
) -> Polytope:
    """Small polytopes in ``Q^dim``: convex hulls of a simplex and further points (``sizes`` in all).

    With ``degenerate`` (default): repeated points, midpoints, points reflected in others or sheared along an
    edge (coplanar facets, parallel edges, non-simple vertices), slivers.
    With ``flat`` (default) now and then of lower dimension than the space, down to one point.

    >>> from hypothesis import find
    >>> find(polytopes(dims=(2,)), lambda polytope: polytope.dim == 1).volume
    Fraction(0, 1)
    """
    degenerate, general = _knob(degenerate, degeneracy)
    dim, size = draw(st.sampled_from(dims)), draw(st.sampled_from(sizes))
    own = draw(st.sampled_from([dim] * 4 + list(range(dim)))) if flat else dim
    base = draw(points(dim, wide=wide))
    frame = [base, *(tuple(x + a for x, a in zip(base, v, strict=True)) for v in _directions(draw, dim, own))]
    chosen = list(frame)
    for _ in range(size - len(frame)):
        chosen.append(_hull_point(draw, chosen, frame, general, degenerate=degenerate, wide=wide))
    return Polytope.from_vertices(chosen)


def _directions(draw: DrawFn, dim: int, count: int) -> list[list[Fraction]]:
    """Independent directions: rows of a unitriangular matrix, in the order of drawn axes, stretched."""
    axes = draw(st.permutations(range(dim)))[:count]
    rows = []
    for i, axis in enumerate(axes):
        row = draw(st.lists(rationals(max_numerator=2, max_denominator=2), min_size=dim, max_size=dim))
        stretch = draw(st.sampled_from([Fraction(1), Fraction(2), Fraction(-1, 3)]))
        done = axes[:i]
        rows.append(
            [
                stretch * (Fraction(1) if j == axis else Fraction(0) if j in done else x)
                for j, x in enumerate(row)
            ]
        )
    return rows


def _hull_point(
    draw: DrawFn,
    chosen: list[_Point],
    frame: list[_Point],
    general: Sequence[str],
    *,
    degenerate: bool,
    wide: bool,
) -> _Point:
    """One more point of the affine hull of ``frame`` (a base point and others)."""
    kinds = [*general, "general", "repeat", "between", "reflect", "shear", "sliver"]
    kind = draw(st.sampled_from(kinds)) if degenerate else "general"
    p, q, r = (draw(st.sampled_from(chosen)) for _ in range(3))
    if kind == "repeat":
        return p
    if kind == "between":
        return tuple((x + y) / 2 for x, y in zip(p, q, strict=True))
    if kind == "reflect":
        return tuple(2 * x - y for x, y in zip(p, q, strict=True))
    if kind == "shear":
        return tuple(x + y - z for x, y, z in zip(p, q, r, strict=True))
    if kind == "sliver":
        return tuple(x + _SLIVER * (y - z) for x, y, z in zip(p, q, r, strict=True))
    base, *others = frame
    weights = draw(
        st.lists(rationals(max_numerator=3, wide=wide), min_size=len(others), max_size=len(others))
    )
    return tuple(
        x + sum((w * (other[j] - x) for w, other in zip(weights, others, strict=True)), Fraction(0))
        for j, x in enumerate(base)
    )


# -- rows -----------------------------------------------------------------------------------------

_GENERAL = ("general",)
_BORROWED = ("repeat", "opposite", "multiple", "sliver")
_FIRST = (*_BORROWED, "dead", "corner", "facet")
_DEEP = (*_BORROWED, "dead", "vanishing")


def _rows(
    draw: DrawFn,
    dim: int,
    size: int,
    *,
    kinds: Sequence[str],
    entries: SearchStrategy[Fraction],
    levels: Sequence[Fraction],
) -> list[Row]:
    """Draw ``size`` affine functions of ``dim`` variables; ``levels`` are the values their unit breaks at."""
    rows: list[Row] = []
    for _ in range(size):
        level = draw(st.sampled_from(levels)) if levels else Fraction(0)
        rows.append(_row(draw, draw(st.sampled_from(kinds)), rows, dim=dim, entries=entries, level=level))
    return rows


def _row(
    draw: DrawFn,
    kind: str,
    rows: list[Row],
    *,
    dim: int,
    entries: SearchStrategy[Fraction],
    level: Fraction,
) -> Row:
    if kind in _BORROWED and rows:
        w, b = draw(st.sampled_from(rows))
        if kind == "sliver":
            return w, b + draw(st.sampled_from([_SLIVER, -_SLIVER]))
        factor = {"repeat": Fraction(1), "opposite": Fraction(-1), "multiple": Fraction(2, 3)}[kind]
        return [factor * a for a in w], factor * b
    if kind == "dead":  # constant: on the breakpoint, or on one side of it, everywhere
        return [Fraction(0)] * dim, level + draw(st.sampled_from([Fraction(0), Fraction(1), Fraction(-1)]))
    axis = draw(st.integers(0, dim - 1))
    side = draw(st.sampled_from([Fraction(1), Fraction(-1)]))
    if kind == "facet":  # breaks exactly along a facet of [-1, 1]^dim
        return _unit(dim, axis, Fraction(1)), level - side
    if kind == "vanishing":  # reads one unit of the layer before: on the breakpoint wherever that is 0
        return _unit(dim, axis, side), level
    w = draw(st.lists(entries, min_size=dim, max_size=dim))
    if kind == "corner":  # breaks through a corner of [-1, 1]^dim
        corner = draw(st.lists(st.sampled_from([1, -1]), min_size=dim, max_size=dim))
        return w, level - sum((a * c for a, c in zip(w, corner, strict=True)), Fraction(0))
    return w, draw(entries)


def _unit(dim: int, axis: int, value: Fraction) -> list[Fraction]:
    return [value if i == axis else Fraction(0) for i in range(dim)]
