"""Floor 7: the test kit. Random models with the degenerate cases in, a referee for other implementations.

`exactgeom.testkit.strategies` needs Hypothesis and is imported when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from exactgeom.testkit.gradcheck import GradCheck, gradcheck  # at once: the module has the function's name

if TYPE_CHECKING:
    from exactgeom.testkit import strategies
    from exactgeom.testkit.capabilities import CAPABILITIES
    from exactgeom.testkit.check import replay, run_check
    from exactgeom.testkit.compare import LEVELS
    from exactgeom.testkit.registry import prove
    from exactgeom.testkit.report import Report

_LAZY = {
    "CAPABILITIES": "capabilities",
    "LEVELS": "compare",
    "Report": "report",
    "prove": "registry",
    "replay": "check",
    "run_check": "check",
    "strategies": "",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'exactgeom.testkit' has no attribute {name!r}")
    module = import_module(f"exactgeom.testkit.{_LAZY[name] or name}")
    return getattr(module, name) if _LAZY[name] else module


__all__ = [
    "CAPABILITIES",
    "LEVELS",
    "GradCheck",
    "Report",
    "gradcheck",
    "prove",
    "replay",
    "run_check",
    "strategies",
]
