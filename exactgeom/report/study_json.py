"""What data do to a partition, as two more keys of the document ``exactgeom/partition-1``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TextIO, cast

from exactgeom.exact import InvalidInput, UnboundedError, fraction_str, to_json
from exactgeom.partition.document import write_partition
from exactgeom.report.study import Study

__all__ = ["curvature_document", "study_documents", "write_study"]

_END = "\n}\n"


def study_documents(study: Study) -> dict[str, Any]:
    """Return the keys ``data`` and ``curvature``: every number exact, or an enclosure; null where undefined.

    Without data there are none.
    """
    if study.data is None:
        return {}
    data = study.data
    document = {
        **data.to_json(),
        "outside_share": fraction_str(data.outside_share) if data.total_weight else None,
        "empty_cells": list(data.empty_cells),
        "entropy": _defined(data.entropy),
        "kl_divergence": _defined(data.kl_divergence),
    }
    return {"data": document, "curvature": curvature_document(study)}


def curvature_document(study: Study) -> dict[str, Any] | None:
    """Return the curvatures of edges and cells, with the choices they depend on; null when not measured."""
    if study.ricci is None or study.choices is None:
        return None if not study.notes else {"notes": list(study.notes)}
    flat: Mapping[Any, Any] = study.combinatorial or {}
    edges = [
        {
            "cells": list(item.edge),
            "length": _number(base.length),
            "density": _number(base.density),
            "distance": _number(item.distance),
            "transport_cost": _number(item.cost),
            "ricci": _number(item.curvature),
        }
        for item, base in zip(study.ricci.edges, study.lengths.edges if study.lengths else (), strict=True)
    ]
    cells = [
        {
            "id": i,
            "mean_ricci": _number(study.mean_ricci(i)),
            "angle_defect": _number(study.defect(i)),
            "combinatorial": _number(flat.get(i)),
        }
        for i in range(len(study.partition.cells))
    ]
    violations = study.defects.violations if study.defects is not None else ()
    return {
        "choices": study.choices.to_json(),
        "dropped": [list(edge) for edge in (study.lengths.dropped if study.lengths else ())],
        "edges": edges,
        "cells": cells,
        "violations": [
            {"triangle": list(v.triangle), "edge": list(v.edge), "excess": _number(v.excess)}
            for v in violations
        ],
        "notes": list(study.notes),
    }


def write_study(study: Study, stream: TextIO, *, incomplete: str | None = None) -> None:
    """Write the partition's document with what the data add; the faces stream, as in `write_partition`."""
    more = study_documents(study)
    if not more:
        write_partition(study.partition, stream, incomplete=incomplete)
        return
    write_partition(study.partition, cast("TextIO", _Unclosed(stream)), incomplete=incomplete)
    for key, value in more.items():
        stream.write(f",\n{json.dumps(key)}: {json.dumps(value)}")
    stream.write(_END)


class _Unclosed:
    """A stream that holds the closing brace of a document back."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return 0 if text == _END else self._stream.write(text)


def _number(value: Any) -> Any:
    return None if value is None else to_json(value)


def _defined(read: Callable[[], Any]) -> Any:
    """Return the JSON of an enclosure, null where it has no meaning."""
    try:
        return to_json(read())
    except (UnboundedError, InvalidInput):
        return None
