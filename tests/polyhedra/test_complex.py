"""Subdividing and coarsening: the combinatorics of complexes."""

from __future__ import annotations

import pickle
from fractions import Fraction as F
from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from exactgeom import Angle, Polytope, Surd, box, simplex
from exactgeom.polyhedra import validate
from exactgeom.testkit.strategies import polytopes, rationals
from tests.polyhedra.cuts import (
    cut,
    examples,
    face_points,
    face_sets,
    functions,
    middle,
    strip,
    subdivisions,
    value,
    values,
)
from tests.polyhedra.routes import affine_dim, brute_vertices, dot

EVERYWHERE = subdivisions()
SOMEWHERE = subdivisions(within=True, dims=(3, 2, 3))


def sign(x):
    return (x > 0) - (x < 0)


def spans(space):
    """Every k-face spans dimension k, its facets are proper and there are enough of them."""
    for k in range(1, space.dim + 1):
        for i in range(space.count(k)):
            own = face_points(space, k, i)
            assert affine_dim(sorted(own)) == k
            facets = [face_points(space, k - 1, g) for g in space.boundary(k)[i]]
            assert len(set(facets)) == len(facets) >= k + 1 and all(f < own for f in facets)
            assert frozenset().union(*facets) == own


# -- subdivide ---------------------------------------------------------------------------------------


@examples(0.7)
@given(EVERYWHERE)
def test_subdivisions_hold_every_identity(built):
    assert validate(built.space, domain=built.domain), str(validate(built.space, domain=built.domain))
    spans(built.space)


@examples(0.7)
@given(SOMEWHERE)
def test_subdivisions_of_some_cells_hold_every_identity(built):
    assert validate(built.space, domain=built.domain), str(validate(built.space, domain=built.domain))
    spans(built.space)


@examples(0.5)
@given(EVERYWHERE)
def test_euler_relation(built):
    assert sum((-1) ** k * n for k, n in enumerate(built.space.f_vector)) == 1


@examples(0.5)
@given(subdivisions(dims=(1, 2, 2, 3), cuts=(1, 2, 3)))
def test_cells_are_those_of_the_sign_vectors(built):
    """Second route: each cell is its sign vector's system of halfspaces, solved by brute force."""
    space, rows = built.space, list(built.domain.inequalities)
    for a, b in built.domain.equations:
        rows += [(a, b), (tuple(-c for c in a), -b)]
    seen = set()
    for cell in range(space.count(space.dim)):
        inner = middle(space, space.dim, cell)
        signs = tuple(sign(value(f, inner)) for f in built.functions)
        assert signs not in seen
        seen.add(signs)
        system = list(rows)
        for (w, b), s in zip(built.functions, signs, strict=True):
            system += [(tuple(-t * c for c in w), t * b) for t in ((s,) if s else (1, -1))]
        assert brute_vertices(system) == face_points(space, space.dim, cell)


@examples(0.5)
@given(EVERYWHERE)
def test_no_face_has_two_signs(built):
    space = built.space
    for function in built.functions:
        signs = [sign(v) for v in values(function, space)]
        for cell in range(space.count(space.dim)):
            assert {-1, 1} - {signs[v] for v in space.closure(space.dim)[cell]}


@examples(0.5)
@given(EVERYWHERE, st.data())
def test_a_cut_again_changes_nothing(built, data):
    function = data.draw(st.sampled_from(built.functions))
    again, parents = cut(built.space, function)
    assert again.f_vector == built.space.f_vector and parents.tolist() == list(range(len(parents)))


@examples(0.5)
@given(EVERYWHERE, st.data())
def test_children_fill_their_parents(built, data):
    space = built.space
    function = data.draw(functions(space, built.domain, built.functions))
    finer, parents = cut(space, function)
    d, count = space.dim, space.count(space.dim)
    assert parents[:count].tolist() == list(range(count))
    filled = [Surd(0)] * count
    for child, parent in enumerate(parents.tolist()):
        filled[parent] += finer.measures.volume(d, child)
        body = Polytope.from_vertices(face_points(space, d, parent))
        assert all(p in body for p in face_points(finer, d, child))
        if child < count:  # keeps its number for the positive side
            assert max(value(function, p) for p in face_points(finer, d, child)) > 0 or all(
                value(function, p) <= 0 for p in face_points(space, d, parent)
            )
        else:
            assert min(value(function, p) for p in face_points(finer, d, child)) < 0
    assert filled == [space.measures.volume(d, i) for i in range(count)]


