"""Certified inertia of symmetric exact matrices: how many eigenvalues are positive, negative, zero.

Three routes, each a proof: pivots of a ball elimination whose signs are certain (Sylvester's law of inertia);
exact rank where pivots remain undecided, over Q or in the field of the surds; and rational arithmetic on a
core when the matrix is a positive diagonal congruence of a rational one. What none of them decides raises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq

from exactgeom.exact import Enclosure, InvalidInput, Surd, UndecidedError, fraction
from exactgeom.linalg import Matrix
from exactgeom.nerve import labelled_entries as entry
from exactgeom.nerve.inertia_blocks import Elimination, components, eliminate
from exactgeom.nerve.inertia_vectors import negative_direction
from exactgeom.nerve.labelled import LabelledMatrix

_FIRST_BITS = (64, 192)
_MOST_BITS = 1 << 16


@dataclass(frozen=True, eq=False)
class Inertia:
    """The signs of the eigenvalues of a symmetric matrix, with witnesses.

    `negative_vector` is a rational x with xᵀMx < 0 when there is a negative eigenvalue, else None; `kernel`
    is a basis of the kernel, vectors in the order of the matrix's rows. Equal to a plain triple with the
    same counts.

    >>> found = inertia(LabelledMatrix("ab", "ab", [[1, 2], [2, 1]]))
    >>> found == (1, 1, 0), found.is_positive_definite, found.negative_vector
    (True, False, (Fraction(-2, 1), Fraction(1, 1)))
    """

    matrix: LabelledMatrix
    positive: int
    negative: int
    zero: int
    negative_vector: tuple[Fraction, ...] | None
    kernel: tuple[tuple[Any, ...], ...]

    @property
    def is_positive_definite(self) -> bool:
        """Whether every eigenvalue is positive."""
        return self.negative == self.zero == 0

    @property
    def is_positive_semidefinite(self) -> bool:
        """Whether no eigenvalue is negative."""
        return self.negative == 0

    @property
    def signature(self) -> tuple[int, int, int]:
        """The triple `(positive, negative, zero)`."""
        return self.positive, self.negative, self.zero

    @property
    def negative_value(self) -> Any:
        """The exact value xᵀMx at the negative vector, None when there is none."""
        x = self.negative_vector
        return None if x is None else quadratic_form(self.matrix, x)

    def certificate(self) -> dict[str, Any]:
        """Return the `psd`, `indefinite` or `not-psd` certificate (docs/CERTIFICATES.md).

        Errors: `CertificateError` for fourth roots, enclosures, and singular matrices of surds.
        """
        from exactgeom.nerve.inertia_certificate import inertia_certificate

        return inertia_certificate(self)

    def __iter__(self) -> Any:
        return iter(self.signature)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Inertia):
            return self.signature == other.signature and self.matrix == other.matrix
        return self.signature == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.signature)

    def __str__(self) -> str:
        kind = (
            "positive definite"
            if self.is_positive_definite
            else "positive semidefinite"
            if self.is_positive_semidefinite
            else "indefinite"
            if self.positive
            else "not positive"
        )
        return f"{kind}: {self.positive} positive, {self.negative} negative, {self.zero} zero"


def inertia(
    matrix: LabelledMatrix, *, core: LabelledMatrix | None = None, scaling: Sequence[Any] | None = None
) -> Inertia:
    """Return the certified inertia of a symmetric matrix, with its witnesses.

    Contract: exact. `core` (rational) and `scaling` (positive numbers s) may be given when
    `M = diag(s) core diag(s)` — an assumption, checked by `check_congruence` — and then all signs are
    rational arithmetic. Formula: `M = L D Lᵀ` on each connected component, signs of `D` certain.
    Errors: `InvalidInput` unless symmetric; `UndecidedError` when a zero cannot be proved (surds in a field
    of degree above 64 without a core, enclosures).

    >>> from exactgeom.exact import Surd
    >>> print(inertia(LabelledMatrix("ab", "ab", [[1, Surd.sqrt(2)], [Surd.sqrt(2), 2]])))
    positive semidefinite: 1 positive, 0 negative, 1 zero
    """
    if not isinstance(matrix, LabelledMatrix) or not matrix.is_symmetric():
        raise InvalidInput("expected a symmetric matrix with equal row and column labels", "inertia")
    worked = matrix if core is None else core
    if core is not None and (core.rows != matrix.rows or not core.is_symmetric()):
        raise InvalidInput("expected a symmetric core with the labels of the matrix", "core")
    positive = negative = zero = 0
    kernel: list[tuple[Any, ...]] = []
    direction: tuple[Fraction, ...] | None = None
    scales = _scales(matrix, core, scaling)
    for block in components(worked.lines):
        found, null = _block(worked.lines, block)
        plus, minus = found.signs
        positive, negative, zero = positive + plus, negative + minus, zero + len(null)
        kernel += [_spread(vector, block, scales, len(matrix.rows)) for vector in null]
        if minus and direction is None:
            direction = negative_direction(matrix, found, scales)
    return Inertia(matrix, positive, negative, zero, direction, tuple(kernel))


def is_positive_definite(matrix: LabelledMatrix) -> bool:
    """Tell whether `xᵀMx > 0` for every `x ≠ 0`: exact, errors as for `inertia`."""
    return inertia(matrix).is_positive_definite


def quadratic_form(matrix: LabelledMatrix, vector: Sequence[Any]) -> Any:
    """Return `xᵀMx`, exactly.

    >>> quadratic_form(LabelledMatrix("ab", "ab", [[1, 2], [2, 1]]), (1, -1))
    Fraction(-2, 1)
    """
    x = [entry.enter(value, f"vector[{i}]") for i, value in enumerate(vector)]
    terms = [
        entry.multiply(entry.multiply(x[i], x[j]), value)
        for i, line in enumerate(matrix.lines)
        if not entry.is_zero(x[i])
        for j, value in line.items()
        if not entry.is_zero(x[j])
    ]
    return entry.leave(entry.total(terms))


def check_congruence(matrix: LabelledMatrix, core: LabelledMatrix, scaling: Sequence[Any]) -> bool:
    """Tell whether `M = diag(s) core diag(s)`, exactly.

    >>> from exactgeom.exact import Surd
    >>> core, s = LabelledMatrix("a", "a", [[3]]), [Surd.root4(2)]
    >>> check_congruence(LabelledMatrix("a", "a", [[3 * Surd.sqrt(2)]]), core, s)
    True
    """
    frame = LabelledMatrix.diagonal_of(matrix.rows, scaling)
    return bool(frame @ core @ frame == matrix)


def _scales(matrix: LabelledMatrix, core: LabelledMatrix | None, scaling: Any) -> list[Any] | None:
    if core is None:
        return None
    if scaling is None or len(scaling) != len(matrix.rows):
        raise InvalidInput(f"expected {len(matrix.rows)} positive numbers with the core", "scaling")
    scales = [entry.enter(value, f"scaling[{i}]") for i, value in enumerate(scaling)]
    bad = next((i for i, value in enumerate(scales) if not entry.leave(value) > 0), None)
    if bad is not None:
        raise InvalidInput(f"expected a positive number, got {entry.text(scales[bad])}", f"scaling[{bad}]")
    return scales


def _spread(vector: Sequence[Any], block: Sequence[int], scales: list[Any] | None, size: int) -> Any:
    """Return a kernel vector of a block as a vector of the whole matrix (divided by the scaling)."""
    result: list[Any] = [Fraction(0)] * size
    for i, value in zip(block, vector, strict=True):
        inner = entry.enter(value)
        result[i] = entry.leave(inner if scales is None else entry.divide(inner, scales[i]))
    return tuple(result)


def _block(lines: Any, block: list[int]) -> tuple[Elimination, tuple[tuple[Any, ...], ...]]:
    """Return a finished elimination of one component and a basis of its kernel."""
    if len(block) == 1 and not lines[block[0]]:
        return Elimination([], [], {}), ((Fraction(1),),)
    for bits in _FIRST_BITS:
        found = eliminate(lines, block, bits)
        if not found.left:
            return found, ()
    null = kernel_of(lines, block)
    bits = _FIRST_BITS[-1]
    while len(found.left) > len(null):
        bits *= 2
        if bits > _MOST_BITS:
            raise UndecidedError(f"the signs of a {len(block)}×{len(block)} block need over {bits} bits")
        found = eliminate(lines, block, bits)
    return found, null


def kernel_of(lines: Any, block: Sequence[int]) -> tuple[tuple[Any, ...], ...]:
    """Return an exact basis of the kernel of the principal block, vectors in its order.

    Errors: `UndecidedError` for surds in a field of degree above 64, and for enclosures.
    """
    place = {j: k for k, j in enumerate(block)}
    table = [{place[j]: value for j, value in lines[i].items()} for i in block]
    kinds = {type(value) for line in table for value in line.values()}
    if Enclosure in kinds:
        raise UndecidedError("whether the matrix is singular is not decided by enclosures of its entries")
    size = len(block)
    if kinds <= {fmpq}:
        dense = Matrix([[fraction(line[j]) if j in line else 0 for j in range(size)] for line in table])
        return dense.kernel().columns if dense.n_rows else ()
    return _field_kernel(table, size)


def _field_kernel(table: list[dict[int, Any]], size: int) -> tuple[tuple[Any, ...], ...]:
    """Gauss–Jordan elimination with surds, zero tests exact."""
    rows: list[tuple[int, dict[int, Any]]] = []
    for line in table:
        work = dict(line)
        for pivot, row in rows:
            if pivot in work:
                work = _minus(work, row, work[pivot])
        if not work:
            continue
        pivot = min(work)
        work = {j: entry.divide(value, work[pivot]) for j, value in work.items()}
        rows = [(p, _minus(row, work, row[pivot]) if pivot in row else row) for p, row in rows]
        rows.append((pivot, work))
    pivots = dict(rows)
    basis = []
    for free in (j for j in range(size) if j not in pivots):
        vector = [Surd(0)] * size
        vector[free] = Surd(1)
        for pivot, row in rows:
            if free in row:
                vector[pivot] = -Surd(entry.leave(row[free]))
        basis.append(tuple(vector))
    return tuple(basis)


def _minus(a: dict[int, Any], b: dict[int, Any], factor: Any) -> dict[int, Any]:
    result = dict(a)
    for j, value in b.items():
        change = -entry.multiply(factor, value)
        result[j] = entry.settle(entry.add(result[j], change)) if j in result else entry.settle(change)
    return {j: value for j, value in result.items() if not entry.is_zero(value)}
