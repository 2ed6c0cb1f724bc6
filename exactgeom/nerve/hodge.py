"""Hodge theory on a complex with inner products: adjoints, Laplacians, harmonic spaces, decomposition.

`∂_p : C_p → C_{p−1}` is an integer matrix, `G_p` the Gram matrix of `C_p`; on cochains `δ_p = ∂_{p+1}ᵀ` and
the same `G_p` is the inner product. Adjoints: `δ*_p = G_p⁻¹ δ_pᵀ G_{p+1}`, `∂*_p = G_p⁻¹ ∂_pᵀ G_{p−1}`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from exactgeom.exact import InvalidInput
from exactgeom.nerve.hodge_solve import solve_symmetric
from exactgeom.nerve.labelled import LabelledMatrix

Side = Literal["cochains", "chains"]


class MetricComplex(Protocol):
    """What Hodge theory needs: boundaries, Gram matrices, and the labels of each degree."""

    @property
    def dimension(self) -> int:
        """The largest degree."""

    def boundary(self, p: int) -> LabelledMatrix:
        """`∂_p` with rows the (p−1)-simplices and columns the p-simplices, 1 ≤ p ≤ dimension."""

    def gram(self, p: int) -> LabelledMatrix:
        """`G_p`, symmetric, labelled by the p-simplices, 0 ≤ p ≤ dimension."""


@dataclass(frozen=True)
class HodgeComplex:
    """A metric complex held as its matrices: boundaries `∂_1, …, ∂_n` and Gram matrices `G_0, …, G_n`.

    Contract: exact; labels must fit and `∂∂ = 0`, checked at the door. A complex with vertices only has no
    boundaries. Errors: `InvalidInput` naming the degree.

    >>> d = LabelledMatrix("ab", ["ab"], [[-1], [1]])
    >>> G0, G1 = LabelledMatrix.diagonal_of("ab", [1, 2]), LabelledMatrix.diagonal_of(["ab"], [3])
    >>> K = HodgeComplex([d], [G0, G1])
    >>> print(laplacian(K, 0))
        │    a    b
    ────┼──────────
      a │    3   -3
      b │ -3/2  3/2
    """

    boundaries: Sequence[LabelledMatrix]
    grams: Sequence[LabelledMatrix]
    dimension: int = field(init=False)

    def __post_init__(self) -> None:
        for name in ("boundaries", "grams"):
            given = getattr(self, name)
            if not isinstance(given, Sequence) or not all(isinstance(m, LabelledMatrix) for m in given):
                raise InvalidInput("expected a list of labelled matrices", name)
        boundaries, grams = tuple(self.boundaries), tuple(self.grams)
        if len(grams) != len(boundaries) + 1:
            raise InvalidInput(
                f"expected one Gram matrix more than boundaries, got {len(grams)} and {len(boundaries)}",
                "grams",
            )
        for p, gram in enumerate(grams):
            if not gram.is_symmetric():
                raise InvalidInput("expected a symmetric matrix with equal labels", f"grams[{p}]")
        for p, d in enumerate(boundaries, start=1):
            if d.rows != grams[p - 1].rows or d.columns != grams[p].rows:
                raise InvalidInput("the labels are not those of the Gram matrices", f"boundaries[{p - 1}]")
            if p > 1 and not (boundaries[p - 2] @ d).is_zero():
                raise InvalidInput(f"expected ∂_{p - 1} ∂_{p} = 0", f"boundaries[{p - 1}]")
        object.__setattr__(self, "boundaries", boundaries)
        object.__setattr__(self, "grams", grams)
        object.__setattr__(self, "dimension", len(boundaries))

    def boundary(self, p: int) -> LabelledMatrix:
        """Return `∂_p`, 1 ≤ p ≤ dimension."""
        return self.boundaries[p - 1]

    def gram(self, p: int) -> LabelledMatrix:
        """Return `G_p`."""
        return self.grams[p]


def check_degree(K: MetricComplex, p: int) -> None:
    """Refuse a degree outside 0 … dimension."""
    if isinstance(p, bool) or not isinstance(p, int) or not 0 <= p <= K.dimension:
        raise InvalidInput(f"expected a degree from 0 to {K.dimension}, got {p!r}", "p")


def check_side(side: str) -> None:
    """Refuse a side that is neither cochains nor chains."""
    if side not in ("cochains", "chains"):
        raise InvalidInput(f"expected 'cochains' or 'chains', got {side!r}", "side")


def inverse_times(K: MetricComplex, p: int, right: LabelledMatrix, bits: int | None) -> LabelledMatrix:
    """Return `G_p⁻¹ right`, block by block. Errors: `InvalidInput` naming the kernel of a singular `G_p`."""
    return solve_symmetric(K.gram(p), right, bits=bits, what=f"gram({p})")


def adjoint(K: MetricComplex, p: int, side: Side = "cochains", *, bits: int | None = None) -> LabelledMatrix:
    """Return the adjoint of `δ_p` (cochains: C^{p+1} → C^p) or of `∂_p` (chains: C_{p−1} → C_p).

    Contract: exact over Q, for diagonal Gram matrices, and in fields of degree at most 64; beyond that an
    enclosure when `bits` is given. Formula: `G_p⁻¹ δ_pᵀ G_{p+1}`, `G_p⁻¹ ∂_pᵀ G_{p−1}`.
    Errors: `InvalidInput` naming the kernel of a singular `G_p`, or a degree without such a map;
    `UndecidedError`.
    """
    check_side(side)
    check_degree(K, p)
    if side == "cochains":
        check_degree(K, p + 1)
        return inverse_times(K, p, K.boundary(p + 1) @ K.gram(p + 1), bits)
    check_degree(K, p - 1)
    return inverse_times(K, p, K.boundary(p).T @ K.gram(p - 1), bits)


def laplacian(
    K: MetricComplex, p: int, side: Side = "cochains", *, bits: int | None = None
) -> LabelledMatrix:
    """Return the Hodge Laplacian of degree p as a matrix on (co)chains.

    Contract: exact, or an enclosure as for `adjoint`; self-adjoint for `G_p`; `dim ker = β_p` when the Gram
    matrices are positive definite. Formula: cochains `δ*_p δ_p + δ_{p−1} δ*_{p−1}`, chains
    `∂_{p+1} ∂*_{p+1} + ∂*_p ∂_p`. Errors: as for `adjoint`; only the Gram matrices that occur inverted must
    be nonsingular. Cost: sparse while the inverted Gram matrices are diagonal, else the inverse of their
    blocks.
    """
    check_side(side)
    check_degree(K, p)
    labels = K.gram(p).rows
    result = LabelledMatrix(labels, labels, {})
    if p < K.dimension:
        up = adjoint(K, p, bits=bits) @ K.boundary(p + 1).T if side == "cochains" else None
        result += K.boundary(p + 1) @ adjoint(K, p + 1, "chains", bits=bits) if up is None else up
    if p > 0:
        down = adjoint(K, p, "chains", bits=bits) @ K.boundary(p) if side == "chains" else None
        result += K.boundary(p).T @ adjoint(K, p - 1, bits=bits) if down is None else down
    return result


def stiffness(
    K: MetricComplex, p: int, side: Side = "cochains", *, bits: int | None = None
) -> LabelledMatrix:
    """Return the symmetric matrix `K_p = G_p Δ_p` of the Dirichlet energy.

    Contract: exact as for `laplacian`, but `G_p` itself is not inverted, so it stays sparse where `Δ_p`
    fills.
    Formula: cochains `δ_pᵀ G_{p+1} δ_p + G_p δ_{p−1} G_{p−1}⁻¹ δ_{p−1}ᵀ G_p`; chains
    `G_p ∂_{p+1} G_{p+1}⁻¹ ∂_{p+1}ᵀ G_p + ∂_pᵀ G_{p−1} ∂_p`.
    """
    check_side(side)
    check_degree(K, p)
    gram = K.gram(p)
    result = LabelledMatrix(gram.rows, gram.rows, {})
    if p < K.dimension:
        d = K.boundary(p + 1)
        if side == "cochains":
            result += d @ K.gram(p + 1) @ d.T
        else:
            right = d.T @ gram
            result += right.T @ inverse_times(K, p + 1, right, bits)
    if p > 0:
        d = K.boundary(p)
        if side == "chains":
            result += d.T @ K.gram(p - 1) @ d
        else:
            right = d @ gram
            result += right.T @ inverse_times(K, p - 1, right, bits)
    return result


def apply_laplacian(
    K: MetricComplex, p: int, values: Any, side: Side = "cochains", *, bits: int | None = None
) -> tuple[Any, ...]:
    """Return `Δ_p f` for one (co)chain f, in label order or as `{label: number}`.

    Contract: as for `laplacian`, of which it is a column combination; but no inverse is formed, one system
    with one right side is solved for each Gram matrix that occurs inverted. So it is exact at sizes where the
    filled matrix `Δ_p` would be too tall (full `area-vector` Gram matrices of hundreds of rows).

    >>> d = LabelledMatrix("ab", ["ab"], [[-1], [1]])
    >>> G0, G1 = LabelledMatrix.diagonal_of("ab", [1, 2]), LabelledMatrix.diagonal_of(["ab"], [3])
    >>> apply_laplacian(HodgeComplex([d], [G0, G1]), 0, [0, 1])
    (Fraction(-3, 1), Fraction(3, 2))
    """
    check_side(side)
    check_degree(K, p)
    labels = K.gram(p).rows
    given = vector_of(values, labels, "values")
    column = LabelledMatrix(labels, [0], [[value] for value in given], "values")
    result = LabelledMatrix(labels, [0], {})
    up, down = (K.boundary(q) if 0 < q <= K.dimension else None for q in (p + 1, p))
    if side == "cochains":
        if up is not None:
            result += inverse_times(K, p, up @ (K.gram(p + 1) @ (up.T @ column)), bits)
        if down is not None:
            result += down.T @ inverse_times(K, p - 1, down @ (K.gram(p) @ column), bits)
    else:
        if up is not None:
            result += up @ inverse_times(K, p + 1, up.T @ (K.gram(p) @ column), bits)
        if down is not None:
            result += inverse_times(K, p, down.T @ (K.gram(p - 1) @ (down @ column)), bits)
    return tuple(row[0] for row in result.entries)


def is_self_adjoint(operator: LabelledMatrix, gram: LabelledMatrix) -> bool:
    """Tell whether `G A` is symmetric: the operator A is self-adjoint for the inner product G, exactly."""
    return bool((gram @ operator).is_symmetric())


def by_label(values: Any, labels: Sequence[Hashable], place: str) -> dict[Hashable, Any]:
    """Return a mapping with its keys as labels: where `(v,)` is a label, the vertex v stands for it too.

    Errors: `InvalidInput` for no mapping, for a key that is no label, and for a label that is given twice.
    """
    if not isinstance(values, Mapping) and not hasattr(values, "items"):
        raise InvalidInput(f"expected a mapping from labels to numbers, got {values!r}", place)
    names, found = set(labels), {}
    for key, value in values.items():
        label = key if key in names else (key,)
        if label not in names:
            raise InvalidInput(f"{key!r} is not one of the labels", place)
        if label in found:
            raise InvalidInput(f"{key!r} is given twice", place)
        found[label] = value
    return found


def vector_of(values: Any, labels: Sequence[Hashable], place: str) -> tuple[Any, ...]:
    """Return a (co)chain as a tuple in label order, from a sequence or a mapping `{label: value}`.

    Missing labels of a mapping are zero. Errors: `InvalidInput` naming what does not fit.
    """
    if hasattr(values, "items"):
        known = by_label(values, labels, place)
        return tuple(known.get(label, 0) for label in labels)
    if not isinstance(values, Iterable) or isinstance(values, str):
        raise InvalidInput(f"expected {len(labels)} numbers or a mapping, got {values!r}", place)
    listed = tuple(values)
    if len(listed) != len(labels):
        raise InvalidInput(f"expected {len(labels)} numbers, got {len(listed)}", place)
    return listed
