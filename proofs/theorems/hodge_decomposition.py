"""The Hodge decomposition: exact, orthogonal, complete."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import exactgeom as eg
from exactgeom.testkit.registry import Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[tuple[Any, int]]:
    """(complex, degree): partitions, and nerves of covers with a hole."""
    for case in cases("sites", "2-2-1 networks", full=False):
        K = case.partition.dual_complex()
        if K.dimension and len(K.labels(1)) <= 6:
            yield K, 1
    circle = [(4, 0), (3, 3), (0, 4), (-3, 3), (-4, 0), (-3, -3), (0, -4), (3, -3)]
    for k in (2, 3) if full else (3,):
        K = eg.nerve_of_cover(eg.knn_cover(circle, k), max_dim=2)
        yield K, 1


def convention(K: Any) -> str:
    return "area-vector" if K.kind == "dual complex" else "diagonal"


def unmet(instance: tuple[Any, int]) -> str:
    K, _ = instance
    good = all(K.inertia(p, convention(K)).is_positive_definite for p in range(K.dimension + 1))
    return "" if good else "the inner product is not positive definite"


def check(instance: tuple[Any, int]) -> Finding:
    """A cochain with unrelated values: parts add up, are orthogonal, and the harmonic one is in ker Δ."""
    K, p = instance
    gram, names = K.gram(p, convention(K)), K.labels(p)
    values = {name: Fraction(i * i + 1, i + 2) for i, name in enumerate(names)}
    parts = K.hodge(p, values, convention(K))
    three = [tuple(parts.exact), tuple(parts.coexact), tuple(parts.harmonic)]
    complete = [sum(q) for q in zip(*three, strict=True)] == list(values.values())

    def product(a: tuple[Any, ...], b: tuple[Any, ...]) -> Any:
        return sum(a[i] * gram[i, j] * b[j] for i in range(len(names)) for j in range(len(names)))

    products = [product(three[i], three[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    laplacian = K.laplacian(p, convention(K))
    harmonic = [sum(laplacian[i, j] * three[2][j] for j in range(len(names))) for i in range(len(names))]
    good = complete and not any(products) and not any(harmonic)
    return claim(good, complex=str(K), products=products, betti=K.betti(), harmonic_part=three[2])


THEOREM = Theorem(
    statement="Every cochain is the sum of an exact, a coexact and a harmonic one; the three are orthogonal.",
    hypotheses="positive definite inner products",
    source="B. Eckmann, Harmonische Funktionen und Randwertaufgaben in einem Komplex, Comment. Math. Helv. "
    "17 (1944)",
    scope="instances",
    over="dual complexes of small networks and sites, nerves of covers of a circle",
    instances=instances,
    unmet=unmet,
    check=check,
)
