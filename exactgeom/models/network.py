"""A feed-forward piecewise-linear network with exact rational weights.

Evaluation runs on integers: a batch of points is a matrix of homogeneous columns ``(numerators, common
denominator)``, a linear layer one integer matrix product, an activation one pass over the entries. So
float64 weights (denominators of a thousand bits after a few layers) never meet a fraction until the end.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from math import gcd
from operator import itemgetter
from os import PathLike
from pathlib import Path
from typing import Any

from flint import fmpz_mat

from exactgeom.exact import InvalidInput, exact_vector, fraction_str
from exactgeom.models.affine import AffineMap, affine_of, all_pieces, fix_pieces, homogeneous
from exactgeom.models.layers import Layer, Linear, Pointwise
from exactgeom.models.program import Affine, Operation, Pieces, Program, Unit

__all__ = ["SCHEMA", "Network"]

SCHEMA = "exactgeom/network-1"

Vector = tuple[Fraction, ...]
Column = tuple[list[int], int]  # numerators and their common positive denominator


class Network:
    """Immutable chain of layers ``R^input_dim -> R^output_dim``, evaluated exactly.

    Exact throughout. ``layers`` may start with an activation or be empty (the identity map); then
    ``input_dim`` is needed. Two networks are equal when their input dimension and layers are; ``notes``
    (what an importer dropped or rounded) do not count.
    Raises ``InvalidInput`` where the sizes do not fit, naming the layer.

    >>> from exactgeom.models import Linear, Network, ReLU
    >>> net = Network([Linear([[1, 1], [1, -1]], [0, "1/2"]), ReLU(), Linear([[1, 2]], [0])])
    >>> net([1, 3]), net.signs([1, 3]), net.input_dim, net.output_dim
    ((Fraction(4, 1),), '+-', 2, 1)
    """

    layers: tuple[Layer, ...]
    input_dim: int
    output_dim: int
    notes: tuple[str, ...]

    def __init__(
        self, layers: Iterable[Layer], input_dim: int | None = None, notes: Iterable[str] = ()
    ) -> None:
        chain = tuple(layers)
        for i, layer in enumerate(chain):
            if not isinstance(layer, Linear | Pointwise):
                raise InvalidInput(
                    f"expected a layer such as Linear or ReLU, got {type(layer).__name__}",
                    place=f"layers[{i}]",
                )
        width = first = _input_dim(chain, input_dim)
        for i, layer in enumerate(chain):
            if isinstance(layer, Linear):
                if layer.in_dim != width:
                    raise InvalidInput(
                        f"expected rows of {width} entries, one per value that enters, got {layer.in_dim}",
                        place=f"layers[{i}].weight",
                    )
                width = layer.out_dim
        self.__dict__.update(layers=chain, input_dim=first, output_dim=width, notes=tuple(notes))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Network is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Network is immutable: cannot delete {name!r}")

    # -- evaluation --------------------------------------------------------------------------------

    def __call__(self, x: Iterable[Any]) -> Vector:
        """Return the outputs at one point, exactly.

        >>> from exactgeom.models import Linear, Network
        >>> Network([Linear([["1/3", 0.5]], [1])])([3, "1/2"])
        (Fraction(9, 4),)
        """
        return self.evaluate([self._point(x, "x")])[0]

    def evaluate(self, points: Iterable[Iterable[Any]]) -> tuple[Vector, ...]:
        """Return the outputs at many points in one batch, exactly, in the order given.

        >>> from exactgeom.models import Abs, Network
        >>> Network([Abs()], input_dim=1).evaluate([[-2], [3]])
        ((Fraction(2, 1),), (Fraction(3, 1),))
        """
        columns = [_column(self._point(x, f"points[{i}]")) for i, x in enumerate(points)]
        for layer in self.layers:
            columns = _through(layer, columns)
        return tuple(_fractions(column) for column in columns)

    def preactivations(self, x: Iterable[Any]) -> tuple[Vector, ...]:
        """Return the exact input ``z`` of every activation layer at ``x``, one tuple per such layer.

        >>> from exactgeom.models import Linear, Network, ReLU
        >>> Network([Linear([[1], [2]], [0, 1]), ReLU(), Linear([[1, 1]], [0])]).preactivations([3])
        ((Fraction(3, 1), Fraction(7, 1)),)
        """
        return tuple(_fractions(column) for _, column in self._stages(self._point(x, "x")))

    def signs(self, x: Iterable[Any]) -> str:
        """Return one character over ``+-0`` per breakpoint: the sign of ``z - breakpoint`` at ``x``.

        Order: breakpoints increasing, within unit, within layer, in layer order. A last linear layer
        contributes nothing.

        >>> from exactgeom.models import HardTanh, Linear, Network
        >>> Network([Linear([[1], [1]], [0, -1]), HardTanh(), Linear([[1, 1]], [0])]).signs([1])
        '+0+-'
        """
        return "".join(
            _sign(value * q - p * column[1])
            for layer, column in self._stages(self._point(x, "x"))
            for value in column[0]
            for p, q in layer.integer_form[0]
        )

    def _stages(self, x: Vector) -> Iterator[tuple[Pointwise, Column]]:
        columns = [_column(x)]
        for layer in self.layers:
            if isinstance(layer, Pointwise):
                yield layer, columns[0]
            columns = _through(layer, columns)

    def _point(self, x: Iterable[Any], place: str) -> Vector:
        point = exact_vector(x, place)
        if len(point) != self.input_dim:
            raise InvalidInput(f"expected {self.input_dim} coordinates, got {len(point)}", place=place)
        return point

    # -- sign strings ------------------------------------------------------------------------------

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """Number of values that leave each layer, starting with ``input_dim``: one more than layers."""
        widths = [self.input_dim]
        for layer in self.layers:
            widths.append(layer.out_dim if isinstance(layer, Linear) else widths[-1])
        return tuple(widths)

    @cached_property
    def sign_count(self) -> int:
        """Length of every sign string: breakpoints summed over all units."""
        return sum(
            width * len(layer.breakpoints)
            for layer, width in zip(self.layers, self.widths, strict=False)
            if isinstance(layer, Pointwise)
        )

    @cached_property
    def program(self) -> Program:
        """The network as a straight-line program, which the partition floor slices; same sign strings.

        >>> from exactgeom.models import Abs, Network
        >>> Network([Abs()], input_dim=1).program.signs([-2])
        '-'
        """
        operations: list[Operation] = []
        for layer, width in zip(self.layers, self.widths, strict=False):
            if isinstance(layer, Linear):
                operations.append(Affine((len(operations),), *layer.integer_form))
            elif isinstance(layer, Pointwise) and layer.breakpoints:
                unit = Unit(layer.breakpoints, layer.pieces)
                operations.append(Pieces(len(operations), (unit,) * width))
        return Program(self.input_dim, tuple(operations), len(operations))

    def unit_names(self) -> tuple[str, ...]:
        """Return one name per character of a sign string, counting layers and units from 0.

        >>> from exactgeom.models import HardTanh, Network
        >>> Network([HardTanh()], input_dim=1).unit_names()
        ('layers[0] unit 0 at -1', 'layers[0] unit 0 at 1')
        """
        return tuple(
            f"layers[{i}] unit {unit} at {fraction_str(t)}"
            for i, (layer, width) in enumerate(zip(self.layers, self.widths, strict=False))
            if isinstance(layer, Pointwise)
            for unit in range(width)
            for t in layer.breakpoints
        )

    def affine_map(self, signs: str) -> AffineMap:
        """Return ``(A, b)`` with ``model(x) = A x + b`` wherever the sign string is ``signs``, exactly.

        ``A`` has ``output_dim`` rows of ``input_dim`` entries. At a ``0`` the lower piece is used: on
        the closed cell both neighbours have the same value there, though not the same ``A`` when the
        set has empty interior.
        Raises ``InvalidInput`` on a wrong length or character, or signs no number has (``-+`` for hard
        tanh). Whether any point has these signs is not asked.

        >>> from exactgeom.models import Linear, Network, ReLU
        >>> net = Network([Linear([[1], [2]], [0, 1]), ReLU(), Linear([[1, 1]], [0])])
        >>> net.affine_map("++"), net.affine_map("-0")
        ((((Fraction(3, 1),),), (Fraction(1, 1),)), (((Fraction(0, 1),),), (Fraction(0, 1),)))
        """
        return self.affine_maps([signs])[0]

    def affine_maps(self, signs_list: Iterable[str]) -> tuple[AffineMap, ...]:
        """Return `affine_map(signs)` for many sign strings, in the order given, exactly.

        Strings that agree on the first layers share the work of those layers. Errors: as `affine_map`.

        >>> from exactgeom.models import Abs, Network
        >>> [a for a, b in Network([Abs()], input_dim=1).affine_maps("+-")]
        [((Fraction(1, 1),),), ((Fraction(-1, 1),),)]
        """
        wanted = list(signs_list)
        for signs in wanted:
            if not isinstance(signs, str) or len(signs) != self.sign_count:
                got = len(signs) if isinstance(signs, str) else type(signs).__name__
                raise InvalidInput(f"expected a string of {self.sign_count} signs, got {got}", place="signs")
        d, found = self.input_dim, {}
        identity = fmpz_mat(d + 1, d + 1, [int(i == j) for i in range(d + 1) for j in range(d + 1)])
        # Groups of equal first signs: layers done, signs read, the rows of [A b; 0 q] so far, the strings.
        stack = [(0, 0, identity, sorted(set(wanted)))] if wanted else []
        while stack:
            i, at, total, group = stack.pop()
            if i == len(self.layers):
                found[group[0]] = affine_of(total)
                continue
            layer = self.layers[i]
            if isinstance(layer, Linear):
                stack.append((i + 1, at, homogeneous(layer) * total, group))
            elif isinstance(layer, Pointwise):
                end = at + self.widths[i] * len(layer.breakpoints)
                rows = all_pieces(layer, total)
                for part, members in groupby(group, key=itemgetter(slice(at, end))):
                    fixed = fix_pieces(rows, len(layer.breakpoints), part, at)
                    stack.append((i + 1, end, fixed, list(members)))
        return tuple(found[signs] for signs in wanted)

    # -- files, equality, printing -----------------------------------------------------------------

    @classmethod
    def from_json(cls, source: Mapping[str, Any] | str | PathLike[str]) -> Network:
        """Read ``exactgeom/network-1`` from a parsed document or from a file.

        Exact: strings and integers are exact, literals with ``.`` or ``e`` the nearest double, exactly.
        Raises ``InvalidInput`` with one line that names the file or the place in the document.

        >>> from exactgeom.models import Network
        >>> Network.from_json({"schema": "exactgeom/network-1", "input_dim": 1, "layers": []})
        Network([], input_dim=1)
        """
        from exactgeom.models.importers.json_file import network_from_json

        return network_from_json(source)

    def to_json(self) -> dict[str, Any]:
        """Return the ``exactgeom/network-1`` document (exact: every number is ``"p/q"`` or ``"p"``).

        >>> from exactgeom.models import Abs, Network
        >>> Network([Abs()], input_dim=1).to_json()["layers"]
        [{'type': 'abs'}]
        """
        document: dict[str, Any] = {"schema": SCHEMA, "input_dim": self.input_dim}
        if self.notes:
            document["notes"] = list(self.notes)
        document["layers"] = [layer.to_json() for layer in self.layers]
        return document

    def save(self, path: str | PathLike[str]) -> None:
        """Write the JSON document to a file; ``Network.from_json(path)`` reads an equal network back."""
        Path(path).write_text(json.dumps(self.to_json()) + "\n", encoding="utf-8")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Network):
            return NotImplemented
        return self.input_dim == other.input_dim and self.layers == other.layers

    @cached_property
    def _hash(self) -> int:
        return hash((Network, self.input_dim, self.layers))

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        parts = ["[" + ", ".join(map(repr, self.layers)) + "]"]
        if not (self.layers and isinstance(self.layers[0], Linear)):
            parts.append(f"input_dim={self.input_dim}")
        if self.notes:
            parts.append(f"notes={list(self.notes)!r}")
        return f"Network({', '.join(parts)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Network, (self.layers, self.input_dim, self.notes)


def _input_dim(chain: tuple[Layer, ...], declared: int | None) -> int:
    """Return the input dimension that the first linear layer or the declaration gives."""
    if declared is not None and (type(declared) is not int or declared < 1):
        raise InvalidInput(f"expected a whole number of at least 1, got {declared!r}", place="input_dim")
    linear = next((layer for layer in chain if isinstance(layer, Linear)), None)
    if declared is not None:
        return declared
    if linear is None:
        raise InvalidInput("a network without a linear layer needs input_dim", place="input_dim")
    return linear.in_dim


def _column(point: Vector) -> Column:
    scale = 1
    for q in point:
        scale = scale * q.denominator // gcd(scale, q.denominator)
    return [q.numerator * (scale // q.denominator) for q in point], scale


def _fractions(column: Column) -> Vector:
    values, scale = column
    return tuple(Fraction(value, scale) for value in values)


def _sign(number: int) -> str:
    return "+" if number > 0 else "-" if number < 0 else "0"


def _through(layer: Layer, columns: list[Column]) -> list[Column]:
    """Send homogeneous columns through one layer."""
    if isinstance(layer, Pointwise):
        return [_activate(layer, column) for column in columns]
    assert isinstance(layer, Linear)
    if not columns:
        return []
    size = layer.in_dim + 1
    flat = [values[i] for i in range(size - 1) for values, _ in columns]
    batch = fmpz_mat(size, len(columns), flat + [scale for _, scale in columns])
    result = [[int(q) for q in row] for row in (homogeneous(layer) * batch).transpose().tolist()]
    return [_primitive(row[:-1], row[-1]) for row in result]


def _primitive(values: list[int], scale: int) -> Column:
    """Divide out the common factor, which would otherwise be carried through every later layer."""
    common = gcd(scale, *values)
    if common > 1:
        return [value // common for value in values], scale // common
    return values, scale


def _activate(layer: Pointwise, column: Column) -> Column:
    values, scale = column
    breakpoints, pieces, over = layer.integer_form
    lifted = [(p * scale, q) for p, q in breakpoints]
    constants = [intercept * scale for _, intercept in pieces]
    result = []
    for value in values:
        piece = sum(1 for edge, q in lifted if value * q > edge)
        result.append(pieces[piece][0] * value + constants[piece])
    return (result, scale) if over == 1 else _primitive(result, scale * over)
