"""The suite itself: families of problems, what is true of them, and how an answer is judged.

Importing it registers the judge of every capability.
"""

from exactgeom.testkit.conformance import calculus, geometry, graphs, points, programs, topology
from exactgeom.testkit.conformance.base import Case, InvalidProblem, judge

__all__ = [
    "Case",
    "InvalidProblem",
    "calculus",
    "geometry",
    "graphs",
    "judge",
    "points",
    "programs",
    "topology",
]
