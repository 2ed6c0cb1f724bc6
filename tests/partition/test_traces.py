"""Laws of layer traces: chains of Jacobians, ranks, densities, 1-forms, conditions."""

from __future__ import annotations

import pickle
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom import forms
from exactgeom.linalg import Matrix
from exactgeom.models import Add, HardTanh, Identity, MaxPool1d, Reshape, Step
from exactgeom.testkit.strategies import networks, points


@st.composite
def traced(draw, **options):
    """A random, often degenerate network, traced at a point."""
    net = draw(networks(**options))
    return eg.trace_layers(net, draw(points(net.input_dim)))


def dense(*widths: int, seed: int = 1) -> eg.Network:
    """A fixed network with small odd weights."""
    layers: list = []
    state = seed
    for m, n in pairwise(widths):
        rows = []
        for _ in range(n):
            row = []
            for _ in range(m + 1):
                state = (state * 1103515245 + 12345) % 2**31
                row.append(Fraction((state >> 16) % 15 - 7, 4))
            rows.append(row)
        layers += [eg.Linear([r[:-1] for r in rows], [r[-1] for r in rows]), eg.ReLU()]
    return eg.Network(layers[:-1])


@given(traced())
def test_chain_rule(trace) -> None:
    """J of a layer is the local derivative times J of the layer before, one layer after another."""
    net, total, z = trace.model, Matrix.identity(trace.model.input_dim), trace.point
    assert trace.layers[0].jacobian == total
    working = [layer for layer in net.layers if not isinstance(layer, Identity)]  # others make no block
    for layer, found in zip(working, trace.layers[1:], strict=True):
        if isinstance(layer, eg.Linear):
            total, z = Matrix(layer.weight) @ total, layer(z)
        else:
            pieces = [layer.pieces[sum(v > t for t in layer.breakpoints)] for v in z]
            total = Matrix.diagonal([slope for slope, _ in pieces]) @ total
            z = tuple(slope * v + c for v, (slope, c) in zip(z, pieces, strict=True))
        assert found.jacobian == total
        assert tuple(a + b for a, b in zip(total @ trace.point, found.offset, strict=True)) == z
    assert trace.layers[-1].jacobian == Matrix(net.affine_map(trace.signs)[0])


@given(traced())
def test_pullback_of_differentials(trace) -> None:
    """Rows of J are the pullbacks of dz_j by the layer's map, computed by `forms`."""
    for layer in trace.layers[1:]:
        change = layer.map()
        for j, dz in enumerate(change.target.differentials()):
            assert layer.form(j) == dz.pullback(change)
            assert layer.covector(j) == layer.jacobian.row(j)


@given(traced())
def test_volume_density_is_a_coefficient_of_the_characteristic_polynomial(trace) -> None:
    for layer in trace.layers:
        d, r = layer.input_dim, layer.rank
        assert layer.metric == layer.jacobian.T @ layer.jacobian
        assert r == layer.metric.rank() == layer.jacobian.rank()
        coefficients = layer.metric.charpoly()
        assert layer.volume_density_squared == (-1) ** r * coefficients[d - r] > 0
        assert not any(coefficients[: d - r])


@given(traced())
def test_cauchy_binet(trace) -> None:
    """√e_r: e_r is the sum of all squared r-minors of J (small matrices only)."""
    for layer in trace.layers:
        r, (m, d) = layer.rank, layer.jacobian.shape
        minors = (
            layer.jacobian.submatrix(list(rows), list(columns)).det()
            for rows in combinations(range(m), r)
            for columns in combinations(range(d), r)
        )
        assert layer.volume_density**2 == sum(minor**2 for minor in minors)


@given(traced())
def test_rank_never_grows(trace) -> None:
    ranks = [layer.rank for layer in trace.layers]
    assert ranks == sorted(ranks, reverse=True)


