"""The floors look down only: laws about the source itself, read without running it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "exactgeom"
SOURCES = sorted(PACKAGE.rglob("*.py"))

FLOORS = {
    "exact": 0,
    "linalg": 1,
    "certificates": 1,
    "polyhedra": 2,
    "forms": 2,
    "models": 3,
    "partition": 4,
    "nerve": 5,
    "curvature": 5,
    "regularize": 6,
    "dynamics": 6,
    "testkit": 7,
    "report": 8,
    "cli": 8,
}
ROOF = 9  # exactgeom/__init__.py and __main__.py: they see everything, nothing sees them
HEAVY = frozenset(["torch", "onnx", "sklearn", "matplotlib", "dask", "distributed", "scipy", "pandas", "cdd"])
LONGEST_MODULE = 400
LONGEST_CHECKER = 600  # the certificate checker is one file that people copy


def dotted_name(path: Path) -> str:
    """`exactgeom/exact/surd.py` -> `exactgeom.exact.surd`; a package is named without `__init__`."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(dotted: str) -> str:
    """The folder (or top module) of a dotted name: `exactgeom.exact.surd` -> `exact`; the roof is ``."""
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 and parts[1] != "__main__" else ""


def floor(name: str) -> int:
    return ROOF if name == "" else FLOORS[name]


def imports(tree: ast.AST, importer: str, *, is_package: bool) -> Iterator[tuple[int, str]]:
    """Every (line, dotted name) imported anywhere in a file: relative, in functions, under
    TYPE_CHECKING, and by `import_module("...")` or `__import__("...")` with a literal name.
    """
    package = importer if is_package else importer.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
            for alias in node.names:
                # `from exactgeom import exact` names a room, `from exactgeom.exact import Surd` does not.
                yield node.lineno, f"{base}.{alias.name}" if base == "exactgeom" else base
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            target = node.args[0]
            if called in {"import_module", "__import__"} and isinstance(target, ast.Constant):
                dots = len(str(target.value)) - len(str(target.value).lstrip("."))
                parts = package.split(".")
                prefix = ".".join(parts[: len(parts) - dots + 1]) + "." if dots else ""
                yield node.lineno, prefix + str(target.value).lstrip(".")


def upward_imports(source: str, importer: str, *, is_package: bool = False) -> list[str]:
    """One message per import that leaves its own folder other than downwards."""
    own, found = room(importer), []
    for line, name in imports(ast.parse(source), importer, is_package=is_package):
        if name.split(".")[0] != "exactgeom":
            continue
        target = room(name)
        if target not in FLOORS:  # `from exactgeom import Surd`: the roof itself
            target = ""
        report_for_cli = own == "cli" and target == "report"
        if target != own and floor(target) >= floor(own) and not report_for_cli:
            found.append(f"{importer}:{line} imports {name}")
        if own and target == "":
            found.append(f"{importer}:{line} imports the roof ({name})")
    return sorted(set(found))


def at_import_time(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The import statements that run when a module is imported (not in functions, not type-only)."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from at_import_time(node.orelse)
        else:
            for field in ("body", "orelse", "finalbody"):
                yield from at_import_time(getattr(node, field, []))
            for handler in getattr(node, "handlers", []):
                yield from at_import_time(handler.body)


def eager_roots(source: str) -> set[str]:
    """The top-level packages that importing this module imports directly."""
    roots = set()
    for node in at_import_time(ast.parse(source).body):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        if not getattr(node, "level", 0):
            roots |= {name.split(".")[0] for name in names}
    return roots


def test_every_room_has_a_floor() -> None:
    unknown = sorted({room(dotted_name(path)) for path in SOURCES} - FLOORS.keys() - {""})
    assert not unknown, f"rooms without a floor: {unknown}"


@pytest.mark.parametrize("path", SOURCES, ids=dotted_name)
def test_a_file_imports_only_from_its_folder_and_below(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert upward_imports(source, dotted_name(path), is_package=path.name == "__init__.py") == []


@pytest.mark.parametrize("path", SOURCES, ids=dotted_name)
def test_no_module_imports_a_heavy_extra_when_imported(path: Path) -> None:
    assert eager_roots(path.read_text(encoding="utf-8")) & HEAVY == set()


@pytest.mark.parametrize("path", SOURCES, ids=dotted_name)
def test_modules_stay_small(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    most = LONGEST_CHECKER if path.name == "checker.py" else LONGEST_MODULE
    assert lines <= most, f"was {lines} lines, but should be at most {most}"


def test_the_checker_needs_the_standard_library_only() -> None:
    path = PACKAGE / "certificates" / "checker.py"
    if not path.exists():
        pytest.skip("certificates/checker.py is not built yet")
    found = imports(ast.parse(path.read_text(encoding="utf-8")), dotted_name(path), is_package=False)
    foreign = sorted({name for _, name in found if name.split(".")[0] not in sys.stdlib_module_names})
    assert foreign == []


def test_importing_exactgeom_loads_no_extra() -> None:
    code = "import sys, exactgeom; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert set(done.stdout.split()) & HEAVY == set()
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("source", "importer"),
    [
        ("from exactgeom.partition import partition", "exactgeom.exact.door"),
        ("import exactgeom.models.network", "exactgeom.polyhedra.complex"),
        ("from ..models import Network", "exactgeom.polyhedra.complex"),
        ("from .. import models", "exactgeom.polyhedra.complex"),
        ("from exactgeom import models", "exactgeom.polyhedra.complex"),
        ("from exactgeom import Network", "exactgeom.partition.regions"),
        ("import exactgeom", "exactgeom.partition.regions"),
        ("def late():\n    from ..partition.region import Cell", "exactgeom.models.network"),
        ("if TYPE_CHECKING:\n    from exactgeom.report import Table", "exactgeom.linalg.matrix"),
        ("from exactgeom.forms import Form", "exactgeom.polyhedra.measure"),
        ("import_module('exactgeom.cli')", "exactgeom.report.svg"),
        ("import_module('..models', __package__)", "exactgeom.polyhedra.complex"),
        ("from ...partition import Partition", "exactgeom.models.importers.json"),
    ],
)
def test_a_planted_upward_import_is_caught(source: str, importer: str) -> None:
    assert upward_imports(source, importer)


@pytest.mark.parametrize(
    ("source", "importer"),
    [
        ("from .surd import Surd", "exactgeom.exact.angle"),
        ("from ..exact import Surd", "exactgeom.linalg.matrix"),
        ("from ...exact import number", "exactgeom.models.importers.json"),
        ("from ..network import Network", "exactgeom.models.importers.json"),
        ("from exactgeom.report import svg", "exactgeom.cli"),
        ("from fractions import Fraction\nimport numpy as np", "exactgeom.exact.door"),
    ],
)
def test_an_import_sideways_in_the_folder_or_down_is_allowed(source: str, importer: str) -> None:
    assert upward_imports(source, importer) == []


def test_a_package_resolves_its_own_relative_imports() -> None:
    assert upward_imports("from .door import number", "exactgeom.exact", is_package=True) == []
    assert upward_imports("from ..models import Network", "exactgeom.exact", is_package=True)
    assert (
        upward_imports("from .models import Network\nimport exactgeom.cli", "exactgeom", is_package=True)
        == []
    )


def test_a_planted_heavy_import_is_caught() -> None:
    assert eager_roots("try:\n    import torch\nexcept ImportError:\n    import scipy.spatial") == {
        "torch",
        "scipy",
    }
    assert eager_roots("class Door:\n    from sklearn import svm") == {"sklearn"}
    lazy = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\ndef f():\n    import onnx"
    assert eager_roots(lazy) == {"typing"}
