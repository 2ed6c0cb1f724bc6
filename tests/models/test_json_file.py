"""Strict reading of model files: what is written reads back, and every bad file gets one line."""

from __future__ import annotations

import json
import math
import time
from fractions import Fraction as F

import pytest
from hypothesis import given

from exactgeom.exact import InvalidInput, documents
from exactgeom.models import Arrangement, HardTanh, LeakyReLU, Linear, Network, load
from exactgeom.testkit.strategies import arrangements, networks


def net(layers="[]", dim="1", extra=""):
    return f'{{"schema": "exactgeom/network-1", "input_dim": {dim}, "layers": {layers}{extra}}}'


def linear(weight="[[1]]", bias="[0]", extra=""):
    return f'[{{"type": "linear", "weight": {weight}, "bias": {bias}{extra}}}]'


def arr(planes="[]", dim="1", extra=""):
    return f'{{"schema": "exactgeom/arrangement-1", "dim": {dim}, "hyperplanes": {planes}{extra}}}'


@given(networks(wide=True))
def test_network_documents_round_trip_through_text(network):
    text = json.dumps(network.to_json())
    assert Network.from_json(json.loads(text)) == network == load(json.loads(text))


@given(arrangements(wide=True))
def test_arrangement_documents_round_trip_through_text(arrangement):
    text = json.dumps(arrangement.to_json())
    assert Arrangement.from_json(json.loads(text)) == arrangement == load(json.loads(text))


def test_files_round_trip_with_notes_and_huge_numbers(tmp_path):
    huge = F(10**9000 + 1, 7**6000)  # far past Python's own 4300 digits
    network = Network([Linear([[huge]], [-huge])], notes=["from somewhere"])
    network.save(tmp_path / "net.json")
    again = load(tmp_path / "net.json")
    assert again == network and again.notes == ("from somewhere",)
    lines = Arrangement([([1, huge], 0)])
    lines.save(str(tmp_path / "lines.json"))
    assert load(str(tmp_path / "lines.json")) == lines


def test_literals_mean_what_the_contract_says(tmp_path):
    path = tmp_path / "net.json"
    digits = "1" + "0" * 5000
    path.write_text(net(linear(f'[[0.1, "0.1", 1e-3, {digits}, -3, "-3/7"]]'), dim="6"))
    weights = Network.from_json(path).layers[0].weight[0]
    assert weights == (F(0.1), F(1, 10), F(1e-3), F(10**5000), F(-3), F(-3, 7))


def test_optional_fields_have_their_defaults():
    layers = [
        {"type": "hard_tanh"},
        {"type": "hard_tanh", "high": "1/2"},
        {"type": "leaky_relu", "slope": 0.5},
    ]
    network = load({"schema": "exactgeom/network-1", "input_dim": 1, "layers": layers})
    assert network.layers == (HardTanh(-1, 1), HardTanh(-1, "1/2"), LeakyReLU("1/2"))


def test_a_byte_order_mark_is_no_trouble(tmp_path):
    path = tmp_path / "net.json"
    path.write_bytes(b"\xef\xbb\xbf" + net().encode())
    assert load(path) == Network([], 1)


