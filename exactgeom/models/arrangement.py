"""An arrangement of hyperplanes, as a model: it has signs, and no map."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import Any

from exactgeom.exact import InvalidInput, exact, exact_vector, fraction_str

__all__ = ["SCHEMA", "Arrangement"]

SCHEMA = "exactgeom/arrangement-1"

Hyperplane = tuple[tuple[Fraction, ...], Fraction]


class Arrangement:
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

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Arrangement is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Arrangement is immutable: cannot delete {name!r}")

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


def _hyperplane(plane: Any, place: str) -> Hyperplane:
    try:
        normal, offset = plane
    except (TypeError, ValueError):
        raise InvalidInput("expected a pair (normal, offset)", place=place) from None
    return exact_vector(normal, f"{place}.normal"), exact(offset, f"{place}.offset")
