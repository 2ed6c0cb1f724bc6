"""Laws of smooth networks: enclosures agree with symbolic geometry, exact polynomials, known surfaces."""

from __future__ import annotations

import pickle
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom import forms
from exactgeom.linalg import Matrix
from exactgeom.models.smooth import SmoothNetwork
from exactgeom.models.smooth_activations import Polynomial, Sigmoid, Sin, Softplus, Tanh

small = st.builds(Fraction, st.integers(-6, 6), st.sampled_from([1, 2, 3, 4]))
whole = st.integers(-2, 2)
SMOOTH = ["tanh", "sigmoid", "softplus", "sin"]


def linears(m: int, n: int, entries=small):
    rows = st.lists(st.lists(entries, min_size=m, max_size=m), min_size=n, max_size=n)
    return st.builds(eg.Linear, rows, st.lists(entries, min_size=n, max_size=n))


@st.composite
def smooth_networks(draw, *, inputs=(1, 2, 3), outputs=(1, 2, 3, 4), activations=SMOOTH, depths=(0, 1, 2)):
    width = first = draw(st.sampled_from(inputs))
    layers: list = []
    for _ in range(draw(st.sampled_from(depths))):
        size = draw(st.integers(1, 3))
        layers += [draw(linears(width, size)), draw(st.sampled_from(activations))]
        width = size
    layers.append(draw(linears(width, draw(st.sampled_from(outputs)))))
    return SmoothNetwork(layers, input_dim=first)


POLYNOMIALS = [
    Polynomial([0, 0, 1]),
    Polynomial([1, "1/2", 0, -1]),
    Polynomial([0, 1, "1/3"]),
    Polynomial([2]),
]


def rationals_at(net, draw_point):
    return [sympy.Rational(*c.as_integer_ratio()) for c in draw_point]


def holds(found, expected, digits: int = 40) -> bool:
    """An enclosure contains a SymPy number (up to the number's own 40 digits), an exact one equals it."""
    if isinstance(found, Fraction):
        return sympy.Rational(*found.as_integer_ratio()) == sympy.nsimplify(expected)
    value = Fraction(str(sympy.N(expected, digits)))
    slack = abs(value) / 10 ** (digits - 5) + Fraction(1, 10 ** (digits - 5))
    return found.lower - slack <= value <= found.upper + slack


def points_of(net):
    return st.lists(small, min_size=net.input_dim, max_size=net.input_dim)


@given(st.data())
@settings(max_examples=12)
def test_derivatives_enclose_those_of_the_expressions(data) -> None:
    """Outputs, Jacobian and Hessians by automatic differentiation against SymPy's derivatives."""
    net = data.draw(smooth_networks())
    point = data.draw(points_of(net))
    chart = forms.Chart([f"x{i + 1}" for i in range(net.input_dim)])
    at = dict(zip(chart.symbols, rationals_at(net, point), strict=True))
    here = net.at(point)
    for k, expression in enumerate(net.expressions()):
        assert holds(here.outputs[k], expression.subs(at))
        for i, x in enumerate(chart.symbols):
            slope = sympy.diff(expression, x)
            assert holds(here.jacobian[k][i], slope.subs(at))
            for j, y in enumerate(chart.symbols):
                assert holds(here.hessians[k][i][j], sympy.diff(slope, y).subs(at))