@examples(0.5)
@given(polytopes(dims=(1, 2, 3), sizes=(4, 5, 6)), st.data())
def test_the_order_of_cuts_does_not_matter(domain, data):
    first = data.draw(functions(domain.complex, domain))
    second = data.draw(functions(domain.complex, domain, [first]))
    one, _ = cut(cut(domain.complex, first)[0], second)
    two, _ = cut(cut(domain.complex, second)[0], first)
    for k in range(domain.dim + 1):
        assert face_sets(one, k) == face_sets(two, k)


@examples(0.5)
@given(polytopes(dims=(1, 2, 3), sizes=(4, 5, 6)), st.data())
def test_cutting_cell_by_cell_is_cutting_at_once(domain, data):
    start, _ = cut(domain.complex, data.draw(functions(domain.complex, domain)))
    function = data.draw(functions(start, domain))
    whole, _ = cut(start, function)
    space = start
    for cell in data.draw(st.permutations(range(start.count(start.dim)))):
        space, _ = cut(space, function, [cell])
    for k in range(space.dim + 1):
        assert face_sets(space, k) == face_sets(whole, k)


@examples(0.5)
@given(subdivisions(dims=(1, 2, 3), cuts=(1, 2)), st.data())
def test_piecewise_linear_functions_cut_like_their_pieces(built, data):
    """g + sum c_i |f_i| is affine on every cell of the complex cut by the f_i."""
    space = built.space
    plain = data.draw(functions(space, built.domain))
    weights = [data.draw(rationals(max_numerator=2)) for _ in built.functions]

    def bent(x):
        return value(plain, x) + sum(
            (c * abs(value(f, x)) for c, f in zip(weights, built.functions, strict=True)), F(0)
        )

    finer, _ = space.subdivide([bent(x) for x in space.points])
    assert validate(finer, domain=built.domain), str(validate(finer, domain=built.domain))
    for cell in range(finer.count(finer.dim)):
        heights = [bent(x) for x in face_points(finer, finer.dim, cell)]
        assert min(heights) >= 0 or max(heights) <= 0
    assert sum(finer.measures.volumes(finer.dim), Surd(0)) == built.domain.relative_volume


@examples(0.5)
@given(polytopes(dims=(1, 2, 3), sizes=(4, 5, 6)), st.sampled_from([F(0), F(1), F(-3)]))
def test_constants_cut_nothing(domain, constant):
    space, parents = domain.complex.subdivide([constant] * domain.complex.count(0))
    assert space.f_vector == domain.f_vector and parents.tolist() == [0]


def test_functions_that_vanish_on_cells_cut_only_the_others():
    three, _ = cut(cut(box(-2, 2, dim=2).complex, ((1, 0), 0))[0], ((0, 1), 0))
    bent, parents = three.subdivide([max(x, 0) * 2 - max(y, 0) for x, y in three.points])
    # zero on the third quadrant, cut only in the first
    assert parents.tolist() == [0, 1, 2, 3, 0]
    assert validate(bent, domain=box(-2, 2, dim=2))


# -- T-junctions -------------------------------------------------------------------------------------


def hulls(space, cells):
    return [Polytope.from_vertices(face_points(space, space.dim, c)) for c in cells]


@examples(0.7)
@given(subdivisions(cuts=(1, 2), dims=(3, 2, 3)), st.data())
def test_cells_outside_keep_their_bodies(built, data):
    space = built.space
    d, count = space.dim, space.count(space.dim)
    chosen = data.draw(st.sets(st.sampled_from(range(count))))
    function = data.draw(functions(space, built.domain, built.functions))
    finer, parents = cut(space, function, chosen)
    outside = sorted(set(range(count)) - chosen)
    assert set(parents[count:].tolist()) <= chosen
    assert hulls(finer, outside) == hulls(space, outside)
    for cell in outside:
        assert finer.measures.volume(d, cell) == space.measures.volume(d, cell)
        assert finer.measures.centroid(d, cell) == space.measures.centroid(d, cell)
    assert finer.measures.total_volume == built.domain.relative_volume


def test_split_facets_meet_in_flat_ridges():
    halves, _ = cut(box(0, 2, dim=3).complex, ((1, 0, 0), -1))
    quarters, parents = cut(halves, ((0, 1, 0), -1), [0])
    assert quarters.f_vector[-1] == 3 and parents.tolist() == [0, 1, 0]
    angles = [quarters.measures.dihedral_angle(1, int(r)) for r in np.unique(quarters.faces_below(3, 1, 1))]
    # the uncut half: 12 right angles, two of whose edges are cut in two, and one flat ridge
    assert sorted(a == Angle.pi() for a in angles) == [False] * 14 + [True]
    assert all(a in (Angle.pi(), Angle.pi(F(1, 2))) for a in angles)
    assert quarters.measures.volumes(3) == (2, 4, 2)


