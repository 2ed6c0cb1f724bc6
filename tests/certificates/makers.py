"""Valid certificates of every kind, by small code of their own; the truth of a claim by brute force."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

import numpy

import exactgeom as eg
from exactgeom.certificates.document import certificate
from exactgeom.linalg.certificate import definite_certificate, rank_certificate
from exactgeom.partition.certificate import model_document

SQUARE = {"low": ["-1", "-1"], "high": ["1", "1"]}
# A square with a cut corner; rows 5 and 6 are redundant, row 6 touches a vertex, row 7 repeats row 0.
PENTAGON = {
    "dim": 2,
    "A": [["1", "0"], ["0", "1"], ["-1", "0"], ["0", "-1"], ["1", "1"], ["1", "0"], ["-1", "-1"], ["2", "0"]],
    "b": ["1", "1", "1", "1", "3/2", "2", "2", "2"],
}
NARROW = {"dim": 2, "A": [["1", "1"], ["-1", "0"], ["0", "-1"]], "b": ["-1", "0", "0"]}
WITH_EQUATION = {"dim": 2, "A": [["-1", "0"], ["0", "-1"]], "b": ["0", "0"], "E": [["1", "1"]], "f": ["1"]}
NET = {
    "schema": "exactgeom/network-1",
    "input_dim": 2,
    "layers": [
        {"type": "linear", "weight": [["1", "1"], ["1", "-1/2"]], "bias": ["0", "1/3"]},
        {"type": "relu"},
        {"type": "linear", "weight": [["1", "-2"]], "bias": ["1/7"]},
        {"type": "leaky_relu", "slope": "1/10"},
    ],
}
HALF_ROOT_TWO = {"surd": [["1/2", "2"]]}


def surd(*pairs: tuple[Any, Any]) -> dict[str, Any]:
    return {"surd": [[str(q), str(m)] for q, m in pairs]}


def one_of_each() -> dict[str, dict[str, Any]]:
    """A name for each certificate; the part before / is the kind."""
    found: dict[str, dict[str, Any]] = {}

    def put(name: str, claim: dict[str, Any], evidence: dict[str, Any]) -> None:
        found[name] = certificate(name.split("/")[0], claim, evidence)

    put("feasible", {"system": PENTAGON, "strict": True}, {"point": ["0", "1/3"]})
    put("feasible/equation", {"system": WITH_EQUATION}, {"point": ["1/3", "2/3"]})
    put("empty", {"system": NARROW}, {"multipliers": [[0, "1"], [1, "1"], [2, "1"]]})
    put("redundant", {"system": PENTAGON, "row": 6}, {"multipliers": [[2, "1"], [3, "1"]]})
    put("redundant/loose", {"system": PENTAGON, "row": 5}, {"multipliers": [[0, "1"]]})
    put("facet", {"system": PENTAGON, "row": 4}, {"point": ["4/5", "7/10"]})
    put("facet/repeated", {"system": PENTAGON, "row": 7}, {"point": ["1", "1/5"]})
    put("facet/model", {"system": cell(), "row": 0}, {"point": ["-1/5", "1/5"]})
    put("ridge", {"system": PENTAGON, "rows": [0, 4], "cos": surd(("-1/2", 2))}, {"point": ["1", "1/2"]})
    put("ridge/touched", {"system": PENTAGON, "rows": [2, 3]}, {"point": ["-1", "-1"]})
    put(
        "irredundant",
        {"system": PENTAGON, "rows": [0, 1, 2, 3, 4]},
        {
            "points": [["2", "-1/2"], ["-3/4", "2"], ["-3", "0"], ["1/4", "-2"], ["4/5", "7/10"]],
            "multipliers": [[[0, "1"]], [[2, "1"], [3, "1"]], [[0, "2"]]],
        },
    )
    lp = {"system": PENTAGON, "objective": ["1", "2"]}
    put(
        "lp-optimal",
        {**lp, "sense": "max", "value": "5/2"},
        {"primal": ["1/2", "1"], "dual": [[1, "1"], [4, "1"]]},
    )
    put(
        "lp-optimal/min",
        {"system": WITH_EQUATION, "objective": ["1", "2"], "sense": "min", "value": "1"},
        {"primal": ["1", "0"], "dual": [[1, "1"], [2, "-1"]]},
    )
    wedge = {"dim": 2, "A": [["-1", "0"], ["0", "-1"]], "b": ["0", "0"]}
    put(
        "lp-unbounded",
        {"system": wedge, "objective": ["1", "-1"], "sense": "max"},
        {"point": ["1", "2"], "ray": ["3", "1"]},
    )
    corners = [["1", "1/2"], ["1/2", "1"], ["-1", "1"], ["-1", "-1"], ["1", "-1"]]
    put("volume", {"system": PENTAGON, "volume": "31/8"}, {"vertices": corners})
    put(
        "volume/edge",
        {"system": PENTAGON, "volume": HALF_ROOT_TWO, "rows": [4]},
        {"vertices": corners},
    )
    put("volume/model", *volume_of_cell())
    net = eg.Network.from_json(NET)
    found["complex"] = eg.partition(net, eg.box(-1, 1, dim=2)).certificate()
    lines = eg.Arrangement([([1, 1], 0), ([1, -1], "1/3")])
    found["complex/arrangement"] = eg.partition(lines, eg.box(-1, 1, dim=2)).certificate()
    found["complete"] = complete()
    relu = eg.Network([eg.ReLU(), eg.Linear([[1]], [0])], input_dim=1)
    same = eg.Network(
        [eg.Linear([[1], [-1]], [0, 0]), eg.Abs(), eg.Linear([["1/4", "1/4"]], [0])], input_dim=1
    )
    twin = eg.Network([eg.Abs(), eg.Linear([["1/2"]], [0])], input_dim=1)
    found["equal-functions"] = eg.compare(same, twin, eg.box(-1, 2, dim=1)).certificate()
    found["differ-at"] = eg.compare(relu, twin, eg.box(-1, 2, dim=1)).certificate()
    found["psd"] = definite_certificate(eg.Matrix([[2, 1, 0], [1, 2, 1], [0, 1, 2]]))
    found["psd/singular"] = definite_certificate(eg.Matrix([[1, 1], [1, 1]]))
    put(
        "psd/surd",
        {"matrix": [["3", surd((1, 2))], [surd((1, 2)), "2"]], "definite": True},
        {"squares": [["1", [[0, "1"], [1, "1/2"]]]]},
    )
    found["indefinite"] = definite_certificate(eg.Matrix([[1, 2], [2, 1]]))
    found["not-psd"] = definite_certificate(eg.Matrix([[-1, 0], [0, 0]]))
    found["rank"] = rank_certificate(eg.Matrix([[1, 2, 3], [2, 4, 6], [1, 0, "1/2"]]))
    put(
        "transport",
        {
            "costs": [["1", "2"], ["3", "1"]],
            "supply": ["1/2", "1/2"],
            "demand": ["1/4", "3/4"],
            "value": "5/4",
        },
        {
            "plan": [[0, 0, "1/4"], [0, 1, "1/4"], [1, 1, "1/2"]],
            "potentials": {"supply": ["0", "-1"], "demand": ["1", "2"]},
        },
    )
    put(
        "transport/surd",
        {
            "costs": [["0", surd((1, 2))], [surd((1, 2)), "0"]],
            "supply": ["1", "0"],
            "demand": ["1/2", "1/2"],
            "value": surd(("1/4", 8)),
        },
        {
            "plan": [[0, 0, "1/2"], [0, 1, "1/2"]],
            "potentials": {"supply": ["0", surd((-1, 2))], "demand": ["0", surd((1, 2))]},
        },
    )
    return found


def cell() -> dict[str, Any]:
    return {"model": NET, "signs": "+++", "domain": SQUARE}


def volume_of_cell() -> tuple[dict[str, Any], dict[str, Any]]:
    """The cell of NET with the most vertices, by its brute-force vertices."""
    P = eg.partition(eg.Network.from_json(NET), eg.box(-1, 1, dim=2))
    widest = max(P.cells, key=lambda c: len(c.vertices))
    claim = {"model": NET, "signs": widest.signs, "domain": SQUARE}
    vertices = [[str(x) for x in v] for v in widest.vertices]
    return {"system": claim, "volume": str(widest.volume)}, {"vertices": vertices}


def complete() -> dict[str, Any]:
    """Two crossing lines on a square, one cell per quadrant: rows 0, 1 of the signs, 2 to 5 of the domain."""
    cross = model_document(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]))
    signs = ["++", "-+", "+-", "--"]
    cells = []
    for own in signs:
        at = [("1" if s == "+" else "-1") + "/2" for s in own]
        flips = [own.translate({43: 45, 45: 43})[:1] + own[1:], own[:1] + own.translate({43: 45, 45: 43})[1:]]
        # x <= 1 is row 2, y <= 1 row 3, -x <= 1 row 4, -y <= 1 row 5: half of them matter.
        near = [2 if own[0] == "+" else 4, 3 if own[1] == "+" else 5]
        far = sorted({2, 3, 4, 5} - set(near))
        facets = [[0, signs.index(flips[0])], [1, signs.index(flips[1])], *([i, None] for i in sorted(near))]
        ways = [[[0 if i in (2, 4) else 1, "1"]] for i in far]
        cells.append({"point": at, "facets": facets, "multipliers": ways})
    return certificate("complete", {"model": cross, "domain": SQUARE, "cells": signs}, {"cells": cells})


# -- the truth, by brute force ---------------------------------------------------------------------------


def rows_of(system: dict[str, Any]) -> tuple[list[tuple[list[Fraction], Fraction]], int]:
    """Halfspaces (a, b); an equation is two of them.  Also the number of halfspaces before the equations."""
    if "low" in system:
        dim = len(system["low"])
        unit = [[Fraction(int(i == j)) for j in range(dim)] for i in range(dim)]
        rows = [(e, Fraction(b)) for e, b in zip(unit, system["high"], strict=True)]
        rows += [([-x for x in e], -Fraction(b)) for e, b in zip(unit, system["low"], strict=True)]
        return rows, len(rows)
    rows = [([Fraction(x) for x in a], Fraction(b)) for a, b in zip(system["A"], system["b"], strict=True)]
    count = len(rows)
    for a, b in zip(system.get("E", []), system.get("f", []), strict=True):
        row = [Fraction(x) for x in a]
        rows += [(row, Fraction(b)), ([-x for x in row], -Fraction(b))]
    return rows, count


def corners(rows: list[tuple[list[Fraction], Fraction]], dim: int, reach: int = 10**6) -> list[Any]:
    """All vertices of the rows within a huge box, by trying every basis."""
    unit = [[Fraction(int(i == j)) for j in range(dim)] for i in range(dim)]
    walls = [(e, Fraction(reach)) for e in unit] + [([-x for x in e], Fraction(reach)) for e in unit]
    found = set()
    for chosen in itertools.combinations([*rows, *walls], dim):
        matrix = eg.Matrix([a for a, _ in chosen])
        if matrix.rank() == dim:
            x = matrix.solve([b for _, b in chosen])
            if all(dot(a, x) <= b for a, b in [*rows, *walls]):
                found.add(x)
    return sorted(found)


def dot(a: Any, x: Any) -> Fraction:
    return sum((p * q for p, q in zip(a, x, strict=True)), Fraction(0))


def dimension(points: list[Any]) -> int:
    """Dimension of the affine hull; -1 of nothing."""
    if len(points) < 2:
        return len(points) - 1
    return eg.Matrix([[p - q for p, q in zip(x, points[0], strict=True)] for x in points[1:]]).rank()


def at_most(rows: Any, dim: int, a: Any, b: Fraction) -> bool:
    """Whether a.x <= b on the whole set (empty ones included)."""
    return all(dot(a, x) <= b for x in corners(rows, dim))


def truth(kind: str, claim: dict[str, Any]) -> bool:
    """Whether a claim about numbers is true, by brute force."""
    return TRUTHS[kind](claim)


def _system(claim: dict[str, Any]) -> tuple[Any, int]:
    system = claim["system"]
    if "model" in system:
        net = eg.load(system["model"])
        box = system["domain"]
        rows, _ = rows_of(box)
        P = eg.partition(net, eg.Polytope.from_inequalities([a for a, _ in rows], [b for _, b in rows]))
        owner = next(c for c in P.cells if c.signs == system["signs"])
        hull = eg.Polytope.from_vertices(owner.vertices)
        return list(hull.inequalities), hull.dim
    return rows_of(system)[0], len(system.get("low", [])) or system["dim"]


def _feasible(claim: Any) -> bool:
    rows, dim = _system(claim)
    return dimension(corners(rows, dim)) >= (dim if claim.get("strict") else 0)


def _facet(claim: Any, count: int = 1) -> bool:
    rows, dim = _system(claim)
    chosen = [claim["row"]] if count == 1 else claim["rows"]
    points = corners(rows, dim)
    on = [x for x in points if all(dot(rows[i][0], x) == rows[i][1] for i in chosen)]
    return dimension(points) == dim and dimension(on) == dim - count


def _ridge(claim: Any) -> bool:
    rows, _ = _system(claim)
    u, v = (rows[i][0] for i in claim["rows"])
    sides = all(_facet({**claim, "row": i}) for i in claim["rows"])
    if "cos" in claim:
        cosine = -float(dot(u, v)) / math.sqrt(dot(u, u) * dot(v, v))
        if abs(real(claim["cos"]) - cosine) > 1e-9:
            return False
    return sides and _facet(claim, 2)


def _irredundant(claim: Any) -> bool:
    rows, dim = _system(claim)
    listed = [rows[i] for i in claim["rows"]]
    enough = all(at_most(listed, dim, *row) for row in rows)
    return enough and not any(
        at_most(listed[:k] + listed[k + 1 :], dim, *row) for k, row in enumerate(listed)
    )


def _lp(claim: Any) -> bool:
    rows, dim = _system(claim)
    side = 1 if claim["sense"] == "max" else -1
    goal = [side * Fraction(x) for x in claim["objective"]]
    best = max((dot(goal, x) for x in corners(rows, dim)), default=None)
    if "value" not in claim:
        return best is not None and best > 10**5
    return best == side * Fraction(claim["value"])


def _volume(claim: Any) -> bool:
    rows, dim = _system(claim)
    points = corners(rows, dim)
    on = [x for x in points if all(dot(rows[i][0], x) == rows[i][1] for i in claim.get("rows", []))]
    hull = eg.Polytope.from_vertices(on)
    return dimension(points) == dim and abs(float(hull.relative_volume) - real(claim["volume"])) < 1e-9


def real(value: Any) -> float:
    if isinstance(value, dict):
        return sum(Fraction(q) * math.sqrt(Fraction(m)) for q, m in value["surd"])
    return float(Fraction(value))


def _form(claim: Any) -> Any:
    return numpy.linalg.eigvalsh([[real(x) for x in row] for row in claim["matrix"]])


def _psd(claim: Any) -> bool:
    least = min(_form(claim))
    return bool(least > 1e-9 if claim.get("definite") else least > -1e-9)


def _rank(claim: Any) -> bool:
    return (
        int(numpy.linalg.matrix_rank([[float(Fraction(x)) for x in r] for r in claim["matrix"]]))
        == claim["rank"]
    )


def _transport(claim: Any) -> bool:
    supply, demand = ([float(Fraction(x)) for x in claim[k]] for k in ("supply", "demand"))
    costs = [[real(x) for x in row] for row in claim["costs"]]
    # two by two: one parameter, the mass from 0 to 0, between two bounds
    if min(*supply, *demand) < 0 or abs(sum(supply) - sum(demand)) > 1e-12:
        return False
    ends = (max(0.0, supply[0] - demand[1]), min(supply[0], demand[0]))
    best = min(
        costs[0][0] * t
        + costs[0][1] * (supply[0] - t)
        + costs[1][0] * (demand[0] - t)
        + costs[1][1] * (demand[1] - supply[0] + t)
        for t in ends
    )
    return abs(best - real(claim["value"])) < 1e-9


def _domain(claim: Any) -> Any:
    rows, _ = rows_of(claim["domain"])
    return eg.Polytope.from_inequalities([a for a, _ in rows], [b for _, b in rows])


def _complex(claim: Any) -> bool:
    """The partition computed anew says the same, but for the numbering of faces."""
    own = eg.partition(eg.load(claim["model"]), _domain(claim)).certificate()["claim"]

    def told(one: Any) -> Any:
        at = [tuple(Fraction(x) for x in v) for v in one["vertices"]]
        cells = {
            (c["signs"], frozenset(at[i] for i in c["vertices"]), Fraction(c["volume"])) for c in one["cells"]
        }
        maps = {(c["signs"], str(c.get("affine"))) for c in one["cells"]}
        return (
            cells,
            maps,
            len(at),
            one["f_vector"],
            one["euler_characteristic"],
            Fraction(one["total_volume"]),
        )

    mine, given = told(own), told(claim)
    given_maps = {pair for pair in given[1] if pair[1] != "None"}
    return mine[0] == given[0] and given_maps <= mine[1] and mine[2:] == given[2:]


def _complete(claim: Any) -> bool:
    P = eg.partition(eg.load(claim["model"]), _domain(claim))
    return sorted(P.cell_signs) == sorted(claim["cells"])


def _equal(claim: Any) -> bool:
    return eg.compare(*map(eg.load, claim["models"]), _domain(claim)).equal


def _differ(claim: Any) -> bool:
    f, g = map(eg.load, claim["models"])
    x = [Fraction(c) for c in claim["point"]]
    rows = [] if claim["domain"] is None else rows_of(claim["domain"])[0]
    return all(dot(a, x) <= b for a, b in rows) and f(x) != g(x)


TRUTHS: dict[str, Any] = {
    "feasible": _feasible,
    "empty": lambda claim: not corners(*_system(claim)),
    "redundant": lambda claim: (
        lambda rows, dim: at_most(rows[: claim["row"]] + rows[claim["row"] + 1 :], dim, *rows[claim["row"]])
    )(*_system(claim)),
    "facet": _facet,
    "ridge": _ridge,
    "irredundant": _irredundant,
    "lp-optimal": _lp,
    "lp-unbounded": _lp,
    "volume": _volume,
    "complex": _complex,
    "complete": _complete,
    "equal-functions": _equal,
    "differ-at": _differ,
    "psd": _psd,
    "not-psd": lambda claim: bool(min(_form(claim)) < -1e-9),
    "indefinite": lambda claim: bool(min(_form(claim)) < -1e-9 and max(_form(claim)) > 1e-9),
    "rank": _rank,
    "transport": _transport,
}
