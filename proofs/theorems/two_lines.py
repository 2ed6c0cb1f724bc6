"""Two crossing lines: the angle conventions are definite above 60 degrees, and only there."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import exactgeom as eg
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[object]:
    """First the matrix with a symbol for the cosine, then pairs of lines."""
    yield "I + cos θ · (balanced four-cycle)"
    size = 3 if full else 2
    normals = [n for n in product(range(-size, size + 1), repeat=2) if n > (0, 0)]
    yield from ((a, b) for a in normals for b in normals if a < b and a[0] * b[1] != a[1] * b[0])


def check(instance: object) -> Finding:
    """Symbolic: eigenvalues 1, 1, 1 ± 2 cos θ for every θ. Pairs: all three conventions agree with that."""
    if isinstance(instance, str):
        import sympy

        c = sympy.Symbol("c", real=True)
        matrix = sympy.Matrix([[1, c, 0, -c], [c, 1, -c, 0], [0, -c, 1, c], [-c, 0, c, 1]])
        values = matrix.eigenvals()
        return claim(values == {sympy.Integer(1): 2, 1 - 2 * c: 1, 1 + 2 * c: 1}, eigenvalues=str(values))
    a, b = instance  # type: ignore[misc]
    lengths = (a[0] ** 2 + a[1] ** 2) * (b[0] ** 2 + b[1] ** 2)
    cos2 = Fraction((a[0] * b[0] + a[1] * b[1]) ** 2, lengths)
    K = eg.partition(eg.Arrangement([(a, 0), (b, 0)]), eg.box(-2, 2, dim=2)).dual_complex()
    found = {c: K.inertia(1, c).signature for c in ("area-vector", "embedded", "face-weighted")}
    expected = (4, 0, 0) if 4 * cos2 < 1 else (3, 0, 1) if 4 * cos2 == 1 else (3, 1, 0)
    return claim(all(s == expected for s in found.values()), cos_squared=cos2, signatures=found)


THEOREM = Theorem(
    statement="For two lines that cross inside the domain at the acute angle θ, the degree-1 Gram matrices "
    "`area-vector`, `embedded` and "
    "`face-weighted` are definite for θ > 60°, degenerate for 60°, indefinite below.",
    hypotheses="two lines that cross inside a bounded domain in the plane",
    source="docs/DEFINITENESS.md",
    scope="symbolic",
    over="the scaled matrix with a symbol for cos θ; all pairs of lines through 0 with coefficients up to 3",
    instances=instances,
    check=check,
)
