"""Inner products on chains: the named conventions, conventions by a function, exact Gram matrices.

For σ of degree p the norm ``⟨σ,σ⟩`` is ``vol_{d−p}(F_σ)`` (its square for `area-vector`), and 0 where σ is
not proper. Off the diagonal two cofaces σ, τ of one ρ interact whose faces are facets of ``F_ρ`` meeting in
a ridge of it; ``ε_σ = [σ:ρ]``, θ the interior angle of ``F_ρ`` there:

    diagonal        0
    face-weighted   ε_σ ε_τ cos θ √(vol F_σ vol F_τ)
    embedded        minus that
    ridge-weighted  ε_σ ε_τ cos θ vol(F_σ ∩ F_τ)
    area-vector     ε_σ ε_τ N_σ·N_τ = −ε_σ ε_τ cos θ vol F_σ vol F_τ      rational
    overlap         mass(∩ over σ ∪ τ), for covers

Which of them are positive (semi)definite is a question, not an assumption: `RiemannianComplex.inertia`
decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import fmpq, fmpz

from exactgeom.exact import InvalidInput, Surd, fraction
from exactgeom.nerve import labelled_entries as entry
from exactgeom.nerve.geometry import square
from exactgeom.nerve.labelled import LabelledMatrix

__all__ = ["CONVENTIONS", "Convention", "Pair", "convention_of", "gram_matrix", "rational_core"]


class Pair:
    """Two elements σ ≠ τ that interact: what a convention may use (all exact, computed when asked for).

    `degree` and the labels `first`, `second`, `common` (of ρ); `sign` is ε_σ ε_τ; `volumes` those of F_σ and
    F_τ; `ridge_volume` that of F_σ ∩ F_τ (of a cover: the mass); `cos` the cosine of the interior angle.
    """

    def __init__(
        self,
        degree: int,
        labels: tuple[Any, Any],
        sign: int,
        volumes: tuple[Surd, Surd],
        cosine: Callable[[], tuple[int, fmpq]] | None,
        ridge: Callable[[], Surd],
        common: Any = None,
    ) -> None:
        self.degree, (self.first, self.second), self.sign, self.volumes = degree, labels, sign, volumes
        self._find_cosine, self._find_ridge, self.common = cosine, ridge, common

    @cached_property
    def _cosine(self) -> tuple[int, fmpq]:
        if self._find_cosine is None:
            raise InvalidInput("a cover has no angles: choose overlap or diagonal", "convention")
        return self._find_cosine()

    @cached_property
    def _squares(self) -> tuple[fmpq, fmpq]:
        return square(self.volumes[0]), square(self.volumes[1])

    @property
    def cos(self) -> Surd:
        """The cosine of the interior angle between F_σ and F_τ."""
        sign, q = self._cosine
        return Surd.sqrt(q) * sign

    @property
    def ridge_volume(self) -> Surd:
        """The volume of F_σ ∩ F_τ; of a cover its mass."""
        return self._find_ridge()

    @property
    def root_product(self) -> Surd:
        """``cos θ √(vol F_σ vol F_τ)``: one fourth root."""
        sign, q = self._cosine
        a, b = self._squares
        return Surd.root4(q * q * a * b) * sign if sign else Surd(0)

    @property
    def area_product(self) -> Fraction:
        """``N_σ·N_τ``, the product of the area vectors inside F_ρ: rational."""
        sign, q = self._cosine
        a, b = self._squares
        return fraction(-sign * _root(q * a * b))


def _root(value: fmpq) -> fmpq:
    """The square root of a rational square."""
    top, bottom = fmpz(value.p).isqrt(), fmpz(value.q).isqrt()
    if top * top != value.p or bottom * bottom != value.q:
        raise ArithmeticError("the product of two area vectors of one plane is rational")
    return fmpq(top, bottom)


@dataclass(frozen=True)
class Convention:
    """An inner product on chains: a name, the entry of a `Pair`, the norm from the volume of F_σ.

    >>> twice = Convention("twice", lambda pair: 0, lambda volume: 2 * volume)
    """

    name: str
    off_diagonal: Callable[[Pair], Any] | None = None
    diagonal: Callable[[Surd], Any] = lambda volume: volume
    core_sign: int | None = None
    """±1: diagonally congruent to ± the off-diagonal `area-vector` matrix (see `rational_core`)."""
    needs: str = ""
    """``"angles"`` or ``"masses"``: what the complex must have."""


CONVENTIONS: dict[str, Convention] = {
    c.name: c
    for c in (
        Convention("diagonal", core_sign=0),
        Convention("face-weighted", lambda pair: pair.root_product * pair.sign, core_sign=-1, needs="angles"),
        Convention("embedded", lambda pair: pair.root_product * -pair.sign, core_sign=1, needs="angles"),
        Convention("ridge-weighted", lambda pair: pair.cos * pair.ridge_volume * pair.sign, needs="angles"),
        Convention(
            "area-vector", lambda pair: pair.area_product * pair.sign, lambda v: v * v, needs="angles"
        ),
        Convention("overlap", lambda pair: pair.ridge_volume, needs="masses"),
        Convention("signed-overlap", lambda pair: pair.ridge_volume * pair.sign, needs="masses"),
    )
}
"""The named conventions. `overlap` takes no signs, so it depends on the order of the sets."""


def convention_of(convention: Any, has: str) -> Convention:
    """The convention of a name, a `Convention`, or a function of a `Pair` (then the norm is the volume).

    Errors: InvalidInput for another name, or a convention that asks for what the complex does not have.
    """
    if isinstance(convention, Convention):
        found = convention
    elif callable(convention):
        found = Convention(getattr(convention, "__name__", "function"), convention)
    elif isinstance(convention, str) and convention in CONVENTIONS:
        found = CONVENTIONS[convention]
    else:
        names = ", ".join(c.name for c in CONVENTIONS.values() if c.needs in ("", has))
        raise InvalidInput(f"expected one of {names}, or a function, got {convention!r}", "convention")
    if found.needs not in ("", has):
        what = "angles: it is a cover" if found.needs == "angles" else "masses: it is no cover"
        raise InvalidInput(f"{found.name}: this complex has no {what}", "convention")
    return found


def gram_matrix(
    labels: Sequence[Any],
    norms: Iterable[Surd],
    pairs: Iterable[tuple[int, int, Pair]],
    convention: Convention,
) -> LabelledMatrix:
    """The Gram matrix: `norms` are the volumes, zero where an element is not proper."""
    lines: list[dict[int, Any]] = []
    for i, volume in enumerate(norms):
        value = entry.enter(convention.diagonal(volume), f"diagonal[{i}]") if volume else entry.ZERO
        lines.append({} if entry.is_zero(value) else {i: value})
    if convention.off_diagonal is not None:
        for i, j, pair in pairs:
            value = entry.enter(convention.off_diagonal(pair), f"pair {pair.first!r}, {pair.second!r}")
            if not entry.is_zero(value):
                lines[i][j] = lines[j][i] = value
    return LabelledMatrix.from_lines(labels, labels, lines)  # type: ignore[no-any-return]


def rational_core(
    labels: Sequence[Any],
    norms: Sequence[Surd],
    pairs: Iterable[tuple[int, int, Pair]],
    convention: Convention,
) -> tuple[LabelledMatrix, tuple[Surd, ...]]:
    """(rational core R, positive scaling s) with ``G = diag(s) R diag(s)``.

    ``s_σ = vol(F_σ)^{-1/2}`` (1 where σ is not proper), R has diagonal ``vol²`` and the entries
    ``± ε_σ ε_τ N_σ·N_τ``. Errors: InvalidInput for a convention without such a form.
    """
    if convention.core_sign is None:
        raise InvalidInput(f"{convention.name} has no rational core", "convention")
    factor = convention.core_sign
    entries = Convention(
        "core", (lambda pair: pair.area_product * (pair.sign * factor)) if factor else None, lambda v: v * v
    )
    scaling = tuple(Surd.root4(1 / square(volume)) if volume else Surd(1) for volume in norms)
    return gram_matrix(labels, norms, pairs, entries), scaling
