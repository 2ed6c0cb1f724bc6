"""Every method of a complex passes its options on: it is the pure function of the matrices."""

from __future__ import annotations

from exactgeom.nerve import SimplicialComplex
from exactgeom.nerve import dirichlet as d
from exactgeom.nerve import extended as e
from exactgeom.nerve import hodge as h
from exactgeom.nerve import hodge_harmonic as hh
from exactgeom.nerve import smoothing as s

K = SimplicialComplex([[0, 1, 2], [1, 3], [2, 3]])


def weight(simplex: tuple[int, ...]) -> int:
    """Weights that tell all simplices apart."""
    return 1 + sum(3**v for v in simplex)


def test_methods_are_the_functions_with_all_options() -> None:
    M = K.metric(weight)
    f = [1, 2, 0, 3, 5]
    for side in ("cochains", "chains"):
        assert K.laplacian(1, weight, side=side) == h.laplacian(M, 1, side)
        assert K.stiffness(1, weight, side=side) == h.stiffness(M, 1, side)
        assert K.adjoint(1, weight, side=side) == h.adjoint(M, 1, side)
        assert K.apply_laplacian(1, f, weight, side=side) == h.apply_laplacian(M, 1, f, side)
        assert K.hodge(1, f, weight, side=side) == hh.decompose(M, 1, f, side)
        assert K.harmonic_basis(1, weight, side=side) == hh.harmonic_basis(M, 1, side)
        fixed, source = {(0, 1): 2, (1, 3): 1}, f
        found = K.dirichlet(1, fixed, source, weight, side=side)
        assert found == d.dirichlet_problem(M, 1, fixed, source, side)
        assert found != K.dirichlet(1, fixed, None, weight, side=side)
    assert K.laplacian(1, weight) != K.laplacian(1, weight, side="chains")


def test_functions_on_vertices_with_all_options() -> None:
    M, masses = K.metric(weight), [1, 2, 3, 4]
    assert K.graph_laplacian(weight, normalized=True) == e.graph_laplacian(M, normalized=True)
    assert K.graph_laplacian(weight, normalized=True) != K.graph_laplacian(weight)
    harmonic = K.extended_laplacian(weight, masses=masses, mean="harmonic")
    assert harmonic == e.density_laplacian(M, masses, mean="harmonic")
    assert harmonic != K.extended_laplacian(weight, masses=masses)
    y, L = [0, 2, 1, 5], e.extended_laplacian(M)
    found = K.smoothing_spline(y, "1/2", weight, masses=masses, order=2)
    assert found == s.smoothing_spline(masses, M.gram(0), L, y, "1/2", 2)
    assert found != K.smoothing_spline(y, "1/2", weight, order=2)
    assert found != K.smoothing_spline(y, "1/2", weight, masses=masses)
