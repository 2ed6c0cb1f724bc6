"""`Chart`: a named coordinate system, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sympy
from flint import Ordering, fmpq_mpoly_ctx

from exactgeom.exact import InvalidInput
from exactgeom.exact.values import Frozen, freeze
from exactgeom.forms.errors import ChartMismatch

if TYPE_CHECKING:
    from exactgeom.forms.form import DifferentialForm


@lru_cache(maxsize=256)
def polynomial_context(size: int) -> Any:
    """Return the FLINT context of polynomials in `size` variables (shared by all charts of that size)."""
    return fmpq_mpoly_ctx.get(("x", size), Ordering.degrevlex)


class Chart(Frozen):
    """A coordinate system: distinct SymPy symbols in order (immutable; coordinates are real).

    `Chart("x y z")` names them as `sympy.symbols` does; symbols of your own, with assumptions, work too.
    Charts are equal when their symbols are. Errors: `InvalidInput` for none, repeated or unnamed ones.

    >>> plane = Chart("x y")
    >>> plane, plane.dim
    (Chart('x y'), 2)
    >>> x, y = plane.functions()
    >>> print(x * y.d())
    x*dy
    """

    __slots__ = ("_positions", "symbols")
    symbols: tuple[Any, ...]
    _positions: dict[Any, int]

    def __init__(self, symbols: str | Iterable[Any]) -> None:
        found = _symbols(symbols)
        names = [symbol.name for symbol in found]
        if not found:
            raise InvalidInput("expected at least one coordinate", "coordinates")
        if len(set(names)) < len(names):
            raise InvalidInput(f"expected distinct coordinates, got {' '.join(names)}", "coordinates")
        freeze(self, "symbols", found)
        freeze(self, "_positions", {symbol: i for i, symbol in enumerate(found)})

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coordinates."""
        return tuple(symbol.name for symbol in self.symbols)

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return len(self.symbols)

    @property
    def context(self) -> Any:
        """FLINT context of polynomials in the coordinates."""
        return polynomial_context(len(self.symbols))

    def functions(self) -> tuple[DifferentialForm, ...]:
        """Return the coordinates as functions (0-forms)."""
        from exactgeom.forms.form import DifferentialForm

        gens = self.context.gens()
        return tuple(DifferentialForm.from_coefficients(self, 0, {0: gen}) for gen in gens)

    def differentials(self) -> tuple[DifferentialForm, ...]:
        """Return the basis 1-forms dx_1, ..., dx_n."""
        return tuple(x.d() for x in self.functions())

    def position(self, key: Any, place: str = "coordinate") -> int:
        """Return the number of a coordinate given as a symbol, a name, or a coordinate function.

        >>> Chart("x y").position("y")
        1
        """
        if isinstance(key, str):
            if key in self.names:
                return self.names.index(key)
        elif not isinstance(key, sympy.Basic) and hasattr(key, "_sympy_"):
            if key.chart != self:
                raise ChartMismatch(f"{key} belongs to {key.chart}, not to {self}", place)
            key = key._sympy_()
        if isinstance(key, sympy.Basic) and key in self._positions:
            return self._positions[key]
        raise InvalidInput(f"expected one of the coordinates {', '.join(self.names)}, got {key}", place)

    def same(self, other: Chart, operation: str) -> None:
        """Raise `ChartMismatch` unless the other chart is this one."""
        if self is not other and self.symbols != other.symbols:
            raise ChartMismatch(
                f"the coordinates ({', '.join(self.names)}) and ({', '.join(other.names)}) differ: "
                "pull one form back first",
                operation,
            )

    def __eq__(self, other: object) -> bool:
        return self.symbols == other.symbols if isinstance(other, Chart) else NotImplemented

    def __hash__(self) -> int:
        return hash(("Chart", self.names))

    def __repr__(self) -> str:
        if all(symbol == sympy.Symbol(symbol.name) and " " not in symbol.name for symbol in self.symbols):
            return f"Chart({' '.join(self.names)!r})"
        return f"Chart([{', '.join(sympy.srepr(symbol) for symbol in self.symbols)}])"

    def __reduce__(self) -> tuple[Any, ...]:
        return Chart, (self.symbols,)


def _symbols(given: str | Iterable[Any]) -> tuple[Any, ...]:
    if isinstance(given, str):
        try:
            return tuple(sympy.symbols(given, seq=True)) if given.strip() else ()
        except ValueError as error:
            raise InvalidInput(f"expected names such as 'x y z', got {given!r}", "coordinates") from error
    if not isinstance(given, Iterable):
        raise InvalidInput(f"expected names or symbols, got {given!r}", "coordinates")
    found = []
    for i, item in enumerate(given):
        symbol = sympy.Symbol(item) if isinstance(item, str) and item.strip() else item
        if not isinstance(symbol, sympy.Basic) and hasattr(symbol, "_sympy_"):
            symbol = symbol._sympy_()
        if not isinstance(symbol, sympy.Symbol):
            raise InvalidInput(f"expected a name or a symbol, got {item!r}", f"coordinates[{i}]")
        found.append(symbol)
    return tuple(found)


def as_chart(given: Any) -> Chart:
    """Return a chart from a chart, names, symbols or coordinate functions."""
    return given if isinstance(given, Chart) else Chart(given)


def coordinates(names: str | Iterable[Any]) -> tuple[DifferentialForm, ...]:
    """Return the coordinate functions of a new chart, always as a tuple.

    Contract: exact. The functions are 0-forms; `x.d()` is dx, and forms are built from them.
    Python's `^` binds weaker than `+` and `*`: **put every wedge in brackets**, `x*(dx ^ dy) + z*(dy ^ dz)`.

    >>> x, y, z = coordinates("x y z")
    >>> dx, dy, dz = x.d(), y.d(), z.d()
    >>> print((x * y * (dx ^ dy) + z * (dy ^ dz)).d())
    0
    >>> print((z * (dx ^ dy)).d())
    (dx ^ dy ^ dz)
    """
    return as_chart(names).functions()
