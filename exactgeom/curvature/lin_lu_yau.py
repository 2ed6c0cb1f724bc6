"""The curvature of Lin, Lu and Yau: Ollivier's, per share that moves, in the limit where nothing moves.

`κ_LLY(u, v) = lim κ_p(u, v) / (1 − p)` for idleness p → 1. For any lengths the quotient is constant from p =
1/2 on, so the limit is `2 κ_{1/2}`. Reason: write s = p/(1 − p), so that `κ_p/(1 − p) = 1 + s − W(s)/d` with
W(s) the distance of `ν_u + s δ_u` and `ν_v + s δ_v`. If s > 1, at most 1 of the mass at u is not meant for v,
because ν_v weighs 1 and has nothing at v; so s − 1 of it goes straight to v, at cost d, and `W(s) = W(1) + (s
− 1) d`. Source: Y. Lin, L. Lu, S.-T. Yau, Ricci curvature of graphs, Tohoku Math. J. 63 (2011); F. Münch, R.
Wojciechowski, Ollivier Ricci curvature for general graph Laplacians, Adv. Math. 356 (2019).
"""

from __future__ import annotations

from typing import Any

from exactgeom.curvature.graphs import Edge
from exactgeom.curvature.ollivier import ollivier_ricci
from exactgeom.curvature.transport import Real


def lin_lu_yau(graph: Any, weight: str | None = "weight") -> dict[Edge, Real]:
    """Return the curvature of Lin, Lu and Yau of every edge, keyed as `graph.edges`.

    Contract: exact: a `Fraction`, or a `Surd` where lengths are surds. Formula: the limit of `κ_p/(1 − p)`
    for p → 1, which is `2 κ_{1/2}` for all lengths; `edge_curvature(graph, u, v)` has the proof of `κ_{1/2}`.
    For equal lengths the quotient is constant from p = 1/(D + 1) on, D the larger degree of the two ends.
    Units and errors: as in `ollivier_ricci`. Source: Y. Lin, L. Lu, S.-T. Yau (2011).

    >>> import networkx as nx
    >>> lin_lu_yau(nx.complete_graph(3))[0, 1], lin_lu_yau(nx.star_graph(3))[0, 1]
    (Fraction(3, 2), Fraction(2, 3))
    """
    return {edge: 2 * curvature for edge, curvature in ollivier_ricci(graph, "1/2", weight).items()}
