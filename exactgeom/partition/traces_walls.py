"""The facets of a cell as level sets of pulled-back 1-forms: their walls, and areas through the forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactgeom.exact import InvalidInput
from exactgeom.forms import Chart, DifferentialForm, integrate
from exactgeom.linalg import Matrix
from exactgeom.models.program import Largest, Pieces, Steps, StepUnit, Unit
from exactgeom.partition.faces import Cell, Facet
from exactgeom.partition.traces_blocks import Blocks
from exactgeom.partition.traces_layer import LayerTrace, input_names

Vector = tuple[Fraction, ...]
AffineFunction = tuple[Vector, Fraction]


@dataclass(frozen=True, slots=True)
class Wall:
    """A facet's outward 1-form, as a rational vector, and the unit whose boundary it is.

    `unit` is `(layer, j)` for a breakpoint of value j of that layer, `(layer, i, j)` for a tie of two
    candidates of a maximum, None on the boundary of the domain.
    """

    unit: tuple[int, ...] | None
    covector: Vector


def walls_of(cell: Cell, blocks: Blocks, layers: Sequence[LayerTrace]) -> dict[int, Wall]:
    """Return the wall of every facet of a bounded cell; of several units on one facet, the first."""
    candidates = list(_candidates(blocks, layers))
    domain = cell.partition.domain
    outer = [(None, a, b) for a, b in domain.inequalities] if domain is not None else []
    functions = [(unit, row, offset) for unit, row, offset in candidates if any(row)]
    functions += [(None, a, -b) for _, a, b in outer]
    inside = cell.centroid
    found = {}
    for facet in cell.facets:
        points = facet.vertices
        for unit, row, offset in functions:
            if all(_value(row, offset, p) == 0 for p in points):
                sign = 1 if _value(row, offset, inside) < 0 else -1
                found[facet.id] = Wall(unit, tuple(sign * c for c in row))
                break
        else:
            raise InvalidInput(f"no unit of the model vanishes along {facet!r}", "model")
    return found


def _value(row: Vector, offset: Fraction, point: Vector) -> Fraction:
    return sum((a * x for a, x in zip(row, point, strict=True)), offset)


def _candidates(
    blocks: Blocks, layers: Sequence[LayerTrace]
) -> Iterator[tuple[tuple[int, ...] | None, Vector, Fraction]]:
    """Yield every function that may bound the cell: (unit, covector, offset), zero on the boundary."""
    wiring = blocks.wiring
    for op, stage, (start, _) in zip(wiring.program.operations, wiring.stages, wiring.spans, strict=True):
        block = stage.sources[0]
        if isinstance(op, Pieces | Steps):
            layer = layers[block]
            units: tuple[Unit | StepUnit, ...] = op.units
            for j, unit in enumerate(units):
                for t in unit.breakpoints:
                    yield (block, j), layer.covector(j), layer.offset[j] - t
        elif isinstance(op, Largest):
            layer, at = layers[block], start
            for group in op.groups:
                winner = group[blocks.signs.index("0", at, at + len(group)) - at]
                at += len(group)
                for i in group:
                    row = tuple(a - b for a, b in zip(layer.covector(i), layer.covector(winner), strict=True))
                    yield (block, i, winner), row, layer.offset[i] - layer.offset[winner]


def area_squared(facet: Facet, covector: Vector, metric: Matrix) -> Fraction:
    """Return the squared area of a bounded facet along which the 1-form vanishes, in a metric (see `Trace`).

    ``ω adj(g) ω`` is minus the determinant of g bordered by ω: no inverse, so g may be singular.
    """
    d = len(covector)
    flux = _flux(facet, covector)
    bordered = [[*row, c] for row, c in zip(metric.rows, covector, strict=True)]
    adjugate = -Matrix([*bordered, [*covector, 0]]).det()
    length = sum(c * c for c in covector)
    return adjugate * flux * flux / length**2 if d > 1 else Fraction(1)


def _flux(facet: Facet, covector: Vector) -> Fraction:
    """Return ``∫_F ⋆ω`` up to sign, ``⋆dx_i = (−1)^i dx_0 ∧ .. (no dx_i) .. ∧ dx_{d−1}``."""
    d = len(covector)
    terms = {tuple(k for k in range(d) if k != i): (-1) ** i * c for i, c in enumerate(covector) if c}
    return integrate(DifferentialForm(Chart(input_names(d)), d - 1, terms), facet)
