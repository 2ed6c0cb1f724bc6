"""Differential forms beside SymPy, one table: `python -m benchmarks.forms` (`--no-peers`: ours only).

Every row is checked before it is timed: pullback commutes with d, the peers' results equal ours.
"""

from __future__ import annotations

import argparse
import itertools
import platform
import random
import time
from collections.abc import Callable
from typing import Any

import sympy
from flint import fmpq
from sympy import diffgeom

from exactgeom import forms
from exactgeom.forms import Chain, Chart, DifferentialForm, Map, Metric, curvature

Row = tuple[str, float, float | None, str, float | None]
"""(case, our seconds, target, peer, its seconds)."""

R4, R3 = Chart("x1:5"), Chart("u v w")


def full_polynomial(chart: Chart, degree: int, source: random.Random) -> DifferentialForm:
    """A polynomial with every monomial up to a degree."""
    exponents = itertools.product(range(degree + 1), repeat=chart.dim)
    terms = {e: fmpq(source.choice([-9, -7, -4, -1, 2, 3, 5, 8])) for e in exponents if sum(e) <= degree}
    return DifferentialForm.from_coefficients(chart, 0, {0: chart.context.from_dict(terms)})


def two_form_and_map() -> tuple[DifferentialForm, Map]:
    """The case of the promise: full cubic coefficients on R^4, a quadratic map from R^3."""
    source = random.Random(4)
    basis = R4.differentials()
    total = DifferentialForm(R4, 2, {})
    for i, j in itertools.combinations(range(4), 2):
        total = total + full_polynomial(R4, 3, source) * (basis[i] ^ basis[j])
    return total, Map(R3, R4, [full_polynomial(R3, 2, source) for _ in range(4)])


def best(action: Callable[[], Any], repeat: int) -> float:
    """Best time in seconds of some warm runs."""
    action()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def once(action: Callable[[], Any]) -> tuple[float, Any]:
    """Time of one cold run, and its result."""
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


# -- peers ---------------------------------------------------------------------------------------------


def poly_pullback(form: DifferentialForm, change: Map) -> dict[tuple[int, ...], Any]:
    """The pullback by hand with `sympy.Poly`."""
    images = [sympy.Poly(c.to_sympy(), *R3.symbols) for c in change.components]
    found: dict[tuple[int, ...], Any] = {}
    powers = [[sympy.Poly(1, *R3.symbols)] for _ in images]
    for i, image in enumerate(images):
        for _ in range(3):
            powers[i].append(powers[i][-1] * image)
    for (a, b), coefficient in form.components.items():
        moved = sympy.Poly(0, *R3.symbols)
        for exponents, factor in sympy.Poly(coefficient.to_sympy(), *R4.symbols).terms():
            term = sympy.Poly(factor, *R3.symbols)
            for i, e in enumerate(exponents):
                term = term * powers[i][e]
            moved = moved + term
        for i, j in itertools.combinations(range(3), 2):
            minor = images[a].diff(R3.symbols[i]) * images[b].diff(R3.symbols[j])
            minor = minor - images[a].diff(R3.symbols[j]) * images[b].diff(R3.symbols[i])
            found[i, j] = found.get((i, j), 0) + moved * minor
    return found


def diffgeom_d(form: DifferentialForm) -> Any:
    """`sympy.diffgeom.Differential`, evaluated on one triple of coordinate vectors."""
    system = forms.coordinate_system(R4)
    vectors = system.base_vectors()
    total = 0
    for (a, b), coefficient in form.components.items():
        scalar = coefficient.to_sympy().xreplace(dict(zip(R4.symbols, system.base_scalars(), strict=True)))
        one = diffgeom.WedgeProduct(system.base_oneform(a), system.base_oneform(b))
        total += diffgeom.WedgeProduct(diffgeom.Differential(scalar), one).rcall(*vectors[:3])
    back = dict(zip(system.base_scalars(), R4.symbols, strict=True))
    return sympy.expand(total.doit().xreplace(back))


def schwarzschild() -> Metric:
    t, r, theta, phi, mass = sympy.symbols("t r theta phi M")
    lapse = 1 - 2 * mass / r
    return Metric.diagonal([-lapse, 1 / lapse, r**2, r**2 * sympy.sin(theta) ** 2], [t, r, theta, phi])


def diffgeom_ricci(metric: Metric) -> Any:
    """SymPy's own Ricci components, simplified to be recognised as zero."""
    system = forms.coordinate_system(metric.chart)
    scalars = dict(zip(metric.chart.symbols, system.base_scalars(), strict=True))
    ones = system.base_oneforms()
    tensor = sum(
        metric.matrix[i][i].xreplace(scalars) * diffgeom.TensorProduct(ones[i], ones[i]) for i in range(4)
    )
    return sympy.simplify(diffgeom.metric_to_Ricci_components(tensor))


