"""Comparison of two classifiers, timed: `python -m benchmarks.compare`.

Two ReLU classifiers 2-32-32-3 on [-1, 1]^2, every answer of `eg.compare`. One warm-up, then the best of a few
runs. The targets are the project's own: five seconds for all answers together.
"""

from __future__ import annotations

import argparse
import time

import exactgeom as eg
from benchmarks.models import NetworkCase

ANSWERS = ("equal", "sup_distance", "disagreement_volume", "l2_distance_squared", "l1_distance")
TARGET = 5.0
CASES = {
    "2-32-32-3 k/16": ((2, 32, 32, 3), "k/16"),
    "2-32-32-3 float32": ((2, 32, 32, 3), "float32"),
    "4-8-8-3 k/16": ((4, 8, 8, 3), "k/16"),
}
QUICK = {"2-6-6-3 k/16": ((2, 6, 6, 3), "k/16")}


def models(widths: tuple[int, ...], numbers: str) -> list[eg.Network]:
    """Two networks of the same shape with different seeds."""
    return [eg.Network.from_json(NetworkCase(widths, numbers, 0.3, seed).document()) for seed in (1, 2)]


def measure(widths: tuple[int, ...], numbers: str, repeat: int) -> tuple[dict[str, float], eg.Comparison]:
    """Best seconds of each answer, asked in order of one fresh comparison, and the last comparison."""
    f, g = models(widths, numbers)
    domain = eg.box(-1, 1, dim=widths[0])
    best: dict[str, float] = {}
    for _ in range(repeat + 1):
        found, start = eg.compare(f, g, domain), time.perf_counter()
        for name in ANSWERS:
            before = time.perf_counter()
            getattr(found, name)
            best[name] = min(best.get(name, 1e9), time.perf_counter() - before)
        best["all"] = min(best.get("all", 1e9), time.perf_counter() - start)
    return best, found


def check(found: eg.Comparison, domain_volume: int) -> None:
    """A time means nothing for a wrong answer."""
    outputs = found.model_a.output_dim
    good = 0 < found.disagreement_volume < domain_volume and not found.equal
    good &= found.l1_distance**2 <= outputs * domain_volume * found.l2_distance_squared
    good &= found.l1_distance <= outputs * domain_volume * found.sup_distance
    gaps = zip(found.model_a(found.sup_point), found.model_b(found.sup_point), strict=True)
    if not good or max(abs(a - b) for a, b in gaps) != found.sup_distance:
        raise SystemExit("the answers do not fit together")


def main(arguments: list[str] | None = None) -> None:
    """Run the cases and print a Markdown table."""
    parser = argparse.ArgumentParser(description="Exact comparison of two classifiers, timed.")
    parser.add_argument("--quick", action="store_true", help="a small case only")
    parser.add_argument("--repeat", type=int, default=2, help="timed runs after the warm-up (default 2)")
    options = parser.parse_args(arguments)
    print("| case | " + " | ".join(ANSWERS) + " | all s |")
    print("| --- " + "| ---: " * (len(ANSWERS) + 1) + "|")
    for name, (widths, numbers) in (QUICK if options.quick else CASES).items():
        best, found = measure(widths, numbers, options.repeat)
        check(found, 2 ** widths[0])
        mark = "<" if best["all"] <= TARGET else ">"
        goal = f" ({mark}{TARGET:g})" if widths == (2, 32, 32, 3) else ""
        cells = " | ".join(f"{best[answer]:.3g}" for answer in ANSWERS)
        print(f"| {name} | {cells} | {best['all']:.3g}{goal} |")
    print("\nEach answer costs what was not known from the ones before it; best of the runs, one process.")


if __name__ == "__main__":
    main()
