"""What the `hypothesis` entry point calls: `st.from_type(Network)` and its like draw from our strategies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

__all__ = ["REGISTERED", "register"]

REGISTERED: Final[Mapping[str, str]] = {
    "Arrangement": "arrangements",
    "DecisionTree": "trees",
    "LengthGraph": "weighted_graphs",
    "Network": "networks",
    "Polytope": "polytopes",
    "SimplicialComplex": "simplicial_complexes",
    "Sites": "sites",
}
"""Type to the name of its strategy."""


def register() -> None:
    """Tell Hypothesis which strategy makes which type; the strategies are imported when one is drawn.

    Forms and maps are left to `strategies.forms()` and `strategies.maps()`: their types need SymPy, which no
    import of Hypothesis should have to load.

    >>> from hypothesis import find, strategies as st
    >>> from exactgeom.models import Sites
    >>> register()
    >>> isinstance(find(st.from_type(Sites), lambda model: True), Sites)
    True
    """
    from hypothesis import strategies as st

    from exactgeom.curvature.graphs import LengthGraph
    from exactgeom.models import Arrangement, DecisionTree, Network, Sites
    from exactgeom.nerve.simplicial import SimplicialComplex
    from exactgeom.polyhedra import Polytope

    types: tuple[type[Any], ...] = (
        Arrangement,
        DecisionTree,
        LengthGraph,
        Network,
        Polytope,
        SimplicialComplex,
        Sites,
    )
    for made in types:
        st.register_type_strategy(made, _maker(REGISTERED[made.__name__]))


def _maker(name: str) -> Callable[[type[Any]], Any]:
    def make(_: type[Any]) -> Any:
        from exactgeom.testkit import strategies

        return getattr(strategies, name)()

    return make
