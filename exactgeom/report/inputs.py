"""Files that a command reads: models of every schema, and polytopes as subjects and as domains."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from exactgeom.exact import InvalidInput, UnboundedError, exact_json
from exactgeom.models import Arrangement, Network, load
from exactgeom.models.importers.json_file import READERS, read_json
from exactgeom.partition import Budget, Partition, partition
from exactgeom.polyhedra import Polytope

__all__ = ["POLYTOPE_SCHEMA", "Subject", "cut_subject", "load_domain", "load_subject", "polytope_from_json"]

POLYTOPE_SCHEMA = "exactgeom/polytope-1"
Subject = Network | Arrangement | Polytope


def load_subject(path: str) -> Subject:
    """Read a network, an arrangement or a polytope, by the file's ``"schema"``.

    Errors: `InvalidInput` with one line naming the file, the place in it and what was expected there.
    """
    document = read_json(path)
    schema = document.get("schema") if isinstance(document, Mapping) else None
    if schema == POLYTOPE_SCHEMA:
        return _polytope(document, path)
    if isinstance(schema, str) and schema not in READERS:
        wanted = ", ".join(f'"{name}"' for name in (*READERS, POLYTOPE_SCHEMA))
        raise InvalidInput(f"expected one of {wanted}, got {schema[:60]!r}", f"{path}: schema")
    try:
        subject: Subject = load(document) if isinstance(document, Mapping) else load(path)
    except InvalidInput as error:
        raise _inside(path, error) from error
    return subject


def cut_subject(
    subject: Subject,
    domain: Polytope | None = None,
    *,
    budget: Budget | None = None,
    progress: Callable[[int, int, int], None] | None = None,
) -> Partition:
    """Return the partition of a domain by a model; a polytope is its own domain and one cell, flat or not."""
    if isinstance(subject, Polytope):
        return Partition(subject.complex, model=subject, domain=subject, cell_signs=[""])
    return partition(subject, domain, budget=budget, progress=progress)


def load_domain(path: str, dim: int) -> Polytope:
    """Read a domain: a full-dimensional bounded polytope in as many dimensions as the model has inputs."""
    document = read_json(path)
    if not isinstance(document, Mapping) or document.get("schema") != POLYTOPE_SCHEMA:
        raise InvalidInput(f'a domain file holds a polytope: expected "{POLYTOPE_SCHEMA}"', f"{path}: schema")
    domain = _polytope(document, path)
    if domain.ambient_dim != dim:
        problem = f"the model has {dim} inputs, this domain {domain.ambient_dim} dimensions"
        raise InvalidInput(problem, f"{path}: dim")
    if not domain.is_full_dimensional:
        raise InvalidInput(f"the domain is flat: expected dimension {dim}, got {domain.dim}", path)
    return domain


def _polytope(document: Mapping[str, Any], path: str) -> Polytope:
    try:
        return polytope_from_json(document)
    except InvalidInput as error:
        raise _inside(path, error) from error
    except UnboundedError as error:
        raise InvalidInput(str(error), path) from error


def _inside(path: str, error: InvalidInput) -> InvalidInput:
    """Return an error with the file's name before its place."""
    name = error.place or ""
    return InvalidInput(error.message, name if name.startswith(path) else f"{path}: {name}".rstrip(": "))


def polytope_from_json(document: Mapping[str, Any]) -> Polytope:
    """Return the polytope of a parsed ``exactgeom/polytope-1`` document.

    Errors: `InvalidInput` for a wrong shape or an empty polytope, `UnboundedError` for an unbounded one.

    >>> rows = [{"a": ["1"], "b": "1/2"}, {"a": [-1], "b": 0}]
    >>> polytope_from_json({"schema": POLYTOPE_SCHEMA, "dim": 1, "inequalities": rows}).vertices
    ((Fraction(0, 1),), (Fraction(1, 2),))
    """
    known = ("schema", "dim", "inequalities", "equations")
    for key in document:
        if key not in known:
            raise InvalidInput(f"unknown field {str(key)[:60]!r}: expected {', '.join(known)}", "document")
    for key in known[:3]:
        if key not in document:
            raise InvalidInput("missing", key)
    dim = document["dim"]
    if type(dim) is not int or dim < 1:
        raise InvalidInput(f"expected a whole number of at least 1, got {str(dim)[:60]}", "dim")
    rows = _rows(document["inequalities"], "inequalities", dim)
    equations = _rows(document.get("equations", []), "equations", dim)
    # Fewer than dim + 1 constraints never bound dim dimensions; an equation counts as two.
    if len(rows) + 2 * len(equations) <= dim:
        raise UnboundedError(f"the polytope is unbounded: too few constraints for {dim} dimensions")
    return Polytope.from_inequalities([a for a, _ in rows], [b for _, b in rows], equations=equations)


def _rows(entries: Any, place: str, dim: int) -> list[tuple[list[Fraction], Fraction]]:
    """Return rows (a, b), each a of length dim."""
    if not isinstance(entries, list):
        raise InvalidInput(f"expected an array, got {type(entries).__name__}", place)
    rows = []
    for i, entry in enumerate(entries):
        here = f"{place}[{i}]"
        if not isinstance(entry, Mapping) or set(entry) != {"a", "b"}:
            raise InvalidInput('expected an object {"a": […], "b": …}', here)
        if not isinstance(entry["a"], list) or len(entry["a"]) != dim:
            raise InvalidInput(f"expected an array of {dim} numbers, one per dimension", f"{here}.a")
        normal = [exact_json(x, f"{here}.a[{j}]") for j, x in enumerate(entry["a"])]
        rows.append((normal, exact_json(entry["b"], f"{here}.b")))
    return rows