@pytest.mark.parametrize("graph", [False, True])
@pytest.mark.parametrize("activation", [*SMOOTH, Polynomial([0, 1, "1/2"])])
def test_enclosed_geometry_agrees_with_the_symbolic_one(activation, graph) -> None:
    """Metric, Christoffel symbols, Riemann, Ricci, scalar and Gauss curvature against `forms.curvature`."""
    rows = [[1, 1], [0, 1]] if graph else [[1, 0], [0, 1], [1, 1]]
    layers = [eg.Linear(rows, [0] * len(rows)), activation]
    net = SmoothNetwork([*layers, eg.Linear([[1, 2]], [0])] if graph else layers)
    symbolic, point = net.curvature(graph=graph), [Fraction(1, 3), Fraction(-1, 5)]
    at = dict(zip(symbolic.chart.symbols, rationals_at(net, point), strict=True))
    here = net.at(point)
    local = here.graph if graph else here.pulled_back
    assert here.is_exact == isinstance(local.scalar, Fraction) == (activation not in SMOOTH)
    assert holds(local.gauss, symbolic.gauss.subs(at)) and holds(local.scalar, symbolic.scalar.subs(at))
    assert holds(local.sectional([1, 0], [1, 1]), symbolic.gauss.subs(at))
    for i in range(2):
        for j in range(2):
            assert holds(local.matrix[i][j], symbolic.metric.matrix[i][j].subs(at))
            assert holds(local.inverse[i][j], symbolic.metric.inverse[i][j].subs(at))
            assert holds(local.ricci[i][j], symbolic.ricci[i, j].subs(at))
            for k in range(2):
                assert holds(local.christoffel[i][j][k], symbolic.christoffel[i, j, k].subs(at))
                assert holds(local.riemann(0, i, j, k), symbolic.lower(0, i, j, k).subs(at))


@given(st.data())
@settings(max_examples=3)
def test_exact_geometry_of_polynomial_networks_in_three_dimensions(data) -> None:
    """Two exact routes: Gauss's equation from jets, and `forms.curvature` of the symbolic metric."""
    net = data.draw(smooth_networks(inputs=(3,), outputs=(1, 2), activations=POLYNOMIALS[:1], depths=(1,)))
    point = data.draw(points_of(net))
    symbolic, local = net.curvature(graph=True), net.at(point).graph
    at = dict(zip(symbolic.chart.symbols, rationals_at(net, point), strict=True))
    assert sympy.Rational(*local.scalar.as_integer_ratio()) == symbolic.scalar.subs(at)
    for b in range(3):
        for d in range(3):
            assert sympy.Rational(*local.ricci[b][d].as_integer_ratio()) == symbolic.ricci[b, d].subs(at)
    for index in [(0, 1, 0, 1), (0, 1, 0, 2), (1, 2, 2, 0)]:
        assert sympy.Rational(*local.riemann(*index).as_integer_ratio()) == symbolic.lower(*index).subs(at)


@given(st.data())
@settings(max_examples=15)
def test_balls_hold_the_exact_values_of_polynomial_networks(data) -> None:
    """The ball route and the exact route through the same network."""
    from exactgeom.models.smooth_point import Local, MetricAtPoint

    net = data.draw(smooth_networks(activations=POLYNOMIALS))
    point = data.draw(points_of(net))
    exact_scalar = net.at(point).graph.scalar
    balls = Local(net.layers, tuple(point), 64, is_exact=False)
    assert MetricAtPoint(balls, net.input_dim, net.output_dim, graph=True).scalar.contains(exact_scalar)


@given(st.data())
@settings(max_examples=15)
def test_symmetries_of_the_riemann_tensor_in_many_dimensions(data) -> None:
    net = data.draw(smooth_networks(inputs=(4, 5), outputs=(2,), activations=POLYNOMIALS[:3], depths=(1,)))
    local = net.at(data.draw(points_of(net))).graph
    a, b, c, d = data.draw(st.lists(st.integers(0, net.input_dim - 1), min_size=4, max_size=4))
    r = local.riemann
    assert r(a, b, c, d) == -r(b, a, c, d) == -r(a, b, d, c) == r(c, d, a, b)
    assert r(a, b, c, d) + r(a, c, d, b) + r(a, d, b, c) == 0
    n = range(net.input_dim)
    assert local.scalar == sum(local.inverse[i][j] * local.ricci[i][j] for i in n for j in n)
    assert Matrix(local.matrix) @ Matrix(local.inverse) == Matrix.identity(net.input_dim)


