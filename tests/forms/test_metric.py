"""Hodge theory with metrics of any signature."""

from __future__ import annotations

import itertools
import pickle

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput, UndecidedError
from exactgeom.forms import (
    Chart,
    DegreeError,
    DifferentialForm,
    DimensionMismatch,
    Metric,
    SingularMetric,
    VectorField,
    is_zero,
)
from exactgeom.linalg import Multivector

FEW = max(12, settings.default.max_examples // 4)
R3 = Chart("x y z")
MINKOWSKI = Metric.diagonal([-1, 1, 1, 1], "t x y z")
SPHERE = Metric.diagonal(["a**2", "a**2*sin(theta)**2"], "theta phi", density="a**2*sin(theta)")
SPHERICAL = Metric.diagonal([1, "r**2", "r**2*sin(theta)**2"], "r theta phi", density="r**2*sin(theta)")
OBLIQUE = Metric([[2, 1, 0], [1, 3, 1], [0, 1, 1]], R3)
LORENTZ3 = Metric([[-1, "x", 0], ["x", 2, 0], [0, 0, "exp(y)"]], R3)
METRICS = {
    "euclidean": Metric.euclidean(R3),
    "oblique": OBLIQUE,
    "spherical": SPHERICAL,
    "minkowski": MINKOWSKI,
    "lorentz with x and exp": LORENTZ3,
    "sphere": SPHERE,
    "light cone": Metric([[0, 1], [1, 0]], "u v"),
}


def sample_forms(chart: Chart, degree: int) -> list[DifferentialForm]:
    """Forms that use every basis element with a coefficient of its own."""
    symbols = chart.symbols
    one = {
        index: sum(((j + 2) * s for j, s in enumerate(symbols)), symbols[i % chart.dim] ** 2 * (i + 1))
        for i, index in enumerate(itertools.combinations(range(chart.dim), degree))
    }
    two = {index: symbols[-1] ** (i % 3) for i, index in enumerate(one)}
    return [DifferentialForm(chart, degree, one), DifferentialForm(chart, degree, two)]


@pytest.mark.parametrize("g", METRICS.values(), ids=METRICS)
def test_star_represents_the_inner_product(g):
    """α ∧ ⋆β = ⟨α, β⟩ vol: the definition of the star."""
    for k in range(g.dim + 1):
        a, b = sample_forms(g.chart, k)
        assert (a ^ g.star(b)) == g.inner(a, b) * g.volume_form()
        assert g.inner(a, b) == g.inner(b, a)


@pytest.mark.parametrize("g", METRICS.values(), ids=METRICS)
def test_star_is_an_involution_up_to_sign(g):
    for k in range(g.dim + 1):
        w = sample_forms(g.chart, k)[0]
        assert g.star(g.star(w)) == w * (g.sign * (-1) ** (k * (g.dim - k)))


@pytest.mark.parametrize("g", METRICS.values(), ids=METRICS)
def test_codifferential_is_star_d_star(g):
    """Two routes: the divergence formula without a root, and ± ⋆ d ⋆ with it."""
    n = g.dim
    for k in range(1, n + 1):
        w = sample_forms(g.chart, k)[0]
        sign = g.sign * (-1) ** (n * (k + 1) + 1)
        assert g.codifferential(w) == g.star(g.star(w).d()) * sign
        assert g.codifferential(g.codifferential(w)) == 0


@pytest.mark.parametrize("g", METRICS.values(), ids=METRICS)
def test_musical_maps_are_inverse(g):
    w = sample_forms(g.chart, 1)[0]
    assert g.flat(g.sharp(w)) == w
    field = VectorField(g.chart, list(g.chart.symbols))
    assert g.sharp(g.flat(field)) == field
    assert w(g.sharp(w)) == g.inner(w, w)


@pytest.mark.parametrize("g", METRICS.values(), ids=METRICS)
def test_divergence_is_the_lie_derivative_of_volume(g):
    field = VectorField(g.chart, [s**2 for s in g.chart.symbols])
    assert g.volume_form().lie(field) == g.divergence(field) * g.volume_form()


@pytest.mark.parametrize("g", METRICS.values(), ids=METRICS)
def test_laplacian_commutes_with_d_and_star(g):
    w = sample_forms(g.chart, 1)[0]
    assert g.laplacian(w).d() == g.laplacian(w.d())
    f = sample_forms(g.chart, 0)[0]
    assert g.laplacian(f) == -g.laplace_beltrami(f)


def test_laplacian_in_spherical_coordinates():
    r, theta, _phi = SPHERICAL.chart.symbols
    f = sympy.Function("f")(r, theta)
    ours = SPHERICAL.laplace_beltrami(DifferentialForm.function(SPHERICAL.chart, f)).to_sympy()
    by_hand = (r**2 * f.diff(r)).diff(r) / r**2 + (sympy.sin(theta) * f.diff(theta)).diff(theta) / (
        r**2 * sympy.sin(theta)
    )
    assert is_zero(ours - by_hand)


def test_spherical_harmonics_are_eigenfunctions():
    """Δ Y = l(l+1) Y / a² on the sphere of radius a."""
    a = sympy.Symbol("a")
    for degree, harmonic in ((1, "cos(theta)"), (2, "3*cos(theta)**2 - 1"), (2, "sin(theta)**2*cos(2*phi)")):
        f = DifferentialForm.function(SPHERE.chart, harmonic)
        assert SPHERE.laplacian(f) == f * (degree * (degree + 1) / a**2)


def test_maxwell_in_vacuum():
    """A plane wave solves dF = 0 and δF = 0; its energy density is positive."""
    t, x, _y, _z = MINKOWSKI.chart.functions()
    wave = sympy.sin(x.to_sympy() - t.to_sympy())
    potential = wave * MINKOWSKI.chart.differentials()[2]
    field = potential.d()
    assert field and field.d() == 0 and MINKOWSKI.codifferential(field) == 0
    assert MINKOWSKI.inner(field, field) == 0  # null: E² = B²


def test_curl_is_star_d():
    g = Metric.euclidean(R3)
    x, y, z = R3.functions()
    w = -y * x.d() + x * y.d() + z * x * z.d()
    assert g.sharp(g.star(w.d())) == VectorField(R3, [0, "-z", 2])


@given(st.lists(st.integers(-3, 3), min_size=9, max_size=9))
@settings(max_examples=FEW)
def test_constant_star_agrees_with_multivectors(entries):
    """Gram matrices B^T B: the star there is the Euclidean one in the coordinates B x."""
    b = sympy.Matrix(3, 3, entries)
    if b.det() == 0:
        return
    g = Metric(b.T * b, R3)
    assert g.sign == 1 and g.density == abs(b.det())
    u, v = R3.differentials()[0], R3.differentials()[1]
    rows = b.inv().tolist()  # dx_i in the orthonormal coframe dy = B dx
    first, second = (Multivector.vector(rows[i]) for i in (0, 1))
    assert g.inner(u, v) == first.inner(second)
    assert g.inner(u ^ v, u ^ v) == (first ^ second).norm_squared


def test_polynomial_forms_stay_polynomial_under_constant_metrics():
    w = sample_forms(R3, 1)[0]
    assert OBLIQUE.star_core(w).is_polynomial and OBLIQUE.codifferential(w).is_polynomial


def test_pulled_back_metrics():
    x, y, z = R3.functions()
    change = {x: "r*sin(theta)*cos(phi)", y: "r*sin(theta)*sin(phi)", z: "r*cos(theta)"}
    pulled = Metric.euclidean(R3).pullback(change, source="r theta phi", density="r**2*sin(theta)")
    assert pulled == SPHERICAL
    w = x * y.d() + z**2 * x.d()
    star = Metric.euclidean(R3).star(w)
    assert pulled.star(w.pullback(change, source="r theta phi")) == star.pullback(
        change, source="r theta phi"
    )


def test_density():
    r, theta, _ = SPHERICAL.chart.symbols
    plain = Metric.diagonal([1, r**2, r**2 * sympy.sin(theta) ** 2], SPHERICAL.chart)
    assert is_zero(plain.density**2 - SPHERICAL.density**2)
    assert MINKOWSKI.density == 1 and MINKOWSKI.sign == -1
    unsigned = Metric.diagonal([1, "p"], "p q")
    with pytest.raises(UndecidedError, match="both signs"):
        _ = unsigned.density
    assert Metric.diagonal([1, "p"], "p q", density="sqrt(-p)").sign == -1
    with pytest.raises(InvalidInput, match="not"):
        Metric.diagonal([1, r**2, 1], SPHERICAL.chart, density=2 * r)


def test_values():
    assert eval(repr(SPHERE)) == SPHERE
    assert pickle.loads(pickle.dumps(SPHERE)) == SPHERE
    assert Metric.euclidean("theta phi") != SPHERE
    with pytest.raises(AttributeError):
        SPHERE.chart = R3


def test_bad_metrics():
    with pytest.raises(DimensionMismatch, match="3 by 3"):
        Metric([[1, 0], [0, 1]], R3)
    with pytest.raises(InvalidInput, match="symmetric"):
        Metric([[1, "x"], ["y", 1]], "x y")
    flat = Metric([["sin(x)**2", "sin(x)"], ["sin(x)", 1]], "x y")
    for use in (lambda: flat.inverse, lambda: flat.density, lambda: flat.star(flat.chart.differentials()[0])):
        with pytest.raises(SingularMetric):
            use()
    x, y, _ = R3.functions()
    with pytest.raises(DegreeError):
        OBLIQUE.inner(x.d(), x)
    with pytest.raises(DegreeError):
        OBLIQUE.sharp(x)
    with pytest.raises(DegreeError):
        OBLIQUE.gradient(y.d())
    with pytest.raises(InvalidInput, match=r"metric\[0\]\[1\]"):
        Metric([[1, None], [0, 1]], "x y")
