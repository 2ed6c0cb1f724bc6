"""Derivatives along a line in parameter space: of any order where smooth, one-sided at a wall.

Forward mode, through the series of `Path`; the reverse pass of `value_and_grad` is an independent route.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from exactgeom.exact import InvalidInput, NonSmoothError, Surd, UndecidedError, to_fmpq
from exactgeom.partition.build import partition as partition_of
from exactgeom.polyhedra import Polytope
from exactgeom.regularize.along import along
from exactgeom.regularize.motion import Motion
from exactgeom.regularize.path import Path
from exactgeom.regularize.regularizer import Regularizer
from exactgeom.regularize.series import RootSeries
from exactgeom.regularize.smooth import check_smooth

__all__ = ["OneSided", "one_sided", "taylor"]

_STEPS = 40
_SAME = 6  # partitions in a row that are degenerate: then the direction stays on walls


@dataclass(frozen=True)
class OneSided:
    """How a regulariser starts along a direction, ``R(theta + t delta) = limit + t derivative + ...``, t > 0.

    `value` is R at theta itself; the function jumps when `limit` differs from it.  The combinatorial type
    is constant for ``0 < t <= until`` (proved).
    """

    value: Any
    limit: Any
    derivative: Any
    until: Fraction

    @property
    def jumps(self) -> bool:
        """True when the limit is not the value."""
        return bool(self.limit != self.value)


def one_sided(regularizer: Regularizer, model: Any, domain: Polytope, direction: Any) -> OneSided:
    """The one-sided derivative of a regulariser along a rational direction, also where it is not smooth.

    `direction` is nested like the gradient.  Contract: exact.  A time is found up to which the combinatorial
    type is proved constant (no vertex, a rational function of t, meets a further wall), then t -> 0+.
    Errors: NonSmoothError when the partition stays degenerate along the direction, when the value grows
    without bound, or a data point lies on a wall; InvalidInput for a direction that does not fit.
    Cost: a partition and a set of polynomials per time that is tried.

    >>> import exactgeom as eg
    >>> twins = eg.Arrangement([([1], 0), ([1], 0)])  # one hyperplane twice: moving one cuts a cell off
    >>> from exactgeom.regularize import InterfaceArea, VolumeDispersion
    >>> one_sided(VolumeDispersion(), twins, eg.box(-1, 1, dim=1), [([0], 1), ([0], 0)])
    OneSided(value=Fraction(1, 2), limit=Fraction(1, 2), derivative=Fraction(-1, 2), until=Fraction(1, 16))
    >>> one_sided(InterfaceArea(), twins, eg.box(-1, 1, dim=1), [([0], 1), ([0], 0)]).jumps
    True
    """
    _check(regularizer, domain)
    motion = Motion(model, direction)
    value = regularizer.value(partition_of(model, domain))
    step, failures = Fraction(1), 0
    for _ in range(_STEPS):
        step /= 16
        made = partition_of(motion.at(step), domain)
        try:
            smooth = check_smooth(made)
        except NonSmoothError as error:
            failures += 1
            if failures == _SAME:
                raise NonSmoothError(f"along this direction still {error}", error.units) from None
            continue
        failures = 0
        if Path(motion, made, smooth, 1).lasts_until(to_fmpq(step)):
            series = _enough(regularizer, partial(Path, motion, made, smooth), 1)
            limit, slope = (_public(series.coefficient(k), regularizer) for k in (0, 1))
            return OneSided(value, limit, slope, step)
    raise NonSmoothError(f"the combinatorial type is not certified even up to t = 16^-{_STEPS}")


def taylor(
    regularizer: Regularizer, model: Any, domain: Polytope, direction: Any, order: int = 2
) -> tuple[Any, ...]:
    """The coefficients ``r_0, r_1, ..`` of ``R(theta + t delta) = r_0 + r_1 t + ...`` up to ``t^order``.

    Contract: exact; r_1 is the gradient times delta, r_2 half the Hessian's quadratic form.  `direction` is
    nested like the gradient.  Errors: NonSmoothError where the combinatorial type may change.

    >>> import exactgeom as eg
    >>> from exactgeom.regularize import VolumeDispersion
    >>> point = eg.Arrangement([([1], 0)])
    >>> taylor(VolumeDispersion(), point, eg.box(-1, 1, dim=1), [([0], 1)])  # ((1 + t)^2 + (1 - t)^2) / 4
    (Fraction(1, 2), Fraction(0, 1), Fraction(1, 2))
    """
    _check(regularizer, domain)
    if type(order) is not int or order < 0:
        raise InvalidInput(f"expected a whole number of at least 0, got {order!r}", place="order")
    motion = Motion(model, direction)
    made = partition_of(model, domain)
    smooth = check_smooth(made)
    series = _enough(regularizer, partial(Path, motion, made, smooth), order)
    return tuple(_public(series.coefficient(k), regularizer) for k in range(order + 1))


def _check(regularizer: Any, domain: Any) -> None:
    if not isinstance(regularizer, Regularizer):
        raise InvalidInput(f"expected a regulariser, got {type(regularizer).__name__}", "regularizer")
    if not isinstance(domain, Polytope):
        raise InvalidInput(f"expected a bounded domain, got {type(domain).__name__}", place="domain")


def _enough(regularizer: Regularizer, path: Callable[[int], Path], order: int) -> RootSeries:
    """The series with as many terms as it takes to know the one of this order."""
    length = order + 1
    while True:
        try:
            series = along(regularizer, path(length))
            for k in range(series.low, 0):
                if series.coefficient(k):
                    raise NonSmoothError("the value grows without bound as t goes to 0")
            series.coefficient(order)
            return series
        except UndecidedError:
            length *= 2


def _public(value: Surd, regularizer: Regularizer) -> Any:
    return value.as_fraction() if regularizer.is_rational else value
