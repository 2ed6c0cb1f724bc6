"""Exact comparison of two models on a domain: where they disagree, how far apart they are, whether equal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpq

from exactgeom.exact import InvalidInput, UnboundedError, fraction
from exactgeom.models.program import Program
from exactgeom.partition.build import Budget, _start, partition
from exactgeom.partition.joint import (
    Joint,
    class_groups,
    extended,
    output_block,
    side_by_side,
    stacked,
    with_classes,
    with_modulus,
)
from exactgeom.partition.partition import Partition
from exactgeom.partition.refine import Refined, check_inputs, has_jumps, programs_on, refine
from exactgeom.polyhedra import Polytope
from exactgeom.polyhedra.arrays import AnyArray
from exactgeom.polyhedra.moments import Integrals

Point = tuple[Fraction, ...]


def compare(
    model_a: Any, model_b: Any, domain: Polytope | None = None, *, budget: Budget | None = None
) -> Comparison:
    """Compare two models f and g on a bounded polytope, or (None) on all of R^d.

    Contract: exact; each answer is computed when first asked for, and kept.  Both models may be networks,
    trees, ensembles or anything else with outputs.  Errors: InvalidInput for models of different inputs
    or without outputs, or a domain of another dimension; BudgetExceeded, on asking, when cutting a part of
    the domain takes more than `budget`.  Source: MATHEMATICS, "Domain, model, partition".

    >>> import exactgeom as eg
    >>> relu, half = (eg.Network([eg.LeakyReLU(slope)], input_dim=1) for slope in (0, "1/2"))
    >>> found = eg.compare(relu, half, eg.box(-2, 1, dim=1))
    >>> found.disagreement_volume, found.l1_distance, found.l2_distance_squared, found.sup_distance
    (Fraction(0, 1), Fraction(1, 1), Fraction(2, 3), Fraction(1, 1))
    >>> found.sup_point, found.equal, found.difference_witness
    ((Fraction(-2, 1),), False, (Fraction(-1, 2),))
    """
    return Comparison(model_a, model_b, domain, budget)


def common_refinement(first: Partition, second: Partition) -> Partition:
    """The partition whose cells are the full-dimensional intersections of the cells of two partitions.

    Contract: exact.  Its model is the `Joint` of both: sign strings are concatenated, and so are the
    outputs of the affine maps.  Errors: InvalidInput when the domains differ.

    >>> import exactgeom as eg
    >>> square = eg.box(-1, 1, dim=2)
    >>> halves = [eg.partition(eg.Arrangement([(a, 0)]), square) for a in ([1, 0], [0, 1])]
    >>> [cell.signs for cell in eg.common_refinement(*halves).cells]
    ['++', '-+', '+-', '--']
    """
    for part, place in ((first, "first"), (second, "second")):
        if not isinstance(part, Partition):
            raise InvalidInput(f"expected a Partition, got {type(part).__name__}", place=place)
    if first.domain != second.domain:
        raise InvalidInput("expected two partitions of the same domain", place="second")
    refined: Partition = partition(Joint(first.model, second.model), first.domain)
    return refined


@dataclass(frozen=True, repr=False)
class Comparison:
    """What `compare` finds out about models f and g; every attribute is exact and lazy.

    A class is the arg-max of two outputs or more, ties to the smallest index; of one output it is 1 where
    the output is positive, else 0.  Models with jumps (steps, trees) are compared off their walls, almost
    everywhere: a supremum is then the essential one, approached from inside a cell.
    """

    model_a: Any
    model_b: Any
    domain: Polytope | None
    budget: Budget | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.budget is not None and not isinstance(self.budget, Budget):
            raise InvalidInput(f"expected a Budget or None, got {type(self.budget).__name__}", "budget")
        _start(Program(check_inputs(self.model_a, self.model_b), (), None), self.domain)

    def __repr__(self) -> str:
        budget = "" if self.budget is None else f", budget={self.budget!r}"
        return f"compare({self.model_a!r}, {self.model_b!r}, {self.domain!r}{budget})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Comparison, (self.model_a, self.model_b, self.domain, self.budget)

    # -- classes -------------------------------------------------------------------------------------

    @cached_property
    def disagreement_volume(self) -> Fraction:
        """Volume of the set where the classes of f and g differ (UnboundedError when infinite).

        Computed from the cells of both models, cut further where either class changes.
        """
        volume = Fraction(0)
        for base, sizes in self._parts:
            groups = class_groups(sizes)
            cut = base.further(with_classes, sizes, groups)
            table = cut.signs_of(len(cut.program.operations) - 1) == 0  # who attains the maximum
            winners = [np.argmax(table[:, list(group)], axis=1) for group in groups]
            cells = np.flatnonzero(winners[0] != winners[1]).tolist()
            volume += _integrals(cut, cells, "the disagreement volume").volume
        return volume

    # -- distances -----------------------------------------------------------------------------------

    @cached_property
    def l1_distance(self) -> Fraction:
        """Integral of ``sum_k |f_k - g_k|`` (UnboundedError when infinite)."""
        value = Fraction(0)
        for base, sizes in self._parts:
            cut = base.further(with_modulus, self._same(sizes))
            values, scale = cut.corners(len(cut.program.operations))
            value += _integrals(cut, _support(cut, values), "the integral").affine(values, scale)
        return value

    @cached_property
    def l2_distance_squared(self) -> Fraction:
        """Integral of ``sum_k (f_k - g_k)^2`` (UnboundedError when infinite)."""
        value = Fraction(0)
        for cut, values, scale in self._differences():
            value += _integrals(cut, _support(cut, values), "the integral").squares(values, scale)
        return value

    @cached_property
    def sup_distance(self) -> Fraction:
        """Supremum of ``max_k |f_k - g_k|`` (UnboundedError when infinite); see `sup_point`."""
        return self._supremum[0]

    @cached_property
    def sup_point(self) -> Point:
        """A point where `sup_distance` is attained (with jumps: approached from inside a cell)."""
        return self._supremum[1]

    @cached_property
    def _supremum(self) -> tuple[Fraction, Point]:
        """A convex function on a polytope is largest at a vertex."""
        best: tuple[Any, Point] = (fmpq(-1), ())
        for cut, values, scale in self._differences():
            corners = cut.space.closure(cut.space.dim).index
            largest = np.maximum.reduce(np.abs(values), axis=1)
            heights = np.array([row[0] for row in cut.space.coordinates], dtype=object)[corners]
            finite = heights != 0
            if (largest[~finite] != 0).any():
                raise UnboundedError("the models drift apart without bound: the supremum is infinite")
            if not self._jumps:  # every corner of a vertex has the same value
                chosen = np.zeros(len(corners), dtype=bool)
                chosen[np.unique(corners, return_index=True)[1]] = True
                finite &= chosen
            for corner in np.flatnonzero(finite).tolist():
                value = fmpq(largest[corner], heights[corner] * scale)
                if value > best[0]:
                    best = value, cut.space.point(int(corners[corner]))
        return fraction(best[0]), best[1]

    # -- equality ------------------------------------------------------------------------------------

    @cached_property
    def equal(self) -> bool:
        """True when f = g on the whole domain: on every cell both are the same affine map.

        With jumps: off the walls, almost everywhere.  When False, `difference_witness` proves it.
        """
        return self.difference_witness is None

    @cached_property
    def difference_witness(self) -> Point | None:
        """A rational point of the domain with f(x) != g(x), or None when there is none."""
        for point in self._probes() if not self._jumps else ():
            if self.model_a(point) != self.model_b(point):
                return point
        for cut, values, _ in self._differences():
            bad = np.flatnonzero(np.logical_or.reduce(values != 0, axis=1))
            if len(bad):
                return _inner_witness(cut, values, int(bad[0])) if self._jumps else _witness(cut, bad)
        return None

    def certificate(self) -> dict[str, Any]:
        """An `equal-functions` or `differ-at` certificate, whichever is true (see `eg.verify`).

        Errors: CertificateError for models the checker does not know, and for equal ones on all of R^d.
        """
        from exactgeom.partition.certificate import comparison_certificate

        return comparison_certificate(self)

    def _probes(self) -> Iterator[Point]:
        """A few points: most models that differ do so at one of them."""
        if self.domain is not None:
            yield self.domain.centroid
            yield from self.domain.vertices[:16]
            return
        dim = check_inputs(self.model_a, self.model_b)
        for factor in (0, 1, -1):
            for i in range(dim):
                yield tuple(Fraction(factor * (i == j)) for j in range(dim))

    # -- the parts -----------------------------------------------------------------------------------

    @cached_property
    def _jumps(self) -> bool:
        return has_jumps(self.model_a) or has_jumps(self.model_b)

    @cached_property
    def _parts(self) -> list[tuple[Refined, tuple[int, int]]]:
        """The domain in parts on which both models are programs, cut by them, and their output counts."""
        found = []
        whole = _start(Program(check_inputs(self.model_a, self.model_b), (), None), self.domain)
        for outer, program_a in programs_on(whole, self.model_a):
            for lattice, program_b in programs_on(outer, self.model_b):
                both, a, b = side_by_side(program_a, program_b)
                a, b = output_block(both, a, "model_a"), output_block(both, b, "model_b")
                cut = refine(lattice, extended(both, stacked(both, a, b)), self.budget)
                found.append((cut, (both.sizes[a], both.sizes[b])))
        return found

    def _same(self, sizes: tuple[int, int]) -> int:
        """The number of outputs both models have."""
        if sizes[0] != sizes[1]:
            raise InvalidInput(
                f"expected {sizes[0]} outputs as the other model has, got {sizes[1]}", place="model_b"
            )
        return sizes[0]

    def _differences(self) -> Iterator[tuple[Refined, AnyArray, int]]:
        """Every part with f - g at its corners, and its scale."""
        for cut, sizes in self._parts:
            size = self._same(sizes)
            values, scale = cut.corners(len(cut.program.operations))
            yield cut, values[:, :size] - values[:, size:], scale


def _support(cut: Refined, values: AnyArray) -> list[int]:
    """The cells on which the functions do not all vanish."""
    closure = cut.space.closure(cut.space.dim)
    cells: list[int] = np.unique(closure.owners[np.logical_or.reduce(values != 0, axis=1)]).tolist()
    return cells


def _integrals(cut: Refined, cells: list[int], what: str) -> Integrals:
    """Integrals over these cells.

    A nonzero affine function is not integrable on an unbounded full-dimensional cell: it contains a ball
    times a ray.
    """
    if not all(cut.space.is_face_bounded(cut.space.dim, cell) for cell in cells):
        raise UnboundedError(f"{what} is infinite: the models differ on an unbounded cell")
    return Integrals(cut.space, cells)


def _witness(cut: Refined, bad: AnyArray) -> Point:
    """A point where a continuous difference is not zero, given the corners where it is not."""
    space = cut.space
    corners = space.closure(space.dim)
    finite = [corner for corner in bad.tolist() if not space.at_infinity[corners.index[corner]]]
    if finite:
        return min((space.point(int(corners.index[c])) for c in finite), key=_simplicity)
    corner = int(bad[0])  # zero at every finite vertex: one step along a ray it is not
    base = next(v for v in corners[int(corners.owners[corner])].tolist() if not space.at_infinity[v])
    ray = space.coordinates[int(corners.index[corner])][1:]
    return tuple(p + int(r) for p, r in zip(space.point(base), ray, strict=True))


def _simplicity(point: Point) -> tuple[int, Point]:
    return sum(c.denominator.bit_length() + c.numerator.bit_length() for c in point), point


def _inner_witness(cut: Refined, values: AnyArray, corner: int) -> Point:
    """A point inside the cell of a corner where the difference is not zero, with a difference not zero."""
    space = cut.space
    closure = space.closure(space.dim)
    cell = int(closure.owners[corner])
    start = int(closure.start[cell])
    vertices = closure[cell].tolist()
    for extra in (0, 1):  # if the sum of all vertices has difference zero, one more of a nonzero one has not
        weights = [1 + extra * (start + i == corner) for i in range(len(vertices))]
        finite = [space.coordinates[v][0] for v in vertices]
        common = _product(t for t in finite if t)
        scales = [w * (common // t if t else 1) for w, t in zip(weights, finite, strict=True)]
        rows = [space.coordinates[v] for v in vertices]
        t, *x = (sum(s * row[j] for s, row in zip(scales, rows, strict=True)) for j in range(len(rows[0])))
        table = values[start : start + len(vertices)]
        if any(sum(s * row[k] for s, row in zip(scales, table, strict=True)) for k in range(table.shape[1])):
            return tuple(fraction(fmpq(c, t)) for c in x)
    raise AssertionError("an affine function that vanishes at two such points vanishes at the corner")


def _product(factors: Iterator[Any]) -> Any:
    result = 1
    for factor in factors:
        result = result * factor
    return result
