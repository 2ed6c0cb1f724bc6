"""The cases of `make bench`, by name, with the seconds the project set itself (None: no promise)."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.models import ArrangementCase, NetworkCase, PolytopeCase


@dataclass(frozen=True)
class Case:
    """One row of the table: the input, and its targets in seconds for each of the two exact steps."""

    name: str
    source: NetworkCase | ArrangementCase | PolytopeCase
    lattice_target: float | None = None
    volume_target: float | None = None


def _networks(numbers: str) -> list[Case]:
    targets: dict[tuple[int, ...], float] = {(2, 64, 64, 1): 0.4} if numbers == "k/16" else {}
    volumes: dict[tuple[int, ...], float] = {(4, 16, 16, 1): 8.0} if numbers == "float32" else {}
    shapes = {
        (2, 16, 16, 1): (0.5, 1),
        (2, 64, 64, 1): (0.3, 9),
        (3, 16, 16, 1): (0.25, 1),
        (4, 8, 8, 1): (0.25, 2),
        (4, 16, 16, 1): (0.5, 3),
    }
    return [
        Case(
            f"{'-'.join(map(str, widths))} {numbers}",
            NetworkCase(widths, numbers, bias, seed),
            targets.get(widths),
            volumes.get(widths),
        )
        for widths, (bias, seed) in shapes.items()
    ]


CASES = {
    case.name: case
    for case in [
        *_networks("k/16"),
        *_networks("float32"),
        Case("4-16-16 k/2^20", NetworkCase((4, 16, 16, 1), "k/2^20", 0.13, 3), 1.2, 12.0),
        Case("30 planes in 3-D", ArrangementCase(30, 3, 50, 3), None, 0.4),
        Case("polytope 25 facets 6-D", PolytopeCase(25, 6, 5), 0.5, 1.0),
    ]
}

QUICK = {
    case.name: case
    for case in [
        Case("2-6-6-1 k/16", NetworkCase((2, 6, 6, 1), "k/16", 0.3, 3)),
        Case("3-5-5-1 float32", NetworkCase((3, 5, 5, 1), "float32", 0.3, 3)),
        Case("6 planes in 3-D", ArrangementCase(6, 3, 50, 3)),
        Case("polytope 9 facets 3-D", PolytopeCase(9, 3, 2)),
    ]
}
