"""An arrangement of hyperplanes, as a model: it has signs, and no map."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from math import lcm
from os import PathLike
from pathlib import Path
from typing import Any

from exactgeom.exact import InvalidInput, exact, exact_vector, fraction_str
from exactgeom.exact.values import Frozen
from exactgeom.models import arrangement_named as named
from exactgeom.models.arrangement_combinatorics import Combinatorics
from exactgeom.models.program import Affine, Pieces, Program, Unit

__all__ = ["SCHEMA", "Arrangement"]

SCHEMA = "exactgeom/arrangement-1"

Hyperplane = tuple[tuple[Fraction, ...], Fraction]
_MARK = Unit((Fraction(0),), ((Fraction(1), Fraction(0)), (Fraction(1), Fraction(0))))  # z, cut at 0


class Arrangement(Combinatorics, Frozen):
    """Immutable list of hyperplanes ``normal . x = offset`` in ``Q^dim``, in the order given.

    Exact: every number goes through the number door. Repeated hyperplanes are legal (each keeps its
    sign); an empty list is legal when ``dim`` is given. A zero normal is no hyperplane.
    Raises ``InvalidInput`` naming the hyperplane.

    >>> lines = Arrangement([([1, 0], 0), ([1, 1], "1/2")])
    >>> lines.dim, lines.signs(["1/2", 0]), lines.signs([-1, 3])
    (2, '+0', '-+')
    """

    hyperplanes: tuple[Hyperplane, ...]
    dim: int

    def __init__(self, hyperplanes: Iterable[tuple[Iterable[Any], Any]], dim: int | None = None) -> None:
        planes = tuple(_hyperplane(plane, f"hyperplanes[{i}]") for i, plane in enumerate(hyperplanes))
        if dim is not None and (type(dim) is not int or dim < 1):
            raise InvalidInput(f"expected a whole number of at least 1, got {dim!r}", place="dim")
        if dim is None and not planes:
            raise InvalidInput("an arrangement without hyperplanes needs dim", place="dim")
        ambient = len(planes[0][0]) if dim is None else dim
        for i, (normal, _) in enumerate(planes):
            if len(normal) != ambient or not any(normal):
                problem = "the normal is zero" if len(normal) == ambient else f"got {len(normal)} entries"
                raise InvalidInput(
                    f"expected a nonzero normal of {ambient} entries: {problem}",
                    place=f"hyperplanes[{i}].normal",
                )
        self.__dict__.update(hyperplanes=planes, dim=ambient)

    @property
    def input_dim(self) -> int:
        """Dimension of the space, under the name every model has."""
        return self.dim

    @property
    def sign_count(self) -> int:
        """Length of every sign string: one character per hyperplane."""
        return len(self.hyperplanes)

    def values(self, x: Iterable[Any]) -> tuple[Fraction, ...]:
        """Return ``normal . x - offset`` for every hyperplane, exactly.

        >>> Arrangement([([1, 2], 3)]).values([1, "1/2"])
        (Fraction(-1, 1),)
        """
        point = exact_vector(x, "x")
        if len(point) != self.dim:
            raise InvalidInput(f"expected {self.dim} coordinates, got {len(point)}", place="x")
        return tuple(
            sum((a * v for a, v in zip(normal, point, strict=True)), -offset)
            for normal, offset in self.hyperplanes
        )

    def signs(self, x: Iterable[Any]) -> str:
        """Return one character over ``+-0`` per hyperplane: the sign of ``normal . x - offset``."""
        return "".join("+" if v > 0 else "-" if v < 0 else "0" for v in self.values(x))

    def unit_names(self) -> tuple[str, ...]:
        """Return one name per character of a sign string."""
        return tuple(f"hyperplanes[{i}]" for i in range(len(self.hyperplanes)))

    @cached_property
    def program(self) -> Program:
        """The hyperplanes as integer functions, each cut at 0; there is no map.

        >>> Arrangement([([1, "1/2"], 3)]).program.signs([3, 1])
        '+'
        """
        if not self.hyperplanes:
            return Program(self.dim, (), None)
        rows, offsets = zip(*(_cleared(normal, offset) for normal, offset in self.hyperplanes), strict=True)
        return Program(self.dim, (Affine((0,), rows, offsets), Pieces(1, (_MARK,) * len(rows))), None)

    def __call__(self, x: Iterable[Any]) -> tuple[Fraction, ...]:
        """An arrangement has no map: raises ``InvalidInput``; `signs` and `values` say where a point is."""
        return self.program(x)

    def affine_map(self, signs: str) -> None:
        """Return None: an arrangement has no map."""
        self.program.affine_map(signs)

    # -- arrangements with a name --------------------------------------------------------------------

    @classmethod
    def boolean(cls, n: int) -> Arrangement:
        """Return the coordinate hyperplanes ``x_i = 0``: chi = (t - 1)^n."""
        return cls(named.boolean(n), dim=n)

    @classmethod
    def braid(cls, n: int) -> Arrangement:
        """Return ``x_i = x_j`` for i < j: chi = t (t - 1) ... (t - n + 1), a region per permutation."""
        return cls(named.deformed_braid(n, [0]), dim=n)

    @classmethod
    def shi(cls, n: int) -> Arrangement:
        """Return ``x_i - x_j = 0, 1`` for i < j: chi = t (t - n)^(n - 1), a region per parking function."""
        return cls(named.deformed_braid(n, [0, 1]), dim=n)

    @classmethod
    def catalan(cls, n: int) -> Arrangement:
        """Return ``x_i - x_j = -1, 0, 1`` for i < j: n! times the Catalan number of regions."""
        return cls(named.deformed_braid(n, [-1, 0, 1]), dim=n)

    @classmethod
    def linial(cls, n: int) -> Arrangement:
        """Return ``x_i - x_j = 1`` for i < j: 1, 2, 7, 36, 246, ... regions."""
        return cls(named.deformed_braid(n, [1]), dim=n)

    @classmethod
    def resonance(cls, n: int) -> Arrangement:
        """Return ``sum of x_i over S = 0`` for every nonempty S: 2, 6, 32, 370, 11292, ... regions."""
        return cls(named.resonance(n), dim=n)

    @classmethod
    def generic(cls, dim: int, count: int) -> Arrangement:
        """Return `count` hyperplanes in general position (proved by Vandermonde determinants)."""
        return cls(named.generic(dim, count), dim=dim)

    @classmethod
    def from_json(cls, source: Mapping[str, Any] | str | PathLike[str]) -> Arrangement:
        """Read ``exactgeom/arrangement-1`` from a parsed document or from a file.

        Raises ``InvalidInput`` with one line that names the file or the place in the document.
        """
        from exactgeom.models.importers.json_file import arrangement_from_json

        return arrangement_from_json(source)

    def to_json(self) -> dict[str, Any]:
        """Return the ``exactgeom/arrangement-1`` document (exact: numbers are ``"p/q"`` or ``"p"``).

        >>> Arrangement([([1, "1/2"], 3)]).to_json()["hyperplanes"]
        [{'normal': ['1', '1/2'], 'offset': '3'}]
        """
        planes = [
            {"normal": [fraction_str(a) for a in normal], "offset": fraction_str(offset)}
            for normal, offset in self.hyperplanes
        ]
        return {"schema": SCHEMA, "dim": self.dim, "hyperplanes": planes}

    def save(self, path: str | PathLike[str]) -> None:
        """Write the JSON document to a file; ``from_json(path)`` reads an equal arrangement back."""
        Path(path).write_text(json.dumps(self.to_json()) + "\n", encoding="utf-8")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Arrangement):
            return NotImplemented
        return self.dim == other.dim and self.hyperplanes == other.hyperplanes

    def __hash__(self) -> int:
        return hash((Arrangement, self.dim, self.hyperplanes))

    def __repr__(self) -> str:
        def show(q: Fraction) -> str:
            return fraction_str(q) if q.denominator == 1 else repr(fraction_str(q))

        planes = ", ".join(
            f"([{', '.join(map(show, normal))}], {show(offset)})" for normal, offset in self.hyperplanes
        )
        return f"Arrangement([{planes}], dim={self.dim})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Arrangement, (self.hyperplanes, self.dim)


def _cleared(normal: tuple[Fraction, ...], offset: Fraction) -> tuple[tuple[int, ...], int]:
    """Integers (a, b): ``a . x + b`` is a positive multiple of ``normal . x - offset``."""
    scale = lcm(offset.denominator, *(q.denominator for q in normal))
    return tuple(int(q * scale) for q in normal), -int(offset * scale)


def _hyperplane(plane: Any, place: str) -> Hyperplane:
    try:
        normal, offset = plane
    except (TypeError, ValueError):
        raise InvalidInput("expected a pair (normal, offset)", place=place) from None
    return exact_vector(normal, f"{place}.normal"), exact(offset, f"{place}.offset")
