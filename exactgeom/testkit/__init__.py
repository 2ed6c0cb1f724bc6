"""Floor 7: the test kit. Random models with the degenerate cases in, laws, oracles, conformance.

`exactgeom.testkit.strategies` needs Hypothesis and is imported on its own.
"""

from __future__ import annotations

from exactgeom.testkit.gradcheck import GradCheck, gradcheck

__all__ = ["GradCheck", "gradcheck"]
