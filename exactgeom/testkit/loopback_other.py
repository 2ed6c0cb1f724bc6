"""The part of the loopback that is not about partitions: complexes, graphs, forms, programs."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.testkit.compare import nearest

AnyArray = np.ndarray[Any, Any]
Form = Mapping[str, Any]


def _vector(values: Any) -> list[Fraction]:
    return [Fraction(x) for x in np.asarray(values, dtype=float).tolist()]


# -- complexes ---------------------------------------------------------------------------------------


def _complex(simplices: Any) -> Any:
    from exactgeom.nerve.simplicial import SimplicialComplex

    return SimplicialComplex([row for table in simplices for row in np.asarray(table).tolist()])


def betti(simplices: Any) -> AnyArray:
    """Betti numbers."""
    return np.array(_complex(simplices).betti())


def _metric(simplices: Any, norms: Any) -> tuple[Any, list[list[int]]]:
    """The metric complex, and per degree where each given simplex stands in its order."""
    from exactgeom.nerve.hodge import HodgeComplex
    from exactgeom.nerve.labelled import LabelledMatrix

    K = _complex(simplices)
    grams, places = [], []
    for p in range(K.dimension + 1):
        number = {row: i for i, row in enumerate(K.simplices(p))}
        place = [number[tuple(row)] for row in np.asarray(simplices[p]).tolist()]
        values = [Fraction(0)] * len(place)
        for i, x in zip(place, _vector(norms[p]), strict=True):
            values[i] = x
        grams.append(LabelledMatrix.diagonal_of(K.simplices(p), values))
        places.append(place)
    return HodgeComplex([K.boundary(p) for p in range(1, K.dimension + 1)], grams), places


def laplacian(simplices: Any, degree: int, norms: Any) -> AnyArray:
    """The Hodge Laplacian."""
    from exactgeom.nerve.hodge import laplacian as exact

    K, places = _metric(simplices, norms)
    entries = exact(K, degree).entries
    return np.array([[nearest(entries[i][j]) for j in places[degree]] for i in places[degree]])


def spectrum(simplices: Any, degree: int, norms: Any) -> AnyArray:
    """Its eigenvalues."""
    from exactgeom.nerve.spectrum import spectrum as exact

    return np.array([nearest(x) for x in exact(_metric(simplices, norms)[0], degree).counted()])


def eigenvectors(simplices: Any, degree: int, norms: Any) -> dict[str, AnyArray]:
    """Eigenvectors of `G^{1/2} Δ G^{-1/2}` in doubles: exact ones would live in large fields."""
    root = np.sqrt(np.asarray(norms[degree], dtype=float))
    matrix = root[:, None] * laplacian(simplices, degree, norms) / root[None, :]
    vectors = np.linalg.eigh((matrix + matrix.T) / 2)[1] / root[:, None]
    return {"values": spectrum(simplices, degree, norms), "vectors": vectors}


def harmonic_basis(simplices: Any, degree: int, norms: Any) -> AnyArray:
    """A basis of its kernel."""
    from exactgeom.nerve.hodge_harmonic import harmonic_basis as exact

    K, places = _metric(simplices, norms)
    entries = exact(K, degree).entries
    return np.array([[nearest(x) for x in entries[i]] for i in places[degree]]).reshape(len(entries), -1)


def hodge_decomposition(simplices: Any, degree: int, norms: Any, cochain: AnyArray) -> dict[str, AnyArray]:
    """The three parts."""
    from exactgeom.nerve.hodge_harmonic import decompose

    K, places = _metric(simplices, norms)
    place = places[degree]
    values = [Fraction(0)] * len(place)
    for i, x in zip(place, _vector(cochain), strict=True):
        values[i] = x
    parts = decompose(K, degree, values)
    names = ("exact", "coexact", "harmonic")
    return {name: np.array([nearest(getattr(parts, name)[i]) for i in place]) for name in names}


# -- graphs ------------------------------------------------------------------------------------------


def _graph(nodes: int, edges: AnyArray, lengths: Any) -> Any:
    from exactgeom.curvature.graphs import LengthGraph

    return LengthGraph(range(nodes), [tuple(edge) for edge in edges.tolist()], lengths)


def _edge_values(found: Mapping[Any, Any], edges: AnyArray) -> AnyArray:
    return np.array([nearest(found[tuple(edge)]) for edge in edges.tolist()])


def ollivier_ricci(nodes: int, edges: AnyArray, lengths: AnyArray, idleness: float) -> AnyArray:
    """Ollivier's curvature."""
    from exactgeom.curvature.ollivier import ollivier_ricci as exact

    graph = _graph(nodes, edges, _vector(lengths))
    return _edge_values(exact(graph, Fraction(idleness)), edges)


def lin_lu_yau(nodes: int, edges: AnyArray, lengths: AnyArray) -> AnyArray:
    """Lin-Lu-Yau curvature."""
    from exactgeom.curvature.lin_lu_yau import lin_lu_yau as exact

    return _edge_values(exact(_graph(nodes, edges, _vector(lengths))), edges)


def forman_ricci(nodes: int, edges: AnyArray) -> AnyArray:
    """Forman's curvature without weights."""
    from exactgeom.curvature.forman import forman_ricci as exact

    return _edge_values(exact(_graph(nodes, edges, [1] * len(edges))), edges)


def wasserstein(cost: AnyArray, source: AnyArray, target: AnyArray) -> float:
    """The optimal cost."""
    from exactgeom.curvature.transport import transport

    return nearest(transport(_vector(source), _vector(target), [_vector(row) for row in cost]).cost)


# -- forms -------------------------------------------------------------------------------------------


