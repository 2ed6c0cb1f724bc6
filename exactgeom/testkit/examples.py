"""Failing questions as exact JSON, and the snippet that asks them again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np

from exactgeom.exact import ExactGeomError, InvalidInput
from exactgeom.testkit.capabilities import CAPABILITIES
from exactgeom.testkit.conformance.base import Case
from exactgeom.testkit.oracles import exact_model

__all__ = ["SCHEMA", "case_document", "decode", "encode", "read_case", "snippet"]

SCHEMA = "exactgeom/conformance-case-1"
_KINDS = {"float64": np.float64, "int64": np.int64}


def encode(value: Any) -> Any:
    """Arguments as JSON data; a float is written so that it reads back as the same double.

    >>> encode({"lo": np.array([0.1])})
    {'lo': {'float64': [0.1]}}
    """
    if isinstance(value, np.ndarray):
        kind = "float64" if value.dtype.kind == "f" else "int64"
        found: dict[str, Any] = {kind: value.astype(_KINDS[kind]).tolist()}
        return found if value.size else {**found, "shape": list(value.shape)}
    if isinstance(value, Mapping):
        return {key: encode(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [encode(part) for part in value]
    return value.item() if isinstance(value, np.generic) else value


def decode(value: Any) -> Any:
    """The arguments again: the inverse of `encode`.

    >>> decode({'lo': {'float64': [0.1]}})
    {'lo': array([0.1])}
    """
    if isinstance(value, Mapping):
        kind = next((k for k in _KINDS if k in value), None)
        if kind is not None and set(value) <= {kind, "shape"}:
            found = np.array(value[kind], dtype=_KINDS[kind])
            return found.reshape(value["shape"]) if "shape" in value else found
        return {key: decode(part) for key, part in value.items()}
    return [decode(part) for part in value] if isinstance(value, list) else value


def case_document(case: Case) -> dict[str, Any]:
    """The case as a document; where there is a model, also as `exactgeom analyze` reads it, exactly."""
    document = {
        "schema": SCHEMA,
        "capability": case.capability,
        "family": case.family,
        "arguments": encode(case.arguments),
    }
    if "model" in case.arguments:
        with suppress(ExactGeomError):
            document["exact_model"] = exact_model(case.arguments["model"]).to_json()
    return document


def read_case(document: Mapping[str, Any]) -> Case:
    """The case of a document. Errors: InvalidInput."""
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        raise InvalidInput(f"expected a document with schema {SCHEMA!r}", "case")
    if document.get("capability") not in CAPABILITIES:
        raise InvalidInput(f"unknown capability {document.get('capability')!r}", "case.capability")
    return Case(document["capability"], str(document.get("family", "")), decode(document["arguments"]))


def snippet(adapter: str, case: Case, level: str) -> str:
    """Python that asks the adapter again and prints the verdict."""
    text = json.dumps({key: part for key, part in case_document(case).items() if key != "exact_model"})
    return (
        f"# {case.name}\n"
        "import json\n"
        "from exactgeom.testkit.check import replay\n\n"
        f"case = json.loads(r'''{text}''')\n"
        f"print(replay({adapter!r}, case, {level!r}))\n"
    )
