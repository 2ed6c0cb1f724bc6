"""Trees and ensembles: who owns a point, what it is worth, and what is refused."""

from __future__ import annotations

import json
import pickle
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.models.tree_ensemble import TreeEnsemble, argmax
from exactgeom.models.tree_json import READERS, ensemble_from_json, tree_from_json

STUMP = DecisionTree([Split(0, "1/2", 1, 2), Leaf([3]), Leaf([7])], input_dim=1)
DEEP = DecisionTree(
    [Split(1, 0, 4, 1), Split(0, 1, 2, 3, strict=True), Leaf([1, 0]), Leaf([0, 1]), Leaf(["1/3", "2/3"])],
    input_dim=2,
    notes=["hand made"],
)


def owner_by_definition(tree, x, node=0):
    """The rule read off the nodes, recursively."""
    here = tree.nodes[node]
    if isinstance(here, Leaf):
        return node
    value = x[here.feature]
    left = value < here.threshold if here.strict else value <= here.threshold
    return owner_by_definition(tree, x, here.left if left else here.right)


@st.composite
def small_trees(draw, dim=2):
    numbers = st.fractions(-2, 2, max_denominator=4)
    nodes, open_leaves = [Leaf([draw(numbers)])], [0]
    for _ in range(draw(st.integers(0, 6))):
        at = open_leaves.pop(draw(st.integers(0, len(open_leaves) - 1)))
        k = len(nodes)
        nodes[at] = Split(draw(st.integers(0, dim - 1)), draw(numbers), k, k + 1, draw(st.booleans()))
        nodes += [Leaf([draw(numbers)]), Leaf([draw(numbers)])]
        open_leaves += [k, k + 1]
    return DecisionTree(nodes, dim)


POINTS = st.lists(st.fractions(-2, 2, max_denominator=4), min_size=2, max_size=2)


def test_points_on_a_threshold_go_left_unless_strict():
    assert STUMP.apply(["1/2"]) == 1 and STUMP.apply([F(1, 2) + F(1, 10**40)]) == 2
    strict = DecisionTree([Split(0, "1/2", 1, 2, strict=True), Leaf([3]), Leaf([7])], 1)
    assert strict.apply(["1/2"]) == 2 and strict.apply([F(1, 2) - F(1, 10**40)]) == 1


@given(small_trees(), POINTS)
def test_apply_value_and_signs_follow_the_definition(tree, x):
    leaf = owner_by_definition(tree, x)
    assert tree.apply(x) == leaf and tree(x) == tree.nodes[leaf].value == tree.evaluate([x, x])[1]
    signs = tree.signs(x)
    assert len(signs) == tree.sign_count == len(tree.unit_names())
    pattern = tree.leaf_signs[leaf]
    for i, mine, whole in zip(tree.splits, signs, pattern, strict=True):
        gap = x[tree.nodes[i].feature] - tree.nodes[i].threshold
        assert (mine == ".") == (whole == ".")
        assert mine in (".", "+" if gap > 0 else "-" if gap < 0 else "0")
        assert mine in (whole, "0")
    assert len(set(tree.leaf_signs.values())) == len(tree.leaves)


@given(small_trees(), small_trees(), small_trees(), POINTS)
def test_an_ensemble_is_the_weighted_sum_of_its_trees(a, b, c, x):
    (u,), (v,), (w,) = a(x), b(x), c(x)
    assert TreeEnsemble([a, b, c])(x) == (u + v + w,)
    assert TreeEnsemble.mean([a, b, c])(x) == ((u + v + w) / 3,)
    boosted = TreeEnsemble.boosted([[a, b], [b, c]], learning_rate="1/10", init=[1, "1/2"])
    assert boosted(x) == (1 + (u + v) / 10, F(1, 2) + (v + w) / 10) == boosted.evaluate([x])[0]
    assert boosted.apply(x) == tuple(t.apply(x) for t in (a, b, b, c))
    assert boosted.signs(x) == a.signs(x) + b.signs(x) + b.signs(x) + c.signs(x)
    assert len(boosted.unit_names()) == boosted.sign_count == len(boosted.signs(x))


def test_ties_go_to_the_smallest_class():
    assert argmax([1, 2, 2]) == 1 and argmax([F(1, 2), F(1, 2)]) == 0
    assert argmax([0]) == 0 and argmax([F(1, 9)]) == 1


