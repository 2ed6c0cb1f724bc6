"""Volumes, area vectors, angles, centroids: identities and second routes."""

from __future__ import annotations

from fractions import Fraction as F
from math import lcm

import pytest
from flint import fmpz_poly
from hypothesis import given
from hypothesis import strategies as st

from exactgeom import Angle, InvalidInput, Polytope, Surd, UnboundedError, box, cross_polytope
from exactgeom.linalg import Multivector
from exactgeom.polyhedra import PolyhedralComplex
from exactgeom.testkit.strategies import points
from tests.polyhedra.cuts import cut, examples, face_points, middle, subdivisions
from tests.polyhedra.routes import det, dot, lawrence, minus, simplex_volume

BUILT = subdivisions()
FULL = subdivisions(flat=False)
JOINED = subdivisions(within=True, dims=(3, 2), cuts=(2, 3))


def triangulate(space, k, face):
    """Pulling triangulation along the boundary lists: cones from the smallest point of each face."""
    if k == 0:
        return [[space.points[face]]]
    apex = min(face_points(space, k, face))
    return [
        [apex, *simplex]
        for facet in space.boundary(k)[face]
        if apex not in face_points(space, k - 1, facet)
        for simplex in triangulate(space, k - 1, facet)
        if simplex_volume([apex, *simplex])  # T-junctions: coplanar facets see the apex flat
    ]


def blade(simplex):
    """Volume multivector of a simplex."""
    edges = [minus(p, simplex[0]) for p in simplex[1:]]
    factor = F(1)
    for k in range(1, len(edges) + 1):
        factor /= k
    return Multivector.wedge_of(edges, dimension=len(simplex[0])) * factor


def plus(vectors, n):
    return tuple(sum(column, F(0)) for column in zip((F(0),) * n, *vectors, strict=True))


# -- volumes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", [BUILT, JOINED], ids=["everywhere", "within"])
def test_volumes_are_sums_of_gram_determinants(family):
    @examples(0.5)
    @given(family)
    def law(built):
        space = built.space
        for k in range(1, space.dim + 1):
            for face in range(space.count(k)):
                expected = Surd.sum([Surd(0), *map(simplex_volume, triangulate(space, k, face))])
                assert space.measures.volume(k, face) == expected > 0

    law()


@examples(0.5)
@given(BUILT)
def test_cell_volumes_add_up_to_the_domain(built):
    space = built.space
    assert space.measures.total_volume == built.domain.relative_volume
    if space.dim == space.ambient_dim:
        assert all(type(v) is F and v > 0 for v in space.measures.volumes(space.dim))
    assert all(v == 1 for v in space.measures.volumes(0))


@examples(0.5)
@given(FULL, st.data())
def test_lawrence_formula_on_simple_cells(built, data):
    space, d = built.space, built.space.dim
    c = tuple(F(data.draw(st.integers(1, 10**6))) for _ in range(d))
    for cell in range(space.count(d)):
        rows = []
        for facet in space.boundary(d)[cell].tolist():
            a = space.measures.outward_normal(cell, facet)
            rows.append((a, dot(a, middle(space, d - 1, facet))))
        found = lawrence(rows, face_points(space, d, cell), c)
        assert found is None or space.measures.volume(d, cell) == found


@examples(0.5)
@given(FULL)
def test_cones_over_the_facets_fill_a_cell(built):
    """d vol = sum over facets of height times area: with area vectors, sum (x_g - p).N_g."""
    space, d = built.space, built.space.dim
    for cell in range(space.count(d)):
        p = next(iter(face_points(space, d, cell)))
        total = F(0)
        for facet in space.boundary(d)[cell].tolist():
            total += dot(minus(middle(space, d - 1, facet), p), space.measures.area_vector(cell, facet))
        assert total == d * space.measures.volume(d, cell)


# -- area vectors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", [FULL, JOINED], ids=["everywhere", "within"])
def test_minkowski_relation(family):
    @examples(0.5)
    @given(family)
    def law(built):
        space, d = built.space, built.space.dim
        if d != space.ambient_dim:
            return
        for cell in range(space.count(d)):
            vectors = [space.measures.area_vector(cell, g) for g in space.boundary(d)[cell].tolist()]
            assert plus(vectors, d) == (F(0),) * d

    law()


@examples(0.5)
@given(FULL)
def test_area_vectors_are_hodge_duals_of_volume_multivectors(built):
    space, d = built.space, built.space.dim
    if d == 1:
        return
    for facet in range(space.count(d - 1)):
        total, *others = (blade(simplex) for simplex in triangulate(space, d - 1, facet))
        for other in others:  # parallel: make them point the same way
            total = total + (other if total.inner(other) > 0 else -other)
        dual = total.hodge().as_vector()
        for cell in space.coboundary(d - 1)[facet].tolist():
            ours = space.measures.area_vector(cell, facet)
            assert ours in (dual, tuple(-c for c in dual))
            outward = minus(middle(space, d - 1, facet), middle(space, d, cell))
            assert dot(ours, outward) > 0
            assert Surd.sqrt(dot(ours, ours)) == space.measures.volume(d - 1, facet)


