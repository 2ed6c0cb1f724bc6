"""Ricci curvature of graphs, ours beside its float peers: `python -m benchmarks.ricci` prints two tables.

Ours proves every number; GraphRicciCurvature rounds (POT solves its transport problems, one process). Counted
last: edges that are exactly flat, and how many of those the floats give as nonzero.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections.abc import Callable
from fractions import Fraction
from math import lcm
from typing import Any

import networkx as nx
import numpy as np

from exactgeom.curvature import forman_ricci, lin_lu_yau, ollivier_ricci, transport

for _backend in ("PYTORCH", "JAX", "TENSORFLOW", "CUPY"):  # POT imports each it finds
    os.environ.setdefault(f"POT_BACKEND_DISABLE_{_backend}", "1")

TARGETS = {"karate": 0.1, "geometric 200": 0.5}


def geometric(nodes: int, edges: int, seed: int = 0) -> nx.Graph:
    """The shortest `edges` pairs of random points in the unit square."""
    points = np.random.default_rng(seed).random((nodes, 2))
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2)
    pairs = np.stack(np.triu_indices(nodes, 1), axis=1)
    graph = nx.empty_graph(nodes)
    graph.add_edges_from(pairs[np.argsort(gaps[tuple(pairs.T)])[:edges]].tolist())
    return graph


def cases(quick: bool) -> dict[str, nx.Graph]:
    """Graphs with unit lengths, and the karate club also with its weights."""
    small = {
        "karate": nx.Graph(nx.karate_club_graph().edges),
        "karate, weights as lengths": nx.karate_club_graph(),
    }
    torus = nx.convert_node_labels_to_integers(nx.grid_2d_graph(12, 12, periodic=True))
    large = {
        "geometric 200": geometric(200, 806),
        "torus 12 x 12": torus,
        "geometric 1000": geometric(1000, 5000),
    }
    return small if quick else small | large


def best(task: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    """Fewest seconds of this process, and the answer."""
    seconds, answer = float("inf"), None
    for _ in range(repeat):
        start = time.process_time()
        answer = task()
        seconds = min(seconds, time.process_time() - start)
    return seconds, answer


def through_networkx(graph: nx.Graph) -> dict[tuple[Any, Any], Fraction]:
    """The same numbers from networkx's integer network simplex, differences of the measures only."""
    d = dict(nx.all_pairs_dijkstra_path_length(graph, weight="weight"))
    found = {}
    for u, v in graph.edges:
        unit = 2 * lcm(graph.degree(u), graph.degree(v))
        mass = dict.fromkeys({u, v, *graph[u], *graph[v]}, 0)
        for x, sign in ((u, 1), (v, -1)):
            mass[x] += sign * unit // 2
            for y in graph[x]:
                mass[y] += sign * unit // (2 * graph.degree(x))
        flow = nx.DiGraph()
        for x, amount in mass.items():
            if amount:
                flow.add_node(x, demand=-amount)
        givers, takers = [x for x in flow if mass[x] > 0], [x for x in flow if mass[x] < 0]
        flow.add_weighted_edges_from((a, b, d[a][b]) for a in givers for b in takers)
        found[u, v] = 1 - Fraction(nx.network_simplex(flow)[0] if givers else 0, unit * d[u][v])
    return found


def peer(graph: nx.Graph) -> tuple[float, dict[tuple[Any, Any], float]] | None:
    """GraphRicciCurvature with our convention (`exp_power=0`), in this process without its pool."""
    try:
        from GraphRicciCurvature import OllivierRicci as module
    except ImportError:
        return None

    def run() -> dict[tuple[Any, Any], float]:
        weighted = graph.copy()
        for _, _, data in weighted.edges(data=True):
            data["weight"] = float(data.get("weight", 1))
        module._Gk = module.nk.nxadapter.nx2nk(weighted, weightAttr="weight")
        module._alpha, module._exp_power, module._method = 0.5, 0, "OTD"
        module._get_single_node_neighbors_distributions.cache_clear()
        module._apsp = module._get_all_pairs_shortest_path()
        at = {node: i for i, node in enumerate(graph)}
        single = module._compute_ricci_curvature_single_edge
        return {(u, v): single(at[u], at[v])[at[u], at[v]] for u, v in graph.edges}

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return best(run, 2)


