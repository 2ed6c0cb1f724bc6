"""What can be counted and judged about an arrangement without slicing: the methods `Arrangement` inherits.

Repeated hyperplanes count once, except in questions of position, where they are the guilty ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

from exactgeom.linalg import Matrix
from exactgeom.models.arrangement_counts import (
    characteristic_polynomial,
    evaluate,
    face_numbers,
    flat_numbers,
)
from exactgeom.models.arrangement_flats import Flat, Row, flats, integer_rows
from exactgeom.models.arrangement_genericity import Genericity, circuits, genericity

__all__ = ["Combinatorics"]


class Combinatorics:
    """Counts and position of `hyperplanes` (pairs normal, offset) in dimension `dim`. All exact."""

    hyperplanes: tuple[tuple[tuple[Fraction, ...], Fraction], ...]
    dim: int

    @cached_property
    def _rows(self) -> tuple[Row, ...]:
        return integer_rows(self.hyperplanes)

    @cached_property
    def rank(self) -> int:
        """Dimension of the span of the normals: the largest codimension of a flat."""
        return Matrix([normal for normal, _ in self.hyperplanes]).rank() if self.hyperplanes else 0

    @property
    def is_essential(self) -> bool:
        """Whether the normals span the space: some flat is a point."""
        return self.rank == self.dim

    @cached_property
    def is_central(self) -> bool:
        """Whether all hyperplanes have a common point (no hyperplanes: yes)."""
        return not self._rows or Matrix(self._rows).rank() == self.rank

    def flats(self) -> Iterator[Flat]:
        """Yield every nonempty intersection of hyperplanes once, by codimension, the whole space first.

        >>> from exactgeom.models import Arrangement
        >>> [flat.hyperplanes for flat in Arrangement.braid(3).flats()]
        [(), (0,), (1,), (2,), (0, 1, 2)]
        """
        return flats(self._rows)

    @cached_property
    def characteristic_polynomial(self) -> tuple[int, ...]:
        """Coefficients of ``chi(t) = sum of mu(X) t^dim X`` over the flats, constant term first. Exact.

        >>> from exactgeom.models import Arrangement
        >>> Arrangement.braid(3).characteristic_polynomial  # t (t - 1) (t - 2)
        (0, 2, -3, 1)
        """
        return characteristic_polynomial(self._rows, self.dim)

    @property
    def whitney_numbers(self) -> tuple[int, ...]:
        """First kind: the sum of mu over the flats of codimension 0..rank, signs alternating.

        >>> from exactgeom.models import Arrangement
        >>> Arrangement.braid(4).whitney_numbers, Arrangement.braid(4).flat_numbers
        ((1, -6, 11, -6), (1, 6, 7, 1))
        """
        return self.characteristic_polynomial[::-1][: self.rank + 1]

    @cached_property
    def flat_numbers(self) -> tuple[int, ...]:
        """Whitney numbers of the second kind: how many flats have codimension 0..rank."""
        return flat_numbers(self._rows)

    @property
    def region_count(self) -> int:
        """Number of regions, by Zaslavsky's theorem ``(-1)^d chi(-1)``; nothing is sliced.

        >>> from exactgeom.models import Arrangement
        >>> Arrangement.shi(4).region_count, Arrangement.shi(4).relatively_bounded_region_count
        (125, 27)
        """
        return abs(evaluate(self.characteristic_polynomial, -1))

    @property
    def relatively_bounded_region_count(self) -> int:
        """Number of regions bounded modulo the directions all hyperplanes share: ``(-1)^rank chi(1)``."""
        return abs(evaluate(self.characteristic_polynomial, 1))

    @property
    def bounded_region_count(self) -> int:
        """Number of bounded regions: 0 unless the arrangement is essential."""
        return self.relatively_bounded_region_count if self.is_essential else 0

    @cached_property
    def _face_numbers(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return face_numbers(self._rows, self.dim)

    @property
    def f_vector(self) -> tuple[int, ...]:
        """Number of relatively open faces of dimension 0..dim on all of ``R^dim``; nothing is sliced.

        >>> from exactgeom.models import Arrangement
        >>> Arrangement.boolean(2).f_vector
        (1, 4, 4)
        """
        return self._face_numbers[0]

    @property
    def bounded_f_vector(self) -> tuple[int, ...]:
        """Number of bounded faces of dimension 0..dim: all 0 unless the arrangement is essential.

        >>> from exactgeom.models import Arrangement
        >>> Arrangement.generic(2, 3).bounded_f_vector  # a triangle and three lines
        (3, 3, 1)
        """
        return self._face_numbers[1] if self.is_essential else (0,) * (self.dim + 1)

    # -- position ------------------------------------------------------------------------------------

    @cached_property
    def is_generic(self) -> bool:
        """General position: every k <= dim hyperplanes meet in codimension k, every dim + 1 not at all."""
        return next(circuits(self.hyperplanes, self.dim, largest=self.dim + 1), None) is None

    @cached_property
    def is_simple(self) -> bool:
        """Whether hyperplanes with a common point always meet in their number's codimension."""
        return not any(c.meets for c in circuits(self.hyperplanes, self.dim, largest=self.dim + 1))

    def genericity(self, *, limit: int | None = 1000, largest: int | None = None) -> Genericity:
        """Return the verdict and the minimal guilty subsets, smallest first, each with its relation.

        Exact. At most `limit` subsets (None: all) of at most `largest` hyperplanes (None: dim + 1).

        >>> from exactgeom.models import Arrangement
        >>> Arrangement([([1, 0], 0), ([0, 1], 0), ([1, 1], 0)]).genericity().witnesses
        (Circuit(kind='concurrent', hyperplanes=(0, 1, 2), coefficients=(1, 1, -1)),)
        """
        return genericity(self.hyperplanes, self.dim, limit=limit, largest=largest)