@examples(0.5)
@given(FULL)
def test_projected_normals_are_parallel_to_plane_normals(built):
    space, d = built.space, built.space.dim
    for cell in range(space.count(d)):
        for facet in space.boundary(d)[cell].tolist():
            u, v = space.measures.outward_normal(cell, facet), space.measures._projected_normal(cell, facet)
            assert dot(u, v) > 0 and dot(u, v) ** 2 == dot(u, u) * dot(v, v)


@examples(0.5)
@given(subdivisions(dims=(2, 3), cuts=(1, 2)), st.data())
def test_flat_normals_are_orthogonal_to_their_facets(built, data):
    space, d = built.space, built.space.dim
    if d == 0:
        return
    cell = data.draw(st.integers(0, space.count(d) - 1))
    hull = sorted(face_points(space, d, cell))
    for facet in space.boundary(d)[cell].tolist():
        normal = space.measures.outward_normal(cell, facet)
        on = sorted(face_points(space, d - 1, facet))
        level = dot(normal, on[0])
        assert all(dot(normal, p) == level for p in on)
        assert max(dot(normal, p) for p in hull) == level > min(dot(normal, p) for p in hull)
        # inside aff(cell): orthogonal to the equations of the domain
        assert all(dot(normal, a) == 0 for a, _ in built.domain.equations)


# -- angles ------------------------------------------------------------------------------------------


def domain_facets_at(domain, x):
    return [i for i, (a, b) in enumerate(domain.inequalities) if dot(a, x) == b]


@pytest.mark.parametrize("family", [BUILT, JOINED], ids=["everywhere", "within"])
def test_angles_around_ridges_add_up(family):
    """2 pi inside, pi inside a facet of the domain, the domain's own angle at its ridges."""

    @examples(0.5)
    @given(family)
    def law(built):
        space, d, domain = built.space, built.space.dim, built.domain
        if d < 2:
            return
        around = space.coboundary(d - 2).then(space.coboundary(d - 1))
        for ridge in range(space.count(d - 2)):
            cells = around[ridge].tolist()
            total = sum((space.measures.dihedral_angle(c, ridge) for c in cells), Angle())
            tight = domain_facets_at(domain, middle(space, d - 2, ridge))
            assert len(tight) <= 2
            if len(tight) < 2:
                assert total == (Angle.pi() if tight else Angle.pi(2))
                assert total.is_multiple_of_pi() == 2 - len(tight)
            else:
                own = domain.complex
                [same] = [
                    r
                    for r in range(own.count(d - 2))
                    if set(tight) == set(domain_facets_at(domain, middle(own, d - 2, r)))
                ]
                assert total == own.measures.dihedral_angle(0, same)

    law()


@examples(0.5)
@given(BUILT)
def test_angles_of_polygons_add_up(built):
    space = built.space
    if space.dim != 2:
        return
    for cell in range(space.count(2)):
        corners = space.closure(2)[cell].tolist()
        total = sum((space.measures.dihedral_angle(cell, v) for v in corners), Angle())
        assert total == Angle.pi(len(corners) - 2)


@pytest.mark.parametrize("d", [2, 3, 4, 5])
def test_angles_of_boxes_and_cross_polytopes(d):
    cube, cross = box(0, 1, dim=d).complex, cross_polytope(d).complex
    assert {cube.measures.dihedral_angle(0, r) for r in range(cube.count(d - 2))} == {Angle.pi(F(1, 2))}
    found = {cross.measures.dihedral_angle(0, r) for r in range(cross.count(d - 2))}
    assert found == {Angle.from_cos(F(2 - d, d))}


# -- centroids ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", [BUILT, JOINED], ids=["everywhere", "within"])
def test_centroids_are_additive(family):
    @examples(0.5)
    @given(family)
    def law(built):
        space, n = built.space, built.space.ambient_dim
        reference_volume = built.domain.relative_volume
        parts = []
        for cell in range(space.count(space.dim)):
            share = Surd(space.measures.volume(space.dim, cell)) / reference_volume
            parts.append(tuple(share.as_fraction() * c for c in space.measures.centroid(space.dim, cell)))
        assert plus(parts, n) == built.domain.centroid

    law()