def measure(name: str, graph: nx.Graph) -> list[str]:
    """One line: exact seconds, float seconds, largest difference, flat edges."""
    seconds, ours = best(lambda: ollivier_ricci(graph), 3)
    slow, same = best(lambda: through_networkx(graph), 1)
    if same != ours:
        raise SystemExit(f"{name}: networkx's integers disagree")
    target = TARGETS.get(name)
    verdict = "" if target is None else f" ({'<' if seconds <= target else '>'}{target:g})"
    flat = [edge for edge, value in ours.items() if value == 0]
    floats = peer(graph)
    line = [name, f"{len(graph)}", f"{len(ours)}", f"{seconds:.3f}{verdict}", f"{slow:.3f}"]
    if floats is None:
        return [*line, "absent", "", f"{len(flat)}", ""]
    gap = max(abs(float(ours[edge]) - floats[1][edge]) for edge in ours)
    missed = sum(1 for edge in flat if floats[1][edge] != 0)
    return [*line, f"{floats[0]:.3f}", f"{gap:.0e}", f"{len(flat)}", f"{missed}"]


def others(graph: nx.Graph) -> list[list[str]]:
    """Seconds of the other curvatures on the largest case."""
    tasks: dict[str, Callable[[], Any]] = {
        "Lin–Lu–Yau": lambda: lin_lu_yau(graph),
        "Forman": lambda: forman_ricci(graph),
        "Forman, triangles, unit weights by the formula": lambda: forman_ricci(
            graph, "weight", triangles=True
        ),
    }
    return [[name, f"{best(task, 2)[0]:.3f}"] for name, task in tasks.items()]


def transports() -> list[list[str]]:
    """One transport problem of random integer costs: ours with its proof, POT's float cost."""
    rows = []
    for size in (5, 20, 60):
        rng = np.random.default_rng(size)
        cost = rng.integers(0, 1000, (size, size))
        mass = [Fraction(1, size)] * size
        seconds, ours = best(lambda cost=cost, mass=mass: transport(mass, mass, cost.tolist()), 5)
        try:
            import ot

            even, floats = np.full(size, 1 / size), cost.astype(float)
            theirs, value = best(lambda even=even, floats=floats: ot.emd2(even, even, floats), 5)
            shown = [f"{theirs * 1000:.2f}", f"{abs(value - float(ours.cost)):.0e}"]
        except ImportError:
            shown = ["absent", ""]
        rows.append([f"{size} x {size}", f"{seconds * 1000:.2f}", *shown])
    return rows


def table(columns: list[str], rows: list[list[str]]) -> str:
    """Markdown, aligned."""
    widths = [max(len(row[i]) for row in [columns, *rows]) for i in range(len(columns))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = []
    for row in [columns, rule, *rows]:
        cells = [c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Run the cases and print the tables."""
    parser = argparse.ArgumentParser(description="Exact Ricci curvature of graphs, timed.")
    parser.add_argument("--quick", action="store_true", help="the karate club only")
    options = parser.parse_args(arguments)
    chosen = cases(options.quick)
    columns = [
        "graph",
        "nodes",
        "edges",
        "exact s",
        "networkx int s",
        "float s",
        "differ",
        "flat",
        "float ≠ 0",
    ]
    print(table(columns, [measure(name, graph) for name, graph in chosen.items()]))
    print()
    print(table([f"every edge of: {list(chosen)[-1]}", "s"], others(list(chosen.values())[-1])))
    print()
    print(table(["transport", "exact ms, with proof", "POT float ms", "differ"], transports()))
    print("\nProcessor seconds of one process, the best of a few runs; idleness 1/2; (<t) target met.")


if __name__ == "__main__":
    main()
