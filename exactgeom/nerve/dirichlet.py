"""Dirichlet problems and harmonic extension on a complex with inner products."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from exactgeom.exact import Enclosure, InvalidInput
from exactgeom.nerve import labelled_entries as entry
from exactgeom.nerve.hodge import MetricComplex, Side, by_label, check_degree, stiffness, vector_of
from exactgeom.nerve.hodge_solve import solve_symmetric
from exactgeom.nerve.inertia import quadratic_form
from exactgeom.nerve.inertia_blocks import components
from exactgeom.nerve.labelled import LabelledMatrix


@dataclass(frozen=True, eq=False)
class DirichletSolution(entry.Recorded):
    """The solution of a Dirichlet problem: `values` in the order of `labels`, given ones included.

    `residual` is `S f − G g` at the free labels (zero when the solution is exact); `energy` is `fᵀ S f`.
    """

    labels: tuple[Hashable, ...]
    values: tuple[Any, ...]
    fixed: tuple[Hashable, ...]
    residual: tuple[Any, ...]
    energy: Any

    @property
    def is_exact(self) -> bool:
        """Whether no value is an enclosure."""
        return not any(isinstance(value, Enclosure) for value in self.values)

    @property
    def residual_is_zero(self) -> bool:
        """Whether the equations hold exactly; for enclosures: whether every residual ball contains 0."""
        return all(r.contains(0) if isinstance(r, Enclosure) else r == 0 for r in self.residual)

    @property
    def satisfies_maximum_principle(self) -> bool:
        """Whether all values lie between the least and the greatest of the given ones.

        A theorem for harmonic functions when `S` has no positive off-diagonal entry and rows of sum zero,
        as for the `diagonal` convention; other inner products may break it. Errors: `UndecidedError` for
        enclosures.
        """
        known = set(self.fixed)
        given = [value for label, value in zip(self.labels, self.values, strict=True) if label in known]
        low, high = min(given), max(given)
        return all(low <= value <= high for value in self.values)

    def __getitem__(self, label: Hashable) -> Any:
        return self.values[self.labels.index(label)]


def dirichlet(
    energy: LabelledMatrix,
    fixed: Mapping[Any, Any],
    load: Any = None,
    *,
    bits: int | None = None,
) -> DirichletSolution:
    """Return f with `f = fixed` where given and `(S f)_v = load_v` elsewhere, for a symmetric matrix S.

    Contract: exact over Q and in fields of degree at most 64, certified enclosures beyond when `bits` is
    given.
    Formula: `S_II f_I = load_I − S_IB f_B`. Errors: `InvalidInput` for unknown labels, or naming the free
    component that no given value reaches; `UndecidedError`.

    >>> path = LabelledMatrix("abc", "abc", [[1, -1, 0], [-1, 2, -1], [0, -1, 1]])
    >>> dirichlet(path, {"a": 0, "c": 1})["b"]
    Fraction(1, 2)
    """
    if not energy.is_symmetric():
        raise InvalidInput("expected a symmetric matrix with equal row and column labels", "energy")
    labels = energy.rows
    fixed = by_label(fixed, labels, "fixed")
    given = [entry.enter(fixed[v], f"fixed[{v!r}]") if v in fixed else entry.ZERO for v in labels]
    right = (0,) * len(labels) if load is None else vector_of(load, labels, "load")
    free = [i for i, label in enumerate(labels) if label not in fixed]
    held = [i for i, label in enumerate(labels) if label in fixed]
    inside = energy.submatrix(free, free)
    _check_reached(energy, inside, free)
    pull = energy.submatrix(free, held) @ [given[i] for i in held]
    sides = LabelledMatrix(
        inside.rows, [0], [[right[i] - value] for i, value in zip(free, pull, strict=True)]
    )
    solution = solve_symmetric(inside, sides, bits=bits, what="dirichlet")
    values = [entry.leave(value) for value in given]
    for i, line in zip(free, solution.lines, strict=True):
        values[i] = entry.leave(line.get(0, entry.ZERO))
    image = energy.submatrix(free, range(len(labels))) @ values
    residual = tuple(value - right[i] for i, value in zip(free, image, strict=True))
    fixed_labels = tuple(labels[i] for i in held)
    return DirichletSolution(labels, tuple(values), fixed_labels, residual, quadratic_form(energy, values))


def dirichlet_problem(
    K: MetricComplex,
    p: int,
    fixed: Mapping[Any, Any],
    source: Any = None,
    side: Side = "cochains",
    *,
    bits: int | None = None,
) -> DirichletSolution:
    """Return the (co)chain f of degree p with given values and `Δ_p f = source` tested elsewhere.

    Contract and errors: as for `dirichlet`, with `S = G_p Δ_p` and load `G_p source` (so for a diagonal
    `G_p` the equation `Δ_p f = source` holds at every free simplex). `G_p` itself is not inverted.
    """
    check_degree(K, p)
    load = None if source is None else K.gram(p) @ vector_of(source, K.gram(p).rows, "source")
    return dirichlet(stiffness(K, p, side, bits=bits), fixed, load, bits=bits)


def harmonic_extension(
    K: MetricComplex, fixed: Mapping[Any, Any], *, bits: int | None = None
) -> DirichletSolution:
    """Return the function on vertices with given values that is harmonic elsewhere, for the full `G_1`.

    >>> from exactgeom.nerve.hodge import HodgeComplex
    >>> d = LabelledMatrix("abc", range(2), [[-1, 0], [1, -1], [0, 1]])
    >>> weights = LabelledMatrix.diagonal_of(range(2), [1, 3])
    >>> K = HodgeComplex([d], [LabelledMatrix.diagonal_of("abc", [1, 1, 1]), weights])
    >>> found = harmonic_extension(K, {"a": 0, "c": 1})
    >>> found["b"], found.residual_is_zero, found.satisfies_maximum_principle
    (Fraction(3, 4), True, True)
    """
    return dirichlet_problem(K, 0, fixed, bits=bits)


def _check_reached(energy: LabelledMatrix, inside: LabelledMatrix, free: list[int]) -> None:
    """Refuse a free component without any given neighbour whose rows sum to zero: it has no one solution."""
    chosen = set(free)
    for block in components(inside.lines):
        lines = [energy.lines[free[k]] for k in block]
        if any(line.keys() - chosen for line in lines):
            continue
        if all(entry.is_zero(entry.total(list(line.values()))) for line in lines):
            names = ", ".join(repr(inside.rows[k]) for k in block[:6]) + (", …" if len(block) > 6 else "")
            raise InvalidInput(f"no given value reaches the component of {names}", "fixed")
