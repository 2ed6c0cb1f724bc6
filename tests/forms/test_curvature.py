"""Curvature of known spaces, and the identities of the curvature tensor."""

from __future__ import annotations

import itertools

import pytest
import sympy
from sympy import Rational, cos, cosh, diffgeom, exp, sin, sinh, sqrt
from sympy.abc import a, b, theta, u, v

from exactgeom.exact import InvalidInput, UndecidedError
from exactgeom.forms import (
    Chart,
    DifferentialForm,
    DimensionMismatch,
    Frame,
    Immersion,
    Metric,
    SingularMetric,
    curvature,
    dual_frame,
    equal,
    integrate_parametrised,
    is_zero,
    normal_form,
    orthonormal_frame,
)

t, r, phi, mass, x, y, z = sympy.symbols("t r phi M x y z")
lapse = 1 - 2 * mass / r
SCHWARZSCHILD = Metric.diagonal([-lapse, 1 / lapse, r**2, r**2 * sin(theta) ** 2], [t, r, theta, phi])
SPHERE = Metric.diagonal([a**2, a**2 * sin(theta) ** 2], [theta, phi])
THREE_SPHERE = Metric.diagonal([1, sin(u) ** 2, sin(u) ** 2 * sin(v) ** 2], [u, v, x])
HYPERBOLIC = Metric.diagonal([1 / y**2, 1 / y**2], [x, y])
LIOUVILLE = Metric([[2 + x**2, x * y], [x * y, 1 + y**2 + exp(x)]], [x, y])
HELICOIDAL = Metric([[1, y, 0], [y, 2 + y**2, x], [0, x, 3 + x**2]], [x, y, z])


# -- known curvatures ----------------------------------------------------------------------------------


def test_unit_sphere_has_scalar_curvature_plus_two():
    unit = curvature([[1, 0], [0, sin(theta) ** 2]], [theta, phi])
    assert unit.scalar == 2 and unit.gauss == 1
    assert unit.riemann[0, 1, 0, 1] == sin(theta) ** 2  # R^θ_φθφ = sin² θ (MTW)
    assert unit.ricci == sympy.Matrix([[1, 0], [0, sin(theta) ** 2]])


@pytest.mark.parametrize(
    ("metric", "gauss"), [(SPHERE, 1 / a**2), (HYPERBOLIC, -1), (Metric.euclidean("x y"), 0)]
)
def test_surfaces_of_constant_curvature(metric, gauss):
    k = curvature(metric)
    assert equal(k.gauss, sympy.sympify(gauss)) and equal(k.scalar, 2 * k.gauss)


def test_three_sphere_is_einstein_of_scalar_curvature_six():
    k = curvature(THREE_SPHERE)
    assert k.scalar == 6
    assert all(equal(k.ricci[i, j], 2 * THREE_SPHERE.matrix[i][j]) for i in range(3) for j in range(3))
    assert k.sectional([1, 0, 1], [0, 1, "u"]) == 1


def test_hyperbolic_models_agree():
    disk = curvature([[4 / (1 - x**2 - y**2) ** 2, 0], [0, 4 / (1 - x**2 - y**2) ** 2]], [x, y])
    polar = curvature([[1, 0], [0, sinh(r) ** 2]], [r, phi])
    assert disk.gauss == polar.gauss == curvature(HYPERBOLIC).gauss == -1


def test_schwarzschild_is_ricci_flat():
    k = curvature(SCHWARZSCHILD)
    assert k.is_ricci_flat and k.scalar == 0 and not k.is_flat
    assert k.kretschmann == 48 * mass**2 / r**6


def test_kerr_is_ricci_flat():
    sigma, delta = r**2 + a**2 * cos(theta) ** 2, r**2 - 2 * mass * r + a**2
    twist = -2 * mass * r * a * sin(theta) ** 2 / sigma
    outer = (r**2 + a**2 - a * twist) * sin(theta) ** 2
    inner = [[-1 + 2 * mass * r / sigma, 0, 0, twist], [0, sigma / delta, 0, 0]]
    k = curvature([*inner, [0, 0, sigma, 0], [twist, 0, 0, outer]], [t, r, theta, phi])
    assert k.is_ricci_flat and k.metric.sign == -1
    assert equal(k.metric.determinant, -((sigma * sin(theta)) ** 2))
    assert k.kretschmann.subs({theta: sympy.pi / 2}) == 48 * mass**2 / r**6