def test_rank_drops_where_a_layer_narrows_and_where_units_die() -> None:
    narrow = eg.trace_layers(dense(4, 6, 2, 5, seed=3), [1, 2, 3, 4])
    assert max(layer.rank for layer in narrow.layers[3:]) <= 2
    net = eg.Network(
        [eg.Linear([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 0, 0]), eg.ReLU(), eg.Linear([[1] * 3], [0])]
    )
    ranks = {
        x: [layer.rank for layer in eg.trace_layers(net, x).layers]
        for x in [(1, 1, 1), (1, -1, 1), (-1, -1, -1)]
    }
    assert ranks == {(1, 1, 1): [3, 3, 3, 1], (1, -1, 1): [3, 3, 2, 1], (-1, -1, -1): [3, 3, 0, 0]}


def test_rank_of_a_large_degenerate_layer_is_not_left_to_one_prime() -> None:
    prime = 2**61 - 1
    rows = [[1, 0], [0, prime]]
    layer = eg.trace_layers(eg.Network([eg.Linear(rows, [0, 0])]), [0, 0]).layers[1]
    assert layer.rank == 2 and layer.volume_density == prime
    assert layer.angle([0, 1], [1, 1]).cos_squared == Fraction(1, prime**2 + 1)


@given(traced(), st.data())
@settings(max_examples=15)
def test_inner_products_use_the_pseudo_inverse(trace, data) -> None:
    """⟨a, b⟩ = a g⁺ b with SymPy's Moore–Penrose inverse."""
    layer = data.draw(st.sampled_from(trace.layers))
    if layer.rank == 0:
        return
    combos = data.draw(
        st.lists(
            st.lists(st.integers(-2, 2), min_size=layer.size, max_size=layer.size), min_size=2, max_size=2
        )
    )
    a, b = (layer.jacobian.T @ c for c in combos)
    inverse = Matrix(layer.metric.to_sympy().pinv().tolist())
    assert layer.inner(a, b) == sum(p * q for p, q in zip(a, inverse @ b, strict=True))


@given(traced())
def test_later_units_are_measured_by_every_earlier_layer(trace) -> None:
    """In its own layer's metric a full-rank layer's units are orthonormal 1-forms."""
    for number, layer in enumerate(trace.layers):
        for later in trace.layers[number:]:
            for j in range(later.size):
                layer.inner(later.covector(j), later.covector(j))
        if layer.rank == layer.size:
            assert layer.products(*(layer.covector(j) for j in range(layer.size))) == [
                list(row) for row in Matrix.identity(layer.size).rows
            ]


def test_angle_is_undefined_for_dead_units_and_outside_the_row_space() -> None:
    net = eg.Network([eg.Linear([[1, 0], [1, 1]], [0, 0]), eg.ReLU(), eg.Linear([[1, 1]], [0])])
    trace = eg.trace_layers(net, [1, -2])
    assert trace.angle((1, 0), (1, 1)) == eg.Angle.pi("1/4")
    with pytest.raises(eg.UndefinedAngle, match="zero"):
        trace.angle((1, 0), (2, 1))
    with pytest.raises(eg.UndefinedAngle, match="row space"):
        trace.angle((1, 0), (1, 1), metric=2)
    assert trace.angle((1, 0), (3, 0), metric=2) == eg.Angle(0)
    assert trace.covector((1, 0, 1)) == (0, -1)


@given(traced())
@settings(max_examples=15)
def test_condition_number_encloses_the_ratio_of_eigenvalues(trace) -> None:
    for layer in trace.layers[1:]:
        if layer.rank == 0:
            with pytest.raises(eg.InvalidInput, match="condition"):
                layer.condition_number()
            continue
        ball = layer.condition_number(40)
        assert ball.accuracy_bits >= 40 and ball >= 1 - Fraction(1, 2**30)
        t = sympy.Symbol("t")
        coefficients = layer.metric.charpoly()[layer.input_dim - layer.rank :]
        roots = sympy.Poly([sympy.Rational(*c.as_integer_ratio()) for c in reversed(coefficients)], t).nroots(
            n=30
        )
        low, high = (pick(sympy.re(r) for r in roots) for pick in (min, max))
        assert abs(float(ball.mid) / float(sympy.sqrt(high / low)) - 1) < 1e-6


def test_condition_number_of_a_scaled_rotation_is_exactly_one() -> None:
    layer = eg.trace_layers(eg.Network([eg.Linear([[3, 4], [-4, 3]], [0, 0])]), [0, 0]).layers[1]
    assert layer.condition_number() == 1 and layer.volume_density == 25


