"""Chain complexes of free Z-modules with labelled bases: boundary maps, Betti numbers, torsion."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpq

from exactgeom.exact import InvalidInput
from exactgeom.linalg import Matrix, rank_mod_p
from exactgeom.nerve.homology import Homology, homology
from exactgeom.nerve.labelled import LabelledMatrix
from exactgeom.nerve.simplicial_table import SignedIncidence

__all__ = ["ChainComplex", "SignedIncidence"]


class ChainComplex:
    """Free chain groups C_0 <- C_1 <- ... over Z, with a label for every basis element (immutable).

    `labels[p]` names the basis of C_p, `boundaries[p - 1]` is the map from C_p to C_{p-1}.
    Contract: exact. Errors: `InvalidInput` when two maps in a row do not compose to zero.

    >>> circle = SignedIncidence(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([-1, 1, 1, -1]))
    >>> C = ChainComplex([["a", "b"], ["upper", "lower"]], [circle])
    >>> C.betti(), C.euler_characteristic
    ([1, 1], 0)
    """

    def __init__(
        self,
        labels: Sequence[Sequence[Hashable]],
        boundaries: Sequence[SignedIncidence],
        *,
        check: bool = True,
    ) -> None:
        self.labels = tuple(tuple(names) for names in labels)
        self.boundaries = tuple(boundaries)
        if len(self.boundaries) != max(len(self.labels) - 1, 0):
            raise InvalidInput(f"expected {len(self.labels) - 1} boundary maps, got {len(boundaries)}")
        if check:
            self.check()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.labels, self.boundaries)

    def __repr__(self) -> str:
        return f"<a chain complex with {', '.join(map(str, self.counts))} elements>"

    @property
    def dimension(self) -> int:
        """Highest degree with an element (-1 for none)."""
        return max((p for p, names in enumerate(self.labels) if names), default=-1)

    @property
    def counts(self) -> tuple[int, ...]:
        """Number of elements of degree 0, ..., `dimension`."""
        return tuple(len(names) for names in self.labels[: self.dimension + 1])

    def count(self, p: int) -> int:
        """Number of elements of degree p (0 outside the complex)."""
        return len(self.labels[p]) if 0 <= p < len(self.labels) else 0

    @property
    def euler_characteristic(self) -> int:
        """Alternating sum of the counts."""
        return sum((-1) ** p * count for p, count in enumerate(self.counts))

    def incidence(self, p: int) -> SignedIncidence:
        """The boundary map of degree p as three arrays (empty outside the complex)."""
        if 1 <= p <= len(self.boundaries):
            return self.boundaries[p - 1]
        none = np.zeros(0, dtype=np.int64)
        return SignedIncidence(none, none, none)

    @cached_property
    def _matrices(self) -> dict[int, LabelledMatrix]:
        return {}

    def boundary(self, p: int) -> LabelledMatrix:
        """The matrix of the boundary map from C_p to C_{p-1}, rows and columns labelled.

        Contract: exact, over Z. For p = 0 and beyond the dimension one side is empty.
        """
        if p not in self._matrices:
            rows = self.labels[p - 1] if 1 <= p <= len(self.labels) else ()
            columns = self.labels[p] if 0 <= p < len(self.labels) else ()
            lines: list[dict[int, Any]] = [{} for _ in rows]
            part = self.incidence(p)
            for j, i, sign in zip(
                part.element.tolist(), part.facet.tolist(), part.sign.tolist(), strict=True
            ):
                lines[i][j] = fmpq(sign)
            self._matrices[p] = LabelledMatrix.from_lines(rows, columns, lines)
        return self._matrices[p]

    def check(self) -> None:
        """Prove that two boundary maps in a row are zero. Errors: `InvalidInput` naming an element."""
        for p in range(2, len(self.labels)):
            outer, inner = self.incidence(p), self.incidence(p - 1)
            order = np.argsort(inner.element, kind="stable")
            start = np.searchsorted(inner.element[order], np.arange(self.count(p - 1) + 1))
            lengths = np.diff(start)[outer.facet]
            at = np.arange(int(lengths.sum())) + np.repeat(start[outer.facet] - _offsets(lengths), lengths)
            entry = order[at]
            key = np.repeat(outer.element, lengths) * max(self.count(p - 2), 1) + inner.facet[entry]
            keys, place = np.unique(key, return_inverse=True)
            sums = np.bincount(place, np.repeat(outer.sign, lengths) * inner.sign[entry], len(keys))
            wrong = np.flatnonzero(sums)  # sums of a few ±1: exact in a double
            if len(wrong):
                element = int(keys[wrong[0]]) // max(self.count(p - 2), 1)
                label = self.labels[p][element]
                raise InvalidInput(
                    f"the boundary of the boundary of {label!r} is not zero", f"boundaries[{p}]"
                )

    # -- homology ------------------------------------------------------------------------------------

    @cached_property
    def homology(self) -> Homology:
        """Ranks and elementary divisors of all boundary maps (exact, computed once)."""
        return homology(self.counts, self.boundaries)

    def betti(self) -> list[int]:
        """Betti numbers over Q, degree 0 to `dimension`: exact (see `exactgeom.nerve.homology`)."""
        return list(self.homology.betti)

    def torsion(self) -> list[list[int]]:
        """Invariant factors above 1 of the homology over Z, per degree: exact."""
        return [list(factors) for factors in self.homology.torsion]

    def certificate(self, p: int) -> dict[str, Any]:
        """A certificate of the rank of the boundary map of degree p: kind ``"rank"``, for `exactgeom verify`.

        Two of them prove a Betti number, ``β_p = n_p − rank ∂_p − rank ∂_{p+1}``. Cost: a dense kernel.
        """
        matrix = self.boundary(p).matrix
        rank = self.homology.ranks[p] if 0 <= p < len(self.homology.ranks) else 0
        prime = next(q for q in (2147483647, 2147483629, 3, 5) if rank_mod_p(matrix, q) == rank)
        rows, kernel = ([[str(c) for c in row] for row in table.rows] for table in (matrix, _kernel(matrix)))
        return {
            "schema": "exactgeom/certificate-1",
            "kind": "rank",
            "claim": {"matrix": rows, "rank": rank},
            "evidence": {"kernel": kernel, "prime": prime},
        }


def _kernel(matrix: Matrix) -> Matrix:
    return matrix.kernel().transpose()


def _restore(labels: Any, boundaries: Any) -> ChainComplex:
    return ChainComplex(labels, [SignedIncidence(*part) for part in boundaries], check=False)


def _offsets(lengths: Any) -> Any:
    return np.cumsum(lengths) - lengths