def _form(form: Form) -> Any:
    from exactgeom.forms.form import DifferentialForm

    exponents = np.asarray(form["exponents"])
    m, p = exponents.shape[1], np.asarray(form["indices"]).shape[1]
    x = _names(m)
    total = DifferentialForm(x, p, {})
    differentials = [f.d() for f in total.chart.functions()]
    rows = zip(_vector(form["coefficients"]), exponents.tolist(), form["indices"].tolist(), strict=True)
    for c, e, index in rows:
        term: Any = _monomial(total.chart, c, e)
        for i in index:
            term = term ^ differentials[i]
        total = total + term
    return total


def _names(m: int) -> str:
    return " ".join(f"x{i}" for i in range(m))


def _monomial(chart: Any, c: Fraction, exponents: list[int]) -> Any:
    from exactgeom.forms.form import DifferentialForm

    term = DifferentialForm.function(chart, c)
    for f, e in zip(chart.functions(), exponents, strict=True):
        term = term * f**e if e else term
    return term


def _arrays(form: Any) -> dict[str, AnyArray]:
    rows = []
    for index, value in form.components.items():
        for exponents, c in value.terms[0].to_dict().items():
            rows.append((Fraction(int(c.p), int(c.q)), list(exponents), list(index)))
    m, p = form.chart.dim, form.degree
    return {
        "coefficients": np.array([float(c) for c, _, _ in rows]),
        "exponents": np.array([e for _, e, _ in rows], dtype=np.int64).reshape(-1, m),
        "indices": np.array([i for _, _, i in rows], dtype=np.int64).reshape(len(rows), p),
    }


def wedge(first: Form, second: Form) -> dict[str, AnyArray]:
    """The product."""
    return _arrays(_form(first) ^ _form(second))


def exterior_derivative(form: Form) -> dict[str, AnyArray]:
    """The derivative."""
    return _arrays(_form(form).d())


def pullback(form: Form, map: Any) -> dict[str, AnyArray]:
    """The pullback."""
    from exactgeom.forms.chart import Chart
    from exactgeom.forms.form import DifferentialForm
    from exactgeom.forms.maps import Map

    target = _form(form)
    source = Chart(" ".join(f"y{i}" for i in range(np.asarray(map[0]["exponents"]).shape[1])))
    components = [
        sum(
            (
                _monomial(source, c, e)
                for c, e in zip(_vector(part["coefficients"]), part["exponents"].tolist(), strict=True)
            ),
            DifferentialForm.function(source, 0),
        )
        for part in map
    ]
    return _arrays(target.pullback(Map(source, target.chart, components)))


def integrate(vertices: AnyArray, coefficients: AnyArray, exponents: AnyArray) -> float:
    """The integral, simplex by simplex: `∫_Δ x^a = vol d! Π a! / (d + |a|)!` in barycentric coordinates."""
    from itertools import product
    from math import factorial, prod

    from exactgeom.polyhedra import Polytope
    from exactgeom.polyhedra.moments import triangulation

    hull = Polytope.from_vertices([_vector(row) for row in vertices])
    d = vertices.shape[1]
    points = hull.complex.points
    _, simplices = triangulation(hull.complex, np.array([0]))
    total = Fraction(0)
    for simplex in np.asarray(simplices).tolist():
        corners = [points[v] for v in simplex]
        volume = abs(_determinant([[a - b for a, b in zip(p, corners[0], strict=True)] for p in corners[1:]]))
        for c, e in zip(_vector(coefficients), exponents.tolist(), strict=True):
            factors = [i for i, k in enumerate(e) for _ in range(k)]
            for choice in product(range(d + 1), repeat=len(factors)):
                powers = [choice.count(v) for v in range(d + 1)]
                weight = Fraction(prod(map(factorial, powers)), factorial(d + len(factors)))
                value = prod((corners[v][i] for v, i in zip(choice, factors, strict=True)), start=Fraction(1))
                total += c * volume * weight * value
    return float(total)


def _determinant(rows: list[list[Fraction]]) -> Fraction:
    from exactgeom.linalg import Matrix

    return Fraction(Matrix(rows).det())


def scalar_curvature(metric: Any, coordinates: Any, points: AnyArray) -> AnyArray:
    """The scalar curvature at points."""
    import sympy

    from exactgeom.forms.riemann import curvature

    symbols = sympy.symbols(list(coordinates))
    table = [[sympy.sympify(entry) for entry in row] for row in metric]
    found = sympy.sympify(curvature(table, symbols).scalar)
    values = []
    for point in points:
        at = {
            s: sympy.Rational(x.numerator, x.denominator)
            for s, x in zip(symbols, _vector(point), strict=True)
        }
        value = sympy.Rational(found.subs(at))
        values.append(float(Fraction(int(value.p), int(value.q))))
    return np.array(values)


# -- programs ----------------------------------------------------------------------------------------


def lp(c: AnyArray, A: AnyArray, b: AnyArray) -> dict[str, Any]:
    """The optimum."""
    from exactgeom.linalg.lp import LinearProgram
    from exactgeom.linalg.lp_answers import Optimal

    found = LinearProgram([_vector(row) for row in A], _vector(b), dim=len(c)).minimize(_vector(c))
    if not isinstance(found, Optimal):
        return {"status": type(found).__name__.lower()}
    return {"status": "optimal", "value": float(found.value), "x": np.array([float(x) for x in found.x])}


def nonredundant(A: AnyArray, b: AnyArray) -> AnyArray:
    """The rows that are needed."""
    from exactgeom.linalg.redundancy import nonredundant as exact

    return np.array(exact([_vector(row) for row in A], _vector(b)), dtype=np.int64)
