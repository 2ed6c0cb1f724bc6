"""C^r splines on simplicial and polyhedral complexes: the public constructors, and model refinement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.nerve.spline_fit import Interpolation, Projection
from exactgeom.nerve.spline_mesh import Mesh, mesh_of_complex, mesh_of_simplices
from exactgeom.nerve.spline_piecewise import PiecewisePolynomial
from exactgeom.nerve.spline_reading import read_integer
from exactgeom.nerve.spline_spaces import SplineSpace

__all__ = [
    "Interpolation",
    "ModelRefinement",
    "PiecewisePolynomial",
    "Projection",
    "SplineSpace",
    "model_pieces",
    "refine_model",
    "spline_space",
    "spline_space_on",
]


def spline_space(
    points: Any, simplices: Any, *, degree: int, smoothness: int, method: str = "bernstein"
) -> SplineSpace:
    """The C^r splines of degree at most k on a simplicial complex in R^d.

    Contract: exact.  A spline is a polynomial on every simplex; any two of them agree to order r along the
    common face of their simplices: `p_i - p_j ∈ I(face)^(r+1)`, which for a facet with plane l = 0 is
    `l^(r+1) | p_i - p_j`.  `smoothness` -1 asks nothing; at or above `degree` only polynomials remain, one
    per component.  Simplices that touch in a point are glued there too.  Holes, several components: legal.
    `points`: coordinates through the number door; `simplices`: d + 1 point numbers each.  `method`:
    ``"bernstein"`` or the slower, independent ``"cycles"``.
    Errors: InvalidInput for flat simplices, and for two that overlap, repeat or hang, naming them.
    Source: Lai and Schumaker, "Spline Functions on Triangulations" (2007); Billera (1988).

    >>> split = [(0, 0), (3, 0), (0, 3), (1, 1)], [[0, 1, 3], [1, 2, 3], [0, 2, 3]]  # Clough-Tocher
    >>> [spline_space(*split, degree=3, smoothness=r).dimension for r in (-1, 0, 1, 2, 3)]
    [30, 19, 12, 10, 10]
    """
    if method not in ("bernstein", "cycles"):
        raise InvalidInput(f'expected "bernstein" or "cycles", got {method!r}', "method")
    degree, smoothness = read_integer(degree, 0, "degree"), read_integer(smoothness, -1, "smoothness")
    return SplineSpace(mesh_of_simplices(points, simplices), degree, smoothness, method)


def spline_space_on(partition: Any, *, degree: int, smoothness: int) -> SplineSpace:
    """The C^r splines of degree at most k on a polyhedral complex: a `Partition`, a `PolyhedralComplex`, ...

    Contract: exact; definition as in `spline_space`.  Anything with a bounded full-dimensional `complex` will
    do; it is assumed valid (`validate` proves it).  On the partition of a model low degrees mostly leave few
    splines beside the polynomials themselves: see `SplineSpace.is_polynomial`.
    Errors: InvalidInput; UnboundedError for cells at infinity.

    >>> import exactgeom as eg
    >>> cross = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))
    >>> [spline_space_on(cross, degree=k, smoothness=1).dimension for k in (1, 2, 3, 4)]
    [3, 8, 16, 28]
    """
    degree, smoothness = read_integer(degree, 0, "degree"), read_integer(smoothness, -1, "smoothness")
    mesh = mesh_of_complex(getattr(partition, "complex", partition))
    return SplineSpace(mesh, degree, smoothness, "cycles")


def model_pieces(partition: Any, mesh: Mesh | None = None) -> tuple[PiecewisePolynomial, ...]:
    """The model of a partition as piecewise polynomials of degree 1, one per output; exact.

    Errors: InvalidInput for a model without outputs.
    """
    mesh = mesh or mesh_of_complex(partition.complex)
    maps = [partition.affine_map(cell) for cell in range(len(mesh.cells))]
    if any(found is None for found in maps):
        raise InvalidInput("expected a model with an affine map on every cell", "partition")
    return tuple(PiecewisePolynomial(mesh, ([b[k], *a[k]] for a, b in maps)) for k in range(len(maps[0][1])))


@dataclass(frozen=True, repr=False)
class ModelRefinement:
    """Answer of `refine_model`; exact and lazy."""

    space: SplineSpace
    model: tuple[PiecewisePolynomial, ...]
    """The model itself, one piecewise polynomial per output."""

    @cached_property
    def projections(self) -> tuple[Projection, ...]:
        """One projection per output."""
        return self.space.project_all(self.model)

    @property
    def splines(self) -> tuple[PiecewisePolynomial, ...]:
        """The nearest spline of every output."""
        return tuple(found.spline for found in self.projections)

    @property
    def distance_squared(self) -> Fraction:
        """`∫ Σ_k (f_k - s_k)²` over the domain: rational."""
        return sum((found.distance_squared for found in self.projections), Fraction(0))

    @property
    def is_polynomial(self) -> bool:
        """True when every nearest spline is one polynomial on the whole domain."""
        return all(spline.is_polynomial for spline in self.splines)

    def __call__(self, point: Sequence[Any]) -> tuple[Fraction, ...]:
        """Values of the splines at a point."""
        return tuple(spline(point) for spline in self.splines)

    def __repr__(self) -> str:
        return f"<a model of {len(self.model)} outputs refined in {self.space!r}>"


def refine_model(partition: Any, *, degree: int = 3, smoothness: int = 1) -> ModelRefinement:
    """The C^r spline of degree at most k nearest (in L²) to a model on the model's own bounded partition.

    Contract: exact, with the exact squared distance.  On a generic partition low degrees leave few C^1
    functions; then the answer may be the nearest global polynomial (`is_polynomial` says so), and a higher
    degree brings more.  Models with jumps are legal.
    Errors: InvalidInput for a model without outputs; UnboundedError for an unbounded domain.

    >>> import exactgeom as eg
    >>> P = eg.partition(eg.Network([eg.ReLU()], input_dim=1), eg.box(-1, 1, dim=1))
    >>> quadratic = refine_model(P, degree=2)
    >>> quadratic.splines[0].pieces[0], quadratic.distance_squared
    ({(0,): Fraction(3, 32), (1,): Fraction(1, 2), (2,): Fraction(15, 32)}, Fraction(1, 384))
    """
    space = spline_space_on(partition, degree=degree, smoothness=smoothness)
    if not hasattr(partition, "affine_map"):
        raise InvalidInput(f"expected a Partition, got {type(partition).__name__}", "partition")
    return ModelRefinement(space, model_pieces(partition, space.mesh))