def test_reissner_nordstroem_is_not_ricci_flat_but_has_no_scalar_curvature():
    q = sympy.Symbol("Q")
    f = lapse + q**2 / r**2
    k = curvature(Metric.diagonal([-f, 1 / f, r**2, r**2 * sin(theta) ** 2], [t, r, theta, phi]))
    assert k.scalar == 0 and not k.is_ricci_flat


def test_friedmann_scalar_curvature():
    s = sympy.Function("s")(t)
    k = curvature(Metric.diagonal([-1, s**2, s**2, s**2], [t, x, y, z]))
    assert is_zero(k.scalar - 6 * (s.diff(t, 2) / s + (s.diff(t) / s) ** 2))


def test_flat_space_in_curved_coordinates():
    assert curvature([[1, 0, 0], [0, r**2, 0], [0, 0, r**2 * sin(theta) ** 2]], [r, theta, phi]).is_flat


# -- identities ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "metric", [SCHWARZSCHILD, LIOUVILLE, HELICOIDAL], ids=["schwarzschild", "dense", "dense3"]
)
def test_symmetries_of_riemann(metric):
    k, n = curvature(metric), range(metric.dim)
    low = k.riemann_lower
    for p, q, s, w in itertools.product(n, n, n, n):
        assert low[p, q, s, w] == -low[q, p, s, w] == -low[p, q, w, s]
        assert is_zero(low[p, q, s, w] - low[s, w, p, q])
        assert is_zero(low[p, q, s, w] + low[p, s, w, q] + low[p, w, q, s])


@pytest.mark.parametrize(
    "metric", [SPHERE, LIOUVILLE, HELICOIDAL, SCHWARZSCHILD], ids=["sphere", "dense", "dense3", "bh"]
)
def test_riemann_from_christoffel_symbols(metric):
    """The definition `∂Γ − ∂Γ + ΓΓ − ΓΓ`, against the formula in second derivatives of the metric."""
    k, n, s = curvature(metric), range(metric.dim), metric.chart.symbols
    gamma = k.christoffel
    for p, q, c, d in itertools.product(n, n, n, n):
        value = sympy.diff(gamma[p, q, d], s[c]) - sympy.diff(gamma[p, q, c], s[d])
        value += sum(gamma[p, c, e] * gamma[e, q, d] - gamma[p, d, e] * gamma[e, q, c] for e in n)
        assert equal(k.riemann[p, q, c, d], value)


@pytest.mark.parametrize("metric", [LIOUVILLE, HELICOIDAL], ids=["dense", "dense3"])
def test_structure_equations_in_the_coordinate_frame(metric):
    k, n = curvature(metric), range(metric.dim)
    omega, two_forms = k.connection_forms(), k.curvature_forms()
    basis = metric.chart.differentials()
    for i in n:
        torsion = sum((omega[i][j] ^ basis[j] for j in n), basis[i].d())
        assert torsion == 0
        for j in n:
            for c, d in itertools.combinations(n, 2):
                assert two_forms[i][j][c, d] == DifferentialForm.function(metric.chart, k.riemann[i, j, c, d])
            # the second Bianchi identity: dΩ = Ω ∧ ω − ω ∧ Ω
            right = sum(((two_forms[i][e] ^ omega[e][j]) - (omega[i][e] ^ two_forms[e][j]) for e in n), 0)
            assert two_forms[i][j].d() == right


@pytest.mark.parametrize(
    "metric", [SPHERE, HYPERBOLIC, SCHWARZSCHILD, LIOUVILLE], ids=["sphere", "plane", "bh", "dense"]
)
def test_cartan_frames_agree_with_coordinates(metric):
    outside = {t: 0, r: 3, mass: 1, theta: 1, phi: 0, a: 1, x: 1, y: 1}
    frame, k, n = orthonormal_frame(metric, at=outside), curvature(metric), range(metric.dim)
    for i in n:
        torsion = sum((frame.connection[i][j] ^ frame.forms[j] for j in n), frame.forms[i].d())
        assert torsion == 0
        for j in n:
            assert frame.signs[i] * frame.connection[i][j] == -frame.signs[j] * frame.connection[j][i]
    assert equal(frame.scalar, k.scalar)
    components = frame.riemann(0, 1, 0, 1)
    vectors = [[c.to_sympy() for c in w.components] for w in frame.vectors]
    assert equal(components, frame.signs[1] * k.sectional(vectors[0], vectors[1]))


