"""Smaller problems of the same kind: what shrinking tries, large steps first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

AnyArray = np.ndarray[Any, Any]
Arguments = Mapping[str, Any]

__all__ = ["simpler_numbers", "smaller"]


def smaller(arguments: Arguments) -> Iterator[dict[str, Any]]:
    """The arguments with a part left out: a unit, a point, an edge, a simplex, a term, a row."""
    if "model" in arguments:
        for model in _smaller_models(arguments["model"]):
            yield {**arguments, "model": model}
        yield from _fewer_inputs(arguments)
    if "points" in arguments:
        for rows in _fewer_rows(len(arguments["points"])):
            yield {**arguments, "points": arguments["points"][rows]}
    if "edges" in arguments:
        yield from _smaller_graphs(arguments)
    if "simplices" in arguments:
        yield from _smaller_complexes(arguments)
    for key in ("form", "first", "second"):
        if key in arguments:
            for rows in _fewer_rows(len(arguments[key]["coefficients"])):
                yield {**arguments, key: {name: part[rows] for name, part in arguments[key].items()}}
    if "A" in arguments:
        for rows in _fewer_rows(len(arguments["A"])):
            yield {**arguments, "A": arguments["A"][rows], "b": arguments["b"][rows]}
    if "vertices" in arguments:
        for rows in _fewer_rows(len(arguments["coefficients"])):
            terms = {name: arguments[name][rows] for name in ("coefficients", "exponents")}
            yield {**arguments, **terms}
        for rows in _fewer_rows(len(arguments["vertices"]), least=arguments["vertices"].shape[1] + 1):
            yield {**arguments, "vertices": arguments["vertices"][rows]}


def _fewer_rows(count: int, least: int = 1) -> Iterator[AnyArray]:
    """Index sets: halves, then all but one."""
    everything = np.arange(count)
    if count // 2 >= least and count > 3:
        yield everything[: count // 2]
        yield everything[count // 2 :]
    if count > least:
        for i in range(count):
            yield np.delete(everything, i)


def _smaller_models(model: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    kind = model["kind"]
    if kind == "arrangement":
        for rows in _fewer_rows(len(model["offsets"])):
            yield {**model, "normals": model["normals"][rows], "offsets": model["offsets"][rows]}
    elif kind == "network":
        yield from _smaller_networks(model)
    else:
        yield from _smaller_trees(model)


def _smaller_networks(model: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    layers = model["layers"]
    linear = [i for i, layer in enumerate(layers) if layer["type"] == "linear"]
    for here, after in pairwise(linear):
        if len(linear) > 2 and layers[after]["weight"].shape[1] == layers[here]["weight"].shape[1]:
            yield {**model, "layers": [*layers[:here], *layers[after:]]}  # the layer itself
        for rows in _fewer_rows(len(layers[here]["bias"])):
            changed = list(layers)
            changed[here] = _rows_of(layers[here], rows)
            changed[after] = {**layers[after], "weight": layers[after]["weight"][:, rows]}
            yield {**model, "layers": changed}
    for rows in _fewer_rows(len(layers[-1]["bias"])):
        yield {**model, "layers": [*layers[:-1], _rows_of(layers[-1], rows)]}


def _rows_of(layer: Mapping[str, Any], rows: AnyArray) -> dict[str, Any]:
    return {**layer, "weight": layer["weight"][rows], "bias": layer["bias"][rows]}


def _smaller_trees(model: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A split gives way to one of its children."""
    for node in np.flatnonzero(model["feature"] >= 0).tolist():
        for child in (int(model["left"][node]), int(model["right"][node])):
            yield _grafted(model, node, child)


def _grafted(model: Mapping[str, Any], node: int, child: int) -> dict[str, Any]:
    order: list[int] = []

    def visit(at: int) -> int:
        at = child if at == node else at
        number = len(order)
        order.append(at)
        if model["feature"][at] >= 0:
            links[number] = (visit(int(model["left"][at])), visit(int(model["right"][at])))
        return number

    links: dict[int, tuple[int, int]] = {}
    visit(0)
    found = {key: model[key][order].copy() for key in ("feature", "threshold", "left", "right", "value")}
    for number, (left, right) in links.items():
        found["left"][number], found["right"][number] = left, right
    return {**model, **found}


