"""`trace_data`: layer traces of the cells that hold data, and of no others, in any input dimension."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput, exact_vector
from exactgeom.exact.values import Frozen
from exactgeom.models.network_stages import run, signs_of, to_column
from exactgeom.partition.lowering import program_of
from exactgeom.partition.traces import Trace
from exactgeom.partition.traces_blocks import Blocks, Wiring
from exactgeom.partition.traces_layer import FACTS, layers_of

Vector = tuple[Fraction, ...]
Facts = list[dict[str, Any]]
Progress = Callable[[int, int], None]
"""Called as progress(groups done, groups in all)."""

_CHUNKS_PER_RUN = 8
_MOST_KEPT = 4_000_000  # entries of all Jacobians together: beyond it they are made again when asked for


class DataGroup(Frozen):
    """The points of one sign string (immutable): `signs`, `indices` of the points, and their `trace`.

    The group's points lie in one closed cell; `trace` has the first of them as its `point`.
    """

    __slots__ = ("indices", "signs", "trace")
    signs: str
    indices: tuple[int, ...]
    trace: Trace

    def __init__(self, signs: str, indices: tuple[int, ...], trace: Trace) -> None:
        for name, value in (("signs", signs), ("indices", indices), ("trace", trace)):
            object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DataGroup):
            return NotImplemented
        return self.indices == other.indices and self.trace == other.trace

    def __hash__(self) -> int:
        return hash((DataGroup, self.signs, self.indices))

    def __reduce__(self) -> tuple[Any, ...]:
        return DataGroup, (self.signs, self.indices, self.trace)

    def __repr__(self) -> str:
        return f"<DataGroup of {len(self.indices)} points: {self.signs[:40]}>"


class DataTrace(Frozen):
    """The traces of a data set, grouped by sign string, groups in order of their first point (immutable).

    `groups` lists them; `group_of[i]` is the number of the group of point i, `at(i)` its trace.
    """

    def __init__(self, model: Any, groups: Sequence[DataGroup]) -> None:
        self.__dict__.update(model=model, groups=tuple(groups))
        numbers = {i: k for k, group in enumerate(self.groups) for i in group.indices}
        self.__dict__["group_of"] = tuple(numbers[i] for i in range(len(numbers)))

    model: Any
    groups: tuple[DataGroup, ...]
    group_of: tuple[int, ...]

    def at(self, index: int) -> Trace:
        """Return the trace of the cell of one point (`IndexError` when there is none)."""
        return self.groups[self.group_of[index]].trace

    def __len__(self) -> int:
        return len(self.groups)

    def __iter__(self) -> Iterator[DataGroup]:
        return iter(self.groups)

    def __eq__(self, other: object) -> bool:
        return self.groups == other.groups if isinstance(other, DataTrace) else NotImplemented

    def __hash__(self) -> int:
        return hash((DataTrace, self.groups))

    def __reduce__(self) -> tuple[Any, ...]:
        return DataTrace, (self.model, self.groups)

    def __repr__(self) -> str:
        return f"<DataTrace of {len(self.group_of)} points in {len(self.groups)} cells>"


def trace_data(
    network: Any,
    points: Iterable[Iterable[Any]],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> DataTrace:
    """Trace the data-containing cells of a piecewise-linear model, layer by layer, in any input dimension.

    Points are grouped by sign string; per group and layer the rank and the volume density are computed now
    (in the executor's workers when one is given), all the rest when first asked for.  A point on a
    breakpoint is in a group of its own signs, with ``0``, and uses the lower piece (see `trace_layers`).
    Contract: exact.  `progress(done, all)` counts groups.
    Errors: ``InvalidInput`` naming the point.  Cost: no face lattice; 500 images through a 64-32-10 network
    with float32 weights take about a second.

    >>> import exactgeom as eg
    >>> net = eg.Network([eg.Linear([[1, 2], [1, -1]], [0, 0]), eg.ReLU(), eg.Linear([[1, 1]], [1])])
    >>> traced = eg.trace_data(net, [[1, 3], [3, 1], [2, 5]])
    >>> [(group.signs, group.indices) for group in traced.groups], traced.at(2).layers[3].jacobian
    ([('+-', (0, 2)), ('++', (1,))], Matrix([[1, 2]]))
    """
    wiring = Wiring(program_of(network))
    batch = _points(points, wiring.program.input_dim)
    members: dict[str, list[int]] = {}
    for i, signs in enumerate(signs_at(wiring, batch)):
        members.setdefault(signs, []).append(i)
    groups: list[DataGroup] = []
    for blocks in _all_blocks(wiring, list(members), executor):
        signs = blocks.signs
        own = tuple(members[signs])
        groups.append(DataGroup(signs, own, Trace(network, blocks, point=batch[own[0]])))
        if progress is not None:
            progress(len(groups), len(members))
    return DataTrace(network, groups)


def _points(points: Iterable[Iterable[Any]], dim: int) -> list[Vector]:
    if isinstance(points, np.ndarray) and points.ndim != 2:
        raise InvalidInput(f"expected a table of points, got an array of shape {points.shape}", "points")
    if isinstance(points, str | bytes | dict) or not isinstance(points, Iterable):
        raise InvalidInput(f"expected points, got {type(points).__name__}", "points")
    batch = [exact_vector(point, f"points[{i}]") for i, point in enumerate(points)]
    for i, point in enumerate(batch):
        if len(point) != dim:
            raise InvalidInput(f"expected {dim} coordinates, got {len(point)}", f"points[{i}]")
    return batch


def signs_at(wiring: Wiring, points: Sequence[Vector]) -> list[str]:
    """Return the sign strings of many points, in one batch through integer matrices."""
    blocks = [[to_column(point) for point in points]]
    parts: list[list[str]] = []
    for stage in wiring.stages:
        sources = [blocks[s] for s in stage.sources]
        if stage.sign_count:
            parts.append([signs_of(stage, column) for column in sources[0]])
        blocks.append(run(stage, sources))
    return ["".join(own) for own in zip(*parts, strict=True)] if parts else [""] * len(points)


def _all_blocks(wiring: Wiring, signs: list[str], executor: Executor | None) -> Iterator[Blocks]:
    """Yield the blocks of each sign string, with the facts about their layers."""
    if executor is None and len(signs) * sum(wiring.program.sizes) * wiring.program.input_dim < _MOST_KEPT:
        for own in signs:
            blocks = Blocks(wiring, own)
            _facts(blocks)
            yield blocks
        return
    for own, known in zip(signs, _all_facts(wiring, signs, executor), strict=True):
        blocks = Blocks(wiring, own)
        layers_of(blocks, known)
        yield blocks


def _all_facts(wiring: Wiring, signs: list[str], executor: Executor | None) -> Iterator[Facts]:
    if executor is None:
        yield from (_facts(Blocks(wiring, own)) for own in signs)
        return
    size = max(1, -(-len(signs) // _CHUNKS_PER_RUN))
    chunks = [signs[i : i + size] for i in range(0, len(signs), size)]
    for part in executor.map(_chunk, itertools.repeat(wiring), chunks):
        yield from part


def _chunk(wiring: Wiring, signs: Sequence[str]) -> list[Facts]:
    return [_facts(Blocks(wiring, own)) for own in signs]


def _facts(blocks: Blocks) -> Facts:
    return [{name: getattr(layer, name) for name in FACTS} for layer in layers_of(blocks)]