def test_ensembles_without_trees_are_constant():
    nothing = TreeEnsemble([], init=[1, 2], input_dim=3)
    assert nothing([0, 0, 0]) == (1, 2) and nothing.apply([0, 0, 0]) == () and nothing.sign_count == 0
    assert nothing.folded() == nothing and TreeEnsemble.from_json(nothing.to_json()) == nothing
    with pytest.raises(InvalidInput, match="expected 3 coordinates"):
        nothing([1])


@pytest.mark.parametrize(
    "model",
    [
        STUMP,
        DEEP,
        DecisionTree([Leaf([0.1])], 3, rounding="float32"),
        TreeEnsemble.mean([DEEP, DEEP], notes=["two"]),
        TreeEnsemble.boosted([[STUMP]], learning_rate=0.1, init=["1/7"]),
    ],
)
def test_files_pickles_and_repr_give_the_model_back(model, tmp_path):
    model.save(tmp_path / "m.json")
    names = {"DecisionTree": DecisionTree, "TreeEnsemble": TreeEnsemble, "Split": Split, "Leaf": Leaf}
    for twin in (
        type(model).from_json(tmp_path / "m.json"),
        READERS[model.to_json()["schema"]](json.loads(json.dumps(model.to_json()))),
        pickle.loads(pickle.dumps(model)),
        eval(repr(model), names),
    ):
        assert twin == model and hash(twin) == hash(model) and twin.notes == model.notes
        assert repr(twin) == repr(model) and type(twin) is type(model)
    with pytest.raises(AttributeError, match="immutable"):
        model.input_dim = 5
    with pytest.raises(AttributeError, match="immutable"):
        del model.notes


def test_inequality_sees_strictness_rounding_and_weights():
    strict = DecisionTree([Split(0, "1/2", 1, 2, strict=True), Leaf([3]), Leaf([7])], 1)
    rounded = DecisionTree(STUMP.nodes, 1, rounding="float32")
    assert len({STUMP, strict, rounded}) == 3 and STUMP != 3
    assert TreeEnsemble([STUMP]) != TreeEnsemble([STUMP], [2]) and TreeEnsemble([STUMP]) != STUMP


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Split(-1, 0, 1, 2), "feature: expected a whole number of at least 0, got -1"),
        (lambda: Split(0, float("nan"), 1, 2), "threshold: expected a finite number"),
        (lambda: Split(0, 0, True, 2), "left: expected a whole number"),
        (lambda: Split(0, 0, 1, 2, strict=1), "strict: expected True or False"),
        (lambda: Leaf([]), "value: expected at least one number"),
        (lambda: DecisionTree([], 1), "nodes: expected at least one node"),
        (lambda: DecisionTree([Leaf([0])], 0), "input_dim: expected a whole number from 1"),
        (lambda: DecisionTree([Leaf([0])], 1, rounding="float16"), "rounding: expected None or 'float32'"),
        (lambda: DecisionTree(["leaf"], 1), r"nodes\[0\]: expected a Split or a Leaf, got str"),
        (
            lambda: DecisionTree([Split(3, 0, 1, 2), Leaf([0]), Leaf([0])], 3),
            r"nodes\[0\].feature: .*below 3",
        ),
        (lambda: DecisionTree([Split(0, 0, 1, 9), Leaf([0])], 1), r"nodes\[0\].right: node 9 does not exist"),
        (lambda: DecisionTree([Split(0, 0, 1, 1), Leaf([0])], 1), "node 1 has another parent"),
        (lambda: DecisionTree([Split(0, 0, 1, 0), Leaf([0])], 1), "node 0 has another parent"),
        (lambda: DecisionTree([Leaf([0]), Leaf([0])], 1), r"nodes\[1\]: no path leads here"),
        (
            lambda: DecisionTree([Split(0, 0, 1, 2), Leaf([0]), Leaf([0, 1])], 1),
            r"nodes\[2\].value: expected 1 numbers as in the other leaves, got 2",
        ),
        (lambda: STUMP([1, 2]), "x: expected 1 coordinates, got 2"),
        (lambda: STUMP.value(0), "there is no leaf 0"),
        (lambda: TreeEnsemble([]), "input_dim|init"),
        (lambda: TreeEnsemble([STUMP, DEEP]), r"trees\[1\].input_dim: expected 1 inputs"),
        (lambda: TreeEnsemble(["x"]), r"trees\[0\]: expected a DecisionTree"),
        (lambda: TreeEnsemble([STUMP], [1, 2]), "weights: expected 1, one per tree, got 2"),
        (lambda: TreeEnsemble([DEEP], outputs=[0]), r"trees\[0\]: expected a single value, got 2"),
        (lambda: TreeEnsemble([STUMP], init=[0, 0]), r"trees\[0\]: expected 2 values, one per output, got 1"),
        (lambda: TreeEnsemble([STUMP], outputs=[1], init=[0]), r"outputs\[0\]: there are 1 outputs"),
        (lambda: TreeEnsemble.mean([]), "the mean of no tree"),
        (
            lambda: TreeEnsemble.boosted([[STUMP]], learning_rate=1, init=[0, 0]),
            r"stages\[0\]: expected 2 trees, one per output, got 1",
        ),
        (
            lambda: TreeEnsemble([STUMP, DecisionTree(STUMP.nodes, 1, rounding="float32")]),
            r"trees\[1\].rounding: all trees must round",
        ),
    ],
)
def test_bad_models_are_refused_by_place(make, message):
    with pytest.raises(InvalidInput, match=message):
        make()