def test_christoffel_agrees_with_sympy_diffgeom():
    patch = diffgeom.Patch("P", diffgeom.Manifold("M", 2))
    system = diffgeom.CoordSystem("C", patch, [x, y])
    tensor = diffgeom.TensorProduct
    basis = system.base_oneforms()
    scalars = dict(zip((x, y), system.base_scalars(), strict=True))
    rows = LIOUVILLE.matrix
    metric = sum(
        rows[i][j].xreplace(scalars) * tensor(basis[i], basis[j]) for i in range(2) for j in range(2)
    )
    reference = diffgeom.metric_to_Christoffel_2nd(metric)
    back = {scalar: symbol for symbol, scalar in scalars.items()}
    for i, j, k in itertools.product(range(2), repeat=3):
        assert equal(curvature(LIOUVILLE).christoffel[i, j, k], reference[i, j, k].doit().xreplace(back))


def test_conformal_metric_has_the_liouville_curvature():
    """K = −e^{−2f} (f_xx + f_yy) for e^{2f}(dx² + dy²), with f undefined: an identity in its derivatives."""
    f = sympy.Function("f")(x, y)
    k = curvature([[exp(2 * f), 0], [0, exp(2 * f)]], [x, y])
    assert is_zero(k.gauss + exp(-2 * f) * (f.diff(x, 2) + f.diff(y, 2)))


def test_orthogonal_coordinates_have_brioschis_curvature():
    f = sympy.Function("f")(x, y)
    h = sympy.Function("h")(x, y)
    k = curvature([[f, 0], [0, h]], [x, y])
    root = sqrt(f * h)
    by_hand = -((f.diff(y) / root).diff(y) + (h.diff(x) / root).diff(x)) / (2 * root)  # Brioschi
    assert is_zero(k.gauss - by_hand)


def test_geodesics_of_the_plane_in_polar_coordinates():
    equations = curvature([[1, 0], [0, r**2]], [r, phi]).geodesic_equations("s")
    s = sympy.Symbol("s")
    line = {sympy.Function("r")(s): sqrt(1 + s**2), sympy.Function("phi")(s): sympy.atan(s)}
    for equation in equations:
        assert sympy.simplify(equation.lhs.subs(line).doit()) == 0


# -- immersions ----------------------------------------------------------------------------------------

TORUS = Immersion([u, v], [(a + b * cos(u)) * cos(v), (a + b * cos(u)) * sin(v), b * sin(u)])
CATENOID = Immersion([u, v], [cosh(u) * cos(v), cosh(u) * sin(v), u])
HELICOID = Immersion([u, v], [u * cos(v), u * sin(v), v])
ENNEPER = Immersion([u, v], [u - u**3 / 3 + u * v**2, v - v**3 / 3 + v * u**2, u**2 - v**2])


def test_torus_of_revolution():
    expected = cos(u) / (b * (a + b * cos(u)))
    assert equal(TORUS.gauss, expected) and equal(TORUS.curvature.gauss, expected)


@pytest.mark.parametrize("surface", [CATENOID, HELICOID, ENNEPER], ids=["catenoid", "helicoid", "Enneper"])
def test_minimal_surfaces(surface):
    assert surface.mean_curvature == 0
    assert all(is_zero(c) for c in surface.mean_curvature_vector)
    assert equal(surface.gauss, surface.curvature.gauss)


@pytest.mark.parametrize(
    "surface",
    [TORUS, Immersion.graph([x, y], x**3 - 3 * x * y**2), Immersion.graph("x y", "x**2 + y**4")],
    ids=["torus", "monkey saddle", "bowl"],
)
def test_theorema_egregium(surface):
    assert equal(surface.gauss, surface.curvature.gauss)


def test_mean_curvature_of_spheres_and_graphs():
    ball = Immersion([u, v], [a * sin(u) * cos(v), a * sin(u) * sin(v), a * cos(u)])
    assert equal(ball.mean_curvature_squared, 1 / a**2)
    vector = ball.mean_curvature_vector  # points inwards: −X/a²
    assert all(equal(c, -p.to_sympy() / a**2) for c, p in zip(vector, ball.map.components, strict=True))
    f = sympy.Function("f")(x)
    curve = Immersion.graph([x], f)
    assert is_zero(curve.mean_curvature**2 - f.diff(x, 2) ** 2 / (1 + f.diff(x) ** 2) ** 3)
    paraboloid = Immersion.graph([x, y], (x**2 + y**2) / 2)
    assert paraboloid.second_fundamental_form.subs({x: 0, y: 0}) == sympy.eye(2)
    assert paraboloid.shape_operator.subs({x: 0, y: 0}) == sympy.eye(2)


