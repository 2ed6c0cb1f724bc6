"""`LayerTrace`: what one layer does to lengths, volumes and directions where its map is affine."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from math import gcd
from typing import Any

from flint import fmpz_mat

from exactgeom.exact import Angle, Enclosure, InvalidInput, Surd, UndefinedAngle, exact_vector
from exactgeom.exact.door import coprime_fraction
from exactgeom.exact.values import Frozen
from exactgeom.forms import Chart, DifferentialForm, Map
from exactgeom.linalg import Matrix
from exactgeom.linalg.table import Vector
from exactgeom.partition.traces_blocks import Blocks
from exactgeom.partition.traces_gram import Gram


class LayerTrace(Frozen):
    """The map input → layer `index` on one set of constant signs: ``z = J x + b``, exactly (immutable).

    Everything is computed when first asked for, and kept.  Contract: exact, except `condition_number`.
    `kind` is "input", "affine", "activation", "maximum" or "step".

    >>> import exactgeom as eg
    >>> net = eg.Network([eg.Linear([[1, 0], [1, 1], [0, 0]], [0, 0, 1]), eg.ReLU()])
    >>> layer = eg.trace_layers(net, [1, 1]).layers[2]
    >>> layer, layer.rank, layer.metric, layer.volume_density
    (<LayerTrace 2: activation, 2 -> 3>, 2, Matrix([[2, 1], [1, 1]]), Surd('1'))
    """

    def __init__(self, blocks: Blocks, index: int, known: dict[str, Any] | None = None) -> None:
        self.__dict__.update(_blocks=blocks, index=index, **(known or {}))

    _blocks: Blocks
    index: int

    # -- the map -------------------------------------------------------------------------------------

    @property
    def kind(self) -> str:
        """What made the layer's values."""
        return self._blocks.wiring.kinds[self.index]

    @property
    def input_dim(self) -> int:
        """Number of input coordinates."""
        return self._blocks.wiring.program.input_dim

    @property
    def size(self) -> int:
        """Number of values (units) of the layer."""
        return self._blocks.wiring.program.sizes[self.index]

    @cached_property
    def jacobian(self) -> Matrix:
        """J, `size` rows of `input_dim` entries."""
        return Matrix.from_flint(self.gram.numerator, self.gram.denominator)

    @cached_property
    def offset(self) -> Vector:
        """The constants b of ``z = J x + b``."""
        table, d = self._blocks.table(self.index), self.input_dim
        scale = int(table[self.size, d])
        return tuple(Fraction(int(table[i, d]), scale) for i in range(self.size))

    @cached_property
    def gram(self) -> Gram:
        """The integer side of J (for work inside the library)."""
        table, d = self._blocks.table(self.index), self.input_dim
        entries = table.entries()
        flat = [c for i in range(self.size) for c in entries[i * (d + 1) : i * (d + 1) + d]]
        return Gram(fmpz_mat(self.size, d, flat), int(entries[-1]), self._rank_bound)

    @property
    def _rank_bound(self) -> int:
        if self.index == 0:
            return self.input_dim
        sources = self._blocks.wiring.stages[self.index - 1].sources
        return sum(_at(self._blocks, s).rank for s in set(sources))

    # -- the metric ----------------------------------------------------------------------------------

    @cached_property
    def rank(self) -> int:
        """Rank of J: it drops where a layer narrows and where units die."""
        return self.gram.rank

    @cached_property
    def metric(self) -> Matrix:
        """The pulled-back metric ``g = JᵀJ``; singular where `rank` < `input_dim`."""
        numerator = self.gram.numerator
        return Matrix.from_flint(numerator.transpose() * numerator, self.gram.denominator**2)

    @cached_property
    def volume_density_squared(self) -> Fraction:
        """`e_r(g)`, r the rank: the coefficient of t^(d−r) in ``det(t − g)`` up to sign; 1 for rank 0."""
        return self.gram.volume_squared

    @property
    def volume_density(self) -> Surd:
        """``√e_r(g)``: by how much the map stretches r-volume across its fibres; |det J| when r = d."""
        return Surd.sqrt(self.volume_density_squared)

    def condition_number(self, bits: int = 64) -> Enclosure:
        """Return ``√(λ_max/λ_min)`` over the nonzero eigenvalues of the metric, to `bits` relative accuracy.

        Contract: enclosure, from isolated roots of the exact characteristic polynomial.
        Errors: ``InvalidInput`` for a layer that is constant here (rank 0), or bits that are no number.

        >>> import exactgeom as eg
        >>> net = eg.Network([eg.Linear([[3, 0], [0, 1]], [0, 0])])
        >>> eg.trace_layers(net, [0, 0]).layers[1].condition_number().contains(3)
        True
        """
        if isinstance(bits, bool) or not isinstance(bits, int) or bits < 2:
            raise InvalidInput(f"expected a whole number of at least 2, got {bits!r}", "bits")
        if self.rank == 0:
            raise InvalidInput(
                "a layer that is constant here has no condition number", f"layers[{self.index}]"
            )
        return self.gram.condition_number(bits)

    # -- 1-forms -------------------------------------------------------------------------------------

    def covector(self, unit: int) -> Vector:
        """Return the pulled-back 1-form ``ω_j = J*(dz_j)`` as a rational vector: row j of J."""
        _check_number(unit, self.size, f"layers[{self.index}]")
        return self._rows[unit]

    @cached_property
    def _rows(self) -> tuple[Vector, ...]:
        """The rows of J; the reduction to lowest terms is spelled out because there are many entries."""
        zero, den, found = Fraction(0), self.gram.denominator, []
        for row in self.gram.numerator.tolist():
            made = []
            for entry in map(int, row):
                common = gcd(entry, den)
                made.append(coprime_fraction(entry // common, den // common) if entry else zero)
            found.append(tuple(made))
        return tuple(found)

    def form(self, unit: int, chart: Any = None) -> DifferentialForm:
        """Return ``ω_j = J*(dz_j)`` as a constant 1-form on the input chart (x1, ..., xd unless given).

        >>> import exactgeom as eg
        >>> net = eg.Network([eg.Linear([[1, "1/2"]], [0])])
        >>> print(eg.trace_layers(net, [0, 0]).layers[1].form(0))
        dx1 + dx2/2
        """
        place = chart if isinstance(chart, Chart) else Chart(chart or input_names(self.input_dim))
        if place.dim != self.input_dim:
            raise InvalidInput(f"expected {self.input_dim} coordinates, got {place.dim}", "chart")
        entries: dict[tuple[int, ...], Fraction] = {(i,): c for i, c in enumerate(self.covector(unit)) if c}
        return DifferentialForm(place, 1, entries)

    @property
    def forms(self) -> tuple[DifferentialForm, ...]:
        """All pulled-back unit 1-forms."""
        return tuple(self.form(j) for j in range(self.size))

    def map(self, source: Any = None, target: Any = None) -> Map:
        """Return ``x -> J x + b`` as a map of charts, which pulls any form on the layer's values back."""
        start = source if source is not None else input_names(self.input_dim)
        end = target if target is not None else input_names(self.size, "z")
        return Map.affine(start, end, self.jacobian.rows, self.offset)

    def inner(self, a: Sequence[Any], b: Sequence[Any]) -> Fraction:
        """Return ``⟨a, b⟩`` of two 1-forms in the (pseudo-)inverse of the metric.

        Errors: ``UndefinedAngle`` for a 1-form outside the row space of J.
        """
        return self.products(a, b)[0][1]

    def products(self, *forms: Sequence[Any]) -> list[list[Fraction]]:
        """Return all inner products of 1-forms given as rational vectors (errors: as `inner`)."""
        covectors = [self._covector(form, f"forms[{i}]") for i, form in enumerate(forms)]
        return self.gram.products(covectors)

    def angle(self, a: Sequence[Any], b: Sequence[Any]) -> Angle:
        """Return the angle in [0, π] between two 1-forms: ``cos = ⟨a, b⟩/(|a||b|)`` in this layer's metric.

        Errors: ``UndefinedAngle`` for a zero form, or one outside the row space of J.
        """
        for name, form in (("first", a), ("second", b)):
            if not any(form):
                raise UndefinedAngle(f"the {name} 1-form is zero: its unit is constant here")
        (aa, ab), (_, bb) = self.products(a, b)
        return Angle.from_xy(ab, aa * bb - ab * ab)

    def _covector(self, form: Sequence[Any], place: str) -> Vector:
        vector = exact_vector(form, place)
        if len(vector) != self.input_dim:
            raise InvalidInput(f"expected {self.input_dim} components, got {len(vector)}", place)
        return vector

    # -- identity ------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        """The same affine map at the same place of the chain."""
        if not isinstance(other, LayerTrace):
            return NotImplemented
        mine, theirs = (self.index, self.kind, self.offset), (other.index, other.kind, other.offset)
        return mine == theirs and self.jacobian == other.jacobian

    def __hash__(self) -> int:
        return hash((LayerTrace, self.index, self.jacobian, self.offset))

    def __reduce__(self) -> tuple[Any, ...]:
        known = {name: self.__dict__[name] for name in FACTS if name in self.__dict__}
        return LayerTrace, (self._blocks, self.index, known)

    def __repr__(self) -> str:
        return f"<LayerTrace {self.index}: {self.kind}, {self.input_dim} -> {self.size}>"


FACTS = ("rank", "volume_density_squared")
"""Small results that travel between processes; the rest is rebuilt from the signs."""


def input_names(count: int, letter: str = "x") -> list[str]:
    """Return the coordinate names x1, ..., xn."""
    return [f"{letter}{i + 1}" for i in range(count)]


def layers_of(blocks: Blocks, known: Sequence[dict[str, Any]] = ()) -> tuple[LayerTrace, ...]:
    """Return one trace per block, the input first; layers of one `Blocks` are made once."""
    made = blocks.layers
    if not made:
        shared, bending = blocks.wiring.layers, blocks.wiring.bending
        facts = known or [{}] * len(bending)
        for i, (bends, fact) in enumerate(zip(bending, facts, strict=True)):
            # What comes before the first sign is the same for all signs: one trace of it serves them all.
            layer = (
                LayerTrace(blocks, i, fact) if bends else shared.setdefault(i, LayerTrace(blocks, i, fact))
            )
            made.append(layer)
    return tuple(made)


def _at(blocks: Blocks, index: int) -> LayerTrace:
    return layers_of(blocks)[index]


def _check_number(number: Any, count: int, place: str) -> None:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < count:
        raise InvalidInput(f"expected a unit from 0 to {count - 1}, got {number!r}", place)
