"""Harmonic spaces and the Hodge decomposition of a chain or cochain.

Nothing here inverts a Gram matrix: a cochain is harmonic when `∂_{p+1}ᵀ f = 0` and `∂_p G_p f = 0`, the exact
part solves a normal equation over a spanning set of coboundaries, the harmonic part is a projection onto a
small basis, and the coexact part is what remains.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from flint import nmod_mat

from exactgeom.exact import InvalidInput
from exactgeom.nerve import labelled_entries as entry
from exactgeom.nerve.hodge import MetricComplex, Side, check_degree, check_side, vector_of
from exactgeom.nerve.hodge_solve import solve_lines
from exactgeom.nerve.inertia import inertia, quadratic_form
from exactgeom.nerve.labelled import LabelledMatrix

_PRIME = (1 << 61) - 1


@dataclass(frozen=True, eq=False)
class HodgeParts(entry.Recorded):
    """A (co)chain split as `exact + coexact + harmonic`, orthogonal for the inner product.

    On cochains `exact` lies in the image of `δ`, `coexact` in that of `δ*`; on chains `exact` lies in the
    image of `∂` and `coexact` in that of `∂*`. Entries follow `labels`; they are exact, or enclosures where
    asked.
    """

    labels: tuple[Hashable, ...]
    exact: tuple[Any, ...]
    coexact: tuple[Any, ...]
    harmonic: tuple[Any, ...]

    def sum(self) -> tuple[Any, ...]:
        """Return the sum of the three parts."""
        parts = zip(self.exact, self.coexact, self.harmonic, strict=True)
        return tuple(a + b + c for a, b, c in parts)


def harmonic_basis(
    K: MetricComplex, p: int, side: Side = "cochains", *, bits: int | None = None
) -> LabelledMatrix:
    """Return a basis of the harmonic (co)chains of degree p, as columns labelled 0, 1, ….

    Contract: exact over Q and in fields of degree at most 64 (enclosures beyond, when `bits` is given). The
    columns are representatives of a rational basis of (co)homology, made orthogonal to the image of `δ` (of
    `∂`); so their number is β_p, and they span `ker Δ_p` whenever the Gram matrices are positive definite.
    Errors: `InvalidInput` when `G_p` is degenerate on that image; `UndecidedError`.

    >>> from exactgeom.nerve.hodge import HodgeComplex
    >>> d = LabelledMatrix("abc", range(3), [[-1, 0, 1], [1, -1, 0], [0, 1, -1]])
    >>> lengths = LabelledMatrix.diagonal_of(range(3), [1, 2, 3])
    >>> K = HodgeComplex([d], [LabelledMatrix.diagonal_of("abc", [1, 1, 1]), lengths])
    >>> [row[0] for row in harmonic_basis(K, 1).entries]
    [Fraction(6, 11), Fraction(3, 11), Fraction(2, 11)]
    """
    check_side(side)
    check_degree(K, p)
    image, closed = _image(K, p, side), _closed(K, p, side)
    cycles = _kernel(closed)
    classes = _complement(image, cycles)
    projected, _ = _project(K.gram(p), image, classes, bits)
    return classes - projected


def decompose(
    K: MetricComplex, p: int, values: Any, side: Side = "cochains", *, bits: int | None = None
) -> HodgeParts:
    """Return the Hodge decomposition of a (co)chain, given in label order or as `{label: number}`.

    Contract: exact over Q and in fields of degree at most 64, else enclosures when `bits` is given.
    Assumption: none; the Gram matrix must be positive definite, and that is checked.
    Errors: `InvalidInput` when it is not; `UndecidedError`. Cost: one exact solve of size rank ∂, one of
    size β_p.

    >>> from exactgeom.nerve.hodge import HodgeComplex
    >>> d = LabelledMatrix("abc", range(3), [[-1, 0, 1], [1, -1, 0], [0, 1, -1]])
    >>> ones = LabelledMatrix.diagonal_of(range(3), [1, 1, 1])
    >>> K = HodgeComplex([d], [LabelledMatrix.diagonal_of("abc", [1, 1, 1]), ones])
    >>> decompose(K, 1, [3, 0, 0]).harmonic
    (Fraction(1, 1), Fraction(1, 1), Fraction(1, 1))
    """
    check_side(side)
    check_degree(K, p)
    gram = K.gram(p)
    vector = vector_of(values, gram.rows, "values")
    signs = inertia(gram)
    if not signs.is_positive_definite:
        raise InvalidInput(f"expected a positive definite inner product, it is {signs}", f"gram({p})")
    column = LabelledMatrix(gram.rows, [0], [[value] for value in vector])
    image = _image(K, p, side)
    exact_part, _ = _project(gram, image, column, bits)
    basis = harmonic_basis(K, p, side, bits=bits)
    harmonic, _ = _project(gram, basis, column, bits)
    coexact = column - exact_part - harmonic
    parts = (_column(part) for part in (exact_part, coexact, harmonic))
    return HodgeParts(gram.rows, *parts)


def inner(gram: LabelledMatrix, a: Sequence[Any], b: Sequence[Any]) -> Any:
    """Return `aᵀ G b`, exactly.

    >>> inner(LabelledMatrix.diagonal_of("ab", [1, 2]), (1, 1), (1, -1))
    Fraction(-1, 1)
    """
    if a is b:
        return quadratic_form(gram, a)
    weighted = gram @ b
    terms = [entry.multiply(entry.enter(x), entry.enter(y)) for x, y in zip(a, weighted, strict=True)]
    return entry.leave(entry.total(terms))


def _column(matrix: LabelledMatrix) -> tuple[Any, ...]:
    return tuple(entry.leave(line.get(0, entry.ZERO)) for line in matrix.lines)


def _image(K: MetricComplex, p: int, side: str) -> LabelledMatrix:
    """Return independent columns that span the image of `δ_{p−1}` (of `∂_{p+1}`), an integer matrix."""
    if side == "cochains":
        matrix = K.boundary(p).T if p > 0 else None
    else:
        matrix = K.boundary(p + 1) if p < K.dimension else None
    labels = K.gram(p).rows
    if matrix is None:
        return LabelledMatrix(labels, [], [[] for _ in labels])
    pivots = _independent_columns(matrix)
    return matrix.submatrix(range(len(labels)), pivots)


def _closed(K: MetricComplex, p: int, side: str) -> LabelledMatrix | None:
    """Return the map whose kernel are the cocycles (cycles)."""
    if side == "cochains":
        return K.boundary(p + 1).T if p < K.dimension else None
    return K.boundary(p) if p > 0 else None


def _independent_columns(matrix: LabelledMatrix) -> list[int]:
    """Return columns that form a basis of the column space of an integer matrix, exactly.

    Columns independent modulo a prime are independent; that they span is the exact rank.
    """
    integers = matrix.matrix.to_flint()[0]
    if 0 in matrix.shape:
        return []
    echelon, rank = nmod_mat(integers, _PRIME).rref()
    if rank != matrix.matrix.rank():
        return list(matrix.matrix.rref()[1])
    pivots, row = [], 0
    for j in range(matrix.shape[1]):
        if row < rank and echelon[row, j] != 0:
            pivots.append(j)
            row += 1
    return pivots


def _kernel(closed: LabelledMatrix | None) -> LabelledMatrix | None:
    """Return a rational basis of the kernel as columns, None for everything."""
    if closed is None:
        return None
    basis = closed.matrix.kernel()
    return LabelledMatrix(closed.columns, range(basis.n_columns), basis)


def _complement(image: LabelledMatrix, cycles: LabelledMatrix | None) -> LabelledMatrix:
    """Return columns of `cycles` that complete the image to a basis of it."""
    labels = image.rows
    if cycles is None:
        cycles = LabelledMatrix.diagonal_of(labels, [1] * len(labels))
    taken, size = image.shape[1], len(labels)
    both = {(i, j): value for (i, j), value in image.items()}
    both.update({(i, j + taken): value for (i, j), value in cycles.items()})
    joined = LabelledMatrix(range(size), range(taken + cycles.shape[1]), both)
    fresh = [j - taken for j in _independent_columns(joined) if j >= taken]
    chosen = cycles.submatrix(range(size), fresh)
    return LabelledMatrix.from_lines(labels, range(len(fresh)), chosen.lines)  # type: ignore[no-any-return]


def _project(
    gram: LabelledMatrix, span: LabelledMatrix, vectors: LabelledMatrix, bits: int | None
) -> tuple[LabelledMatrix, LabelledMatrix]:
    """Return the G-orthogonal projections of `vectors` onto the columns of `span`, and their coordinates."""
    size, width = span.shape[1], vectors.shape[1]
    if size == 0 or width == 0:
        empty = LabelledMatrix(span.columns, vectors.columns, {})
        return LabelledMatrix(vectors.rows, vectors.columns, {}), empty
    weighted = span.T @ gram
    normal, right = weighted @ span, weighted @ vectors
    try:
        lines = solve_lines(normal.lines, right.lines, width, bits)
    except ZeroDivisionError:
        raise InvalidInput("the inner product is degenerate on the (co)boundaries", "gram") from None
    coordinates = LabelledMatrix.from_lines(span.columns, vectors.columns, lines)
    return span @ coordinates, coordinates
