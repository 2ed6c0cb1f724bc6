"""A maximum of affine functions has as many linear regions as its lifted points have upper vertices."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import exactgeom as eg
from exactgeom.testkit.registry import Finding, Theorem, equal

Function = tuple[tuple[int, ...], int]


def instances(full: bool) -> Iterator[list[Function]]:
    """Different affine functions a·x + b with small integers: ties are common."""
    rng = Random(6)
    for dim in (1, 2, 3):
        for count in (2, 4, 7):
            for _ in range(4 if full else 1):
                made = {
                    tuple(rng.randint(-2, 2) for _ in range(dim)): rng.randint(-3, 3) for _ in range(count)
                }
                if len(made) > 1:
                    yield list(made.items())


def check(functions: list[Function]) -> Finding:
    """Cells of R^d, against linear programs: (a_i, b_i) below the hull of the others or not."""
    cells = len(eg.partition(eg.LinearClassifier([a for a, _ in functions], [b for _, b in functions])).cells)
    upper = 0
    for i, (a, b) in enumerate(functions):
        others = [f for j, f in enumerate(functions) if j != i]
        # λ ≥ 0, Σλ = 1, Σλ a_j = a_i: the highest Σλ b_j above a_i
        rows = [[1] * len(others), *([o[0][k] for o in others] for k in range(len(a)))]
        program = eg.LinearProgram(equations=(rows, [1, *a]), lower=0, dim=len(others))
        top = program.maximize([o[1] for o in others])
        upper += type(top).__name__ == "Infeasible" or top.value < b
    return equal(cells=cells, upper_vertices=upper)


THEOREM = Theorem(
    statement="max_i (a_i·x + b_i) has as many full-dimensional linear regions as the hull of the points "
    "(a_i, b_i) has vertices that "
    "are seen from above.",
    hypotheses="at least two affine functions with different a_i",
    source="D. Maclagan, B. Sturmfels, Introduction to Tropical Geometry (2015), Prop. 3.1.6; "
    "L. Zhang, G. Naitzat, L.-H. Lim, Tropical geometry of deep neural networks, ICML 2018",
    scope="instances",
    over="random functions with small integer coefficients in dimension 1, 2, 3",
    instances=instances,
    check=check,
)
