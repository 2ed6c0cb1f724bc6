"""The certificate document: helpers with which every floor writes its kinds (docs/CERTIFICATES.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from exactgeom.exact import InvalidInput, fraction_str, to_json

SCHEMA = "exactgeom/certificate-1"

Document = dict[str, Any]


def certificate(kind: str, claim: Mapping[str, Any], evidence: Mapping[str, Any], note: str = "") -> Document:
    """Return the document of one certificate; claim and evidence are already in their JSON form.

    >>> evidence = {"multipliers": sparse([1, 1])}
    >>> certificate("empty", {"system": system([[1], [-1]], [0, -1])}, evidence)["kind"]
    'empty'
    """
    document: Document = {"schema": SCHEMA, "kind": kind, "claim": dict(claim), "evidence": dict(evidence)}
    return document | ({"note": note} if note else {})


def bundle(
    certificates: Iterable[Mapping[str, Any]],
    *,
    systems: Mapping[str, Any] | None = None,
    models: Mapping[str, Any] | None = None,
) -> Document:
    """Return one document of many certificates, whose claims may name the systems and models given.

    >>> bundle([], systems={"square": box([0, 0], [1, 1])})["systems"]["square"]["high"]
    ['1', '1']
    """
    document: Document = {"schema": SCHEMA}
    for key, value in (("systems", systems), ("models", models)):
        if value:
            document[key] = dict(value)
    return document | {"certificates": [dict(one) for one in certificates]}


def number(value: Any) -> Any:
    """Return the JSON form of a rational or of a sum of square roots.

    >>> number("0.5")
    '1/2'
    """
    return to_json(value)


def vector(values: Iterable[Any]) -> list[str]:
    """Return a point, or any list of rationals.

    >>> vector([1, "0.5"])
    ['1', '1/2']
    """
    return [fraction_str(x) if type(x).__name__ == "Fraction" else to_json(x) for x in values]


def matrix(rows: Iterable[Iterable[Any]]) -> list[list[Any]]:
    """Return rows of rationals or of sums of square roots."""
    return [vector(row) for row in rows]


def sparse(values: Mapping[int, Any] | Iterable[Any]) -> list[list[Any]]:
    """Return the entries that are not zero as pairs [index, number], ascending.

    >>> sparse([0, "1/2", 0, 3]), sparse({7: 1, 2: 5})
    ([[1, '1/2'], [3, '3']], [[2, '5'], [7, '1']])
    """
    pairs = values.items() if isinstance(values, Mapping) else enumerate(values)
    return [[int(i), to_json(x)] for i, x in sorted(pairs) if x != 0]


def system(a: Sequence[Iterable[Any]], b: Iterable[Any], *, dim: int | None = None) -> Document:
    """Return the system {x : a x <= b}; `dim` is needed when there is no row.

    >>> system([[1, 0]], [2])
    {'dim': 2, 'A': [['1', '0']], 'b': ['2']}
    """
    rows = matrix(a)
    return {"dim": len(rows[0]) if dim is None else dim, "A": rows, "b": vector(b)}


def box(low: Iterable[Any], high: Iterable[Any]) -> Document:
    """Return the system of a box: rows x_i <= high_i, then -x_i <= -low_i."""
    return {"low": vector(low), "high": vector(high)}


def cell(model: Any, signs: str, domain: Any) -> Document:
    """Return the system of a model's cell, whose rows the checker derives by itself (domain None: R^d).

    `model` and `domain` are documents, names in a bundle, or a model.  One row per sign, then the domain's.
    """
    document = model if isinstance(model, str | Mapping) else model.to_json()
    return {"model": document, "signs": signs, "domain": domain}


def write_certificate(path: str | PathLike[str], document: Mapping[str, Any]) -> None:
    """Write a certificate or a bundle to a file. Errors: InvalidInput when it cannot be written."""
    try:
        with Path(path).open("w", encoding="utf-8") as file:
            json.dump(document, file, separators=(",", ":"))
            file.write("\n")
    except OSError as error:
        raise InvalidInput(f"cannot write the file: {error.strerror}", place=fspath(path)) from error
