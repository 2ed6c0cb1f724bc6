"""What an implementation may offer: one entry per function of an adapter, with the shapes of its answer.

Letters: C cells, U characters of a sign string (breakpoints), d inputs, k outputs, n points, F facets,
K corners, V vertices, E edges. `docs/adding-a-candidate.md` says the same at length.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from exactgeom.testkit.shapes import Array, Form, Ragged, Shape, Word

__all__ = ["CAPABILITIES", "Capability"]


@dataclass(frozen=True)
class Capability:
    """A function of the candidate protocol.

    `takes` names its arguments in order, each with its shape in words; `gives` is the shape of its answer.
    """

    name: str
    summary: str
    takes: tuple[tuple[str, str], ...]
    gives: Shape | Mapping[str, Shape]

    @property
    def signature(self) -> str:
        """``name(argument, ...)``."""
        return f"{self.name}({', '.join(name for name, _ in self.takes)})"

    @property
    def answer(self) -> str:
        """The shape of the answer in words."""
        if not isinstance(self.gives, Mapping):
            return self.gives.describe()
        parts = (f"{k}{'?' if v.optional else ''}: {v.describe()}" for k, v in self.gives.items())
        return "{" + "; ".join(parts) + "}"


_KEYS: Final[dict[str, Shape]] = {  # of the cells: exactly one of the three
    "signs": Array("sign", ("C", "U"), optional=True),
    "points": Array("float", ("C", "d"), optional=True),
    "leaves": Array("int", ("C",), optional=True),
}
_WHERE = (
    ("model", "a model"),
    ("lo", "float64 (d,)"),
    ("hi", "float64 (d,)"),
)
_AT = (("model", "a model"), ("points", "float64 (n, d)"))
_CHAINS = (
    ("simplices", "list of int64 (n_p, p + 1), all simplices, rows ascending"),
    ("degree", "int p"),
    ("norms", "list of float64 (n_p,): squared length of each simplex as a cochain"),
)
_GRAPH = (("nodes", "int n"), ("edges", "int64 (E, 2), u < v"))
_LENGTHS = (*_GRAPH, ("lengths", "float64 (E,)"))
_FORM = "{coefficients: float64 (T,), exponents: int64 (T, m), indices: int64 (T, p)}"
_CORNERS = Array("int", ("K", 3))


def _float(*dims: str | int, optional: bool = False) -> Array:
    return Array("float", dims, optional)


_LIST = (
    Capability("evaluate", "Outputs of a network at points.", _AT, _float("n", "k")),
    Capability(
        "jacobian", "Derivatives of a network's outputs at points inside cells.", _AT, _float("n", "k", "d")
    ),
    Capability(
        "locate",
        "Sign string of each point (of a tree: node number of its leaf).",
        _AT,
        Array("int", ("n", "U")),
    ),
    Capability(
        "partition",
        "The cells of a model on a box.",
        _WHERE,
        {**_KEYS, "vertices": _float("V", "d", optional=True), "cells": Ragged("int", "C", optional=True)},
    ),
    Capability("cell_volumes", "Volume of every cell.", _WHERE, {**_KEYS, "volumes": _float("C")}),
    Capability(
        "affine_maps",
        "A, b with f(x) = A x + b, cell by cell.",
        _WHERE,
        {**_KEYS, "A": _float("C", "k", "d"), "b": _float("C", "k")},
    ),
    Capability(
        "facet_areas",
        "(d-1)-volume of every facet; optionally its vector, out of the first cell.",
        _WHERE,
        {
            **_KEYS,
            "facets": Array("int", ("F", 2)),
            "areas": _float("F"),
            "vectors": _float("F", "d", optional=True),
        },
    ),
    Capability(
        "dihedral_angles",
        "Interior angle of every cell at each of its ridges, in radians.",
        _WHERE,
        {**_KEYS, "corners": _CORNERS, "angles": _float("K")},
    ),
    Capability(
        "nerve",
        "Sets of at most max_dim + 1 cells with a common point.",
        (*_WHERE, ("max_dim", "int")),
        {**_KEYS, "simplices": Ragged("int", "P", columns=True)},
    ),
    Capability(
        "gram",
        "Inner products of the nerve's p-simplices.",
        (*_WHERE, ("degree", "int p"), ("convention", "str")),
        {**_KEYS, "simplices": Array("int", ("S", "q")), "matrix": _float("S", "S")},
    ),
    Capability(
        "volume_gradient",
        "Derivatives of every cell's volume by the normals and offsets of an arrangement.",
        _WHERE,
        {**_KEYS, "normals": _float("C", "h", "d"), "offsets": _float("C", "h")},
    ),
    Capability("betti", "Betti numbers over Q.", _CHAINS[:1], Array("int", ("D",))),
    Capability("laplacian", "Hodge Laplacian on p-cochains.", _CHAINS, _float("S", "S")),
    Capability("spectrum", "Eigenvalues of that Laplacian, ascending.", _CHAINS, _float("S")),
    Capability(
        "eigenvectors",
        "Eigenvalues, ascending, and independent eigenvectors as columns.",
        _CHAINS,
        {"values": _float("S"), "vectors": _float("S", "S")},
    ),
    Capability("harmonic_basis", "Basis of its kernel, as columns.", _CHAINS, _float("S", "B")),
    Capability(
        "hodge_decomposition",
        "Exact, coexact and harmonic part of a p-cochain.",
        (*_CHAINS, ("cochain", "float64 (n_p,)")),
        {"exact": _float("S"), "coexact": _float("S"), "harmonic": _float("S")},
    ),
    Capability(
        "ollivier_ricci",
        "Ollivier's curvature of every edge.",
        (*_LENGTHS, ("idleness", "float in [0, 1]")),
        _float("E"),
    ),
    Capability("lin_lu_yau", "Lin-Lu-Yau curvature of every edge.", _LENGTHS, _float("E")),
    Capability("forman_ricci", "4 - deg u - deg v for every edge.", _GRAPH, _float("E")),
    Capability(
        "wasserstein",
        "Least cost of carrying one measure into another.",
        (("cost", "float64 (a, b)"), ("source", "float64 (a,)"), ("target", "float64 (b,)")),
        _float(),
    ),
    Capability("wedge", "Product of two forms.", (("first", _FORM), ("second", _FORM)), Form()),
    Capability("exterior_derivative", "d of a form.", (("form", _FORM),), Form()),
    Capability(
        "pullback",
        "A form pulled back by a polynomial map.",
        (("form", _FORM), ("map", "list of {coefficients: float64 (T,), exponents: int64 (T, m)}")),
        Form(),
    ),
    Capability(
        "integrate",
        "Integral of a polynomial over the convex hull of points.",
        (("vertices", "float64 (V, d)"), ("coefficients", "float64 (T,)"), ("exponents", "int64 (T, d)")),
        _float(),
    ),
    Capability(
        "lp",
        "min c.x subject to A x <= b.",
        (("c", "float64 (d,)"), ("A", "float64 (m, d)"), ("b", "float64 (m,)")),
        {
            "status": Word(("optimal", "infeasible", "unbounded")),
            "value": _float(optional=True),
            "x": _float("d", optional=True),
        },
    ),
    Capability(
        "nonredundant",
        "Rows of A x <= b that are needed, ascending.",
        (("A", "float64 (m, d)"), ("b", "float64 (m,)")),
        Array("int", ("r",)),
    ),
    Capability(
        "scalar_curvature",
        "Scalar curvature of a metric at points; +2 on the unit sphere.",
        (("metric", "d x d list of str"), ("coordinates", "list of str"), ("points", "float64 (n, d)")),
        _float("n"),
    ),
)
CAPABILITIES: Final[Mapping[str, Capability]] = {entry.name: entry for entry in _LIST}
"""Name to entry, in the order of the report."""
