"""Comparison of two models: closed forms, a second route in plain rationals, laws, jumps, trees, R^d."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from fractions import Fraction as F
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.models.program import Affine, Pieces, Program, Steps, StepUnit, Unit
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.partition.joint import Joint
from exactgeom.testkit.strategies import networks
from tests.partition.plain import _simplices, brute_cells, determinant, dot, vertices_of

NAMES = ("disagreement_volume", "l1_distance", "l2_distance_squared", "sup_distance", "equal")


@dataclass(frozen=True)
class Bare:
    """A model that is nothing but its program."""

    program: Program

    def __call__(self, x: Any) -> Any:
        return self.program(x)


def hat(height: Any) -> eg.Network:
    """A tent on [-1, 1] of this height, zero elsewhere."""
    return eg.Network(
        [eg.Linear([[1], [1], [1]], [1, 0, -1]), eg.ReLU(), eg.Linear([[height, -2 * height, height]], [0])]
    )


def zero(dim: int = 1) -> eg.Network:
    return eg.Network([eg.Linear([[0] * dim], [0])])


@st.composite
def pairs(draw: st.DrawFn, *, dims: tuple[int, ...] = (1, 2)) -> tuple[eg.Network, eg.Network]:
    dim, size = draw(st.sampled_from(dims)), draw(st.sampled_from((1, 2, 3)))
    kind = networks(input_dims=(dim,), widths=(1, 2), outputs=(size,)).filter(
        lambda net: net.output_dim == size
    )
    return draw(kind), draw(kind)


# -- a second route ------------------------------------------------------------------------------------


def plain_integral(system: Any, forms: list[Any], power: int) -> F:
    """Integral of sum |l|^power over {a.x <= b}, each l of one sign there; 0 when it is flat."""
    vertices = vertices_of(system)
    if not vertices:
        return F(0)
    dim, total = len(vertices[0]), F(0)
    tight = [frozenset(v for v in vertices if dot(a, v) == b) for a, b in system]
    if any(len(t) == len(vertices) for t in tight):
        return F(0)
    for flag in _simplices(frozenset(vertices), [t for t in tight if len(t) >= dim], dim):
        volume = abs(determinant([[p - q for p, q in zip(v, flag[0], strict=True)] for v in flag[1:]]))
        for k in range(2, dim + 1):
            volume /= k
        for a, b in forms:
            values = [dot(a, v) + b for v in flag]
            if power == 0:
                total += volume
            elif power == 1:
                total += volume * sum(map(abs, values)) / (dim + 1)
            else:
                squares = sum(values) ** 2 + sum(v * v for v in values)
                total += volume * squares / ((dim + 1) * (dim + 2))
    return total


def plain_comparison(f: eg.Network, g: eg.Network, domain: eg.Polytope) -> tuple[F, F, F, F, bool]:
    base = [(a, b) for a, b in domain.inequalities]
    volume, l1, l2, sup = F(0), F(0), F(0), F(0)
    for (s, one), (t, two) in product(brute_cells(f, base).items(), brute_cells(g, base).items()):
        (a, b), (c, d) = f.affine_map(s), g.affine_map(t)
        system = [*one, *two]
        maps = [list(zip(a, b, strict=True)), list(zip(c, d, strict=True))]
        volume += disagreement(f, g, system, maps)
        forms = [
            (tuple(p - q for p, q in zip(u, v, strict=True)), x - y)
            for (u, x), (v, y) in zip(*maps, strict=True)
        ]
        for a_k, b_k in forms:
            sides = [[*system, (tuple(-s * e for e in a_k), s * b_k)] for s in (1, -1)]
            l1 += sum(plain_integral(side, [(a_k, b_k)], 1) for side in sides if any(a_k))
            if not any(a_k):
                l1 += plain_integral(system, [(a_k, b_k)], 1)
        l2 += plain_integral(system, forms, 2)
        for v in vertices_of(system):
            sup = max(sup, *(abs(dot(p, v) + q) for p, q in forms))
    return volume, l1, l2, sup, sup == 0


def disagreement(f: eg.Network, g: eg.Network, system: Any, maps: Any) -> F:
    """Volume of {class f != class g}, by all pairs of winners, each region decided at an inner point."""
    scores = [m if len(m) > 1 else [(tuple(F(0) for _ in m[0][0]), F(0)), *m] for m in maps]
    total, done = F(0), set()
    for i, j in product(range(len(scores[0])), range(len(scores[1]))):
        region = list(system)
        for own, best in ((scores[0], i), (scores[1], j)):
            for a, b in own:
                gap = tuple(p - q for p, q in zip(a, own[best][0], strict=True))
                if any(gap):
                    region.append((gap, own[best][1] - b))
                elif b > own[best][1]:
                    region.append((tuple(F(0) for _ in gap), F(-1)))
        if any(not any(a) for a, _ in region):
            continue
        corners = vertices_of(region)
        if not corners:
            continue
        middle = tuple(sum(c) / len(corners) for c in zip(*corners, strict=True))
        if winner(f(middle)) == i and winner(g(middle)) == j and i != j and (i, j) not in done:
            total += plain_integral(region, [((F(0),) * len(middle), F(1))], 0)
    return total


def winner(values: Any) -> int:
    return int(values[0] > 0) if len(values) == 1 else max(range(len(values)), key=lambda k: (values[k], -k))


@given(pairs(dims=(1, 2)))
@settings(max_examples=15)
def test_all_answers_agree_with_plain_rationals(pair: tuple[eg.Network, eg.Network]) -> None:
    f, g = pair
    domain = eg.box(-1, 1, dim=f.input_dim)
    found = eg.compare(f, g, domain)
    assert tuple(getattr(found, name) for name in NAMES) == plain_comparison(f, g, domain)


def test_all_answers_agree_with_plain_rationals_in_space() -> None:
    f = eg.Network(
        [eg.Linear([[1, 2, -1], [1, 0, 1]], [0, "1/3"]), eg.ReLU(), eg.Linear([[1, -2]] * 2, [0, 1])]
    )
    g = eg.Network([eg.Linear([[1, 1, 1]], [0]), eg.Abs(), eg.Linear([[1], ["1/2"]], [0, "3/4"])])
    found = eg.compare(f, g, eg.simplex(3))
    assert tuple(getattr(found, n) for n in NAMES) == plain_comparison(f, g, eg.simplex(3))


# -- closed forms --------------------------------------------------------------------------------------


def test_hat_against_zero_on_the_whole_line() -> None:
    found = eg.compare(hat(1), zero())
    assert (found.l1_distance, found.l2_distance_squared) == (1, F(2, 3))
    assert (found.sup_distance, found.sup_point) == (1, (0,))
    assert found.disagreement_volume == 2  # the hat is positive on (-1, 1)
    assert not found.equal and hat(1)(found.difference_witness) != (0,)


def test_infinite_answers_say_so() -> None:
    found = eg.compare(eg.Network([eg.ReLU()], input_dim=1), zero())
    for name in ("l1_distance", "l2_distance_squared", "sup_distance", "disagreement_volume"):
        with pytest.raises(eg.UnboundedError):
            getattr(found, name)
    shifted = eg.compare(zero(), eg.Network([eg.Linear([[0]], [-3])]))
    assert (shifted.sup_distance, shifted.disagreement_volume) == (3, 0)
    with pytest.raises(eg.UnboundedError):
        _ = shifted.l1_distance


def test_two_formulas_of_the_modulus_are_equal_everywhere() -> None:
    two = eg.Network([eg.Linear([[1], [-1]], [0, 0]), eg.ReLU(), eg.Linear([[1, 1]], [0])])
    for domain in (None, eg.box(-3, 5, dim=1)):
        found = eg.compare(eg.Network([eg.Abs()], input_dim=1), two, domain)
        assert [getattr(found, name) for name in NAMES] == [0, 0, 0, 0, True]
        assert found.difference_witness is None


def test_ties_on_a_full_cell_go_to_the_smallest_index() -> None:
    tie = eg.Network([eg.Linear([[1], [1]], [0, 0]), eg.ReLU()])  # (0, 0) for x < 0, (x, x) beyond
    first, second = (eg.Network([eg.Linear([[0], [0]], list(b))]) for b in ((1, 0), (0, 1)))
    box = eg.box(-1, 2, dim=1)
    assert eg.compare(tie, first, box).disagreement_volume == 0
    assert eg.compare(tie, second, box).disagreement_volume == 3


def test_one_output_zero_on_a_full_cell_is_class_zero() -> None:
    relu, one = eg.Network([eg.ReLU()], input_dim=1), eg.Network([eg.Linear([[0]], [1])])
    assert eg.compare(relu, one, eg.box(-1, 2, dim=1)).disagreement_volume == 1


def test_one_output_against_two() -> None:
    one = eg.Network([eg.Linear([[1]], [0])])
    two = eg.Network([eg.Linear([[0], [1]], [0, -1])])
    found = eg.compare(one, two, eg.box(-2, 2, dim=1))
    assert found.disagreement_volume == 1  # class 1 from 0, or from 1
    with pytest.raises(eg.InvalidInput, match="outputs"):
        _ = found.l1_distance


# -- laws ----------------------------------------------------------------------------------------------


@given(networks(input_dims=(1, 2, 3), outputs=(1, 2)), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_rescaled_and_permuted_units_are_the_same_function(net: eg.Network, random: Any) -> None:
    for domain in (None, eg.box(-1, 1, dim=net.input_dim)):
        assert eg.compare(net, net, domain).equal
        if len(net.layers) < 3 or not isinstance(net.layers[1], eg.ReLU):
            continue
        first, relu, second = net.layers[:3]
        order = random.sample(range(first.out_dim), first.out_dim)
        factor = [F(random.randint(1, 9), random.randint(1, 9)) for _ in order]
        weight = [[factor[i] * w for w in first.weight[i]] for i in order]
        bias = [factor[i] * first.bias[i] for i in order]
        back = [[row[i] / factor[i] for i in order] for row in second.weight]
        other = eg.Network([eg.Linear(weight, bias), relu, eg.Linear(back, second.bias), *net.layers[3:]])
        found = eg.compare(net, other, domain)
        assert found.equal and found.l1_distance == found.sup_distance == found.disagreement_volume == 0


@given(pairs(dims=(1, 2)))
@settings(max_examples=25)
def test_a_witness_proves_the_difference(pair: tuple[eg.Network, eg.Network]) -> None:
    f, g = pair
    for domain in (None, eg.box(-1, 1, dim=f.input_dim)):
        found = eg.compare(f, g, domain)
        point = found.difference_witness
        assert found.equal == (point is None)
        if point is not None:
            assert f(point) != g(point) and (domain is None or point in domain)


def test_a_difference_far_out_is_found() -> None:
    far = eg.Network([eg.Linear([[1]], [-1000]), eg.ReLU()])
    found = eg.compare(far, zero())
    assert not found.equal and far(found.difference_witness)[0] > 0
    assert eg.compare(far, zero(), eg.box(-1000, 1000, dim=1)).equal


@given(pairs(dims=(1, 2)))
@settings(max_examples=20)
def test_symmetry_norm_inequalities_and_the_attained_supremum(pair: tuple[eg.Network, eg.Network]) -> None:
    f, g = pair
    domain = eg.box(-1, 1, dim=f.input_dim)
    one, two = eg.compare(f, g, domain), eg.compare(g, f, domain)
    assert [getattr(one, n) for n in NAMES] == [getattr(two, n) for n in NAMES]
    gap = [abs(a - b) for a, b in zip(f(one.sup_point), g(one.sup_point), strict=True)]
    assert max(gap) == one.sup_distance and one.sup_point in domain
    assert one.l1_distance <= f.output_dim * domain.volume * one.sup_distance
    assert one.l1_distance**2 <= f.output_dim * domain.volume * one.l2_distance_squared  # Cauchy-Schwarz
    assert 0 <= one.disagreement_volume <= domain.volume


def test_a_comparison_is_a_value() -> None:
    found = eg.compare(hat(1), hat(2), eg.box(-1, 1, dim=1))
    assert found == eg.compare(hat(1), hat(2), eg.box(-1, 1, dim=1))
    _ = found.l1_distance
    assert pickle.loads(pickle.dumps(found)).l1_distance == 1


# -- jumps and trees -----------------------------------------------------------------------------------

HEAVISIDE = StepUnit((F(0),), (F(0), F(1)), (F(0),))


def stairs(offset: int) -> Bare:
    """[x > 0] + x [x > 0] - offset [x > 0]... a step, read again by a ReLU: relu(2 [x > 0] - offset)."""
    relu = Unit((F(0),), ((F(0), F(0)), (F(1), F(0))))
    ops = (Steps(0, (HEAVISIDE,)), Affine((1,), ((2,),), (-offset,)), Pieces(2, (relu,)))
    return Bare(Program(1, ops, 3))


def test_steps_are_compared_almost_everywhere() -> None:
    box = eg.box(-1, 3, dim=1)
    found = eg.compare(stairs(1), stairs(0), box)  # [x > 0] against 2 [x > 0]
    assert (found.l1_distance, found.l2_distance_squared, found.sup_distance) == (3, 3, 1)
    assert found.disagreement_volume == 0 and not found.equal
    point = found.difference_witness
    assert stairs(1)(point) != stairs(0)(point)
    stump = DecisionTree([Split(0, 0, 1, 2), Leaf([0]), Leaf([1])], input_dim=1)
    for domain in (None, box):
        assert eg.compare(stairs(1), stump, domain).equal


def test_a_step_inside_an_affine_model() -> None:
    ramp = Bare(Program(1, (Steps(0, (HEAVISIDE,)), Affine((0, 1), ((1, -1),), (0,))), 2))  # x - [x > 0]
    identity = eg.Network([], input_dim=1)
    found = eg.compare(ramp, identity, eg.box(-1, 1, dim=1))
    assert (found.l1_distance, found.sup_distance) == (1, 1)
    assert found.disagreement_volume == 1  # on (0, 1] the ramp is not positive
    assert eg.compare(ramp, zero(), eg.box(-1, 1, dim=1)).l1_distance == 1


def test_a_witness_inside_a_cell_on_whose_middle_both_agree() -> None:
    late = StepUnit((F(5),), (F(0), F(1)), (F(0),))
    odd = Bare(Program(1, (Steps(0, (late,)), Affine((0, 1), ((1, 1),), (0,))), 2))  # x + [x > 5]
    found = eg.compare(odd, zero(), eg.box(-1, 1, dim=1))
    point = found.difference_witness
    assert odd(point) != (0,) and -1 < point[0] < 1


def test_a_tree_against_a_network() -> None:
    tree = DecisionTree(
        [Split(0, "1/2", 1, 2), Leaf([1, 0]), Split(1, "1/4", 3, 4), Leaf([1, 0]), Leaf([0, 1])], input_dim=2
    )
    net = eg.Network([eg.Linear([[0, 0], [1, 1]], [1, 0])])  # class 1 where x + y > 1
    found = eg.compare(tree, net, eg.box(0, 1, dim=2))
    corner = F(1, 2) * F(3, 4)  # where the tree says 1; the line cuts a triangle off, and wins outside
    triangle = F(1, 4) ** 2 / 2
    assert found.disagreement_volume == triangle + (F(1, 2) - (corner - triangle))
    assert not found.equal
    assert eg.compare(tree, tree, eg.box(0, 1, dim=2)).equal and eg.compare(tree, tree).equal


def test_an_ensemble_is_the_mean_of_its_trees() -> None:
    def stump(t: Any) -> DecisionTree:
        return DecisionTree([Split(0, t, 1, 2), Leaf([0]), Leaf([1])], input_dim=1)

    forest = TreeEnsemble.mean([stump("1/4"), stump("1/2")])
    found = eg.compare(forest, stump("1/2"), eg.box(0, 1, dim=1))
    assert (found.l1_distance, found.l2_distance_squared) == (F(1, 8), F(1, 16))


# -- budgets -------------------------------------------------------------------------------------------


def test_a_budget_stops_a_comparison_and_one_that_suffices_changes_nothing() -> None:
    box = eg.box(-2, 2, dim=1)
    few = eg.compare(hat(1), hat(2), box, budget=eg.Budget(cells=3))
    with pytest.raises(eg.BudgetExceeded, match="cells"):
        _ = few.l1_distance
    enough = eg.compare(hat(1), hat(2), box, budget=eg.Budget(cells=10, seconds=60))
    assert enough.l1_distance == 1 and enough == eg.compare(hat(1), hat(2), box)
    with pytest.raises(eg.InvalidInput, match="Budget"):
        eg.compare(hat(1), hat(2), box, budget=3)


# -- common refinement ---------------------------------------------------------------------------------


@given(pairs(dims=(1, 2)))
@settings(max_examples=20)
def test_common_refinement_has_the_intersections_as_cells(pair: tuple[eg.Network, eg.Network]) -> None:
    f, g = pair
    domain = eg.box(-1, 1, dim=f.input_dim)
    P = eg.common_refinement(eg.partition(f, domain), eg.partition(g, domain))
    assert isinstance(P.model, Joint) and P.total_volume == domain.volume and P.validate()
    base = [(a, b) for a, b in domain.inequalities]
    flat = ((F(0),) * f.input_dim, F(1))
    expected = {
        s + t: volume
        for (s, one), (t, two) in product(brute_cells(f, base).items(), brute_cells(g, base).items())
        if (volume := plain_integral([*one, *two], [flat], 0))
    }
    assert {cell.signs: cell.volume for cell in P.cells} == expected
    for cell in P.cells:
        s, t = P.model.split(cell.signs)
        (a, b), (c, d) = f.affine_map(s), g.affine_map(t)
        assert cell.affine_map == ((*a, *c), (*b, *d))


def test_common_refinement_on_the_whole_plane() -> None:
    halves = [eg.partition(eg.Arrangement([(a, 0)])) for a in ([1, 0], [0, 1])]
    P = eg.common_refinement(*halves)
    assert P.f_vector == (1, 4, 4) and P.cells[0].affine_map is None


# -- bad input -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: eg.compare(zero(), zero(2)), "inputs"),
        (lambda: eg.compare(zero(), 3), "model_b"),
        (lambda: eg.compare(zero(), zero(), eg.box(0, 1, dim=2)), "dimension"),
        (lambda: eg.compare(eg.Arrangement([([1], 0)]), zero(), eg.box(0, 1, dim=1)).equal, "no map"),
        (lambda: eg.common_refinement(zero(), zero()), "Partition"),
        (
            lambda: eg.common_refinement(eg.partition(zero()), eg.partition(zero(), eg.box(0, 1, dim=1))),
            "same domain",
        ),
    ],
)
def test_bad_input_is_refused(make: Any, match: str) -> None:
    with pytest.raises(eg.InvalidInput, match=match):
        make()
