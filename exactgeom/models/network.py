"""A piecewise-linear network with exact rational weights: a chain of layers, or a small graph of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from exactgeom.exact import InvalidInput, exact_vector
from exactgeom.exact.values import Frozen
from exactgeom.models.layers import Layer, Linear, Shape
from exactgeom.models.layers_base import size_of
from exactgeom.models.network_maps import AffineMap, affine_maps
from exactgeom.models.network_program import program_of
from exactgeom.models.network_stages import (
    Column,
    Stage,
    joined,
    run,
    signs_of,
    stages_of,
    to_column,
    to_fractions,
)
from exactgeom.models.network_wiring import first_shape, shapes_of, wiring_of
from exactgeom.models.program import Program

__all__ = ["SCHEMA", "Network"]

SCHEMA = "exactgeom/network-1"

Vector = tuple[Fraction, ...]


class Network(Frozen):
    """Immutable network ``R^input_dim -> R^output_dim``, evaluated exactly; the last layer is the output.

    Exact throughout. Each layer reads the one before it, unless ``inputs`` says otherwise: it maps a layer's
    number to the numbers of the earlier layers it reads, -1 for the network's input (``Add`` and ``Concat``
    read several). ``layers`` may start with an activation or be empty (the identity map); then ``input_dim``
    is needed. ``input_shape`` such as ``(channels, height, width)`` is for convolution and pooling; values
    are flat in row-major order. Two networks are equal when input shape, layers and wiring are; ``notes``
    (what an importer dropped or rounded) do not count.
    Raises ``InvalidInput`` where the sizes do not fit, naming the layer.

    >>> from exactgeom.models import Add, Linear, Network, ReLU
    >>> net = Network([Linear([[1, 1], [1, -1]], [0, "1/2"]), ReLU(), Linear([[1, 2]], [0])])
    >>> net([1, 3]), net.signs([1, 3]), net.input_dim, net.output_dim
    ((Fraction(4, 1),), '+-', 2, 1)
    >>> Network([ReLU(), Add()], input_dim=1, inputs={1: [0, -1]})([3])
    (Fraction(6, 1),)
    """

    layers: tuple[Layer, ...]
    inputs: tuple[tuple[int, ...], ...]
    input_dim: int
    output_dim: int
    input_shape: Shape
    shapes: tuple[Shape, ...]
    """Shape of the input and of every layer's output."""
    notes: tuple[str, ...]

    def __init__(
        self,
        layers: Iterable[Layer],
        input_dim: int | None = None,
        notes: Iterable[str] = (),
        *,
        inputs: Mapping[int, Iterable[int]] | None = None,
        input_shape: Iterable[int] | None = None,
    ) -> None:
        chain = tuple(layers)
        for i, layer in enumerate(chain):
            if not isinstance(layer, Layer):
                raise InvalidInput(
                    f"expected a layer such as Linear or ReLU, got {type(layer).__name__}",
                    place=f"layers[{i}]",
                )
        wiring = wiring_of(chain, inputs)
        first = first_shape(chain, input_dim, input_shape)
        shapes = shapes_of(chain, wiring, first)
        self.__dict__.update(layers=chain, inputs=wiring, shapes=shapes, notes=tuple(notes))
        self.__dict__.update(input_dim=size_of(first), output_dim=size_of(shapes[-1]), input_shape=first)

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
        batch = [to_column(self._point(x, f"points[{i}]")) for i, x in enumerate(points)]
        blocks = self._blocks(batch)
        return tuple(to_fractions(column) for column in blocks[self._output])

    def _blocks(self, batch: list[Column]) -> list[list[Column]]:
        """Return the values of every block at a batch of points."""
        blocks = [batch]
        for stage in self._stages:
            blocks.append(run(stage, [blocks[s] for s in stage.sources]))
        return blocks

    @cached_property
    def _lowered(self) -> tuple[tuple[Stage, ...], tuple[int, ...]]:
        return stages_of(self.layers, self.inputs, self.shapes)

    @property
    def _stages(self) -> tuple[Stage, ...]:
        return self._lowered[0]

    @property
    def _output(self) -> int:
        return self._lowered[1][-1]

    def preactivations(self, x: Iterable[Any]) -> tuple[Vector, ...]:
        """Return the exact input ``z`` of every activation layer at ``x``, one tuple per such layer.

        >>> from exactgeom.models import Linear, Network, ReLU
        >>> Network([Linear([[1], [2]], [0, 1]), ReLU(), Linear([[1, 1]], [0])]).preactivations([3])
        ((Fraction(3, 1), Fraction(7, 1)),)
        """
        blocks = self._blocks([to_column(self._point(x, "x"))])
        held = self._lowered[1]
        return tuple(
            to_fractions(joined([blocks[held[k + 1]][0] for k in reads]))
            for layer, reads in zip(self.layers, self.inputs, strict=True)
            if layer.activation
        )

    def signs(self, x: Iterable[Any]) -> str:
        """Return the sign string at ``x``: for most units the sign of ``z - breakpoint``, ``+-0``.

        Order: breakpoints increasing, within unit, within layer, in layer order. A maximum has one
        character per candidate, the sign of ``z_i - max``. Affine layers contribute nothing.

        >>> from exactgeom.models import HardTanh, Linear, Network
        >>> Network([Linear([[1], [1]], [0, -1]), HardTanh(), Linear([[1, 1]], [0])]).signs([1])
        '+0+-'
        """
        blocks = self._blocks([to_column(self._point(x, "x"))])
        return "".join(
            signs_of(stage, blocks[stage.sources[0]][0]) for stage in self._stages if stage.sign_count
        )

    def _point(self, x: Iterable[Any], place: str) -> Vector:
        point = exact_vector(x, place)
        if len(point) != self.input_dim:
            raise InvalidInput(f"expected {self.input_dim} coordinates, got {len(point)}", place=place)
        return point

    # -- sign strings ------------------------------------------------------------------------------

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """Number of values that leave each layer, starting with ``input_dim``: one more than layers."""
        return tuple(map(size_of, self.shapes))

    @cached_property
    def sign_count(self) -> int:
        """Length of every sign string: breakpoints over all units, candidates over all maxima."""
        return sum(stage.sign_count for stage in self._stages)

    @cached_property
    def program(self) -> Program:
        """The network as a straight-line program, which the partition floor slices; same sign strings.

        Raises ``InvalidInput`` naming the layer, when a convolution written out as a matrix is too large.

        >>> from exactgeom.models import Abs, Network
        >>> Network([Abs()], input_dim=1).program.signs([-2])
        '-'
        """
        return program_of(self._stages, self.input_dim, self._output)

    def unit_names(self) -> tuple[str, ...]:
        """Return one name per character of a sign string, counting layers and units from 0.

        >>> from exactgeom.models import HardTanh, Network
        >>> Network([HardTanh()], input_dim=1).unit_names()
        ('layers[0] unit 0 at -1', 'layers[0] unit 0 at 1')
        """
        return tuple(name for stage in self._stages for name in stage.names())

    def affine_map(self, signs: str) -> AffineMap:
        """Return ``(A, b)`` with ``model(x) = A x + b`` wherever the sign string is ``signs``, exactly.

        ``A`` has ``output_dim`` rows of ``input_dim`` entries. At a ``0`` the lower piece is used: on
        the closed cell both neighbours have the same value there, though not the same ``A`` when the
        set has empty interior. At a tie of a maximum the first winner; at a ``0`` of a step its value there.
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
        found = affine_maps(self._stages, self.input_dim, self._output, wanted)
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
        if len(self.input_shape) > 1:
            document["input_shape"] = list(self.input_shape)
        if self.notes:
            document["notes"] = list(self.notes)
        wired = self._wired()
        document["layers"] = [
            layer.to_json() | ({"inputs": list(wired[i])} if i in wired else {})
            for i, layer in enumerate(self.layers)
        ]
        return document

    def _wired(self) -> dict[int, tuple[int, ...]]:
        """Return the layers that do not just read the one before."""
        return {i: reads for i, reads in enumerate(self.inputs) if reads != (i - 1,)}

    def save(self, path: str | PathLike[str]) -> None:
        """Write the JSON document to a file; ``Network.from_json(path)`` reads an equal network back."""
        Path(path).write_text(json.dumps(self.to_json()) + "\n", encoding="utf-8")

    def _key(self) -> tuple[Any, ...]:
        return self.input_shape, self.layers, self.inputs

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Network):
            return NotImplemented
        return self._key() == other._key()

    @cached_property
    def _hash(self) -> int:
        return hash((Network, *self._key()))

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        parts = ["[" + ", ".join(map(repr, self.layers)) + "]"]
        if len(self.input_shape) > 1:
            parts.append(f"input_shape={list(self.input_shape)!r}")
        elif not (self.layers and isinstance(self.layers[0], Linear)):
            parts.append(f"input_dim={self.input_dim}")
        if wired := self._wired():
            parts.append(f"inputs={ {i: list(reads) for i, reads in wired.items()} }")
        if self.notes:
            parts.append(f"notes={list(self.notes)!r}")
        return f"Network({', '.join(parts)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.layers, self.notes, self._wired(), self.input_shape)


def _rebuild(
    layers: tuple[Layer, ...], notes: tuple[str, ...], inputs: dict[int, tuple[int, ...]], shape: Shape
) -> Network:
    return Network(layers, notes=notes, inputs=inputs, input_shape=shape)
