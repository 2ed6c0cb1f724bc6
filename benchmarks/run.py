"""Exact geometry beside float peers, one table: `make bench`, or `python -m benchmarks.run --quick`.

Every case runs in a process of its own (so that its peak memory is its own): first ours, warm, best of a few;
then SciPy on the same cells. A check that fails stops the run: there is no time for a wrong answer.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def peak_megabytes() -> float:
    """The most memory this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    scale = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


def measure(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """One case, in this process: ours, then the peer."""
    from benchmarks import ours
    from benchmarks.cases import CASES, QUICK
    from benchmarks.models import PolytopeCase

    case = (QUICK | CASES)[name]
    source, start = case.source, peak_megabytes()
    if isinstance(source, PolytopeCase):
        exact = ours.measure_polytope(source, options.repeat, options.seconds)
    else:
        exact = ours.measure_partition(source, options.repeat, options.seconds)
    row = {
        "name": name,
        "cells": exact.cells,
        "faces": exact.faces,
        "lattice": exact.lattice,
        "lattice_target": case.lattice_target,
        "volumes": exact.volumes,
        "volume_target": case.volume_target,
        "bits": exact.bits,
        "peak": peak_megabytes(),
        "start": start,
    }
    return row if options.no_peers else row | measure_peer(source, exact.signs, options.peer_cells)


def measure_peer(source: Any, signs: tuple[str, ...], most: int) -> dict[str, Any]:
    """SciPy on the same input; it is told the sign strings."""
    from benchmarks import peers
    from benchmarks.models import PolytopeCase

    if isinstance(source, PolytopeCase):
        vertices, vertex_time, volume_time = peers.measure_polytope(*source.inequalities())
        return {
            "peer_vertices": vertex_time,
            "peer_volumes": volume_time,
            "lost": int(vertices == 0),
            "sampled": 0,
        }
    result = peers.measure_cells(peers.float_layers(source.document()), signs, most)
    return {
        "peer_vertices": result.vertices,
        "peer_volumes": result.volumes,
        "lost": result.lost,
        "sampled": min(most, len(signs)) if result.sampled else 0,
    }


def run_in_process(name: str, options: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.run", "--case", name, "--repeat", str(options.repeat)]
    command += ["--seconds", str(options.seconds), "--peer-cells", str(options.peer_cells)]
    command += ["--no-peers"] if options.no_peers else []
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: failed, exit {done.returncode}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def seconds(value: float | None, target: float | None = None, *, about: bool = False) -> str:
    """`0.123`, `~12.3`; with a target, `0.123 (<0.4)` when it is met and `0.512 (>0.4)` when it is not."""
    if value is None or math.isnan(value):
        return "-"
    text = ("~" if about else "") + (f"{value:.0f}" if value >= 100 else f"{value:#.3g}")
    return text if target is None else f"{text} ({'<' if value <= target else '>'}{target:g})"


COLUMNS = ["case", "cells", "faces", "lattice s", "us/face", "cells/s", "+volumes s", "bits", "MB"]
PEER_COLUMNS = ["SciPy s", "+volumes s", "ratio", "lost"]


def cells_of(row: dict[str, Any]) -> list[str]:
    """One line of the table."""
    polytope = row["cells"] == 1
    line = [
        row["name"],
        f"{row['cells']:,}",
        f"{row['faces']:,}" + (" vertices" if polytope else ""),
        seconds(row["lattice"], row["lattice_target"]),
        "-" if polytope else f"{1e6 * row['lattice'] / row['faces']:.2f}",
        "-" if polytope else f"{row['cells'] / row['lattice']:,.0f}",
        seconds(row["volumes"], row["volume_target"]),
        f"{row['bits']:,}",
        f"{row['peak']:.0f}",
    ]
    if "peer_volumes" in row:
        about = bool(row["sampled"])
        line += [
            seconds(row["peer_vertices"], about=about),
            seconds(row["peer_volumes"], about=about),
            f"{row['peer_volumes'] / row['volumes']:.1f}",
            f"{row['lost']}" + (f" of {row['sampled']:,}" if about else ""),
        ]
    return line


def table(rows: list[dict[str, Any]]) -> str:
    """Markdown, aligned, so that it reads well on a terminal and can be pasted into a document."""
    peers = any("peer_volumes" in row for row in rows)
    lines = [COLUMNS + (PEER_COLUMNS if peers else []), *map(cells_of, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    rule = ["-" * widths[0], *["-" * (width - 1) + ":" for width in widths[1:]]]
    lines.insert(1, rule)
    return "\n".join(
        "| "
        + " | ".join(
            c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True))
        )
        + " |"
        for line in lines
    )


def main(arguments: list[str] | None = None) -> None:
    """Run the cases asked for and print the table."""
    parser = argparse.ArgumentParser(description="Exact geometry beside float peers, in one table.")
    parser.add_argument("--quick", action="store_true", help="small cases only: a smoke test of seconds")
    parser.add_argument("--only", action="append", metavar="NAME", help="cases whose name contains NAME")
    parser.add_argument("--repeat", type=int, default=5, help="timed runs after the warm-up (default 5)")
    parser.add_argument(
        "--seconds", type=float, default=20, help="start no further run after this long (default 20)"
    )
    parser.add_argument(
        "--peer-cells",
        type=int,
        default=1500,
        help="SciPy runs on at most so many cells, evenly spread, and is scaled up",
    )
    parser.add_argument("--no-peers", action="store_true", help="ours only")
    parser.add_argument("--json", metavar="FILE", help="also write the rows as JSON")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.case:
        print(json.dumps(measure(options.case, options)))
        return

    from benchmarks.cases import CASES, QUICK

    names = [
        n
        for n in (QUICK if options.quick else CASES)
        if not options.only or any(o in n for o in options.only)
    ]
    if not names:
        raise SystemExit(
            f"no case is named like {options.only}; there are: {', '.join(QUICK if options.quick else CASES)}"
        )
    rows = []
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        rows.append(run_in_process(name, options))
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(table(rows))
    print()
    where = f"Python {platform.python_version()}, {platform.machine()}"
    print(f"{where}, one process, best of {options.repeat} warm runs.")
    print("lattice: every face of every dimension; +volumes: with all cell volumes and facet areas on top.")
    print("(<t) target met, (>t) missed; bits: the longest integer; MB: peak memory of the process.")
    print("SciPy: cell by cell, told the signs; HiGHS for a point, HalfspaceIntersection, + ConvexHull;")
    print("~ scaled up from a sample; ratio: SciPy/ours, +volumes; lost: cells on which SciPy failed.")


if __name__ == "__main__":
    main()
