"""SymPy `intpoly`: polynomials over polygons and polyhedra, in rational arithmetic."""

import numpy as np

NAME = "SymPy intpoly"


def _version():
    import sympy

    return sympy.__version__


VERSION = _version()


def integrate(vertices, coefficients, exponents):
    import sympy
    from scipy.spatial import ConvexHull
    from sympy.integrals.intpoly import polytope_integrate

    d = vertices.shape[1]
    if d not in (2, 3):
        raise NotImplementedError(f"dimension {d}")
    names = sympy.symbols("x y z")[:d]

    def exactly(value):
        return sympy.Rational(*float(value).as_integer_ratio())

    expression = sum(
        (
            exactly(c) * sympy.prod(n**k for n, k in zip(names, e, strict=True))
            for c, e in zip(coefficients.tolist(), exponents.tolist(), strict=True)
        ),
        sympy.Integer(0),
    )
    hull = ConvexHull(vertices)
    points = [tuple(exactly(x) for x in row) for row in vertices.tolist()]
    if d == 2:
        order = hull.vertices[::-1].tolist()  # clockwise
        return float(polytope_integrate(sympy.Polygon(*(sympy.Point(*points[i]) for i in order)), expression))
    middle = vertices[hull.vertices].mean(axis=0)
    faces = []
    for a, b, c in hull.simplices.tolist():
        outward = np.dot(np.cross(vertices[b] - vertices[a], vertices[c] - vertices[a]), vertices[a] - middle)
        faces.append([a, b, c] if outward > 0 else [a, c, b])
    return float(polytope_integrate([points, *faces], expression))
