"""Documents ``exactgeom/tree-1`` and ``exactgeom/ensemble-1``: strict readers, and the writers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from exactgeom.exact import InvalidInput, exact_json, fraction_str
from exactgeom.exact.documents import Document, Source, array, fields, kind_of, read_document, shown, size
from exactgeom.models.tree import DecisionTree, Leaf, Node, Split
from exactgeom.models.tree_ensemble import TreeEnsemble

__all__ = [
    "ENSEMBLE_SCHEMA",
    "READERS",
    "TREE_SCHEMA",
    "ensemble_from_json",
    "ensemble_to_json",
    "tree_from_json",
    "tree_to_json",
]

TREE_SCHEMA = "exactgeom/tree-1"
ENSEMBLE_SCHEMA = "exactgeom/ensemble-1"


def tree_from_json(source: Source) -> DecisionTree:
    """Read an ``exactgeom/tree-1`` document from a file or a parsed document.

    Errors: InvalidInput with one line naming the file or the place.
    """
    tree: DecisionTree = read_document(source, {TREE_SCHEMA: _tree})
    return tree


def ensemble_from_json(source: Source) -> TreeEnsemble:
    """Read an ``exactgeom/ensemble-1`` document from a file or a parsed document.

    Errors: InvalidInput with one line naming the file or the place.
    """
    ensemble: TreeEnsemble = read_document(source, {ENSEMBLE_SCHEMA: _ensemble})
    return ensemble


def tree_to_json(tree: DecisionTree) -> dict[str, Any]:
    """Return the ``exactgeom/tree-1`` document of a tree."""
    return {"schema": TREE_SCHEMA, **_head(tree), "nodes": list(map(_node_to_json, tree.nodes))}


def ensemble_to_json(ensemble: TreeEnsemble) -> dict[str, Any]:
    """Return the ``exactgeom/ensemble-1`` document of an ensemble."""
    trees = []
    for tree, weight, output in zip(ensemble.trees, ensemble.weights, ensemble.outputs, strict=True):
        entry: dict[str, Any] = {"weight": fraction_str(weight)}
        if output is not None:
            entry["output"] = output
        if tree.notes:
            entry["notes"] = list(tree.notes)
        trees.append({**entry, "nodes": list(map(_node_to_json, tree.nodes))})
    init = list(map(fraction_str, ensemble.init))
    return {"schema": ENSEMBLE_SCHEMA, **_head(ensemble), "init": init, "trees": trees}


def _head(model: DecisionTree | TreeEnsemble) -> dict[str, Any]:
    head: dict[str, Any] = {"input_dim": model.input_dim}
    if model.rounding is not None:
        head["rounding"] = model.rounding
    if model.notes:
        head["notes"] = list(model.notes)
    return head


def _node_to_json(node: Node) -> dict[str, Any]:
    if isinstance(node, Leaf):
        return {"value": list(map(fraction_str, node.value))}
    entry = {
        "feature": node.feature,
        "threshold": fraction_str(node.threshold),
        "left": node.left,
        "right": node.right,
    }
    return entry | {"strict": True} if node.strict else entry


def _tree(document: Document) -> DecisionTree:
    fields(document, "", required=("schema", "input_dim", "nodes"), optional=("rounding", "notes"))
    nodes = _nodes(document["nodes"], "nodes")
    return DecisionTree(nodes, **_read_head(document))


def _ensemble(document: Document) -> TreeEnsemble:
    required = ("schema", "input_dim", "init", "trees")
    fields(document, "", required=required, optional=("rounding", "notes"))
    head = _read_head(document)
    notes = head.pop("notes")
    init = [exact_json(v, f"init[{i}]") for i, v in enumerate(array(document["init"], "init"))]
    trees, weights, outputs = [], [], []
    for i, entry in enumerate(array(document["trees"], "trees")):
        place = f"trees[{i}]"
        _object(entry, place)
        fields(entry, place, required=("nodes",), optional=("weight", "output", "notes"))
        nodes = _nodes(entry["nodes"], f"{place}.nodes")
        own = _read_notes(entry, f"{place}.notes")
        trees.append(_placed(place, partial(DecisionTree, nodes, **head, notes=own)))
        weights.append(exact_json(entry["weight"], f"{place}.weight") if "weight" in entry else Fraction(1))
        outputs.append(_index(entry["output"], f"{place}.output") if "output" in entry else None)
    return TreeEnsemble(trees, weights, outputs=outputs, init=init, input_dim=head["input_dim"], notes=notes)


def _read_head(document: Document) -> dict[str, Any]:
    notes = _read_notes(document, "notes")
    rounding = document.get("rounding")
    if rounding not in (None, "float32"):
        raise InvalidInput(f'expected "float32" or null, got {shown(rounding)}', place="rounding")
    return {"input_dim": size(document["input_dim"], "input_dim"), "rounding": rounding, "notes": notes}


def _read_notes(entry: Document, place: str) -> tuple[str, ...]:
    notes = tuple(array(entry.get("notes", ()), place))
    for i, note in enumerate(notes):
        if not isinstance(note, str):
            raise InvalidInput(f"expected a string, got {kind_of(note)}", place=f"{place}[{i}]")
    return notes


def _nodes(value: Any, place: str) -> list[Node]:
    return [_node(entry, f"{place}[{i}]") for i, entry in enumerate(array(value, place))]


def _node(entry: Any, place: str) -> Node:
    _object(entry, place)
    if "value" in entry:
        fields(entry, place, required=("value",))
        listed = array(entry["value"], f"{place}.value")
        leaf: Leaf = _placed(
            place, lambda: Leaf(tuple(exact_json(v, f"value[{i}]") for i, v in enumerate(listed)))
        )
        return leaf
    fields(entry, place, required=("feature", "threshold", "left", "right"), optional=("strict",))
    threshold = exact_json(entry["threshold"], f"{place}.threshold")
    feature, left, right = (_index(entry[name], f"{place}.{name}") for name in ("feature", "left", "right"))
    strict = entry.get("strict", False)
    if type(strict) is not bool:
        raise InvalidInput(f"expected a boolean, got {kind_of(strict)}", place=f"{place}.strict")
    return Split(feature, threshold, left, right, strict)


def _object(entry: Any, place: str) -> None:
    if not isinstance(entry, Mapping):
        raise InvalidInput(f"expected an object, got {kind_of(entry)}", place=place)


def _index(value: Any, place: str) -> int:
    if type(value) is not int or value < 0:
        got = str(value) if type(value) is int and value > -(10**9) else kind_of(value)
        raise InvalidInput(f"expected a whole number of at least 0, got {got}", place=place)
    return value


def _placed(place: str, make: Callable[[], Any]) -> Any:
    """Run a constructor; what it refuses is placed inside the document."""
    try:
        return make()
    except InvalidInput as error:
        where = place if error.place is None else f"{place}.{error.place}"
        raise InvalidInput(error.message, place=where) from error


READERS: dict[str, Callable[[Document], Any]] = {TREE_SCHEMA: _tree, ENSEMBLE_SCHEMA: _ensemble}
"""Schema name to reader of a parsed document, for ``load``."""
