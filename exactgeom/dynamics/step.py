"""What happens between two checkpoints: cells born and dead, units, data and classes that moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from exactgeom.dynamics.difference import Difference, total
from exactgeom.dynamics.snapshot import WALL, Snapshot, UnitWall
from exactgeom.exact import Surd, to_fmpq

__all__ = ["Step", "UnitChange", "coupling"]

_ZERO = Fraction(0)


@dataclass(frozen=True)
class UnitChange:
    """What became of one unit: its wall before and after, and the cells that came and went along it.

    `born` counts the new patterns whose cells its wall bounds afterwards, `died` the lost ones whose cells it
    bounded before.
    """

    before: UnitWall
    after: UnitWall
    born: int
    died: int

    @property
    def unit(self) -> str:
        """The unit's name."""
        return self.after.unit

    @property
    def event(self) -> str:
        """``"appeared"``, ``"vanished"`` (the wall), ``"flipped"`` (one constant sign for another) or ``""``.

        >>> on, off = UnitWall("u", Surd(0), 4, 0, 0), UnitWall("u", Surd(0), 0, 0, 4)
        >>> UnitChange(on, off, 0, 0).event
        'flipped'
        """
        old, new = self.before.state, self.after.state
        if old == new:
            return ""
        return "appeared" if new == WALL else "vanished" if old == WALL else "flipped"

    @property
    def area_change(self) -> Surd:
        """How much area its wall gained, exactly."""
        return self.after.area - self.before.area


@dataclass(frozen=True, repr=False)
class Step:
    """From one checkpoint to the next: everything is exact, and computed when first asked for.

    Cells are compared by their sign strings (patterns): a pattern is *born* when it has a cell only after the
    step, and *died* when it has one only before.
    """

    before: Snapshot
    after: Snapshot
    difference: Difference

    def __repr__(self) -> str:
        ends = f"{self.before.label!r} to {self.after.label!r}"
        return f"<step {ends}: {len(self.born)} born, {len(self.died)} died>"

    def __getstate__(self) -> dict[str, Any]:
        return {name: self.__dict__[name] for name in ("before", "after", "difference")}

    # -- cells ---------------------------------------------------------------------------------------

    @cached_property
    def born(self) -> tuple[str, ...]:
        """Patterns that have a cell only after the step, in the order of the cells."""
        return tuple(signs for signs in self.after.signs if signs not in self.before.cell_of)

    @cached_property
    def died(self) -> tuple[str, ...]:
        """Patterns that have a cell only before the step, in the order of the cells."""
        return tuple(signs for signs in self.before.signs if signs not in self.after.cell_of)

    @property
    def kept(self) -> int:
        """Number of patterns with a cell before and after."""
        return self.after.cell_count - len(self.born)

    @property
    def born_volume(self) -> Fraction:
        """Volume of the new patterns' cells, afterwards."""
        return _volume(self.after, self.born)

    @property
    def died_volume(self) -> Fraction:
        """Volume of the lost patterns' cells, before."""
        return _volume(self.before, self.died)

    @property
    def pattern_volume(self) -> Fraction:
        """Volume of the part of the domain whose pattern changed."""
        return self.difference.pattern_volume

    @property
    def class_volume(self) -> Fraction | None:
        """Volume of the part of the domain whose class changed; None for models without outputs."""
        return self.difference.class_volume

    @property
    def class_volume_flows(self) -> Mapping[tuple[int, int], Fraction]:
        """Volume that went from one class to another, by pair of different classes; empty without classes."""
        return dict(self.difference.class_flows or ())

    # -- units ---------------------------------------------------------------------------------------

    @cached_property
    def units(self) -> tuple[UnitChange, ...]:
        """What became of every unit, in the order of the sign strings."""
        born, died = _along(self.after, self.born), _along(self.before, self.died)
        pairs = zip(self.before.walls, self.after.walls, strict=True)
        return tuple(UnitChange(old, new, born[i], died[i]) for i, (old, new) in enumerate(pairs))

    @property
    def unit_events(self) -> tuple[tuple[str, str], ...]:
        """(unit, event) for every unit whose wall appeared, vanished, or whose constant sign flipped."""
        return tuple((change.unit, change.event) for change in self.units if change.event)

    # -- data ----------------------------------------------------------------------------------------

    @cached_property
    def cell_flows(self) -> Mapping[tuple[str, str], Fraction]:
        """Share of the data weight that went from one pattern to another, by pair of different patterns.

        A point in k cells is 1/k in each; what it has in common before and after stays, the rest is dealt out
        in proportion.  Empty without data.
        """
        if self.before.data is None or self.after.data is None:
            return {}
        total: dict[tuple[str, str], Fraction] = {}
        old, new = self.before.data, self.after.data
        for here, there, share in zip(old.cells, new.cells, new.shares, strict=True):
            a = {self.before.signs[c]: Fraction(1, len(here)) for c in here}
            b = {self.after.signs[c]: Fraction(1, len(there)) for c in there}
            if a != b:
                for pair, part in coupling(a, b).items():
                    total[pair] = total.get(pair, _ZERO) + part * share
        return dict(sorted(total.items()))

    @property
    def mass_moved(self) -> Fraction | None:
        """Share of the data weight that changed its cell (None without data)."""
        return None if self.after.data is None else sum(self.cell_flows.values(), _ZERO)

    @cached_property
    def class_flows(self) -> Mapping[tuple[int, int], Fraction]:
        """Share of the data weight that went from one class to another, by pair of different classes.

        Points outside of the domain count too.  Empty without data or classes.
        """
        old, new = self.before.data, self.after.data
        if old is None or new is None or old.classes is None or new.classes is None:
            return {}
        total: dict[tuple[int, int], Fraction] = {}
        for a, b, share in zip(old.classes, new.classes, new.shares, strict=True):
            if a != b:
                total[a, b] = total.get((a, b), _ZERO) + share
        return dict(sorted(total.items()))

    @property
    def class_mass_moved(self) -> Fraction | None:
        """Share of the data weight that changed its class (None without data or classes)."""
        known = self.after.data is not None and self.after.data.classes is not None
        return sum(self.class_flows.values(), _ZERO) if known else None


def coupling(
    before: Mapping[str, Fraction], after: Mapping[str, Fraction]
) -> dict[tuple[str, str], Fraction]:
    """What moves between two distributions when all they have in common stays, pair by pair.

    Exact; the sum is their total variation distance, the least that any coupling moves.

    >>> half = Fraction(1, 2)
    >>> coupling({"a": half, "b": half}, {"b": Fraction(1)})
    {('a', 'b'): Fraction(1, 2)}
    """
    surplus = {k: v - after.get(k, _ZERO) for k, v in before.items() if v > after.get(k, _ZERO)}
    missing = {k: v - before.get(k, _ZERO) for k, v in after.items() if v > before.get(k, _ZERO)}
    moved = sum(surplus.values(), _ZERO)
    return {(a, b): s * m / moved for a, s in surplus.items() for b, m in missing.items()}


def _volume(snapshot: Snapshot, patterns: Iterable[str]) -> Fraction:
    return total([to_fmpq(snapshot.volumes[snapshot.cell_of[signs]]) for signs in patterns])


def _along(snapshot: Snapshot, patterns: Iterable[str]) -> Counter[int]:
    """How many of these patterns' cells each unit's wall bounds."""
    return Counter(unit for signs in patterns for unit in snapshot.cell_units[snapshot.cell_of[signs]])