def general_diagonal() -> Metric:
    """Four undefined functions of four coordinates on the diagonal."""
    symbols = sympy.symbols("x0:4")
    return Metric.diagonal([sympy.Function(name)(*symbols) for name in "ABCD"], symbols)


# -- the table -----------------------------------------------------------------------------------------


def rows(peers: bool, repeat: int) -> list[Row]:
    """(case, our seconds, target, peer, its seconds)."""
    form, change = two_form_and_map()
    ours = form.pullback(change)
    if ours.d() != form.d().pullback(change):
        raise SystemExit("pullback does not commute with d: nothing is timed")
    found: list[Row] = []
    peer_time = None
    if peers:
        peer_time, theirs = once(lambda: poly_pullback(form, change))
        for (i, j), value in theirs.items():
            if ours[i, j] != value.as_expr():
                raise SystemExit("sympy.Poly disagrees")
    found.append(
        (
            "pullback of a 2-form, R^3 -> R^4",
            best(lambda: form.pullback(change), repeat),
            5e-3,
            "sympy.Poly",
            peer_time,
        )
    )
    peer_time = None
    if peers:
        peer_time, theirs = once(lambda: diffgeom_d(form))
        if form.d()[0, 1, 2] != theirs:
            raise SystemExit("sympy.diffgeom disagrees")
    found.append(("d of it", best(form.d, repeat), 1e-3, "diffgeom, 1 of 4 components", peer_time))
    return found + curvature_rows(peers) + [stokes_row()]


def curvature_rows(peers: bool) -> list[Row]:
    """Curvature, cold: caches of normal forms make a second run cheaper."""
    metric = schwarzschild()
    seconds, flat = once(lambda: curvature(metric).is_ricci_flat)
    peer_time = None
    if peers:
        peer_time, theirs = once(lambda: diffgeom_ricci(metric))
        if any(value != 0 for value in sympy.flatten(theirs)) or not flat:
            raise SystemExit("Schwarzschild is not Ricci-flat")
    found: list[Row] = [("Ricci tensor of Schwarzschild", seconds, None, "diffgeom + simplify", peer_time)]
    general = general_diagonal()
    found.append(
        ("scalar curvature, diagonal 4-metric", once(lambda: curvature(general).scalar)[0], 5.0, "", None)
    )
    full = general_diagonal()
    found.append(
        ("all of Riemann, diagonal 4-metric", once(lambda: curvature(full).riemann)[0], 5.0, "", None)
    )
    return found


def stokes_row() -> Row:
    """Stokes on every cell of an arrangement in space."""
    import exactgeom as eg

    source = random.Random(8)
    planes = [
        ([source.randint(-9, 9) or 1 for _ in range(3)], sympy.Rational(source.randint(-3, 3), 4))
        for _ in range(8)
    ]
    space = eg.partition(eg.Arrangement(planes), eg.box(-1, 1, dim=3)).complex
    chart = Chart("x y z")
    basis = chart.differentials()
    form = full_polynomial(chart, 3, source) * (basis[0] ^ basis[1])
    form = form + full_polynomial(chart, 3, source) * (basis[1] ^ basis[2])
    cells = space.count(3)

    def check() -> bool:
        return all(Chain(space, 3, {i: 1}).stokes_defect(form) == 0 for i in range(cells))

    seconds, holds = once(check)
    if not holds:
        raise SystemExit("Stokes fails")
    return f"Stokes on each of {cells} cells in R^3", seconds, None, "", None


def shown(seconds: float | None) -> str:
    """Milliseconds with three digits."""
    return "-" if seconds is None else f"{1e3 * seconds:,.3g}" if seconds < 1 else f"{1e3 * seconds:,.0f}"


def table(found: list[Row]) -> str:
    """The rows as Markdown."""
    lines = [["case", "ours, ms", "target, ms", "peer", "peer, ms", "ratio"]]
    for case, seconds, target, peer, other in found:
        mark = "-" if target is None else f"{shown(target)} {'met' if seconds <= target else 'MISSED'}"
        ratio = "-" if other is None else f"{other / seconds:,.0f}"
        lines.append([case, shown(seconds), mark, peer if other is not None else "-", shown(other), ratio])
    widths = [max(len(line[i]) for line in lines) for i in range(6)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in lines
    )


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Differential forms beside SymPy, in one table.")
    parser.add_argument("--no-peers", action="store_true", help="ours only")
    parser.add_argument("--repeat", type=int, default=20, help="timed runs after the warm-up (default 20)")
    options = parser.parse_args(arguments)
    print(table(rows(not options.no_peers, options.repeat)))
    print()
    print(
        f"Python {platform.python_version()}, {platform.machine()}, one process; SymPy {sympy.__version__}."
    )
    print("Pullback and d: best of the warm runs; curvature, Stokes and the peers: one cold run.")


if __name__ == "__main__":
    main()
