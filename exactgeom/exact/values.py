"""What exact values have in common: they are frozen, ordered, and print as mathematics."""

from __future__ import annotations

from typing import Any

freeze = object.__setattr__
"""Sets an attribute of a frozen value, for constructors and caches only."""


class Frozen:
    """An object whose attributes are set once, by its constructor (through `freeze` or `__dict__`)."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable: cannot delete {name!r}")


class Value(Frozen):
    """A frozen number with an order; subclasses provide `_compare` and `to_latex`.

    `_compare(other)` is the sign of `self − other`, or `NotImplemented` for other kinds of objects.
    """

    __slots__ = ()
    __array_ufunc__ = None  # NumPy scalars then leave mixed operations to this class

    def __hash__(self) -> int:
        raise TypeError(f"{type(self).__name__} is not hashable")

    def _compare(self, other: object) -> Any:
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        sign = self._compare(other)
        return sign if sign is NotImplemented else sign == 0

    def __lt__(self, other: object) -> bool:
        sign = self._compare(other)
        return sign if sign is NotImplemented else sign < 0

    def __le__(self, other: object) -> bool:
        sign = self._compare(other)
        return sign if sign is NotImplemented else sign <= 0

    def __gt__(self, other: object) -> bool:
        sign = self._compare(other)
        return sign if sign is NotImplemented else sign > 0

    def __ge__(self, other: object) -> bool:
        sign = self._compare(other)
        return sign if sign is NotImplemented else sign >= 0

    def to_latex(self) -> str:
        """Return the value as LaTeX, without dollar signs."""
        raise NotImplementedError

    def _repr_latex_(self) -> str:
        return f"${self.to_latex()}$"