def test_on_a_breakpoint_the_lower_piece_is_used() -> None:
    net = eg.Network([eg.Linear([[1], [-1]], [0, 0]), eg.ReLU(), eg.Linear([[1, 1]], [0])])
    trace = eg.trace_layers(net, [0])
    assert trace.signs == "00" and trace.kinks == (0, 1) and trace.layers[2].rank == 0
    assert eg.trace_layers(net, [1]).kinks == ()


def test_maxima_steps_sums_and_clips_are_traced() -> None:
    rows = [[1, 0], [0, 1], [1, 1], [2, 0]]
    pooled = eg.Network([eg.Linear(rows, [0] * 4), Reshape([1, 4]), MaxPool1d(2)])
    trace = eg.trace_layers(pooled, [1, 3])
    assert trace.layers[-1].kind == "maximum" and trace.layers[-1].jacobian == Matrix([[0, 1], [1, 1]])
    residual = eg.Network([eg.Linear([[2]], [1]), HardTanh(), Add()], inputs={2: [1, -1]})
    assert eg.trace_layers(residual, ["-1/4"]).layers[-1].jacobian == Matrix([[3]])
    assert eg.trace_layers(residual, [5]).layers[-1].jacobian == Matrix([[1]])
    step = eg.trace_layers(eg.Network([eg.Linear([[1]], [0]), Step()]), [2])
    assert step.layers[-1].rank == 0 and step.layers[-1].offset == (1,)


@given(traced())
@settings(max_examples=10)
def test_traces_pickle(trace) -> None:
    _ = trace.layers[-1].volume_density
    copy = pickle.loads(pickle.dumps(trace))
    assert copy == trace and hash(copy) == hash(trace) and copy.layers == trace.layers


def test_forms_of_a_trace_live_on_one_chart() -> None:
    trace = eg.trace_layers(dense(3, 4, 2), [1, 2, 3])
    area = trace.layers[1].form(0) ^ trace.layers[1].form(1)
    assert isinstance(area, forms.DifferentialForm) and area.is_closed()


NET = dense(2, 3, 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: eg.trace_layers("net", [1]), "model: expected a model"),
        (lambda: eg.trace_layers(NET, [1]), "point: expected 2 coordinates, got 1"),
        (lambda: eg.trace_layers(NET, [1, float("nan")]), r"point\[1\]: expected a finite number"),
        (lambda: eg.trace_layers(NET, eg.partition(NET, eg.box(-1, 1, dim=2))), "expected one cell"),
        (
            lambda: eg.trace_layers(dense(2, 2, 1), eg.partition(NET, eg.box(-1, 1, dim=2)).cells[0]),
            "another model",
        ),
        (lambda: eg.trace_layers(NET, [1, 1]).angle((9, 0), (1, 1)), "unit_a: expected a layer from 0 to 3"),
        (lambda: eg.trace_layers(NET, [1, 1]).angle((1, 0), (1, 3)), "unit_b: layer 1 has units 0 to 2"),
        (lambda: eg.trace_layers(NET, [1, 1]).angle((1, 0), 1), r"unit_b: expected \(layer, unit\)"),
        (lambda: eg.trace_layers(NET, [1, 1]).angle((1, 0), (1, 1), metric=4), "metric: expected a layer"),
        (lambda: eg.trace_layers(NET, [1, 1]).walls, "of a point"),
        (lambda: eg.trace_layers(NET, [1, 1]).layers[1].covector(3), r"layers\[1\]: expected a unit"),
        (lambda: eg.trace_layers(NET, [1, 1]).layers[1].inner([1], [1, 2]), r"forms\[0\]: expected 2"),
        (lambda: eg.trace_layers(NET, [1, 1]).layers[1].condition_number(0), "bits"),
        (lambda: eg.trace_data(NET, [[1, 2], [3]]), r"points\[1\]: expected 2 coordinates"),
        (lambda: eg.trace_data(NET, 7), "points: expected points"),
    ],
)
def test_bad_input_is_named(call, message) -> None:
    with pytest.raises(eg.InvalidInput, match=message):
        call()
