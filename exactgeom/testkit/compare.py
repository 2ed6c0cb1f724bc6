"""Numbers against exact ones: the error in ulps, what is allowed, and one line for what is wrong.

`|got − exact| <= u (U |exact| + S scale)` with u = 2⁻⁵³ passes; U and S come with the level, `scale` (natural
size times conditioning) with the problem. Combinatorics is never compared here: it is equal or it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from exactgeom.exact import Enclosure, InvalidInput

__all__ = [
    "LEVELS",
    "Finding",
    "Judgement",
    "Level",
    "NumberError",
    "Sheet",
    "level_named",
    "nearest",
    "ulps_off",
]

AnyArray = np.ndarray[Any, Any]
UNIT: Final = 2.0**-53
_SHOWN = 3


@dataclass(frozen=True)
class Level:
    """How hard, how exact and how patient: the bound of a number is `UNIT (ulps |exact| + scaled scale)`."""

    name: str
    ulps: float
    scaled: float
    seconds: float

    def allowed(self, exact: AnyArray | float, scale: AnyArray | float) -> Any:
        """The largest error that passes."""
        return UNIT * (self.ulps * np.abs(exact) + self.scaled * np.asarray(scale, dtype=np.float64))


LEVELS: Final[Mapping[str, Level]] = {
    "quick": Level("quick", 64, 4096, 10),
    "full": Level("full", 64, 1024, 30),
    "hostile": Level("hostile", 64, 1024, 60),
}
"""The levels by name; `seconds` is what one call may take."""


def level_named(name: str | Level) -> Level:
    """A level by its name. Errors: InvalidInput."""
    if isinstance(name, Level):
        return name
    if name not in LEVELS:
        raise InvalidInput(f"expected {', '.join(LEVELS)}, got {name!r}", "level")
    return LEVELS[name]


def nearest(value: Any) -> float:
    """The double nearest to an exact number (of an enclosure, to its middle).

    >>> from fractions import Fraction
    >>> nearest(Fraction(1, 10)) == 0.1
    True
    """
    return float(value.mid if isinstance(value, Enclosure) else value)


def ulps_off(got: AnyArray, truth: AnyArray, scale: AnyArray) -> AnyArray:
    """The distance from the correctly rounded truth in units of its last place.

    Where the truth is 0 the unit is that of `scale`, so that the number stays meaningful.

    >>> ulps_off(np.array([1.0, 0.0]), np.array([1 + 2**-52, 0.0]), np.array([1.0, 1.0])).tolist()
    [1.0, 0.0]
    """
    unit = np.spacing(np.where(truth == 0, np.maximum(np.abs(scale), np.finfo(float).tiny), np.abs(truth)))
    with np.errstate(over="ignore"):
        off: AnyArray = np.minimum(np.abs(got - truth) / unit, np.finfo(float).max)  # JSON has no infinity
    return off


@dataclass(frozen=True)
class NumberError:
    """One number beside its truth: where, what came, the exact value, its nearest double, ulps, the bound."""

    place: str
    got: float
    exact: str
    nearest: float
    ulps: float
    scale: float
    allowed: float
    cell: int = -1
    """Number of the exact cell it belongs to (−1: none)."""

    def __str__(self) -> str:
        return (
            f"{self.place}: was {self.got!r}, but should be {self.nearest!r} (exactly {self.exact}): "
            f"{self.ulps:.3g} ulps off, |error| {abs(self.got - self.nearest):.3g} > {self.allowed:.3g} "
            f"(scale {self.scale:.3g})"
        )


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: a kind for machines, a line for people."""

    kind: str
    line: str


