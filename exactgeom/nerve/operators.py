"""What every complex with inner products offers: inertia, Laplacians, Hodge theory, one thin call each.

The mathematics is in `inertia`, `hodge`, `spectrum`, ...: pure functions of boundary and Gram matrices.
Here a complex and a convention become the metric complex that they take.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from exactgeom.nerve import dirichlet, extended, hodge, hodge_harmonic, smoothing
from exactgeom.nerve import spectrum as spectra
from exactgeom.nerve.hodge import Side
from exactgeom.nerve.inertia import Inertia, inertia
from exactgeom.nerve.labelled import LabelledMatrix

__all__ = ["Metric", "Operators"]


class Metric:
    """A complex seen through one convention: what the functions of `exactgeom.nerve.hodge` take."""

    def __init__(self, complex: Any, convention: Any) -> None:
        self.complex, self.convention = complex, convention
        self._grams: dict[int, LabelledMatrix] = {}

    @property
    def dimension(self) -> int:
        """The largest degree."""
        return int(self.complex.dimension)

    def boundary(self, p: int) -> LabelledMatrix:
        """The boundary map of degree p."""
        return self.complex.boundary(p)  # type: ignore[no-any-return]

    def gram(self, p: int) -> LabelledMatrix:
        """The Gram matrix of degree p."""
        if p not in self._grams:
            self._grams[p] = self.complex.gram(p, self.convention)
        return self._grams[p]


class Operators:
    """Operators of a complex with boundary maps and Gram matrices.

    Everywhere `convention` names the inner product as in `gram`; None stands for `default_convention`.
    `side` is ``"cochains"`` (default) or ``"chains"``, `bits` the accuracy of enclosures where exact numbers
    would live in a field of degree above 64 (without it: UndecidedError).
    """

    default_convention: ClassVar[str] = "diagonal"

    def boundary(self, p: int) -> LabelledMatrix:
        """The boundary map of degree p."""
        raise NotImplementedError

    def gram(self, p: int, convention: Any = None) -> LabelledMatrix:
        """The Gram matrix of degree p."""
        raise NotImplementedError

    def metric(self, convention: Any = None) -> Metric:
        """The complex with one convention: `.dimension`, `.boundary(p)`, `.gram(p)`."""
        return Metric(self, self.default_convention if convention is None else convention)

    def inertia(self, p: int, convention: Any = None) -> Inertia:
        """How many eigenvalues of the Gram matrix are positive, negative, zero; with witnesses. Exact.

        Rational arithmetic where the convention has a rational core (see `Inertia`).
        """
        gram = self.metric(convention).gram(p)
        chosen = self.default_convention if convention is None else convention
        if chosen in ("face-weighted", "embedded"):
            core, scaling = self.gram_core(p, chosen)  # type: ignore[attr-defined]
            return inertia(gram, core=core, scaling=scaling)
        return inertia(gram)

    def adjoint(
        self, p: int, convention: Any = None, *, side: Side = "cochains", bits: int | None = None
    ) -> LabelledMatrix:
        """The adjoint of the coboundary (boundary) map of degree p (see `hodge.adjoint`)."""
        return hodge.adjoint(self.metric(convention), p, side, bits=bits)

    def laplacian(
        self, p: int, convention: Any = None, *, side: Side = "cochains", bits: int | None = None
    ) -> LabelledMatrix:
        """The Hodge Laplacian of degree p (see `hodge.laplacian`).

        Errors: InvalidInput naming the kernel of a Gram matrix that must be inverted and cannot.
        """
        return hodge.laplacian(self.metric(convention), p, side, bits=bits)

    def apply_laplacian(
        self,
        p: int,
        values: Any,
        convention: Any = None,
        *,
        side: Side = "cochains",
        bits: int | None = None,
    ) -> tuple[Any, ...]:
        """``Δ_p f`` for one (co)chain, without the matrix: for large full Gram matrices."""
        return hodge.apply_laplacian(self.metric(convention), p, values, side, bits=bits)

    def stiffness(
        self, p: int, convention: Any = None, *, side: Side = "cochains", bits: int | None = None
    ) -> LabelledMatrix:
        """The symmetric matrix ``G_p Δ_p`` of the Dirichlet energy (see `hodge.stiffness`)."""
        return hodge.stiffness(self.metric(convention), p, side, bits=bits)

    def harmonic_basis(
        self, p: int, convention: Any = None, *, side: Side = "cochains", bits: int | None = None
    ) -> LabelledMatrix:
        """A basis of the harmonic (co)chains of degree p, as columns (see `hodge_harmonic`)."""
        return hodge_harmonic.harmonic_basis(self.metric(convention), p, side, bits=bits)

    def hodge(
        self,
        p: int,
        values: Any,
        convention: Any = None,
        *,
        side: Side = "cochains",
        bits: int | None = None,
    ) -> hodge_harmonic.HodgeParts:
        """The Hodge decomposition of a (co)chain: exact, coexact and harmonic part (see `HodgeParts`)."""
        return hodge_harmonic.decompose(self.metric(convention), p, values, side, bits=bits)

    def spectrum(self, p: int, convention: Any = None, *, side: Side = "cochains", **options: Any) -> Any:
        """The spectrum of the Laplacian: certified eigenvalues with multiplicities (see `Spectrum`)."""
        return spectra.spectrum(self.metric(convention), p, side, **options)

    # -- functions on the vertices -------------------------------------------------------------------

    def extended_laplacian(
        self, convention: Any = None, *, masses: Any = None, mean: extended.Mean = "arithmetic"
    ) -> LabelledMatrix:
        """``G_0^{-1} B^T G_1 B`` with the full edge inner product; with `masses` density-weighted.

        Needs only ``G_0 > 0`` (see `extended.extended_laplacian`, `extended.density_laplacian`).
        """
        K = self.metric(convention)
        if masses is None:
            return extended.extended_laplacian(K)
        return extended.density_laplacian(K, masses, mean=mean)

    def graph_laplacian(self, convention: Any = None, *, normalized: bool = False) -> LabelledMatrix:
        """The plain weighted graph Laplacian ``B^T diag(G_1) B``; `normalized`: ``G_0^{-1}`` times it."""
        return extended.graph_laplacian(self.metric(convention), normalized=normalized)

    def compare_with_graph(self, convention: Any = None) -> extended.LaplacianComparison:
        """The extended Dirichlet energy beside that of the plain graph Laplacian."""
        return extended.compare_with_graph(self.metric(convention))

    def harmonic_extension(
        self, fixed: Mapping[Any, Any], convention: Any = None, *, bits: int | None = None
    ) -> dirichlet.DirichletSolution:
        """The function with these values at some vertices that is harmonic at all others."""
        return dirichlet.harmonic_extension(self.metric(convention), fixed, bits=bits)

    def dirichlet(
        self,
        p: int,
        fixed: Mapping[Any, Any],
        source: Any = None,
        convention: Any = None,
        *,
        side: Side = "cochains",
        bits: int | None = None,
    ) -> dirichlet.DirichletSolution:
        """The (co)chain of degree p with given values and ``Δ_p f = source`` elsewhere."""
        return dirichlet.dirichlet_problem(self.metric(convention), p, fixed, source, side, bits=bits)

    def smoothing_spline(
        self,
        y: Any,
        lam: Any,
        convention: Any = None,
        *,
        masses: Any = None,
        order: int = 1,
        bits: int | None = None,
    ) -> smoothing.SmoothingSpline:
        """``argmin_f Σ m_i (f_i − y_i)² + λ f^T G_0 L^s f`` with the extended Laplacian L.

        `masses` default to 1 at every vertex; `lam` a number, or several: then the least GCV score decides.
        """
        K = self.metric(convention)
        G0, L = K.gram(0), extended.extended_laplacian(K)
        weights = [1] * len(G0.rows) if masses is None else masses
        fit = smoothing.choose_lambda if isinstance(lam, list | tuple) else smoothing.smoothing_spline
        return fit(weights, G0, L, y, lam, order, bits=bits)
