"""Shooting rays from an interior point: the first constraint a ray meets, alone, is a facet.

Floats choose where to stand (near the analytic centre) and where to aim (along the metric of the barrier,
which points every constraint's ray at that constraint); exact arithmetic decides what is hit.
Source: K. L. Clarkson, More output-sensitive geometric algorithms, FOCS 1994,
https://doi.org/10.1109/SFCS.1994.365723.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from exactgeom.linalg.lp_basis import reduced
from exactgeom.linalg.lp_simplex import Point
from exactgeom.linalg.lp_solve import dyadic_point
from exactgeom.linalg.lp_system import System

_STEPS = 12
_AIM_BITS = 30
_RANDOM_SHOTS = 200


class Hit(NamedTuple):
    """The constraints a ray meets first, and where."""

    numbers: list[int]
    point: Point


class Stand:
    """An interior point of a full-dimensional system, and its exact slacks.

    Constraints are numbered: rows, then lower bounds, then upper bounds, as in `lp_basis.bound_number`.
    """

    def __init__(self, system: System, point: Point) -> None:
        self.system = system
        self.tops, self.den = point
        lower, upper, common = system.box
        self.common = common
        numbers = list(range(system.n_rows))
        slacks = [slack * common for slack in system.slacks(self.tops, self.den)]
        self.sides: list[tuple[int, int]] = []
        for bounds, side, block in ((lower, -1, 0), (upper, 1, 1)):
            for k, bound in enumerate(bounds):
                if bound is not None:
                    numbers.append(system.n_rows + block * system.dim + k)
                    slacks.append(side * (bound * self.den - self.tops[k] * common))
                    self.sides.append((k, side))
        self.numbers, self.slacks = numbers, slacks

    def is_interior(self) -> bool:
        """Tell whether the point is strictly inside every constraint."""
        return all(slack > 0 for slack in self.slacks)

    def shoot(self, direction: list[int]) -> Hit | None:
        """Return what the ray from here along an integer direction meets first; None for nothing."""
        rates = [rate * self.common for rate in self.system.values(direction)]
        rates += [side * direction[k] * self.common for k, side in self.sides]
        first: list[int] = []
        top, bottom = 1, 0
        for number, slack, rate in zip(self.numbers, self.slacks, rates, strict=True):
            if rate <= 0:
                continue
            order = slack * bottom - top * rate
            if order < 0 or not bottom:
                first, top, bottom = [number], slack, rate
            elif order == 0:
                first.append(number)
        if not first:
            return None
        common = math.gcd(top, bottom)
        top, bottom = top // common, bottom // common
        moved = [x * bottom + top * d for x, d in zip(self.tops, direction, strict=True)]
        return Hit(first, reduced(moved, self.den * bottom))

    def axis_hits(self) -> Iterator[tuple[int, Point]]:
        """Yield the bounds that the ray along their axis meets first, alone, and where (short numbers)."""
        count, common = self.system.n_rows, self.common
        scaled = [top * common for top in self.tops] if common > 1 else self.tops
        bounds = zip(self.numbers[count:], self.slacks[count:], self.sides, strict=True)
        for number, slack, (k, side) in bounds:
            step = side * slack
            rows = zip(self.slacks[:count], self.system.rows, strict=True)
            if all(room > row[k] * step for room, row in rows):
                moved = list(scaled)
                moved[k] += step
                yield number, reduced(moved, self.den * common)

    def shoot_at(self, target: Point) -> Hit | None:
        """Return what the ray from here towards a point meets first."""
        tops, den = target
        return self.shoot([x * self.den - start * den for x, start in zip(tops, self.tops, strict=True)])


class FloatView:
    """The same system in doubles, rows and bounds together, for aiming."""

    def __init__(self, system: System) -> None:
        entries, right, _ = system.floats
        lower = [k for k, bound in enumerate(system.lower) if bound is not None]
        upper = [k for k, bound in enumerate(system.upper) if bound is not None]
        self.entries, self.right = entries, right
        self.columns = np.array(lower + upper, dtype=np.int64)
        self.signs = np.array([-1.0] * len(lower) + [1.0] * len(upper))
        low = [float(system.lower[k] or 0) for k in lower]
        high = [float(system.upper[k] or 0) for k in upper]
        self.sides = self.signs * np.array(low + high)

    def slacks(self, x: Any) -> Any:
        """Return all slacks at a point."""
        return np.concatenate([self.right - self.entries @ x, self.sides - self.signs * x[self.columns]])

    def metric(self, slacks: Any) -> Any:
        """Return the Hessian of the barrier `−Σ log slack`, made regular."""
        count = len(self.right)
        scaled = self.entries / slacks[:count, None]
        hessian = scaled.T @ scaled
        diagonal = np.zeros(len(hessian))
        np.add.at(diagonal, self.columns, 1 / slacks[count:] ** 2)
        diagonal += 1e-9 * (diagonal + hessian.diagonal()).max(initial=1e-9)
        return hessian + np.diag(diagonal)

    def centred(self, x: Any) -> Any:
        """Return a point nearer to the analytic centre: a few damped Newton steps."""
        count = len(self.right)
        for _ in range(_STEPS):
            slacks = self.slacks(x)
            if not (slacks > 0).all():
                break
            gradient = -(self.entries.T @ (1 / slacks[:count]))
            np.subtract.at(gradient, self.columns, self.signs / slacks[count:])
            step = np.linalg.solve(self.metric(slacks), gradient)
            length = math.sqrt(max(float(gradient @ step), 0.0))
            moved = x + step / (1 + length)
            if not np.isfinite(moved).all() or not (self.slacks(moved) > 0).all():
                break
            x = moved
            if length < 0.1:
                break
        return x

    def aims(self, x: Any) -> Any:
        """Return directions as columns: one for every constraint, and some at random."""
        metric = self.metric(self.slacks(x))
        units = np.zeros((len(x), len(self.columns)))
        units[self.columns, np.arange(len(self.columns))] = self.signs
        chance = np.random.default_rng(0).normal(size=(len(self.right), _RANDOM_SHOTS))
        slacks = self.slacks(x)[: len(self.right)]
        sought = [self.entries.T, units, self.entries.T @ (chance / slacks[:, None])]
        return np.linalg.solve(metric, np.concatenate(sought, axis=1))

    def best_aims(self, x: Any) -> list[tuple[int, Any]]:
        """Return `(position, direction)` for every constraint some aim meets first, the clearest aim each."""
        aims = self.aims(x)
        rates = np.concatenate([self.entries @ aims, self.signs[:, None] * aims[self.columns]])
        with np.errstate(divide="ignore", invalid="ignore"):
            speed = rates / self.slacks(x)[:, None]
        if len(speed) == 0:
            return []
        first = speed.argmax(axis=0)
        top = speed.max(axis=0)
        ordered = np.partition(speed, -2, axis=0)[-2] if len(speed) > 1 else np.zeros_like(top)
        gaps = np.where(top > 0, (top - np.maximum(ordered, 0)) / np.where(top > 0, top, 1), -1)
        best: dict[int, int] = {}
        for shot in np.argsort(gaps):
            if gaps[shot] > 0:
                best[int(first[shot])] = int(shot)
        return [(position, aims[:, shot]) for position, shot in sorted(best.items())]


def dyadic_direction(direction: Any) -> list[int]:
    """Return an integer direction close to a float one.

    >>> dyadic_direction(np.array([0.5, -0.25]))
    [536870912, -268435456]
    """
    largest = float(np.abs(direction).max(initial=0.0))
    if not largest or not math.isfinite(largest):
        return [0] * len(direction)
    return dyadic_point(direction, max(_AIM_BITS - math.frexp(largest)[1], 0))[0]


def first_stand(system: System, x: Any) -> tuple[Stand, Any] | None:
    """Return a stand near a float point that is strictly inside, and the float point; None if it is not."""
    view = FloatView(system)
    for start in (view.centred(x), x):
        slacks = view.slacks(start)
        least = float(slacks.min(initial=1.0))
        if not least > 0 or not np.isfinite(start).all():
            continue
        stand = Stand(system, reduced(*dyadic_point(start, max(16 - math.frexp(least)[1], 16))))
        if stand.is_interior():
            return stand, start
    return None
