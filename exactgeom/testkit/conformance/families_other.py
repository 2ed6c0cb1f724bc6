"""Questions that are not about models: complexes, graphs, forms, integrals, programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any, Final

import numpy as np

from exactgeom.testkit.conformance.families_graphs import GRAPHS

AnyArray = np.ndarray[Any, Any]
Made = Iterator[tuple[str, Mapping[str, Any]]]

__all__ = ["OTHER"]

_TORUS = [[i, (i + a) % 7, (i + 3) % 7] for i in range(7) for a in (1, 2)]
_RP2 = np.array([14, 15, 23, 25, 34, 123, 124, 135, 245, 345])[:, None] // [100, 10, 1] % 10


def closure(maximal: list[list[int]]) -> list[AnyArray]:
    """All faces of some simplices, per degree, sorted.

    >>> [len(rows) for rows in closure([[0, 1, 2]])]
    [3, 3, 1]
    """
    top = max(map(len, maximal))
    found: list[set[tuple[int, ...]]] = [set() for _ in range(top)]
    for simplex in maximal:
        for size in range(1, len(simplex) + 1):
            found[size - 1] |= set(combinations(sorted(simplex), size))
    return [np.array(sorted(rows), dtype=np.int64).reshape(-1, p + 1) for p, rows in enumerate(found)]


def _complexes(level: str) -> Iterator[tuple[str, list[AnyArray]]]:
    yield "point", closure([[0]])
    yield "triangle", closure([[0, 1, 2]])
    yield "circle", closure([[0, 1], [1, 2], [2, 3], [0, 3]])
    yield "sphere", closure([list(face) for face in combinations(range(4), 3)])
    yield "two-pieces", closure([[0, 1, 2], [3, 4], [5]])
    yield "torus", closure(_TORUS)
    yield "projective-plane", closure(_RP2.tolist())
    if level == "quick":
        return
    yield (
        "wedge-of-spheres",
        closure(
            [list(f) for f in combinations(range(4), 3)]
            + [[3 + i for i in f] for f in combinations(range(4), 3)]
        ),
    )
    yield "three-sphere", closure([list(face) for face in combinations(range(5), 4)])
    rng = np.random.default_rng(3)
    triangles = [sorted(rng.choice(9, size=3, replace=False).tolist()) for _ in range(14)]
    yield "random-2", closure(triangles)


def _homology(level: str) -> Made:
    for name, simplices in _complexes(level):
        yield name, {"simplices": simplices}


def _metric(with_cochain: bool = False) -> Callable[[str], Made]:
    def make(level: str) -> Made:
        rng = np.random.default_rng(11)
        for name, simplices in _complexes(level):
            for p in range(len(simplices)):
                unit = [np.ones(len(rows)) for rows in simplices]
                rough = [np.round(rng.uniform(0.5, 4, size=len(rows)) * 8) / 8 for rows in simplices]
                kinds: dict[str, Any] = {"unit": unit, "weighted": rough}
                if level == "hostile":
                    kinds["far-weights"] = [
                        2.0 ** rng.integers(-12, 12, size=len(rows)) for rows in simplices
                    ]
                for kind, norms in kinds.items():
                    found: dict[str, Any] = {"simplices": simplices, "degree": p, "norms": norms}
                    if with_cochain:
                        found["cochain"] = np.round(rng.normal(size=len(simplices[p])) * 16) / 16 + 0.03125
                    yield f"{name}-{kind}-{p}", found

    return make


# -- forms -------------------------------------------------------------------------------------------


def _form(rng: Any, m: int, p: int, terms: int, degree: int) -> dict[str, AnyArray]:
    indices = [sorted(rng.choice(m, size=p, replace=False).tolist()) for _ in range(terms)]
    return {
        "coefficients": np.round(rng.normal(size=terms) * 8) / 4 + 0.125,
        "exponents": rng.integers(0, degree + 1, size=(terms, m)),
        "indices": np.array(indices, dtype=np.int64).reshape(terms, p),
    }


def _shapes(level: str) -> list[tuple[int, int, int, int]]:
    """(m, p, terms, degree)."""
    found = [(2, 0, 2, 2), (2, 1, 3, 2), (3, 1, 3, 2), (3, 2, 4, 2)]
    return found if level == "quick" else [*found, (4, 2, 6, 3), (5, 3, 6, 2), (3, 3, 2, 2)]


def _derived(level: str) -> Made:
    rng = np.random.default_rng(21)
    for m, p, terms, degree in _shapes(level):
        yield f"{p}-form-{m}d", {"form": _form(rng, m, p, terms, degree)}


def _multiplied(level: str) -> Made:
    rng = np.random.default_rng(22)
    for m, p, terms, degree in _shapes(level):
        for q in range(m - p + 1):
            first, second = _form(rng, m, p, terms, degree), _form(rng, m, q, terms, degree)
            yield f"{p}-and-{q}-forms-{m}d", {"first": first, "second": second}


def _pulled(level: str) -> Made:
    rng = np.random.default_rng(23)
    for m, p, terms, degree in _shapes(level):
        for source in sorted({m, max(p, 1), m + 1}):
            parts = [_form(rng, source, 0, 2, 1) for _ in range(m)]
            change = [{"coefficients": f["coefficients"], "exponents": f["exponents"]} for f in parts]
            yield f"{p}-form-{m}d-to-{source}d", {"form": _form(rng, m, p, terms, degree), "map": change}


def _integrals(level: str) -> Made:
    square = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=float)
    plain = {"coefficients": np.array([1.0, -2.5, 0.75]), "exponents": np.array([[0, 0], [2, 1], [1, 3]])}
    yield "triangle", {"vertices": np.array([[0.0, 0.0], [1.0, 0.25], [0.5, 2.0]]), **plain}
    yield "square", {"vertices": square, **plain}
    yield "constant", {"vertices": square, "coefficients": np.array([3.0]), "exponents": np.array([[0, 0]])}
    rng = np.random.default_rng(31)
    solid = {"coefficients": np.array([1.0, -1.5]), "exponents": np.array([[1, 1, 1], [0, 2, 0]])}
    yield "simplex-3d", {"vertices": rng.normal(size=(4, 3)), **solid}
    if level == "quick":
        return
    yield "hull-2d", {"vertices": rng.normal(size=(9, 2)), **plain}
    yield "hull-3d", {"vertices": rng.normal(size=(10, 3)), **solid}
    thin = np.array([[0, 0], [1, 1], [1, 1 + 2.0**-30]])
    yield "thin-triangle", {"vertices": thin, **plain}


def _curved(level: str) -> Made:
    rng = np.random.default_rng(41)
    plane = np.round(rng.uniform(0.5, 2, size=(4, 2)) * 16) / 16
    names = ["x", "y"]
    sphere = "4/(1 + x**2 + y**2)**2"
    yield "sphere", {"metric": [[sphere, "0"], ["0", sphere]], "coordinates": names, "points": plane}
    yield "hyperbolic", {"metric": [["1/y**2", "0"], ["0", "1/y**2"]], "coordinates": names, "points": plane}
    yield "flat-polar", {"metric": [["1", "0"], ["0", "x**2"]], "coordinates": names, "points": plane}
    graph = [["1 + 4*x**2", "4*x*y"], ["4*x*y", "1 + 4*y**2"]]
    yield "paraboloid", {"metric": graph, "coordinates": names, "points": plane}
    if level != "quick":
        solid = np.round(rng.uniform(0.5, 2, size=(3, 3)) * 16) / 16
        rows = [["1", "0", "0"], ["0", "x**2", "0"], ["0", "0", "x**2*(1 + y**2)"]]
        yield "warped-3d", {"metric": rows, "coordinates": ["x", "y", "z"], "points": solid}


# -- programs ----------------------------------------------------------------------------------------


def _programs(level: str) -> Made:
    box2 = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], dtype=float)
    one = np.ones(4)
    yield "square", {"c": np.array([1.0, 2.0]), "A": box2, "b": one}
    yield "whole-edge-optimal", {"c": np.array([1.0, 0.0]), "A": box2, "b": one}
    yield "infeasible", {"c": np.array([1.0]), "A": np.array([[1.0], [-1.0]]), "b": np.array([0.0, -1.0])}
    yield "unbounded", {"c": np.array([1.0, 1.0]), "A": box2[[0, 2]], "b": one[:2]}
    yield "no-objective", {"c": np.zeros(2), "A": box2, "b": one}
    rng = np.random.default_rng(51)
    for d, m in ((2, 6), (3, 10)) if level == "quick" else ((2, 6), (3, 10), (5, 25)):
        A = np.concatenate([rng.normal(size=(m, d)), np.eye(d), -np.eye(d)])
        yield f"random-{d}d", {"c": rng.normal(size=d), "A": A, "b": rng.uniform(0.5, 2, size=len(A))}
    if level == "quick":
        return
    cube = np.array([[1, 0, 0], [4, 1, 0], [8, 4, 1], [-1, 0, 0], [0, -1, 0], [0, 0, -1]], dtype=float)
    yield "klee-minty-3", {"c": np.array([-4.0, -2, -1]), "A": cube, "b": np.array([5.0, 25, 125, 0, 0, 0])}
    yield (
        "degenerate",
        {
            "c": np.array([-1.0, -1]),
            "A": np.array([[1.0, 0], [0, 1], [1, 1], [2, 1]]),
            "b": np.array([1.0, 1, 2, 3]),
        },
    )
    for name, gap in (("barely-feasible", 2.0**-40), ("barely-infeasible", -(2.0**-40))):
        A, b = np.array([[1.0, 1], [-1, -1], [1, -1], [-1, 1]]), np.array([1 + gap, -1.0, 1, 1])
        yield name, {"c": np.array([1.0, 0.5]), "A": A, "b": b}
    if level == "hostile":
        A = np.array([[1.0, 2.0**-40], [-1, 0], [0, -1.0]])
        yield "far-corner", {"c": np.array([0.0, -1.0]), "A": A, "b": np.array([1.0, 0, 0])}


def _redundant(level: str) -> Made:
    box2 = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], dtype=float)
    for name, side in (("cuts-corner", 1.5), ("touches-corner", 2.0), ("misses", 2.5)):
        A, b = np.concatenate([box2, [[1.0, 1.0]]]), np.array([1.0, 1, 1, 1, side])
        yield name, {"A": A, "b": b}
    rng = np.random.default_rng(61)
    for d, m in ((2, 12), (3, 14)) if level == "quick" else ((2, 12), (3, 14), (4, 30)):
        A = np.concatenate([rng.normal(size=(m, d)), np.eye(d), -np.eye(d)])
        yield f"random-{d}d", {"A": A, "b": rng.uniform(0.8, 1.2, size=len(A))}
    if level != "quick":
        for name, gap in (("barely-needed", -(2.0**-45)), ("barely-not-needed", 2.0**-45)):
            A, b = np.concatenate([box2, [[1.0, 1.0]]]), np.array([1.0, 1, 1, 1, 2 + gap])
            yield name, {"A": A, "b": b}


OTHER: Final[dict[str, Callable[[str], Made]]] = {
    "betti": _homology,
    "laplacian": _metric(),
    "spectrum": _metric(),
    "eigenvectors": _metric(),
    "harmonic_basis": _metric(),
    "hodge_decomposition": _metric(with_cochain=True),
    **GRAPHS,
    "wedge": _multiplied,
    "exterior_derivative": _derived,
    "pullback": _pulled,
    "integrate": _integrals,
    "lp": _programs,
    "nonredundant": _redundant,
    "scalar_curvature": _curved,
}
