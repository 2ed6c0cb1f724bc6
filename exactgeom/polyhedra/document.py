"""Strict reader and writer of ``exactgeom/polytope-1``: the rows of ``a.x <= b``, and of ``a.x = b``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from exactgeom.exact import InvalidInput, UnboundedError, exact_json, fraction_str
from exactgeom.exact.documents import Document, array, fields, kind_of, size

SCHEMA = "exactgeom/polytope-1"

Row = tuple[Sequence[Fraction], Fraction]


def read_rows(document: Document) -> tuple[list[Row], list[Row]]:
    """Return the inequalities and the equations (a, b) of a parsed document.

    Errors: `InvalidInput` naming the place, `UnboundedError` when there are too few rows.
    """
    fields(document, "", required=("schema", "dim", "inequalities"), optional=("equations",))
    dim = size(document["dim"], "dim")
    rows = _rows(document["inequalities"], "inequalities", dim)
    equations = _rows(document.get("equations", []), "equations", dim)
    # Fewer than dim + 1 constraints never bound dim dimensions; an equation counts as two.
    if len(rows) + 2 * len(equations) <= dim:
        raise UnboundedError(f"the polytope is unbounded: too few constraints for {dim} dimensions")
    return rows, equations


def _rows(entries: Any, place: str, dim: int) -> list[Row]:
    """Return rows (a, b), each a of length dim."""
    rows: list[Row] = []
    for i, entry in enumerate(array(entries, place)):
        here = f"{place}[{i}]"
        if not isinstance(entry, Mapping):
            raise InvalidInput(f"expected an object, got {kind_of(entry)}", here)
        fields(entry, here, required=("a", "b"))
        normal = array(entry["a"], f"{here}.a", length=dim, what="one per dimension")
        numbers = [exact_json(x, f"{here}.a[{j}]") for j, x in enumerate(normal)]
        rows.append((numbers, exact_json(entry["b"], f"{here}.b")))
    return rows


def document_of(dim: int, inequalities: Sequence[Row], equations: Sequence[Row]) -> dict[str, Any]:
    """Return the document with these rows."""

    def rows(pairs: Sequence[Row]) -> list[dict[str, Any]]:
        return [{"a": [fraction_str(c) for c in a], "b": fraction_str(b)} for a, b in pairs]

    document: dict[str, Any] = {"schema": SCHEMA, "dim": dim, "inequalities": rows(inequalities)}
    if equations:
        document["equations"] = rows(equations)
    return document