@dataclass(frozen=True)
class Judgement:
    """What came of one answer: findings (none: it passes), the worst number, notes, a forensic diff."""

    findings: tuple[Finding, ...] = ()
    worst: NumberError | None = None
    notes: tuple[str, ...] = ()
    forensic: Any = None

    @property
    def passed(self) -> bool:
        """True when nothing is wrong."""
        return not self.findings

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of findings."""
        return frozenset(finding.kind for finding in self.findings)

    @classmethod
    def of_error(cls, kind: str, line: str) -> Judgement:
        """The judgement on an answer that did not come, or not in its shape."""
        return cls((Finding(kind, line),))


@dataclass
class Sheet:
    """Collects what is wrong with one answer.

    >>> from fractions import Fraction
    >>> sheet = Sheet(LEVELS["quick"])
    >>> sheet.numbers("x", [0.5, 1.0], [Fraction(1, 2), Fraction(2)], 1.0)
    >>> sheet.judgement().kinds, sheet.judgement().worst.ulps
    (frozenset({'number'}), 2251799813685248.0)
    """

    level: Level
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    worst: NumberError | None = None
    forensic: Any = None

    def fail(self, kind: str, line: str) -> None:
        """Note something wrong."""
        self.findings.append(Finding(kind, line))

    def some(self, kind: str, what: str, items: Sequence[Any], show: Callable[[Any], str] = str) -> None:
        """Note a list of wrong things in one line: how many, and the first few."""
        if items:
            shown = ", ".join(show(item) for item in items[:_SHOWN])
            self.fail(kind, f"{len(items)} {what}: {shown}{', ...' if len(items) > _SHOWN else ''}")

    def numbers(
        self,
        place: str | Callable[[int], str],
        got: Any,
        exact: Sequence[Any],
        scale: Any,
        cells: Sequence[int] | None = None,
    ) -> None:
        """Compare numbers one by one; `place` names them, `cells` the exact cells they belong to."""
        values = np.asarray(got, dtype=np.float64).reshape(-1)
        if not len(values):
            return
        truth = np.array([nearest(value) for value in exact])
        scales = np.broadcast_to(np.asarray(scale, dtype=np.float64), values.shape)
        off, allowed = ulps_off(values, truth, scales), self.level.allowed(truth, scales)
        with np.errstate(over="ignore"):
            gap = np.abs(values - truth)
            share = gap / np.maximum(allowed, np.finfo(float).tiny)
        wrong = np.flatnonzero(~(gap <= allowed))

        def error(i: int) -> NumberError:
            name = place(i) if callable(place) else f"{place}[{i}]" if len(values) > 1 else place
            cell = -1 if cells is None else int(cells[i])
            text = _short(exact[i])
            numbers = (float(truth[i]), float(off[i]), float(scales[i]), float(allowed[i]))
            return NumberError(name, float(values[i]), text, *numbers, cell)

        order = sorted(wrong.tolist(), key=lambda i: -share[i])
        if order:
            more = f" (and {len(order) - 1} more numbers)" if len(order) > 1 else ""
            self.fail("number", f"{error(order[0])}{more}")
        worst = error(order[0] if order else int(np.argmax(off)))
        if self.worst is None or (bool(order), worst.ulps) > (self._failed_number(), self.worst.ulps):
            self.worst = worst

    def _failed_number(self) -> bool:
        return self.worst is not None and abs(self.worst.got - self.worst.nearest) > self.worst.allowed

    def judgement(self) -> Judgement:
        """What was found."""
        return Judgement(tuple(self.findings), self.worst, tuple(self.notes), self.forensic)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:40]}... ({len(text)} characters)"


def off_subspace(columns: AnyArray, basis: AnyArray) -> tuple[float, int]:
    """(largest distance of a unit column from the span of `basis`, rank of the columns): kernels compare so.

    >>> off_subspace(np.array([[2.0], [0.0]]), np.array([[1.0], [0.0]]))
    (0.0, 1)
    """
    lengths = np.linalg.norm(columns, axis=0)
    units = columns / np.where(lengths == 0, 1, lengths)
    q = np.linalg.qr(basis)[0] if basis.size else np.zeros((len(columns), 0))
    rest = units - q @ (q.T @ units)
    off = float(np.max(np.linalg.norm(rest, axis=0))) if columns.size else 0.0
    return off, int(np.linalg.matrix_rank(units, tol=1e-8)) if columns.size else 0
