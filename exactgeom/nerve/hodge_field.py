"""Small fields of radicals as matrices: linear algebra over Q(√m₁, …, √mₙ) becomes linear algebra over Q.

The square classes of the entries generate a finite group of radicals, a basis of the field over Q. An entry
is the rational matrix of multiplication by it, so a system over the field is one rational system, `degree`
times as large, solved by FLINT. Fields of degree above 64 are refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isqrt
from typing import Any

from flint import fmpq, fmpz

from exactgeom.exact import Surd, UndecidedError, fraction, to_fmpq
from exactgeom.nerve import labelled_entries as entry

MAX_DEGREE = 64


class Field:
    """The field that some entries generate, with a basis of radicals `m^(1/n)`; the first is 1.

    >>> Field([Surd.sqrt(2), Surd.sqrt(3), Surd.sqrt(6)]).degree
    4
    """

    __slots__ = ("_bins", "members", "order")

    def __init__(self, values: Iterable[Any]) -> None:
        surds = [value for value in values if type(value) is Surd]
        self.order = 4 if any(surd.order == 4 for surd in surds) else 2
        self.members: list[int] = [1]
        for surd in surds:
            for radicand in self._radicands(surd):
                self._generate(radicand)

    def _radicands(self, surd: Surd) -> list[int]:
        power = 2 if self.order == 4 and surd.order < 4 else 1
        return [m**power for _, m in surd.terms]

    @property
    def degree(self) -> int:
        """The degree of the field over Q."""
        return len(self.members)

    def _generate(self, radicand: int) -> None:
        power, block = radicand, list(self.members)
        while self.find(power) is None:
            if len(self.members) + len(block) > MAX_DEGREE:
                raise UndecidedError(
                    f"the entries generate a field of degree above {MAX_DEGREE}; "
                    "give bits= for a certified enclosure"
                )
            self.members += [power * member for member in block]
            power *= radicand

    def find(self, radicand: int) -> tuple[int, fmpq] | None:
        """Return `(k, c)` with `radicand^(1/n) = c · members[k]^(1/n)`, or None."""
        for k, member in enumerate(self.members):
            root = _root(fmpz(radicand) * fmpz(member) ** (self.order - 1), self.order)
            if root is not None:
                return k, fmpq(root, member)
        return None

    def coordinates(self, value: Any) -> dict[int, fmpq]:
        """Return a number of the field in its basis."""
        if type(value) is not Surd:
            return {0: value}
        result: dict[int, fmpq] = {}
        for (q, _), radicand in zip(value.terms, self._radicands(value), strict=True):
            found = self.find(radicand)
            if found is None:
                raise AssertionError("a number outside the field it generated")
            k, c = found
            result[k] = result.get(k, fmpq(0)) + to_fmpq(q) * c
        return result

    def products(self) -> list[list[tuple[int, fmpq]]]:
        """Return the table `members[a] · members[b] = c · members[k]` as pairs `(k, c)`."""
        table = []
        for a in self.members:
            row = []
            for b in self.members:
                found = self.find(a * b)
                if found is None:
                    raise AssertionError("radical classes are not closed under multiplication")
                row.append(found)
            table.append(row)
        return table

    def number(self, coordinates: Iterable[fmpq]) -> Any:
        """Return the number with these coordinates, in inner form."""
        pairs = [(fraction(q), m) for q, m in zip(coordinates, self.members, strict=True) if q != 0]
        return entry.settle(Surd.from_terms(pairs, order=self.order))


def _root(value: fmpz, order: int) -> fmpz | None:
    """Return the integer root of a positive integer, or None."""
    root = isqrt(int(value))
    if root * root != value:
        return None
    if order == 2:
        return fmpz(root)
    fourth = isqrt(root)
    return fmpz(fourth) if fourth * fourth == root else None