@examples(0.5)
@given(BUILT)
def test_centroids_of_faces_are_those_of_their_triangulations(built):
    space, n = built.space, built.space.ambient_dim
    for k in range(space.dim + 1):
        for face in range(space.count(k)):
            total = Surd(space.measures.volume(k, face))
            parts = []
            for simplex in triangulate(space, k, face):
                share = (simplex_volume(simplex) / total).as_fraction()
                parts.append(tuple(share * c / len(simplex) for c in plus(simplex, n)))
            assert plus(parts, n) == space.measures.centroid(k, face)


# -- motions -----------------------------------------------------------------------------------------


@examples(0.5)
@given(subdivisions(cuts=(1, 2)), st.data())
def test_measures_follow_scalings_translations_and_reflections(built, data):
    space, n = built.space, built.space.ambient_dim
    scale = data.draw(st.sampled_from([F(2), F(1, 3), F(7, 5)]))
    shift = data.draw(points(n))
    order = data.draw(st.permutations(range(n)))
    signs = [data.draw(st.sampled_from([1, -1])) for _ in range(n)]

    def move(x, shift=shift):
        return tuple(scale * s * x[i] + t for i, s, t in zip(order, signs, shift, strict=True))

    moved = from_points(space, [move(x) for x in space.points])
    for k in range(space.dim + 1):
        for face in range(space.count(k)):
            assert moved.measures.volume(k, face) == scale**k * space.measures.volume(k, face)
            assert moved.measures.centroid(k, face) == move(space.measures.centroid(k, face))
    if space.dim >= 2:
        for cell in range(space.count(space.dim)):
            for ridge in space.faces_below(space.dim, cell, space.dim - 2).tolist():
                angle = space.measures.dihedral_angle(cell, ridge)
                assert moved.measures.dihedral_angle(cell, ridge) == angle
    if space.dim == n:
        for facet in range(space.count(n - 1)):
            cell = int(space.coboundary(n - 1)[facet][0])
            before = space.measures.area_vector(cell, facet)
            after = tuple(c * scale ** (n - 2) for c in move(before, (F(0),) * n))
            assert moved.measures.area_vector(cell, facet) == after


def from_points(space, table):
    """The same lattice on other points."""
    rows = []
    for p in table:
        scale = lcm(*(c.denominator for c in p))
        rows.append(fmpz_poly([scale, *(int(c * scale) for c in p)]))
    return PolyhedralComplex(space.boundaries, rows, space.ambient_dim)


# -- refusals ----------------------------------------------------------------------------------------


def test_measures_that_do_not_exist_are_refused():
    segment = Polytope.from_vertices([(0, 0), (1, 1)]).complex
    with pytest.raises(InvalidInput, match="flat"):
        segment.measures.area_vector(0, 0)
    with pytest.raises(InvalidInput, match="no ridges"):
        segment.measures.dihedral_angle(0, 0)
    cube = box(0, 1, dim=3).complex
    halves, _ = cut(cube, ((1, 0, 0), F(-1, 2)))
    far = next(r for r in range(halves.count(1)) if r not in halves.faces_below(3, 0, 1))
    with pytest.raises(InvalidInput, match=f"ridge {far} is not a ridge of cell 0"):
        halves.measures.dihedral_angle(0, far)
    ray = PolyhedralComplex(segment.boundaries, [fmpz_poly([0, 1, 2]), fmpz_poly([1, 1, 2])], 2)
    for ask in (lambda: ray.measures, lambda: ray.point(0), lambda: ray.points):
        with pytest.raises(UnboundedError):
            ask()


@examples(0.5)
@given(BUILT)
def test_incidence_signs_put_the_outward_direction_first(built):
    """[f:g] is the orientation, in the reference coordinates, of (outward, positive basis of g)."""
    space = built.space
    for k in range(1, space.dim + 1):
        signs = space.measures.incidence_signs(k)
        shear = space.measures.reference.shear[:k]
        for face, facet, found in zip(
            space.boundary(k).owners.tolist(), space.boundary(k).index.tolist(), signs.tolist(), strict=True
        ):
            start, *others = triangulate(space, k - 1, facet)[0]
            rows = [minus(middle(space, k - 1, facet), middle(space, k, face))]
            rows += [minus(p, start) for p in others]
            table = [[dot(y, row) for y in shear] for row in rows]
            own = det([row[: k - 1] for row in table[1:]]) if k > 1 else 1
            assert found == (1 if det(table) * own > 0 else -1)


def test_edges_across_the_first_reference_coordinate_have_centroids():
    """In the first coordinates y_1 = x_1 + r x_2 some edges do not project injectively: others are taken."""
    for direction in [(2, -1), (1, -1), (3, -1), (1, -2), (37, -1), (-5, 1)]:
        segment = Polytope.from_vertices([(0, 0), direction])
        assert segment.centroid == tuple(F(c, 2) for c in direction)
        assert segment.relative_volume**2 == direction[0] ** 2 + direction[1] ** 2
