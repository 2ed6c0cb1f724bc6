"""Questions about graphs and transport."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any, Final

import numpy as np

AnyArray = np.ndarray[Any, Any]
Made = Iterator[tuple[str, Mapping[str, Any]]]

__all__ = ["GRAPHS"]


def _graph(nodes: int, edges: Any) -> dict[str, Any]:
    rows = sorted((min(e), max(e)) for e in edges)
    return {"nodes": nodes, "edges": np.array(rows, dtype=np.int64).reshape(-1, 2)}


def _random(seed: int, nodes: int, share: float) -> dict[str, Any]:
    """A connected graph: a path with random chords."""
    rng = np.random.default_rng(seed)
    chords = [e for e in combinations(range(nodes), 2) if e[1] - e[0] > 1 and rng.random() < share]
    return _graph(nodes, [(i, i + 1) for i in range(nodes - 1)] + chords)


def graphs(level: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Connected simple graphs."""
    yield "path", _graph(5, [(i, i + 1) for i in range(4)])
    yield "cycle-5", _graph(5, [(i, (i + 1) % 5) for i in range(5)])
    yield "complete-5", _graph(5, combinations(range(5), 2))
    yield "star", _graph(6, [(0, i) for i in range(1, 6)])
    yield "edge", _graph(2, [(0, 1)])
    yield "grid", _graph(9, [(i, i + 1) for i in range(9) if i % 3 < 2] + [(i, i + 3) for i in range(6)])
    yield "random-8", _random(1, 8, 0.3)
    if level == "quick":
        return
    outer = [(i, (i + 1) % 5) for i in range(5)] + [(i, i + 5) for i in range(5)]
    yield "petersen", _graph(10, outer + [(5 + i, 5 + (i + 2) % 5) for i in range(5)])
    yield "cube", _graph(8, [(i, i ^ (1 << k)) for i in range(8) for k in range(3) if not i >> k & 1])
    yield "barbell", _graph(8, [*combinations(range(4), 2), *combinations(range(4, 8), 2), (3, 4)])
    yield "random-14", _random(2, 14, 0.25)


def _plain(level: str) -> Made:
    yield from graphs(level)


def _lengths(level: str) -> Made:
    rng = np.random.default_rng(71)
    for name, graph in graphs(level):
        count = len(graph["edges"])
        yield f"{name}-unit", {**graph, "lengths": np.ones(count)}
        yield f"{name}-dyadic", {**graph, "lengths": rng.integers(4, 12, size=count) / 8}
        if level != "quick":
            yield f"{name}-floats", {**graph, "lengths": rng.uniform(0.5, 2, size=count)}
        if level == "hostile":
            near = 1 + rng.integers(-3, 4, size=count) * 2.0**-40
            yield f"{name}-near-ties", {**graph, "lengths": near}
            yield (
                f"{name}-long-detour",
                {**graph, "lengths": np.where(np.arange(count) % 3 == 0, 64.0, 0.125)},
            )


def _lazy(level: str) -> Made:
    for name, arguments in _lengths(level):
        for idleness in (0.0, 0.5) if level == "quick" else (0.0, 0.5, 0.25, 1.0):
            yield f"{name}-{idleness}", {**arguments, "idleness": idleness}


def _masses(rng: Any, size: int, parts: int = 64) -> AnyArray:
    """Multiples of 1/parts that sum to 1, zeros included."""
    cuts = np.sort(rng.integers(0, parts + 1, size=size - 1))
    found: AnyArray = np.diff(np.concatenate([[0], cuts, [parts]])) / parts
    return found


def _transports(level: str) -> Made:
    rng = np.random.default_rng(81)
    yield "one-to-one", {"cost": np.array([[2.5]]), "source": np.ones(1), "target": np.ones(1)}
    line = np.abs(np.arange(4.0)[:, None] - np.arange(4.0))
    uniform = np.full(4, 0.25)
    yield "line", {"cost": line, "source": np.array([1.0, 0, 0, 0]), "target": uniform}
    yield "nothing-to-move", {"cost": line, "source": uniform, "target": uniform}
    for n in (3, 6) if level == "quick" else (3, 6, 12):
        arguments = {"source": _masses(rng, n), "target": _masses(rng, n + 1)}
        yield f"random-{n}", {"cost": rng.uniform(0, 3, size=(n, n + 1)), **arguments}
        yield f"ties-{n}", {"cost": rng.integers(0, 3, size=(n, n + 1)).astype(float), **arguments}
    if level == "hostile":
        n = 6
        near = 1 + rng.integers(0, 5, size=(n, n)) * 2.0**-45
        yield "near-ties", {"cost": near, "source": _masses(rng, n), "target": _masses(rng, n)}
        tiny = np.array([1 - 2.0**-50, 2.0**-50])
        yield "tiny-mass", {"cost": np.array([[0.0, 1], [2.0**40, 0]]), "source": tiny, "target": tiny[::-1]}


GRAPHS: Final[dict[str, Callable[[str], Made]]] = {
    "ollivier_ricci": _lazy,
    "lin_lu_yau": _lengths,
    "forman_ricci": _plain,
    "wasserstein": _transports,
}
