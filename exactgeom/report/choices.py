"""What a curvature of data leaves open, each choice named: the defaults of the command, and their words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from exactgeom.curvature.lengths import MEANS, checked_alpha, checked_empty
from exactgeom.curvature.lengths_partition import LENGTHS
from exactgeom.curvature.statistical import NEIGHBOURS
from exactgeom.curvature.statistical_walks import checked_idleness
from exactgeom.exact import InvalidInput, fraction_str

__all__ = ["Choices"]


@dataclass(frozen=True)
class Choices:
    """How data bend a partition: lengths ``ℓ/ρ^α``, steps to neighbours (checked when made).

    Errors: `InvalidInput` naming the option of the command.

    >>> print(Choices(length="unit", alpha="1/2", mean="minimum", empty="1").words)
    ℓ = unit, α = 1/2, ρ(e) = minimum, empty cells: 1 point added to each, steps by mass, idleness 1/2
    """

    length: str = "centroid"
    alpha: object = "1"
    mean: str = "arithmetic"
    empty: object = "restrict"
    neighbours: str = "mass"
    idleness: object = "1/2"

    def __post_init__(self) -> None:
        for option, value, known in (
            ("--length", self.length, LENGTHS),
            ("--mean", self.mean, MEANS),
            ("--neighbours", self.neighbours, NEIGHBOURS),
        ):
            if value not in known:
                raise InvalidInput(f"expected {', '.join(known[:-1])} or {known[-1]}, got {value!r}", option)
        for name, check in (
            ("alpha", checked_alpha),
            ("empty", checked_empty),
            ("idleness", checked_idleness),
        ):
            try:
                object.__setattr__(self, name, check(getattr(self, name)))
            except InvalidInput as error:
                raise InvalidInput(error.message, f"--{name}") from error

    def to_json(self) -> dict[str, str]:
        """Return the choices by name, numbers as exact text."""
        return {name: _text(getattr(self, name)) for name in self.__dataclass_fields__}

    @property
    def words(self) -> str:
        """All choices in one line."""
        empty = {
            "restrict": "edges between empty cells left out",
            "infinite": "edges between empty cells infinite",
        }.get(str(self.empty)) or f"empty cells: {_points(self.empty)} added to each"
        mean = self.mean if self.mean == "minimum" else f"{self.mean} mean"
        return (
            f"ℓ = {self.length}, α = {_text(self.alpha)}, ρ(e) = {mean}, {empty}, "
            f"steps by {self.neighbours}, idleness {_text(self.idleness)}"
        )


def _points(pseudo_count: object) -> str:
    return f"{_text(pseudo_count)} point{'' if pseudo_count == 1 else 's'}"


def _text(value: object) -> str:
    return fraction_str(value) if isinstance(value, Fraction) else str(value)
