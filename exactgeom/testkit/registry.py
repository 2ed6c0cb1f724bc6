"""The theorem registry: finds theorem files, loads them, runs them.

In a checkout the files are in ``proofs/theorems``, in an installed package beside the modules; more folders
can be named. A file that cannot be loaded is an `InvalidInput` that names it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.testkit.families import FAMILIES, Case
from exactgeom.testkit.theorem import Finding, Result, Theorem, claim, equal, examine

__all__ = [
    "Case",
    "Finding",
    "Result",
    "Theorem",
    "cases",
    "claim",
    "equal",
    "examine",
    "load_theorem",
    "prove",
    "theorem_files",
]

_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDERS = (_PACKAGE / "theorems", _PACKAGE.parent / "proofs" / "theorems")


def cases(*names: str, full: bool = True) -> Iterator[Case]:
    """The models of the named families, one family after the other.

    >>> sum(1 for _ in cases("grids", "braids", full=False))
    7
    """
    for name in names:
        if name not in FAMILIES:
            raise InvalidInput(f"expected one of {', '.join(FAMILIES)}, got {name!r}", "family")
        yield from FAMILIES[name].cases(full)


def theorem_files(folders: Iterable[Path | str] = ()) -> dict[str, Path]:
    """Every theorem file by its name, in alphabetical order; `folders` are searched besides our own.

    Errors: InvalidInput when a folder does not exist, or two files have one name.

    >>> "zaslavsky" in theorem_files()
    True
    """
    found: dict[str, Path] = {}
    extra = [Path(folder) for folder in folders]
    for folder in extra:
        if not folder.is_dir():
            raise InvalidInput("expected a folder with theorem files", str(folder))
    ours = next((folder for folder in _FOLDERS if folder.is_dir()), None)
    for folder in [*([] if ours is None else [ours]), *extra]:
        for path in sorted(folder.glob("*.py")):
            if path.stem.startswith("_"):
                continue
            if path.stem in found:
                raise InvalidInput(f"{found[path.stem]} has that name too", str(path))
            found[path.stem] = path
    return dict(sorted(found.items()))


def load_theorem(path: Path) -> Theorem:
    """The `Theorem` that a file defines. Errors: InvalidInput naming the file and what is wrong."""
    spec = importlib.util.spec_from_file_location(f"exactgeom_theorem_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise InvalidInput("cannot be read as Python", str(path))
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise InvalidInput(f"does not load: {type(error).__name__}: {error}", str(path)) from error
    theorem = getattr(module, "THEOREM", None)
    if not isinstance(theorem, Theorem):
        raise InvalidInput("expected a Theorem named THEOREM", str(path))
    return theorem


def prove(
    names: Sequence[str] = (),
    *,
    case: Case | None = None,
    full: bool = True,
    folders: Iterable[Path | str] = (),
    seconds: float | None = None,
) -> Iterator[Result]:
    """Run theorems by name (all when none is named), on their own families or on one model.

    With `case`, a theorem that is not about models answers ``hypothesis not met``. `seconds` bounds each
    theorem. Errors: InvalidInput for unknown names and files that do not load, before anything runs.

    >>> [found] = prove(["zaslavsky"], full=False)
    >>> found.verdict, found.is_as_stated
    ('holds', True)
    """
    files = theorem_files(folders)
    for name in names:
        if name not in files:
            near = get_close_matches(name, files, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise InvalidInput(f"there is no theorem of that name{hint}", name)
    chosen = list(dict.fromkeys(names)) or list(files)
    loaded = {name: load_theorem(files[name]) for name in chosen}
    return _run(loaded, case, full, seconds)


def _run(
    loaded: dict[str, Theorem], case: Case | None, full: bool, seconds: float | None
) -> Iterator[Result]:
    for name, theorem in loaded.items():
        if case is None:
            yield examine(name, theorem, full=full, seconds=seconds)
        elif not theorem.about_models:
            unmet: dict[str, Any] = {"it is not about a model": 1}
            yield Result(name, theorem, "hypothesis not met", 0, unmet, 0.0, on_own_family=False)
        else:
            yield examine(name, theorem, [case], full=full, seconds=seconds)
