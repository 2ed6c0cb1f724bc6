"""Splines by closed chains of cells: `p_j - p_i` in the ideal of the common face to the power r + 1.

On a facet with plane `l = 0` that means `p_j - p_i = l^(r+1) q` with a free polynomial q of degree k - r - 1.
A spline is a polynomial on one cell of each component together with such q on all facets whose contributions
cancel around every closed chain of cells; chains around the interior ridges generate the others when the
complex has no hole, and the few others needed are added.  Works for any polyhedral cells.

Source: L. Billera, "Homology of smooth splines", Trans. AMS 310 (1988); H. Schenck, M. Stillman, "Local
cohomology of bivariate splines", J. Pure Appl. Algebra 117 (1997).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from flint import fmpq, fmpq_mat

from exactgeom.forms.chart import polynomial_context
from exactgeom.nerve.spline_indices import homogeneous, monomials, polynomial_dimension
from exactgeom.nerve.spline_kernel import Row, SparseSystem
from exactgeom.nerve.spline_mesh import Loop, Mesh, vanishing_forms

Polynomial = dict[tuple[int, ...], Any]


class CycleRoute:
    """The space of splines from cancelling contributions around closed chains; exact."""

    def __init__(self, mesh: Mesh, degree: int, smoothness: int) -> None:
        self.mesh, self.degree, self.smoothness = mesh, degree, smoothness
        self.gluings = mesh.gluings if smoothness >= 0 else ()
        self._starts: list[int] = []
        self._faces: dict[Any, FaceIdeal] = {}
        width = 0
        for gluing in self.gluings:
            self._starts.append(width)
            width += self._ideal(gluing.face).size
        self._width = width

    def _ideal(self, face: tuple[int, ...]) -> FaceIdeal:
        if face not in self._faces:
            self._faces[face] = FaceIdeal(self.mesh, face, self.degree, self.smoothness)
        return self._faces[face]

    # -- the tree ------------------------------------------------------------------------------------

    @cached_property
    def roots(self) -> tuple[int, ...]:
        """One cell of each component."""
        if not self.gluings:
            return tuple(range(len(self.mesh.cells)))
        return tuple(group[0] for group in self.mesh.components)

    @cached_property
    def _tree(self) -> list[tuple[int, int, int]]:
        """(cell, gluing, direction) in the order in which cells are reached; parents come first."""
        near: list[list[tuple[int, int, int]]] = [[] for _ in self.mesh.cells]
        for g, (i, j, _) in enumerate(self.gluings):
            near[i].append((j, g, 1))
            near[j].append((i, g, -1))
        reached, queue, tree = set(self.roots), list(self.roots), []
        for cell in queue:
            for other, g, sign in near[cell]:
                if other not in reached:
                    reached.add(other)
                    queue.append(other)
                    tree.append((other, g, sign))
        return tree

    def _chains(self) -> Iterator[Loop]:
        """Closed chains that generate all: around ridges, then through the tree as far as needed."""
        if not self.gluings:
            return
        needed = len(self.gluings) - len(self.mesh.cells) + len(self.roots)
        span: dict[int, int] = {}
        for loop in self.mesh.loops:
            _insert(span, sum(1 << g for g, _ in loop.steps))
            yield loop
        if len(span) == needed:
            return
        parent = {cell: (g, sign) for cell, g, sign in self._tree}
        inside = {g for g, _ in parent.values()}
        for g, gluing in enumerate(self.gluings):
            if g not in inside:
                steps = self._closed_by(g, parent)
                if _insert(span, sum(1 << h for h, _ in steps)):
                    yield Loop(gluing.face[:1], tuple(steps))

    def _closed_by(self, g: int, parent: dict[int, tuple[int, int]]) -> list[tuple[int, int]]:
        """A gluing, from its second cell back to its first through the tree."""
        total: dict[int, int] = {g: 1}
        for cell, factor in ((self.gluings[g].second, -1), (self.gluings[g].first, 1)):
            at = cell
            while at in parent:
                h, sign = parent[at]
                total[h] = total.get(h, 0) + factor * sign
                at = self.gluings[h].first if sign == 1 else self.gluings[h].second
        return [(h, c) for h, c in total.items() if c]

    # -- the space -----------------------------------------------------------------------------------

    @cached_property
    def system(self) -> SparseSystem:
        """The cancelling conditions on the coefficients of all q."""
        return SparseSystem(self._conditions(), self._width)

    def _conditions(self) -> Iterator[Row]:
        for loop in self._chains():
            origin = self.mesh.points[loop.face[0]]  # most conditions are empty in coordinates from there
            rows: dict[tuple[int, ...], Row] = {}
            for g, sign in loop.steps:
                for j, poly in enumerate(self._ideal(self.gluings[g].face).basis(origin)):
                    for exponents, c in poly.items():
                        rows.setdefault(exponents, {})[self._starts[g] + j] = sign * c
            yield from rows.values()

    @cached_property
    def dimension(self) -> int:
        """Dimension of the space (certain)."""
        return (
            len(self.roots) * polynomial_dimension(self.mesh.dim, self.degree)
            + self._width
            - self.system.rank
        )

    def pieces(self) -> list[Any]:
        """Per cell the matrix (monomial, basis function) of coefficients, as `fmpq_mat`."""
        size = polynomial_dimension(self.mesh.dim, self.degree)
        constants = len(self.roots) * size
        vectors = self.system.kernel()
        table = [[fmpq(0)] * (constants + len(vectors)) for _ in range(self._width)]
        for b, vector in enumerate(vectors):
            for j, q in vector.items():
                table[j][constants + b] = q
        found: list[Any] = [None] * len(self.mesh.cells)
        for i, root in enumerate(self.roots):
            found[root] = fmpq_mat(
                [[fmpq(int(b == i * size + a)) for b in range(constants + len(vectors))] for a in range(size)]
            )
        for cell, g, sign in self._tree:
            before = self.gluings[g].first if sign == 1 else self.gluings[g].second
            ideal = self._ideal(self.gluings[g].face)
            found[cell] = found[before]
            if ideal.size:
                own = fmpq_mat(table[self._starts[g] : self._starts[g] + ideal.size])
                found[cell] = found[before] + ideal.matrix * own * sign
        return found


class FaceIdeal:
    """The polynomials of degree <= k that vanish to order r along a face: a basis of them.

    With independent affine forms l that vanish on the face, completed by coordinates y: all `l^a y^b` with
    `|a| > r`.
    """

    def __init__(self, mesh: Mesh, face: Sequence[int], degree: int, smoothness: int) -> None:
        self._dim, self._degree = mesh.dim, degree
        self._forms = vanishing_forms([mesh.rows[v] for v in face])
        linear = fmpq_mat([list(form[1:]) for form in self._forms])
        echelon, rank = linear.rref()
        pivots = [next(j for j in range(self._dim) if echelon[i, j]) for i in range(rank)]
        self._others = [j for j in range(self._dim) if j not in pivots]
        self._exponents = [
            (a, b)
            for total in range(smoothness + 1, degree + 1)
            for order in range(smoothness + 1, total + 1)
            for a in homogeneous(len(self._forms), order)
            for b in homogeneous(len(self._others), total - order)
        ]
        self.size = len(self._exponents)

    def basis(self, origin: Sequence[Any] | None = None) -> list[Polynomial]:
        """The basis, in coordinates from `origin`."""
        d = self._dim
        context = polynomial_context(d)
        start = [fmpq(0)] * d if origin is None else [fmpq(c.numerator, c.denominator) for c in origin]
        units = [tuple(int(i == j) for j in range(d)) for i in range(d)]

        def affine(constant: Any, linear: Sequence[int]) -> Any:
            value = constant + sum((c * s for c, s in zip(linear, start, strict=True)), fmpq(0))
            terms = {unit: fmpq(c) for unit, c in zip(units, linear, strict=True)}
            return context.from_dict({(0,) * d: value, **terms})

        factors = [affine(form[0], form[1:]) for form in self._forms]
        factors += [affine(0, units[j]) for j in self._others]
        powers = [[context.constant(1)] for _ in factors]
        for factor, row in zip(factors, powers, strict=True):
            for _ in range(self._degree):
                row.append(row[-1] * factor)
        found = []
        for a, b in self._exponents:
            product = context.constant(1)
            for row, e in zip(powers, (*a, *b), strict=True):
                if e:
                    product = product * row[e]
            found.append({tuple(map(int, e)): c for e, c in product.to_dict().items()})
        return found

    @cached_property
    def matrix(self) -> Any:
        """Coefficients (monomial, basis polynomial) in the given coordinates, as `fmpq_mat`."""
        number = {e: i for i, e in enumerate(monomials(self._dim, self._degree))}
        table = [[fmpq(0)] * self.size for _ in number]
        for j, poly in enumerate(self.basis()):
            for exponents, c in poly.items():
                table[number[exponents]][j] = c
        return fmpq_mat(table)

    def contains(self, column: Any) -> bool:
        """True when the polynomial with these coefficients (an `fmpq_mat` column) is in the ideal."""
        if not self.size:
            return not any(column.entries())
        joined = [[*a, *b] for a, b in zip(self.matrix.tolist(), column.tolist(), strict=True)]
        _, rank = fmpq_mat(joined).rref()
        return int(rank) == self.size


def _insert(span: dict[int, int], mask: int) -> bool:
    """Add a 0/1 vector to an echelon basis modulo 2; False when it was in the span already."""
    while mask:
        top = mask.bit_length()
        if top not in span:
            span[top] = mask
            return True
        mask ^= span[top]
    return False
