"""Serra, Tjandraatmadja, Ramalingam: how many linear regions a ReLU network can have."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import comb

import exactgeom as eg
from exactgeom.testkit.registry import Case, Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[Case]:
    yield from cases("2-2-1 networks", "2-2-1-1 networks", "random networks", full=full)
    for case in cases("random networks", full=full):
        yield Case(case.model)


def widths(model: object) -> list[int] | None:
    """Input dimension and the widths of the hidden layers of a plain ReLU network, else None."""
    if not isinstance(model, eg.Network):
        return None
    layers = model.layers
    found = []
    for first, second in pairwise(layers):
        if isinstance(first, eg.Linear) and isinstance(second, eg.ReLU):
            found.append(len(first.weight))
    plain = all(isinstance(layer, eg.Linear if i % 2 == 0 else eg.ReLU) for i, layer in enumerate(layers))
    return [model.input_dim, *found] if plain and found else None


def unmet(case: Case) -> str:
    return "" if widths(case.model) else "not a plain ReLU network"


def serra(n: list[int]) -> int:
    """``Σ Π C(n_l, j_l)`` over 0 ≤ j_l ≤ min(n_0, n_1 − j_1, …, n_{l−1} − j_{l−1}, n_l)."""

    def below(layer: int, most: int) -> int:
        if layer == len(n):
            return 1
        limit = min(most, n[layer])
        return sum(comb(n[layer], j) * below(layer + 1, min(most, n[layer] - j)) for j in range(limit + 1))

    return below(1, n[0])


def montufar(n: list[int]) -> int:
    """``Π_l Σ_{j ≤ min(n_0, …, n_l)} C(n_l, j)``."""
    product = 1
    for layer in range(1, len(n)):
        product *= sum(comb(n[layer], j) for j in range(min(n[: layer + 1]) + 1))
    return product


def check(case: Case) -> Finding:
    n = widths(case.model) or []
    cells = len(case.partition.cells)
    return claim(
        cells <= serra(n) <= montufar(n), cells=cells, serra=serra(n), montufar=montufar(n), widths=n
    )


THEOREM = Theorem(
    statement="A ReLU network of widths n_0, n_1, …, n_L has at most Σ_J Π_l C(n_l, j_l) activation "
    "regions, J = {j : 0 ≤ j_l ≤ "
    "min(n_0, n_1 − j_1, …, n_{l−1} − j_{l−1}, n_l)}, which is at most Montúfar's Π_l Σ_{j ≤ min(n_0, …, "
    "n_l)} C(n_l, j).",
    hypotheses="dense layers, each followed by ReLU",
    source="T. Serra, C. Tjandraatmadja, S. Ramalingam, Bounding and counting linear regions of deep "
    "neural networks, ICML 2018, "
    "arXiv:1711.02114; G. Montúfar, Notes on the number of linear regions of deep neural networks (2017)",
    scope="exhaustive",
    over="all 2-2-1 networks with entries in {-1, 0, 1}, two more families on a box, and one on R^2",
    instances=instances,
    unmet=unmet,
    check=check,
    about_models=True,
)