def spoiled(model, *path, value):
    document = json.loads(json.dumps(model.to_json()))
    at = document
    for key in path[:-1]:
        at = at[key]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return document


ENSEMBLE = TreeEnsemble.boosted([[STUMP]], learning_rate="1/2", init=[0])


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (spoiled(STUMP, "nodes", 0, "threshold", value=None), r"nodes\[0\].threshold: missing"),
        (spoiled(STUMP, "nodes", 0, "threshold", value=float("nan")), r"nodes\[0\].threshold: .*finite"),
        (spoiled(STUMP, "nodes", 0, "left", value=1.5), r"nodes\[0\].left: expected a whole number"),
        (spoiled(STUMP, "nodes", 0, "left", value=True), r"nodes\[0\].left: .*got a boolean"),
        (spoiled(STUMP, "nodes", 0, "strict", value=1), r"nodes\[0\].strict: expected a boolean"),
        (spoiled(STUMP, "nodes", 1, "value", value=[]), r"nodes\[1\].value: expected at least one"),
        (spoiled(STUMP, "nodes", 1, "value", value=["x"]), r"nodes\[1\].value\[0\]: expected a number"),
        (spoiled(STUMP, "nodes", 1, "feature", value=0), r"nodes\[1\]: unknown field \"feature\""),
        (spoiled(STUMP, "nodes", 1, value=7), r"nodes\[1\]: expected an object"),
        (spoiled(STUMP, "nodes", value={}), "nodes: expected an array"),
        (spoiled(STUMP, "input_dim", value=0), "input_dim: expected a whole number"),
        (spoiled(STUMP, "input_dim", value=10**7), "input_dim: expected a whole number from 1 to"),
        (spoiled(STUMP, "rounding", value="half"), "rounding: expected"),
        (spoiled(STUMP, "schema", value="exactgeom/network-1"), 'schema: expected "exactgeom/tree-1"'),
        (spoiled(STUMP, "notes", value=[3]), r"notes\[0\]: expected a string"),
    ],
)
def test_bad_tree_documents_are_refused_by_place(document, message):
    with pytest.raises(InvalidInput, match=message):
        tree_from_json(document)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (spoiled(ENSEMBLE, "trees", 0, "weight", value="a"), r"trees\[0\].weight: expected a number"),
        (spoiled(ENSEMBLE, "trees", 0, "output", value=-1), r"trees\[0\].output: expected a whole number"),
        (spoiled(ENSEMBLE, "trees", 0, "output", value=1), r"outputs\[0\]: there are 1 outputs"),
        (spoiled(ENSEMBLE, "trees", 0, "nodes", value=[]), r"trees\[0\].nodes: expected at least one node"),
        (spoiled(ENSEMBLE, "trees", 0, "nodes", 0, "feature", value=4), r"trees\[0\].nodes\[0\].feature"),
        (spoiled(ENSEMBLE, "init", value=[]), "init"),
        (spoiled(ENSEMBLE, "init", value=[None]), r"init\[0\]: expected a number, got null"),
        (spoiled(ENSEMBLE, "trees", 0, value=[]), r"trees\[0\]: expected an object"),
    ],
)
def test_bad_ensemble_documents_are_refused_by_place(document, message):
    with pytest.raises(InvalidInput, match=message):
        ensemble_from_json(document)


def test_weights_and_outputs_have_defaults_in_files():
    document = spoiled(ENSEMBLE, "trees", 0, "weight", value=None)
    del document["trees"][0]["output"]
    assert ensemble_from_json(document) == TreeEnsemble([STUMP])
