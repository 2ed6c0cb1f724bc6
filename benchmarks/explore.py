"""Exploration of random networks, timed: `python -m benchmarks.explore`.

All of R^d, breadth-first from the origin, one core. Beside it `relucent` (float), in a Python given
by `--peer PYTHON`; where that has none the column says so. Seconds of processor time, children included.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
from itertools import pairwise
from typing import Any

import numpy as np

import exactgeom as eg
from exactgeom.partition.explore import explore

CASES = ([2, 16, 16, 1], [4, 8, 8, 1])
QUICK = ([2, 5, 4, 1],)

PEER = """
import json, resource, sys
import numpy as np
import torch, torch.nn as nn
import relucent
layers = []
for weight, bias in json.load(sys.stdin):
    linear = nn.Linear(len(weight[0]), len(bias))
    linear.weight.data, linear.bias.data = torch.tensor(weight), torch.tensor(bias)
    layers += [linear, nn.ReLU()]
complex_ = relucent.Complex(nn.Sequential(*layers[:-1]))
def spent():
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)
start = spent()
complex_.bfs(start=torch.zeros(1, layers[0].in_features), nworkers=1, verbose=0)
print(json.dumps([len(complex_), spent() - start]))
"""


def spent() -> float:
    """Seconds of processor time of this process and its children."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def weights(sizes: list[int], seed: int) -> list[tuple[Any, Any]]:
    """Float32 weights of a random network."""
    chance = np.random.default_rng(seed)
    return [
        (
            (chance.normal(size=(rows, columns)) / columns**0.5).astype(np.float32),
            (chance.normal(size=rows) / 2).astype(np.float32),
        )
        for columns, rows in pairwise(sizes)
    ]


def peer(python: str, layers: list[tuple[Any, Any]]) -> str:
    """Cells and cells per second of relucent, or why there are none."""
    sent = json.dumps([(w.tolist(), b.tolist()) for w, b in layers])
    try:
        done = subprocess.run([python, "-c", PEER], input=sent, capture_output=True, text=True, check=False)
    except OSError as error:
        return f"skipped: {error.strerror}"
    if done.returncode:
        return f"skipped: {done.stderr.strip().splitlines()[-1][:60]}"
    cells, seconds = json.loads(done.stdout.strip().splitlines()[-1])
    return f"{cells} cells, {cells / seconds:.0f}/s"


def main(arguments: list[str] | None = None) -> None:
    """Run the cases and print a Markdown table."""
    parser = argparse.ArgumentParser(description="Exploration through facets, timed.")
    parser.add_argument("--quick", action="store_true", help="a small case only")
    parser.add_argument("--peer", default="python3", help="a Python that has relucent")
    parser.add_argument("--seeds", type=int, default=1, help="networks of each shape (default 1)")
    options = parser.parse_args(arguments)
    print("| network | cells | ours: exact, cells/s | face lattice, cells/s | relucent: float |")
    print("| --- | ---: | ---: | ---: | --- |")
    for sizes in QUICK if options.quick else CASES:
        for seed in range(options.seeds):
            layers = weights(list(sizes), seed)
            parts = [part for w, b in layers for part in (eg.Linear(w, b), eg.ReLU())]
            net = eg.Network(parts[:-1])
            start = spent()
            found = explore(net, [[0] * sizes[0]])
            ours = spent() - start
            start = spent()
            cells = eg.partition(net).cells
            lattice = spent() - start
            if len(cells) != len(found):
                raise SystemExit("the face lattice has other cells")
            print(
                f"| {'-'.join(map(str, sizes))} | {len(found)} | {len(found) / ours:.0f} "
                f"| {len(cells) / lattice:.0f} | {peer(options.peer, layers)} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