def test_a_product_of_curves_is_flat() -> None:
    square = SmoothNetwork([eg.Linear([[1, 0], [0, 1]], [0, 0]), "sin"])
    assert square.at(["1/2", 1]).pulled_back.gauss.contains(0)
    assert square.curvature().is_flat


def test_gauss_curvature_of_the_saddle() -> None:
    """The saddle z = x y has the curvature −1/(1 + x² + y²)²."""
    turned, square = eg.Linear([[1, 1], [1, -1]], [0, 0]), Polynomial([0, 0, "1/4"])
    saddle = SmoothNetwork([turned, square, eg.Linear([[1, -1]], [0])])
    x, y = Fraction(2, 3), Fraction(-1, 2)
    assert saddle.at([x, y]).graph.gauss == -1 / (1 + x * x + y * y) ** 2
    assert saddle.immersion(graph=True).gauss == saddle.curvature(graph=True).gauss


def test_a_wide_network_is_enclosed_without_expressions() -> None:
    """64 inputs: the graph's scalar curvature at two accuracies; the finer ball lies in the coarser."""
    rows = [[Fraction((i * 7 + j * 3) % 11 - 5, 16) for j in range(64)] for i in range(8)]
    net = SmoothNetwork([eg.Linear(rows, [0] * 8), "tanh", eg.Linear([[1, -1] * 4, [1] * 8], [0, 0])])
    point = [Fraction(j % 5, 8) for j in range(64)]
    coarse, fine = net.at(point, bits=30).graph.scalar, net.at(point, bits=100).graph.scalar
    assert coarse.overlaps(fine) and fine.rad < Fraction(1, 2**90) < coarse.rad
    jacobian = net.at(point).jacobian
    assert len(jacobian) == 2 and len(jacobian[0]) == 64


def test_sharp_enclosures_far_out() -> None:
    """Slopes near 0 keep their relative accuracy: no 1 − tanh²."""
    for kind in (Tanh(), Sigmoid(), Softplus()):
        here = SmoothNetwork([kind], input_dim=1).at([-40])
        assert here.jacobian[0][0] > 0 and here.hessians[0][0][0] > 0


@given(st.data())
@settings(max_examples=15)
def test_pullback_is_a_homomorphism_that_commutes_with_d(data) -> None:
    net = data.draw(smooth_networks(inputs=(2,), outputs=(2,), activations=POLYNOMIALS[:3], depths=(1,)))
    y1, y2 = forms.coordinates("y1 y2")
    w = y1 * y2 * y2.d()
    assert net.pullback(w).d() == net.pullback(w.d())
    assert net.pullback(y1.d() ^ w) == (net.pullback(y1.d()) ^ net.pullback(w))


def test_pullback_of_the_area_form_is_the_jacobian_determinant() -> None:
    net = SmoothNetwork([eg.Linear([[1, 1], [1, -1]], [0, 0]), "sin", eg.Linear([[1, 2], [0, 1]], [0, 0])])
    y1, y2 = forms.coordinates("y1 y2")
    (value,) = net.pullback(y1.d() ^ y2.d()).components.values()
    at = {s: sympy.Rational(i + 1, 3) for i, s in enumerate(value.chart.symbols)}
    (a, b), (c, d) = net.at(["1/3", "2/3"]).jacobian
    assert holds(a * d - b * c, value.to_sympy().subs(at))


def test_hidden_layers() -> None:
    net = SmoothNetwork([eg.Linear([[1, 2], [3, 4]], [0, 0]), "tanh", eg.Linear([[1, 1]], [0])])
    assert net.first(1)([1, 1]) == (3, 7) and net.first(2).output_dim == 2
    assert net.first(0).at([1, 2]).pulled_back.matrix == ((1, 0), (0, 1))


def test_values_print_and_pickle() -> None:
    net = SmoothNetwork([eg.Linear([["1/2"]], [0]), Polynomial([0, "1/3"]), Sin()])
    names = {"SmoothNetwork": SmoothNetwork, "Linear": eg.Linear, "Polynomial": Polynomial, "Sin": Sin}
    assert eval(repr(net), names) == net
    assert pickle.loads(pickle.dumps(net)) == net and hash(pickle.loads(pickle.dumps(net))) == hash(net)
    copy = pickle.loads(pickle.dumps(net.at([1])))
    assert copy.outputs[0].overlaps(net([1])[0])
    with pytest.raises(AttributeError):
        net.layers = ()


