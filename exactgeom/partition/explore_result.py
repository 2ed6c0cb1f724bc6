"""`Exploration`: the cells that were found, how they meet, and the proof that there are no others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from exactgeom.certificates.document import Document
from exactgeom.exact import InvalidInput
from exactgeom.exact.values import Frozen
from exactgeom.partition.cell_at import input_dim
from exactgeom.partition.cell_domain import read_domain
from exactgeom.partition.cell_local import LocalCell
from exactgeom.partition.explore_state import Explored, Wall

if TYPE_CHECKING:
    import networkx as nx

Pair = tuple[int, int]


class Exploration(Frozen):
    """Cells of a model and their facets, found by `explore` (immutable); numbered by sign string, ascending.

    Contract: exact. `cell_signs[i]` names cell i, `walls[i]` its facets with the signs of all cells across
    each; `frontier` are the cells that are known but not explored. `cells[i]` is the cell itself, a
    `LocalCell`, with points, volumes, angles and certificates, each computed when asked for.

    >>> import exactgeom as eg
    >>> from exactgeom.partition.explore import explore
    >>> found = explore(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), [[1, 1]], eg.box(-1, 1, dim=2))
    >>> found.cell_signs, found.pairs
    (('++', '+-', '-+', '--'), ((0, 1), (0, 2), (1, 3), (2, 3)))
    >>> found.total_volume, eg.verify(found.certificate())
    (Fraction(4, 1), True)
    """

    model: Any
    domain: Any
    cell_signs: tuple[str, ...]
    walls: tuple[tuple[Wall, ...], ...]
    frontier: tuple[str, ...]

    def __init__(self, model: Any, domain: Any, done: Iterable[Explored], frontier: Iterable[str]) -> None:
        listed = sorted(done)
        self.__dict__.update(
            model=model,
            domain=domain,
            cell_signs=tuple(cell.signs for cell in listed),
            walls=tuple(cell.walls for cell in listed),
            frontier=tuple(sorted(frontier)),
        )

    # -- cells -----------------------------------------------------------------------------------------

    @property
    def dim(self) -> int:
        """Dimension of the input space and of the cells."""
        return input_dim(self.model)

    @property
    def is_complete(self) -> bool:
        """True when no cell is left: these are all cells of the model on the domain."""
        return not self.frontier

    @cached_property
    def cells(self) -> tuple[LocalCell, ...]:
        """The cells, by number."""
        where = read_domain(self.domain, self.dim)
        return tuple(LocalCell(self.model, signs, where, None) for signs in self.cell_signs)

    def __len__(self) -> int:
        return len(self.cell_signs)

    def __iter__(self) -> Iterator[LocalCell]:
        return iter(self.cells)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {signs: i for i, signs in enumerate(self.cell_signs)}

    def number(self, signs: str) -> int:
        """Return the number of the cell with these signs. Errors: InvalidInput if it is not explored."""
        if signs not in self._numbers:
            raise InvalidInput("no explored cell has these signs", place="signs")
        return self._numbers[signs]

    def neighbors(self, cell: int) -> tuple[int, ...]:
        """Return the explored cells that share a facet, or a part of one, with a cell; ascending."""
        around = {signs for wall in self.walls[cell] for signs in wall.neighbors}
        return tuple(sorted(self._numbers[signs] for signs in around if signs in self._numbers))

    # -- the whole -------------------------------------------------------------------------------------

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The pairs of explored cells that share a facet or a part of one, ascending."""
        found = {(min(i, j), max(i, j)) for i in range(len(self)) for j in self.neighbors(i)}
        return tuple(sorted(found))

    @property
    def facet_count(self) -> int:
        """The number of facets of all cells, a part that two cells share counted once.

        On the border of the domain, and towards cells that are not explored, every facet counts.
        """
        outer = sum(
            len([s for s in wall.neighbors if s not in self._numbers]) + (not wall.neighbors)
            for walls in self.walls
            for wall in walls
        )
        return len(self.pairs) + outer

    @cached_property
    def volumes(self) -> tuple[Fraction, ...]:
        """The volumes of the cells. Errors: UnboundedError; InvalidInput beyond dimension 8."""
        return tuple(cell.volume for cell in self.cells)

    @property
    def total_volume(self) -> Fraction:
        """The sum of the volumes: the domain's, when the exploration is complete. Errors: as `volumes`."""
        return sum(self.volumes, Fraction(0))

    def to_networkx(self) -> nx.Graph:
        """Return the dual graph: a node with `signs` per cell, an edge per pair that shares a facet."""
        import networkx as nx

        graph = nx.Graph(dimension=self.dim)
        graph.add_nodes_from((i, {"signs": signs}) for i, signs in enumerate(self.cell_signs))
        graph.add_edges_from(self.pairs)
        return graph

    def certificate(self) -> Document:
        """Return the `complete` certificate: these are all cells of the model, in any dimension.

        Errors: CertificateError while cells are left, or for a model the checker does not know.
        Cost: as much as the exploration.
        """
        from exactgeom.partition.explore_certificate import complete_certificate

        return complete_certificate(self)

    # -- value -----------------------------------------------------------------------------------------

    def _key(self) -> tuple[Any, ...]:
        return self.cell_signs, self.walls, self.frontier, self.domain, self.model

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Exploration) else NotImplemented

    def __hash__(self) -> int:
        return hash((Exploration, self.cell_signs, self.frontier))

    def __reduce__(self) -> tuple[Any, ...]:
        done = [Explored(signs, walls) for signs, walls in zip(self.cell_signs, self.walls, strict=True)]
        return Exploration, (self.model, self.domain, done, self.frontier)

    def __repr__(self) -> str:
        left = "complete" if self.is_complete else f"{len(self.frontier)} more known"
        return f"<{len(self)} cells in R^{self.dim}, {left}>"
