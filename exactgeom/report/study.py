"""`Study`: a partition, the data on it, and how they bend it; what reports, pictures and documents show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from exactgeom.curvature import (
    AngleDefects,
    CombinatorialCurvature,
    EdgeLengths,
    StatisticalRicci,
    angle_defects,
    combinatorial_curvature,
    density_lengths,
    ricci_of_lengths,
)
from exactgeom.curvature.lengths_partition import face_volumes
from exactgeom.curvature.lengths_values import BITS, Real
from exactgeom.exact import Enclosure, InvalidInput, Surd, UnboundedError, UndecidedError
from exactgeom.report.choices import Choices

if TYPE_CHECKING:
    from exactgeom.partition.data import DataPartition

__all__ = ["MOST_CELLS", "Study", "study"]

MOST_CELLS = 1000
"""Up to so many cells curvature is measured without being asked for."""


@dataclass(frozen=True)
class Study:
    """What is known about a partition with data: None where it was not asked for or is not defined.

    `lengths` are the exact lengths of the dual graph; `ricci` is exact on rational lengths, and certified
    enclosures from irrational ones.  `notes` say what is left out and why.
    """

    partition: Any
    data: DataPartition | None = None
    source: str = ""
    choices: Choices | None = None
    lengths: EdgeLengths | None = None
    ricci: StatisticalRicci | None = None
    defects: AngleDefects | None = None
    combinatorial: CombinatorialCurvature | None = None
    notes: tuple[str, ...] = ()
    _kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def mean_ricci(self, cell: int) -> Real | None:
        """Return the mean of the Ricci curvatures of a cell's edges; None where it has none."""
        if "means" not in self._kept:
            self._kept["means"] = _means(self.ricci)
        found: Real | None = self._kept["means"].get(cell)
        return found

    def defect(self, cell: int) -> Any:
        """Return the angle defect at a cell (a vertex of the nerve); None where it is not defined."""
        if self.defects is None:
            return None
        return None if cell in self._undefined else self.defects[cell] if cell in self._measured else None

    @property
    def _undefined(self) -> Mapping[Any, Any]:
        if "undefined" not in self._kept:
            self._kept["undefined"] = {} if self.defects is None else self.defects.undefined
        found: Mapping[Any, Any] = self._kept["undefined"]
        return found

    @property
    def _measured(self) -> frozenset[Any]:
        if "measured" not in self._kept:
            self._kept["measured"] = frozenset(self.defects or ())
        found: frozenset[Any] = self._kept["measured"]
        return found

    def class_of(self, cell: int) -> Any:
        """Return the label with the greatest mass in a cell; None without data there, or when two tie."""
        if self.data is None or self.data.labels is None:
            return None
        ranked = sorted(((own[cell], k) for k, own in enumerate(self.class_masses.values())), reverse=True)
        if not ranked or not ranked[0][0] or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return None
        return list(self.class_masses)[ranked[0][1]]

    @property
    def class_masses(self) -> Mapping[Any, tuple[Fraction, ...]]:
        """Masses by label; empty without labels or without any weight."""
        if self.data is None or self.data.labels is None or not self.data.total_weight:
            return {}
        return self.data.class_masses


def study(
    partition: Any,
    data: DataPartition | None = None,
    *,
    source: str = "",
    choices: Choices | None = None,
    curvature: bool | None = None,
) -> Study:
    """Return what data do to a partition: `curvature=None` measures it up to `MOST_CELLS` cells.

    Contract: exact, or certified enclosures (`Study`).  Errors: `InvalidInput` for choices that do not fit
    the data.  Cost: some milliseconds per cell.
    """
    asked = choices or Choices()
    if data is None:
        return Study(partition)
    plain = Study(partition, data, source, asked)
    count = len(partition.cells)
    if curvature is None and count > MOST_CELLS:
        return replace(plain, notes=(f"curvature of {count:,} cells is measured only with --curvature",))
    if curvature is False:
        return plain
    if not partition.is_bounded:
        return replace(plain, notes=("densities and curvature need a bounded domain",))
    if not sum(data.counts):
        return replace(plain, notes=("no data lie in the domain: no curvature",))
    return _bent(plain, data, asked)


def _bent(plain: Study, data: DataPartition, asked: Choices) -> Study:
    from exactgeom.nerve import nerve

    partition, notes = plain.partition, []
    rules: dict[str, Any] = {
        "length": asked.length, "alpha": asked.alpha, "mean": asked.mean, "empty": asked.empty
    }  # fmt: skip
    try:
        lengths = density_lengths(partition, data, **rules)
    except InvalidInput as error:
        hint = "; --mean minimum asks only for edges between cells with data" * (asked.length == "mean")
        raise InvalidInput(f"{error.message}{hint}", f"--{error.place}" if error.place else None) from error
    complex_ = nerve(partition, max_dim=2)
    defects = None
    if asked.length == "face":
        notes.append("no angle defects: cells that meet only in a corner share no face, which is ℓ here")
    else:
        try:
            sides = density_lengths(partition, data, edges=complex_, **rules)
            whole = asked.empty != "restrict"
            defects = angle_defects(complex_ if whole else sides.supported(complex_), sides, rule="link")
        except (UndecidedError, UnboundedError, InvalidInput) as error:
            notes.append(f"no angle defects: {error}")
    if defects is not None and defects.violations:
        notes.append(
            f"{len(defects.violations):,} triangles of the nerve violate the triangle inequality under ℓ/ρ^α"
        )
    return replace(
        plain,
        lengths=lengths,
        ricci=_ricci(partition, lengths, asked),
        defects=defects,
        combinatorial=combinatorial_curvature(complex_),
        notes=tuple(notes),
    )


def _ricci(partition: Any, lengths: EdgeLengths, asked: Choices) -> StatisticalRicci:
    """Return statistical Ricci curvature; irrational lengths enter as enclosures, which is fast."""
    edges = tuple(replace(item, length=_enclosed(item.length)) for item in lengths.edges)
    weight: Callable[[Any, Any], Real] | None = None
    if asked.neighbours == "mass":
        masses = dict(zip(lengths.vertices, lengths.masses, strict=True))
        weight = lambda i, j: masses[j]  # noqa: E731
    elif asked.neighbours == "face":
        areas = face_volumes(partition)
        weight = lambda i, j: areas.get((min(i, j), max(i, j)), Fraction(0))  # noqa: E731
    return ricci_of_lengths(
        replace(lengths, edges=edges), weight, idleness=asked.idleness, neighbours=asked.neighbours
    )


def _enclosed(length: Real | None) -> Real | None:
    # Shortest paths of many unrelated surds cost minutes; 64 certain bits are more than a report shows.
    return length.enclosure(BITS) if isinstance(length, Surd) else length


def _means(ricci: StatisticalRicci | None) -> dict[int, Real]:
    found: dict[int, list[Real]] = {}
    for item in ricci.edges if ricci is not None else ():
        if item.curvature is not None:
            for cell in item.edge:
                found.setdefault(cell, []).append(item.curvature)  # type: ignore[arg-type]
    return {cell: _mean(values) for cell, values in found.items()}


def _mean(values: list[Real]) -> Real:
    total: Real = sum((v for v in values if isinstance(v, Fraction)), Fraction(0))
    for value in values:
        if not isinstance(value, Fraction):
            total = total + (value.enclosure(BITS) if isinstance(value, Surd) else value)
    return total / len(values) if isinstance(total, Fraction | Enclosure) else total
