"""`trace_layers`: what a piecewise-linear network does to the geometry of one cell, layer by layer."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from typing import Any

from exactgeom.exact import Angle, InvalidInput, Surd, UnboundedError, exact_vector, fraction_str
from exactgeom.exact.values import Frozen
from exactgeom.partition.faces import Cell, Facet, Ridge, face_number
from exactgeom.partition.lowering import program_of
from exactgeom.partition.partition import Partition
from exactgeom.partition.traces_blocks import Blocks, Wiring, check_signs
from exactgeom.partition.traces_layer import LayerTrace, layers_of
from exactgeom.partition.traces_walls import Wall, area_squared, walls_of

Vector = tuple[Fraction, ...]
Unit = tuple[int, ...]


class Trace(Frozen):
    """The layers of a network on one set of constant signs (immutable); made by `trace_layers`.

    `layers[0]` is the input; `layers[l]` is block l of the model's program: the values after its l-th
    operation.  In a chain of linear layers and activations that is what leaves layer l − 1 of the model.
    Contract: exact, except `LayerTrace.condition_number`.
    """

    def __init__(
        self, model: Any, blocks: Blocks, *, point: Vector | None = None, cell: Cell | None = None
    ) -> None:
        self.__dict__.update(model=model, point=point, cell=cell, _blocks=blocks)

    model: Any
    point: Vector | None
    cell: Cell | None
    _blocks: Blocks

    @property
    def signs(self) -> str:
        """The sign string all of this holds for."""
        return self._blocks.signs

    @property
    def layers(self) -> tuple[LayerTrace, ...]:
        """One `LayerTrace` per block, the input first."""
        return layers_of(self._blocks)

    @cached_property
    def kinks(self) -> tuple[int, ...]:
        """Positions in `signs` of the breakpoints that the point or cell lies on (for maxima: of ties).

        Empty where the network is affine around the point.
        """
        wiring, found = self._blocks.wiring, []
        for stage, (start, end) in zip(wiring.stages, wiring.spans, strict=True):
            if wiring.kinds[stage.layer + 1] != "maximum":
                found += [i for i in range(start, end) if self.signs[i] == "0"]
                continue
            at = start
            for group in stage.part.groups:  # type: ignore[union-attr]
                tied = [i for i in range(at, at + len(group)) if self.signs[i] == "0"]
                found += tied if len(tied) > 1 else []
                at += len(group)
        return tuple(found)

    # -- 1-forms and angles --------------------------------------------------------------------------

    def covector(self, unit: Unit, place: str = "unit") -> Vector:
        """Return the pulled-back 1-form of a unit `(layer, j)`, or of the difference `(layer, i, j)`."""
        if not isinstance(unit, tuple) or len(unit) not in (2, 3) or any(type(n) is not int for n in unit):
            raise InvalidInput(f"expected (layer, unit) or (layer, unit, unit), got {unit!r}", place)
        number, *units = unit
        layer = self._layer(number, place)
        for j in units:
            if not 0 <= j < layer.size:
                raise InvalidInput(f"layer {number} has units 0 to {layer.size - 1}, got {j}", place)
        rows = [layer.covector(j) for j in units]
        return rows[0] if len(rows) == 1 else tuple(a - b for a, b in zip(*rows, strict=True))

    def angle(self, unit_a: Unit, unit_b: Unit, *, metric: int = 0) -> Angle:
        """Return the angle in [0, π] between the boundaries of two units, in a layer's pulled-back metric.

        ``cos = ⟨ω_a, ω_b⟩/(|ω_a||ω_b|)`` with the units' pulled-back 1-forms, in the inverse of the metric of
        layer `metric` (0: the Euclidean metric of the inputs); for a singular one in its pseudo-inverse.
        A unit is `(layer, j)`: its boundaries are the level sets of value j of that layer (for a neuron, of
        its preactivation: take the affine layer); `(layer, i, j)` is where two candidates of a maximum tie.
        Errors: ``UndefinedAngle`` when a unit is constant here or outside the row space of a singular metric
        (units of later layers never are); ``InvalidInput``.

        >>> import exactgeom as eg
        >>> net = eg.Network([eg.Linear([[1, 0], [1, 1]], [0, 0]), eg.ReLU(), eg.Linear([[1, 1]], [0])])
        >>> trace = eg.trace_layers(net, [2, 1])
        >>> trace.angle((1, 0), (1, 1)), trace.angle((1, 0), (1, 1), metric=1)
        (Angle('1/4'), Angle('1/2'))
        """
        forms = [self.covector(unit, place) for unit, place in ((unit_a, "unit_a"), (unit_b, "unit_b"))]
        return self._layer(metric, "metric").angle(*forms)

    def _layer(self, number: Any, place: str) -> LayerTrace:
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(self.layers):
            raise InvalidInput(f"expected a layer from 0 to {len(self.layers) - 1}, got {number!r}", place)
        return self.layers[number]

    # -- the cell's boundary -------------------------------------------------------------------------

    @cached_property
    def walls(self) -> dict[int, Wall]:
        """For every facet of the cell the outward 1-form that vanishes along it, and whose it is.

        Errors: ``InvalidInput`` for the trace of a point; ``UnboundedError`` for an unbounded cell.
        """
        cell = self._needs_cell()
        if not cell.is_bounded:
            raise UnboundedError("walls are found through vertices: partition a bounded domain")
        return walls_of(cell, self._blocks, self.layers)

    def _needs_cell(self) -> Cell:
        if self.cell is None:
            raise InvalidInput("this trace is of a point: facets need a cell of a partition", "trace")
        return self.cell

    def facet_area(self, facet: Facet | int, *, metric: int = 0) -> Surd:
        """Return the area of a facet of the cell, measured in a layer's pulled-back metric.

        Through the forms: with the wall's 1-form ω, ``area² = (ω adj(g) ω)/|ω|⁴ · (∫_F ⋆ω)²``, which is
        ``(∫_F ι_n vol_g)²`` and holds for singular g too: then it is the area of the layer's image of the
        facet, 0 when that is flatter.  `metric=0` gives the Euclidean area, a second route to `Facet.area`.
        Errors: as `walls`; ``InvalidInput`` for a facet of another cell.

        >>> import exactgeom as eg
        >>> net = eg.Network([eg.Linear([[1, 1], [2, 0]], [0, 3]), eg.ReLU()])
        >>> P = eg.partition(net, eg.box(-1, 1, dim=2))
        >>> trace = eg.trace_layers(net, P.cells[0])
        >>> facet = next(f for f in P.cells[0].facets if f.is_interior)
        >>> trace.facet_area(facet) == facet.area, trace.facet_area(facet, metric=1)
        (True, Surd('4'))
        """
        cell = self._needs_cell()
        number = face_number(facet, cell.partition, cell.partition.dimension - 1, "facet")
        layer = self._layer(metric, "metric")
        if number not in self.walls:
            raise InvalidInput(f"facet {number} is not one of {cell!r}", "facet")
        face = cell.partition.facets[number]
        return Surd.sqrt(area_squared(face, self.walls[number].covector, layer.metric))

    def facet_areas(self, *, metric: int = 0) -> dict[int, Surd]:
        """Return `facet_area` of all facets of the cell, by their numbers."""
        return {number: self.facet_area(number, metric=metric) for number in self.walls}

    def dihedral_angle(self, ridge: Ridge | int, *, metric: int = 0) -> Angle:
        """Return the cell's interior dihedral angle at a ridge, from 1-forms, in a layer's metric.

        ``π − angle(ω_g, ω_h)`` of the outward 1-forms of its two facets there.  `metric=0` is the Euclidean
        angle, a second route to `Partition.dihedral_angle`.
        Errors: as `walls` and `angle`; ``InvalidInput`` for a ridge of another cell.
        """
        partition = self._needs_cell().partition
        number = face_number(ridge, partition, partition.dimension - 2, "ridge")
        sides = [
            wall
            for facet, wall in self.walls.items()
            if number in partition.complex.boundary(partition.dimension - 1)[facet].tolist()
        ]
        if len(sides) != 2:
            raise InvalidInput(f"ridge {number} is not one of {self.cell!r}", "ridge")
        return Angle.pi() - self._layer(metric, "metric").angle(sides[0].covector, sides[1].covector)

    # -- identity ------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        """The same model, traced at the same point or cell."""
        if not isinstance(other, Trace):
            return NotImplemented
        mine, theirs = (self.signs, self.point, self.cell), (other.signs, other.point, other.cell)
        return mine == theirs and self.model == other.model

    def __hash__(self) -> int:
        return hash((Trace, self.signs, self.point))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.model, self._blocks, self.point, self.cell)

    def __repr__(self) -> str:
        if self.point is None:
            return f"<Trace of {self.cell!r}: {len(self.layers) - 1} layers>"
        shown = ", ".join(repr(fraction_str(c)) for c in self.point)
        return f"trace_layers({self.model!r}, [{shown}])"


def _restored(model: Any, blocks: Blocks, point: Vector | None, cell: Cell | None) -> Trace:
    return Trace(model, blocks, point=point, cell=cell)


def trace_layers(network: Any, where: Cell | Iterable[Any]) -> Trace:
    """Trace a piecewise-linear model layer by layer, on a cell of its partition or at a point.

    Per layer: Jacobian, rank, pulled-back metric, volume density, pulled-back unit 1-forms, angles between
    unit boundaries in any layer's metric, condition number; on a bounded cell also its facets' areas and
    dihedral angles through the forms.
    Contract: exact (the condition number: a certified enclosure).  At a point that lies on a breakpoint
    **the lower piece** of that unit is taken (z ≤ t), at a tie of a maximum the first winner, as in
    `affine_map`; `kinks` lists these.  At such a point the choices need not come from one common cell.
    No face lattice is needed at a point: any input dimension.
    Errors: ``InvalidInput`` for what is no model, a point of the wrong size, a cell of another model.

    >>> import exactgeom as eg
    >>> net = eg.Network([eg.Linear([[1, 2], [1, -1]], [0, 0]), eg.ReLU(), eg.Linear([[1, 1]], [1])])
    >>> trace = eg.trace_layers(net, [1, 3])
    >>> trace.signs, [layer.rank for layer in trace.layers], trace.layers[3].jacobian
    ('+-', [2, 2, 1, 1], Matrix([[1, 2]]))
    """
    wiring = Wiring(program_of(network))
    if isinstance(where, Cell):
        return _trace_cell(network, wiring, where)
    if isinstance(where, Partition):
        raise InvalidInput("expected one cell of the partition, such as P.cells[0]", "cell_or_point")
    from exactgeom.partition.traces_data import signs_at

    point = exact_vector(where, "point")
    if len(point) != wiring.program.input_dim:
        raise InvalidInput(f"expected {wiring.program.input_dim} coordinates, got {len(point)}", "point")
    (signs,) = signs_at(wiring, [point])
    return Trace(network, Blocks(wiring, signs), point=point)


def _trace_cell(network: Any, wiring: Wiring, cell: Cell) -> Trace:
    if cell.partition.model != network:
        raise InvalidInput(f"{cell!r} belongs to a partition of another model", "cell")
    if "." in cell.signs:
        raise InvalidInput("the model has no layers to trace: it branches", "cell")
    check_signs(wiring.program, cell.signs)
    return Trace(network, Blocks(wiring, cell.signs), cell=cell)