def test_singular_metrics_are_named() -> None:
    line = SmoothNetwork([eg.Linear([[1, 2]], [0]), "tanh"])
    with pytest.raises(forms.SingularMetric, match="1 outputs of 2 inputs"):
        _ = line.at([0, 0]).pulled_back.scalar
    with pytest.raises(forms.SingularMetric, match="1 outputs of 2 inputs"):
        line.curvature()
    folded = SmoothNetwork([Polynomial([0, 0, 1])], input_dim=2)
    with pytest.raises(forms.SingularMetric, match="at this point"):
        _ = folded.at([0, 1]).pulled_back.gauss
    same = SmoothNetwork([eg.Linear([[1, 1], [1, 1]], [0, 0]), "tanh"])
    with pytest.raises(eg.UndecidedError, match="not decided"):
        _ = same.at(["1/3", 1]).pulled_back.scalar


FLAT = SmoothNetwork([eg.Linear([[1, 0, 0, 0]], [0])])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: SmoothNetwork(["tanh"]), "input_dim: expected input_dim"),
        (lambda: SmoothNetwork("tanh"), "layers: expected a list"),
        (lambda: SmoothNetwork(["relu"], input_dim=1), r"layers\[0\]: expected Linear"),
        (lambda: SmoothNetwork([eg.Linear([[1]], [0]), eg.ReLU()]), r"layers\[1\]: expected Linear"),
        (lambda: SmoothNetwork([eg.Linear([[1]], [0])], input_dim=2), "input_dim: expected 1"),
        (
            lambda: SmoothNetwork([eg.Linear([[1]], [0]), eg.Linear([[1, 2]], [0])]),
            r"layers\[1\].weight: expected 1 columns, got 2",
        ),
        (lambda: FLAT.at([1]), "point: expected 4 coordinates, got 1"),
        (lambda: FLAT.at([0] * 4, bits=0), "bits"),
        (lambda: FLAT.metric(), "symbolic geometry is for 1 to 3 inputs"),
        (lambda: FLAT.at([0] * 4).graph.gauss, "2 inputs, got 4"),
        (lambda: FLAT.at([0] * 4).graph.riemann(0, 1, 0, 4), "riemann: expected indices from 0 to 3"),
        (lambda: FLAT.at([0] * 4).graph.sectional([1, 0, 0, 0], [2, 0, 0, 0]), "span no plane"),
        (lambda: FLAT.first(2), "count: expected a number from 0 to 1"),
        (lambda: SmoothNetwork([[1, "x"]], input_dim=1), r"layers\[0\]\[1\]: expected a number"),
        (lambda: Polynomial([]), "coefficients: expected at least one"),
        (lambda: Polynomial(["x"]), r"coefficients\[0\]"),
    ],
)
def test_bad_input_is_named(call, message) -> None:
    with pytest.raises(eg.InvalidInput, match=message):
        call()


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "softplus"])
def test_biases_are_no_obstacle_to_symbolic_curvature(activation: str) -> None:
    """exp(x + 1/3) and its like: the symbolic curvature lies in the ball at a point."""
    net = SmoothNetwork([eg.Linear([[1, 0], [1, 1]], ["1/3", "1/2"]), activation, eg.Linear([[1, 2]], [0])])
    x, y = sympy.symbols("x1 x2")
    symbolic = net.curvature(graph=True).scalar
    value = sympy.N(symbolic.subs({x: sympy.Rational(1, 4), y: sympy.Rational(-1, 3)}), 30)
    ball = net.at(["1/4", "-1/3"], bits=80).graph.scalar
    assert abs(value - sympy.Float(str(float(ball.mid)), 30)) < 1e-12