@examples(0.5)
@given(subdivisions(within=True, dims=(3, 2, 3), cuts=(2, 3)), st.data())
def test_faces_of_cut_neighbours_can_be_cut_again(built, data):
    """A second function across a T-junction agrees with cutting the hull of each cell."""
    space, d = built.space, built.space.dim
    assume(d >= 1)
    function = data.draw(functions(space, built.domain, built.functions))
    finer, parents = cut(space, function)
    for parent in range(space.count(d)):
        body = Polytope.from_vertices(face_points(space, d, parent))
        alone, _ = cut(body.complex, function)
        found = [c for c in range(finer.count(d)) if parents[c] == parent]
        assert set(hulls(finer, found)) == set(hulls(alone, range(alone.count(d))))


# -- coarsen -----------------------------------------------------------------------------------------


def relative_position(domain, functions_, x):
    """Which open face of the domain, and which sign vector: one open convex set of an arrangement."""
    tight = tuple(dot(a, x) == b for a, b in domain.inequalities)
    return tight, tuple(sign(value(f, x)) for f in functions_)


def labels_of(space, position):
    number = {}
    return [
        [number.setdefault(position(middle(space, k, i)), len(number)) for i in range(space.count(k))]
        for k in range(space.dim + 1)
    ]


@examples(0.7)
@given(subdivisions(cuts=(0, 1, 2)), st.data())
def test_coarsening_undoes_subdividing(built, data):
    before = built.space
    finer = before
    for _ in range(data.draw(st.sampled_from([1, 2]))):
        function = data.draw(functions(finer, built.domain, built.functions))
        chosen = data.draw(st.none() | st.sets(st.sampled_from(range(finer.count(finer.dim)))))
        finer, _ = cut(finer, function, chosen)
    back = finer.coarsen(labels_of(finer, lambda x: relative_position(built.domain, built.functions, x)))
    assert back.f_vector == before.f_vector
    for k in range(before.dim + 1):
        assert face_sets(back, k) == face_sets(before, k)
        ours = {face_points(back, k, i): back.measures.volume(k, i) for i in range(back.count(k))}
        assert ours == {
            face_points(before, k, i): before.measures.volume(k, i) for i in range(before.count(k))
        }
    assert validate(back, domain=built.domain), str(validate(back, domain=built.domain))


@examples(0.5)
@given(subdivisions(cuts=(1, 2)))
def test_coarsening_by_distinct_labels_changes_nothing(built):
    space = built.space
    starts = np.cumsum([0, *space.f_vector])
    labels = [(7 * np.arange(a, b) - 10**6).tolist() for a, b in pairwise(starts)]
    same = space.coarsen(labels)
    assert [b.index.tolist() for b in same.boundaries] == [
        b.sorted().index.tolist() for b in space.boundaries
    ]
    assert same.points == space.points


# -- values ------------------------------------------------------------------------------------------


@examples(0.5)
@given(EVERYWHERE)
def test_complexes_pickle(built):
    copy = pickle.loads(pickle.dumps(built.space))
    assert copy.f_vector == built.space.f_vector and copy.points == built.space.points
    for k in range(1, copy.dim + 1):
        assert copy.boundary(k).index.tolist() == built.space.boundary(k).index.tolist()
    assert copy.measures.total_volume == built.space.measures.total_volume


@examples(0.5)
@given(EVERYWHERE)
def test_the_sum_up_the_history_is_the_plain_sum(built):
    space = built.space
    assert space.measures.total_volume == strip(space).measures.total_volume
    assert space.measures.total_volume == sum(space.measures.volumes(space.dim), Surd(0))


@examples(0.5)
@given(EVERYWHERE)
def test_incidences_turn_around(built):
    space = built.space
    for k in range(space.dim):
        up = [[] for _ in range(space.count(k))]
        for face in range(space.count(k + 1)):
            for facet in space.boundary(k + 1)[face]:
                up[facet].append(face)
        assert [space.coboundary(k)[i].tolist() for i in range(space.count(k))] == up
    for cell in range(space.count(space.dim)):
        for k in range(space.dim):
            inside = [
                i
                for i in range(space.count(k))
                if face_points(space, k, i) <= face_points(space, space.dim, cell)
            ]
            assert space.faces_below(space.dim, cell, k).tolist() == inside


def test_the_complex_of_a_simplex_cut_at_a_vertex_grows_no_vertex():
    space, _ = cut(simplex(2).complex, ((1, -1), 0))
    assert space.f_vector == (4, 5, 2)