def test_clifford_torus_is_flat_and_minimal_in_the_three_sphere():
    torus = Immersion([u, v], [c / sqrt(2) for c in (cos(u), sin(u), cos(v), sin(v))])
    assert torus.curvature.is_flat
    position = [c.to_sympy() for c in torus.map.components]
    vector = torus.mean_curvature_vector
    assert all(equal(h, -p) for h, p in zip(vector, position, strict=True))  # normal to S³: minimal in it
    assert all(equal(n, c) for n, c in zip(torus.normal_part(position), position, strict=True))


def test_hypersphere_in_four_space():
    three = Immersion(
        [u, v, x], [sin(u) * sin(v) * cos(x), sin(u) * sin(v) * sin(x), sin(u) * cos(v), cos(u)]
    )
    assert three.curvature.scalar == 6
    assert equal(three.mean_curvature_squared, Rational(1))
    assert is_zero(three.gauss**2 - 1)


def test_bad_immersions():
    with pytest.raises(DimensionMismatch):
        Immersion("u v", ["u"])
    with pytest.raises(DimensionMismatch, match="codimension"):
        _ = Immersion("u", ["u", "u", "u"]).normal
    with pytest.raises(SingularMetric):
        _ = Immersion("u v", ["u", "u", "u"]).curvature


# -- Gauss and Bonnet ----------------------------------------------------------------------------------


def test_gauss_bonnet_on_the_sphere():
    round_sphere = Metric.diagonal([a**2, a**2 * sin(theta) ** 2], [theta, phi], density=a**2 * sin(theta))
    form = curvature(round_sphere).gauss * round_sphere.volume_form()
    total = integrate_parametrised(form, [(theta, 0, sympy.pi), (phi, 0, 2 * sympy.pi)])
    assert total == 4 * sympy.pi


def test_gauss_bonnet_on_the_torus():
    ring = Metric(TORUS.metric.matrix, [u, v], density=b * (a + b * cos(u)))
    form = curvature(ring).gauss * ring.volume_form()
    assert integrate_parametrised(form, [(u, 0, 2 * sympy.pi), (v, 0, 2 * sympy.pi)]) == 0


def test_gauss_bonnet_on_a_hemisphere_through_the_connection():
    """K vol = −dω^θ_φ… : the integral of the connection form along the boundary gives the same area."""
    unit = Metric.diagonal([1, sin(theta) ** 2], [theta, phi])
    p, q = unit.chart.functions()
    frame = Frame(unit, [p.d(), sympy.sin(p) * q.d()])
    assert frame.connection[0][1] == -cos(theta) * q.d()
    assert frame.curvature[0][1] == (frame.forms[0] ^ frame.forms[1])


# -- bad input -----------------------------------------------------------------------------------------


def test_bad_input():
    with pytest.raises(SingularMetric):
        curvature([[1, 1], [1, 1]], [x, y])
    with pytest.raises(InvalidInput, match="coordinates"):
        curvature([[1, 0], [0, 1]])
    with pytest.raises(DimensionMismatch):
        curvature([[1]], [x, y])
    with pytest.raises(DimensionMismatch, match="surface"):
        _ = curvature(SCHWARZSCHILD).gauss
    with pytest.raises(InvalidInput, match="plane"):
        curvature(SPHERE).sectional([1, 1], [2, 2])
    with pytest.raises(InvalidInput, match="nested"):
        curvature(5, [x, y])
    with pytest.raises(UndecidedError, match="sign"):
        orthonormal_frame(SCHWARZSCHILD)
    with pytest.raises(InvalidInput, match="frame"):
        orthonormal_frame(Metric([[0, 1], [1, 0]], [x, y]))
    p, q = Chart([x, y]).differentials()
    with pytest.raises(InvalidInput, match="orthogonal"):
        Frame(Metric.euclidean([x, y]), [p, p])
    with pytest.raises(InvalidInput, match="expected 1 or -1"):
        Frame(Metric.euclidean([x, y]), [p, q * 2])
    with pytest.raises(InvalidInput, match="dependent"):
        dual_frame([p, p])
    assert [str(w) for w in dual_frame([p + q, q])] == ["∂_x", "-∂_x + ∂_y"]


def test_coordinates_may_be_functions_names_or_symbols():
    p, q = Chart("p q").functions()
    assert curvature([[1, 0], [0, sympy.sin(p) ** 2]], [p, q]).gauss == 1
    assert curvature([[1, 0], [0, "sin(p)**2"]], "p q").gauss == 1
    assert normal_form(curvature([[1, 0], [0, (p**2).to_sympy()]], [p, q]).gauss) == 0
