"""Sites in space and who owns a point: nearest centroid, k-means, 1-NN, power diagrams.

Site i is worth ``2 p_i . x - |p_i|^2 + w_i = |x|^2 - (|x - p_i|^2 - w_i)`` at x, an affine function, so the
nearest site (or the one of smallest power ``|x - p_i|^2 - w_i``) is the one of largest value.

Source: F. Aurenhammer, Power diagrams: properties, algorithms and applications, SIAM J. Comput. 16 (1987).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

from exactgeom.exact import InvalidInput, exact_json, exact_matrix, exact_vector, fraction_str
from exactgeom.exact.documents import array, fields, size
from exactgeom.models.labels import Label, label_tuple
from exactgeom.models.lowered_model import LoweredModel, affine, literals
from exactgeom.models.program import Largest, Program
from exactgeom.models.reading import entry, notes_of

__all__ = ["SCHEMA", "Sites"]

SCHEMA = "exactgeom/sites-1"


class Sites(LoweredModel):
    """Immutable list of sites; the model's outputs are their values, the owner is the arg-max.

    Exact: points and weights go through the number door. Without `weights` (all zero) the cells are Voronoi
    cells, with them power cells, some of which may be empty. Ties go to the smallest index; coincident sites
    of equal weight are legal and tie on a whole cell (both signs are ``0``). `labels` name the owners;
    several sites may share one. `notes` (what an importer left out) do not count in comparisons.
    Signs: one per site, ``0`` where it attains the maximum, else ``-``.
    Raises ``InvalidInput`` naming the place.

    >>> sites = Sites([[0, 0], [2, 0]], labels=["west", "east"])
    >>> sites([2, 1]), sites.signs([1, 5]), sites.owner([1, 5]), sites.label(["3/2", 0])
    ((Fraction(0, 1), Fraction(4, 1)), '00', 0, 'east')
    """

    points: tuple[tuple[Fraction, ...], ...]
    weights: tuple[Fraction, ...]
    labels: tuple[Label, ...] | None
    notes: tuple[str, ...]

    _fields = ("points", "weights", "labels")
    _schema = SCHEMA

    def __init__(
        self,
        points: Iterable[Iterable[Any]],
        weights: Iterable[Any] | None = None,
        labels: Iterable[Any] | None = None,
        notes: Iterable[str] = (),
    ) -> None:
        rows = exact_matrix(points, "points")
        if not rows or not rows[0]:
            raise InvalidInput("expected at least one site with at least one coordinate", place="points")
        added = (Fraction(0),) * len(rows) if weights is None else exact_vector(weights, "weights")
        if len(added) != len(rows):
            raise InvalidInput(f"expected {len(rows)} weights, one per site, got {len(added)}", "weights")
        names = None if labels is None else label_tuple(labels, len(rows), "labels")
        self._freeze(points=rows, weights=added, labels=names, notes=tuple(notes))

    @cached_property
    def program(self) -> Program:
        """Block 1 holds the values (the outputs), block 2 their maximum."""
        weight = [[2 * c for c in p] for p in self.points]
        bias = [w - sum(c * c for c in p) for p, w in zip(self.points, self.weights, strict=True)]
        everyone = tuple(range(len(self.points)))
        return Program(len(self.points[0]), (affine(0, weight, bias), Largest(1, (everyone,))), 1)

    def powers(self, x: Iterable[Any]) -> tuple[Fraction, ...]:
        """Return ``|x - p_i|^2 - w_i`` for every site, exactly: squared distances when there are no weights.

        >>> Sites([[0], [3]]).powers([1])
        (Fraction(1, 1), Fraction(4, 1))
        """
        point = exact_vector(x, "x")
        if len(point) != self.input_dim:
            raise InvalidInput(f"expected {self.input_dim} coordinates, got {len(point)}", place="x")
        return tuple(
            sum(((a - b) ** 2 for a, b in zip(point, p, strict=True)), -w)
            for p, w in zip(self.points, self.weights, strict=True)
        )

    def owner(self, x: Iterable[Any]) -> int:
        """Return the index of the site of largest value; the smallest such index on a tie."""
        return self.signs(x).index("0")

    def owner_of_signs(self, signs: str) -> int:
        """Return the owner of the points with this sign string."""
        if len(signs) != len(self.points) or "0" not in signs:
            raise InvalidInput(f"expected {len(self.points)} signs with a 0 among them", place="signs")
        return signs.index("0")

    def label(self, x: Iterable[Any]) -> Label:
        """Return the label of the owner (its index when the sites have no labels)."""
        owner = self.owner(x)
        return owner if self.labels is None else self.labels[owner]

    def unit_names(self) -> tuple[str, ...]:
        """Return one name per character of a sign string.

        >>> Sites([[0], [3]]).unit_names()
        ('site 0', 'site 1')
        """
        return tuple(f"site {i}" for i in range(len(self.points)))

    def to_json(self) -> dict[str, Any]:
        """Return the ``exactgeom/sites-1`` document (exact: numbers are ``"p/q"`` or ``"p"``).

        >>> Sites([[0, "1/2"]], labels=["a"]).to_json()["sites"]
        [{'point': ['0', '1/2'], 'weight': '0', 'label': 'a'}]
        """
        document: dict[str, Any] = {"schema": SCHEMA, "dim": self.input_dim}
        if self.notes:
            document["notes"] = list(self.notes)
        document["sites"] = [
            {"point": [fraction_str(c) for c in p], "weight": fraction_str(w)}
            | ({} if self.labels is None else {"label": self.labels[i]})
            for i, (p, w) in enumerate(zip(self.points, self.weights, strict=True))
        ]
        return document

    @classmethod
    def _from_document(cls, document: Mapping[str, Any]) -> Sites:
        fields(document, "", required=("schema", "dim", "sites"), optional=("notes",))
        dim, notes = size(document["dim"], "dim"), notes_of(document)
        points, weights, labels = [], [], []
        for i, value in enumerate(array(document["sites"], "sites")):
            place = f"sites[{i}]"
            site = entry(value, place, required=("point",), optional=("weight", "label"))
            row = array(site["point"], f"{place}.point", dim, "one per dimension")
            points.append([exact_json(c, f"{place}.point[{j}]") for j, c in enumerate(row)])
            weights.append(exact_json(site.get("weight", 0), f"{place}.weight"))
            if "label" in site:
                labels.append(site["label"])
        if labels and len(labels) != len(points):
            raise InvalidInput("expected a label for every site or for none", place="sites")
        return cls(points, weights, labels or None, notes)

    def __repr__(self) -> str:
        parts = [f"[{', '.join(map(literals, self.points))}]"]
        if any(self.weights):
            parts.append(f"weights={literals(self.weights)}")
        if self.labels is not None:
            parts.append(f"labels={list(self.labels)!r}")
        if self.notes:
            parts.append(f"notes={list(self.notes)!r}")
        return f"Sites({', '.join(parts)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Sites, (*self._values(), self.notes)
