"""The adapters that ship: what `docs/findings.md` says of each, as far as its library is installed."""

from __future__ import annotations

import re
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest

from exactgeom.testkit.check import run_check
from exactgeom.testkit.mutants import MUTANTS

ROOT = Path(__file__).resolve().parents[2]
ADAPTERS = ROOT / "examples" / "adapters"
FINDINGS = (ROOT / "docs" / "findings.md").read_text()

LIBRARIES = {
    "gudhi_betti": "gudhi",
    "gudhi_betti_defaults": "gudhi",
    "graph_ricci_curvature": "GraphRicciCurvature",
    "graph_ricci_curvature_defaults": "GraphRicciCurvature",
    "pot": "ot",
    "torch_autograd": "torch",
    "sklearn_trees": "sklearn",
    "sympy_intpoly": "sympy",
    "sympy_diffgeom": "sympy",
    "numpy_scipy": "scipy",
    "relucent_cells": "relucent",
}


def check(name: str, *capabilities: str, level: str = "quick"):
    pytest.importorskip(LIBRARIES[name], reason=f"the adapter {name} needs it")
    return run_check(str(ADAPTERS / f"{name}.py"), level, capabilities=list(capabilities), shrink=False)


def failed(report) -> set[str]:
    return {failure.outcome.case.name for failure in report.failures}


def test_every_adapter_is_named_in_the_findings_and_here() -> None:
    assert {path.stem for path in ADAPTERS.glob("*.py")} == set(LIBRARIES)
    assert all(f"`{name}`" in FINDINGS for name in LIBRARIES)


def test_the_findings_count_the_zoo() -> None:
    assert int(re.search(r"MUTANTS` has (\d+) candidates", FINDINGS)[1]) == len(MUTANTS)


PASSES = {
    "gudhi_betti": ("betti",),
    "pot": ("wasserstein",),
    "torch_autograd": ("evaluate", "jacobian"),
    "sympy_diffgeom": ("exterior_derivative",),
    "graph_ricci_curvature": ("forman_ricci",),
    "numpy_scipy": ("evaluate", "betti", "laplacian", "spectrum", "eigenvectors", "hodge_decomposition"),
}


@pytest.mark.parametrize("name", PASSES)
def test_what_passes(name: str) -> None:
    report = check(name, *PASSES[name])
    assert [failure.lines() for failure in report.failures] == []
    assert all(report.row(capability).verdict == "pass" for capability in PASSES[name])
    assert report.candidate.version


def test_scikit_learn_rounds_points_to_float32() -> None:
    report = check("sklearn_trees", "locate")
    assert failed(report) == {"locate/tree-dyadic-on-boundaries", "locate/tree-2d-on-boundaries"}
    assert np.float32(-0.24999999999999997) == np.float32(-0.25)


def test_gudhi_leaves_out_the_top_dimension_unless_asked() -> None:
    report = check("gudhi_betti_defaults", "betti")
    assert failed(report) == {"betti/point", "betti/circle", "betti/sphere", "betti/torus"}


def test_gudhi_over_two_elements_sees_torsion() -> None:
    gudhi = pytest.importorskip("gudhi")
    tree = gudhi.SimplexTree()
    for name in (124, 125, 134, 136, 156, 235, 236, 246, 345, 456):
        tree.insert([int(v) for v in str(name)])
    found = {}
    for field in (2, 11):
        tree.compute_persistence(homology_coeff_field=field, persistence_dim_max=True)
        found[field] = tree.betti_numbers()
    assert found == {2: [1, 1, 1], 11: [1, 0, 0]}


def test_intpoly_gives_nan_for_a_sum_of_what_it_integrates() -> None:
    pytest.importorskip("sympy")
    from sympy.abc import x, y
    from sympy.integrals.intpoly import polytope_integrate

    from exactgeom.forms import DifferentialForm
    from exactgeom.forms.chains import integrate
    from exactgeom.polyhedra import Polytope

    points = [(0, 0, 1), (-1, 1, 0), (1, 0, 1), (-1, 2, 1)]
    solid = [points, [0, 1, 2], [0, 3, 1], [0, 2, 3], [1, 3, 2]]
    hull = Polytope.from_vertices(points)
    for expression, exact in (("x", F(-1, 12)), ("y**2", F(7, 30)), ("x + y**2", F(3, 20))):
        assert integrate(DifferentialForm("x y z", 3, {(0, 1, 2): expression}), hull) == exact
    assert [polytope_integrate(solid, e) for e in (x, y**2)] == [F(-1, 12), F(7, 30)]
    assert str(polytope_integrate(solid, x + y**2)) == "nan"
    assert failed(check("sympy_intpoly", "integrate")) == {"integrate/simplex-3d"}


def test_tolerances_of_programs_are_found_at_level_full() -> None:
    report = check("numpy_scipy", "lp", "nonredundant", level="full")
    assert failed(report) == {"lp/barely-infeasible", "nonredundant/barely-needed"}


def test_relucent_gives_a_triangle_no_volume() -> None:
    assert failed(check("relucent_cells", "cell_volumes")) == {"cell_volumes/concurrent"}
