"""Colours: lightness alone carries the order, and neighbours differ."""

from __future__ import annotations

import itertools

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.report.palette import CLASS_COLORS, class_colors, lightness, ramp


def test_ramp_only_darkens():
    levels = [lightness(ramp(i / 64)) for i in range(65)]
    assert all(b < a for a, b in itertools.pairwise(levels))


def test_ramp_clamps_at_its_ends():
    assert (ramp(-1.0), ramp(2.0)) == (ramp(0.0), ramp(1.0))


def test_lightness_of_black_and_white():
    assert abs(lightness("#ffffff") - 1) < 1e-6
    assert lightness("#000000") == 0


@given(st.integers(1, 30), st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=60))
def test_neighbours_differ_when_degrees_are_small(count, pairs):
    pairs = [(a % count, b % count) for a, b in pairs]
    colors = class_colors(range(count), pairs)
    graph = nx.Graph(p for p in pairs if p[0] != p[1])
    assert list(colors) == list(range(count))
    if max(dict(graph.degree).values(), default=0) < len(CLASS_COLORS):
        assert all(colors[a] != colors[b] for a, b in graph.edges)


def test_colors_run_out_gracefully():
    everyone = [(a, b) for a in range(12) for b in range(a)]
    assert set(class_colors(range(12), everyone).values()) == set(CLASS_COLORS)
