"""Nerves, Gram matrices, Laplacians and homology, beside GUDHI: run `python -m benchmarks.nerve`."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import exactgeom as eg
from exactgeom.nerve import SimplicialComplex

TARGETS = {"2-32-32-1": 5.0, "Betti numbers": 0.2, "torsion": 1.0}
CONVENTIONS = ("diagonal", "face-weighted", "embedded", "ridge-weighted", "area-vector")


def timed(step: Callable[[], Any]) -> tuple[float, Any]:
    """(seconds of CPU, result)."""
    start = time.process_time()
    result = step()
    return time.process_time() - start, result


def network(widths: tuple[int, ...], seed: int = 1) -> Any:
    """A random ReLU network with weights k/32 and biases k/64."""
    rnd, layers = random.Random(seed), []
    for level, (a, b) in enumerate(pairwise(widths)):
        weight = [[Fraction(rnd.randint(-64, 64), 32) for _ in range(a)] for _ in range(b)]
        layers.append(eg.Linear(weight, [Fraction(rnd.randint(-64, 64), 64) for _ in range(b)]))
        if level < len(widths) - 2:
            layers.append(eg.ReLU())
    return eg.Network(layers)


def complex_rows(widths: tuple[int, ...]) -> list[tuple[str, float, str]]:
    """Seconds for every step from a partition to its Laplacians."""
    P = eg.partition(network(widths), eg.box(-1, 1, dim=widths[0]))
    seconds, K = timed(lambda: P.nerve(2))
    rows = [("nerve to degree 2", seconds, str(K.counts))]
    for name in CONVENTIONS:
        seconds, _ = timed(lambda name=name: [K.gram(p, name) for p in range(K.dimension + 1)])
        rows.append((f"Gram matrices, {name}", seconds, ""))
    seconds, N = timed(lambda: P.nerve(2, proper_only=True))  # with all simplices G_1 is singular
    rows.append(("nerve, proper simplices only", seconds, str(N.counts)))
    for name in ("diagonal", "area-vector"):
        for p in (0, 1):
            seconds, _ = timed(lambda p=p, name=name: N.laplacian(p, name))
            rows.append((f"Δ_{p}, proper nerve, {name}", seconds, ""))
    seconds, betti = timed(K.betti)
    rows.append(("Betti numbers of the nerve", seconds, str(betti)))
    seconds, D = timed(P.dual_complex)
    rows.append(("dual complex", seconds, str(D.counts)))
    for p in (0, 1):
        seconds, _ = timed(lambda p=p: D.laplacian(p))
        rows.append((f"Δ_{p}, dual complex, diagonal", seconds, ""))
    seconds, _ = timed(lambda: K.extended_laplacian("area-vector"))
    rows.append(("Δ_0, nerve, area-vector", seconds, ""))
    total = sum(seconds for _, seconds, _ in rows)
    rows.append((f"all of {'-'.join(map(str, widths))}", total, f"target {TARGETS['2-32-32-1']} s"))
    return rows


def homology_rows(tetrahedra: int) -> list[tuple[str, float, str]]:
    """Homology of random tetrahedra on few, some and many vertices, GUDHI (mod 11) beside it."""
    rows = []
    for vertices in (20, 30, 50, 100, 300):
        rnd = random.Random(0)
        family = [rnd.sample(range(vertices), 4) for _ in range(tetrahedra)]
        seconds, K = timed(lambda family=family: SimplicialComplex(family))
        built, _ = timed(lambda K=K: K.chains)
        solved, betti = timed(K.betti)
        torsion = K.torsion()
        note = f"built in {seconds + built:.3f} s; {betti}; torsion {torsion if any(torsion) else 'none'}"
        rows.append((f"{tetrahedra} tetrahedra on {vertices} vertices", solved, f"{note}; {_gudhi(K)}"))
    return rows


def _gudhi(K: SimplicialComplex) -> str:
    try:
        tree = K.to_gudhi()
    except ImportError:
        return "GUDHI is not installed"
    seconds, _ = timed(lambda: tree.compute_persistence(persistence_dim_max=True))
    return f"GUDHI mod 11 {seconds:.3f} s"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small cases")
    quick = parser.parse_args().quick
    rows = complex_rows((2, 8, 8, 1) if quick else (2, 32, 32, 1)) + homology_rows(100 if quick else 1000)
    for name, seconds, note in rows:
        print(f"{name:42s} {seconds:8.3f} s  {note}")


if __name__ == "__main__":
    main()
