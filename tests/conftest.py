"""Hypothesis profiles and the deep marker.

`ci` (default): derandomised, so every run of the suite does the same work. `deep`: longer, random searches;
chosen by EXACTGEOM_DEEP=1 or HYPOTHESIS_PROFILE=deep, which also runs the tests marked `deep`.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    max_examples=40,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "deep",
    deadline=None,
    max_examples=1000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)

DEEP = os.environ.get("EXACTGEOM_DEEP", "") not in ("", "0")
PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or ("deep" if DEEP else "ci")
settings.load_profile(PROFILE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests marked `deep` outside deep runs."""
    if PROFILE == "deep":
        return
    skip = pytest.mark.skip(reason="a longer search: set EXACTGEOM_DEEP=1")
    for item in items:
        if item.get_closest_marker("deep"):
            item.add_marker(skip)
