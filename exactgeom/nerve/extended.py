"""Extended Laplacians: the full edge inner product, its density-weighted form, and the plain graph's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from exactgeom.exact import BudgetExceeded, Enclosure, InvalidInput
from exactgeom.nerve import labelled_entries as entry
from exactgeom.nerve.hodge import MetricComplex, inverse_times, vector_of
from exactgeom.nerve.inertia import Inertia, inertia
from exactgeom.nerve.labelled import LabelledMatrix
from exactgeom.nerve.spectrum_pencil import pencil_eigenvalues

Mean = Literal["arithmetic", "geometric", "harmonic", "minimum"]
_MOST_EDGES = 1000


def edge_stiffness(K: MetricComplex) -> LabelledMatrix:
    """Return the symmetric matrix `Bᵀ G_1 B` of the Dirichlet energy, `B = δ_0`; zero without edges."""
    if K.dimension < 1:
        labels = K.gram(0).rows
        return LabelledMatrix(labels, labels, {})
    d = K.boundary(1)
    return d @ K.gram(1) @ d.T  # type: ignore[no-any-return]


def extended_laplacian(K: MetricComplex) -> LabelledMatrix:
    """Return `G_0⁻¹ Bᵀ G_1 B` with `B = δ_0` and the full, non-diagonal `G_1`.

    Contract: exact; self-adjoint for `G_0`; constants are in its kernel. Only `G_0` must be nonsingular,
    `G_1` may be degenerate or indefinite. Errors: `InvalidInput` naming the kernel of a singular `G_0`.

    >>> from exactgeom.nerve.hodge import HodgeComplex
    >>> d = LabelledMatrix("abc", range(2), [[-1, 0], [1, -1], [0, 1]])
    >>> G1 = LabelledMatrix(range(2), range(2), [[2, 1], [1, 2]])
    >>> print(extended_laplacian(HodgeComplex([d], [LabelledMatrix.diagonal_of("abc", [1, 1, 1]), G1])))
        │  a   b   c
    ────┼───────────
      a │  2  -1  -1
      b │ -1   2  -1
      c │ -1  -1   2
    """
    return inverse_times(K, 0, edge_stiffness(K), None)


def graph_laplacian(K: MetricComplex, *, normalized: bool = False) -> LabelledMatrix:
    """Return the plain weighted graph Laplacian `Bᵀ diag(G_1) B`; `normalized`: `G_0⁻¹` times it.

    Contract: exact. An edge has weight `G_1[e, e]`.
    """
    if K.dimension < 1:
        return edge_stiffness(K)
    d, gram = K.boundary(1), K.gram(1)
    plain: LabelledMatrix = d @ diagonal_part(gram) @ d.T
    return inverse_times(K, 0, plain, None) if normalized else plain


def diagonal_part(matrix: LabelledMatrix) -> LabelledMatrix:
    """Return the matrix without what is off its diagonal."""
    lines = [{i: line[i]} if i in line else {} for i, line in enumerate(matrix.lines)]
    return LabelledMatrix.from_lines(matrix.rows, matrix.columns, lines)  # type: ignore[no-any-return]


def density_laplacian(K: MetricComplex, masses: Any, *, mean: Mean = "arithmetic") -> LabelledMatrix:
    """Return the density-weighted extended Laplacian `M⁻¹ Bᵀ R G_1 R B`.

    Definition (our choice): `M = diag(masses)`, vertex density `ρ_v = m_v / G_0[v, v]`, `R = diag(ρ_e)`
    with `ρ_e` the named mean of the densities at the ends. It is the discrete `−(1/ρ) div(ρ² grad f)`, the
    operator that graph Laplacians of samples converge to.
    Contract: exact: rational for rational `G_0`, `G_1` and every mean but `geometric` (surds). Self-adjoint
    for M.
    Errors: `InvalidInput` naming a vertex with mass ≤ 0 or volume ≤ 0.
    Source: U. von Luxburg, M. Belkin, O. Bousquet, "Consistency of spectral clustering" (2008), for the
    limit.

    >>> from exactgeom.nerve.hodge import HodgeComplex
    >>> d = LabelledMatrix("ab", [0], [[-1], [1]])
    >>> K = HodgeComplex([d], [LabelledMatrix.diagonal_of("ab", [1, 1]), LabelledMatrix([0], [0], [[1]])])
    >>> density_laplacian(K, {"a": 1, "b": 3}).entries[1]
    (Fraction(-4, 3), Fraction(4, 3))
    """
    labels = K.gram(0).rows
    weights = [
        entry.enter(value, f"masses[{i}]") for i, value in enumerate(vector_of(masses, labels, "masses"))
    ]
    volumes = K.gram(0).diagonal()
    for label, mass, volume in zip(labels, weights, volumes, strict=True):
        if not entry.leave(mass) > 0 or not volume > 0:
            raise InvalidInput(f"expected positive mass and volume at {label!r}", "masses")
    if K.dimension < 1:
        return edge_stiffness(K)
    densities = [entry.divide(m, entry.enter(v)) for m, v in zip(weights, volumes, strict=True)]
    d, gram = K.boundary(1), K.gram(1)
    ends = d.T.lines
    means = [_mean([entry.leave(densities[i]) for i in sorted(line)], mean) for line in ends]
    frame = LabelledMatrix.diagonal_of(gram.rows, means)
    middle = LabelledMatrix.diagonal_of(labels, [entry.leave(entry.divide(entry.ONE, m)) for m in weights])
    return middle @ d @ frame @ gram @ frame @ d.T  # type: ignore[no-any-return]


def _mean(ends: list[Any], name: str) -> Any:
    a, b = ends
    if name == "arithmetic":
        return (a + b) / 2
    if name == "harmonic":
        return 2 * a * b / (a + b)
    if name == "minimum":
        return min(a, b)
    if name == "geometric":
        from exactgeom.exact import Surd

        product = a * b
        return product.sqrt() if isinstance(product, Enclosure) else Surd.sqrt(product)
    raise InvalidInput(f"expected a mean, got {name!r}: arithmetic, geometric, harmonic, minimum", "mean")


@dataclass(frozen=True, eq=False)
class LaplacianComparison(entry.Recorded):
    """The extended energy `Bᵀ G_1 B` beside the plain one `Bᵀ diag(G_1) B`.

    `difference` is the former minus the latter and `order` its certified inertia: positive semidefinite means
    extended ≥ plain in the Loewner order. `lower`, `upper`: constants with `lower · plain ≤ extended ≤
    upper · plain`, certified enclosures of the extreme eigenvalues of `G_1` against its diagonal; None when
    the diagonal is not positive, or there are no edges.
    """

    extended: LabelledMatrix
    plain: LabelledMatrix
    difference: LabelledMatrix
    order: Inertia
    lower: Enclosure | None
    upper: Enclosure | None

    @property
    def verdict(self) -> str:
        """One of `"equal"`, `"extended >= plain"`, `"extended <= plain"`, `"not comparable"`."""
        if self.difference.is_zero():
            return "equal"
        if self.order.negative == 0:
            return "extended >= plain"
        return "extended <= plain" if self.order.positive == 0 else "not comparable"


def compare_with_graph(K: MetricComplex) -> LaplacianComparison:
    """Return the comparison of the extended with the plain graph Laplacian.

    Contract: matrices and order exact, bounds certified enclosures. Errors: `BudgetExceeded` above 1000 edges
    (the bounds are a dense pencil); `UndecidedError`.
    """
    extended, plain = edge_stiffness(K), graph_laplacian(K)
    difference = extended - plain
    bounds: list[Enclosure] = []
    if K.dimension >= 1:
        gram = K.gram(1)
        if len(gram.rows) > _MOST_EDGES:
            raise BudgetExceeded(f"{len(gram.rows)} edges are above {_MOST_EDGES} for the eigenvalue bounds")
        if all(value > 0 for value in gram.diagonal()):
            bounds = pencil_eigenvalues(gram, diagonal_part(gram))
    ends = (bounds[0], bounds[-1]) if bounds else (None, None)
    return LaplacianComparison(extended, plain, difference, inertia(difference), *ends)
