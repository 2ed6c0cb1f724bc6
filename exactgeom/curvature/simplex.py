"""The transportation simplex on a spanning tree: every number stays in the ring it came in.

`Tree` holds a basis of the problem `min Σ c_ij x_ij`, `Σ_j x_ij = s_i`, `Σ_i x_ij = d_j`, `x ≥ 0`. It only
adds, subtracts and compares, so integers, surds and lazy numbers work; on graphs all is small integers.
Trees stay *strongly feasible* (an arc without flow points to the root), so no sequence of pivots cycles,
however degenerate the masses are. Source: W. H. Cunningham, A network simplex method, Math. Programming 11
(1976).
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import sub
from typing import Any

Costs = Sequence[Sequence[Any]]


class Tree:
    """A basis: rows 0..m−1 and columns m..m+n−1 are the nodes, arc (i, j) has the key `i·n + j`.

    Assumption (not checked): positive masses, equal totals, at least one row. Afterwards `flow` maps keys to
    masses (zeros of a degenerate basis included), and `u[i] + v[j] = c[i][j]` on the arcs of the tree.
    """

    __slots__ = ("costs", "depth", "flow", "m", "n", "near", "parent", "u", "v")

    def __init__(self, supply: Sequence[Any], demand: Sequence[Any], costs: Costs) -> None:
        self.m, self.n = len(supply), len(demand)
        self.costs = costs
        self.flow: dict[int, Any] = {}
        self.near: list[list[int]] = [[] for _ in range(self.m + self.n)]
        self._start(list(supply), list(demand))
        self.depth = [0] * (self.m + self.n)
        self.parent = [-1] * (self.m + self.n)
        self.reprice(costs)

    def _start(self, supply: list[Any], demand: list[Any]) -> None:
        """Serve the cheapest arcs first; every supply carries an infinitesimal that the last column takes.

        The infinitesimals break all ties, which makes the tree a tree and strongly feasible.
        """
        m, n, near, flow = self.m, self.n, self.near, self.flow
        flat = [c for row in self.costs for c in row]
        extra, wanted = [1] * m, [0] * n
        wanted[-1] = m
        alive = [True] * (m + n)
        for key in sorted(range(m * n), key=flat.__getitem__):
            i, j = divmod(key, n)
            if not (alive[i] and alive[m + j]):
                continue
            s, d = supply[i], demand[j]
            near[i].append(m + j)
            near[m + j].append(i)
            if s < d or (s == d and extra[i] <= wanted[j]):
                flow[key] = s
                alive[i] = False
                demand[j] = d - s
                wanted[j] -= extra[i]
            else:
                flow[key] = d
                alive[m + j] = False
                supply[i] = s - d
                extra[i] -= wanted[j]

    def reprice(self, costs: Costs) -> None:
        """Take these costs (of another ring, perhaps) and set the potentials of the same tree."""
        self.costs = costs
        zero = costs[0][0] - costs[0][0]
        self.u, self.v = [zero] * self.m, [zero] * self.n
        self._hang(self.m + self.n - 1, -1)

    def _hang(self, top: int, parent: int) -> None:
        """Set parents, depths and potentials of the subtree that starts at `top`, below `parent`."""
        m, costs, u, v = self.m, self.costs, self.u, self.v
        near, parents, depth = self.near, self.parent, self.depth
        stack = [(top, parent)]
        while stack:
            node, above = stack.pop()
            parents[node] = above
            if above >= 0:
                depth[node] = depth[above] + 1
                if node < m:
                    u[node] = costs[node][above - m] - v[above - m]
                else:
                    v[node - m] = costs[above][node - m] - u[above]
            for other in near[node]:
                if other != above:
                    stack.append((other, node))

    def optimise(self) -> None:
        """Pivot until no reduced cost is negative; rows are priced in turn, the best arc of a row enters."""
        m, v = self.m, self.v
        row = quiet = 0
        while quiet < m:
            reduced = list(map(sub, self.costs[row], v))
            least = min(reduced)
            if least < self.u[row]:
                self.pivot(row, reduced.index(least))
                quiet = 0
            else:
                quiet += 1
            row = row + 1 if row + 1 < m else 0

    def pivot(self, i: int, j: int) -> None:
        """Let the arc (i, j) enter; the last blocking arc around the cycle, seen from its top, leaves."""
        m, n, flow, near = self.m, self.n, self.flow, self.near
        more, less, leaving, theta, below_column = self._cycle(i, j)
        for key in more:
            flow[key] += theta
        for key in less:
            flow[key] -= theta
        del flow[leaving]
        flow[i * n + j] = theta
        a, b = divmod(leaving, n)
        near[a].remove(m + b)
        near[m + b].remove(a)
        near[i].append(m + j)
        near[m + j].append(i)
        if below_column:
            self._hang(m + j, i)
        else:
            self._hang(i, m + j)

    def _cycle(self, i: int, j: int) -> tuple[list[int], list[int], int, Any, bool]:
        """Return the arcs that gain and lose flow, the leaving one, its flow, whether j hangs below it."""
        m, n, flow, parent, depth = self.m, self.n, self.flow, self.parent, self.depth
        more: list[int] = []
        less: list[int] = []
        a, b = i, m + j
        left: Any = None
        right: Any = None
        out_left = out_right = -1
        while a != b:
            if depth[a] >= depth[b]:
                up = parent[a]
                if a < m:
                    key = a * n + up - m
                    less.append(key)
                    if left is None or flow[key] < left:
                        left, out_left = flow[key], key
                else:
                    more.append(up * n + a - m)
                a = up
            else:
                up = parent[b]
                if b < m:
                    more.append(b * n + up - m)
                else:
                    key = up * n + b - m
                    less.append(key)
                    if right is None or flow[key] <= right:
                        right, out_right = flow[key], key
                b = up
        if left is None or (right is not None and right <= left):
            return more, less, out_right, right, True
        return more, less, out_left, left, False


def solve(supply: Sequence[Any], demand: Sequence[Any], costs: Costs) -> Tree:
    """Return an optimal tree. Assumption (not checked): positive masses, equal totals, one kind of numbers.

    >>> solve([2, 1], [1, 2], [[0, 1], [1, 0]]).flow
    {0: 1, 3: 1, 1: 1}
    """
    tree = Tree(supply, demand, costs)
    tree.optimise()
    return tree
