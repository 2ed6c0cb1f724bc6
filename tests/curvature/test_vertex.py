"""Angle defects: platonic solids, Gauss-Bonnet with and without density, and triangles that are none."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactgeom.curvature.lengths import weighted_lengths
from exactgeom.curvature.vertex import angle_defects
from exactgeom.curvature.vertex_angles import triangle
from exactgeom.exact import Angle, Enclosure, InvalidInput, Surd, UndecidedError, UndefinedAngle
from tests.curvature.surfaces import (
    MOEBIUS,
    OCTAHEDRON,
    PROJECTIVE_PLANE,
    TETRAHEDRON,
    disc,
    edges_of,
    icosahedron,
    torus,
)

SURFACES = {
    "tetrahedron": (TETRAHEDRON, 2),
    "octahedron": (OCTAHEDRON, 2),
    "icosahedron": (icosahedron(), 2),
    "torus": (torus(), 0),
    "disc": (disc(), 1),
    "moebius": (MOEBIUS, 0),
    "projective plane": (PROJECTIVE_PLANE, 1),
}
sides = st.integers(100, 199).map(lambda n: Fraction(n, 100))  # any three of them make a triangle


def dodecahedron():
    """Its 20 vertices are the faces of an icosahedron; each pentagon is cut into a fan of 3 triangles."""
    faces, found = icosahedron(), []
    for v in range(12):
        around = [i for i, face in enumerate(faces) if v in face]
        cycle = [around.pop(0)]
        while around:
            cycle.append(next(i for i in around if len({*faces[i]} & {*faces[cycle[-1]]}) == 2))
            around.remove(cycle[-1])
        found += [tuple(sorted((cycle[0], cycle[k], cycle[k + 1]))) for k in (1, 2, 3)]
    return found


def unit(triangles):
    return dict.fromkeys(edges_of(triangles), 1)


@pytest.mark.parametrize(
    ("solid", "defect"),
    [(TETRAHEDRON, Angle.pi(1)), (OCTAHEDRON, Angle.pi("2/3")), (icosahedron(), Angle.pi("1/3"))],
)
def test_platonic_solids(solid, defect) -> None:
    K = angle_defects(solid, unit(solid))
    assert set(K.values()) == {defect}
    assert K.total == Angle.pi(4) == K.gauss_bonnet and K.is_surface and K.boundary == ()


def test_cube_and_dodecahedron_by_their_own_triangulations() -> None:
    # A cube: squares cut by diagonals; the diagonal's length is √2, the defects π/2 stay.
    corners = [(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)]
    cube = []
    for axis in range(3):
        for side in (0, 1):
            face = [p for p in corners if p[axis] == side]
            a, b, c, d = face
            cube += [(a, b, d), (a, c, d)]
    squares = {(p, q): sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) for p, q in edges_of(cube)}
    K = angle_defects(cube, squares, squared=True)
    assert set(K.values()) == {Angle.pi("1/2")} and K.total == Angle.pi(4)


def test_dodecahedron_cut_by_diagonals() -> None:
    triangles = dodecahedron()
    golden = (1 + Surd.sqrt(5)) * Fraction(1, 2)
    edges = {e for t in triangles for e in combinations(t, 2)}
    # Edges of the solid join faces of the icosahedron that share an edge; the rest are diagonals.
    faces = icosahedron()
    lengths = {(a, b): 1 if len({*faces[a]} & {*faces[b]}) == 2 else golden for a, b in edges}
    K = angle_defects(triangles, lengths)
    assert len(K) == 20 and set(K.values()) == {Angle.pi("1/5")} and K.total == Angle.pi(4)


@pytest.mark.parametrize("name", SURFACES)
@settings(max_examples=8)
@given(data=st.data())
def test_gauss_bonnet(name, data) -> None:
    triangles, chi = SURFACES[name]
    lengths = {edge: data.draw(sides) for edge in edges_of(triangles)}
    for rule in ("surface", "link"):
        K = angle_defects(triangles, lengths, rule=rule)
        assert K.total == Angle.pi(2 * chi) and K.is_surface and not K.violations


@pytest.mark.parametrize("name", SURFACES)
def test_gauss_bonnet_with_density(name) -> None:
    triangles, chi = SURFACES[name]
    vertices = sorted({v for t in triangles for v in t})
    densities = {v: 10 + (v * v) % 7 for v in vertices}
    for alpha, mean in ((1, "arithmetic"), ("1/2", "harmonic"), ("1/2", "geometric"), ("1/3", "minimum")):
        lengths = weighted_lengths(unit(triangles), densities, alpha=alpha, mean=mean)
        K = angle_defects(triangles, lengths)
        assert not K.violations
        if isinstance(K.total, Angle):
            assert K.total == Angle.pi(2 * chi)
        else:
            difference = K.total - Angle.pi(2 * chi).enclosure(96) if chi else K.total
            assert difference.contains(0) and difference.rad < Fraction(1, 10**15)


@given(st.lists(st.sets(st.integers(0, 6), min_size=1, max_size=3), min_size=1, max_size=10))
def test_the_rule_by_links_sums_to_the_euler_characteristic_of_any_complex(simplices) -> None:
    lengths = {(a, b): 1 for b in range(7) for a in range(b)}
    K = angle_defects(simplices, lengths, rule="link")
    assert K.total == Angle.pi(2 * K.euler_characteristic)


@given(sides, sides, sides)
def test_angles_of_a_triangle_sum_to_pi_and_obey_the_law_of_sines(a, b, c) -> None:
    found = triangle((a, b, c)).angles
    assert sum(found, Angle.pi(0)) == Angle.pi()
    assert a * found[1].sin == b * found[0].sin


@given(sides, sides, sides, st.sampled_from(["1/2", "1/3", "3/4"]))
def test_enclosed_angles_hold_the_exact_ones(a, b, c, alpha) -> None:
    exact_angles = triangle((a, b, c)).angles
    balls = tuple(Enclosure(x, Fraction(1, 2**70), bits=90) for x in (a, b, c))
    enclosed = triangle(balls, 90).angles
    for angle, ball in zip(exact_angles, enclosed, strict=True):
        assert ball.contains(angle) and ball.rad < Fraction(1, 2**55)


def test_fourth_roots_decide_exactly() -> None:
    equilateral = (Surd.root4(3),) * 3
    assert triangle(equilateral).angles == (Angle.pi("1/3"),) * 3
    right = (Surd.root4(2), Surd.root4(2), Surd.root4(8))
    assert triangle(right).angles == (Angle.pi("1/4"), Angle.pi("1/4"), Angle.pi("1/2"))
    flat = triangle((Surd.root4(2), Surd.root4(2), 2 * Surd.root4(2)))
    assert flat.is_flat and flat.angles == (Angle.pi(0), Angle.pi(0), Angle.pi(1))
    scalene = triangle((Surd.root4(2), Surd.root4(3), Surd.root4(5))).angles
    assert all(isinstance(angle, Enclosure) for angle in scalene)
    a, b, c = 2**0.25, 3**0.25, 5**0.25
    assert math.isclose(float(scalene[2].mid), math.acos((a * a + b * b - c * c) / (2 * a * b)))


def test_violators_are_named() -> None:
    lengths = {**unit(TETRAHEDRON), (0, 1): 3, (2, 3): 2}
    K = angle_defects(TETRAHEDRON, lengths)
    assert [(v.triangle, v.edge, v.excess) for v in K.violations] == [
        ((0, 1, 2), (0, 1), 1),
        ((0, 1, 3), (0, 1), 1),
    ]
    assert K.flat == ((0, 2, 3), (1, 2, 3))
    assert dict(K) == {} and set(K.undefined) == {0, 1, 2, 3}
    with pytest.raises(UndefinedAngle, match=r"triangle \(0, 1, 2\): edge 0-1 is longer"):
        K[0]
    with pytest.raises(UndefinedAngle):
        _ = K.total
    with pytest.raises(InvalidInput, match=r"edge 0-1 is longer than the others by 1"):
        angle_defects(TETRAHEDRON, lengths, strict=True)


def test_violations_under_density_are_exact() -> None:
    # ℓ = 1 everywhere; the density makes 0-1 as long as the two others together, then a little longer.
    fan = [(0, 1, 2)]
    densities = [Fraction(1), Fraction(1), Fraction(3)]
    lengths = weighted_lengths(unit(fan), densities, alpha=1)  # 1, 1/2, 1/2
    assert angle_defects(fan, lengths).flat == ((0, 1, 2),)
    densities[2] += Fraction(1, 10**40)
    lengths = weighted_lengths(unit(fan), densities, alpha=1)
    assert angle_defects(fan, lengths).violations[0].edge == (0, 1)
    cubes = weighted_lengths(unit(fan), [1, 1, 15], alpha="1/3")  # 1, 1/2, 1/2 again
    assert angle_defects(fan, cubes).flat == ((0, 1, 2),)
    with pytest.raises(UndecidedError, match=r"triangle \(0, 1, 2\)"):
        angle_defects(fan, {(0, 1): Enclosure(1, "1/100"), (0, 2): Enclosure("1/2"), (1, 2): "1/2"})


def test_some_vertices_stay_defined() -> None:
    strip = [(0, 1, 2), (1, 2, 3), (2, 3, 4)]
    K = angle_defects(strip, {**unit(strip), (0, 1): 5})
    assert set(K) == {3, 4} and K[4] == Angle.pi("2/3") and K[3] == Angle.pi("1/3")
    missing = {edge: 1 for edge in edges_of(strip) if edge != (0, 1)}
    K = angle_defects(strip, missing)
    assert K.unmeasured == ((0, 1, 2),) and set(K) == {3, 4}
    with pytest.raises(UndefinedAngle, match="without a finite length"):
        K[1]
    with pytest.raises(KeyError):
        K[9]


def test_flat_tori_and_discs_are_flat() -> None:
    K = angle_defects(torus(), unit(torus()))
    assert set(K.values()) == {Angle.pi(0)}
    assert angle_defects(disc(6), unit(disc(6)))[0] == 0
    assert angle_defects(disc(5), unit(disc(5)))[0] == Angle.pi("1/3")
    assert angle_defects(disc(7), unit(disc(7)))[0] == Angle.pi("-1/3")


def test_boundary_can_be_named() -> None:
    K = angle_defects([(0, 1, 2)], unit([(0, 1, 2)]), boundary=[])
    assert set(K.values()) == {Angle.pi("5/3")}


def test_what_is_no_surface_says_so() -> None:
    book = [(0, 1, 2), (0, 1, 3), (0, 1, 4)]
    assert not angle_defects(book, unit(book)).is_surface
    pinched = [(0, 1, 2), (0, 3, 4)]
    assert not angle_defects(pinched, unit(pinched)).is_surface
    assert not angle_defects([(0, 1, 2), (2, 3)], {**unit([(0, 1, 2)]), (2, 3): 1}).is_surface


def test_scaling_changes_no_angle() -> None:
    lengths = {edge: Fraction(100 + 7 * i % 90, 100) for i, edge in enumerate(edges_of(torus()))}
    scaled = {edge: value * Surd.sqrt("7/3") for edge, value in lengths.items()}
    assert dict(angle_defects(torus(), lengths)) == dict(angle_defects(torus(), scaled))


@pytest.mark.parametrize("bad", [0, -1, Surd(0), Enclosure(-1)])
def test_lengths_that_are_none(bad) -> None:
    with pytest.raises(InvalidInput, match=r"length of edge \(0, 1\)"):
        angle_defects([(0, 1, 2)], {(0, 1): bad, (0, 2): 1, (1, 2): 1})


def test_bad_rule() -> None:
    with pytest.raises(InvalidInput, match="rule"):
        angle_defects([(0, 1, 2)], {}, rule="euler")


def test_empty_and_one_point() -> None:
    assert dict(angle_defects([], {})) == {}
    assert angle_defects([(3,)], {}).total == Angle.pi(2)


def test_defects_are_values() -> None:
    K = angle_defects(MOEBIUS, unit(MOEBIUS))
    assert pickle.loads(pickle.dumps(K)) == K
