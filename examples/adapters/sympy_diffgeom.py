"""SymPy `diffgeom`: wedge products, differentials, curvature of a metric, in exact arithmetic."""

from itertools import combinations

import numpy as np

NAME = "SymPy diffgeom"


def _version():
    import sympy

    return sympy.__version__


VERSION = _version()


def _space(m):
    from sympy import symbols
    from sympy.diffgeom import CoordSystem, Manifold, Patch

    names = symbols(f"x0:{m}", real=True)
    return CoordSystem("R", Patch("P", Manifold("M", m)), names), names


def _form(space, form):
    """The form as an expression of `diffgeom`."""
    import sympy
    from sympy.diffgeom import WedgeProduct

    if form["exponents"].shape[1] > 3:
        raise NotImplementedError("too slow beyond three dimensions")
    x, dx = space.coord_functions(), space.base_oneforms()
    total = sympy.Integer(0)
    for c, e, index in zip(
        *(form[k].tolist() for k in ("coefficients", "exponents", "indices")), strict=True
    ):
        term = sympy.Rational(*c.as_integer_ratio()) * sympy.prod(f**k for f, k in zip(x, e, strict=True))
        if len(index) == 1:
            term *= dx[index[0]]
        elif index:
            term *= WedgeProduct(*(dx[i] for i in index))
        total += term
    return total


def _arrays(space, names, form, degree):
    """Components, by putting coordinate vectors in."""
    import sympy

    x, e = space.coord_functions(), space.base_vectors()
    rows = []
    for index in combinations(range(len(names)), degree):
        value = form.rcall(*(e[i] for i in index)) if degree else form
        value = sympy.sympify(value).subs(dict(zip(x, names, strict=True))).doit()
        for powers, c in sympy.Poly(value, *names).terms():
            rows.append((float(c), powers, index))
    return {
        "coefficients": np.array([c for c, _, _ in rows]),
        "exponents": np.array([p for _, p, _ in rows], dtype=int).reshape(-1, len(names)),
        "indices": np.array([i for _, _, i in rows], dtype=int).reshape(len(rows), degree),
    }


def wedge(first, second):
    from sympy.diffgeom import WedgeProduct

    space, names = _space(first["exponents"].shape[1])
    p, q = first["indices"].shape[1], second["indices"].shape[1]
    a, b = _form(space, first), _form(space, second)
    product = WedgeProduct(a, b) if p and q else a * b
    return _arrays(space, names, product, p + q)


def exterior_derivative(form):
    from sympy.diffgeom import Differential

    space, names = _space(form["exponents"].shape[1])
    return _arrays(space, names, Differential(_form(space, form)), form["indices"].shape[1] + 1)


def scalar_curvature(metric, coordinates, points):
    import sympy
    from sympy.diffgeom import TensorProduct, metric_to_Ricci_components

    m = len(coordinates)
    space, names = _space(m)
    given = sympy.symbols(list(coordinates))
    x, dx = space.coord_functions(), space.base_oneforms()
    put = dict(zip(given, x, strict=True))
    entries = sympy.Matrix(m, m, lambda i, j: sympy.sympify(metric[i][j]).subs(put))
    g = sum(
        (entries[i, j] * TensorProduct(dx[i], dx[j]) for i in range(m) for j in range(m)), sympy.Integer(0)
    )
    ricci = metric_to_Ricci_components(g)
    inverse = entries.inv()
    scalar = sum(inverse[i, j] * ricci[i, j] for i in range(m) for j in range(m))
    scalar = sympy.simplify(scalar.subs(dict(zip(x, names, strict=True))))
    at = [[sympy.Rational(*float(c).as_integer_ratio()) for c in row] for row in points.tolist()]
    return np.array([float(scalar.subs(dict(zip(names, row, strict=True)))) for row in at])
