"""The work of an exploration: from cells to their facets, here or in workers, results in order."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from functools import lru_cache
from typing import Any

from exactgeom.partition.cell_domain import read_domain
from exactgeom.partition.cell_local import LocalCell
from exactgeom.partition.explore_state import Explored, Wall

_WINDOW = 32  # chunks on their way
_CHUNK = 16  # cells in one, at most


def explored(cell: LocalCell) -> Explored:
    """Return the facets of a cell, with all cells across each."""
    return Explored(cell.signs, tuple(Wall(facet.number, facet.neighbors) for facet in cell.facets))


class Here:
    """Works on one cell at a time, when its result is asked for."""

    def __init__(self, model: Any, domain: Any, dim: int) -> None:
        self._model, self._where = model, read_domain(domain, dim)

    def result(self, order: Sequence[str], position: int, limit: int) -> Explored:
        """Return the result of the cell at a position; those after it, up to the limit, may be begun."""
        return explored(LocalCell(self._model, order[position], self._where, None))

    def stop(self) -> None:
        """Give up what was begun."""


class There:
    """Works in the workers of an executor, always ahead of what is asked for."""

    def __init__(self, model: Any, domain: Any, dim: int, executor: Executor) -> None:
        self._executor = executor
        self._job = pickle.dumps((model, domain, dim))
        self._begun: deque[Future[list[Explored]]] = deque()
        self._ready: deque[Explored] = deque()
        self._next: int | None = None

    def result(self, order: Sequence[str], position: int, limit: int) -> Explored:
        """Return the result of the cell at a position; those after it, up to the limit, may be begun."""
        self._next = position if self._next is None else self._next
        upto = min(len(order), limit)
        while self._next < upto and len(self._begun) < _WINDOW:
            size = min(_CHUNK, max(1, (upto - self._next) // _WINDOW))
            chunk = list(order[self._next : min(self._next + size, upto)])
            self._begun.append(self._executor.submit(run_chunk, self._job, chunk))
            self._next += len(chunk)
        if not self._ready:
            self._ready.extend(self._begun.popleft().result())
        return self._ready.popleft()

    def stop(self) -> None:
        """Give up what was begun."""
        while self._begun:
            self._begun.pop().cancel()


def run_chunk(job: bytes, signs: Sequence[str]) -> list[Explored]:
    """Work on some cells, in a worker."""
    here = _unpacked(job)
    return [here.result(signs, i, len(signs)) for i in range(len(signs))]


@lru_cache(maxsize=4)
def _unpacked(job: bytes) -> Here:
    """The model and domain of a job: the same bytes come with every chunk."""
    return Here(*pickle.loads(job))
