"""The nerve of boxes against the nerve of the same cells as a face lattice."""

from __future__ import annotations

import pickle
import random
from typing import Any

import pytest

import exactgeom as eg
from exactgeom.models.tree import Leaf, Split
from exactgeom.nerve.build import dual_complex, nerve
from exactgeom.partition.boxes_lattice import partition_lattice


def random_tree(rnd: random.Random, dim: int, splits: int) -> eg.DecisionTree:
    """Thresholds on a coarse grid: T-junctions and cells that touch in corners on purpose."""
    nodes: list[Any] = [Leaf([0])]
    boxes = {0: [(-4, 4)] * dim}
    for _ in range(splits):
        at = rnd.choice(sorted(boxes))
        f = rnd.randrange(dim)
        low, high = boxes[at][f]
        if high - low < 2:
            continue
        t = rnd.randint(low + 1, high - 1)
        box = boxes.pop(at)
        for ends in ((low, t), (t, high)):
            boxes[len(nodes)] = [*box[:f], ends, *box[f + 1 :]]
            nodes.append(Leaf([0]))
        nodes[at] = Split(f, t, len(nodes) - 2, len(nodes) - 1)
    return eg.DecisionTree(nodes, dim)


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("proper_only", [False, True])
def test_two_ways_to_the_nerve_of_a_tree(seed: int, proper_only: bool) -> None:
    rnd = random.Random(seed)
    dim = 2 + seed % 2
    tree, domain = random_tree(rnd, dim, 7), eg.box(-4, 4, dim=dim)
    P, Q = eg.partition(tree, domain), partition_lattice(tree, domain)
    place = {c.signs: c.id for c in Q.cells}
    new = [place[c.signs] for c in P.cells]
    K, L = nerve(P, 2, proper_only=proper_only), nerve(Q, 2, proper_only=proper_only)
    assert K.counts == L.counts and K.betti() == L.betti() and len(K.non_proper) == len(L.non_proper)
    if not proper_only:
        assert K.betti() == [1] + [0] * K.dimension
    for p in range(min(K.dimension, dim) + 1):
        match = [L.index(p, tuple(sorted(new[i] for i in s))) for s in K.simplices(p)]
        assert [K.volume(p, i) for i in range(K.count(p))] == [L.volume(p, i) for i in match]
        flips = [parity([new[i] for i in s]) for s in K.simplices(p)]
        for name in ("face-weighted", "ridge-weighted", "area-vector"):
            G, H = K.gram(p, name), L.gram(p, name)
            for a in range(K.count(p)):
                for b in range(K.count(p)):
                    assert G[a, b] == H[match[a], match[b]] * (flips[a] * flips[b])


def parity(row: list[int]) -> int:
    return (-1) ** sum(row[i] > row[j] for i in range(len(row)) for j in range(i + 1, len(row)))


def test_boxes_in_many_dimensions_and_pickles() -> None:
    tree = random_tree(random.Random(5), 12, 30)
    K = nerve(eg.partition(tree, eg.box(-4, 4, dim=12)), 1)
    assert K.betti() == [1, 0] and pickle.loads(pickle.dumps(K)).counts == K.counts
    with pytest.raises(eg.InvalidInput, match="face lattice"):
        dual_complex(K.source)


def test_all_of_space() -> None:
    tree = random_tree(random.Random(3), 2, 5)
    K = nerve(eg.partition(tree, None), 2)
    assert K.betti() == [1] + [0] * K.dimension
    with pytest.raises(eg.UnboundedError):
        K.gram(0)
