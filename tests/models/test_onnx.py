"""Networks from ONNX: every operation beside the reference evaluator, exports of torch, refusals by node."""

from __future__ import annotations

import io
import warnings
from fractions import Fraction as F

import pytest

from exactgeom.exact import InvalidInput
from exactgeom.models import Linear, Network, ReLU, from_onnx, from_torch, load

onnx = pytest.importorskip("onnx", reason="needs onnx")
np = pytest.importorskip("numpy")
reference = pytest.importorskip("onnx.reference")
helper, numpy_helper, FLOAT = onnx.helper, onnx.numpy_helper, onnx.TensorProto.FLOAT

RNG = np.random.default_rng(7)


def numbers(*shape, dtype=np.float32):
    return RNG.normal(size=shape).astype(dtype)


def model(nodes, shape, constants=None, batch="n", kind=FLOAT):
    """A model of nodes ``(operation, inputs, attributes)``; they make a, b, c, ..., the last one y."""
    made, letters = [], iter("abcdefgh")
    for i, (operation, inputs, attributes) in enumerate(nodes):
        name = "y" if i == len(nodes) - 1 else next(letters)
        made.append(helper.make_node(operation, inputs.split(), [name], name=f"n{i}", **attributes))
    graph = helper.make_graph(
        made,
        "test",
        [helper.make_tensor_value_info("x", kind, [batch, *shape])],
        [helper.make_tensor_value_info("y", kind, None)],
        [numpy_helper.from_array(value, name) for name, value in (constants or {}).items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def check(proto, network, shape, dtype=np.float32, atol=1e-5):
    x = RNG.normal(size=(3, *shape)).astype(dtype)
    (expected,) = reference.ReferenceEvaluator(proto).run(None, {proto.graph.input[0].name: x})
    points = x.reshape(3, -1).astype(np.float64)
    exact = np.array([[float(v) for v in out] for out in network.evaluate(points)])
    np.testing.assert_allclose(exact, np.asarray(expected, dtype=np.float64).reshape(3, -1), atol=atol)
    assert network.program(points[0]) == network(points[0])
    assert network.program.signs(points[0]) == network.signs(points[0])
    assert Network.from_json(network.to_json()) == network


IMAGE = (2, 5, 6)
W = numbers(4, 2, 3, 2)
OPERATIONS = {
    "gemm": (
        [("Gemm", "x w c", {"transB": 1, "alpha": 0.3, "beta": -0.7})],
        (3,),
        {"w": numbers(2, 3), "c": numbers(2)},
    ),
    "gemm without c": ([("Gemm", "x w", {})], (3,), {"w": numbers(3, 2)}),
    "matmul add": (
        [("MatMul", "x w", {}), ("Add", "a c", {}), ("Relu", "b", {})],
        (3,),
        {"w": numbers(3, 2), "c": numbers(2)},
    ),
    "constant arithmetic": (
        [("Sub", "c x", {}), ("Mul", "a d", {}), ("Div", "b d", {})],
        (3,),
        {"c": numbers(3), "d": numbers(1)},
    ),
    "activations": (
        [
            ("LeakyRelu", "x", {"alpha": 0.3}),
            ("HardSigmoid", "a", {"beta": 0.1}),
            ("Abs", "b", {}),
            ("Neg", "c", {}),
        ],
        (3,),
        {},
    ),
    "leaky default": ([("LeakyRelu", "x", {})], (3,), {}),
    "thresholded": ([("ThresholdedRelu", "x", {"alpha": 0.4})], (3,), {}),
    "sign": ([("Sign", "x", {})], (3,), {}),
    "prelu flat": ([("PRelu", "x s", {})], (3,), {"s": numbers(3)}),
    "prelu channels": ([("PRelu", "x s", {})], IMAGE, {"s": numbers(2, 1, 1)}),
    "clip": (
        [("Clip", "x l h", {})],
        (3,),
        {"l": np.float32(-0.3).reshape(()), "h": np.float32(0.4).reshape(())},
    ),
    "clip from below": ([("Clip", "x l", {})], (3,), {"l": np.float32(-0.3).reshape(())}),
    "max": (
        [("Neg", "x", {}), ("Max", "a x c", {}), ("Min", "b d", {})],
        (3,),
        {"c": numbers(3), "d": np.float32([0.5])},
    ),
    "sum": (
        [("Relu", "x", {}), ("Sum", "a x a", {}), ("Sub", "b x", {}), ("Concat", "c x", {"axis": 1})],
        (3,),
        {},
    ),
    "conv": (
        [("Conv", "x w b", {"pads": [1, 0, 2, 1], "strides": [2, 1], "dilations": [1, 2]})],
        IMAGE,
        {"w": W, "b": numbers(4)},
    ),
    "grouped conv": (
        [("Conv", "x w", {"group": 2, "auto_pad": "SAME_UPPER", "strides": [2, 2]})],
        IMAGE,
        {"w": W[:, :1]},
    ),
    "same lower": ([("Conv", "x w", {"auto_pad": "SAME_LOWER"})], IMAGE, {"w": W}),
    "conv1d": ([("Conv", "x w", {"auto_pad": "VALID"})], (2, 6), {"w": W[:, :, :, 0]}),
    "batch norm": (
        [("BatchNormalization", "x g b m v", {"epsilon": 0.01})],
        IMAGE,
        {"g": numbers(2), "b": numbers(2), "m": numbers(2), "v": np.float32([0.5, 2])},
    ),
    "max pool": (
        [("MaxPool", "x", {"kernel_shape": [2, 3], "strides": [2, 1], "pads": [0, 1, 1, 1]})],
        IMAGE,
        {},
    ),
    "max pool ceil": (
        [("MaxPool", "x", {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 1})],
        IMAGE,
        {},
    ),
    "average pool": ([("AveragePool", "x", {"kernel_shape": [2, 3], "pads": [1, 1, 1, 1]})], IMAGE, {}),
    "average pool padded": (
        [("AveragePool", "x", {"kernel_shape": [2, 3], "pads": [1, 1, 1, 1], "count_include_pad": 1})],
        IMAGE,
        {},
    ),
    "global": ([("GlobalAveragePool", "x", {}), ("Flatten", "a", {})], IMAGE, {}),
    "global max": ([("GlobalMaxPool", "x", {}), ("Reshape", "a s", {})], IMAGE, {"s": np.array([0, -1])}),
    "mean": ([("ReduceMean", "x", {"axes": [2, 3], "keepdims": 0})], IMAGE, {}),
    "squeeze": ([("GlobalAveragePool", "x", {}), ("Squeeze", "a s", {})], IMAGE, {"s": np.array([2, -1])}),
    "reshape": (
        [("Reshape", "x s", {}), ("MaxPool", "a", {"kernel_shape": [3]}), ("Flatten", "b", {"axis": 1})],
        (12,),
        {"s": np.array([-1, 2, 6])},
    ),
    "folded constants": (
        [("Transpose", "w", {"perm": [1, 0]}), ("Identity", "a", {}), ("MatMul", "x b", {})],
        (3,),
        {"w": numbers(2, 3)},
    ),
    "shape": (
        [
            ("Shape", "x", {}),
            ("Gather", "a i", {}),
            ("Unsqueeze", "b i0", {}),
            ("Concat", "c r", {"axis": 0}),
            ("Reshape", "x d", {}),
        ],
        IMAGE,
        {"i": np.array(0), "i0": np.array([0]), "r": np.array([-1])},
    ),
    "identity and dropout": ([("Identity", "x", {}), ("Dropout", "a", {})], (3,), {}),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_agree_with_the_reference(name):
    nodes, shape, constants = OPERATIONS[name]
    proto = model(nodes, shape, constants)
    check(proto, from_onnx(proto), shape)


@pytest.mark.parametrize("dtype", [np.float64, np.float16])
def test_other_float_types_are_exact(dtype):
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    weight = numbers(2, 3, dtype=dtype)
    proto = model([("MatMul", "x w", {}), ("Relu", "a", {})], (2,), {"w": weight}, kind=kind)
    network = from_onnx(proto)
    assert network == Network([Linear(weight.T.astype(np.float64), [0] * 3), ReLU()])
    check(proto, network, (2,), dtype, atol=1e-9 if dtype is np.float64 else 1e-2)


@pytest.mark.parametrize("last", ["Softmax", "LogSoftmax", "Sigmoid", "ArgMax"])
def test_final_link_functions_are_dropped_and_noted(last):
    attributes = {} if last == "Sigmoid" else {"axis": -1}
    proto = model([("MatMul", "x w", {}), (last, "a", attributes)], (2,), {"w": numbers(2, 3)})
    network = from_onnx(proto)
    assert len(network.layers) == 1 and f"the final {last} was dropped" in network.notes[0]
    proto.graph.node.append(helper.make_node("Cast", ["y"], ["z"], to=FLOAT))
    proto.graph.output[0].name = "z"
    assert from_onnx(proto) == network


def test_attributes_are_their_float32_values():
    network = from_onnx(model([("LeakyRelu", "x", {})], (2,)))
    assert network.layers[0].slope == F(float(np.float32(0.01))) != F(1, 100)


def test_batch_norms_are_noted():
    nodes, shape, constants = OPERATIONS["batch norm"]
    (note,) = from_onnx(model(nodes, shape, constants)).notes
    assert note.startswith("node[0] (BatchNormalization 'n0')") and "nearest float32" in note


def test_files_are_read_by_load(tmp_path):
    path = tmp_path / "net.ONNX"
    proto = model([("MatMul", "x w", {}), ("Relu", "a", {})], (2,), {"w": numbers(2, 3)})
    onnx.save(proto, str(path))
    assert load(path) == load(str(path)) == from_onnx(path) == from_onnx(proto)
    with pytest.raises(InvalidInput, match=r"none\.onnx: cannot read the file"):
        load(tmp_path / "none.onnx")
    (tmp_path / "bad.onnx").write_bytes(b"\xff not a model")
    with pytest.raises(InvalidInput, match=r"bad\.onnx: not an ONNX file"):
        load(tmp_path / "bad.onnx")
    onnx.save(model([("Tanh", "x", {})], (2,)), str(tmp_path / "tanh.onnx"))
    with pytest.raises(InvalidInput, match=r"tanh\.onnx: node\[0\] \(Tanh 'n0'\): Tanh is not supported"):
        load(tmp_path / "tanh.onnx")


def test_the_shape_may_be_given_or_found():
    open_model = model([("Relu", "x", {})], ("k",))
    assert from_onnx(open_model, input_shape=[3]) == Network([ReLU()], 3)
    dense = model([("Relu", "x", {}), ("MatMul", "a w", {})], ("k",), {"w": numbers(3, 1)})
    assert from_onnx(dense).input_dim == 3
    fixed = model([("Reshape", "x s", {})], (4,), {"s": np.array([7, 2, 2])}, batch=7)
    assert from_onnx(fixed).shapes[-1] == (2, 2)
    with pytest.raises(
        InvalidInput, match="input x: the file leaves the size of the input open: give input_sh"
    ):
        from_onnx(open_model)


def without_initializer():
    proto = model([("MatMul", "x w", {})], (2,), {"w": numbers(2, 2)})
    del proto.graph.initializer[0]
    return proto


def two_inputs():
    proto = model([("Add", "x z", {})], (2,))
    proto.graph.input.append(helper.make_tensor_value_info("z", FLOAT, [1, 2]))
    return proto


def other_domain():
    proto = model([("Relu", "x", {})], (2,))
    proto.graph.node[0].domain = "ai.onnx.ml"
    return proto


def one(operation, inputs="x", shape=(2,), constants=None, **attributes):
    return lambda: model([(operation, inputs, attributes)], shape, constants)


PLUS = {"w": np.float32([[np.nan, 1]]), "c": numbers(3), "d": numbers(2, 2), "i": np.array([1, 1])}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (one("Gelu"), "node[0] (Gelu 'n0'): Gelu is not supported"),
        (other_domain, "ai.onnx.ml.Relu is not supported"),
        (without_initializer, "node[0] (MatMul 'n0'): reads 'w', which nothing before it makes"),
        (two_inputs, "graph: expected one input and one output, got 2 and 1"),
        (one("Mul", "x x"), "node[0] (Mul 'n0'): the product of two values is not piecewise linear"),
        (
            one("Div", "c x", constants=PLUS),
            "node[0] (Div 'n0'): division by a value is not piecewise linear",
        ),
        (
            one("Add", "x c", constants=PLUS),
            "constants of shape (3,) do not broadcast to values of shape (2,)",
        ),
        (one("Gemm", "x w", transB=1, constants=PLUS), "node[0] (Gemm 'n0').weight[0][0]: expected a finite"),
        (one("Gemm", "x d", transA=1, constants=PLUS), "transA is not supported"),
        (one("MatMul", "d x", constants=PLUS), "expected a constant matrix on the right"),
        (one("MatMul", "x c", constants=PLUS), "expected a matrix on the right, got shape (3,)"),
        (one("Softmax", axis=0), "must run over the features"),
        (one("ArgMax"), "must run over the features"),
        (one("Flatten", axis=0), "expected axis 1, which keeps the batch"),
        (one("Concat", "x x", axis=0), "cannot concatenate along axis 0: the first axis is the batch"),
        (one("Reshape", "x i", constants=PLUS), "the shape [1, 1] does not keep the batch axis"),
        (one("Cast", to=1), "a cast of values rounds them"),
        (
            one("MaxPool", shape=(1, 4, 4, 4), kernel_shape=[2, 2, 2]),
            "expected a window of 1 or 2 axes, got 3",
        ),
        (one("MaxPool", shape=(1, 4)), "node[0] (MaxPool 'n0'): not a well-formed node: KeyError"),
        (one("Relu", "x x"), "node[0] (Relu 'n0'): not a well-formed node"),
        (one("Conv", "x x", shape=(1, 2, 2)), "expected a constant kernel"),
        (one("Exp", "c", constants=PLUS), "node[0] (Exp 'n0'): Exp of constants is not supported"),
        (one("Clip", "x c", constants=PLUS), "not a well-formed node: ValueError"),
        (lambda: model([("Relu", "x", {})], ()), "input x: expected a batch axis and at least one more"),
        (lambda: model([("Sigmoid", "x", {}), ("Relu", "a", {})], (2,)), "Relu follows Sigmoid at node[0]"),
        (
            lambda: model([("Identity", "c", {})], (2,), PLUS),
            "graph: the output does not depend on the input",
        ),
        (lambda: "net.json5", "net.json5: cannot read the file"),
        (lambda: 3, "model: expected a path or an onnx.ModelProto, got int"),
    ],
)
def test_other_models_are_refused_by_node(make, message):
    with pytest.raises(InvalidInput) as caught:
        from_onnx(make())
    assert message in str(caught.value) and "\n" not in str(caught.value)


# -- exports of torch -------------------------------------------------------------------------------------


def exported(module, x, **options):
    torch = pytest.importorskip("torch", reason="needs torch")
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(module.eval(), (x,), buffer, dynamo=False, input_names=["x"], **options)
    return onnx.load_from_string(buffer.getvalue())


def small_network(torch):
    nn = torch.nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.norm, self.down = (
                nn.Conv2d(1, 2, 3, padding=1),
                nn.BatchNorm2d(2),
                nn.Conv2d(1, 2, 1),
            )
            self.fc = nn.Linear(2 * 2 * 2 + 16, 3)

        def forward(self, x):
            y = torch.relu(self.norm(self.conv(x))) + self.down(x)
            y = torch.nn.functional.max_pool2d(torch.clamp(y, -1, 1), 2)
            return self.fc(torch.cat([y.view(y.size(0), -1), torch.flatten(x, 1)], 1)).softmax(1)

    torch.manual_seed(0)
    return Net()


def test_an_export_of_torch_is_the_network_torch_gives():
    torch = pytest.importorskip("torch", reason="needs torch")
    net = small_network(torch)
    options = {"dynamic_axes": {"x": {0: "n"}}, "do_constant_folding": False}
    kept = exported(net, torch.zeros(2, 1, 4, 4), training=torch.onnx.TrainingMode.PRESERVE, **options)
    assert from_onnx(kept) == from_torch(net, input_shape=(1, 4, 4))


@pytest.mark.parametrize("dynamic", [True, False])
def test_an_export_with_folded_batch_norms_agrees_with_the_float_forward(dynamic):
    torch = pytest.importorskip("torch", reason="needs torch")
    net = small_network(torch)
    options = {"dynamic_axes": {"x": {0: "n"}}} if dynamic else {}
    network = from_onnx(exported(net, torch.zeros(3, 1, 4, 4), **options))
    x = torch.randn(3, 1, 4, 4, generator=torch.Generator().manual_seed(2))
    logits = torch.tensor([[float(v) for v in out] for out in network.evaluate(x.flatten(1).tolist())])
    assert torch.allclose(torch.softmax(logits, 1), net(x), atol=1e-6)
    assert network.program(x[0].flatten().tolist()) == network(x[0].flatten().tolist())