BAD = {
    "NaN": (net(linear("[[NaN]]")), "layers[0].weight[0][0]: expected a finite number, got nan"),
    "infinity": (net(linear(bias="[-Infinity]")), "layers[0].bias[0]: expected a finite number, got -inf"),
    "overflow": (net(linear("[[1e999]]")), "layers[0].weight[0][0]: expected a finite number, got inf"),
    "huge exponent": (net(linear('[["1e999999999"]]')), "layers[0].weight[0][0]: decimal exponent"),
    "boolean": (net(linear("[[true]]")), "layers[0].weight[0][0]: expected a number, got a boolean"),
    "null": (net(linear("[[null]]")), "layers[0].weight[0][0]: expected a number, got null"),
    "word": (net(linear('[["one"]]')), "layers[0].weight[0][0]: expected a number such as"),
    "zero denominator": (net(linear('[["1/0"]]')), "layers[0].weight[0][0]: denominator is zero"),
    "deep entry": (net(linear("[[[1]]]")), "layers[0].weight[0][0]: expected a number, got an array"),
    "ragged": (net(linear("[[1, 2], [3]]", "[0, 0]"), dim="2"), "layers[0].weight[1]: expected 2 entries"),
    "shape": (
        net(linear("[[1, 2]]")),
        "layers[0].weight[0]: expected 1 entries, one per value that enters, got 2",
    ),
    "bias": (
        net(linear(bias="[0, 1]")),
        "layers[0].bias: expected 1 entries, one per row of the weight, got 2",
    ),
    "no rows": (net(linear("[]", "[]")), "layers[0].weight: expected at least one row"),
    "flat weight": (net(linear("[1]")), "layers[0].weight[0]: expected an array, got an integer"),
    "no bias": (net('[{"type": "linear", "weight": [[1]]}]'), "layers[0].bias: missing"),
    "unknown layer": (
        net('[{"type": "tanh"}]'),
        'layers[0].type: unknown layer "tanh": expected one of linear',
    ),
    "no type": (net("[{}]"), "layers[0].type: missing: expected one of linear"),
    "layer no object": (net("[3]"), "layers[0]: expected an object with a type, got an integer"),
    "type no string": (net('[{"type": ["relu"]}]'), "layers[0].type: unknown layer an array of 1 entries"),
    "unknown field": (net(linear(extra=', "wieght": 1')), 'layers[0]: unknown field "wieght": expected type'),
    "unknown top field": (net(extra=', "layer": []'), 'document: unknown field "layer"'),
    "slope missing": (net('[{"type": "leaky_relu"}]'), "layers[0].slope: missing"),
    "slope nan": (net('[{"type": "leaky_relu", "slope": NaN}]'), "layers[0].slope: expected a finite number"),
    "clip order": (net('[{"type": "hard_tanh", "low": 2}]'), "layers[0].low: hard tanh needs low < high"),
    "zero-dimensional": (net(dim="0"), "input_dim: expected a whole number of at least 1, got 0"),
    "negative dim": (net(dim="-3"), "input_dim: expected a whole number of at least 1, got -3"),
    "float dim": (net(dim="2.0"), "input_dim: expected a whole number of at least 1, got a float"),
    "boolean dim": (net(dim="true"), "input_dim: expected a whole number of at least 1, got a boolean"),
    "declared 10^9": (net(dim="1000000000"), "input_dim: declares more than"),
    "declared 10^6": (net(dim="1000000"), "input_dim: declares 1000000 dimensions but holds no weights"),
    "declared 10^9, one weight": (net(linear(), dim="1000000000"), "input_dim: declares more than"),
    "declared 10^6, one weight": (
        net(linear(), dim="1000000"),
        "layers[0].weight[0]: expected 1000000 entries",
    ),
    "declared 10^6, activations": (net('[{"type": "relu"}]', dim="1000000"), "input_dim: declares"),
    "declared 10^5000": (net(dim="1" + "0" * 5000), "input_dim: declares more than"),
    "layers object": (net("{}"), "layers: expected an array, got an object"),
    "notes": (net(extra=', "notes": [1]'), "notes[0]: expected a string, got an integer"),
    "no input_dim": ('{"schema": "exactgeom/network-1", "layers": []}', "input_dim: missing"),
    "no schema": ("{}", 'schema: missing: expected one of "exactgeom/network-1"'),
    "other schema": ('{"schema": "exactgeom/network-2"}', 'schema: expected one of "exactgeom/network-1"'),
    "schema no string": ('{"schema": ["x"]}', "schema: expected"),
    "no object": ("[]", "document: expected an object with a schema, got an array of 0 entries"),
    "duplicate key": ('{"schema": "a", "schema": "b"}', 'the key "schema" occurs twice in one object'),
    "no JSON": ("{'schema'", "not a JSON file: Expecting property name"),
    "empty": ("", "not a JSON file: Expecting value at line 1, column 1"),
    "deep": ("[" * 200_000, "the JSON nests too deeply"),
    "deep objects": ('{"a":' * 200_000, "the JSON nests too deeply"),
    "zero normal": (
        arr('[{"normal": [0], "offset": 1}]'),
        "hyperplanes[0].normal: expected a nonzero normal",
    ),
    "short normal": (
        arr('[{"normal": [1], "offset": 1}]', dim="2"),
        "hyperplanes[0].normal: expected 2 entries",
    ),
    "no offset": (arr('[{"normal": [1]}]'), "hyperplanes[0].offset: missing"),
    "plane no object": (arr("[[1, 2]]"), "hyperplanes[0]: expected an object, got an array of 2 entries"),
    "NaN offset": (
        arr('[{"normal": [1], "offset": NaN}]'),
        "hyperplanes[0].offset: expected a finite number",
    ),
    "planes declared 10^9": (arr(dim="1000000000"), "dim: declares more than"),
    "planes declared 10^6": (arr(dim="1000000"), "dim: declares 1000000 dimensions but holds no normals"),
    "plane unknown field": (arr(extra=', "dims": 2'), 'document: unknown field "dims"'),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_one_clear_quick_line(name, tmp_path):
    text, message = BAD[name]
    path = tmp_path / "bad.json"
    path.write_text(text)
    start = time.perf_counter()
    with pytest.raises(InvalidInput) as caught:
        load(path)
    line = str(caught.value)
    assert message in line and line.startswith(str(path)) and "\n" not in line
    assert len(line) < len(str(path)) + 400  # every schema that load knows fits
    assert time.perf_counter() - start < 2


def test_a_wrong_schema_names_only_what_fits():
    with pytest.raises(InvalidInput, match=r'^schema: expected "exactgeom/network-1", got "exactgeom/arr'):
        Network.from_json(Arrangement([([1], 0)]).to_json())
    with pytest.raises(InvalidInput, match=r'^schema: expected "exactgeom/arrangement-1"'):
        Arrangement.from_json({"schema": 3})


def test_values_from_python_are_checked_like_files():
    document = json.loads(net(linear()))
    document["layers"][0]["weight"][0][0] = math.nan
    with pytest.raises(InvalidInput, match=r"^layers\[0\].weight\[0\]\[0\]: expected a finite number"):
        Network.from_json(document)
    with pytest.raises(InvalidInput, match="expected a path or a dict, got int"):
        load(3)


def test_unreadable_files_are_named(tmp_path, monkeypatch):
    with pytest.raises(InvalidInput, match=r"none\.json: cannot read the file: No such file"):
        load(tmp_path / "none.json")
    with pytest.raises(InvalidInput, match="cannot read the file"):
        load(tmp_path)
    with pytest.raises(InvalidInput, match="cannot read the file"):
        load("\0")
    binary = tmp_path / "binary.json"
    binary.write_bytes(b'{"a": "\xff"}')
    with pytest.raises(InvalidInput, match="not a JSON file: byte 7 is not UTF-8"):
        load(binary)
    monkeypatch.setattr(documents, "MAX_BYTES", 4)
    with pytest.raises(InvalidInput, match="the file is larger than 4 bytes"):
        load(binary)