def _fewer_inputs(arguments: Arguments) -> Iterator[dict[str, Any]]:
    """One coordinate less (networks and arrangements)."""
    model = arguments["model"]
    d = int(model["input_dim"] if model["kind"] == "network" else model["dim"])
    if d < 2 or model["kind"] == "tree":
        return
    for i in range(d):
        keep = np.delete(np.arange(d), i)
        if model["kind"] == "arrangement":
            normals = model["normals"][:, keep]
            if not np.all(np.any(normals, axis=1)):
                continue
            changed = {**model, "dim": d - 1, "normals": normals}
        else:
            first = {**model["layers"][0], "weight": model["layers"][0]["weight"][:, keep]}
            changed = {**model, "input_dim": d - 1, "layers": [first, *model["layers"][1:]]}
        rest = {key: arguments[key][keep] for key in ("lo", "hi") if key in arguments}
        if "points" in arguments:
            rest["points"] = arguments["points"][:, keep]
        yield {**arguments, "model": changed, **rest}


def _smaller_graphs(arguments: Arguments) -> Iterator[dict[str, Any]]:
    """A node of degree one with its edge, or an edge, as long as the graph stays connected."""
    edges, nodes = arguments["edges"], int(arguments["nodes"])
    for node in range(nodes):
        rows = np.flatnonzero(~np.any(edges == node, axis=1))
        renamed = edges[rows] - (edges[rows] > node)
        if len(rows) and _connected(nodes - 1, renamed):
            yield {**arguments, "nodes": nodes - 1, "edges": renamed, **_lengths(arguments, rows)}
    for rows in _fewer_rows(len(edges)):
        if _connected(nodes, edges[rows]):
            yield {**arguments, "edges": edges[rows], **_lengths(arguments, rows)}


def _lengths(arguments: Arguments, rows: AnyArray) -> dict[str, Any]:
    return {"lengths": arguments["lengths"][rows]} if "lengths" in arguments else {}


def _connected(nodes: int, edges: AnyArray) -> bool:
    reached, more = {0}, True
    while more:
        near = {v for edge in edges.tolist() if reached & set(edge) for v in edge}
        more = not near <= reached
        reached |= near
    return len(reached) == nodes


def _smaller_complexes(arguments: Arguments) -> Iterator[dict[str, Any]]:
    """Without one maximal simplex (not the last vertex)."""
    lists = arguments["simplices"]
    for p in range(len(lists) - 1, -1, -1):
        above = lists[p + 1].tolist() if p + 1 < len(lists) else []
        for i, row in enumerate(lists[p].tolist()):
            if sum(map(len, lists)) == 1 or any(set(row) <= set(other) for other in above):
                continue
            rows = np.delete(np.arange(len(lists[p])), i)
            found = dict(arguments)
            for key in ("simplices", "norms"):
                if key in arguments:
                    parts = list(arguments[key])
                    parts[p] = parts[p][rows]
                    found[key] = parts[:-1] if p == len(lists) - 1 and not len(rows) else parts
            if "cochain" in arguments and int(arguments["degree"]) == p:
                found["cochain"] = arguments["cochain"][rows]
            if int(arguments.get("degree", 0)) < len(found["simplices"]):
                yield found


_NUMBERS = (
    "points",
    "lengths",
    "normals",
    "offsets",
    "weight",
    "bias",
    "threshold",
    "coefficients",
    "cochain",
    "c",
    "A",
    "b",
    "cost",
    "vertices",
)


def simpler_numbers(arguments: Arguments) -> Iterator[dict[str, Any]]:
    """The arguments with an array rounded to few bits, or one of its entries made 0 or 1."""
    for path, values in list(_arrays(arguments, ())):
        for bits in (0, 1, 2, 4, 8, 16):
            rounded = np.round(values * 2.0**bits) / 2.0**bits
            if not np.array_equal(rounded, values):
                yield _replaced(arguments, path, rounded)
    for path, values in list(_arrays(arguments, ())):
        for i in np.ndindex(*values.shape):
            for simple in (0.0, 1.0) if path[-1] == "cost" else (0.0, 1.0, -1.0):
                if values[i] != simple and not (abs(values[i]) == 1 and simple):
                    changed = values.copy()
                    changed[i] = simple
                    yield _replaced(arguments, path, changed)


def _arrays(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], AnyArray]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _arrays(part, (*path, key))
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from _arrays(part, (*path, i))
    elif isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size and path[-1] in _NUMBERS:
        yield path, value


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    if isinstance(value, list):
        return [_replaced(part, path[1:], new) if i == path[0] else part for i, part in enumerate(value)]
    return {key: _replaced(part, path[1:], new) if key == path[0] else part for key, part in value.items()}
