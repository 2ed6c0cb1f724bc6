"""The geometry of a complex whose elements sit on faces of a partition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exactgeom.nerve.chains import ChainComplex
from exactgeom.nerve.geometry import Carrier, FaceTable
from exactgeom.nerve.gram import Pair
from exactgeom.nerve.gram_pairs import interactions
from exactgeom.polyhedra.arrays import AnyArray


class LatticeGeometry:
    """Volumes and angles of the faces F_σ; `proper` flags per degree (default: by dimension)."""

    has = "angles"

    def __init__(
        self,
        partition: Any,
        table: FaceTable,
        chains: ChainComplex,
        carriers: Sequence[Carrier],
        proper: Sequence[AnyArray] | None = None,
    ) -> None:
        self._partition, self._table, self._chains = partition, table, chains
        self._carriers = tuple(carriers)
        by_dim = [carrier.dim == table.dim - p for p, carrier in enumerate(carriers)]
        self._proper = tuple(by_dim if proper is None else proper)

    def faces(self, p: int, i: int) -> list[int]:
        """The pieces of F_σ, as numbers of the face table."""
        pieces: list[int] = self._carriers[p].pieces[i].tolist()
        return pieces

    def face(self, p: int, i: int) -> Any:
        """F_σ as a face of the partition; a tuple of faces where it has several pieces."""
        handles = []
        for face in self.faces(p, i):
            k, number = self._table.local(face)
            whole = self._partition.cells if k == self._table.dim else self._partition.faces(k)
            handles.append(whole[number])
        return handles[0] if len(handles) == 1 else tuple(handles)

    def is_proper(self, p: int, i: int) -> bool:
        """Whether the element has a norm."""
        return bool(self._proper[p][i])

    def volume(self, p: int, i: int) -> Any:
        """The volume of F_σ in its own dimension, a Surd."""
        return self._table.total(self.faces(p, i))

    def pairs(self, p: int) -> list[tuple[int, int, Pair]]:
        """The interacting pairs of degree p."""
        if p == 0:
            return []
        table = self._table
        found = interactions(
            table, self._chains.incidence(p), self._carriers[p - 1], self._carriers[p], self._proper[p]
        )
        labels, result = self._chains.labels[p], []
        rows = zip(found.first.tolist(), found.second.tolist(), found.sign.tolist(), strict=True)
        corners: list[list[int]] = found.corner.tolist()
        common, below = found.common.tolist(), self._chains.labels[p - 1]
        for n, (i, j, sign) in enumerate(rows):
            pair = Pair(
                p,
                (labels[i], labels[j]),
                sign,
                (self.volume(p, i), self.volume(p, j)),
                _later(table.cosine, *corners[n]),
                _later(table.total, found.ridges[n].tolist()),
                below[common[n]],
            )
            result.append((i, j, pair))
        return result


def _later(function: Any, *args: Any) -> Any:
    return lambda: function(*args)
